"""The repository, its branches, commits and files."""

import base64

from tests.contracts import Case, Exchange
from tests.contracts.github.records import (
    AT,
    BLOB,
    CHANGED,
    COMMIT,
    COMMIT_SEEN,
    COMPARED,
    GIT_COMMIT,
    HEAD,
    NEW,
    OBJECT,
    OLD,
    PLACE,
    README,
    REPOSITORY,
    TREE,
    TREE2,
    UNTIL_TREE,
    WHERE,
    WRITES,
    blob,
    folder,
    following,
    tree,
)

ACTIONS = {
    "get_repository": Case(WHERE, (Exchange(f"GET {AT}", response=REPOSITORY),), {"default_branch": "main"}),
    "get_branch": Case(
        {**WHERE, "branch": "fix/one"},
        (Exchange(f"GET {AT}/branches/fix%2Fone", response={"name": "fix/one", "commit": COMMIT}),),
        {"name": "fix/one", "commit": COMMIT_SEEN},
    ),
    "find_branch": Case(
        {**WHERE, "branch": "main"},
        (
            Exchange(
                f"GET {AT}/git/matching-refs/heads%2Fmain",
                response=[HEAD, {**HEAD, "ref": "refs/heads/main-2"}],
            ),
        ),
        {"ref": "refs/heads/main", "sha": OLD},
    ),
    "find_branch: none": Case(
        {**WHERE, "branch": "main"},
        (Exchange(f"GET {AT}/git/matching-refs/heads%2Fmain", response=[{**HEAD, "ref": "refs/heads/main-2"}]),),
        None,
    ),
    "create_branch": Case(
        {**WHERE, "branch": "docs", "sha": OLD},
        (
            Exchange(
                f"POST {AT}/git/refs",
                json={"ref": "refs/heads/docs", "sha": OLD},
                response={**HEAD, "ref": "refs/heads/docs"},
                status=201,
            ),
        ),
        {"ref": "refs/heads/docs", "sha": OLD},
    ),
    "get_commit": Case(
        {**WHERE, "ref": NEW},
        (
            Exchange(
                f"GET {AT}/commits/{NEW}",
                query={"per_page": "100"},
                response={**COMMIT, "files": [CHANGED]},
                headers=following(f"{AT}/commits/{NEW}?per_page=100", 2),
            ),
            Exchange(
                f"GET {AT}/commits/{NEW}",
                query={"per_page": "100", "page": "2"},
                response={**COMMIT, "files": [{**CHANGED, "filename": "b.py"}]},
            ),
        ),
        {**COMMIT_SEEN, "files": [{"filename": "a.py"}, {"filename": "b.py"}]},
    ),
    "compare_commits": Case(
        {**WHERE, "base": "v1", "head": "feature/x"},
        (
            Exchange(
                f"GET {AT}/compare/v1...feature%2Fx",
                query={"per_page": "100"},
                response=COMPARED,
                headers=following(f"{AT}/compare/v1...feature%2Fx?per_page=100", 2),
            ),
            Exchange(
                f"GET {AT}/compare/v1...feature%2Fx",
                query={"per_page": "100", "page": "2"},
                response={**COMPARED, "files": []},
            ),
        ),
        {
            "status": "ahead",
            "merge_base_commit": {"sha": OLD},
            "commits": [COMMIT_SEEN, COMMIT_SEEN],
            "files": [{"filename": "a.py", "status": "modified"}],
        },
    ),
    "list_commits": Case(
        {**WHERE, "ref": "main", "path": "docs", "limit": 5},
        (Exchange(f"GET {AT}/commits", query={"sha": "main", "path": "docs", "per_page": "5"}, response=[COMMIT]),),
        [COMMIT_SEEN],
    ),
    "get_file": Case(
        {**WHERE, "path": "docs/a b.md", "ref": "main"},
        (Exchange(f"GET {AT}/contents/docs/a%20b.md", query={"ref": "main"}, sends=OBJECT, response=README),),
        {"sha": BLOB, "type": "file", "content": base64.b64encode(b"Hello").decode()},
    ),
    "get_file: a large one": Case(
        {**WHERE, "path": "README.md"},
        (
            Exchange(
                f"GET {AT}/contents/README.md", sends=OBJECT, response={**README, "encoding": "none", "content": ""}
            ),
            Exchange(
                f"GET {AT}/git/blobs/{BLOB}",
                sends={"accept": "application/vnd.github.raw+json"},
                response=b"Hello, all",
            ),
        ),
        {"content": base64.b64encode(b"Hello, all").decode()},
    ),
    "list_files": Case(
        {**WHERE, "ref": "main"},
        (
            Exchange(
                f"GET {AT}/git/trees/main",
                query={"recursive": "1"},
                response=tree(TREE, folder("docs", TREE2), blob("docs/a.md")),
            ),
        ),
        [{"path": "docs/a.md", "mode": "100644", "sha": BLOB}],
    ),
    "list_files: more than fits in an answer": Case(
        {**WHERE, "ref": "main"},
        (
            Exchange(f"GET {AT}/git/trees/main", query={"recursive": "1"}, response=tree(TREE, truncated=True)),
            Exchange(f"GET {AT}/git/trees/main", response=tree(TREE, folder("docs", TREE2), blob("x.md"))),
            Exchange(f"GET {AT}/git/trees/{TREE2}", query={"recursive": "1"}, response=tree(TREE2, blob("a.md"))),
        ),
        [{"path": "docs/a.md"}, {"path": "x.md"}],
    ),
    "list_files: of a folder": Case(
        {**WHERE, "ref": "main", "folder": "docs"},
        (
            Exchange(f"GET {AT}/git/trees/main", response=tree(TREE, folder("docs", TREE2))),
            Exchange(f"GET {AT}/git/trees/{TREE2}", query={"recursive": "1"}, response=tree(TREE2, blob("a.md"))),
        ),
        [{"path": "docs/a.md"}],
    ),
    "create_or_update_file": Case(
        {**WHERE, "path": "README.md", "content": "Hello", "message": "Say hello", "branch": "main", "sha": BLOB},
        (
            Exchange(
                f"PUT {AT}/contents/README.md",
                json={"message": "Say hello", "content": "SGVsbG8=", "branch": "main", "sha": BLOB},
                response={"content": {**README, "sha": TREE}, "commit": {"sha": NEW}},
            ),
        ),
        {"path": "README.md", "sha": TREE, "commit": NEW},
    ),
    "commit_files": Case(
        WRITES,
        (
            *UNTIL_TREE,
            Exchange(
                f"POST {AT}/git/commits",
                json={"message": "Fix all the bugs", "tree": TREE2, "parents": [OLD]},
                response=GIT_COMMIT,
                status=201,
            ),
            Exchange(
                f"PATCH {AT}/git/refs/heads%2Fmain",
                json={"sha": NEW, "force": False},
                response={**HEAD, "object": {"sha": NEW}},
            ),
        ),
        {"sha": NEW, "tree": TREE2, "parents": [OLD]},
    ),
    "commit_files: an earlier try has made it": Case(
        {**WRITES, "parent": OLD},
        (
            Exchange(UNTIL_TREE[0].request, response={**HEAD, "object": {"sha": NEW}}),
            *UNTIL_TREE[1:],
            Exchange(f"GET {AT}/git/commits/{NEW}", response=GIT_COMMIT),
        ),
        {"sha": NEW, "parents": [OLD]},
    ),
    "commit_files: nothing would change": Case(
        {**WHERE, "branch": "main", "files": {"gone.md": None}, "message": "Nothing"},
        UNTIL_TREE[:3],
        {"sha": OLD},
    ),
    "download_archive": Case(
        {**WHERE, "ref": "main", "file": PLACE},
        (
            Exchange(f"GET {AT}/commits/main", query={"per_page": "1"}, response=COMMIT),
            Exchange(
                f"GET {AT}/tarball/{NEW}",
                status=302,
                headers={"location": f"https://codeload.github.com/octocat/hello/legacy.tar.gz/{NEW}?token=once"},
            ),
            Exchange(
                f"GET https://codeload.github.com/octocat/hello/legacy.tar.gz/{NEW}",
                query={"token": "once"},
                sends={"authorization": None},
                response=b"packed",
                docs="https://docs.github.com/rest/repos/contents#download-a-repository-archive-tar: it redirects",
            ),
        ),
        PLACE,
    ),
    "search_code": Case(
        {"query": "parse_date language:python", "repository": "octocat/hello"},
        (
            Exchange(
                "GET /search/code",
                query={"q": "parse_date language:python repo:octocat/hello", "per_page": "30"},
                response={
                    "total_count": 1,
                    "incomplete_results": False,
                    "items": [{"name": "a.py", "path": "a.py", "sha": BLOB, "repository": REPOSITORY}],
                },
            ),
        ),
        [{"path": "a.py", "repository": "octocat/hello"}],
    ),
}

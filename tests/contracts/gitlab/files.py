"""The project, its branches, commits and files."""

import base64

from tests.contracts import Case, Exchange
from tests.contracts.gitlab.records import (
    AT,
    BASE,
    BLOB,
    BRANCH,
    COMMIT,
    COMMIT_SEEN,
    COMMITTING,
    DIFF,
    DONE,
    GIT,
    LEVEL,
    NEW,
    OLD,
    PAGES,
    PARENT,
    PLACE,
    PROJECT,
    README,
    UNTIL_COMMIT,
    WHERE,
    WRITES,
    entry,
    folder,
)

ACTIONS = {
    "get_project": Case(WHERE, (Exchange(f"GET {AT}", response=PROJECT),), {"default_branch": "main"}),
    "get_branch": Case(
        {**WHERE, "branch": "fix/one"},
        (Exchange(f"GET {GIT}/branches/fix%2Fone", response={**BRANCH, "name": "fix/one"}),),
        {"name": "fix/one", "commit": {"id": OLD}},
    ),
    "find_branch": Case(
        {**WHERE, "branch": "main"},
        (
            Exchange(
                f"GET {GIT}/branches",
                query={"search": "^main", **PAGES},
                response=[BRANCH, {**BRANCH, "name": "main-2"}],
            ),
        ),
        {"name": "main", "commit": {"id": OLD}},
    ),
    "find_branch: none": Case(
        {**WHERE, "branch": "main"},
        (
            Exchange(
                f"GET {GIT}/branches",
                query={"search": "^main", **PAGES},
                response=[{**BRANCH, "name": "main-2"}],
            ),
        ),
        None,
    ),
    "create_branch": Case(
        {**WHERE, "branch": "docs", "ref": OLD},
        (
            Exchange(
                f"POST {GIT}/branches",
                json={"branch": "docs", "ref": OLD},
                response={**BRANCH, "name": "docs"},
                status=201,
            ),
        ),
        {"name": "docs", "commit": {"id": OLD}},
    ),
    "get_commit": Case(
        {**WHERE, "ref": "main"},
        (
            Exchange(f"GET {GIT}/commits/main", query={"stats": "false"}, response=COMMIT),
            Exchange(
                f"GET {GIT}/commits/{NEW}/diff",
                query=PAGES,
                response=[DIFF],
                headers={"link": f'<{BASE}{GIT}/commits/{NEW}/diff?page=2&per_page=100>; rel="next"'},
            ),
            Exchange(
                f"GET {GIT}/commits/{NEW}/diff",
                query={"page": "2", **PAGES},
                response=[{**DIFF, "new_path": "b.py"}],
            ),
        ),
        {**COMMIT_SEEN, "diffs": [{"new_path": "a.py"}, {"new_path": "b.py"}]},
        docs="https://docs.gitlab.com/api/commits/#get-commit-diff: no description has /diff.",
    ),
    "compare_commits": Case(
        {**WHERE, "base": "v1", "head": "feature/x"},
        (
            Exchange(f"GET {GIT}/commits/v1", query={"stats": "false"}, response=PARENT),
            Exchange(f"GET {GIT}/commits/feature%2Fx", query={"stats": "false"}, response=COMMIT),
            Exchange(f"GET {GIT}/merge_base", query={"refs[]": OLD}, response=PARENT),
            Exchange(
                f"GET {GIT}/compare",
                query={"from": OLD, "to": NEW},
                response={"commit": COMMIT, "commits": [COMMIT], "diffs": [DIFF], "compare_timeout": False},
            ),
        ),
        {"ancestor": OLD, "diverged": False, "commits": [COMMIT_SEEN], "diffs": [{"new_path": "a.py"}]},
        docs="https://docs.gitlab.com/api/repositories/#get-merge-base: no description has it.",
    ),
    "list_commits": Case(
        {**WHERE, "ref": "main", "path": "docs", "limit": 5},
        (
            Exchange(
                f"GET {GIT}/commits", query={"ref_name": "main", "path": "docs", "per_page": "5"}, response=[COMMIT]
            ),
        ),
        [COMMIT_SEEN],
    ),
    "get_file": Case(
        {**WHERE, "path": "docs/a b.md", "ref": "main"},
        (Exchange(f"GET {GIT}/files/docs%2Fa%20b.md", query={"ref": "main"}, response=README),),
        {"blob_id": BLOB, "content": base64.b64encode(b"Hello").decode(), "last_commit_id": OLD},
    ),
    "get_file_size": Case(
        {**WHERE, "path": "docs/a.md"},
        (Exchange(f"HEAD {GIT}/files/docs%2Fa.md", query={"ref": "HEAD"}, headers={"X-Gitlab-Size": "1476"}),),
        1476,
        docs="https://docs.gitlab.com/api/repository_files/#get-file-metadata-only: HEAD is in no description.",
    ),
    "list_files": Case(
        {**WHERE, "ref": "main"},
        (
            Exchange(
                f"GET {GIT}/tree",
                query={**LEVEL, "ref": "main", "recursive": "true"},
                response=[folder("docs"), entry("docs/a.md")],
                headers={"link": f'<{BASE}{GIT}/tree?page_token=x>; rel="next"'},
            ),
            Exchange(
                f"GET {GIT}/tree",
                query={"page_token": "x"},
                response=[entry("lib", NEW, "160000", "commit")],
            ),
        ),
        [{"path": "docs/a.md", "mode": "100644", "sha": BLOB}, {"path": "lib", "mode": "160000"}],
    ),
    "list_files: of a folder": Case(
        {**WHERE, "ref": "main", "folder": "docs"},
        (
            Exchange(
                f"GET {GIT}/tree",
                query={**LEVEL, "ref": "main", "recursive": "true", "path": "docs"},
                response=[entry("docs/a.md")],
            ),
        ),
        [{"path": "docs/a.md"}],
    ),
    "create_or_update_file": Case(
        {
            **WHERE,
            "path": "README.md",
            "content": "Hello",
            "message": "Say hello",
            "branch": "main",
            "last_commit_id": OLD,
        },
        (
            Exchange(
                f"POST {GIT}/commits",
                json={
                    "branch": "main",
                    "commit_message": "Say hello",
                    "actions": [
                        {
                            "action": "update",
                            "file_path": "README.md",
                            "last_commit_id": OLD,
                            "content": "Hello",
                            "encoding": "text",
                        }
                    ],
                },
                response=COMMIT,
                status=201,
            ),
        ),
        {"id": NEW},
    ),
    "create_or_update_file: a new one": Case(
        {**WHERE, "path": "logo.png", "content": "\0\1", "message": "Draw", "branch": "main"},
        (
            Exchange(
                f"POST {GIT}/commits",
                json={
                    "branch": "main",
                    "commit_message": "Draw",
                    "actions": [{"action": "create", "file_path": "logo.png", "content": "AAE=", "encoding": "base64"}],
                },
                response=COMMIT,
                status=201,
            ),
        ),
        {"id": NEW},
    ),
    "commit_files": Case(WRITES, (*UNTIL_COMMIT, COMMITTING), COMMIT_SEEN),
    "commit_files: an earlier try has made it": Case(
        {
            **WHERE,
            "branch": "main",
            "files": {"docs/same.md": "Hello"},
            "message": "Fix all the bugs",
            "parent": OLD,
        },
        (
            Exchange(f"GET {GIT}/branches/main", response={**BRANCH, "commit": COMMIT}),
            Exchange(f"GET {GIT}/tree", query=DONE, response=[folder("docs")]),
            Exchange(f"GET {GIT}/tree", query={**DONE, "path": "docs"}, response=UNTIL_COMMIT[2].response),
        ),
        COMMIT_SEEN,
    ),
    "commit_files: nothing would change": Case(
        {**WHERE, "branch": "main", "files": {"gone.md": None}, "message": "Nothing"},
        UNTIL_COMMIT[:2],
        {"id": OLD},
    ),
    "download_archive": Case(
        {**WHERE, "ref": "main", "file": PLACE},
        (
            Exchange(f"GET {GIT}/commits/main", query={"stats": "false"}, response=COMMIT),
            Exchange(f"GET {GIT}/archive.tar.gz", query={"sha": NEW}, response=b"packed"),
        ),
        PLACE,
        docs="https://docs.gitlab.com/api/repositories/#get-file-archive: no description has it.",
    ),
    "search_code": Case(
        {**WHERE, "query": "parse_date filename:*.py"},
        (
            Exchange(
                f"GET {AT}/search",
                query={"scope": "blobs", "search": "parse_date filename:*.py", "per_page": "20"},
                response=[{"path": "a.py", "data": "def parse_date", "startline": 3, "ref": "main", "project_id": 15}],
            ),
        ),
        [{"path": "a.py", "startline": 3}],
        docs="https://docs.gitlab.com/api/search/#project-search-api: no description has it.",
    ),
}

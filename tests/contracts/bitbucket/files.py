"""The repository, its branches, commits and files."""

from tests.contracts import Case, Exchange
from tests.contracts.bitbucket.records import (
    AFTER,
    ARCHIVE,
    AT,
    BASE,
    BRANCH,
    DOCS,
    FIRST,
    IN_SRC,
    MAIN,
    META,
    MOVED,
    NEW,
    NONE,
    OLD,
    OTHER,
    PATHS,
    PLACE,
    REPOSITORY,
    SECOND,
    SEEN,
    WHERE,
    WRITES,
    commit,
    entry,
    newest,
    stat,
    values,
)

ACTIONS = {
    "get_repository": Case(
        WHERE, (Exchange(f"GET {AT}", response=REPOSITORY),), {"full_name": "acme/app", "main_branch": "main"}
    ),
    "get_branch": Case({**WHERE, "branch": "main"}, (BRANCH,), {"name": "main", "target": {"sha": OLD}}),
    "find_branch": Case(
        {**WHERE, "branch": 'feature/"x"'},
        (
            Exchange(
                f"GET {AT}/refs/branches",
                query={"q": 'name = "feature/\\"x\\""', "pagelen": "1"},
                response=values(),
            ),
        ),
    ),
    "create_branch": Case(
        {**WHERE, "branch": "docs/new", "sha": OLD},
        (
            Exchange(
                f"POST {AT}/refs/branches",
                json={"name": "docs/new", "target": {"hash": OLD}},
                response={**MAIN, "name": "docs/new"},
                status=201,
            ),
        ),
        {"name": "docs/new", "target": {"sha": OLD}},
    ),
    "get_commit": Case({**WHERE, "ref": "feature/x"}, (newest("feature/x"),), SEEN),
    "get_commit: by its SHA": Case({**WHERE, "ref": NEW}, (Exchange(f"GET {AT}/commit/{NEW}", response=SECOND),), SEEN),
    "list_commits": Case(
        {**WHERE, "ref": "main", "path": "docs", "limit": 2},
        (
            Exchange(
                f"GET {AT}/commits",
                query={"include": "main", "path": "docs", "pagelen": "2"},
                response=values(SECOND, following=f"{BASE}{AT}/commits?include=main&path=docs&pagelen=2&ctx=x&page=2"),
            ),
            Exchange(
                f"GET {AT}/commits",
                query={"include": "main", "path": "docs", "pagelen": "2", "ctx": "x", "page": "2"},
                response=values(FIRST),
            ),
        ),
        [SEEN, {"sha": OLD}],
        docs=f"{DOCS}/intro/#pagination: the next page's address is opaque",
    ),
    "compare_commits": Case(
        {**WHERE, "base": "v1", "head": NEW},
        (
            Exchange(f"GET {AT}/commits", query={"include": "v1", "pagelen": "1"}, response=values(commit(OTHER, "x"))),
            Exchange(f"GET {AT}/merge-base/{OTHER}..{NEW}", response=FIRST),
            Exchange(
                f"GET {AT}/commits",
                query={"include": NEW, "exclude": OTHER, "pagelen": "100"},
                response=values(SECOND, FIRST),
            ),
            Exchange(
                f"GET {AT}/diffstat/{NEW}..{OLD}",
                query={"topic": "false"},
                response=values(stat("modified", "a.py", "a.py"), stat("renamed", "b.py", "c.py", 0)),
            ),
        ),
        {
            "base": OLD,
            "head": NEW,
            "diverged": True,
            "commits": [{"sha": OLD}, {"sha": NEW}],
            "files": [
                {"status": "modified", "old": "a.py", "new": "a.py"},
                {"status": "renamed", "old": "b.py", "new": "c.py"},
            ],
        },
    ),
    "get_file": Case(
        {**WHERE, "path": "docs/a b.md"},
        (
            Exchange(f"GET {AT}", response=REPOSITORY),
            newest("main"),
            Exchange(f"GET {AT}/src/{NEW}/docs/a%20b.md", query=META, response=entry("docs/a b.md")),
            Exchange(f"GET {AT}/src/{NEW}/docs/a%20b.md", response=b"Hello"),
        ),
        {"path": "docs/a b.md", "size": 5, "content": "Hello", "sha": NEW},
        docs=PATHS,
    ),
    "get_entry": Case(
        {**WHERE, "path": "docs/a.md", "ref": "main"},
        (
            newest("main"),
            Exchange(f"GET {AT}/src/{NEW}/docs/a.md", query=META, response=entry("docs/a.md", 5, "link")),
        ),
        {"path": "docs/a.md", "size": 5, "attributes": ["link"]},
        docs=PATHS,
    ),
    "list_files": Case(
        {**WHERE, "ref": OLD},
        (
            Exchange(
                f"GET {IN_SRC}/",
                query={"max_depth": "12", "pagelen": "100"},
                response=values(
                    entry("docs", kind="commit_directory"),
                    entry("deep", kind="commit_directory"),
                    entry("docs/a.md", 5, "executable"),
                ),
            ),
            Exchange(
                f"GET {IN_SRC}/deep/",
                query={"max_depth": "12", "pagelen": "100"},
                response=values(entry("deep/b.md", 3, "link")),
            ),
        ),
        [{"path": "docs/a.md", "attributes": ["executable"]}, {"path": "deep/b.md", "size": 3}],
        docs=f"{DOCS}/api-group-source: the root is listed with a slash at its end",
    ),
    "commit_files": Case(
        {
            **WRITES,
            "files": {
                "docs/new.md": "New\n",
                "docs/old.md": None,
                "gone.md": None,
                "message": "x",
                "never.md": None,
                "run.sh": "true\n",
                "same.md": "Same\n",
            },
            "parent": OLD,
        },
        (
            BRANCH,
            Exchange(f"GET {IN_SRC}/docs/new.md", query=META, response=NONE, status=404),
            Exchange(f"GET {IN_SRC}/docs/old.md", query=META, response=entry("docs/old.md")),
            Exchange(f"GET {IN_SRC}/gone.md", query=META, response=entry("gone.md")),
            Exchange(f"GET {IN_SRC}/message", query=META, response=NONE, status=404),
            Exchange(f"GET {IN_SRC}/never.md", query=META, response=NONE, status=404),
            Exchange(f"GET {IN_SRC}/run.sh", query=META, response=entry("run.sh", 7, "executable")),
            Exchange(f"GET {IN_SRC}/same.md", query=META, response=entry("same.md", 5)),
            Exchange(f"GET {IN_SRC}/same.md", response=b"Same\n"),
            Exchange(
                f"POST {AT}/src",
                parts={
                    "message": "Fix it",
                    "branch": "main",
                    "parents": OLD,
                    "files": ["/docs/old.md", "/gone.md"],
                    "/docs/new.md": ("new.md", "application/octet-stream", b"New\n"),
                    "/message": ("message", "application/octet-stream", b"x"),
                    "/run.sh": ("run.sh", "application/octet-stream", b"true\n"),
                },
                status=201,
            ),
            AFTER,
        ),
        SEEN,
        docs=PATHS,
    ),
    "commit_files: only deletes": Case(
        {**WRITES, "files": {"docs/old.md": None}},
        (
            BRANCH,
            Exchange(f"GET {IN_SRC}/docs/old.md", query=META, response=entry("docs/old.md")),
            Exchange(
                f"POST {AT}/src",
                form={"message": "Fix it", "branch": "main", "parents": OLD, "files": "/docs/old.md"},
                status=201,
            ),
            AFTER,
        ),
        SEEN,
        docs=PATHS,
    ),
    "commit_files: an earlier try has made it": Case(
        {**WRITES, "parent": OLD},
        (
            MOVED,
            Exchange(
                f"GET {AT}/diffstat/{NEW}",
                query={"pagelen": "100"},
                response=values(stat("added", None, "docs/new.md"), stat("removed", "docs/old.md", None)),
            ),
            Exchange(f"GET {AT}/src/{NEW}/docs/new.md", query=META, response=entry("docs/new.md", 4)),
            Exchange(f"GET {AT}/src/{NEW}/docs/new.md", response=b"New\n"),
            Exchange(f"GET {AT}/src/{NEW}/docs/old.md", query=META, response=NONE, status=404),
        ),
        SEEN,
        docs=PATHS,
    ),
    "download_archive": Case(
        {**WHERE, "ref": "main", "file": PLACE},
        (
            newest("main"),
            Exchange(f"GET {AT}/commit/{NEW}", response=SECOND),
            Exchange(f"GET https://bitbucket.org/acme/app/get/{NEW}.tar.gz", response=b"packed"),
        ),
        PLACE,
        docs=ARCHIVE,
    ),
    "search_code": Case(
        {"workspace": "acme", "query": "parse_date repo:app"},
        (
            Exchange(
                "GET /workspaces/acme/search/code",
                query={"search_query": "parse_date repo:app", "pagelen": "30"},
                response=values(
                    {
                        "type": "code_search_result",
                        "content_match_count": 2,
                        "file": {
                            "type": "commit_file",
                            "path": "a.py",
                            "links": {"self": {"href": f"{BASE}{AT}/src/a.py"}},
                        },
                    }
                ),
            ),
        ),
        [{"path": "a.py", "content_match_count": 2}],
    ),
}

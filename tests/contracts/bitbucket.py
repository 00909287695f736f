"""Bitbucket Cloud, as of https://developer.atlassian.com/cloud/bitbucket/rest/ on 2026-11-22."""

import base64
import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

BASE = "https://api.bitbucket.org/2.0"
AT = "/repositories/acme/app"
DOCS = "https://developer.atlassian.com/cloud/bitbucket/rest"
HOOKS = "https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/"
ARCHIVE = "https://support.atlassian.com/bitbucket-cloud/kb/how-to-download-repositories-using-the-api"
HOOK = "secret-hook-789"
PLACE = str(Path(tempfile.gettempdir()) / "tieline-contract-bitbucket.tar.gz")
OLD, NEW, OTHER = "a" * 40, "b" * 40, "c" * 40
WHERE = {"repository": "acme/app"}
#: Each object's schema wants a `type`, for answers and requests alike; the examples of the same pages send none.
TYPE = "https://developer.atlassian.com/cloud/bitbucket/rest: the page's own example sends no type"
PATHS = "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source: its examples have slashes in the path"
LOGIN = {"workspace": "acme", "webhook_secret": HOOK}
WHO = {"type": "user", "display_name": "Emma", "uuid": "{1}", "account_id": "557058:1"}


def links(page: str) -> dict[str, Any]:
    """Where something is."""
    return {"html": {"href": f"https://bitbucket.org/acme/app{page}"}, "self": {"href": f"{BASE}{AT}{page}"}}


def values(*items: Any, following: str = "") -> dict[str, Any]:
    """A page: https://developer.atlassian.com/cloud/bitbucket/rest/intro/#pagination."""
    page: dict[str, Any] = {"pagelen": 100, "page": 1, "values": list(items)}
    return {**page, "next": following} if following else page


def commit(sha: str, message: str, *parents: str) -> dict[str, Any]:
    """A commit."""
    return {
        "type": "commit",
        "hash": sha,
        "message": message,
        "date": "2026-01-02T03:04:05+00:00",
        "author": {"type": "author", "raw": "Ada <ada@example.com>", "user": WHO},
        "parents": [{"type": "commit", "hash": one, "links": {}} for one in parents],
        "links": links(f"/commits/{sha}"),
    }


def entry(path: str, size: int = 5, *attributes: str, kind: str = "commit_file") -> dict[str, Any]:
    """A file or a folder."""
    return {"type": kind, "path": path, "size": size, "attributes": list(attributes), "commit": {"hash": OLD}}


def stat(status: str, old: str | None, new: str | None, added: int = 1, removed: int = 0) -> dict[str, Any]:
    """What happened to a file."""
    sides = {"old": {"type": "commit_file", "path": old} if old else None}
    sides["new"] = {"type": "commit_file", "path": new} if new else None
    return {"type": "diffstat", "status": status, "lines_added": added, "lines_removed": removed, **sides}


NONE = {"type": "error", "error": {"message": "No such file or directory: never.md"}}
REPOSITORY = {
    "type": "repository",
    "uuid": "{673a6070}",
    "full_name": "acme/app",
    "name": "app",
    "is_private": True,
    "mainbranch": {"type": "branch", "name": "main"},
    "links": links(""),
}
FIRST, SECOND = commit(OLD, "Begin\n"), commit(NEW, "Fix it\n", OLD)
SEEN = {"sha": NEW, "message": "Fix it\n", "parents": [OLD], "author": "Ada <ada@example.com>"}
MAIN = {"type": "branch", "name": "main", "target": FIRST, "links": links("/branch/main")}


def end(branch: str, sha: str) -> dict[str, Any]:
    """One side of a pull request."""
    return {"branch": {"name": branch}, "commit": {"type": "commit", "hash": sha[:12]}, "repository": REPOSITORY}


PULL: dict[str, Any] = {
    "type": "pullrequest",
    "id": 7,
    "title": "Docs",
    "description": "All of them.",
    "state": "OPEN",
    "draft": False,
    "author": WHO,
    "source": end("docs", NEW),
    "destination": end("main", OLD),
    "merge_commit": None,
    "links": links("/pull-requests/7"),
    "created_on": "2026-01-02T03:04:05.000000+00:00",
    "updated_on": "2026-01-02T03:04:05.000000+00:00",
}
PULL_SEEN = {"id": 7, "author": "Emma", "source": {"branch": "docs", "sha": NEW[:12], "repository": "acme/app"}}
MERGED = {**PULL, "state": "MERGED", "merge_commit": {"type": "commit", "hash": OTHER[:12]}}
COMMENT = {
    "id": 3,
    "content": {"type": "rendered", "raw": "Me too", "markup": "markdown", "html": "<p>Me too</p>"},
    "user": WHO,
    "links": links("/pull-requests/7#comment-3"),
}
ISSUE = {
    "type": "issue",
    "id": 5,
    "title": "Found a bug",
    "content": {"raw": "It hurts.", "markup": "markdown", "html": "<p>It hurts.</p>"},
    "state": "new",
    "kind": "bug",
    "priority": "major",
    "reporter": WHO,
    "assignee": None,
    "links": links("/issues/5/found-a-bug"),
}
ISSUE_SEEN = {"id": 5, "content": "It hurts.", "reporter": "Emma", "state": "new"}
PIPELINE = {
    "type": "pipeline",
    "uuid": "{p1}",
    "build_number": 12,
    "state": {"type": "pipeline_state_completed", "name": "COMPLETED", "result": {"name": "SUCCESSFUL"}},
    "target": {"type": "pipeline_ref_target", "ref_name": "main", "commit": {"type": "commit", "hash": NEW}},
    "created_on": "2026-01-02T03:04:05Z",
}
STATUS = {
    "type": "build",
    "key": "docs",
    "name": "Docs",
    "state": "SUCCESSFUL",
    "url": "https://ci.acme.com/1",
    "refname": None,
    "description": "All well",
}
WEBHOOK = {
    "type": "webhook_subscription",
    "uuid": "{h1}",
    "url": "https://hooks.acme.com/hooks/bitbucket/main",
    "description": "Tieline",
    "active": True,
    "secret_set": True,
    "events": ["repo:push"],
}
HOOK_SEEN = {"uuid": "{h1}", "events": ["repo:push"], "secret_set": True}
IN_SRC = f"{AT}/src/{OLD}"
META = {"format": "meta"}
BRANCH = Exchange(f"GET {AT}/refs/branches", query={"q": 'name = "main"', "pagelen": "1"}, response=values(MAIN))
#: As a branch that an earlier try has moved.
MOVED = Exchange(BRANCH.request, query=BRANCH.query, response=values({**MAIN, "target": SECOND}))
AFTER = Exchange(
    f"GET {AT}/commits", query={"include": "main", "exclude": OLD, "pagelen": "100"}, response=values(SECOND)
)
WRITES = {**WHERE, "branch": "main", "message": "Fix it", "files": {"docs/new.md": "New\n", "docs/old.md": None}}


def newest(ref: str) -> Exchange:
    """What a branch points to."""
    return Exchange(f"GET {AT}/commits", query={"include": ref, "pagelen": "1"}, response=values(SECOND))


def sign(raw: bytes, _now: float) -> dict[str, str]:
    """https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/#Secure-webhooks."""
    return {"X-Hub-Signature": "sha256=" + hmac.new(HOOK.encode(), raw, hashlib.sha256).hexdigest()}


def event(key: str, anchor: str, **payload: Any) -> Event:
    """A delivery."""
    headers = {"X-Event-Key": key, "X-Request-UUID": f"72d3162e-{key}", "X-Hook-UUID": "{h1}", "X-Attempt-Number": "1"}
    return Event({"actor": WHO, "repository": REPOSITORY, **payload}, headers, f"{HOOKS}#{anchor}")


def pointer(sha: str) -> dict[str, Any]:
    """Where a branch was, or is."""
    return {"type": "branch", "name": "main", "target": commit(sha, "x"), "links": links("/branch/main")}


CHANGE = {
    "old": pointer(OLD),
    "new": pointer(NEW),
    "created": False,
    "closed": False,
    "forced": False,
    "truncated": False,
    "commits": [SECOND],
    "links": links("/branches/compare"),
}


def changed(old: str, new: str) -> Event:
    """An issue whose state was changed."""
    changes = {"status": {"old": old, "new": new}}
    return event("issue:updated", "Updated", issue={**ISSUE, "state": new}, comment=COMMENT, changes=changes)


contract = Contract(
    base=BASE,
    credentials={**LOGIN, "email": "emma@acme.com", "api_token": "secret-token-123"},
    logins={
        "an API token": (
            {"workspace": "acme", "email": "emma@acme.com", "api_token": "t"},
            {"authorization": "Basic " + base64.b64encode(b"emma@acme.com:t").decode()},
        ),
        "an access token": ({"workspace": "acme", "access_token": "t"}, {"authorization": "Bearer t"}),
    },
    own_words=("compare", "commit", "merge", "decline"),
    beyond={
        "query 'pagelen'": f"{DOCS}/intro/#pagination",
        "query 'fields'": f"{DOCS}/intro/#partial-response",
        "query 'q'": f"{DOCS}/intro/#filtering",
        "query 'sort'": f"{DOCS}/intro/#sorting-query-results",
        "query 'include'": f"{DOCS}/api-group-commits",
        "query 'exclude'": f"{DOCS}/api-group-commits",
        "query 'path'": f"{DOCS}/api-group-commits",
        "spec defines no request body": f"{DOCS}: the prose of each has an example with a body",
    },
    checked_with="Bitbucket's OpenAPI description, as of 2024-12",
    sign=sign,
    health=Exchange(
        "GET /repositories/acme",
        query={"pagelen": "1", "fields": "size,values.full_name"},
        response=values({"full_name": "acme/app"}),
    ),
    actions={
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
        "get_commit: by its SHA": Case(
            {**WHERE, "ref": NEW}, (Exchange(f"GET {AT}/commit/{NEW}", response=SECOND),), SEEN
        ),
        "list_commits": Case(
            {**WHERE, "ref": "main", "path": "docs", "limit": 2},
            (
                Exchange(
                    f"GET {AT}/commits",
                    query={"include": "main", "path": "docs", "pagelen": "2"},
                    response=values(
                        SECOND, following=f"{BASE}{AT}/commits?include=main&path=docs&pagelen=2&ctx=x&page=2"
                    ),
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
                Exchange(
                    f"GET {AT}/commits", query={"include": "v1", "pagelen": "1"}, response=values(commit(OTHER, "x"))
                ),
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
        "get_pull_request": Case(
            {**WHERE, "number": 7}, (Exchange(f"GET {AT}/pullrequests/7", response=PULL),), PULL_SEEN
        ),
        "find_pull_request": Case(
            {**WHERE, "source": "docs", "destination": "main"},
            (
                Exchange(
                    f"GET {AT}/pullrequests",
                    query={
                        "q": 'state = "OPEN" AND source.branch.name = "docs" AND '
                        'source.repository.full_name = "acme/app" AND destination.branch.name = "main"',
                        "pagelen": "1",
                    },
                    response=values(PULL),
                ),
            ),
            PULL_SEEN,
        ),
        "list_pull_requests": Case(
            {**WHERE, "state": "MERGED"},
            (Exchange(f"GET {AT}/pullrequests", query={"state": "MERGED", "pagelen": "50"}, response=values(MERGED)),),
            [{"id": 7, "state": "MERGED", "merge_commit": OTHER[:12]}],
        ),
        "create_pull_request": Case(
            {**WHERE, "title": "Docs", "source": "docs", "destination": "main", "description": "All of them."},
            (
                Exchange(
                    f"POST {AT}/pullrequests",
                    json={
                        "title": "Docs",
                        "description": "All of them.",
                        "draft": False,
                        "source": {"branch": {"name": "docs"}},
                        "destination": {"branch": {"name": "main"}},
                    },
                    response=PULL,
                    status=201,
                ),
            ),
            PULL_SEEN,
            docs=TYPE,
        ),
        "update_pull_request": Case(
            {**WHERE, "number": 7, "title": "Docs", "description": "All."},
            (Exchange(f"PUT {AT}/pullrequests/7", json={"title": "Docs", "description": "All."}, response=PULL),),
            PULL_SEEN,
            docs=TYPE,
        ),
        "merge_pull_request": Case(
            {**WHERE, "number": 7, "sha": NEW, "strategy": "squash"},
            (
                Exchange(f"GET {AT}/pullrequests/7", response=PULL),
                Exchange(
                    f"POST {AT}/pullrequests/7/merge",
                    json={"type": "pullrequest_merge_parameters", "merge_strategy": "squash"},
                    response=MERGED,
                ),
            ),
            {"state": "MERGED", "merge_commit": OTHER[:12]},
        ),
        "decline_pull_request": Case(
            {**WHERE, "number": 7},
            (Exchange(f"POST {AT}/pullrequests/7/decline", response={**PULL, "state": "DECLINED"}),),
            {"state": "DECLINED"},
        ),
        "update_comment": Case(
            {**WHERE, "number": 7, "comment_id": 3, "text": "Me too"},
            (Exchange(f"PUT {AT}/pullrequests/7/comments/3", json={"content": {"raw": "Me too"}}, response=COMMENT),),
            {"id": 3, "content": "Me too"},
            docs=TYPE,
        ),
        "add_comment": Case(
            {**WHERE, "number": 7, "text": "Me too"},
            (
                Exchange(
                    f"POST {AT}/pullrequests/7/comments",
                    json={"content": {"raw": "Me too"}},
                    response=COMMENT,
                    status=201,
                ),
            ),
            {"id": 3, "content": "Me too", "user": "Emma"},
            docs=TYPE,
        ),
        "list_comments": Case(
            {**WHERE, "number": 7, "limit": 2},
            (Exchange(f"GET {AT}/pullrequests/7/comments", query={"pagelen": "2"}, response=values(COMMENT)),),
            [{"content": "Me too"}],
        ),
        "get_issue": Case({**WHERE, "number": 5}, (Exchange(f"GET {AT}/issues/5", response=ISSUE),), ISSUE_SEEN),
        "list_issues": Case(
            {**WHERE, "state": "on hold"},
            (Exchange(f"GET {AT}/issues", query={"q": 'state = "on hold"', "pagelen": "100"}, response=values(ISSUE)),),
            [ISSUE_SEEN],
        ),
        "create_issue": Case(
            {**WHERE, "title": "Found a bug", "content": "It hurts.", "kind": "bug"},
            (
                Exchange(
                    f"POST {AT}/issues",
                    json={"title": "Found a bug", "content": {"raw": "It hurts."}, "kind": "bug"},
                    response=ISSUE,
                    status=201,
                ),
            ),
            ISSUE_SEEN,
            docs=TYPE,
        ),
        "update_issue": Case(
            {**WHERE, "number": 5, "state": "resolved"},
            (Exchange(f"PUT {AT}/issues/5", json={"state": "resolved"}, response={**ISSUE, "state": "resolved"}),),
            {"state": "resolved"},
        ),
        "add_issue_comment": Case(
            {**WHERE, "number": 5, "text": "Me too"},
            (
                Exchange(
                    f"POST {AT}/issues/5/comments", json={"content": {"raw": "Me too"}}, response=COMMENT, status=201
                ),
            ),
            {"content": "Me too"},
            docs=TYPE,
        ),
        "run_pipeline": Case(
            {**WHERE, "branch": "main", "pattern": "docs", "variables": {"FULL": "yes"}},
            (
                Exchange(
                    f"POST {AT}/pipelines",
                    json={
                        "target": {
                            "type": "pipeline_ref_target",
                            "ref_type": "branch",
                            "ref_name": "main",
                            "selector": {"type": "custom", "pattern": "docs"},
                        },
                        "variables": [{"key": "FULL", "value": "yes"}],
                    },
                    response=PIPELINE,
                    status=201,
                ),
            ),
            {"uuid": "{p1}", "build_number": 12, "state": "COMPLETED", "result": "SUCCESSFUL", "branch": "main"},
            docs=TYPE,
        ),
        "list_pipelines": Case(
            {**WHERE, "limit": 10},
            (
                Exchange(
                    f"GET {AT}/pipelines", query={"sort": "-created_on", "pagelen": "10"}, response=values(PIPELINE)
                ),
            ),
            [{"build_number": 12, "sha": NEW}],
        ),
        "create_build_status": Case(
            {**WHERE, "sha": NEW, "key": "docs", "state": "SUCCESSFUL", "url": "https://ci.acme.com/1", "name": "Docs"},
            (
                Exchange(
                    f"POST {AT}/commit/{NEW}/statuses/build",
                    json={"key": "docs", "state": "SUCCESSFUL", "url": "https://ci.acme.com/1", "name": "Docs"},
                    response=STATUS,
                    status=201,
                ),
            ),
            {"key": "docs", "state": "SUCCESSFUL"},
            docs=TYPE,
        ),
        "create_webhook": Case(
            {**WHERE, "url": "https://hooks.acme.com/hooks/bitbucket/main", "events": ["repo:push"]},
            (
                Exchange(
                    f"POST {AT}/hooks",
                    json={
                        "description": "Tieline",
                        "url": "https://hooks.acme.com/hooks/bitbucket/main",
                        "active": True,
                        "secret": HOOK,
                        "events": ["repo:push"],
                    },
                    response=WEBHOOK,
                    status=201,
                ),
            ),
            HOOK_SEEN,
        ),
        "list_webhooks": Case(
            WHERE, (Exchange(f"GET {AT}/hooks", query={"pagelen": "100"}, response=values(WEBHOOK)),), [HOOK_SEEN]
        ),
        "delete_webhook": Case(
            {**WHERE, "uuid": "{h1}"},
            (Exchange(f"DELETE {AT}/hooks/%7Bh1%7D", status=204),),
            docs=f"{DOCS}/intro/#universally-unique-identifier: the braces belong to it",
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
    },
    events={
        "push": event("repo:push", "Push", push={"changes": [CHANGE]}),
        "pull_request.opened": event("pullrequest:created", "Created.1", pullrequest=PULL),
        "pull_request.synchronize": event("pullrequest:updated", "Updated.2", pullrequest=PULL),
        "pull_request.merged": event("pullrequest:fulfilled", "Merged", pullrequest=MERGED),
        "pull_request.closed": event(
            "pullrequest:rejected", "Declined", pullrequest={**PULL, "state": "DECLINED", "reason": "Old."}
        ),
        "issues.opened": event("issue:created", "Created", issue=ISSUE),
        "issues.edited": changed("new", "open"),
        "issues.closed": changed("open", "resolved"),
        "issues.reopened": changed("closed", "open"),
        "issue_comment.created": event(
            "pullrequest:comment_created", "Comment-created.1", pullrequest=PULL, comment=COMMENT
        ),
        "workflow_run.completed": event("repo:commit_status_updated", "Build-status-updated", commit_status=STATUS),
    },
)

"""What things look like there, and the requests that come often."""

import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Event, Exchange

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

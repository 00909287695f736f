"""What things look like there, and the requests that come often."""

import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Event, Exchange

BASE = "https://api.github.com"
AT = "/repos/octocat/hello"
HOOKS = "https://docs.github.com/webhooks/webhook-events-and-payloads"
HOOK = "secret-hook-789"
PLACE = str(Path(tempfile.gettempdir()) / "tieline-contract-hello.tar.gz")
OLD, NEW, TREE, TREE2, BLOB = ("a" * 40, "b" * 40, "c" * 40, "d" * 40, "e" * 40)
WHERE = {"repository": "octocat/hello"}
WHO = {"login": "octocat", "id": 1, "type": "User"}
REPOSITORY = {
    "id": 1296269,
    "name": "hello",
    "full_name": "octocat/hello",
    "private": False,
    "default_branch": "main",
    "html_url": "https://github.com/octocat/hello",
}
SIGNED = {"name": "Mona", "email": "mona@example.com", "date": "2026-01-02T03:04:05Z"}
COMMIT: dict[str, Any] = {
    "sha": NEW,
    "html_url": f"https://github.com/octocat/hello/commit/{NEW}",
    "commit": {"message": "Fix all the bugs", "author": SIGNED, "tree": {"sha": TREE}},
    "author": WHO,
    "parents": [{"sha": OLD}],
}
COMMIT_SEEN = {"sha": NEW, "message": "Fix all the bugs", "tree": TREE, "parents": [OLD], "author": {"name": "Mona"}}
#: The same, as the Git data API gives it.
GIT_COMMIT = {
    "sha": NEW,
    "message": "Fix all the bugs",
    "author": SIGNED,
    "tree": {"sha": TREE2},
    "parents": [{"sha": OLD}],
}
GIT_PARENT = {"sha": OLD, "message": "Begin", "author": SIGNED, "tree": {"sha": TREE}, "parents": []}
CHANGED = {
    "filename": "a.py",
    "status": "modified",
    "sha": BLOB,
    "additions": 1,
    "deletions": 0,
    "patch": "@@ -1 +1,2 @@",
}
README = {"type": "file", "path": "README.md", "sha": BLOB, "size": 5, "encoding": "base64", "content": "SGVs\nbG8=\n"}
HEAD = {"ref": "refs/heads/main", "object": {"type": "commit", "sha": OLD}}
OBJECT = {"accept": "application/vnd.github.object+json"}


def blob(path: str, sha: str = BLOB, mode: str = "100644") -> dict[str, Any]:
    """A file in a tree."""
    return {"path": path, "mode": mode, "type": "blob", "sha": sha, "size": 5}


def folder(path: str, sha: str) -> dict[str, Any]:
    """A folder in a tree."""
    return {"path": path, "mode": "040000", "type": "tree", "sha": sha}


def tree(sha: str, *entries: dict[str, Any], truncated: bool = False) -> dict[str, Any]:
    """A tree."""
    return {"sha": sha, "tree": list(entries), "truncated": truncated}


def end(name: str, sha: str) -> dict[str, Any]:
    """One side of a pull request."""
    return {"ref": name, "sha": sha, "label": f"octocat:{name}", "repo": REPOSITORY}


PULL: dict[str, Any] = {
    "id": 1,
    "number": 7,
    "title": "Docs",
    "body": "All of them.",
    "state": "open",
    "draft": False,
    "merged": False,
    "user": WHO,
    "labels": [{"name": "docs", "color": "f29513"}],
    "head": end("docs", NEW),
    "base": end("main", OLD),
    "html_url": "https://github.com/octocat/hello/pull/7",
}
PULL_SEEN = {"number": 7, "user": "octocat", "labels": ["docs"], "head": {"ref": "docs", "sha": NEW}, "merged": False}
ISSUE: dict[str, Any] = {
    "id": 1,
    "number": 1347,
    "title": "Found a bug",
    "body": "I'm having a problem with this.",
    "state": "open",
    "user": WHO,
    "labels": [{"name": "bug"}],
    "assignees": [WHO],
    "html_url": "https://github.com/octocat/hello/issues/1347",
    "created_at": "2026-01-02T03:04:05Z",
}
ISSUE_SEEN = {"number": 1347, "user": "octocat", "labels": ["bug"], "assignees": ["octocat"], "state": "open"}
COMMENT = {"id": 1, "body": "Me too", "user": WHO, "html_url": "https://github.com/octocat/hello/issues/1347#c"}
RUN = {
    "id": 30433642,
    "name": "Build",
    "event": "push",
    "status": "completed",
    "conclusion": "success",
    "head_sha": NEW,
}
WEBHOOK = {
    "id": 12345678,
    "type": "Repository",
    "name": "web",
    "active": True,
    "events": ["push"],
    "url": f"{BASE}{AT}/hooks/12345678",
    "config": {"url": "https://hooks.acme.com/hooks/github/main", "content_type": "json", "secret": "********"},
}
HOOK_SEEN = {"id": 12345678, "events": ["push"], "url": "https://hooks.acme.com/hooks/github/main"}
COMPARED: dict[str, Any] = {
    "status": "ahead",
    "ahead_by": 2,
    "behind_by": 0,
    "total_commits": 2,
    "base_commit": {**COMMIT, "sha": OLD, "parents": []},
    "merge_base_commit": {**COMMIT, "sha": OLD, "parents": []},
    "commits": [COMMIT],
    "files": [CHANGED],
}


def sign(raw: bytes, _now: float) -> dict[str, str]:
    """https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries."""
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(HOOK.encode(), raw, hashlib.sha256).hexdigest()}


def event(kind: str, anchor: str = "", **payload: Any) -> Event:
    """A delivery."""
    headers = {"X-GitHub-Event": kind, "X-GitHub-Delivery": f"72d3162e-{kind}"}
    return Event({"repository": REPOSITORY, "sender": WHO, **payload}, headers, f"{HOOKS}#{anchor or kind}")


def following(page: str, number: int) -> dict[str, str]:
    """The header that leads to the next page."""
    return {"link": f'<{BASE}{page}&page={number}>; rel="next", <{BASE}{page}&page=9>; rel="last"'}


PUSHED = {"id": NEW, "message": "Fix all the bugs", "added": [], "removed": [], "modified": ["a.py"]}
ISSUE_EVENTS = ("opened", "edited", "closed", "reopened", "deleted", "assigned", "unassigned", "labeled", "unlabeled")
#: The steps of `commit_files` until the tree is made.
UNTIL_TREE = (
    Exchange(f"GET {AT}/git/ref/heads%2Fmain", response=HEAD),
    Exchange(f"GET {AT}/git/commits/{OLD}", response=GIT_PARENT),
    Exchange(
        f"GET {AT}/git/trees/{TREE}", response=tree(TREE, folder("docs", "1" * 40), blob("run.sh", mode="100755"))
    ),
    Exchange(
        f"GET {AT}/git/trees/{'1' * 40}",
        response=tree("1" * 40, blob("old.md"), blob("same.md", "5ab2f8a4323abafb10abb68657d9d39f1a775057")),
    ),
    Exchange(
        f"POST {AT}/git/blobs", json={"content": "AAE=", "encoding": "base64"}, response={"sha": "2" * 40}, status=201
    ),
    Exchange(
        f"POST {AT}/git/trees",
        json={
            "base_tree": TREE,
            "tree": [
                {"path": "docs/new.md", "mode": "100644", "type": "blob", "content": "New\n"},
                {"path": "docs/old.md", "mode": "100644", "type": "blob", "sha": None},
                {"path": "logo.png", "mode": "100644", "type": "blob", "sha": "2" * 40},
                {"path": "run.sh", "mode": "100755", "type": "blob", "content": "true\n"},
            ],
        },
        response=tree(TREE2),
        status=201,
    ),
)
WRITES = {
    **WHERE,
    "branch": "main",
    "files": {
        "docs/new.md": "New\n",
        "docs/old.md": None,
        "docs/same.md": "Hello",
        "docs/gone.md": None,
        "logo.png": "\0\1",
        "run.sh": "true\n",
    },
    "message": "Fix all the bugs",
}

"""What things look like there, and the requests that come often."""

import base64
import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Event, Exchange

BASE = "https://gitlab.com/api/v4"
AT = "/projects/acme%2Fapp"
GIT = f"{AT}/repository"
HOOKS = "https://docs.gitlab.com/user/project/integrations/webhook_events/"
HOOK = "whsec_" + 8 * "secret"
PLACE = str(Path(tempfile.gettempdir()) / "tieline-contract-acme.tar.gz")
OLD, NEW, BLOB, TREE = ("a" * 40, "b" * 40, "e" * 40, "c" * 40)
WHERE = {"project": "acme/app"}
WHO = {"id": 1, "username": "root", "name": "Administrator", "state": "active"}
PROJECT = {
    "id": 15,
    "name": "App",
    "path_with_namespace": "acme/app",
    "default_branch": "main",
    "visibility": "private",
    "web_url": "https://gitlab.com/acme/app",
}
COMMIT: dict[str, Any] = {
    "id": NEW,
    "short_id": NEW[:8],
    "title": "Fix all the bugs",
    "message": "Fix all the bugs",
    "author_name": "Ada Example",
    "author_email": "ada@example.com",
    "authored_date": "2026-01-02T03:04:05.000+00:00",
    "parent_ids": [OLD],
    "web_url": f"https://gitlab.com/acme/app/-/commit/{NEW}",
}
PARENT = {**COMMIT, "id": OLD, "parent_ids": [], "message": "Begin"}
COMMIT_SEEN = {"id": NEW, "message": "Fix all the bugs", "parent_ids": [OLD], "author_name": "Ada Example"}
DIFF = {
    "old_path": "a.py",
    "new_path": "a.py",
    "a_mode": "100644",
    "b_mode": "100644",
    "diff": "@@ -1 +1,2 @@\n",
    "new_file": False,
    "renamed_file": False,
    "deleted_file": False,
}
README = {
    "file_name": "README.md",
    "file_path": "README.md",
    "size": 5,
    "encoding": "base64",
    "content": "SGVsbG8=",
    "ref": "main",
    "blob_id": BLOB,
    "commit_id": NEW,
    "last_commit_id": OLD,
    "execute_filemode": False,
}
BRANCH = {"name": "main", "commit": PARENT, "protected": True, "default": True}
PAGES = {"per_page": "100"}
LEVEL = {"ref": OLD, "pagination": "keyset", "per_page": "100"}


def entry(path: str, sha: str = BLOB, mode: str = "100644", kind: str = "blob") -> dict[str, Any]:
    """Something in a tree."""
    return {"id": sha, "name": path.rpartition("/")[2], "type": kind, "path": path, "mode": mode}


def folder(path: str) -> dict[str, Any]:
    """A folder in a tree."""
    return entry(path, TREE, "040000", "tree")


MERGE: dict[str, Any] = {
    "id": 99,
    "iid": 7,
    "title": "Docs",
    "description": "All of them.",
    "state": "opened",
    "draft": False,
    "source_branch": "docs",
    "target_branch": "main",
    "sha": NEW,
    "merge_commit_sha": None,
    "detailed_merge_status": "mergeable",
    "author": WHO,
    "labels": ["docs"],
    "web_url": "https://gitlab.com/acme/app/-/merge_requests/7",
}
MERGE_SEEN = {"iid": 7, "author": "root", "labels": ["docs"], "sha": NEW, "state": "opened"}
ISSUE: dict[str, Any] = {
    "id": 301,
    "iid": 23,
    "title": "Found a bug",
    "description": "I'm having a problem with this.",
    "state": "opened",
    "author": WHO,
    "labels": ["bug"],
    "assignees": [WHO],
    "created_at": "2026-01-02T03:04:05.000Z",
    "web_url": "https://gitlab.com/acme/app/-/issues/23",
}
ISSUE_SEEN = {"iid": 23, "author": "root", "labels": ["bug"], "assignees": ["root"], "state": "opened"}
NOTE = {"id": 302, "body": "Me too", "author": WHO, "system": False, "created_at": "2026-01-02T03:04:05.000Z"}
STATUS = {"id": 93, "sha": NEW, "ref": "main", "status": "success", "name": "docs", "author": WHO}
PIPELINE = {"id": 61, "sha": NEW, "ref": "main", "status": "pending", "source": "api"}
WIKI = {"slug": "guide/start", "title": "start", "format": "markdown", "content": "Begin here."}
TOLD = {
    "push_events": True,
    "tag_push_events": False,
    "merge_requests_events": False,
    "issues_events": False,
    "note_events": False,
    "pipeline_events": False,
    "releases_events": False,
    "wiki_page_events": False,
    "job_events": False,
}
WEBHOOK = {"id": 1, "url": "https://hooks.acme.com/hooks/gitlab/main", "enable_ssl_verification": True, **TOLD}
HOOK_SEEN = {"id": 1, "events": ["push"], "url": "https://hooks.acme.com/hooks/gitlab/main"}


def sign(raw: bytes, now: float) -> dict[str, str]:
    """https://docs.gitlab.com/user/project/integrations/webhooks/#signing-tokens, as https://www.standardwebhooks.com/."""
    key, head = base64.b64decode(HOOK.removeprefix("whsec_")), f"msg_1.{int(now)}.".encode()
    signature = base64.b64encode(hmac.new(key, head + raw, hashlib.sha256).digest()).decode()
    return {"webhook-id": "msg_1", "webhook-timestamp": str(int(now)), "webhook-signature": f"v1,{signature}"}


def event(kind: str, anchor: str, **payload: Any) -> Event:
    """A delivery."""
    return Event({"project": PROJECT, "user": WHO, **payload}, {"X-Gitlab-Event": kind}, f"{HOOKS}#{anchor}-events")


def merge(action: str, state: str = "opened", **more: Any) -> Event:
    """What happened to a merge request."""
    kept = {name: MERGE[name] for name in ("id", "iid", "title", "description", "source_branch", "target_branch")}
    now = {**kept, "last_commit": {"id": NEW}, "action": action, "state": state, **more}
    told: dict[str, Any] = {"object_kind": "merge_request", "event_type": "merge_request"}
    told |= {"object_attributes": now, "labels": [{"id": 206, "title": "docs"}], "changes": {}}
    return event("Merge Request Hook", "merge-request", **told)


def issue(action: str, **changes: Any) -> Event:
    """What happened to an issue."""
    now = {"id": 301, "iid": 23, "title": "Found a bug", "state": "opened", "action": action, "url": ISSUE["web_url"]}
    told: dict[str, Any] = {"object_kind": "issue", "event_type": "issue", "object_attributes": now}
    told |= {"labels": [{"id": 206, "title": "bug"}], "assignees": [WHO], "changes": changes}
    return event("Issue Hook", "work-item", **told)


def changed(*sides: dict[str, Any], more: bool) -> dict[str, Any]:
    """A field that has got, or lost, something."""
    return {"previous": [] if more else list(sides), "current": list(sides) if more else []}


PUSHED = {"id": NEW, "message": "Fix all the bugs", "added": [], "removed": [], "modified": ["a.py"]}
BUG = {"id": 206, "title": "bug"}
#: The steps of `commit_files` until the commit is made.
UNTIL_COMMIT = (
    Exchange(f"GET {GIT}/branches/main", response=BRANCH),
    Exchange(f"GET {GIT}/tree", query=LEVEL, response=[folder("docs"), entry("run.sh", mode="100755")]),
    Exchange(
        f"GET {GIT}/tree",
        query={**LEVEL, "path": "docs"},
        response=[entry("docs/old.md"), entry("docs/same.md", "5ab2f8a4323abafb10abb68657d9d39f1a775057")],
    ),
    Exchange(f"GET {GIT}/commits", query={"ref_name": OLD, "path": "docs/old.md", "per_page": "1"}, response=[PARENT]),
    Exchange(f"GET {GIT}/commits", query={"ref_name": OLD, "path": "run.sh", "per_page": "1"}, response=[COMMIT]),
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
COMMITTING = Exchange(
    f"POST {GIT}/commits",
    json={
        "branch": "main",
        "commit_message": "Fix all the bugs",
        "actions": [
            {"action": "create", "file_path": "docs/new.md", "content": "New\n", "encoding": "text"},
            {"action": "delete", "file_path": "docs/old.md", "last_commit_id": OLD},
            {"action": "create", "file_path": "logo.png", "content": "AAE=", "encoding": "base64"},
            {
                "action": "update",
                "file_path": "run.sh",
                "content": "true\n",
                "encoding": "text",
                "last_commit_id": NEW,
            },
        ],
    },
    response=COMMIT,
    status=201,
)
#: The tree of the commit that an earlier try has made.
DONE = {**LEVEL, "ref": NEW}

"""GitLab, as of https://docs.gitlab.com/api/rest/ (version 4) on 2026-11-22."""

import base64
import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

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

contract = Contract(
    base=BASE,
    checked_with="python-gitlab 8.6 and GitLab's own openapi.yaml of 2026-04, but for paths that neither has",
    credentials={"token": "secret-token-123", "webhook_secret": HOOK},
    health=Exchange("GET /user", response=WHO, docs="https://docs.gitlab.com/api/users/#get-the-current-user"),
    sign=sign,
    logins={"token": ({"token": "glpat-1"}, {"private-token": "glpat-1"})},
    own_words=("compare", "commit", "merge"),
    actions={
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
                        "actions": [
                            {"action": "create", "file_path": "logo.png", "content": "AAE=", "encoding": "base64"}
                        ],
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
        "get_merge_request": Case(
            {**WHERE, "iid": 7}, (Exchange(f"GET {AT}/merge_requests/7", response=MERGE),), MERGE_SEEN
        ),
        "find_merge_request": Case(
            {**WHERE, "source_branch": "docs", "target_branch": "main"},
            (
                Exchange(
                    f"GET {AT}/merge_requests",
                    query={"state": "opened", "source_branch": "docs", "target_branch": "main", "per_page": "100"},
                    response=[MERGE],
                ),
            ),
            MERGE_SEEN,
        ),
        "list_merge_requests": Case(
            {**WHERE, "state": "all"},
            (Exchange(f"GET {AT}/merge_requests", query={"state": "all", **PAGES}, response=[MERGE]),),
            [MERGE_SEEN],
        ),
        "create_merge_request": Case(
            {
                **WHERE,
                "title": "Docs",
                "source_branch": "docs",
                "target_branch": "main",
                "description": "All of them.",
                "labels": ["docs", "api"],
            },
            (
                Exchange(
                    f"POST {AT}/merge_requests",
                    json={
                        "title": "Docs",
                        "source_branch": "docs",
                        "target_branch": "main",
                        "description": "All of them.",
                        "labels": "docs,api",
                    },
                    response=MERGE,
                    status=201,
                ),
            ),
            MERGE_SEEN,
        ),
        "update_merge_request": Case(
            {**WHERE, "iid": 7, "description": "All.", "state_event": "close"},
            (
                Exchange(
                    f"PUT {AT}/merge_requests/7",
                    json={"description": "All.", "state_event": "close"},
                    response={**MERGE, "state": "closed"},
                ),
            ),
            {"state": "closed"},
        ),
        "merge_merge_request": Case(
            {**WHERE, "iid": 7, "sha": NEW, "squash": True},
            (
                Exchange(
                    f"PUT {AT}/merge_requests/7/merge",
                    json={"sha": NEW, "squash": True, "should_remove_source_branch": False},
                    response={**MERGE, "state": "merged", "merge_commit_sha": OLD},
                ),
            ),
            {"state": "merged", "merge_commit_sha": OLD},
        ),
        "get_issue": Case({**WHERE, "iid": 23}, (Exchange(f"GET {AT}/issues/23", response=ISSUE),), ISSUE_SEEN),
        "list_issues": Case(
            {**WHERE, "labels": ["bug", "docs"], "updated_after": "2026-01-02T00:00:00Z", "limit": 2},
            (
                Exchange(
                    f"GET {AT}/issues",
                    query={
                        "state": "opened",
                        "labels": "bug,docs",
                        "updated_after": "2026-01-02T00:00:00Z",
                        "per_page": "2",
                    },
                    response=[ISSUE],
                ),
            ),
            [ISSUE_SEEN],
        ),
        "create_issue": Case(
            {**WHERE, "title": "Found a bug", "labels": ["bug"], "assignee_ids": [1]},
            (
                Exchange(
                    f"POST {AT}/issues",
                    json={"title": "Found a bug", "labels": "bug", "assignee_ids": [1]},
                    response=ISSUE,
                    status=201,
                ),
            ),
            ISSUE_SEEN,
        ),
        "update_issue": Case(
            {**WHERE, "iid": 23, "state_event": "close"},
            (Exchange(f"PUT {AT}/issues/23", json={"state_event": "close"}, response={**ISSUE, "state": "closed"}),),
            {"state": "closed"},
        ),
        "add_labels": Case(
            {**WHERE, "kind": "merge_requests", "iid": 7, "labels": ["api", "docs"]},
            (
                Exchange(
                    f"PUT {AT}/merge_requests/7",
                    json={"add_labels": "api,docs"},
                    response={**MERGE, "labels": ["api", "docs"]},
                ),
            ),
            ["api", "docs"],
            docs="https://docs.gitlab.com/api/merge_requests/#update-mr has add_labels.",
        ),
        "list_labels": Case(
            WHERE,
            (Exchange(f"GET {AT}/labels", query=PAGES, response=[{"id": 1, "name": "bug", "color": "#d9534f"}]),),
            [{"name": "bug"}],
        ),
        "add_comment": Case(
            {**WHERE, "kind": "issues", "iid": 23, "body": "Me too"},
            (Exchange(f"POST {AT}/issues/23/notes", json={"body": "Me too"}, response=NOTE, status=201),),
            {"id": 302, "author": "root"},
        ),
        "update_comment": Case(
            {**WHERE, "kind": "merge_requests", "iid": 7, "comment_id": 302, "body": "Me too"},
            (Exchange(f"PUT {AT}/merge_requests/7/notes/302", json={"body": "Me too"}, response=NOTE),),
            {"id": 302, "body": "Me too"},
        ),
        "list_comments": Case(
            {**WHERE, "kind": "issues", "iid": 23, "limit": 2},
            (
                Exchange(
                    f"GET {AT}/issues/23/notes",
                    query={"sort": "asc", "order_by": "created_at", **PAGES},
                    response=[{**NOTE, "system": True, "body": "changed the title"}, NOTE],
                ),
            ),
            [{"body": "Me too"}],
        ),
        "create_commit_status": Case(
            {**WHERE, "sha": NEW, "name": "docs", "state": "success", "description": "3 gaps"},
            (
                Exchange(
                    f"POST {AT}/statuses/{NEW}",
                    json={"state": "success", "name": "docs", "description": "3 gaps"},
                    response=STATUS,
                    status=201,
                ),
            ),
            {"name": "docs", "status": "success"},
            docs="https://docs.gitlab.com/api/commits/#set-commit-pipeline-status: POST /projects/:id/statuses/:sha",
        ),
        "list_commit_statuses": Case(
            {**WHERE, "sha": NEW},
            (Exchange(f"GET {GIT}/commits/{NEW}/statuses", query=PAGES, response=[STATUS]),),
            [{"name": "docs", "status": "success"}],
        ),
        "run_pipeline": Case(
            {**WHERE, "ref": "main", "variables": {"FULL": "yes"}},
            (
                Exchange(
                    f"POST {AT}/pipeline",
                    json={"ref": "main", "variables": [{"key": "FULL", "value": "yes"}]},
                    response=PIPELINE,
                    status=201,
                ),
            ),
            {"id": 61, "status": "pending"},
        ),
        "get_pipeline": Case(
            {**WHERE, "pipeline_id": 61}, (Exchange(f"GET {AT}/pipelines/61", response=PIPELINE),), {"id": 61}
        ),
        "list_pipelines": Case(
            {**WHERE, "ref": "main", "sha": NEW, "limit": 10},
            (
                Exchange(
                    f"GET {AT}/pipelines", query={"ref": "main", "sha": NEW, "per_page": "10"}, response=[PIPELINE]
                ),
            ),
            [{"id": 61, "status": "pending"}],
        ),
        "create_webhook": Case(
            {**WHERE, "url": "https://hooks.acme.com/hooks/gitlab/main", "events": ["push"]},
            (
                Exchange(
                    f"POST {AT}/hooks",
                    json={
                        "url": "https://hooks.acme.com/hooks/gitlab/main",
                        "signing_token": HOOK,
                        "enable_ssl_verification": True,
                        **TOLD,
                    },
                    response=WEBHOOK,
                    status=201,
                ),
            ),
            HOOK_SEEN,
        ),
        "list_webhooks": Case(WHERE, (Exchange(f"GET {AT}/hooks", query=PAGES, response=[WEBHOOK]),), [HOOK_SEEN]),
        "delete_webhook": Case({**WHERE, "webhook_id": 1}, (Exchange(f"DELETE {AT}/hooks/1", status=204),)),
        "search_code": Case(
            {**WHERE, "query": "parse_date filename:*.py"},
            (
                Exchange(
                    f"GET {AT}/search",
                    query={"scope": "blobs", "search": "parse_date filename:*.py", "per_page": "20"},
                    response=[
                        {"path": "a.py", "data": "def parse_date", "startline": 3, "ref": "main", "project_id": 15}
                    ],
                ),
            ),
            [{"path": "a.py", "startline": 3}],
            docs="https://docs.gitlab.com/api/search/#project-search-api: no description has it.",
        ),
        "list_wiki_pages": Case(WHERE, (Exchange(f"GET {AT}/wikis", response=[WIKI]),), [{"slug": "guide/start"}]),
        "get_wiki_page": Case(
            {**WHERE, "slug": "guide/start"},
            (Exchange(f"GET {AT}/wikis/guide%2Fstart", response=WIKI),),
            {"content": "Begin here."},
        ),
        "create_wiki_page": Case(
            {**WHERE, "title": "guide/start", "content": "Begin here."},
            (
                Exchange(
                    f"POST {AT}/wikis",
                    json={"title": "guide/start", "content": "Begin here.", "format": "markdown"},
                    response=WIKI,
                    status=201,
                ),
            ),
            {"slug": "guide/start"},
        ),
        "update_wiki_page": Case(
            {**WHERE, "slug": "guide/start", "content": "Begin."},
            (Exchange(f"PUT {AT}/wikis/guide%2Fstart", json={"content": "Begin."}, response=WIKI),),
            {"slug": "guide/start"},
        ),
        "delete_wiki_page": Case(
            {**WHERE, "slug": "guide/start"}, (Exchange(f"DELETE {AT}/wikis/guide%2Fstart", status=204),)
        ),
    },
    events={
        "push": event(
            "Push Hook",
            "push",
            object_kind="push",
            event_name="push",
            ref="refs/heads/main",
            before=OLD,
            after=NEW,
            user_username="root",
            commits=[PUSHED],
            total_commits_count=1,
        ),
        "pull_request.opened": merge("open"),
        "pull_request.synchronize": merge("update", oldrev=OLD),
        "pull_request.closed": merge("close", "closed"),
        "pull_request.merged": merge("merge", "merged"),
        "issues.opened": issue("open"),
        "issues.closed": issue("close"),
        "issues.reopened": issue("reopen"),
        "issues.edited": issue("update", title={"previous": "Bug", "current": "Found a bug"}),
        "issues.labeled": issue("update", labels=changed(BUG, more=True)),
        "issues.unlabeled": issue("update", labels=changed(BUG, more=False)),
        "issues.assigned": issue("update", assignees=changed(WHO, more=True)),
        "issues.unassigned": issue("update", assignees=changed(WHO, more=False)),
        "issue_comment.created": event(
            "Note Hook",
            "comment",
            object_kind="note",
            event_type="note",
            object_attributes={
                "id": 1241,
                "note": "Hello world",
                "noteable_type": "Issue",
                "system": False,
                "action": "create",
                "url": "https://gitlab.com/acme/app/-/issues/23#note_1241",
            },
            issue={"id": 301, "iid": 23, "title": "Found a bug", "state": "opened"},
        ),
        "workflow_run.completed": event(
            "Pipeline Hook",
            "pipeline",
            object_kind="pipeline",
            object_attributes={"id": 31, "ref": "main", "sha": NEW, "status": "success", "source": "push"},
        ),
        "release.published": event(
            "Release Hook", "release", object_kind="release", id=1, action="create", tag="v1.1", name="v1.1"
        ),
    },
)

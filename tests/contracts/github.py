"""GitHub, as of https://docs.github.com/rest (version 2022-11-28) on 2026-11-22."""

import base64
import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

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

contract = Contract(
    base=BASE,
    checked_with="GitHub's OpenAPI description, @octokit/openapi 23.0.2",
    credentials={"token": "secret-token-123", "webhook_secret": HOOK},
    health=Exchange("GET /user", response=WHO),
    sign=sign,
    logins={
        "token": (
            {"token": "github_pat_1"},
            {
                "authorization": "Bearer github_pat_1",
                "accept": "application/vnd.github+json",
                "x-github-api-version": "2022-11-28",
            },
        ),
    },
    own_words=("compare", "commit", "merge", "dispatch"),
    actions={
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
        "get_pull_request": Case({**WHERE, "number": 7}, (Exchange(f"GET {AT}/pulls/7", response=PULL),), PULL_SEEN),
        "find_pull_request": Case(
            {**WHERE, "head": "docs", "base": "main"},
            (
                Exchange(
                    f"GET {AT}/pulls",
                    query={"state": "open", "head": "octocat:docs", "base": "main", "per_page": "1"},
                    response=[PULL],
                ),
            ),
            PULL_SEEN,
        ),
        "list_pull_requests": Case(
            {**WHERE, "state": "all"},
            (Exchange(f"GET {AT}/pulls", query={"state": "all", "per_page": "100"}, response=[PULL]),),
            [PULL_SEEN],
        ),
        "create_pull_request": Case(
            {**WHERE, "title": "Docs", "head": "docs", "base": "main", "body": "All of them."},
            (
                Exchange(
                    f"POST {AT}/pulls",
                    json={"title": "Docs", "head": "docs", "base": "main", "body": "All of them.", "draft": False},
                    response=PULL,
                    status=201,
                ),
            ),
            PULL_SEEN,
        ),
        "update_pull_request": Case(
            {**WHERE, "number": 7, "body": "All."},
            (Exchange(f"PATCH {AT}/pulls/7", json={"body": "All."}, response=PULL),),
            PULL_SEEN,
        ),
        "merge_pull_request": Case(
            {**WHERE, "number": 7, "sha": NEW, "method": "squash"},
            (
                Exchange(
                    f"PUT {AT}/pulls/7/merge",
                    json={"sha": NEW, "merge_method": "squash"},
                    response={"sha": OLD, "merged": True, "message": "Pull Request successfully merged"},
                ),
            ),
            {"sha": OLD, "merged": True},
        ),
        "get_issue": Case({**WHERE, "number": 1347}, (Exchange(f"GET {AT}/issues/1347", response=ISSUE),), ISSUE_SEEN),
        "list_issues": Case(
            {**WHERE, "labels": ["bug", "docs"], "since": "2026-01-02T00:00:00Z", "limit": 2},
            (
                Exchange(
                    f"GET {AT}/issues",
                    query={"state": "open", "labels": "bug,docs", "since": "2026-01-02T00:00:00Z", "per_page": "100"},
                    response=[{**ISSUE, "pull_request": {"url": f"{BASE}{AT}/pulls/7"}}, ISSUE],
                ),
            ),
            [ISSUE_SEEN],
        ),
        "create_issue": Case(
            {**WHERE, "title": "Found a bug", "labels": ["bug"], "assignees": ["octocat"]},
            (
                Exchange(
                    f"POST {AT}/issues",
                    json={"title": "Found a bug", "labels": ["bug"], "assignees": ["octocat"]},
                    response=ISSUE,
                    status=201,
                ),
            ),
            ISSUE_SEEN,
        ),
        "update_issue": Case(
            {**WHERE, "number": 1347, "state": "closed"},
            (Exchange(f"PATCH {AT}/issues/1347", json={"state": "closed"}, response={**ISSUE, "state": "closed"}),),
            {"state": "closed"},
        ),
        "add_labels": Case(
            {**WHERE, "number": 1347, "labels": ["docs"]},
            (
                Exchange(
                    f"POST {AT}/issues/1347/labels",
                    json={"labels": ["docs"]},
                    response=[{"name": "bug"}, {"name": "docs"}],
                ),
            ),
            [{"name": "bug"}, {"name": "docs"}],
        ),
        "add_comment": Case(
            {**WHERE, "number": 1347, "body": "Me too"},
            (Exchange(f"POST {AT}/issues/1347/comments", json={"body": "Me too"}, response=COMMENT, status=201),),
            {"id": 1, "user": "octocat"},
        ),
        "update_comment": Case(
            {**WHERE, "comment_id": 1, "body": "Me too"},
            (Exchange(f"PATCH {AT}/issues/comments/1", json={"body": "Me too"}, response=COMMENT),),
            {"id": 1, "body": "Me too"},
        ),
        "list_comments": Case(
            {**WHERE, "number": 1347, "limit": 2},
            (Exchange(f"GET {AT}/issues/1347/comments", query={"per_page": "2"}, response=[COMMENT]),),
            [{"body": "Me too"}],
        ),
        "create_check_run": Case(
            {
                **WHERE,
                "name": "docs",
                "head_sha": NEW,
                "conclusion": "neutral",
                "title": "3 gaps",
                "summary": "**Three**",
            },
            (
                Exchange(
                    f"POST {AT}/check-runs",
                    json={
                        "name": "docs",
                        "head_sha": NEW,
                        "status": "completed",
                        "conclusion": "neutral",
                        "output": {"title": "3 gaps", "summary": "**Three**"},
                    },
                    response={**RUN, "name": "docs", "conclusion": "neutral"},
                    status=201,
                ),
            ),
            {"name": "docs", "conclusion": "neutral"},
        ),
        "dispatch_workflow": Case(
            {**WHERE, "workflow": "docs.yml", "ref": "main", "inputs": {"full": "yes"}},
            (
                Exchange(
                    f"POST {AT}/actions/workflows/docs.yml/dispatches",
                    json={"ref": "main", "inputs": {"full": "yes"}},
                    status=204,
                ),
            ),
        ),
        "list_workflow_runs": Case(
            {**WHERE, "workflow": "docs.yml", "branch": "main", "limit": 10},
            (
                Exchange(
                    f"GET {AT}/actions/workflows/docs.yml/runs",
                    query={"branch": "main", "per_page": "10"},
                    response={"total_count": 1, "workflow_runs": [RUN]},
                ),
            ),
            [{"id": 30433642, "conclusion": "success"}],
        ),
        "create_webhook": Case(
            {**WHERE, "url": "https://hooks.acme.com/hooks/github/main", "events": ["push"]},
            (
                Exchange(
                    f"POST {AT}/hooks",
                    json={
                        "name": "web",
                        "active": True,
                        "events": ["push"],
                        "config": {
                            "url": "https://hooks.acme.com/hooks/github/main",
                            "content_type": "json",
                            "secret": HOOK,
                            "insecure_ssl": "0",
                        },
                    },
                    response=WEBHOOK,
                    status=201,
                ),
            ),
            HOOK_SEEN,
        ),
        "list_webhooks": Case(
            WHERE, (Exchange(f"GET {AT}/hooks", query={"per_page": "100"}, response=[WEBHOOK]),), [HOOK_SEEN]
        ),
        "delete_webhook": Case(
            {**WHERE, "webhook_id": 12345678}, (Exchange(f"DELETE {AT}/hooks/12345678", status=204),)
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
    },
    events={
        "push": event(
            "push",
            ref="refs/heads/main",
            before=OLD,
            after=NEW,
            created=False,
            deleted=False,
            forced=True,
            commits=[PUSHED],
            head_commit=PUSHED,
        ),
        "pull_request.opened": event("pull_request", action="opened", number=7, pull_request=PULL),
        "pull_request.synchronize": event(
            "pull_request", action="synchronize", number=7, pull_request=PULL, before=OLD, after=NEW
        ),
        "pull_request.closed": event(
            "pull_request", action="closed", number=7, pull_request={**PULL, "state": "closed"}
        ),
        "pull_request.merged": event(
            "pull_request", action="closed", number=7, pull_request={**PULL, "state": "closed", "merged": True}
        ),
        **{f"issues.{one}": event("issues", action=one, issue=ISSUE) for one in ISSUE_EVENTS},
        "issue_comment.created": event("issue_comment", action="created", issue=ISSUE, comment=COMMENT),
        "workflow_run.completed": event("workflow_run", action="completed", workflow_run=RUN),
        "release.published": event(
            "release", action="published", release={"id": 1, "tag_name": "v1.0.0", "name": "One"}
        ),
        "ping": event("ping", zen="Design for failure.", hook_id=30),
    },
)

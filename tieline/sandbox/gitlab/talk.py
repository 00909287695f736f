"""Issues, merge requests, comments and labels.

Pages: https://docs.gitlab.com/api/issues/, https://docs.gitlab.com/api/merge_requests/,
https://docs.gitlab.com/api/notes/, https://docs.gitlab.com/api/labels/
"""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.git.repos import HEADS
from tieline.sandbox.gitlab import shown
from tieline.sandbox.gitlab.memory import ME, GitLab, Project
from tieline.sandbox.gitlab.wire import (
    Refused,
    fields,
    gitlab_of,
    missing,
    one_of,
    page,
    project_of,
    text,
    words,
)
from tieline.sandbox.happening import Record

EVENTS = {"close": "closed", "reopen": "opened"}
STATES = ("opened", "closed", "locked", "merged", "all")


def _known(request: Request) -> tuple[Project, str, Record]:
    """The issue or merge request that the path names. Errors: 404."""
    repo, kind = project_of(request), "issues" if "/issues/" in request.scope["path"] else "merge_requests"
    found = (repo.issues if kind == "issues" else repo.merges).get(request.path_params["iid"])
    if found is None:
        raise Refused(404, "404 Not found")
    return repo, kind, found


def _learned(gitlab: GitLab, repo: Project, names: list[str]) -> list[str]:
    """Labels; those that the project does not know are made."""
    for name in names:
        known = {"id": next(gitlab.ids), "name": name, "color": "#6699cc", "description": None}
        repo.labels.setdefault(name, known)
    return sorted(names)


def _set(gitlab: GitLab, repo: Project, one: Record, body: Record) -> tuple[str, Record]:
    """Change what issues and merge requests have in common; what was done, and the labels before. Errors: 400."""
    event, before = one_of(body, "state_event", tuple(EVENTS)), list(one["labels"])
    if body.get("title") is not None:
        one["title"] = text(body, "title")
    if body.get("description") is not None:
        one["description"] = str(body["description"])
    if body.get("labels") is not None:
        one["labels"] = _learned(gitlab, repo, words(body["labels"]))
    if body.get("add_labels") is not None:
        one["labels"] = _learned(gitlab, repo, words([*one["labels"], *words(body["add_labels"])]))
    if body.get("remove_labels") is not None:
        gone = words(body["remove_labels"])
        one["labels"] = [name for name in one["labels"] if name not in gone]
    one["updated_at"] = gitlab.now()
    if event and one["state"] in {"opened", "closed"}:
        one |= {"state": EVENTS[event], "closed_at": gitlab.now() if event == "close" else None}
    changes = {"labels": {"previous": before, "current": one["labels"]}} if before != one["labels"] else {}
    return event or "update", changes


def new_issue(gitlab: GitLab, repo: Project, title: str, description: str | None = None) -> Record:
    """Open an issue."""
    iid, now = max(repo.issues, default=0) + 1, gitlab.now()
    made: Record = {
        "id": next(gitlab.ids), "iid": iid, "project_id": repo.about["id"], "title": title, "state": "opened",
        "description": description, "labels": [], "author": ME, "assignees": [], "confidential": False,
        "created_at": now, "updated_at": now, "closed_at": None,
    }  # fmt: skip
    repo.issues[iid], repo.notes["issues", iid] = made, []
    return made


async def list_issues(request: Request) -> Response:
    """GET /issues: newest first."""
    repo, query = project_of(request), request.query_params
    state, labels = query.get("state", "all"), set(words(query.get("labels", "")))
    since = _moment(query.get("updated_after"))
    chosen = [
        shown.issue(request, repo, one)
        for one in reversed(repo.issues.values())
        if state in ("all", one["state"])
        and labels <= set(one["labels"])
        and (since is None or datetime.fromisoformat(one["updated_at"]) >= since)
    ]
    return page(request, chosen)


def _moment(value: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if value else None
    except ValueError:
        raise missing("updated_after", "is invalid") from None
    if found and not found.tzinfo:
        raise missing("updated_after", "is invalid")
    return found


async def create_issue(request: Request) -> Response:
    """POST /issues. Errors: 400."""
    gitlab, repo, body = gitlab_of(request), project_of(request), await fields(request)
    title, labels = text(body, "title"), words(body.get("labels") or [])
    made = new_issue(gitlab, repo, title, body.get("description"))
    made |= {"labels": _learned(gitlab, repo, labels), "assignees": _people(body.get("assignee_ids"))}
    gitlab.tell("issue.changed", {"action": "open", "iid": made["iid"], "repo": repo.name, "changes": {}})
    return JSONResponse(shown.issue(request, repo, made), 201)


def _people(value: Any) -> list[Record]:
    if not isinstance(value or [], list):
        raise missing("assignee_ids", "is invalid")
    return [ME for one in value or [] if one == ME["id"]]


async def get_issue(request: Request) -> Response:
    """GET /issues/:iid."""
    repo, _, one = _known(request)
    return JSONResponse(shown.issue(request, repo, one))


async def update_issue(request: Request) -> Response:
    """PUT /issues/:iid. Errors: 400."""
    gitlab, (repo, _, one), body = gitlab_of(request), _known(request), await fields(request)
    if body.get("assignee_ids") is not None:
        one["assignees"] = _people(body["assignee_ids"])
    action, changes = _set(gitlab, repo, one, body)
    gitlab.tell("issue.changed", {"action": action, "iid": one["iid"], "repo": repo.name, "changes": changes})
    return JSONResponse(shown.issue(request, repo, one))


async def list_labels(request: Request) -> Response:
    """GET /labels."""
    return page(request, list(project_of(request).labels.values()))


async def list_notes(request: Request) -> Response:
    """GET /notes of an issue or a merge request: newest first, unless asked for otherwise."""
    repo, kind, one = _known(request)
    notes = repo.notes[kind, one["iid"]]
    return page(request, notes if request.query_params.get("sort") == "asc" else notes[::-1])


async def add_note(request: Request) -> Response:
    """POST /notes. Errors: 400."""
    gitlab, (repo, kind, one), body = gitlab_of(request), _known(request), await fields(request)
    now = gitlab.now()
    made = {"id": next(gitlab.ids), "body": text(body, "body"), "author": ME, "system": False, "created_at": now}
    made |= {"updated_at": now, "noteable_type": "Issue" if kind == "issues" else "MergeRequest"}
    repo.notes[kind, one["iid"]].append(made)
    gitlab.tell("note.created", made, parent={"repo": repo.name, "kind": kind, "iid": one["iid"]})
    return JSONResponse(made, 201)


async def update_note(request: Request) -> Response:
    """PUT /notes/:id. Errors: 404."""
    gitlab, (repo, kind, one), body = gitlab_of(request), _known(request), await fields(request)
    number = request.path_params["note"]
    found = next((note for note in repo.notes[kind, one["iid"]] if note["id"] == number), None)
    if found is None:
        raise Refused(404, "404 Note Not Found")
    found |= {"body": text(body, "body"), "updated_at": gitlab.now()}
    return JSONResponse(found)


async def list_merges(request: Request) -> Response:
    """GET /merge_requests: newest first."""
    repo, query = project_of(request), request.query_params
    state = one_of(dict(query), "state", STATES) or "all"
    chosen = [
        shown.merge(request, repo, one)
        for one in reversed(repo.merges.values())
        if state in ("all", one["state"])
        and query.get("source_branch") in (None, one["source_branch"])
        and query.get("target_branch") in (None, one["target_branch"])
    ]
    return page(request, chosen)


async def create_merge(request: Request) -> Response:
    """POST /merge_requests. Errors: 400 for branches that are none, 409 with an open merge request."""
    gitlab, repo, body = gitlab_of(request), project_of(request), await fields(request)
    title, source, target = (text(body, name) for name in ("title", "source_branch", "target_branch"))
    for name, branch in (("source_branch", source), ("target_branch", target)):
        if branch not in repo.branches():
            raise Refused(400, {name: ["does not exist"]})
    for one in repo.merges.values():
        if (one["state"], one["source_branch"], one["target_branch"]) == ("opened", source, target):
            problem = f"Another open merge request already exists for this source branch: !{one['iid']}"
            raise Refused(409, [problem])
    iid, now = max(repo.merges, default=0) + 1, gitlab.now()
    made: Record = {
        "id": next(gitlab.ids), "iid": iid, "project_id": repo.about["id"], "title": title, "state": "opened",
        "description": body.get("description"), "draft": title.startswith("Draft:"), "author": ME, "assignees": [],
        "labels": _learned(gitlab, repo, words(body.get("labels") or [])), "source_branch": source,
        "target_branch": target, "sha": repo.branches()[source], "merge_commit_sha": None, "squash_commit_sha": None,
        "merged_at": None, "closed_at": None, "created_at": now, "updated_at": now,
        "sandbox_base": repo.branches()[target],
    }  # fmt: skip
    repo.merges[iid], repo.notes["merge_requests", iid] = made, []
    gitlab.tell("merge.changed", {"action": "open", "iid": iid, "repo": repo.name})
    return JSONResponse(shown.merge(request, repo, made), 201)


async def get_merge(request: Request) -> Response:
    """GET /merge_requests/:iid."""
    repo, _, one = _known(request)
    return JSONResponse(shown.merge(request, repo, one))


async def update_merge(request: Request) -> Response:
    """PUT /merge_requests/:iid. Errors: 400."""
    gitlab, (repo, _, one), body = gitlab_of(request), _known(request), await fields(request)
    target = body.get("target_branch")
    if target is not None and target not in repo.branches():
        raise Refused(400, {"target_branch": ["does not exist"]})
    action, _ = _set(gitlab, repo, one, body)
    one |= {"target_branch": target or one["target_branch"], "draft": one["title"].startswith("Draft:")}
    gitlab.tell("merge.changed", {"action": action, "iid": one["iid"], "repo": repo.name})
    return JSONResponse(shown.merge(request, repo, one))


async def accept_merge(request: Request) -> Response:
    """PUT /merge_requests/:iid/merge. Errors: 405 not open or a draft, 409 another head than `sha`, 422 conflicts."""
    gitlab, (repo, _, one), body = gitlab_of(request), _known(request), await fields(request)
    if one["state"] != "opened" or one["draft"]:
        raise Refused(405, "405 Method Not Allowed")
    _, head = shown.ends(repo, one)
    if body.get("sha") not in (None, head):
        raise Refused(409, f"SHA does not match HEAD of source branch: {head}")
    accept(gitlab, repo, one, squash=body.get("squash") is True)
    if body.get("should_remove_source_branch") is True and one["source_branch"] in repo.branches():
        gitlab.move(repo, HEADS + one["source_branch"], None)
    return JSONResponse(shown.merge(request, repo, one))


def accept(gitlab: GitLab, repo: Project, one: Record, *, squash: bool = False) -> None:
    """Merge a merge request. Errors: 422."""
    base, head = shown.ends(repo, one)
    if repo.conflicts(base, head):
        raise Refused(422, "Branch cannot be merged")
    title = one["title"] if squash else f"Merge branch '{one['source_branch']}' into '{one['target_branch']}'"
    message = f"{title}\n\n{one['title']}\n\nSee merge request {repo.name}!{one['iid']}"
    sha = gitlab.commit(repo, repo.merged(base, head), (base,) if squash else (base, head), message)
    one |= {"state": "merged", "merged_at": gitlab.now(), "updated_at": gitlab.now()}
    one["squash_commit_sha" if squash else "merge_commit_sha"] = sha
    gitlab.move(repo, HEADS + one["target_branch"], sha)
    gitlab.tell("merge.changed", {"action": "merge", "iid": one["iid"], "repo": repo.name})


_AT = "/projects/{project}"
_ISSUE, _MERGE = f"{_AT}/issues/{{iid:int}}", f"{_AT}/merge_requests/{{iid:int}}"
ROUTES = [
    Route(f"{_AT}/issues", list_issues, methods=["GET"]),
    Route(f"{_AT}/issues", create_issue, methods=["POST"]),
    Route(_ISSUE, get_issue, methods=["GET"]),
    Route(_ISSUE, update_issue, methods=["PUT"]),
    Route(f"{_AT}/labels", list_labels, methods=["GET"]),
    *(
        Route(f"{one}/notes{number}", handler, methods=[method])
        for one in (_ISSUE, _MERGE)
        for number, handler, method in (
            ("", list_notes, "GET"),
            ("", add_note, "POST"),
            ("/{note:int}", update_note, "PUT"),
        )
    ),
    Route(f"{_AT}/merge_requests", list_merges, methods=["GET"]),
    Route(f"{_AT}/merge_requests", create_merge, methods=["POST"]),
    Route(_MERGE, get_merge, methods=["GET"]),
    Route(_MERGE, update_merge, methods=["PUT"]),
    Route(f"{_MERGE}/merge", accept_merge, methods=["PUT"]),
]

"""Commits and comparisons, issues, comments, labels and pull requests.

Pages: https://docs.github.com/rest/commits/commits, https://docs.github.com/rest/issues, https://docs.github.com/rest/pulls
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tieline.sandbox.github import shown
from tieline.sandbox.github.memory import HEADS, GitHub, Repo
from tieline.sandbox.github.wire import (
    Refused,
    answer,
    commit_at,
    github_of,
    invalid,
    object_body,
    page,
    part,
    repo_of,
    text,
)
from tieline.sandbox.happening import Record

MOST_FILES = 300


async def list_commits(request: Request) -> Response:
    """GET /commits: newest first, of a branch, of a path."""
    repo, query = repo_of(request), request.query_params
    start, _ = commit_at(repo, query.get("sha") or repo.about["default_branch"])
    path = query.get("path", "")
    chosen = [sha for sha in repo.objects.history(start) if not path or _touches(repo, sha, path)]
    return page(request, [shown.commit(request, repo, sha) for sha in chosen])


def _touches(repo: Repo, sha: str, path: str) -> bool:
    parents = repo.objects.commits[sha].parents
    changes = repo.objects.changes(parents[0] if parents else None, sha)
    return any(f"{name}/".startswith(f"{path}/") for one in changes for name in (one.path, one.previous) if name)


async def get_commit(request: Request) -> Response:
    """GET /commits/{ref}, with its files in pages."""
    repo = repo_of(request)
    sha, commit = commit_at(repo, request.path_params["ref"])
    changes = repo.objects.changes(commit.parents[0] if commit.parents else None, sha)
    chosen, headers = part(request, changes)
    files = [shown.file(repo, one) for one in chosen]
    return answer(request, {**shown.commit(request, repo, sha), "files": files}, 200, headers)


async def compare(request: Request) -> Response:
    """GET /compare/{base}...{head}: from the merge base on; the files on the first page only, 300 at most."""
    repo = repo_of(request)
    base_name, dots, head_name = request.path_params["basehead"].partition("...")
    if not dots:
        raise Refused(404, "Not Found")
    (base, _), (head, _) = commit_at(repo, base_name), commit_at(repo, head_name)
    objects = repo.objects
    merged = objects.merge_base(base, head)
    if merged is None:
        raise Refused(404, f"No common ancestor between {base_name} and {head_name}.")
    behind = set(objects.history(base)) - set(objects.history(head))
    theirs = set(objects.history(base))
    ahead = [sha for sha in reversed(objects.history(head)) if sha not in theirs]
    chosen, headers = part(request, ahead)
    status = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
    first = request.query_params.get("page", "1") == "1"
    files = [shown.file(repo, one) for one in objects.changes(merged, head)[:MOST_FILES]] if first else []
    made = {
        "status": status,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "base_commit": shown.commit(request, repo, base),
        "merge_base_commit": shown.commit(request, repo, merged),
        "commits": [shown.commit(request, repo, sha) for sha in chosen],
        "files": files,
        "html_url": shown.place(request, repo),
    }
    return answer(request, made, 200, headers)


def numbered(request: Request) -> Record:
    """The issue or pull request that the path names. Errors: 404."""
    found = repo_of(request).issues.get(request.path_params["number"])
    if found is None:
        raise Refused(404, "Not Found")
    return found


def _labels(value: Any) -> list[Record]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise invalid("labels", "invalid")
    return [{"name": name, "color": "ededed", "description": None} for name in dict.fromkeys(value)]


def new_issue(github: GitHub, repo: Repo, title: str, body: str | None = None) -> Record:
    """Open an issue."""
    number = max(repo.issues, default=0) + 1
    now = github.now()
    made: Record = {
        "id": next(github.ids), "number": number, "title": title, "body": body, "state": "open", "labels": [],
        "user": shown.person(), "assignees": [], "created_at": now, "updated_at": now, "closed_at": None,
    }  # fmt: skip
    repo.issues[number], repo.comments[number] = made, []
    return made


async def list_issues(request: Request) -> Response:
    """GET /issues: newest first, pull requests among them."""
    repo, query = repo_of(request), request.query_params
    state, wanted = query.get("state", "open"), set(filter(None, query.get("labels", "").split(",")))
    chosen = [
        shown.issue(request, repo, one)
        for one in reversed(repo.issues.values())
        if state in ("all", one["state"])
        and wanted <= {label["name"] for label in one["labels"]}
        and one["updated_at"] >= query.get("since", "")
    ]
    return page(request, chosen)


async def create_issue(request: Request) -> Response:
    """POST /issues."""
    github, repo, body = github_of(request), repo_of(request), await object_body(request)
    title, labels = text(body, "title"), _labels(body.get("labels", []))
    made = new_issue(github, repo, title, body.get("body"))
    made |= {"labels": labels, "assignees": [shown.person(name) for name in body.get("assignees") or []]}
    github.tell("issue.changed", {"action": "opened", "number": made["number"], "repo": repo.name})
    return answer(request, shown.issue(request, repo, made), 201)


async def get_issue(request: Request) -> Response:
    """GET /issues/{number}."""
    return answer(request, shown.issue(request, repo_of(request), numbered(request)))


async def update_issue(request: Request) -> Response:
    """PATCH /issues/{number}."""
    repo, one, body = repo_of(request), numbered(request), await object_body(request)
    _change(github_of(request), repo, one, body)
    return answer(request, shown.issue(request, repo, one))


def _change(github: GitHub, repo: Repo, one: Record, body: Record) -> None:
    """Set the fields of an issue or a pull request. Errors: 422."""
    changes: Record = {name: body[name] for name in ("title", "body") if name in body}
    if "labels" in body:
        changes["labels"] = _labels(body["labels"])
    if "assignees" in body:
        changes["assignees"] = [shown.person(name) for name in body["assignees"] or []]
    state = body.get("state", one["state"])
    if state not in ("open", "closed"):
        raise invalid("state", "invalid")
    action = "edited" if state == one["state"] else "closed" if state == "closed" else "reopened"
    one |= {**changes, "state": state, "updated_at": github.now()}
    one["closed_at"] = github.now() if action == "closed" else None if action == "reopened" else one["closed_at"]
    kind = "pull.changed" if "sandbox_head" in one else "issue.changed"
    github.tell(kind, {"action": action, "number": one["number"], "repo": repo.name})


async def add_labels(request: Request) -> Response:
    """POST /issues/{number}/labels."""
    one, body = numbered(request), await object_body(request)
    names = [label["name"] for label in one["labels"]]
    one["labels"] = _labels([*names, *(label["name"] for label in _labels(body.get("labels")))])
    return answer(request, one["labels"])


async def list_comments(request: Request) -> Response:
    """GET /issues/{number}/comments."""
    return page(request, repo_of(request).comments[numbered(request)["number"]])


async def add_comment(request: Request) -> Response:
    """POST /issues/{number}/comments."""
    github, repo, one, body = github_of(request), repo_of(request), numbered(request), await object_body(request)
    now, link = github.now(), shown.issue(request, repo, one)["html_url"]
    made = {"id": next(github.ids), "body": text(body, "body"), "user": shown.person(), "created_at": now}
    made |= {"updated_at": now, "html_url": f"{link}#issuecomment-{made['id']}"}
    repo.comments[one["number"]].append(made)
    github.tell("comment.created", made, parent={"repo": repo.name, "number": one["number"]})
    return answer(request, made, 201)


async def update_comment(request: Request) -> Response:
    """PATCH /issues/comments/{id}. Errors: 404."""
    repo, body, number = repo_of(request), await object_body(request), request.path_params["comment"]
    found = next((one for said in repo.comments.values() for one in said if one["id"] == number), None)
    if found is None:
        raise Refused(404, "Not Found")
    found |= {"body": text(body, "body"), "updated_at": github_of(request).now()}
    return answer(request, found)


def pull_at(request: Request) -> Record:
    """The pull request that the path names. Errors: 404."""
    found = numbered(request)
    if "sandbox_head" not in found:
        raise Refused(404, "Not Found")
    return found


async def list_pulls(request: Request) -> Response:
    """GET /pulls: newest first; `head` is owner:branch."""
    repo, query = repo_of(request), request.query_params
    state, head, base = query.get("state", "open"), query.get("head", ""), query.get("base", "")
    owner = repo.name.partition("/")[0]
    chosen = [
        shown.pull(request, repo, one)
        for one in repo.pulls()
        if state in ("all", one["state"])
        and (":" not in head or head == f"{owner}:{one['sandbox_head']}")
        and base in ("", one["sandbox_base"])
    ]
    return page(request, chosen)


async def create_pull(request: Request) -> Response:
    """POST /pulls. Errors: 422 for branches that are none, without a commit between them, or with a pull request."""
    github, repo, body = github_of(request), repo_of(request), await object_body(request)
    title, base = text(body, "title"), text(body, "base")
    owner = repo.name.partition("/")[0]
    head = text(body, "head").removeprefix(f"{owner}:")
    for field, branch in (("head", head), ("base", base)):
        if HEADS + branch not in repo.refs:
            raise invalid(field, "invalid")
    ends = {"sandbox_head_sha": repo.refs[HEADS + head], "sandbox_base_sha": repo.refs[HEADS + base]}
    if repo.objects.holds(ends["sandbox_head_sha"], ends["sandbox_base_sha"]):
        raise invalid("base", "custom", f"No commits between {base} and {head}")
    if any((one["state"], one["sandbox_head"], one["sandbox_base"]) == ("open", head, base) for one in repo.pulls()):
        raise invalid("head", "custom", f"A pull request already exists for {owner}:{head}.")
    made = new_issue(github, repo, title, body.get("body"))
    made |= {"draft": bool(body.get("draft")), "merged": False, "merged_at": None, "merge_commit_sha": None}
    made |= {"sandbox_head": head, "sandbox_base": base, **ends}
    github.tell("pull.changed", {"action": "opened", "number": made["number"], "repo": repo.name})
    return answer(request, shown.pull(request, repo, made), 201)


async def get_pull(request: Request) -> Response:
    """GET /pulls/{number}."""
    return answer(request, shown.pull(request, repo_of(request), pull_at(request)))


async def update_pull(request: Request) -> Response:
    """PATCH /pulls/{number}."""
    github, repo, one, body = github_of(request), repo_of(request), pull_at(request), await object_body(request)
    if body.get("base", one["sandbox_base"]) != one["sandbox_base"]:
        if HEADS + body["base"] not in repo.refs:
            raise invalid("base", "invalid")
        one["sandbox_base"] = body["base"]
    _change(github, repo, one, body)
    return answer(request, shown.pull(request, repo, one))


async def merge_pull(request: Request) -> Response:
    """PUT /pulls/{number}/merge. Errors: 405 for what cannot be merged, 409 for another head than `sha`."""
    github, repo, one, body = github_of(request), repo_of(request), pull_at(request), await object_body(request)
    head = shown.pull(request, repo, one)["head"]["sha"]
    if body.get("sha", head) != head:
        raise Refused(409, "Head branch was modified. Review and try the merge again.")
    sha = merge(github, repo, one, squash=body.get("merge_method") == "squash")
    return answer(request, {"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def merge(github: GitHub, repo: Repo, one: Record, *, squash: bool = False) -> str:
    """Merge a pull request; rebasing is done as a squash. Errors: 405."""
    view = shown.pull(None, repo, one)
    base, head = view["base"]["sha"], view["head"]["sha"]
    if not view["mergeable"]:
        raise Refused(405, "Pull Request is not mergeable")
    objects = repo.objects
    files = objects.files(objects.commits[base].tree)
    for change in objects.changes(objects.merge_base(base, head), head):
        if change.new:
            files[change.path] = change.new
        for gone in {change.previous, change.path if change.new is None else ""} - {""}:
            files.pop(gone, None)
    title = (
        one["title"]
        if squash
        else f"Merge pull request #{one['number']} from {view['head']['label'].replace(':', '/')}"
    )
    parents = (base,) if squash else (base, head)
    sha = github.commit(repo, objects.write(files), parents, f"{title}\n\n{one['title']}")
    one |= {
        "state": "closed",
        "merged": True,
        "merged_at": github.now(),
        "closed_at": github.now(),
        "merge_commit_sha": sha,
    }
    github.move(repo, HEADS + one["sandbox_base"], sha)
    github.tell("pull.changed", {"action": "closed", "number": one["number"], "repo": repo.name})
    return sha


_AT = "/repos/{owner}/{repo}"
_ISSUE, _PULL = f"{_AT}/issues/{{number:int}}", f"{_AT}/pulls/{{number:int}}"
ROUTES = [
    Route(f"{_AT}/commits", list_commits, methods=["GET"]),
    Route(f"{_AT}/commits/{{ref:path}}", get_commit, methods=["GET"]),
    Route(f"{_AT}/compare/{{basehead:path}}", compare, methods=["GET"]),
    Route(f"{_AT}/issues", list_issues, methods=["GET"]),
    Route(f"{_AT}/issues", create_issue, methods=["POST"]),
    Route(_ISSUE, get_issue, methods=["GET"]),
    Route(_ISSUE, update_issue, methods=["PATCH"]),
    Route(f"{_ISSUE}/labels", add_labels, methods=["POST"]),
    Route(f"{_ISSUE}/comments", list_comments, methods=["GET"]),
    Route(f"{_ISSUE}/comments", add_comment, methods=["POST"]),
    Route(f"{_AT}/issues/comments/{{comment:int}}", update_comment, methods=["PATCH"]),
    Route(f"{_AT}/pulls", list_pulls, methods=["GET"]),
    Route(f"{_AT}/pulls", create_pull, methods=["POST"]),
    Route(_PULL, get_pull, methods=["GET"]),
    Route(_PULL, update_pull, methods=["PATCH"]),
    Route(f"{_PULL}/merge", merge_pull, methods=["PUT"]),
]

"""What people see of the simulated GitHub: repositories, their commits and pull requests; and a button to merge."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tieline.sandbox.github import shown
from tieline.sandbox.github.memory import HEADS, GitHub, Repo
from tieline.sandbox.github.talk import merge
from tieline.sandbox.github.wire import Refused, github_of, object_body
from tieline.sandbox.happening import Record
from tieline.sandbox.pages import Place, show

SHOWN = 30


def _repo(request: Request) -> Repo:
    params = request.path_params
    found = github_of(request).repos.get(f"{params['owner']}/{params['repo']}")
    if found is None:
        raise HTTPException(404)
    return found


def _places(github: GitHub) -> list[Place]:
    return [Place(f"{shown.HOME}/{name}", name, len(repo.objects.commits)) for name, repo in github.repos.items()]


async def home(request: Request) -> Response:
    """GET /repositories: goes to the first one."""
    return RedirectResponse(f"{shown.HOME}/{next(iter(github_of(request).repos))}", 307)


async def show_repository(request: Request) -> Response:
    """GET /repositories/{owner}/{repo}: its branches, pull requests and newest commits."""
    github, repo = github_of(request), _repo(request)
    branches = {ref.removeprefix(HEADS): sha for ref, sha in repo.refs.items() if ref.startswith(HEADS)}
    wanted = request.query_params.get("branch", "")
    branch = wanted if wanted in branches else repo.about["default_branch"]
    history = repo.objects.history(branches[branch])[:SHOWN] if branch in branches else []
    commits = [_commit(repo, sha) for sha in history]
    pulls = [shown.pull(request, repo, one) for one in repo.pulls()]
    issues = [one for one in reversed(repo.issues.values()) if "sandbox_head" not in one]
    around: dict[str, Any] = {"places": _places(github), "title": repo.name, "home": f"{shown.HOME}/{repo.name}"}
    return show(
        request,
        "repository.html",
        **around,
        branch=branch,
        branches=branches,
        commits=commits,
        pulls=pulls,
        issues=issues,
    )


async def show_pull(request: Request) -> Response:
    """GET /repositories/{owner}/{repo}/pull/{number}: what it says, and what it changes."""
    github, repo = github_of(request), _repo(request)
    one = next((one for one in repo.pulls() if one["number"] == request.path_params["number"]), None)
    if one is None:
        raise HTTPException(404)
    view = shown.pull(request, repo, one)
    base, head = view["base"]["sha"], view["head"]["sha"]
    since = repo.objects.merge_base(base, head)
    files = [shown.file(repo, change) for change in repo.objects.changes(since, head)]
    around: dict[str, Any] = {"places": _places(github), "title": view["title"], "home": f"{shown.HOME}/{repo.name}"}
    comments = repo.comments[one["number"]]
    return show(request, "pull.html", **around, repo=repo.name, pull=view, files=files, comments=comments)


async def press_merge(request: Request) -> Response:
    """POST /repositories/{owner}/{repo}/pull/{number}/merge: somebody presses the button."""
    github, repo = github_of(request), _repo(request)
    number = request.path_params["number"]
    one = next((one for one in repo.pulls() if one["number"] == number), None)
    if one is None:
        raise HTTPException(404)
    if shown.pull(request, repo, one)["mergeable"]:
        merge(github, repo, one)
    return RedirectResponse(f"{shown.HOME}/{repo.name}/pull/{number}", 303)


def _commit(repo: Repo, sha: str) -> Record:
    one = repo.objects.commits[sha]
    changes = repo.objects.changes(one.parents[0] if one.parents else None, sha)
    title = one.message.partition("\n")[0]
    return {
        "sha": sha,
        "title": title,
        "name": one.name,
        "at": shown.moment(one.when),
        "files": [c.path for c in changes],
    }


async def push(request: Request) -> Response:
    """POST /_sandbox/github/push: somebody pushes files. Errors: 400.

    {"repository": "acme/app", "branch": "main", "message": "...", "files": {"a.py": "text", "b.py": null}}
    """
    try:
        body = await object_body(request)
    except Refused as wrong:
        return JSONResponse({"error": wrong.body["message"]}, 400)
    github, files = github_of(request), body.get("files")
    repo = github.repos.get(str(body.get("repository", "acme/app")))
    fits = isinstance(files, dict) and files and all(isinstance(one, str | None) for one in files.values())
    if repo is None or not fits or not isinstance(files, dict):
        return JSONResponse({"error": "repository must be one that is there, files texts (or null) by path"}, 400)
    content = {path: None if one is None else one.encode() for path, one in files.items()}
    branch, message = str(body.get("branch", "main")), str(body.get("message", "Change some files"))
    sha = github.push(repo, branch, content, message, str(body.get("name", "Ada Example")))
    return JSONResponse({"sha": sha}, 201)


_PULL = f"{shown.HOME}/{{owner}}/{{repo}}/pull/{{number:int}}"
ROUTES = [
    Route(shown.HOME, home),
    Route(f"{shown.HOME}/{{owner}}/{{repo}}", show_repository),
    Route(_PULL, show_pull),
    Route(f"{_PULL}/merge", press_merge, methods=["POST"]),
]

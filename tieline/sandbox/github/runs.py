"""Checks, workflows, webhooks, search, and who is asking.

Pages: https://docs.github.com/rest/checks/runs, https://docs.github.com/rest/actions,
https://docs.github.com/rest/repos/webhooks, https://docs.github.com/rest/search/search#search-code
"""

import secrets
from datetime import timedelta

import jwt
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tieline.sandbox.git.repos import HEADS
from tieline.sandbox.github import shown
from tieline.sandbox.github.hooks import first_message
from tieline.sandbox.github.memory import ME, Repo
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
from tieline.sandbox.happening import Record, stamp
from tieline.sandbox.hooks import Hooks, Subscription
from tieline.sandbox.hooks.outbox import address

CONCLUSIONS = ("success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required", "stale")


async def who_am_i(request: Request) -> Response:
    """GET /user: 403 for an App, which is nobody."""
    if _token(request) in github_of(request).tokens:
        raise Refused(403, "Resource not accessible by integration")
    return answer(request, ME)


def _token(request: Request) -> str:
    return request.headers.get("authorization", "").partition(" ")[2]


async def installed(request: Request) -> Response:
    """GET /installation/repositories."""
    github = github_of(request)
    chosen, headers = part(request, list(github.repos.values()))
    listed = [shown.repository(request, repo) for repo in chosen]
    return answer(request, {"total_count": len(github.repos), "repositories": listed}, 200, headers)


async def give_token(request: Request) -> Response:
    """POST /app/installations/{id}/access_tokens, for a JWT that the App's key has signed. Errors: 401, 404."""
    github, app = github_of(request), github_of(request).app
    try:
        claims = jwt.decode(
            _token(request), app.get("public_key", ""), ["RS256"], options={"require": ["exp", "iat", "iss"]}
        )
    except (jwt.PyJWTError, ValueError):
        raise Refused(401, "A JSON web token could not be decoded") from None
    if claims["iss"] != app["app_id"]:
        raise Refused(404, "Integration not found")
    if request.path_params["id"] != app["installation_id"]:
        raise Refused(404, "Not Found")
    token = f"ghs_{secrets.token_hex(18)}"
    github.tokens.add(token)
    return answer(request, {"token": token, "expires_at": stamp(github.clock() + timedelta(hours=1))}, 201)


async def get_repository(request: Request) -> Response:
    """GET /repos/{owner}/{repo}."""
    return answer(request, shown.repository(request, repo_of(request)))


async def create_check(request: Request) -> Response:
    """POST /check-runs: for Apps only. Errors: 403, 422."""
    github, repo, body = github_of(request), repo_of(request), await object_body(request)
    if _token(request) not in github.tokens:
        raise Refused(403, "You must authenticate via a GitHub App.")
    name, sha = text(body, "name"), text(body, "head_sha")
    conclusion = body.get("conclusion")
    if sha not in repo.objects.commits:
        raise Refused(422, f"No commit found for SHA: {sha}")
    if conclusion not in (None, *CONCLUSIONS):
        raise invalid("conclusion", "invalid")
    status = "completed" if conclusion else body.get("status", "queued")
    made = {"id": next(github.ids), "name": name, "head_sha": sha, "status": status, "conclusion": conclusion}
    made |= {"output": body.get("output"), "html_url": f"{shown.place(request, repo)}#{sha[:7]}"}
    repo.checks.append(made)
    return answer(request, made, 201)


async def dispatch(request: Request) -> Response:
    """POST /actions/workflows/{workflow}/dispatches: the run is over at once. Errors: 404, 422."""
    github, repo, body = github_of(request), repo_of(request), await object_body(request)
    workflow, ref = request.path_params["workflow"], text(body, "ref")
    if HEADS + ref not in repo.refs:
        raise Refused(422, f"No ref found for: {ref}")
    sha, commit = commit_at(repo, ref)
    if f".github/workflows/{workflow}" not in repo.objects.files(commit.tree):
        raise Refused(404, "Not Found")
    now = github.now()
    made: Record = {
        "id": next(github.ids), "name": workflow, "path": f".github/workflows/{workflow}", "event": "workflow_dispatch",
        "status": "completed", "conclusion": "success", "head_branch": ref, "head_sha": sha, "created_at": now,
        "updated_at": now, "html_url": f"{shown.place(request, repo)}#{sha[:7]}",
    }  # fmt: skip
    repo.runs.insert(0, made)
    github.tell("workflow.completed", made, parent={"repo": repo.name})
    return Response(status_code=204)


async def list_runs(request: Request) -> Response:
    """GET /actions/runs, and those of one workflow; newest first."""
    repo, query = repo_of(request), request.query_params
    workflow = request.path_params.get("workflow")
    chosen = [
        one
        for one in repo.runs
        if workflow in (None, one["name"], str(one["id"]))
        and query.get("branch") in (None, one["head_branch"])
        and query.get("head_sha") in (None, one["head_sha"])
    ]
    listed, headers = part(request, chosen)
    return answer(request, {"total_count": len(chosen), "workflow_runs": listed}, 200, headers)


def _subscriptions(request: Request) -> tuple[Hooks, list[Subscription]]:
    hooks: Hooks = request.scope["sandbox_front"].hooks
    name = repo_of(request).name
    return hooks, [one for one in hooks.subscriptions.values() if one.record.get("sandbox_repo") == name]


def _hook(one: Subscription) -> Record:
    return {name: value for name, value in one.record.items() if name != "sandbox_repo"}


async def list_hooks(request: Request) -> Response:
    """GET /hooks."""
    return page(request, [_hook(one) for one in _subscriptions(request)[1]])


async def create_hook(request: Request) -> Response:
    """POST /hooks; the address is told `ping` at once. Errors: 422."""
    github, repo, body = github_of(request), repo_of(request), await object_body(request)
    hooks, there = _subscriptions(request)
    config, events = body.get("config"), body.get("events", ["push"])
    if not isinstance(config, dict) or not isinstance(events, list):
        raise invalid("config", "missing_field")
    try:
        url = address(config.get("url", ""))
    except ValueError:
        raise invalid("url", "invalid") from None
    if any(one.url == url for one in there):
        raise invalid("hook", "custom", "Hook already exists on this repository")
    made = hooks.subscribe("github", url, secret=str(config.get("secret", "")), events=map(str, events))
    number, now = next(github.ids), github.now()
    shown_config = {**config, "secret": "********"} if config.get("secret") else config
    made.record = {
        "id": number, "type": "Repository", "name": "web", "active": bool(body.get("active", True)), "events": events,
        "config": shown_config, "created_at": now, "updated_at": now, "sandbox_repo": repo.name,
    }  # fmt: skip
    made.active = made.record["active"]
    hooks.tell(made, first_message(repo, _hook(made)))
    return answer(request, _hook(made), 201)


async def delete_hook(request: Request) -> Response:
    """DELETE /hooks/{id}. Errors: 404."""
    hooks, there = _subscriptions(request)
    found = next((one for one in there if one.record["id"] == request.path_params["id"]), None)
    if found is None:
        raise Refused(404, "Not Found")
    hooks.unsubscribe(found.id)
    return Response(status_code=204)


async def search_code(request: Request) -> Response:
    """GET /search/code: files of default branches that hold all words; `repo:` says where. Errors: 422."""
    words = request.query_params.get("q", "").split()
    names = [word.removeprefix("repo:") for word in words if word.startswith("repo:")]
    wanted = [word.casefold() for word in words if ":" not in word]
    if not wanted:
        raise invalid("q", "missing")
    github = github_of(request)
    repos = [repo for repo in github.repos.values() if not names or repo.name in names]
    found = [one for repo in repos for one in _matches(request, repo, wanted)]
    chosen, headers = part(request, found)
    return answer(request, {"total_count": len(found), "incomplete_results": False, "items": chosen}, 200, headers)


def _matches(request: Request, repo: Repo, words: list[str]) -> list[Record]:
    files = repo.files(repo.at("HEAD"))
    return [
        {
            "name": path.rpartition("/")[2],
            "path": path,
            "sha": leaf.sha,
            "html_url": f"{shown.place(request, repo)}/blob/{path}",
            "repository": shown.repository(request, repo),
        }
        for path, leaf in files.items()
        if all(word in repo.objects.blobs.get(leaf.sha, b"").decode("utf-8", "replace").casefold() for word in words)
    ]


_AT = "/repos/{owner}/{repo}"
ROUTES = [
    Route("/user", who_am_i, methods=["GET"]),
    Route("/installation/repositories", installed, methods=["GET"]),
    Route("/app/installations/{id}/access_tokens", give_token, methods=["POST"]),
    Route("/search/code", search_code, methods=["GET"]),
    Route(_AT, get_repository, methods=["GET"]),
    Route(f"{_AT}/check-runs", create_check, methods=["POST"]),
    Route(f"{_AT}/actions/workflows/{{workflow}}/dispatches", dispatch, methods=["POST"]),
    Route(f"{_AT}/actions/workflows/{{workflow}}/runs", list_runs, methods=["GET"]),
    Route(f"{_AT}/actions/runs", list_runs, methods=["GET"]),
    Route(f"{_AT}/hooks", list_hooks, methods=["GET"]),
    Route(f"{_AT}/hooks", create_hook, methods=["POST"]),
    Route(f"{_AT}/hooks/{{id:int}}", delete_hook, methods=["DELETE"]),
]

"""Commit statuses, pipelines, webhooks, search, the wiki, and who is asking.

Pages: https://docs.gitlab.com/api/commits/#commit-status, https://docs.gitlab.com/api/pipelines/,
https://docs.gitlab.com/api/project_webhooks/, https://docs.gitlab.com/api/search/, https://docs.gitlab.com/api/wikis/,
https://docs.gitlab.com/api/oauth2/
"""

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.consent import Desk
from tieline.sandbox.git.repos import HEADS
from tieline.sandbox.gitlab import shown
from tieline.sandbox.gitlab.memory import ME, Project
from tieline.sandbox.gitlab.wire import (
    Refused,
    commit_at,
    fields,
    gitlab_of,
    missing,
    named,
    one_of,
    page,
    project_of,
    text,
)
from tieline.sandbox.happening import Record
from tieline.sandbox.hooks import Hooks, Subscription
from tieline.sandbox.hooks.outbox import address
from tieline.sandbox.memory import without_notes

STATES = ("pending", "running", "success", "failed", "canceled", "skipped")
CONFIGURATION = ".gitlab-ci.yml"
#: The kinds of events that a webhook can be told of, and whether it is where nothing is said.
KINDS = {
    "push": True, "tag_push": False, "merge_requests": False, "issues": False, "note": False, "pipeline": False,
    "releases": False, "wiki_page": False, "job": False,
}  # fmt: skip

#: Where people consent, https://docs.gitlab.com/api/oauth2/.
DESK = Desk("GitLab", "sandbox-app")


async def who_am_i(_request: Request) -> Response:
    """GET /user."""
    return JSONResponse(ME)


async def give_token(request: Request) -> Response:
    """POST /oauth/token, for a code or a refresh token; both are good once. Errors: 400, 401."""
    gitlab, body = gitlab_of(request), await fields(request)
    if (body.get("client_id"), body.get("client_secret")) != (DESK.client_id, "sandbox-secret"):
        return JSONResponse({"error": "invalid_client", "error_description": "Client authentication failed."}, 401)
    form = {name: str(value) for name, value in body.items()}
    if form.get("grant_type") == "authorization_code":
        good = gitlab.redeem(form, DESK.client_id) is not None
    else:
        good = form.get("grant_type") == "refresh_token" and form.get("refresh_token") in gitlab.refresh_tokens
    if not good:
        return JSONResponse({"error": "invalid_grant", "error_description": "The provided grant is invalid."}, 400)
    gitlab.refresh_tokens.discard(form.get("refresh_token", ""))
    token, following = secrets.token_hex(32), secrets.token_hex(32)
    gitlab.tokens.add(token)
    gitlab.refresh_tokens.add(following)
    made = {"access_token": token, "token_type": "Bearer", "expires_in": 7200, "refresh_token": following}
    return JSONResponse(made)


async def create_status(request: Request) -> Response:
    """POST /statuses/:sha: a new one, or the next state of that name. Errors: 400, 404."""
    gitlab, repo, body = gitlab_of(request), project_of(request), await fields(request)
    sha, state = named(request, "sha"), one_of(body, "state", STATES)
    if sha not in repo.objects.commits:
        raise Refused(404, "404 Commit Not Found")
    if state is None:
        raise missing("state")
    name = str(body.get("name") or body.get("context") or "default")
    found = next((one for one in repo.statuses if (one["sha"], one["name"]) == (sha, name)), None)
    if found and found["status"] == state:
        raise Refused(400, f"Cannot transition status via :{state} from :{state}")
    told = {"status": state, "description": body.get("description"), "target_url": body.get("target_url")}
    if found is None:
        found = {"id": next(gitlab.ids), "sha": sha, "name": name, "author": ME, "created_at": gitlab.now()}
        repo.statuses.append(found)
    found |= {**told, "ref": body.get("ref") or repo.about["default_branch"]}
    return JSONResponse(found, 201)


async def list_statuses(request: Request) -> Response:
    """GET /repository/commits/:sha/statuses."""
    repo = project_of(request)
    sha = commit_at(repo, named(request, "sha"))
    return page(request, [one for one in repo.statuses if one["sha"] == sha])


async def run_pipeline(request: Request) -> Response:
    """POST /pipeline: it is over at once. Errors: 400."""
    gitlab, repo, body = gitlab_of(request), project_of(request), await fields(request)
    ref = text(body, "ref")
    if HEADS + ref not in repo.refs:
        raise Refused(400, {"base": ["Reference not found"]})
    sha = repo.refs[HEADS + ref]
    if CONFIGURATION not in repo.files(sha):
        raise Refused(400, {"base": [f"Missing CI config file: {CONFIGURATION}"]})
    number, now = next(gitlab.ids), gitlab.now()
    made: Record = {
        "id": number, "iid": len(repo.pipelines) + 1, "project_id": repo.about["id"], "sha": sha, "ref": ref,
        "status": "success", "source": "api", "created_at": now, "updated_at": now,
        "web_url": f"{shown.place(request, repo)}/-/pipelines/{number}",
    }  # fmt: skip
    repo.pipelines.insert(0, made)
    gitlab.tell("pipeline.completed", made, parent={"repo": repo.name})
    return JSONResponse({**made, "status": "created"}, 201)


async def list_pipelines(request: Request) -> Response:
    """GET /pipelines: newest first."""
    repo, query = project_of(request), request.query_params
    names = ("ref", "sha", "status", "source")
    return page(request, [one for one in repo.pipelines if all(query.get(name) in (None, one[name]) for name in names)])


async def get_pipeline(request: Request) -> Response:
    """GET /pipelines/:id. Errors: 404."""
    number = request.path_params["id"]
    found = next((one for one in project_of(request).pipelines if one["id"] == number), None)
    if found is None:
        raise Refused(404, "404 Pipeline Not Found")
    return JSONResponse(found)


def _subscriptions(request: Request) -> tuple[Hooks, list[Subscription]]:
    hooks: Hooks = request.scope["sandbox_front"].hooks
    name = project_of(request).name
    return hooks, [one for one in hooks.subscriptions.values() if one.record.get("sandbox_repo") == name]


async def list_hooks(request: Request) -> Response:
    """GET /hooks."""
    return page(request, [without_notes(one.record) for one in _subscriptions(request)[1]])


async def create_hook(request: Request) -> Response:
    """POST /hooks. Errors: 400, 422."""
    gitlab, repo, body = gitlab_of(request), project_of(request), await fields(request)
    hooks, _ = _subscriptions(request)
    try:
        url = address(text(body, "url"))
    except ValueError:
        raise Refused(422, "Invalid url given") from None
    secret = str(body.get("signing_token") or body.get("token") or "")
    if body.get("signing_token") and not secret.startswith("whsec_"):
        raise Refused(422, "Invalid signing token given")
    told = {kind: body.get(f"{kind}_events", usual) is True for kind, usual in KINDS.items()}
    made = hooks.subscribe("gitlab", url, secret=secret, events=[kind for kind, wanted in told.items() if wanted])
    shown_events = {f"{kind}_events": wanted for kind, wanted in told.items()}
    number = next(gitlab.ids)
    made.record = {
        "id": number, "url": url, "project_id": repo.about["id"], **shown_events, "created_at": gitlab.now(),
        "enable_ssl_verification": body.get("enable_ssl_verification") is not False, "sandbox_repo": repo.name,
        "sandbox_open": not secret,
    }  # fmt: skip
    return JSONResponse(without_notes(made.record), 201)


async def delete_hook(request: Request) -> Response:
    """DELETE /hooks/:id. Errors: 404."""
    hooks, there = _subscriptions(request)
    found = next((one for one in there if one.record["id"] == request.path_params["id"]), None)
    if found is None:
        raise Refused(404, "404 Not found")
    hooks.unsubscribe(found.id)
    return Response(status_code=204)


async def search(request: Request) -> Response:
    """GET /search: places in files that hold all words; `filename:` and other filters are passed over. Errors: 400."""
    repo, query = project_of(request), request.query_params
    if query.get("scope") != "blobs":
        raise missing("scope", "does not have a valid value")
    wanted = [word.casefold() for word in query.get("search", "").split() if ":" not in word]
    if not wanted:
        raise missing("search")
    ref = query.get("ref") or repo.about["default_branch"]
    return page(request, [_found(repo, ref, path, text) for path, text in _texts(repo, ref, wanted)])


def _texts(repo: Project, ref: str, words: list[str]) -> list[tuple[str, str]]:
    files = repo.files(repo.at(ref))
    texts = [(path, repo.objects.blobs.get(leaf.sha, b"").decode("utf-8", "replace")) for path, leaf in files.items()]
    return [(path, text) for path, text in texts if all(word in text.casefold() for word in words)]


def _found(repo: Project, ref: str, path: str, text: str) -> Record:
    first = "\n".join(text.splitlines()[:3])
    names = {"basename": path.rpartition(".")[0] or path, "path": path, "filename": path}
    return {**names, "data": first, "ref": ref, "startline": 1, "project_id": repo.about["id"]}


async def list_wiki(request: Request) -> Response:
    """GET /wikis: by name, without what they say."""
    pages = sorted(project_of(request).wiki.values(), key=lambda one: one["slug"])
    return JSONResponse([{name: value for name, value in one.items() if name != "content"} for one in pages])


def _wiki_page(request: Request) -> tuple[Project, Record]:
    repo = project_of(request)
    found = repo.wiki.get(named(request, "slug"))
    if found is None:
        raise Refused(404, "404 Wiki Page Not Found")
    return repo, found


async def get_wiki(request: Request) -> Response:
    """GET /wikis/:slug. Errors: 404."""
    return JSONResponse(_wiki_page(request)[1])


async def create_wiki(request: Request) -> Response:
    """POST /wikis. Errors: 400, 422 for a name that is taken."""
    repo, body = project_of(request), await fields(request)
    title, content = text(body, "title"), text(body, "content")
    slug = title.replace(" ", "-")
    if slug in repo.wiki:
        raise Refused(422, "Duplicate page: A page with that title already exists in the wiki")
    repo.wiki[slug] = {"slug": slug, "title": title.rpartition("/")[2], "format": "markdown", "content": content}
    return JSONResponse(repo.wiki[slug], 201)


async def update_wiki(request: Request) -> Response:
    """PUT /wikis/:slug. Errors: 400, 404."""
    (repo, found), body = _wiki_page(request), await fields(request)
    if body.get("content") is None and body.get("title") is None:
        raise missing("title, content, format", "are missing, at least one parameter must be provided")
    if body.get("content") is not None:
        found["content"] = text(body, "content")
    if body.get("title") is not None:
        del repo.wiki[found["slug"]]
        title = text(body, "title")
        found |= {"title": title.rpartition("/")[2], "slug": title.replace(" ", "-")}
        repo.wiki[found["slug"]] = found
    return JSONResponse(found)


async def delete_wiki(request: Request) -> Response:
    """DELETE /wikis/:slug. Errors: 404."""
    repo, found = _wiki_page(request)
    del repo.wiki[found["slug"]]
    return Response(status_code=204)


_AT = "/projects/{project}"
ROUTES = [
    Route("/user", who_am_i, methods=["GET"]),
    Route(f"{_AT}/statuses/{{sha}}", create_status, methods=["POST"]),
    Route(f"{_AT}/repository/commits/{{sha}}/statuses", list_statuses, methods=["GET"]),
    Route(f"{_AT}/pipeline", run_pipeline, methods=["POST"]),
    Route(f"{_AT}/pipelines", list_pipelines, methods=["GET"]),
    Route(f"{_AT}/pipelines/{{id:int}}", get_pipeline, methods=["GET"]),
    Route(f"{_AT}/hooks", list_hooks, methods=["GET"]),
    Route(f"{_AT}/hooks", create_hook, methods=["POST"]),
    Route(f"{_AT}/hooks/{{id:int}}", delete_hook, methods=["DELETE"]),
    Route(f"{_AT}/search", search, methods=["GET"]),
    Route(f"{_AT}/wikis", list_wiki, methods=["GET"]),
    Route(f"{_AT}/wikis", create_wiki, methods=["POST"]),
    Route(f"{_AT}/wikis/{{slug}}", get_wiki, methods=["GET"]),
    Route(f"{_AT}/wikis/{{slug}}", update_wiki, methods=["PUT"]),
    Route(f"{_AT}/wikis/{{slug}}", delete_wiki, methods=["DELETE"]),
]

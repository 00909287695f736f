"""How GitLab speaks: login, errors, pages.

Pages: https://docs.gitlab.com/api/rest/, https://docs.gitlab.com/api/rest/authentication/,
https://docs.gitlab.com/api/rest/troubleshooting/
"""

import json
import time
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from tieline.sandbox import forms
from tieline.sandbox.gitlab.memory import GitLab, Project
from tieline.sandbox.happening import Record
from tieline.sandbox.limits import Budget
from tieline.sandbox.vendor import base_url, state_of

LOGIN = {"token": "glpat-sandbox"}
API = "/api/v4"
#: Stands for a slash that was sent as %2F: in GitLab it is a part of a name, and no step in the path.
SLASH = "\x1f"
MOST_PER_PAGE, USUAL_PER_PAGE = 100, 20


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of ours
    """GitLab says no."""

    def __init__(self, status: int, message: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, {"message": message}


def missing(name: str, problem: str = "is missing") -> Refused:
    """400 with a parameter that is missing or wrong."""
    wrong = Refused(400, "")
    wrong.body = {"error": f"{name} {problem}"}
    return wrong


def refusal(_request: Request, error: Exception) -> Response:
    """The answer for a refused request."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for this class only
    return JSONResponse(error.body, error.status)


def nothing(_request: Request, _error: Exception) -> Response:
    """404, for what is no address."""
    return JSONResponse({"error": "404 Not Found"}, 404)


def limited(seconds: int) -> Response:
    """429: a text, and when to come back."""
    return Response("Retry later\n", 429, {"retry-after": str(seconds)}, media_type="text/plain")


def broken() -> Response:
    """500."""
    return JSONResponse({"message": "500 Internal Server Error"}, 500)


def budget_headers(budget: Budget, _scope: Scope) -> dict[str, str]:
    """What is left, and until when."""
    left = {"ratelimit-limit": str(budget.limit), "ratelimit-remaining": str(budget.remaining)}
    return {**left, "ratelimit-reset": str(int(time.time()) + budget.reset)}


def gitlab_of(request: Request) -> GitLab:
    """The simulated GitLab."""
    return state_of(request)[GitLab]


def named(request: Request, name: str) -> str:
    """What stands in the path, with its slashes."""
    return str(request.path_params[name]).replace(SLASH, "/")


def project_of(request: Request) -> Project:
    """The project that the path names, by its path or its number. Errors: 404."""
    wanted, repos = named(request, "project"), gitlab_of(request).repos
    found = repos.get(wanted) or next((one for one in repos.values() if str(one.about["id"]) == wanted), None)
    if found is None:
        raise Refused(404, "404 Project Not Found")
    return found


def commit_at(repo: Project, name: str, what: str = "Commit") -> str:
    """The SHA of the commit that a branch, a tag or a SHA leads to. Errors: 404."""
    sha = repo.at(name)
    if sha is None:
        raise Refused(404, f"404 {what} Not Found")
    return sha


async def fields(request: Request) -> Record:
    """The JSON object, or the form, that came. Errors: 400."""
    raw, kind = await request.body(), request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        return {name: value for name, value in forms.parse(kind, raw) if isinstance(value, str)}
    try:
        value = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        raise Refused(400, "Bad request") from None
    if not isinstance(value, dict):
        raise Refused(400, "Bad request")
    return value


def text(body: Record, name: str) -> str:
    """A text that must be there. Errors: 400."""
    value = body.get(name)
    if value is None:
        raise missing(name)
    if not isinstance(value, str) or not value:
        raise missing(name, "is invalid" if value != "" else "is empty")
    return value


def one_of(body: Record, name: str, known: tuple[str, ...]) -> str | None:
    """A word, or none. Errors: 400."""
    value = body.get(name)
    if value is not None and value not in known:
        raise missing(name, "does not have a valid value")
    return value


def words(value: Any) -> list[str]:
    """Several names: a list, or a text with commas. Errors: 400."""
    if isinstance(value, str):
        value = [one.strip() for one in value.split(",") if one.strip()]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise missing("labels", "is invalid")
    return list(dict.fromkeys(value))


def page(request: Request, found: list[Any]) -> Response:
    """A page of a list, and the header that leads to the next."""
    query = dict(request.query_params)
    size = min(_number(query.get("per_page"), USUAL_PER_PAGE), MOST_PER_PAGE)
    number = _number(query.get("page"), 1)
    answer = JSONResponse(found[(number - 1) * size : number * size])
    answer.headers.update({"x-page": str(number), "x-per-page": str(size), "x-next-page": ""})
    if number * size < len(found):
        answer.headers["x-next-page"] = str(number + 1)
        answer.headers["link"] = f'<{_address(request, {**query, "page": number + 1})}>; rel="next"'
    return answer


def tree_page(request: Request, found: list[Record]) -> Response:
    """A page of a tree: with `pagination=keyset` the next one begins behind an entry, by its id."""
    query = dict(request.query_params)
    if query.get("pagination") != "keyset":
        return page(request, found)
    size = min(_number(query.get("per_page"), USUAL_PER_PAGE), MOST_PER_PAGE)
    names, token = [f"{one['id']}:{one['path']}" for one in found], query.get("page_token")
    if token is not None and token not in names:
        raise Refused(404, "404 invalid revision or path Not Found")
    start = names.index(token) + 1 if token is not None else 0
    answer = JSONResponse(found[start : start + size])
    if start + size < len(found):
        answer.headers["link"] = f'<{_address(request, {**query, "page_token": names[start + size - 1]})}>; rel="next"'
    return answer


def _address(request: Request, query: Record) -> str:
    return f"{base_url(request)}{request.scope['raw_path'].decode('latin-1')}?{urlencode(query)}"


def _number(value: str | None, usual: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and 0 < len(value) < 7 and int(value) else usual  # noqa: PLR2004 - longer than any list

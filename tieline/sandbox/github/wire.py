"""How GitHub speaks: login, errors, pages.

Pages: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api,
https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api,
https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import hashlib
import json
import time
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from tieline.sandbox.git.objects import Commit
from tieline.sandbox.github.memory import GitHub, Repo
from tieline.sandbox.happening import Record
from tieline.sandbox.limits import Budget
from tieline.sandbox.vendor import base_url, state_of

LOGIN = {"token": "github_pat_sandbox"}
DOCS = "https://docs.github.com/rest"
MOST_PER_PAGE, USUAL_PER_PAGE = 100, 30


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of ours
    """GitHub says no: the status, a message, and with 422 what is wrong with each field."""

    def __init__(self, status: int, message: str, *errors: Record) -> None:
        super().__init__(status)
        self.status = status
        self.body: Record = {"message": message, **({"errors": list(errors)} if errors else {})}


def said(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error in GitHub's words."""
    return JSONResponse({"message": message, "documentation_url": DOCS, "status": str(status)}, status, headers)


def refusal(_request: Request, error: Exception) -> Response:
    """The answer for a refused request."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for this class only
    return JSONResponse({**error.body, "documentation_url": DOCS, "status": str(error.status)}, error.status)


def nothing(_request: Request, _error: Exception) -> Response:
    """404, for what is not there as for what one may not see."""
    return said(404, "Not Found")


def limited(seconds: int) -> Response:
    """The primary limit: 403, and when the window is over."""
    reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + seconds)}
    return said(403, "API rate limit exceeded for user ID 9001.", {**reset, "retry-after": str(seconds)})


def broken() -> Response:
    """500."""
    return said(500, "Server Error")


def budget_headers(budget: Budget, _scope: Scope) -> dict[str, str]:
    """What is left, and until when."""
    left = {"x-ratelimit-limit": str(budget.limit), "x-ratelimit-remaining": str(budget.remaining)}
    return {**left, "x-ratelimit-reset": str(int(time.time()) + budget.reset)}


def github_of(request: Request) -> GitHub:
    """The simulated GitHub."""
    return state_of(request)[GitHub]


def repo_of(request: Request) -> Repo:
    """The repository that the path names. Errors: 404."""
    params = request.path_params
    found = github_of(request).repos.get(f"{params['owner']}/{params['repo']}")
    if found is None:
        raise Refused(404, "Not Found")
    return found


def filled(repo: Repo) -> Repo:
    """A repository that has a commit. Errors: 409."""
    if not repo.refs:
        raise Refused(409, "Git Repository is empty.")
    return repo


def commit_at(repo: Repo, name: str) -> tuple[str, Commit]:
    """The commit that a branch, a tag or a SHA leads to. Errors: 404, 409 where there is none at all."""
    sha = filled(repo).at(name)
    if sha is None:
        raise Refused(404, "Not Found")
    return sha, repo.objects.commits[sha]


async def object_body(request: Request) -> Record:
    """The JSON object that came. Errors: 400."""
    try:
        value = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        raise Refused(400, "Problems parsing JSON") from None
    if not isinstance(value, dict):
        raise Refused(400, "Body should be a JSON object")
    return value


def text(body: Record, name: str) -> str:
    """A text that must be there. Errors: 422."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(name, "missing_field" if value is None else "invalid")
    return value


def invalid(field: str, code: str, message: str = "") -> Refused:
    """422 with a field that is wrong."""
    wrong = {"resource": "Resource", "field": field, "code": code, **({"message": message} if message else {})}
    return Refused(422, "Validation Failed", wrong)


def part(request: Request, found: list[Any]) -> tuple[list[Any], dict[str, str]]:
    """One page of a list, and the header that leads to the others."""
    query = dict(request.query_params)
    size = min(_number(query.get("per_page"), USUAL_PER_PAGE), MOST_PER_PAGE)
    number = _number(query.get("page"), 1)
    chosen = found[(number - 1) * size : number * size]
    if number * size >= len(found):
        return chosen, {}
    address = f"{base_url(request)}{request.scope['path']}?{urlencode({**query, 'page': number + 1})}"
    return chosen, {"link": f'<{address}>; rel="next"'}


def page(request: Request, found: list[Any]) -> Response:
    """A page of a list."""
    chosen, headers = part(request, found)
    return answer(request, chosen, 200, headers)


def answer(request: Request, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer with an ETag; who has it already is told so."""
    made = JSONResponse(value, status, headers)
    if request.method == "GET":
        made.headers["etag"] = f'W/"{hashlib.sha256(bytes(made.body)).hexdigest()}"'
        if request.headers.get("if-none-match") == made.headers["etag"]:
            return Response(status_code=304, headers={"etag": made.headers["etag"]})
    return made


def _number(value: str | None, usual: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and 0 < len(value) < 7 and int(value) else usual  # noqa: PLR2004 - longer than any list

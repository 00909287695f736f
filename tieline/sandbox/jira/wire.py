"""How Jira speaks: authentication, errors, pages.

Pages: https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/ (pagination, status codes),
https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

import base64
import binascii
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from tieline.sandbox.happening import Record
from tieline.sandbox.jira.memory import Site
from tieline.sandbox.limits import Budget
from tieline.sandbox.vendor import base_url, state_of

LOGIN = {"email": "tieline@sandbox.test", "api_token": "sandbox-jira-token"}


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of ours
    """Jira says no: the status, sentences, and what is wrong with each field."""

    def __init__(self, status: int, *messages: str, **fields: str) -> None:
        super().__init__(status)
        self.status = status
        self.body = {"errorMessages": list(messages), "errors": fields}


def refusal(_request: Request, error: Exception) -> Response:
    """The answer for a refused request."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for this class only
    return JSONResponse(error.body, error.status)


def nothing(_request: Request, _error: Exception) -> Response:
    """404 for an address that is none."""
    return JSONResponse({"errorMessages": ["The requested resource was not found."], "errors": {}}, 404)


def wrong_method(_request: Request, _error: Exception) -> Response:
    """405."""
    return JSONResponse({"errorMessages": ["Method Not Allowed"], "errors": {}}, 405)


def authenticated(authorization: str | None) -> bool:
    """Whether the basic login is the e-mail address with the API token."""
    scheme, _, value = (authorization or "").partition(" ")
    try:
        plain = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return scheme.casefold() == "basic" and plain == f"{LOGIN['email']}:{LOGIN['api_token']}"


def unauthenticated() -> Response:
    """401."""
    says = "Client must be authenticated to access this resource."
    return JSONResponse({"errorMessages": [says], "errors": {}}, 401)


def limited(seconds: int) -> Response:
    """429 with the wait in `Retry-After`."""
    return JSONResponse({"errorMessages": ["Rate limit exceeded."], "errors": {}}, 429, {"retry-after": str(seconds)})


def broken() -> Response:
    """500."""
    return JSONResponse({"errorMessages": ["Internal server error"], "errors": {}}, 500)


def budget_headers(budget: Budget, _scope: Scope) -> dict[str, str]:
    """What is left."""
    return {"x-ratelimit-limit": str(budget.limit), "x-ratelimit-remaining": str(budget.remaining)}


def site_of(request: Request) -> Site:
    """The simulated site."""
    return state_of(request)[Site]


def api_url(request: Request, path: str) -> str:
    """The address of something in the API."""
    return f"{base_url(request)}/rest/api/3/{path}"


def issue_at(request: Request) -> Record:
    """The issue that the path names by key or id. Errors: 404."""
    name = request.path_params["issue"]
    issues = site_of(request).issues
    found = issues.get(name.upper()) or next((one for one in issues.values() if one["id"] == name), None)
    if found is None:
        raise Refused(404, "Issue does not exist or you do not have permission to see it.")
    return found


async def json_body(request: Request) -> Any:
    """The JSON that came. Errors: 415 for another type, 400 for what is none."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(415, "Unsupported Media Type")
    try:
        return json.loads(await request.body())
    except ValueError:
        raise Refused(400, "There was an error parsing JSON. Check that your request body is valid.") from None


async def object_body(request: Request) -> Record:
    """The JSON object that came. Errors: as `json_body`."""
    value = await json_body(request)
    if not isinstance(value, dict):
        raise Refused(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return value


def is_document(value: Any) -> bool:
    """Whether a value is a document of Atlassian's, seen from far."""
    return (
        isinstance(value, dict)
        and (value.get("type"), value.get("version")) == ("doc", 1)
        and isinstance(value.get("content"), list)
        and all(isinstance(node, dict) and isinstance(node.get("type"), str) for node in value["content"])
    )


def number(request: Request, name: str, default: int, most: int) -> int:
    """A number in the query; more than `most` is `most`. Errors: 400."""
    value = request.query_params.get(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise Refused(400, f"Invalid value for parameter '{name}'.")
    return min(int(value), most)


def page(request: Request, at: str, found: list[Any], most: int = 100) -> Record:
    """A part of a list by `startAt` and `maxResults`, with the total."""
    start, size = number(request, "startAt", 0, 10**9), number(request, "maxResults", 50, most)
    chosen = found[start : start + size]
    last = start + len(chosen) >= len(found)
    return {"startAt": start, "maxResults": size, "total": len(found), "isLast": last, at: chosen}

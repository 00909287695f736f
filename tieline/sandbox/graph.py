"""How Microsoft Graph speaks, whichever of its products: errors, pages; for tokens see `entra`.

Pages: https://learn.microsoft.com/graph/errors, https://learn.microsoft.com/graph/throttling
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.consent import Consents
from tieline.sandbox.happening import Record
from tieline.sandbox.vendor import base_url

#: How the token of an app begins that acts for itself.
APP = "sandbox-app-"

Handler = Callable[[Request], Awaitable[Response]]


@dataclass
class Device:
    """A login with a code: what is typed in, what it is for, until when, and what the person says."""

    typed: str
    scope: str
    until: datetime
    decision: str = ""


@dataclass
class Directory(Consents):
    """What Microsoft Entra ID remembers of a tenant: until when access tokens are good, and refresh tokens.

    `devices` are the logins with a code that are under way, by what the device asks with.
    """

    tokens: dict[str, datetime] = field(default_factory=dict)
    refresh: dict[str, datetime] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)


class GraphError(Exception):
    """An error in Graph's form: the status, its word, and what it says."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.answer = failed(status, code, message, headers)


def failed(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error, https://learn.microsoft.com/graph/errors."""
    return JSONResponse({"error": {"code": code, "message": message, "innerError": {}}}, status, headers)


def missing() -> GraphError:
    """There is no such thing."""
    return GraphError(404, "itemNotFound", "The resource could not be found.")


def invalid(message: str) -> GraphError:
    """The request makes no sense."""
    return GraphError(400, "invalidRequest", message)


def limited(seconds: int) -> Response:
    """429 with the wait in `Retry-After`."""
    return failed(429, "activityLimitReached", "The app has been throttled.", {"retry-after": str(seconds)})


def broken() -> Response:
    """500 in Graph's form."""
    return failed(500, "generalException", "An unspecified error has occurred.")


def bearer(request: Request) -> str:
    """The access token of a request."""
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def logged_in(handler: Handler, directory_of: Callable[[Request], Directory]) -> Handler:
    """Let in who has a token that is good, and answer errors in Graph's form."""

    async def handle(request: Request) -> Response:
        directory = directory_of(request)
        if directory.tokens.get(bearer(request), directory.clock()) <= directory.clock():
            return failed(401, "InvalidAuthenticationToken", "Access token is empty, expired or not ours.")
        try:
            return await handler(request)
        except GraphError as error:
            return error.answer

    return handle


async def json_body(request: Request) -> Record:
    """The JSON object in a body. Errors: 400."""
    try:
        value = json.loads(await request.body() or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise GraphError(400, "BadRequest", "Unable to read JSON request payload.")
    return value


def number(request: Request, name: str, default: int, most: int = 1000) -> int:
    """A number in the query. Errors: 400."""
    text = request.query_params.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= most:
        raise invalid(f"{name} must be a number from 1 to {most}.")
    return int(text)


def page(request: Request, records: list[Any]) -> Response:
    """A page of a list: `$top` of them from `$skiptoken` on, and where it goes on."""
    top, start = number(request, "$top", 200), number(request, "$skiptoken", 1, 10**8) - 1
    answer: Record = {"value": records[start : start + top]}
    if start + top < len(records):
        query = {**request.query_params, "$skiptoken": str(start + top + 1)}
        answer["@odata.nextLink"] = link(request, request.url.path, query)
    return JSONResponse(answer)


def link(request: Request, path: str, query: dict[str, str]) -> str:
    """A whole address of this Graph."""
    asked = request.url.replace(path=path).include_query_params(**query)
    return f"{base_url(request)}{path}?{asked.query}"

"""How Microsoft Graph speaks, whichever of its products: tokens, errors, pages.

Pages: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow,
https://learn.microsoft.com/graph/errors, https://learn.microsoft.com/graph/throttling
"""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox import forms
from tieline.sandbox.happening import Record
from tieline.sandbox.memory import Memory
from tieline.sandbox.vendor import base_url

TOKEN_SECONDS = 3599
SCOPE = "https://graph.microsoft.com/.default"
#: How the token of an app begins that acts for itself.
APP = "sandbox-app-"

Handler = Callable[[Request], Awaitable[Response]]


@dataclass
class Directory(Memory):
    """What Microsoft Entra ID remembers of a tenant: until when an access token is good."""

    tokens: dict[str, datetime] = field(default_factory=dict)


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


async def give_token(request: Request, directory: Directory, login: Mapping[str, str]) -> Response:
    """POST /{tenant}/oauth2/v2.0/token, for the app itself or with a person's refresh token."""
    fields = forms.parse(request.headers.get("content-type", ""), await request.body())
    form = {name: value for name, value in fields if isinstance(value, str)}
    known = (request.path_params["tenant"], form.get("client_id"))
    if known != (login["tenant_id"], login["client_id"]):
        return _no_token(400, "unauthorized_client", "AADSTS700016: There is no such application in the directory.")
    if SCOPE not in form.get("scope", ""):
        return _no_token(400, "invalid_scope", "AADSTS1002012: The scope must end with /.default.")
    kind = APP
    if form.get("grant_type") == "client_credentials":
        if form.get("client_secret") != login["client_secret"]:
            return _no_token(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
    elif form.get("grant_type") != "refresh_token":
        return _no_token(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.")
    elif form.get("refresh_token") != login["refresh_token"]:
        return _no_token(400, "invalid_grant", "AADSTS70008: The refresh token has expired.")
    else:
        kind = "sandbox-person-"
    token = f"{kind}{secrets.token_urlsafe(24)}"
    directory.tokens[token] = directory.clock() + timedelta(seconds=TOKEN_SECONDS)
    return JSONResponse({"token_type": "Bearer", "expires_in": TOKEN_SECONDS, "access_token": token})


def _no_token(status: int, error: str, said: str) -> Response:
    return JSONResponse({"error": error, "error_description": said}, status)


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

"""How Airtable speaks: tokens, errors, bodies.

Pages: https://airtable.com/developers/web/api/errors, https://airtable.com/developers/web/api/oauth-reference
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox import forms
from tieline.sandbox.airtable.memory import Base, Bases, Row, Table
from tieline.sandbox.consent import Desk
from tieline.sandbox.happening import Record
from tieline.sandbox.vendor import state_of

LOGIN = {"token": "patSandbox.0001"}
CLIENT_ID, CLIENT_SECRET = "sandbox-integration", "sandbox-secret"
DESK = Desk("Airtable", CLIENT_ID, needs={"state": "", "code_challenge": "", "code_challenge_method": "S256"})
_BASIC = b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
LONGEST_URL = 16_000


class AirtableError(Exception):
    """A refusal: the status, Airtable's word for it, and the sentence."""

    def __init__(self, status: int, word: str, message: str = "") -> None:
        super().__init__(message)
        self.status, self.word, self.message = status, word, message

    def answer(self) -> Response:
        """As Airtable writes it: some are a word alone."""
        error = {"type": self.word, "message": self.message} if self.message else self.word
        return JSONResponse({"error": error}, self.status)


def invalid(word: str = "", message: str = "") -> AirtableError:
    """422: the path is right, and the data is not."""
    said = message or "Invalid request: parameter validation failed. Check your request data."
    return AirtableError(422, word or "INVALID_REQUEST_UNKNOWN", said)


def missing() -> AirtableError:
    """404: the route or the record is not there."""
    return AirtableError(404, "NOT_FOUND")


def hidden() -> AirtableError:
    """403: a base or a table is not there, or not for us; Airtable does not say which."""
    return AirtableError(
        403,
        "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
        "Invalid permissions, or the requested model was not found. Check that both your user and your token have the "
        "required permissions, and that the model names and/or ids are correct.",
    )


def limited(_seconds: int) -> Response:
    """429; that one has to wait for 30 seconds, only the documentation says."""
    return AirtableError(429, "RATE_LIMIT_REACHED", "Rate limit exceeded. Please try again later").answer()


def broken() -> Response:
    """500."""
    return AirtableError(500, "SERVER_ERROR", "Internal server error").answer()


@dataclass(frozen=True)
class Call:
    """One request: what it asks for, on whose memory."""

    memory: Bases
    request: Request
    query: Mapping[str, list[str]]
    body: Record

    @property
    def base(self) -> Base:
        """The base of the path. Errors: 403."""
        found = self.memory.bases.get(self.request.path_params["base"])
        if found is None:
            raise hidden()
        return found

    @property
    def table(self) -> Table:
        """The table of the path. Errors: 403."""
        found = self.base.table(self.request.path_params["table"])
        if found is None:
            raise hidden()
        return found

    @property
    def row(self) -> Row:
        """The record of the path. Errors: 404."""
        found = self.table.rows.get(self.request.path_params["record"])
        if found is None:
            raise missing()
        return found

    def one(self, name: str, default: str = "") -> str:
        """One parameter of the query."""
        return (self.query.get(name) or [default])[0]


Handler = Callable[[Call], Record]


def endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """A function of a call as a route, behind the login."""

    async def serve(request: Request) -> Response:
        try:
            return JSONResponse(handler(await _call(request)))
        except AirtableError as error:
            return error.answer()

    return serve


async def _call(request: Request) -> Call:
    memory = state_of(request)[Bases]
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if given != LOGIN["token"] and given not in memory.tokens:
        raise AirtableError(401, "AUTHENTICATION_REQUIRED", "Authentication required")
    if len(str(request.url)) > LONGEST_URL:
        raise AirtableError(414, "REQUEST_URI_TOO_LONG", "The URL has 16,000 characters at most")
    raw = await request.body()
    try:
        body: Any = json.loads(raw) if raw else {}
    except (ValueError, RecursionError):
        raise AirtableError(400, "BAD_REQUEST", "Could not parse request body as JSON") from None
    if not isinstance(body, dict):
        raise invalid()
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    return Call(memory, request, query, body)


async def give_token(request: Request) -> Response:
    """POST /oauth2/v1/token: codes and refresh tokens are good once, and the access token before them no more."""
    memory = state_of(request)[Bases]
    sent = dict(forms.parse(request.headers.get("content-type", ""), await request.body()))
    if request.headers.get("authorization") != f"Basic {_BASIC}":
        return JSONResponse({"error": "invalid_client", "error_description": "Invalid client"}, 401)
    if sent.get("grant_type") == "authorization_code":
        form = {name: value for name, value in sent.items() if isinstance(value, str)}
        good = memory.redeem(form, CLIENT_ID) is not None
    elif sent.get("grant_type") == "refresh_token":
        good = sent.get("refresh_token") == memory.refresh_token
    else:
        return JSONResponse({"error": "unsupported_grant_type", "error_description": "Not simulated"}, 400)
    if not good:
        return JSONResponse({"error": "invalid_grant", "error_description": "Invalid grant"}, 400)
    access, memory.refresh_token = (f"oaa{secrets.token_urlsafe(24)}" for _ in range(2))
    memory.tokens = {access}
    said = {"access_token": access, "refresh_token": memory.refresh_token, "token_type": "Bearer"}
    return JSONResponse({**said, "scope": "", "expires_in": 3600, "refresh_expires_in": 5_184_000})

"""How Drive speaks: access tokens, scopes, errors, partial answers.

Pages: https://developers.google.com/workspace/drive/api/guides/handle-errors,
https://developers.google.com/workspace/drive/api/guides/fields-parameter
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from tieline.sandbox.google import AUTH
from tieline.sandbox.google_drive import fields
from tieline.sandbox.google_drive.memory import Drive
from tieline.sandbox.happening import Record
from tieline.sandbox.limits import Budget
from tieline.sandbox.vendor import base_url, state_of

READ = frozenset({"drive", "drive.readonly", "drive.file"})
READ_METADATA = READ | {"drive.metadata", "drive.metadata.readonly"}
WRITE = frozenset({"drive", "drive.file"})
WRITE_METADATA = WRITE | {"drive.metadata"}

Handler = Callable[[Request], Awaitable[Response]]


class DriveError(Exception):
    """An error as Drive answers it: the status, a word for machines, a sentence, and the place."""

    def __init__(self, status: int, reason: str, message: str, location: str = "", domain: str = "global") -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message
        self.location, self.domain = location, domain

    def answer(self) -> Response:
        """The answer that carries it."""
        error = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            kind = "header" if self.location == "Authorization" else "parameter"
            error |= {"location": self.location, "locationType": kind}
        return JSONResponse({"error": {"code": self.status, "message": self.message, "errors": [error]}}, self.status)


def invalid(location: str, message: str = "Invalid Value") -> DriveError:
    """400: a parameter that cannot be used."""
    return DriveError(400, "invalid", message, location)


def not_found(file_id: str) -> DriveError:
    """404: there is no such file, or not for this account."""
    return DriveError(404, "notFound", f"File not found: {file_id}.", "fileId")


def unauthorized() -> DriveError:
    """401: no token, or one that is not good any more."""
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid"
        " authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    return DriveError(401, "authError", message, "Authorization")


def limited(_seconds: int) -> Response:
    """403, not 429, and without a word on how long to wait: that is how Drive says it to a person's requests."""
    return DriveError(403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain="usageLimits").answer()


def broken() -> Response:
    """500 as Drive words it."""
    return DriveError(500, "backendError", "Backend Error").answer()


def budget_headers(_budget: Budget, _scope: Scope) -> dict[str, str]:
    """Drive tells nothing about what is left."""
    return {}


def drive_of(request: Request) -> Drive:
    """The Drive that this request is about."""
    return state_of(request)[Drive]


def uri(request: Request, path: str) -> str:
    """An address of the API, as the caller sees it."""
    return f"{base_url(request)}{path}"


def handled(handler: Handler, needed: frozenset[str]) -> Handler:
    """A handler behind the login, that answers errors as Drive does."""

    async def serve(request: Request) -> Response:
        try:
            _check_token(request, needed)
            return await handler(request)
        except DriveError as error:
            return error.answer()

    return serve


def _check_token(request: Request, needed: frozenset[str]) -> None:
    scopes = drive_of(request).scopes_of(request.headers.get("authorization", ""))
    if scopes is None:
        raise unauthorized()
    if not scopes & {AUTH + scope for scope in needed}:
        raise DriveError(
            403, "insufficientPermissions", "Insufficient Permission: Request had insufficient authentication scopes."
        )


async def body_of(request: Request) -> Record:
    """The JSON object in a request; an empty one where there is no body. Errors: 400."""
    raw = await request.body()
    return parsed(raw) if raw.strip() else {}


def parsed(raw: bytes) -> Record:
    """A JSON object. Errors: 400."""
    try:
        value = json.loads(raw)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise DriveError(400, "parseError", "Parse Error")
    return value


def shown(request: Request, record: Record, default: str, status: int = 200) -> Response:
    """A record with the fields that were asked for. Errors: 400 for a list of fields that is none."""
    wanted = request.query_params.get("fields") or default
    try:
        mask = fields.parse(wanted)
    except ValueError:
        raise invalid("fields", f"Invalid field selection {wanted[:50]}") from None
    return JSONResponse(fields.pick(record, mask), status)


def number(request: Request, name: str, default: int, most: int) -> int:
    """A number from 1 to `most` in the query; more counts as `most`. Errors: 400."""
    value = request.query_params.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not int(value[:9]):
        raise invalid(name, f"Invalid value '{value[:20]}'. Values must be within the range: [1, {most}]")
    return min(int(value[:9]), most)


def flag(request: Request, name: str) -> bool:
    """A yes-or-no parameter of the query."""
    return request.query_params.get(name, "").lower() == "true"


def is_texts(value: Any) -> bool:
    """Whether a JSON value is an object of texts and nulls."""
    return isinstance(value, dict) and all(item is None or isinstance(item, str) for item in value.values())

"""How Sheets speaks: access tokens, scopes, quotas, errors.

Pages: https://developers.google.com/workspace/sheets/api/limits, https://cloud.google.com/apis/design/errors
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.google import AUTH
from tieline.sandbox.google_drive import fields
from tieline.sandbox.google_sheets.memory import Book, Workbooks
from tieline.sandbox.google_sheets.ranges import Unreadable
from tieline.sandbox.happening import Record
from tieline.sandbox.vendor import state_of

WRITE = frozenset(AUTH + scope for scope in ("spreadsheets", "drive", "drive.file"))
READ = WRITE | {AUTH + "spreadsheets.readonly", AUTH + "drive.readonly"}

Handler = Callable[[Request], Awaitable[Response]]


class SheetsError(Exception):
    """An error as Google's newer APIs answer it: the status, its word, and a sentence."""

    def __init__(self, status: int, word: str, message: str, reason: str = "", **metadata: str) -> None:
        super().__init__(message)
        self.status, self.word, self.message, self.reason, self.metadata = status, word, message, reason, metadata

    def answer(self) -> Response:
        """The answer that carries it; how long to wait stands in none."""
        error: Record = {"code": self.status, "message": self.message, "status": self.word}
        if self.reason:
            kind = "type.googleapis.com/google.rpc.ErrorInfo"
            domain = {"@type": kind, "reason": self.reason, "domain": "googleapis.com"}
            error["details"] = [{**domain, "metadata": {"service": "sheets.googleapis.com", **self.metadata}}]
        return JSONResponse({"error": error}, self.status)


def invalid(message: str) -> SheetsError:
    """400: what cannot be done."""
    return SheetsError(400, "INVALID_ARGUMENT", message)


def exhausted(kind: str, value: int) -> SheetsError:
    """429: so many reads, or writes, were made in this minute."""
    message = (
        f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per user'"
        " of service 'sheets.googleapis.com' for consumer 'project_number:100000000000'."
    )
    return SheetsError(
        429,
        "RESOURCE_EXHAUSTED",
        message,
        "RATE_LIMIT_EXCEEDED",
        quota_limit=f"{kind}RequestsPerMinutePerUser",
        quota_limit_value=str(value),
        quota_metric=f"sheets.googleapis.com/{kind.lower()}_requests",
    )


def limited(_seconds: int) -> Response:
    """429 as Sheets words it."""
    return exhausted("Read", 60).answer()


def broken() -> Response:
    """500 as Google words it."""
    return SheetsError(500, "INTERNAL", "Internal error encountered.").answer()


def memory_of(request: Request) -> Workbooks:
    """What this sandbox remembers."""
    return state_of(request)[Workbooks]


def book_of(request: Request) -> Book:
    """The spreadsheet that this request is about. Errors: 404."""
    found = memory_of(request).books.get(request.path_params["id"])
    if found is None:
        raise SheetsError(404, "NOT_FOUND", "Requested entity was not found.")
    return found


def handled(handler: Handler, *, writes: bool) -> Handler:
    """A handler behind login and quota, that answers errors as Sheets does."""

    async def serve(request: Request) -> Response:
        try:
            _check_token(request, WRITE if writes else READ)
            _count(request, writes=writes)
            return await handler(request)
        except SheetsError as error:
            return error.answer()
        except Unreadable as error:
            return invalid(str(error)).answer()

    return serve


def _check_token(request: Request, needed: frozenset[str]) -> None:
    scopes = memory_of(request).scopes_of(request.headers.get("authorization", ""))
    if scopes is None:
        message = (
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid"
            " authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
        )
        raise SheetsError(401, "UNAUTHENTICATED", message)
    if not scopes & needed:
        message = "Request had insufficient authentication scopes."
        raise SheetsError(403, "PERMISSION_DENIED", message, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")


def _count(request: Request, *, writes: bool) -> None:
    memory = memory_of(request)
    budget = (memory.writes if writes else memory.reads).take()
    if budget.exceeded:
        raise exhausted("Write" if writes else "Read", budget.limit)


async def body_of(request: Request) -> Record:
    """The JSON object in a request. Errors: 400."""
    raw = await request.body()
    try:
        value = json.loads(raw or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise invalid("Invalid JSON payload received. Unexpected token.")
    return value


def chosen(value: Any, among: tuple[str, ...], default: str, where: str) -> str:
    """A word out of a few. Errors: 400."""
    if value is None and default:
        return default
    if value not in among:
        raise invalid(
            f"Invalid value at '{where}', \"{str(value)[:60]}\""
            if value
            else f"'{where}' is required but not specified"
        )
    return str(value)


def shown(request: Request, record: Record) -> Response:
    """A record, with the fields that were asked for. Errors: 400."""
    mask = mask_of(request)
    return JSONResponse(fields.pick(record, mask) if mask else record)


def mask_of(request: Request) -> fields.Mask:
    """The fields that are asked for; none: all. Errors: 400."""
    wanted = request.query_params.get("fields")
    try:
        return fields.parse(wanted) if wanted else {}
    except ValueError:
        raise invalid(f"Request contains an invalid argument: fields {wanted[:50] if wanted else ''}") from None

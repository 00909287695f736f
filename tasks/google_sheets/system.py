"""How Sheets speaks, and whether we may."""

from collections.abc import Mapping
from typing import cast

from blocks.google_sheets import GoogleSheetsCredentials
from tasks.google_sheets.models import SpreadsheetId, SpreadsheetProperties
from tieline import Api, ConnectorError, HttpRules, Identity, Model, http_connector, segment
from tieline.errors import AuthFailed, NotFound, RateLimited, Rejected
from tieline.transport.answers import peek
from tieline.transport.paging import dig
from tieline.transport.retry import retry_after
from tieline.transport.rules import Answer

READING = ("https://www.googleapis.com/auth/spreadsheets.readonly",)
WRITING = ("https://www.googleapis.com/auth/spreadsheets",)
#: "After 1 minute, you can execute requests again": https://developers.google.com/workspace/sheets/api/limits
REFILL_SECONDS = 60.0
#: Reads and writes are counted apart. The page allows each user 60 of either, and a project 300 of either.
A_MINUTE = "60/minute"

#: What Google's sentences mean for the caller; it has the same word, INVALID_ARGUMENT, for all of them.
_SENTENCES: Mapping[str, tuple[type[ConnectorError], str]] = {
    "Unable to parse range": (NotFound, "Check the sheet's name, which list_sheets tells, and the range's notation."),
    "exceeds grid limits": (Rejected, "The sheet is smaller: append rows, or enlarge it with batch_update."),
    "more than the maximum of 50000 characters": (Rejected, "Shorten the text: a cell has room for 50,000 characters."),
    "above the limit of 10000000 cells": (Rejected, "The spreadsheet is full: delete rows, columns or sheets first."),
    "protected cell": (AuthFailed, "Let the account of this connection edit the protected range."),
    "already exists": (Rejected, "Choose another title: each sheet has its own."),
}
_REASONS: Mapping[str, str] = {
    "SERVICE_DISABLED": "Enable the Google Sheets API in the Google Cloud console.",
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": "The token lacks a scope: see the field scopes of the block.",
}
_UNSHARED = "Share the spreadsheet with the account of this connection."


def read_error(answer: Answer) -> ConnectorError | None:
    """The error in an answer whose status does not tell what to do.

    See https://cloud.google.com/apis/design/errors for its form.
    """
    if answer.is_success:
        return None
    said = peek(answer)
    error = dig(said, "error") if isinstance(said, Mapping) else None
    status, message = (str(dig(error, name) or "") for name in ("status", "message"))
    if status == "RESOURCE_EXHAUSTED":
        after = retry_after(answer)
        hint = "Wait a minute, or raise the project's quota in the Google Cloud console and the rate on the block."
        return _made(RateLimited, answer, hint, REFILL_SECONDS if after is None else after)
    if status == "PERMISSION_DENIED":
        details = dig(error, "details")
        reasons = [dig(one, "reason") for one in details] if isinstance(details, list) else []
        hints = [hint for reason, hint in _REASONS.items() if reason in reasons]
        return _made(AuthFailed, answer, hints[0] if hints else _UNSHARED)
    for sentence, (kind, hint) in _SENTENCES.items():
        if status == "INVALID_ARGUMENT" and sentence in message:
            return _made(kind, answer, hint)
    return None


def _made(kind: type[ConnectorError], answer: Answer, hint: str, after: float | None = None) -> ConnectorError:
    error = dig(peek(answer), "error")
    shown = str(dig(error, "message"))[:300].rstrip(".")
    text, code = f"Google Sheets refused it: {shown}.", str(dig(error, "status"))
    return kind(text, hint=hint, status=answer.status_code, code=code, retry_after=after)


connector = http_connector(
    "google_sheets",
    title="Google Sheets",
    block=GoogleSheetsCredentials,
    docs="https://developers.google.com/workspace/sheets/api/reference/rest",
    rules=HttpRules(rate=A_MINUTE, writes=A_MINUTE, error=read_error),
)


def path_of(spreadsheet_id: SpreadsheetId, *rest: str) -> str:
    """Where a spreadsheet is in the API, and what is below it."""
    return "/".join(["/v4/spreadsheets", segment(spreadsheet_id), *rest])


class _Named(Model):
    properties: SpreadsheetProperties


@connector.health
async def check(api: Api) -> Identity:
    """Whether the spreadsheet that the block names can be read: Sheets has nothing that says who we are."""
    block = cast("GoogleSheetsCredentials", api.credentials)
    found = await api.get(path_of(block.spreadsheet), into=_Named, params={"fields": "properties(title)"})
    return Identity(name=found.properties.title, detail=block.spreadsheet)

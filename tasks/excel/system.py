"""How Microsoft Graph speaks of workbooks: errors, sessions, addresses of things."""

from typing import Any

from blocks.excel import ExcelCredentials
from tasks.excel.models import GraphModel
from tieline import Api, ConnectorError, HttpRules, Identity, NotFound, http_connector, segment
from tieline.errors import Conflict, Rejected
from tieline.transport.answers import peek
from tieline.transport.paging import dig, odata
from tieline.transport.rules import Answer

READING = ("Files.Read",)
WRITING = ("Files.ReadWrite",)
#: Graph's word for a session that is over; a new one may be made.
SESSION_OVER = "invalidSessionReCreatable"

_ANEW = "Make a new one with create_session."
_OPEN = "Open it in Excel for the web, which says more."
_LOOK = "Microsoft advises not to send it again: look at the workbook first."
#: Second-level words that say more than the status, https://learn.microsoft.com/graph/workbook-error-handling.
#: What is not among them is worth what its status is worth, and its `Retry-After` is obeyed.
_WORDS: dict[str, tuple[type[ConnectorError], str]] = {
    SESSION_OVER: (NotFound, _ANEW),
    "invalidSessionNotFound": (NotFound, "The workbook is gone."),
    "invalidSessionAccessConflict": (Conflict, _OPEN),
    "invalidSessionAuthentication": (Rejected, _ANEW),
    "invalidSessionRestricted": (Rejected, _OPEN),
    "invalidSessionUnexpected": (Rejected, _ANEW),
    "invalidSessionUnsupportedWorkbook": (Rejected, _OPEN),
    "accessConflict": (Conflict, "Somebody has locked it for changes: try again when they have closed it."),
    "unsupportedWorkbook": (Rejected, "It is too large for Excel for the web, or has something that it does not know."),
    "payloadTooLargeUncategorized": (Rejected, "Write fewer rows at a time."),
    # https://github.com/microsoftgraph/microsoft-graph-docs/issues/15709
    "responsePayloadSizeLimitExceeded": (Rejected, "Read fewer rows at a time, or less of each cell."),
    "rangeExceedsLimit": (Rejected, "Read or write fewer rows at a time."),
    "requestAborted": (Rejected, "Its formulas took too long to calculate."),
    "generalException": (Rejected, _LOOK),
    "internalServerErrorUncategorized": (Rejected, _LOOK),
    "notImplementedUncategorized": (Rejected, _LOOK),
}
_KNOWN = {word.casefold(): word for word in _WORDS}


def read_error(answer: Answer) -> ConnectorError | None:
    """What Excel's own words mean, where the status does not tell."""
    return None if answer.is_success else told(dig(peek(answer), "error"), answer.status_code)


def told(error: Any, status: int) -> ConnectorError | None:
    """The same of an error within an answer."""
    word = _KNOWN.get(str(dig(error, "innerError.code")).casefold(), "")
    if not word:
        return None
    kind, hint = _WORDS[word]
    said = str(dig(error, "innerError.message") or dig(error, "message") or word)[:300].rstrip(".")
    return kind(f"Excel refused it: {said}.", hint=hint, status=status, code=word)


connector = http_connector(
    "excel",
    title="Excel",
    block=ExcelCredentials,
    docs="https://learn.microsoft.com/graph/api/resources/excel",
    rules=HttpRules(
        paginate=odata,
        # Excel allows an app 1,500 requests in 10 seconds for each tenant, the files that it lies in fewer:
        # https://learn.microsoft.com/graph/throttling-limits#excel-service-limits
        rate="600/minute",
        error=read_error,
    ),
)


class _Drive(GraphModel):
    name: str = ""
    web_url: str = ""
    owner: dict[str, Any] | None = None


@connector.health
async def check(api: Api) -> Identity:
    """Whose OneDrive it is."""
    drive = await api.get("/me/drive", into=_Drive)
    return Identity(name=str(dig(drive.owner, "user.displayName") or drive.name), detail=drive.web_url)


def workbook(drive_id: str, item_id: str, *rest: str) -> str:
    """Where a workbook is in the API, and what is below it."""
    return "/".join(["/drives", segment(drive_id), "items", segment(item_id), "workbook", *rest])


def within(session_id: str) -> dict[str, str]:
    """The header that says which session a call belongs to."""
    return {"workbook-session-id": session_id} if session_id else {}

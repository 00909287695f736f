"""How Drive speaks, and who we are there."""

from collections.abc import Mapping

from blocks.google_drive import GoogleDriveCredentials
from tasks.google_drive import events
from tasks.google_drive.models import Drives, Person
from tieline import Api, ConnectorError, HttpRules, Identity, http_connector
from tieline.errors import AuthFailed, NotFound, RateLimited, Rejected
from tieline.transport import resumable
from tieline.transport.answers import peek
from tieline.transport.paging import cursor, dig
from tieline.transport.retry import retry_after
from tieline.transport.rules import Answer

#: Drive says 403 to much that has nothing to do with the login; its `reason` tells.
#: https://developers.google.com/workspace/drive/api/guides/handle-errors
#: Our word for every way in which Drive says that a page token is good no more.
TOO_OLD = "pageTokenExpired"
_REASONS: Mapping[str, tuple[type[ConnectorError], str]] = {
    "rateLimitExceeded": (RateLimited, "Try again later, or ask for fewer calls."),
    "userRateLimitExceeded": (RateLimited, "Try again later, or ask for fewer calls."),
    "sharingRateLimitExceeded": (RateLimited, "Try again tomorrow: so much may be shared in a day."),
    "dailyLimitExceeded": (RateLimited, "Raise the quota of the project in the Google Cloud console."),
    "insufficientFilePermissions": (AuthFailed, "Share the file with the account of this connection, as an editor."),
    "insufficientParentPermissions": (
        AuthFailed,
        "Share the folder with the account of this connection, as an editor.",
    ),
    "insufficientPermissions": (AuthFailed, "The token lacks a scope: see the field scopes of the block."),
    "appNotAuthorizedToFile": (AuthFailed, "With drive.file, an app sees only files that it made or was given."),
    "accessNotConfigured": (AuthFailed, "Enable the Google Drive API in the Google Cloud console."),
    "domainPolicy": (AuthFailed, "The domain's administrators have turned off apps for Drive."),
    "storageQuotaExceeded": (Rejected, "Free some space, or put it into a shared drive: service accounts have none."),
    "exportSizeLimitExceeded": (Rejected, "Drive exports 10 MB at most. Ask for another format, such as text/plain."),
    "fileNotDownloadable": (Rejected, "Documents of Google's own must be exported."),
    "cannotDownloadFile": (AuthFailed, "Its owner does not let people download it."),
    "cannotDownloadAbusiveFile": (Rejected, "Google takes it for malware, and gives it to its owner only."),
    "parentNotAFolder": (Rejected, "Give the id of a folder."),
    "fileLocked": (Rejected, "It is locked: ask whoever locked it."),
    "numChildrenInNonRootLimitExceeded": (Rejected, "The folder is full: take another one."),
    "teamDriveFileLimitExceeded": (Rejected, "The shared drive is full: delete something."),
    TOO_OLD: (NotFound, "Take a new one with get_start_page_token, and list all files once."),
}


def read_error(answer: Answer) -> ConnectorError | None:
    """The error in an answer whose status does not tell what to do."""
    if answer.is_success:
        return None
    said = peek(answer)
    listed = dig(said, "error.errors") if isinstance(said, Mapping) else None
    first = listed[0] if isinstance(listed, list) and listed else {}
    reason = dig(first, "reason")
    if reason == "invalid" and dig(first, "location") == "pageToken":
        reason = TOO_OLD  # tokens of lists of files expire, too, and are only said to be invalid then
    if not isinstance(reason, str) or reason not in _REASONS:
        return None
    kind, hint = _REASONS[reason]
    return kind(
        f"Google Drive refused it: {reason}.",
        hint=hint,
        status=answer.status_code,
        code=reason,
        retry_after=retry_after(answer),
    )


connector = http_connector(
    "google_drive",
    title="Google Drive",
    block=GoogleDriveCredentials,
    docs="https://developers.google.com/workspace/drive/api/reference/rest/v3",
    rules=HttpRules(
        paginate=cursor("nextPageToken", "pageToken"),
        # 12,000 a minute for a project, https://developers.google.com/workspace/drive/api/guides/limits
        rate="6000/minute",
        error=read_error,
        accepts=frozenset({resumable.INCOMPLETE}),
    ),
    webhook=events.webhook,
)

connector.event(events.Notification, "change", "add", "update", "untrash", "trash", "remove")


class _About(Drives):
    user: Person


@connector.health
async def check(api: Api) -> Identity:
    """Whose Drive it is."""
    about = await api.get("/drive/v3/about", into=_About, params={"fields": "user(displayName,emailAddress)"})
    return Identity(name=about.user.display_name or "somebody", detail=about.user.email_address or "")

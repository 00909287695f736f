"""What changed since a moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from tasks.google_drive.models import EVERYTHING, EVERYWHERE, FILE_FIELDS, FOLDER, DriveId, Drives, File, Limit
from tasks.google_drive.system import connector
from tieline import Api, Model

#: Most changes of a page.
PAGE = 1000
READ = "https://www.googleapis.com/auth/drive.metadata.readonly"

PageToken = Annotated[str, Field(description="Where the list goes on: from get_start_page_token, or list_changes.")]


class Change(Drives):
    """The newest change of a file, https://developers.google.com/workspace/drive/api/reference/rest/v3/changes.

    `file` is the file as it is now; there is none where it was deleted, or is not shared with us any more.
    """

    change_type: str = "file"
    file_id: str | None = None
    removed: bool = False
    time: datetime | None = None
    file: File | None = None


class Changes(Model):
    """Changes, oldest first, the token from which the list goes on, and whether there are more at once."""

    changes: tuple[Change, ...] = ()
    page_token: str
    more: bool = False


class FileEvent(Model):
    """What happened to a file."""

    event: Literal["file_created", "file_updated", "file_deleted"]
    file_id: str
    file: File | None = None
    time: datetime | None = None


class _Page(Drives):
    changes: tuple[Change, ...]
    next_page_token: str | None = None
    new_start_page_token: str | None = None


def file_events(changes: Iterable[Change], *, since: datetime) -> list[FileEvent]:
    """What happened to each file, in the order of the files' last changes. Folders are left out.

    Args:
        changes: As `list_changes` gives them.
        since: When the list was looked at before, with a zone; a file that was made since then is a new one.

    Returns:
        One event for each file: two changes of one file are one event, and a file in the trash is a deleted one.
    """
    last: dict[str, Change] = {}
    for change in changes:
        if change.change_type == "file" and change.file_id:
            last.pop(change.file_id, None)
            last[change.file_id] = change
    return [
        FileEvent(event=_event(change, since), file_id=file_id, file=change.file, time=change.time)
        for file_id, change in last.items()
        if change.file is None or change.file.mime_type != FOLDER
    ]


def _event(change: Change, since: datetime) -> Literal["file_created", "file_updated", "file_deleted"]:
    file = change.file
    if change.removed or file is None or file.trashed:
        return "file_deleted"
    return "file_created" if file.created_time is not None and file.created_time >= since else "file_updated"


@connector.action(scopes=(READ,))
async def get_start_page_token(api: Api, *, drive: DriveId | None = None) -> str:
    """Say where the list of changes ends now: `list_changes` tells what happens after it.

    See https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/getStartPageToken
    """
    params = {"driveId": drive, **EVERYWHERE}
    return await api.get("/drive/v3/changes/startPageToken", into=str, at="startPageToken", params=params)


@connector.action(scopes=(READ,))
async def list_changes(
    api: Api, *, page_token: PageToken, drive: DriveId | None = None, limit: Limit = 1000
) -> Changes:
    """List what changed, oldest first; of each file only its newest change.

    Args:
        api: The connection.
        page_token: Where the list goes on.
        drive: Only this shared drive; the token must be of it, too.
        limit: Most changes; the rest comes with the token that is returned.

    See https://developers.google.com/workspace/drive/api/guides/manage-changes and
    https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/list
    """
    found: list[Change] = []
    for _ in range(-(-limit // PAGE)):
        params = {
            "pageToken": page_token,
            "fields": f"nextPageToken,newStartPageToken,changes(changeType,fileId,removed,time,file({FILE_FIELDS}))",
            "pageSize": min(limit - len(found), PAGE),
            "driveId": drive,
            **EVERYTHING,
        }
        page = await api.get("/drive/v3/changes", into=_Page, params=params)
        found += page.changes
        if page.next_page_token is None:
            return Changes(changes=tuple(found), page_token=page.new_start_page_token or page_token)
        page_token = page.next_page_token
    return Changes(changes=tuple(found), page_token=page_token, more=True)

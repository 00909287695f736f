"""What changed since a moment."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from tasks.google_drive.models import EVERYTHING, EVERYWHERE, FILE_FIELDS, FOLDER, DriveId, Drives, File, Limit
from tasks.google_drive.system import TOO_OLD, connector
from tieline import Api, Model, feeds
from tieline.webhooks import Facts

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


class FileEvent(feeds.FileEvent):
    """What happened to a file; `place` is its shared drive, if only that one is looked at."""

    file: File | None = None


class _Page(Drives):
    changes: tuple[Change, ...]
    next_page_token: str | None = None
    new_start_page_token: str | None = None


class _Files(Drives):
    files: tuple[File, ...]
    next_page_token: str | None = None


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
        params = _wanted(page_token, drive, min(limit - len(found), PAGE))
        page = await api.get("/drive/v3/changes", into=_Page, params=params)
        found += page.changes
        if page.next_page_token is None:
            return Changes(changes=tuple(found), page_token=page.new_start_page_token or page_token)
        page_token = page.next_page_token
    return Changes(changes=tuple(found), page_token=page_token, more=True)


#: How a cursor begins: a list of all files, with the token that all changes since its beginning are listed with; or
#: the list of changes.
_LIST, _SINCE = "list", "since"
_FILES: dict[str, str | int | bool | None] = {
    "q": f"trashed = false and mimeType != '{FOLDER}'",
    "fields": f"nextPageToken,files({FILE_FIELDS})",
    "pageSize": PAGE,
}


@connector.feed(FileEvent, facts=Facts(subject="name", link="file.webViewLink"))
async def changes(api: Api, place: str, cursor: str) -> feeds.Page:
    """What has changed since a page token; all files where there is none, or where Drive takes it no more.

    See https://developers.google.com/workspace/drive/api/guides/manage-changes
    """
    kind, _, rest = cursor.partition(" ")
    start, _, token = rest.partition(" ")
    if kind == _SINCE:
        params = _wanted(start, place or None, PAGE)
        page = await api.find("/drive/v3/changes", into=_Page, missing=TOO_OLD, params=params)
        if page is not None:
            going_on = page.next_page_token or page.new_start_page_token or start
            more = page.next_page_token is not None
            return feeds.Page(entries=_entries(page.changes), cursor=f"{_SINCE} {going_on}", more=more)
    elif kind == _LIST:
        listed = await api.find("/drive/v3/files", into=_Files, missing=TOO_OLD, params=_all(place, token))
        if listed is not None:
            return _listed(listed, start, anew=False)
    from_now = {"driveId": place or None, **EVERYWHERE}
    start = await api.get("/drive/v3/changes/startPageToken", into=str, at="startPageToken", params=from_now)
    return _listed(await api.get("/drive/v3/files", into=_Files, params=_all(place)), start, anew=True)


def _listed(page: _Files, start: str, *, anew: bool) -> feeds.Page:
    """Part of all files. After the last one comes what has changed since the first."""
    more = page.next_page_token is not None
    cursor = f"{_LIST} {start} {page.next_page_token}" if more else f"{_SINCE} {start}"
    return feeds.Page(entries=tuple(map(entry, page.files)), cursor=cursor, more=more, anew=anew)


def _entries(changes: Iterable[Change]) -> tuple[feeds.Entry, ...]:
    return tuple(
        feeds.Entry(id=one.file_id) if one.removed or one.file is None else entry(one.file)
        for one in changes
        if one.change_type == "file" and one.file_id and (one.file is None or one.file.mime_type != FOLDER)
    )


def entry(file: File) -> feeds.Entry:
    """A file, with a version that stays the same when its properties are filled in; what is in the trash is gone.

    Documents of Google's own have no checksum. When they were last changed is all that there is, and Drive may count
    properties as a change, too.
    """
    if file.trashed:
        return feeds.Entry(id=file.id, name=file.name)
    content = file.md5_checksum or file.head_revision_id or str(file.modified_time)
    version = sha256("\n".join((content, str(file.size), file.name, *sorted(file.parents))).encode())
    return feeds.Entry(
        id=file.id,
        name=file.name,
        version=version.hexdigest()[:32],
        file=file.model_dump(mode="json", by_alias=True, exclude_none=True),
    )


def _wanted(page_token: str, drive: str | None, most: int) -> dict[str, str | int | bool | None]:
    fields = f"nextPageToken,newStartPageToken,changes(changeType,fileId,removed,time,file({FILE_FIELDS}))"
    return {"pageToken": page_token, "fields": fields, "pageSize": most, "driveId": drive, **EVERYTHING}


def _all(place: str, token: str = "") -> dict[str, str | int | bool | None]:
    drive = {"corpora": "drive", "driveId": place} if place else {}
    return {**_FILES, **drive, **EVERYTHING, "pageToken": token or None}

"""What changed since a moment, and channels that tell us that something did."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, cast

from pydantic import Field

from blocks.google_drive import GoogleDriveCredentials
from tasks.google_drive.files import path_of
from tasks.google_drive.models import EVERYTHING, EVERYWHERE, FILE_FIELDS, FOLDER, DriveId, Drives, File, FileId, Limit
from tasks.google_drive.system import TOO_OLD, connector
from tieline import Api, ConfigError, Model, feeds
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


class Channel(Drives):
    """Where notifications go; it is stopped with both of its ids."""

    id: str
    resource_id: str
    resource_uri: str = ""
    expiration: datetime | None = None


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


@connector.action(scopes=(READ,))
async def create_channel(
    api: Api,
    *,
    url: Annotated[str, Field(description="Where to: https, with a certificate that everybody trusts.")],
    page_token: PageToken | None = None,
    file_id: FileId | None = None,
    drive: DriveId | None = None,
    expires: datetime | None = None,
    channel_id: str | None = None,
) -> Channel:
    """Be told when something changes. Each notification carries the `webhook_secret` of the block.

    Args:
        api: The connection.
        url: Where notifications go.
        page_token: For all changes after this.
        file_id: For those of one file instead.
        drive: Only changes in this shared drive.
        expires: When it ends by itself, a week from now at most for all changes, a day for a file; by default after
            an hour.
        channel_id: Its id, which nobody may have used before; by default a new one is made.

    Raises:
        ConfigError: Neither a page_token nor a file_id is given, or both; or the block has no webhook_secret.

    See https://developers.google.com/workspace/drive/api/guides/push
    """
    if (page_token is None) == (file_id is None):
        raise ConfigError("A channel is about all changes, or about one file.", hint="Give page_token or file_id.")
    secret = cast("GoogleDriveCredentials", api.credentials).webhook_secret.get_secret_value()
    if not secret:
        raise ConfigError(
            "The block has no webhook_secret, so nobody could tell Google's notifications from others.",
            hint="`tieline webhook secret google_drive --connection NAME --generate` makes one.",
        )
    channel = {
        "id": channel_id or str(uuid.uuid4()),
        "type": "web_hook",
        "address": url,
        "token": secret,
        "expiration": None if expires is None else str(_milliseconds(expires)),
    }
    if file_id is not None:
        return await api.post(f"{path_of(file_id)}/watch", channel, into=Channel, params=EVERYWHERE)
    params = {"pageToken": page_token, "driveId": drive, **EVERYTHING}
    return await api.post("/drive/v3/changes/watch", channel, into=Channel, params=params)


@connector.action(scopes=(READ,))
async def delete_channel(api: Api, *, channel_id: str, resource_id: str) -> None:
    """Stop a channel. See https://developers.google.com/workspace/drive/api/reference/rest/v3/channels/stop."""
    channel = {"id": channel_id, "resourceId": resource_id}
    await api.post("/drive/v3/channels/stop", channel, into=type(None))


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


def _milliseconds(moment: datetime) -> int:
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(zoned.timestamp() * 1000)

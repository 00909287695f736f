"""What changed since a moment, and channels that tell us that something did."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal, cast

from pydantic import Field

from blocks.google_drive import GoogleDriveCredentials
from tasks.google_drive.files import path_of
from tasks.google_drive.models import EVERYTHING, EVERYWHERE, FILE_FIELDS, FOLDER, DriveId, Drives, File, FileId, Limit
from tasks.google_drive.system import connector
from tieline import Api, ConfigError, Model

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


def _milliseconds(moment: datetime) -> int:
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(zoned.timestamp() * 1000)

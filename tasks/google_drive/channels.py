"""Channels that tell us that something changed: what `tieline webhook setup google_drive` makes.

https://developers.google.com/workspace/drive/api/guides/push
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, cast

from pydantic import Field

from blocks.google_drive import GoogleDriveCredentials
from tasks.google_drive.changes import READ, PageToken, get_start_page_token
from tasks.google_drive.files import path_of
from tasks.google_drive.models import EVERYTHING, EVERYWHERE, DriveId, Drives, FileId
from tasks.google_drive.system import connector
from tieline import Api, ConfigError
from tieline.subscriptions import Subscription, Subscriptions, Wanted

#: The longest that Drive allows, https://developers.google.com/workspace/drive/api/guides/push#optional-properties; a
#: little less, because its clock may be behind ours.
LIFE, LIFE_OF_FILE = timedelta(days=7, minutes=-5), timedelta(days=1, minutes=-5)


class Channel(Drives):
    """Where notifications go; it is stopped with both of its ids."""

    id: str
    resource_id: str
    resource_uri: str = ""
    expiration: datetime | None = None


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


class Channels(Subscriptions[GoogleDriveCredentials]):
    """A channel for all changes, for those in a shared drive, or for one file.

    It cannot be renewed, and Drive lists none. Several may be open for the same thing.
    """

    resource = "changes, drive/ID of a shared drive, or file/ID"

    async def resources(self, credentials: GoogleDriveCredentials) -> Sequence[str]:  # noqa: ARG002 - it is always the same
        """All changes that the account sees."""
        return ("changes",)

    async def subscribe(self, credentials: GoogleDriveCredentials, wanted: Wanted) -> Subscription:
        """Open one."""
        kind, _, number = wanted.resource.partition("/")
        if (kind, bool(number)) not in {("changes", False), ("drive", True), ("file", True)}:
            raise ConfigError(f"Drive cannot tell of {wanted.resource!r}.", hint=f"It can tell of {self.resource}.")
        given = {"url": wanted.url, "channel_id": wanted.number}
        if kind == "file":
            ends = datetime.now(UTC) + LIFE_OF_FILE
            made = await create_channel.fn(credentials, **given, file_id=number, expires=ends)
        else:
            drive = number or None
            token = await get_start_page_token.fn(credentials, drive=drive)
            ends = datetime.now(UTC) + LIFE
            made = await create_channel.fn(credentials, **given, page_token=token, drive=drive, expires=ends)
        return Subscription(made.id, wanted.resource, wanted.url, expires_at=made.expiration, detail=made.resource_id)

    async def unsubscribe(self, credentials: GoogleDriveCredentials, number: str, detail: str) -> None:
        """Stop one."""
        await delete_channel.fn(credentials, channel_id=number, resource_id=detail)


connector.subscriptions = Channels()

"""What has changed in a drive, and what that means for its files."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from tasks.sharepoint.models import GraphModel, Item
from tasks.sharepoint.system import PAGE, RESYNC, DriveId, Limit, connector
from tieline import Api, Model, segment

#: A token for "only what changes from now on".
LATEST = "latest"

What = Literal["file_created", "file_updated", "file_deleted"]


class Changes(Model):
    """Part of what has changed.

    Args:
        items: Files and folders as they are now, deleted ones with `deleted`; the last of several with one id counts.
        token: What to call `list_changes` with the next time.
        more: Whether to call it again at once.
        anew: Whether a listing of all there is begins here: the first time, or because the token was too old. What is
            neither here nor in the parts that follow it, until there is no `more`, is gone.
        asked: When it was asked for; `file_events` wants it the next time.
    """

    items: tuple[Item, ...]
    token: str
    more: bool
    anew: bool
    asked: datetime


class FileEvent(Model):
    """What happened to a file."""

    event: What
    drive_id: str
    item_id: str
    name: str
    item: Item


class _Page(GraphModel):
    value: tuple[Item, ...]
    next_link: str = Field("", alias="@odata.nextLink")
    delta_link: str = Field("", alias="@odata.deltaLink")


@connector.action(scopes=("Files.Read.All",))
async def list_changes(api: Api, *, drive_id: DriveId, token: str = "", limit: Limit = 1000) -> Changes:
    """List what has changed in a drive since a token was given out; without one, all that is in it.

    Args:
        api: The connection.
        drive_id: The drive.
        token: Of the last call. `latest` lists nothing and gives a token for what changes from now on.
        limit: About how many; pages are read until there are as many. Call again while there is `more`.

    Returns:
        The changes, and the next token. A token that is too old (Graph's 410) is no error: everything is listed `anew`.

    See https://learn.microsoft.com/graph/api/driveitem-delta
    """
    start, asked = f"/drives/{segment(drive_id)}/root/delta", datetime.now(UTC)
    top = {"$top": min(limit, PAGE)}
    known = token and token != LATEST
    told = await api.find(token, into=_Page, missing=RESYNC) if known else None
    if told is None:
        page = await api.get(start, into=_Page, params={"token": LATEST} if token == LATEST else top)
    else:
        page = told
    items = list(page.value)
    if page.next_link and len(items) < limit:
        async for following in api.pages(page.next_link):
            page = api.read(following, into=_Page)
            items += page.value
            if len(items) >= limit:
                break
    return Changes(
        items=tuple(items),
        token=page.delta_link or page.next_link,
        more=not page.delta_link,
        anew=told is None and token != LATEST,
        asked=asked,
    )


def file_events(drive_id: str, items: Iterable[Item], *, since: datetime | None = None) -> list[FileEvent]:
    """What changes mean for files, in their order; folders are left out, and each file is told of once.

    Args:
        drive_id: The drive.
        items: Of `list_changes`.
        since: When the token was asked for that they were listed with: files made later are `file_created`, others
            `file_updated`, also those that were renamed or moved here. Without it all are `file_created`.
    """
    last: dict[str, Item] = {}
    for one in items:
        last.pop(one.id, None)  # so that the last occurrence counts for the order, too
        last[one.id] = one
    return [
        FileEvent(event=_what(one, since), drive_id=drive_id, item_id=one.id, name=one.name, item=one)
        for one in last.values()
        if one.file is not None or (one.deleted is not None and one.folder is None)
    ]


def _what(one: Item, since: datetime | None) -> What:
    if one.deleted is not None:
        return "file_deleted"
    made = one.created_date_time
    return "file_created" if since is None or (made is not None and made >= since) else "file_updated"

"""What has changed in a drive, and what that means for its files."""

from hashlib import sha256

from pydantic import Field

from blocks._microsoft import site_address
from blocks.sharepoint import SharePointCredentials
from tasks.sharepoint.models import Drive, GraphModel, Item, Site
from tasks.sharepoint.system import PAGE, RESYNC, DriveId, Limit, connector
from tieline import Api, Model, feeds, segment
from tieline.webhooks import Facts

#: A token for "only what changes from now on".
LATEST = "latest"
#: Changes that a feed takes in at once.
AT_ONCE = 1000


class Changes(Model):
    """Part of what has changed.

    Args:
        items: Files and folders as they are now, deleted ones with `deleted`; the last of several with one id counts.
        token: What to call `list_changes` with the next time.
        more: Whether to call it again at once.
        anew: Whether a listing of all there is begins here: the first time, or because the token was too old. What is
            neither here nor in the parts that follow it, until there is no `more`, is gone.
    """

    items: tuple[Item, ...]
    token: str
    more: bool
    anew: bool


class FileEvent(feeds.FileEvent):
    """What happened to a file; `place` is its drive."""

    file: Item | None = None


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
    return await _since(api, drive_id, token, limit)


async def _since(api: Api, drive_id: str, token: str, limit: int) -> Changes:
    start, top = f"/drives/{segment(drive_id)}/root/delta", {"$top": min(limit, PAGE)}
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
    )


async def drives(api: Api) -> list[str]:
    """The drives of a connection: the libraries of its site, or the OneDrive of whom the refresh token belongs to."""
    login = api.credentials
    assert isinstance(login, SharePointCredentials)  # noqa: S101 - says the type
    mine = bool(login.refresh_token) and login.site == "root"
    owner = "/me" if mine else f"/sites/{(await api.get(f'/sites/{site_address(login.site)}', into=Site)).id}"
    return [one.id for one in await api.list(f"{owner}/drives", into=Drive, limit=1000, at="value")]


@connector.feed(FileEvent, places=drives, facts=Facts(subject="name", link="file.webUrl"))
async def changes(api: Api, place: str, cursor: str) -> feeds.Page:
    """What has changed in a drive since a delta link."""
    found = await _since(api, place, cursor, AT_ONCE)
    entries = [entry(one) for one in found.items if one.file is not None or one.deleted is not None]
    return feeds.Page(entries=tuple(entries), cursor=found.token, more=found.more, anew=found.anew)


def entry(item: Item) -> feeds.Entry:
    """A file, with a version that stays the same when a column is filled in.

    `cTag` would be that, but the delta listing of SharePoint leaves it out, and so is the path of the folder:
    https://learn.microsoft.com/graph/api/driveitem-delta#remarks
    """
    if item.deleted is not None or item.file is None:
        return feeds.Entry(id=item.id, name=item.name)
    hashes = item.file.hashes or {}
    digest = hashes.get("quickXorHash") or hashes.get("sha256Hash") or hashes.get("sha1Hash")
    # Graph works the hash out a little later than it tells of the file.
    content = digest or str(item.last_modified_date_time)
    version = sha256("\n".join((str(content), str(item.size), item.name, item.parent_reference.id)).encode())
    return feeds.Entry(
        id=item.id,
        name=item.name,
        version=version.hexdigest()[:32],
        file=item.model_dump(mode="json", by_alias=True, exclude_none=True),
    )

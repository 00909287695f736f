"""SharePoint and OneDrive as a place of documents: summary and tags stand in columns of the library."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from flows.documents.place import Item, Note, cut, joined, replies
from flows.windows import Window
from tasks import sharepoint
from tasks.sharepoint.library import Kind
from tieline import ConfigError
from tieline.errors import Conflict, Locked

#: API name, kind, and what people see. That of answers is made when there are some.
COLUMNS: tuple[tuple[str, Kind, str], ...] = (
    ("TielineSummary", "note", "Summary"),
    ("TielineTags", "text", "Tags"),
    ("TielineMark", "text", "Summary of version"),
    ("TielineAnswers", "note", "Answers"),
)
_ANSWERS = "TielineAnswers"
NOTE_CHARACTERS = 60_000
LINE_CHARACTERS = 255


class Library:
    """The libraries of a site. A document's reference is `DRIVE-ID/ITEM-ID`.

    Args:
        connection: The saved block's name; its `site` is the site.
    """

    def __init__(self, connection: str) -> None:
        self._connection = connection
        self._known: dict[str, set[str]] = {}
        self._making = asyncio.Lock()

    async def find(self, query: str | Window, limit: int) -> list[Item]:
        """Files of the recent past, or those whose name is like the query, such as `*.pdf`, in all libraries."""
        site = (await sharepoint.connector.credentials(self._connection)).site
        found = await sharepoint.get_site(self._connection, site=site)
        items: list[Item] = []
        for drive in await sharepoint.list_drives(self._connection, site_id=found.id):
            items += [item for item in await self._below(drive.id) if _wanted(item, query)]
            if len(items) >= limit:
                break
        return items[:limit]

    async def _below(self, drive: str) -> list[Item]:
        """All files of a library, folder by folder: the values of columns come along only that way."""
        found, folders = [], ["root"]
        while folders:
            for one in await sharepoint.list_items(
                self._connection, drive_id=drive, folder_id=folders.pop(), fields=True, limit=100_000
            ):
                if one.folder is not None:
                    folders.append(one.id)
                elif one.file is not None:
                    found.append(_item(drive, one))
        return found

    async def reference(self, link: str) -> str:
        """What the address of a file points at, such as https://acme.sharepoint.com/sites/x/Shared%20Documents/y.pdf."""
        site = (await sharepoint.connector.credentials(self._connection)).site
        found = await sharepoint.get_site(self._connection, site=site)
        address = unquote(urlsplit(link)._replace(query="", fragment="").geturl())
        if not address.startswith(f"{unquote(found.web_url)}/"):
            return ""
        for drive in await sharepoint.list_drives(self._connection, site_id=found.id):
            below = f"{unquote(drive.web_url)}/"
            if drive.web_url and address.startswith(below):
                path = address.removeprefix(below)
                one = await sharepoint.find_item(self._connection, drive_id=drive.id, path=path)
                return f"{drive.id}/{one.id}" if one and one.file is not None else ""
        return ""

    async def get(self, reference: str) -> Item:
        """One file."""
        drive, item = _parts(reference)
        return _item(drive, await sharepoint.get_item(self._connection, drive_id=drive, item_id=item, fields=True))

    async def fetch(self, item: Item) -> bytes:
        """Its content."""
        drive, number = _parts(item.id)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "content"
            await sharepoint.download_item(self._connection, drive_id=drive, item_id=number, to=file)
            return file.read_bytes()

    async def write(self, item: Item, note: Note) -> tuple[str, ...]:
        """Fill the columns, and make those that the library has not."""
        drive, number = _parts(item.id)
        known = await self._columns(drive, answers=bool(note.answers))
        # Without an e_tag, which changes whenever anybody fills a column: only the content must be the same.
        if (await self.get(item.id)).version != item.version:
            raise Conflict(f"{item.name} was changed while it was read.", hint="Its new version is a new event.")
        values = {
            "TielineSummary": cut(note.summary, NOTE_CHARACTERS),
            "TielineTags": joined(note.tags, LINE_CHARACTERS),
            "TielineMark": note.mark,
        }
        if _ANSWERS in known:  # also to empty it, when nothing is asked any more
            values[_ANSWERS] = cut(replies(note.answers), NOTE_CHARACTERS)
        try:
            await sharepoint.update_fields(self._connection, drive_id=drive, item_id=number, fields=values)
        except Locked as exc:
            raise Locked(await self._locked(item, drive, number), hint="It is tried again.") from exc
        return tuple(name for api, _, name in COLUMNS if api != "TielineMark" and values.get(api))

    async def _columns(self, drive: str, *, answers: bool) -> set[str]:
        """The names of the library's columns, ours among them."""
        async with self._making:  # several documents are done at once, and only one of them makes the columns
            if drive not in self._known:
                found = await sharepoint.list_columns(self._connection, drive_id=drive)
                self._known[drive] = {column.name for column in found}
            for name, kind, shown in COLUMNS:
                if name not in self._known[drive] and (answers or name != _ANSWERS):
                    await self._make(drive, name, kind, shown)
                    self._known[drive].add(name)
            return self._known[drive]

    async def _make(self, drive: str, name: str, kind: Kind, shown: str) -> None:
        with suppress(Conflict):  # another run has just made it
            await sharepoint.create_column(self._connection, drive_id=drive, name=name, kind=kind, display_name=shown)

    async def _locked(self, item: Item, drive: str, number: str) -> str:
        """Who to ask."""
        holder = await sharepoint.find_holder(self._connection, drive_id=drive, item_id=number)
        if holder is None:
            return f"{item.name} is open elsewhere."
        what = "has it checked out" if holder.checked_out else "changed it last, and may have it open"
        return f"{item.name} is open elsewhere: {holder.name} {what}."


def _parts(reference: str) -> tuple[str, str]:
    drive, slash, item = reference.partition("/")
    if not slash or not drive or not item:
        raise ConfigError(f"{reference!r} names no file of SharePoint.", hint="Write DRIVE-ID/ITEM-ID.")
    return drive, item


def _item(drive: str, one: sharepoint.Item) -> Item:
    fields = one.list_item.fields if one.list_item else {}
    return Item(
        id=f"{drive}/{one.id}",
        name=one.name,
        size=one.size,
        version=one.c_tag,
        updated_at=one.last_modified_date_time,
        link=one.web_url,
        mark=str(fields.get("TielineMark") or ""),
    )


def _wanted(item: Item, query: str | Window) -> bool:
    if isinstance(query, Window):
        return item.updated_at is not None and item.updated_at >= query.since
    return fnmatch(item.name, query or "*")

"""Notion as a place of documents: what is found out about an entry of a database stands in its properties."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Container, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic_core import from_json, to_json

from flows.documents.gist import digest
from flows.documents.place import Item, Note, cut, replies
from flows.windows import Window
from tasks import notion
from tasks.notion.properties import WRITERS
from tieline import ConfigError, NotFound
from tieline.errors import Conflict

SUMMARY, TAGS, ANSWERS, MARK = "Summary", "Tags", "Answers", "Tieline mark"
#: Of which type each is; that of answers is made when there are some.
PROPERTIES: Mapping[str, str] = {
    SUMMARY: "rich_text",
    TAGS: "multi_select",
    MARK: "rich_text",
    ANSWERS: "rich_text",
}
#: Pieces of 2,000 characters make longer texts, https://developers.notion.com/reference/request-limits; what is longer
#: than this is no summary.
TEXT_CHARACTERS = 8_000
#: Of an option's name, and how many one page may have: the same page.
OPTION_CHARACTERS = OPTIONS = 100
_LATEST = 25
_HOSTS = (".notion.so", ".notion.site", ".notion.com")
#: An address ends with the page's number, behind its title; one with `?v=` is a view of a database.
_PAGE = re.compile(r"(?:^|[/-])([0-9a-f]{32})$")


class Library:
    """The entries of the databases that are shared with the integration. A document's reference is the page's id.

    Args:
        connection: The saved block's name.
    """

    def __init__(self, connection: str) -> None:
        self._connection = connection
        self._known: dict[str, dict[str, str]] = {}
        self._making = asyncio.Lock()

    async def find(self, query: str | Window, limit: int) -> list[Item]:
        """Entries of the recent past, or those whose title has the query in it, in all data sources."""
        items: list[Item] = []
        for source in await notion.search(self._connection, kind="data_source", limit=1_000):
            entries = await notion.query_database(
                self._connection,
                data_source_id=source.id,
                filter=_filter(source.properties, query),
                sorts=[{"timestamp": "last_edited_time", "direction": "descending"}],
                limit=limit - len(items),
            )
            items += [_item(page) for page in entries]
            if len(items) >= limit:
                break
        return items

    async def reference(self, link: str) -> str:
        """The page that an address leads to, such as https://www.notion.so/acme/Title-0123456789abcdef0123456789abcdef."""
        parts = urlsplit(link)
        host = parts.hostname or ""
        found = _PAGE.search(parts.path) if f".{host}".endswith(_HOSTS) and not parts.query.startswith("v=") else None
        return str(UUID(found[1])) if found else ""

    async def get(self, reference: str) -> Item:
        """One entry."""
        return _item(await self._page(reference))

    async def _page(self, number: str) -> notion.Page:
        page = await notion.get_page(self._connection, page_id=number)
        if page.in_trash:
            raise NotFound(f"{page.title} is in the trash.", hint="Take it out, and it is read.")
        return page

    async def fetch(self, item: Item) -> bytes:
        """What stands on the page, as Markdown."""
        return (await notion.read_page(self._connection, page_id=item.id)).encode()

    async def write(self, item: Item, note: Note) -> tuple[str, ...]:
        """Fill our properties, and make those that the data source has not."""
        page = await self._page(item.id)
        source = page.parent.get("data_source_id")
        if not source:
            raise ConfigError(
                f"{item.name} is in no database, so it has no properties to write to.",
                hint="Move it into a database, or name entries of one.",
            )
        # To the minute, and not more exactly: https://developers.notion.com/changelog/last-edited-time-is-now-rounded-to-the-nearest-minute
        if page.last_edited_time != item.updated_at:
            raise Conflict(f"{item.name} was changed while it was read.", hint="Its new version is a new event.")
        known = await self._columns(source, answers=bool(note.answers))
        values = _values(page, note, known)
        await notion.update_page(
            self._connection, page_id=item.id, properties={n: WRITERS[PROPERTIES[n]](v) for n, v in values.items()}
        )
        filled = ((SUMMARY, note.summary), (TAGS, note.tags), (ANSWERS, note.answers))
        return tuple(name for name, value in filled if value and name in values)

    async def _columns(self, source: str, *, answers: bool) -> dict[str, str]:
        """The data source's properties and their types, ours among them.

        Raises:
            ConfigError: One has our name and another type; to change it would lose what it holds.
        """
        async with self._making:  # several documents are done at once, and only one of them makes the properties
            if source not in self._known:
                self._known[source] = _types(await notion.get_data_source(self._connection, data_source_id=source))
            missing = _missing(self._known[source], answers=answers)
            if missing:
                made = await notion.add_properties(self._connection, data_source_id=source, properties=missing)
                self._known[source] = _types(made)
            return self._known[source]

    async def comment(self, item: Item, text: str) -> None:
        """Say something on the page, unless it stands there already."""
        said = await notion.list_comments(self._connection, block_id=item.id, limit=1_000)
        if all(one.text != text for one in said[-_LATEST:]):
            await notion.add_comment(self._connection, page_id=item.id, text=text)


def _values(page: notion.Page, note: Note, known: Container[str]) -> dict[str, Any]:
    """What our properties get. What a person has written into one of them, and tags that they have chosen, stay."""
    now, left = page.values(), _left(page)
    texts = {SUMMARY: cut(note.summary, TEXT_CHARACTERS)}
    if ANSWERS in known:  # also to empty it, when nothing is asked any more
        texts[ANSWERS] = cut(replies(note.answers), TEXT_CHARACTERS)
    ours = {name: text for name, text in texts.items() if not now.get(name) or left.get(name) == digest(now[name])}
    theirs = [tag for tag in now.get(TAGS) or () if tag not in (left.get(TAGS) or ())]
    tags = dict.fromkeys((*theirs, *map(_option, note.tags)))
    kept = {name: digest(text) for name, text in ours.items()}
    mark = {"mark": note.mark, **kept, TAGS: [tag for tag in tags if tag not in theirs]}
    return {**ours, TAGS: list(tags)[:OPTIONS], MARK: to_json(mark).decode()}


def _left(page: notion.Page) -> dict[str, Any]:
    """What the last run has noted: its mark, what it wrote (digests), and which tags were its own."""
    try:
        found = from_json(str(page.values().get(MARK) or "{}"))
    except ValueError:  # somebody has written into it
        return {}
    return found if isinstance(found, dict) else {}


def _item(page: notion.Page) -> Item:
    return Item(
        id=page.id,
        name=page.title or "Untitled",
        file=f"{page.title or 'Untitled'}.md",
        # No version: Notion tells edits by the minute, and counts ours, too. So a page is read to see if it is new.
        updated_at=page.last_edited_time,
        link=page.url or "",
        mark=str(_left(page).get("mark") or ""),
    )


def _filter(schema: Mapping[str, Any], query: str | Window) -> dict[str, Any] | None:
    if isinstance(query, Window):
        stamp = "created_time" if query.what == "new" else "last_edited_time"
        # Notion rounds down to the minute, and so do we.
        since = query.since.replace(second=0, microsecond=0).isoformat()
        return {"timestamp": stamp, stamp: {"on_or_after": since}}
    title = next((name for name, column in schema.items() if column["type"] == "title"), "")
    return {"property": title, "title": {"contains": query}} if query and title else None


def _missing(known: Mapping[str, str], *, answers: bool) -> dict[str, str]:
    """Those of our properties that are not there."""
    wanted = {name: kind for name, kind in PROPERTIES.items() if answers or name != ANSWERS}
    for name, kind in wanted.items():
        if known.get(name, kind) != kind:
            raise ConfigError(
                f"The property {name!r} is of type {known[name]}, and it has to be {kind}.",
                hint="Rename it in Notion, and one of the right type is made.",
            )
    return {name: kind for name, kind in wanted.items() if name not in known}


def _types(source: notion.DataSource) -> dict[str, str]:
    return {name: str(column.get("type")) for name, column in source.properties.items()}


def _option(tag: str) -> str:
    """A tag as the name of an option, which may not hold commas."""
    return " ".join(tag.replace(",", " ").split())[:OPTION_CHARACTERS]

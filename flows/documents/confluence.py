"""Confluence as a place of documents: pages, and the files on them.

Tags are labels, all else stands in a property of the page or the file.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from html import escape
from mimetypes import guess_type
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic_core import to_json

from flows.documents.place import Item, Note, Reply, cut
from flows.windows import Window
from tasks import confluence
from tasks.confluence.models import Attachment, Found, Page, says
from tieline import NotFound
from tieline.errors import Conflict

#: The property that holds what we have found out, as JSON.
PROPERTY = "tieline.summary"
#: Characters of each text in it: a property holds 32 KB.
PROPERTY_CHARACTERS = 4_000
#: Bytes of all of it, some less than what it holds.
PROPERTY_BYTES = 30_000
#: Comments that are listed, the oldest first, and the latest, which are looked through for our own words.
_ALL, _LATEST = 10_000, 25
_PAGE = re.compile(r"/pages/(?:edit-v2/)?(\d+)(?:/|$)")
#: What people copy of a file: the address that it is fetched from, and the page with the file open.
_FILE = re.compile(r"/download/attachments/(\d+)/([^/]+)$")
_PREVIEW = re.compile(r"/\d+/(\d+)/[^/]*")
_KINDS = "(type = page OR type = attachment)"
#: Not what stands in quotation marks.
_ORDER = re.compile(r"(?=\border\s+by\b[^\"']*$)", re.IGNORECASE)
Content = TypeVar("Content", Page, Attachment)


class Library:
    """The pages of a site, and the files on them. A reference is the number of a page, or `att` and that of a file.

    Args:
        connection: The saved block's name.
    """

    def __init__(self, connection: str) -> None:
        self._connection = connection

    async def find(self, query: str | Window, limit: int) -> list[str]:
        """Those of the recent past, or what a query in CQL finds, such as `space = DOCS AND label = policy`."""
        asked = _KINDS
        if isinstance(query, Window):
            # A time would be read in the account's own zone; minutes before now are the same everywhere.
            minutes = max(1, math.ceil((datetime.now(UTC) - query.since).total_seconds() / 60))
            asked += f' AND {"created" if query.what == "new" else "lastmodified"} >= now("-{minutes}m")'
        elif query:
            # An order stands outside of brackets.
            terms, *order = _ORDER.split(query, maxsplit=1)
            asked += f" AND ({terms.strip()})" * bool(terms.strip()) + "".join(f" {part}" for part in order)
        found = await confluence.search(self._connection, cql=asked, limit=limit)
        return [hit.content.id for hit in found if hit.content is not None and not _is_picture(hit.content)]

    async def reference(self, link: str) -> str:
        """What an address leads to, such as https://acme.atlassian.net/wiki/spaces/DOCS/pages/1234/Title."""
        credentials = await confluence.connector.credentials(self._connection)
        parts, site = urlsplit(link), urlsplit(credentials.base_url if credentials.site else str(credentials.url))
        if (parts.scheme, parts.netloc) != (site.scheme, site.netloc):
            return ""
        if found := _FILE.search(parts.path):
            return await self._named(found[1], unquote(found[2]))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if found := _PREVIEW.fullmatch(query.get("preview", "")):
            return f"att{found[1]}"
        found = _PAGE.search(parts.path)
        return found[1] if found else query.get("pageId", "")

    async def _named(self, page: str, name: str) -> str:
        found = await confluence.list_attachments(self._connection, page_id=page, filename=name, limit=1)
        return found[0].id if found else ""

    async def get(self, reference: str) -> Item:
        """One page, or one file."""
        if confluence.is_file(reference):
            return await self._file(reference)
        page = await self._page(reference)
        return Item(
            id=page.id,
            name=page.title,
            file=f"{page.title}.md",
            size=len(page.storage.encode()),
            version=str(page.number),
            updated_at=page.version.created_at if page.version else None,
            link=page.link,
            mark=str((await self._kept(page.id)).get("mark") or ""),
        )

    async def _file(self, number: str) -> Item:
        file = await self._attachment(number)
        return Item(
            id=file.id,
            name=file.title,
            size=file.file_size or 0,
            version=str(file.number),
            updated_at=file.version.created_at if file.version else None,
            link=file.link,
            mark=str((await self._kept(file.id)).get("mark") or ""),
        )

    async def _attachment(self, number: str) -> Attachment:
        return _there(await confluence.get_attachment(self._connection, attachment_id=number))

    async def _page(self, number: str) -> confluence.Page:
        return _there(await confluence.get_page(self._connection, page_id=number))

    async def _kept(self, number: str) -> dict[str, Any]:
        """What an earlier run has left, or what somebody else has put there, as far as it is like ours."""
        found = await confluence.find_property(self._connection, content_id=number, key=PROPERTY)
        return found.value if found is not None and isinstance(found.value, dict) else {}

    async def fetch(self, item: Item) -> bytes:
        """What stands on the page, as Markdown; or what is in the file."""
        if not confluence.is_file(item.id):
            return (await self._page(item.id)).markdown.encode()
        with TemporaryDirectory() as folder:
            file = Path(folder) / "content"
            await confluence.download_attachment(self._connection, attachment_id=item.id, file=file)
            return file.read_bytes()

    async def write(self, item: Item, note: Note) -> tuple[str, ...]:
        """Put tags on as labels, take off those of ours that do not fit any more, and keep the rest in the property."""
        now = await (self._attachment if confluence.is_file(item.id) else self._page)(item.id)
        if str(now.number) != item.version:
            raise Conflict(f"{item.name} was changed while it was read.", hint="Its new version is a new event.")
        tags = {label: None for tag in note.tags if (label := confluence.as_label(tag))}
        before = await self._kept(item.id)
        ours = await self._label(item.id, list(tags), [str(one) for one in before.get("labels") or ()])
        kept: dict[str, Any] = {
            "summary": cut(note.summary, PROPERTY_CHARACTERS),
            "labels": ours,
            "answers": [_answer(one) for one in note.answers],
            "model": note.model,
            "version": item.version,
            # Last of all: who finds it takes the labels for done, too.
            "mark": note.mark,
        }
        while len(to_json(kept)) > PROPERTY_BYTES and kept["answers"]:
            kept["answers"].pop()
        await confluence.upsert_property(self._connection, content_id=item.id, key=PROPERTY, value=kept)
        return (f"property {PROPERTY}", *(("labels",) if tags else ()))

    async def _label(self, number: str, wanted: list[str], before: list[str]) -> list[str]:
        """The labels that are there because of us."""
        there = {label.name for label in await confluence.list_labels(self._connection, content_id=number)}
        stale = [label for label in before if label in there and label not in wanted]
        for label in stale:
            await confluence.remove_label(self._connection, content_id=number, label=label)
        new = [label for label in wanted if label not in there]
        if new:
            await confluence.add_labels(self._connection, content_id=number, labels=new)
        # What a person put on stays theirs, also when it is one of our tags.
        return [label for label in wanted if label in new or label in before]

    async def comment(self, item: Item, text: str) -> None:
        """Say something below the page or the file, unless it stands there already."""
        storage = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
        said = await confluence.list_comments(self._connection, content_id=item.id, limit=_ALL)
        if not any(says(one, {"value": storage}) for one in said[-_LATEST:]):
            await confluence.add_comment(self._connection, content_id=item.id, storage=storage)


def _there(content: Content) -> Content:
    """Raises NotFound for what lies in the trash."""
    if content.status not in {"", "current"}:
        raise NotFound(f"{content.title!r} is {content.status}.")
    return content


def _is_picture(found: Found) -> bool:
    """Pictures are parts of the pages that show them."""
    return found.type == "attachment" and (guess_type(found.title)[0] or "").startswith("image/")


def _answer(reply: Reply) -> dict[str, Any]:
    return {"question": reply.question, "answer": cut(reply.answer, 1_000), "quoted": reply.quoted}

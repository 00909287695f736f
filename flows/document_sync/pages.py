"""Pages as the right side of a sync: each document is a region of a page, and what people wrote stays theirs."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from flows.document_sync.source import AT_ONCE, DELETED, KEY, TYPES, Count, Known
from flows.documentation.shares import differs, edited
from flows.publishing import Draft, Page, Renaming, Standing, Target
from tieline.errors import Conflict, DocumentError, NotFound, Rejected
from tieline.sync import REF, Cell, Change, Field, Reading, Written

#: What all of our regions are called like, so that a page of another document is known.
_OURS = "doc-"
_OTHER = re.compile(r"[^A-Za-z0-9.-]+")
#: What makes another text on a page.
_SEEN = {"title", "digest", DELETED}
#: Why a single page can be refused. Anything else concerns all of them.
_OF_ONE_PAGE = (Conflict, NotFound, Rejected)
TOMBSTONE = "*The document that stood here is gone at its source: `{key}`.*"


@dataclass
class Pages:
    """A side that is written, and read only where it is asked whether people have edited or deleted pages.

    A row's reference is the title that its page has there, since pages are found by it.

    Attributes:
        target: Where pages are published.
        label: What people call it.
        text: What a document says, by key.
        known: What was agreed on, by key.
        leaving: Keys of documents whose regions go in this run: a file that was moved takes over its page.
        look: Read all pages that are known, when all rows are asked for.
        count: Where it is counted what was written.
    """

    target: Target
    label: str
    text: Callable[[str], Awaitable[str]]
    known: Known
    leaving: Callable[[], Collection[str]]
    look: bool = False
    count: Count = field(default_factory=Count)
    batch: ClassVar[int] = 20
    tells_gone: ClassVar[bool] = True

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:  # noqa: ARG002 - all are known
        """What was agreed on; with `look`, only of pages that are still there, and which of them people edited."""
        fields = [Field(name, kind) for name, kind in {**TYPES, DELETED: "text"}.items()]
        if since and not self.look:
            return Reading(fields, (), since, whole=False)
        known = await asyncio.to_thread(self.known)
        rows = [{**row, REF: row.get("title") or key} for key, row in known.items()]
        if not self.look:
            return Reading(fields, rows, "agreed")
        room = asyncio.Semaphore(AT_ONCE)
        found = await asyncio.gather(
            *(self._trouble(key, str(row[REF]), room) for key, row in zip(known, rows, strict=True))
        )
        there = [row for row, why in zip(rows, found, strict=True) if why is not None]
        problems = [f"{key}: {why}" for key, why in zip(known, found, strict=True) if why]
        return Reading(fields, there, "agreed", problems=problems)

    async def _trouble(self, key: str, title: str, room: asyncio.Semaphore) -> str | None:
        """What is in the way of writing a page; None if it is not there any more."""
        page = _page(key, title, "?")
        async with room:
            try:
                standing = await self.target.read(page)
            except Conflict as exc:
                return str(exc)
        region = standing.region(page.region) if standing else None
        return None if region is None else edited(standing, page, self.target)

    def fits(self, column: Field, value: Cell) -> str:  # noqa: ARG002 - the protocol's
        """Any text can stand on a page, as far as can be said before it is tried."""
        return ""

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Write pages, together where the target can; those that people edited are refused."""
        answers: dict[int, Written] = {}
        drafts: dict[int, Draft] = {}
        for number, change in enumerate(changes):
            if any(_title(change) == one.page.title for one in drafts.values()):
                answers |= await self._put(drafts, changes)  # or neither would see the other's page
                drafts = {}
            found = await self._draft(change)
            if isinstance(found, Draft):
                drafts[number] = found
            else:
                answers[number] = found
        answers |= await self._put(drafts, changes)
        self.count.refused += sum(bool(one.refused) for one in answers.values())
        return [answers[number] for number in range(len(changes))]

    async def _draft(self, change: Change) -> Draft | Written:
        """What is to be written; or what became of it, where there is nothing to write."""
        key = str(change.key[KEY])
        if not (change.new or change.gone or _SEEN & change.cells.keys()):
            return Written(change.ref)  # only its version or the like, which no page shows
        try:
            text = "" if change.gone else await self._said(key, change)
            page, standing = await self._found(key, change, text)
            why = edited(standing, page, self.target) or await asyncio.to_thread(self._foreign, standing, page)
            if why:
                return Written(refused=why)
            title = _title(change)
            if standing and title != page.title and isinstance(self.target, Renaming):
                standing = await self.target.rename(standing, title)
                page = page.model_copy(update={"title": title})
        except (*_OF_ONE_PAGE, DocumentError) as exc:
            return Written(refused=str(exc))
        if not differs(standing, page, self.target):
            return Written(page.title)
        return Draft(page=page, standing=standing)

    async def _found(self, key: str, change: Change, text: str) -> tuple[Page, Standing | None]:
        """The page where it was, or where a run that was cut off has moved it to."""
        for title in dict.fromkeys((change.ref, _title(change))):
            page = _page(key, title, text)
            standing = await self.target.read(page) if title else None
            if standing is not None and (standing.region(page.region) or title == _title(change)):
                return page, standing
        return page, None

    def _foreign(self, standing: Standing | None, page: Page) -> str:
        """Why a page cannot be used: another document stands on it, and stays there."""
        if standing is None or standing.region(page.region) is not None or not page.text:
            return ""
        others = {one.name for one in standing.regions if one.name.startswith(_OURS)}
        if others and others - {_page(key, "", "").region for key in self.leaving()}:
            return f"Another document has a page with the title {standing.title!r}. Give one of them another title."
        return ""

    async def _said(self, key: str, change: Change) -> str:
        if change.cells.get(DELETED):
            return TOMBSTONE.format(key=key.replace("`", "'"))
        return await self.text(key) or " "

    async def _put(self, drafts: dict[int, Draft], changes: Sequence[Change]) -> dict[int, Written]:
        """Write drafts together; if that is refused, one by one, so that one does not stop the others."""
        if not drafts:
            return {}
        try:
            await self.target.write(list(drafts.values()), _message([one.page for one in drafts.values()]))
        except _OF_ONE_PAGE as exc:
            if len(drafts) == 1:
                return dict.fromkeys(drafts, Written(refused=str(exc)))
            answers: dict[int, Written] = {}
            for number in drafts:
                again = await self._draft(changes[number])
                answers |= {number: again} if isinstance(again, Written) else await self._put({number: again}, changes)
            return answers
        self.count.deleted += sum(not one.page.text for one in drafts.values())
        self.count.written += sum(bool(one.page.text) for one in drafts.values())
        return {number: Written(one.page.title) for number, one in drafts.items()}


def _title(change: Change) -> str:
    return str(change.cells.get("title") or change.ref or change.key[KEY])


def _page(key: str, title: str, text: str) -> Page:
    path = key.strip("/").removesuffix(".md")
    name = _OTHER.sub("-", path).strip("-")[:60]
    number = hashlib.sha256(key.encode()).hexdigest()[:8]
    return Page(path=path, title=title, region=f"{_OURS}{name}-{number}", text=text)


def _message(pages: Sequence[Page]) -> str:
    return f"Sync {pages[0].path}" if len(pages) == 1 else f"Sync {len(pages)} documents"

"""Pages below a page of Notion. A place is the id of the page above: the 32 digits at the end of its address.

A region is a callout with what is generated below it; the callout's own text is the mark. A new one is written whole
before the old one goes, so that whatever is killed in between, one of them is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flows.publishing.forms import MARKDOWN
from flows.publishing.target import Draft, Found, Page, Region, Standing, Written
from flows.publishing.together import by_page, checked, outcome
from tasks import notion
from tieline import ConfigError
from tieline.markup.notion import from_markdown, plain_text, rich_text, to_markdown

_MARK = re.compile(
    r"\[tieline (?P<name>[\w.-]+) (?:(?P<written>[0-9a-f]{12}) (?P<given>[0-9a-f]{12})|(?P<unfinished>writing))\]"
)
_BEGIN = "Grey boxes are generated from the source code; what you write around them stays."
_ICON = {"type": "emoji", "emoji": "\u2699\ufe0f"}


class _Box(NamedTuple):
    """A callout of ours, and the block before it."""

    id: str
    name: str
    written: str
    given: str
    before: str


class Target:
    """The pages below a page.

    Args:
        connection: The saved block's name.
        place: The id of the page above.
    """

    def __init__(self, connection: str, place: str) -> None:
        if not place:
            raise ConfigError("Below which page of Notion?", hint="Give its id as the place: the end of its address.")
        self._connection, self._above = connection, place

    async def read(self, page: Page) -> Standing | None:
        """The page of that title."""
        there = (await self._pages()).get(page.title)
        return None if there is None else await self._standing(there, page.title)

    def digest(self, text: str) -> str:
        """A name for this Markdown: Notion keeps it in blocks, so it is compared with what was given before."""
        return MARKDOWN.digest(to_markdown(from_markdown(text)))

    async def write(self, drafts: Sequence[Draft], message: str) -> list[Written]:  # noqa: ARG002 - Notion keeps no messages
        """Write one page after the other, and of each one region after the other."""
        written: list[Written] = []
        for before, pages in by_page(drafts):
            if before is None:
                if not any(page.text for page in pages):
                    continue
                number = await self._made(pages[0].title)
            else:
                number = before.id
                checked(before, await self._standing(number, before.title))
            for page in pages:
                await self._put(number, page)
            link = (await notion.get_page(self._connection, page_id=number)).url or ""
            written += outcome(before, pages, link)
        return written

    async def search(self, words: Sequence[str], limit: int) -> list[Found]:  # noqa: ARG002 - Notion searches titles only
        """The pages beside ours."""
        found = []
        for title, number in list((await self._pages()).items())[:limit]:
            text = await notion.read_page(self._connection, page_id=number)
            link = (await notion.get_page(self._connection, page_id=number)).url or ""
            found.append(Found(path=title, title=title, text=text, link=link))
        return found

    async def _pages(self) -> dict[str, str]:
        """Pages below, by title."""
        blocks = await notion.list_blocks(self._connection, block_id=self._above, limit=10_000)
        below = [block.model_dump() for block in blocks if block.type == "child_page"]
        return {str(one["child_page"]["title"]): str(one["id"]) for one in below}

    async def _made(self, title: str) -> str:
        """A new page, which is there at once: a try that died after it finds it by its title."""
        there = (await self._pages()).get(title)
        if there is not None:
            return there
        made = await notion.create_page(self._connection, parent_page_id=self._above, title=title, markdown=_BEGIN)
        return made.id

    async def _standing(self, number: str, title: str) -> Standing:
        boxes = await self._boxes(number)
        regions = [
            Region(name=box.name, written=box.written, given=box.given, now=await self._digest(box.id))
            for box in boxes
            if box.written
        ]
        if len({one.name for one in regions}) < len(regions):
            # Written anew, and the old one is still there: the newest is the one that counts.
            regions = list({one.name: one for one in regions}.values())
        version = MARKDOWN.digest(" ".join(f"{one.name} {one.now}" for one in regions))
        return Standing(id=number, title=title, version=version, regions=tuple(regions))

    async def _boxes(self, number: str) -> list[_Box]:
        found, before = [], ""
        for block in await notion.list_blocks(self._connection, block_id=number, limit=10_000):
            mark = _MARK.search(_said(block)) if block.type == "callout" else None
            if mark is not None:
                found.append(_Box(block.id, mark["name"], mark["written"] or "", mark["given"] or "", before))
            before = block.id
        return found

    async def _digest(self, box: str) -> str:
        """Of what stands in a box now."""
        blocks = await notion.list_blocks(self._connection, block_id=box, nested=True, limit=10_000)
        return MARKDOWN.digest(to_markdown([block.model_dump(mode="json") for block in blocks]))

    async def _put(self, number: str, page: Page) -> None:
        """Write a region beside the old one, take the old one away, and only then say that it is whole."""
        boxes = await self._boxes(number)
        old = [box for box in boxes if box.name == page.region]
        if page.text:
            box = await self._begun(number, page, boxes, old)
            await notion.append_blocks(self._connection, block_id=box, markdown=page.text)
        for one in old:
            await notion.delete_block(self._connection, block_id=one.id)
        if page.text:
            mark = f"[tieline {page.region} {await self._digest(box)} {self.digest(page.text)}]"
            content = {"callout": {"rich_text": rich_text(f"Generated; edits in here are in conflict. {mark}")}}
            await notion.update_block(self._connection, block_id=box, content=content)

    async def _begun(self, number: str, page: Page, boxes: Sequence[_Box], old: Sequence[_Box]) -> str:
        """An empty box where the region is to be."""
        after = old[0].id if old else boxes[0].before if page.newest_first and boxes else ""
        text = rich_text(f"Being written. [tieline {page.region} writing]")
        callout = {"rich_text": text, "icon": _ICON, "color": "gray_background"}
        (box,) = await notion.append_blocks(
            self._connection,
            block_id=number,
            blocks=[{"type": "callout", "callout": callout}],
            after=after or None,
        )
        return box


def _said(block: notion.Block) -> str:
    inner: Iterable[dict[str, object]] = (block.model_dump().get("callout") or {}).get("rich_text") or ()
    return plain_text(list(inner))

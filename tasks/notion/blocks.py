"""What stands on a page: blocks, and blocks below blocks."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from tasks.notion.models import Block, BlockId, Blocks, Limit
from tasks.notion.system import PAGE, connector
from tieline import Api, ConfigError, segment
from tieline.markup.notion import from_markdown

#: What one request may carry at most, https://developers.notion.com/reference/request-limits; of 500 KB we use less.
MOST_BLOCKS, MOST_ELEMENTS, MOST_BYTES = 100, 1000, 400_000
#: Pages below a page are read as pages of their own.
_APART = {"child_page", "child_database"}

#: Blocks of one request, and for each what has to be sent after it.
Part = tuple[Blocks, list[Blocks]]


@connector.action(scopes=("Read content",))
async def list_blocks(api: Api, *, block_id: BlockId, nested: bool = False, limit: Limit = 1000) -> list[Block]:
    """List the blocks of a page, or those below a block.

    Args:
        api: The connection.
        block_id: The block, or the page.
        nested: Whether to fetch what is below each of them, too, into its `children`: a call for each.
        limit: Most blocks, without those below others.

    See https://developers.notion.com/reference/get-block-children
    """
    return await below(api, block_id, nested=nested, limit=limit)


@connector.action(scopes=("Insert content",))
async def append_blocks(
    api: Api, *, block_id: BlockId, blocks: Blocks | None = None, markdown: str = "", after: BlockId | None = None
) -> list[str]:
    """Add blocks to a page, or below a block, however many and however deep.

    They are sent in parts, as Notion takes no more than 100 next to each other and two levels at once. If a part fails,
    those before it stay.

    Args:
        api: The connection.
        block_id: The block, or the page.
        blocks: As Notion takes them, with what is below one in its `children`.
        markdown: What to add after those, in Markdown.
        after: The block below `block_id` that they follow; by default they go to the end.

    Returns:
        The ids of the new blocks, without those below others.

    Raises:
        ConfigError: There is nothing to add.

    See https://developers.notion.com/reference/patch-block-children
    """
    wanted = [*(blocks or []), *from_markdown(markdown)]
    if not wanted:
        raise ConfigError("There is nothing to add.", hint="Give blocks, or markdown.")
    made: list[str] = []
    for part in parts(wanted):
        made += await append(api, block_id, part, after)
        after = made[-1] if after else None
    return made


@connector.action(scopes=("Update content",))
async def update_block(api: Api, *, block_id: BlockId, content: dict[str, Any]) -> Block:
    """Change what stands in a block; what is below it stays.

    Args:
        api: The connection.
        block_id: The block.
        content: As Notion takes it, by the block's type, such as `{"callout": {"rich_text": [...]}}`.

    See https://developers.notion.com/reference/update-a-block
    """
    return await api.patch(f"/blocks/{segment(block_id)}", content, into=Block, repeatable=True)


@connector.action(scopes=("Update content",))
async def delete_block(api: Api, *, block_id: BlockId) -> Block:
    """Move a block, with all below it, to the trash, from where people can take it back.

    Args:
        api: The connection.
        block_id: The block.

    See https://developers.notion.com/reference/delete-a-block
    """
    return await api.delete(f"/blocks/{segment(block_id)}", into=Block)


async def below(api: Api, block_id: str, *, nested: bool = True, limit: int = 100_000) -> list[Block]:
    """The blocks below a block, and with `nested` those below them."""
    path = f"/blocks/{segment(block_id)}/children"
    found = await api.list(path, into=Block, limit=limit, at="results", params={"page_size": min(limit, PAGE)})
    if not nested:
        return found
    return [
        block.model_copy(update={"children": tuple(await below(api, block.id))})
        if block.has_children and block.type not in _APART
        else block
        for block in found
    ]


async def append(api: Api, block_id: str, part: Part, after: str | None = None) -> list[str]:
    """Send one part, and then what is below its blocks. Returns the new ids."""
    blocks, later = part
    path = f"/blocks/{segment(block_id)}/children"
    made = await api.patch(path, {"children": blocks, "after": after}, into=list[Block], at="results")
    await put(api, [block.id for block in made], later)
    return [block.id for block in made]


async def put(api: Api, ids: Sequence[str], later: Sequence[Blocks]) -> None:
    """Send what is below blocks that have just been made."""
    for number, blocks in zip(ids, later, strict=False):
        for part in parts(blocks):
            await append(api, number, part)


def parts(blocks: Blocks) -> list[Part]:
    """Blocks in parts that one request can carry."""
    made: list[Part] = []
    elements = size = 0
    for block in blocks:
        now, after = split(block)
        count, weight = 1 + len(_children(now)), len(to_json(now))
        full = not made or len(made[-1][0]) == MOST_BLOCKS
        if full or elements + count > MOST_ELEMENTS or size + weight > MOST_BYTES:
            made.append(([], []))
            elements = size = 0
        made[-1][0].append(now)
        made[-1][1].append(after)
        elements, size = elements + count, size + weight
    return made


def split(block: dict[str, Any]) -> tuple[dict[str, Any], Blocks]:
    """A block with as much of what is below it as one request can carry, and the rest."""
    kind, children = str(block.get("type") or ""), _children(block)
    bare = {name: value for name, value in block.items() if name != "children"}
    inner = {name: value for name, value in (block.get(kind) or {}).items() if name != "children"}
    deep = any(_children(child) for child in children)
    # Columns exist only together with what is in them; nothing else may be two levels deep at once.
    most = len(children) if kind == "column_list" else 0 if deep else MOST_BLOCKS
    first, rest = children[:most], children[most:]
    return {**bare, kind: {**inner, **({"children": first} if first else {})}}, rest


def _children(block: dict[str, Any]) -> Blocks:
    inner = block.get(str(block.get("type"))) or {}
    return list(block.get("children") or inner.get("children") or [])

"""Notion's blocks.

Pages: https://developers.notion.com/reference/patch-block-children,
https://developers.notion.com/reference/get-block-children, https://developers.notion.com/reference/block
"""

import json
from typing import Any

from tieline.markup.notion.languages import LANGUAGES
from tieline.sandbox.happening import Record
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.notion.values import rich_text
from tieline.sandbox.notion.wire import Call, NotionError, failed, invalid, missing, page

MOST, LEVELS = 100, 2
_TEXTS = {"paragraph", "heading_1", "heading_2", "heading_3", "bulleted_list_item", "numbered_list_item", "to_do"}
_TEXTS |= {"toggle", "quote", "callout", "code"}
_OTHERS = {"divider", "table", "table_row", "image", "equation", "bookmark", "embed", "file", "pdf", "video", "audio"}
_OTHERS |= {"column_list", "column", "table_of_contents", "breadcrumb"}


def list_children(call: Call) -> Record:
    """GET /blocks/{id}/children."""
    number = call.id("block_id")
    _parent(call.notebook, number)
    return {**page(call.notebook.below(number), dict(call.query)), "type": "block", "block": {}}


def get_block(call: Call) -> Record:
    """GET /blocks/{id}."""
    number = call.id("block_id")
    if number not in call.notebook.blocks:
        raise missing("block", number)
    return call.notebook.blocks[number]


def update_block(call: Call) -> Record:
    """PATCH /blocks/{id}: the text of one that has text. Errors: 400, 404."""
    found = get_block(call)
    kind = found["type"]
    inner = call.body.get(kind)
    if not isinstance(inner, dict) or kind not in _TEXTS:
        raise failed(f"body.{kind} should be defined, instead was `undefined`.")
    found[kind] = {**found[kind], "rich_text": rich_text(inner.get("rich_text"), f"body.{kind}.rich_text")}
    call.notebook.edited(found["id"], [found["id"]])
    return found


def delete_block(call: Call) -> Record:
    """DELETE /blocks/{id}: to the trash, with all below it. Errors: 404."""
    found = get_block(call)
    parent = found["parent"][found["parent"]["type"]]
    call.notebook.edited(found["id"], [found["id"]])
    call.notebook.children[parent].remove(found["id"])
    del call.notebook.blocks[found["id"]]
    return {**found, "in_trash": True, "archived": True}


def append_children(call: Call) -> Record:
    """PATCH /blocks/{id}/children. Errors: 400, 404, 409."""
    number = call.id("block_id")
    parent = _parent(call.notebook, number)
    if parent.get("in_trash"):
        raise invalid("Can't edit block that is archived. You must unarchive the block before editing.")
    if "children" not in call.body:
        raise failed("body.children should be defined, instead was `undefined`.")
    beside, after = call.notebook.children.setdefault(number, []), call.body.get("after")
    if after is not None and after not in beside:
        raise invalid(f"Block to append children after is not a child of the parent: {after}")
    made = add(call.notebook, number, call.body["children"], "body.children")
    if after is not None:
        new = [block["id"] for block in made]
        old = [one for one in beside if one not in new]
        place = old.index(after) + 1
        beside[:] = [*old[:place], *new, *old[place:]]
    call.notebook.edited(number, [block["id"] for block in made])
    return {"object": "list", "results": made, "next_cursor": None, "has_more": False, "type": "block", "block": {}}


def _parent(notebook: Notebook, number: str) -> Record:
    if number in notebook.busy:
        notebook.busy.discard(number)
        raise NotionError(409, "conflict_error", "Conflict occurred while saving. Please try again.")
    found = notebook.pages.get(number) or notebook.blocks.get(number)
    if found is None:
        raise missing("block", number)
    return found


def add(notebook: Notebook, parent: str, given: Any, place: str) -> list[Record]:
    """Put blocks below a page or a block: all of them, or none. Errors: 400."""
    checked = check(given, place)
    return [_store(notebook, parent, block) for block in checked]


def check(given: Any, place: str, level: int = 1) -> list[Record]:
    """Blocks as they will be stored, with what is below them in `children`. Errors: 400."""
    if not isinstance(given, list):
        raise failed(f"{place} should be an array, instead was `{json.dumps(given)[:80]}`.")
    if len(given) > MOST:
        raise failed(f"{place}.length should be ≤ `{MOST}`, instead was `{len(given)}`.")
    return [_check(block, f"{place}[{i}]", level) for i, block in enumerate(given)]


def _check(block: Any, place: str, level: int) -> Record:
    kind = _kind(block, place)
    inner = block[kind]
    if not isinstance(inner, dict):
        raise failed(f"{place}.{kind} should be an object, instead was `{json.dumps(inner)[:80]}`.")
    made = {name: value for name, value in inner.items() if name != "children"}
    if kind in _TEXTS:
        made["rich_text"] = rich_text(inner.get("rich_text"), f"{place}.{kind}.rich_text")
    if "caption" in inner:
        made["caption"] = rich_text(inner["caption"], f"{place}.{kind}.caption")
    if kind == "code" and str(inner.get("language")) not in LANGUAGES:
        said = json.dumps(inner.get("language"))
        raise failed(f'{place}.code.language should be `"abap"`, `"abc"`, ... or `"yaml"`, instead was `{said}`.')
    if kind == "table_row":
        cells = inner.get("cells")
        listed = cells if isinstance(cells, list) else []
        made["cells"] = [rich_text(cell, f"{place}.table_row.cells[{i}]") for i, cell in enumerate(listed)]
    children = inner.get("children")
    if children is not None and level > LEVELS:
        raise failed(f"{place}.{kind}.children should be not present, instead was defined.")
    below = [] if children is None else check(children, f"{place}.{kind}.children", level + 1)
    if kind == "table":
        _table(made, below, place)
    return {"type": kind, kind: made, "children": below}


def _kind(block: Any, place: str) -> str:
    if not isinstance(block, dict):
        raise failed(f"{place} should be an object, instead was `{json.dumps(block)[:80]}`.")
    kind = str(block.get("type") or next((name for name in block if name in _TEXTS | _OTHERS), ""))
    if kind not in _TEXTS | _OTHERS or kind not in block:
        raise failed(f"{place}.{kind or 'paragraph'} should be defined, instead was `undefined`.")
    return kind


def _table(made: Record, rows: list[Record], place: str) -> None:
    if not rows:
        raise failed(f"{place}.table.children should be defined, instead was `undefined`.")
    if any(row["type"] != "table_row" or len(row["table_row"]["cells"]) != made.get("table_width") for row in rows):
        raise invalid("Number of cells in table row must match the table width of the parent table")


def _store(notebook: Notebook, parent: str, block: Record) -> Record:
    number, kind, now = notebook.new_id(), block["type"], notebook.now()
    where = {"type": "page_id", "page_id": parent} if parent in notebook.pages else {"type": "block_id"}
    if parent not in notebook.pages:
        where["block_id"] = parent
        notebook.blocks[parent]["has_children"] = True
    user = {"object": "user", "id": notebook.me}
    made = {
        "object": "block",
        "id": number,
        "parent": where,
        "created_time": now,
        "last_edited_time": now,
        "created_by": user,
        "last_edited_by": user,
        "has_children": False,
        "archived": False,
        "in_trash": False,
        "type": kind,
        kind: block[kind],
    }
    notebook.blocks[number] = made
    notebook.children.setdefault(parent, []).append(number)
    for child in block["children"]:
        _store(notebook, number, child)
    return made

"""What people see of the simulated Notion: the entries of its databases, with their properties."""

from typing import Any

from tieline.markup.notion import to_markdown
from tieline.sandbox.happening import Record
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.notion.values import plain
from tieline.sandbox.shelves import Comment, Document, Shelf, Value

#: The list has room for these; a page shows all of its properties.
_LISTED = ("rich_text", "multi_select")


def shelf(notebook: Notebook) -> Shelf:
    """The entries of all databases."""
    sources = list(notebook.data_sources.values())
    names = {name: column for source in sources for name, column in source["properties"].items()}
    there = [page for page in notebook.pages.values() if _source(page) and not page["in_trash"]]
    return Shelf(
        title=", ".join(plain(source["title"]) for source in sources),
        columns=tuple(name for name, column in names.items() if column["type"] in _LISTED),
        documents=[_document(notebook, page) for page in there],
    )


def _source(page: Record) -> str:
    return str(page["parent"].get("data_source_id", ""))


def _document(notebook: Notebook, page: Record) -> Document:
    values = {name: (one["type"], one[one["type"]]) for name, one in page["properties"].items()}
    title = next((plain(value) for kind, value in values.values() if kind == "title"), "")
    comments = [one for one in notebook.comments.values() if one["parent"].get("page_id") == page["id"]]
    return Document(
        id=page["id"],
        name=title or "Untitled",
        folder=plain(notebook.data_sources[_source(page)]["title"]),
        kind="entry",
        by="Tieline" if page["last_edited_by"]["id"] == notebook.me else "unknown",
        at=page["last_edited_time"],
        fields={name: _value(kind, value) for name, (kind, value) in values.items() if kind != "title"},
        text=to_markdown(_nested(notebook, page["id"])),
        comments=[
            Comment(by="Tieline", at=one["created_time"], text=plain(one["rich_text"]))
            for one in sorted(comments, key=lambda one: str(one["created_time"]))
        ],
    )


def _nested(notebook: Notebook, number: str) -> list[Record]:
    blocks = notebook.below(number)
    return [{**block, "children": _nested(notebook, block["id"])} for block in blocks]


def _value(kind: str, value: Any) -> Value:  # noqa: PLR0911 - one for each kind
    if value is None or value == []:
        return ""
    if kind == "rich_text":
        return plain(value)
    if kind in ("multi_select", "files"):
        return tuple(str(one.get("name", "")) for one in value)
    if kind in ("select", "status"):
        return str(value["name"])
    if kind == "date":
        return str(value["start"])
    if kind == "checkbox":
        return "yes" if value else "no"
    return str(value)

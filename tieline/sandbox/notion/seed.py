"""Fills the simulated Notion: a wiki with a page of house rules, and a database of documents without summaries."""

from tieline.markup.notion import from_markdown, rich_text
from tieline.sandbox.happening import Record
from tieline.sandbox.notion.blocks import add
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.notion.pages import TITLE, new_page
from tieline.sandbox.notion.values import property_value

_WIKI = "# Support handbook\n\nHow we answer, and **when**.\n\n- Within a day\n- In the customer's language\n"
_DOCUMENTS = (
    (
        "Refund policy",
        "A lamp can be sent back within thirty days of delivery.\n\n## Exceptions\n\n1. Lamps made to order\n2. Bulbs",
    ),
    (
        "Minutes of the shipping meeting",
        "The strike of the carrier ends on Friday.\n\n- [x] Tell the customers\n- [ ] Find a second carrier",
    ),
    ("Draft of the spring catalogue", "> Light is the first of painters.\n\nForty lamps, twelve of them new."),
)
_COLUMNS = {"Name": "title", "Summary": "rich_text", "Tags": "multi_select", "Reviewed": "checkbox", "Due": "date"}


def populate(notebook: Notebook) -> None:
    """A page, and a database with one data source."""
    notebook.me = notebook.new_id()
    wiki = _page(notebook, {"type": "workspace", "workspace": True}, TITLE, "title", "Handbook")
    add(notebook, wiki["id"], from_markdown(_WIKI), "seed")
    source, database = notebook.new_id(), notebook.new_id()
    columns: Record = {
        name: {"id": "title" if kind == "title" else f"p{place}", "name": name, "type": kind, kind: {}}
        for place, (name, kind) in enumerate(_COLUMNS.items())
    }
    text = [{**piece, "plain_text": "Documents", "href": None} for piece in rich_text("Documents")]
    notebook.databases[database] = {
        "object": "database",
        "id": database,
        "title": text,
        "parent": {"type": "page_id", "page_id": wiki["id"]},
        "url": f"https://www.notion.so/{database.replace('-', '')}",
        "in_trash": False,
        "data_sources": [{"id": source, "name": "Documents"}],
    }
    notebook.data_sources[source] = {
        "object": "data_source",
        "id": source,
        "title": text,
        "parent": {"type": "database_id", "database_id": database},
        "last_edited_time": notebook.now(),
        "properties": columns,
    }
    for title, markdown in _DOCUMENTS:
        parent = {"type": "data_source_id", "data_source_id": source, "database_id": database}
        entry = _page(notebook, parent, columns, "Name", title)
        add(notebook, entry["id"], from_markdown(markdown), "seed")


def _page(notebook: Notebook, parent: Record, columns: Record, name: str, title: str) -> Record:
    value = property_value(columns[name], {"title": rich_text(title)}, name)
    return new_page(notebook, parent, columns, {name: value})

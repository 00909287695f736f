"""Notion's pages, databases, data sources and comments.

Pages: https://developers.notion.com/reference/post-page, https://developers.notion.com/reference/patch-page,
https://developers.notion.com/reference/query-a-data-source, https://developers.notion.com/reference/create-a-comment
"""

from typing import Any

from tieline.sandbox.happening import Record
from tieline.sandbox.notion import queries
from tieline.sandbox.notion.blocks import add, check
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.notion.values import TYPES, empty, plain, properties, rich_text
from tieline.sandbox.notion.wire import Call, NotionError, failed, invalid, missing, number, page

TITLE = {"title": {"id": "title", "name": "title", "type": "title", "title": {}}}
"""What a page outside of databases has."""


def who_am_i(call: Call) -> Record:
    """GET /users/me."""
    bot = {"owner": {"type": "workspace", "workspace": True}, "workspace_name": "Lumora"}
    return {"object": "user", "id": call.notebook.me, "name": "Tieline", "type": "bot", "bot": bot}


def get_page(call: Call) -> Record:
    """GET /pages/{id}."""
    return _page(call.notebook, call.id("page_id"))


def _page(notebook: Notebook, wanted: str) -> Record:
    if wanted not in notebook.pages:
        raise missing("page", wanted)
    return notebook.pages[wanted]


def create_page(call: Call) -> Record:
    """POST /pages, below a page or in a data source."""
    parent = call.body.get("parent")
    if not isinstance(parent, dict):
        raise failed("body.parent should be defined, instead was `undefined`.")
    where, schema = _place(call.notebook, parent)
    values = properties(schema, call.body.get("properties"))
    children = call.body.get("children") or []
    check(children, "body.children")
    made = new_page(call.notebook, where, schema, values)
    add(call.notebook, made["id"], children, "body.children")
    call.notebook.tell("page.created", made)
    return made


def _place(notebook: Notebook, parent: Record) -> tuple[Record, Record]:
    if "data_source_id" in parent:
        source = _source(notebook, number(parent["data_source_id"], "body.parent.data_source_id"))
        where = {"type": "data_source_id", "data_source_id": source["id"]}
        return {**where, "database_id": source["parent"]["database_id"]}, source["properties"]
    if "page_id" in parent:
        found = _page(notebook, number(parent["page_id"], "body.parent.page_id"))
        return {"type": "page_id", "page_id": found["id"]}, TITLE
    raise failed("body.parent.page_id should be defined, instead was `undefined`.")


def new_page(notebook: Notebook, parent: Record, schema: Record, values: Record) -> Record:
    """A page in the notebook."""
    wanted, now = notebook.new_id(), notebook.now()
    user = {"object": "user", "id": notebook.me}
    made = {
        "object": "page",
        "id": wanted,
        "created_time": now,
        "last_edited_time": now,
        "created_by": user,
        "last_edited_by": user,
        "cover": None,
        "icon": None,
        "parent": parent,
        "archived": False,
        "in_trash": False,
        "properties": {**{name: empty(column) for name, column in schema.items()}, **values},
        "url": f"https://www.notion.so/{wanted.replace('-', '')}",
        "public_url": None,
    }
    notebook.pages[wanted] = made
    if parent["type"] == "page_id":
        notebook.children.setdefault(parent["page_id"], []).append(wanted)
    return made


def update_page(call: Call) -> Record:
    """PATCH /pages/{id}. Errors: 400, 404, 409."""
    notebook = call.notebook
    found = _page(notebook, call.id("page_id"))
    if found["id"] in notebook.busy:
        notebook.busy.discard(found["id"])
        raise NotionError(409, "conflict_error", "Conflict occurred while saving. Please try again.")
    trash = call.body.get("in_trash", call.body.get("archived"))
    if found["in_trash"] and trash is not False:
        raise invalid("Can't edit page on block with an archived ancestor. You must unarchive the ancestor first.")
    source = notebook.data_sources.get(found["parent"].get("data_source_id", ""))
    values = properties(source["properties"] if source else TITLE, call.body.get("properties") or {})
    found["properties"].update(values)
    if "icon" in call.body:
        found["icon"] = call.body["icon"]
    if isinstance(trash, bool):
        found["in_trash"] = found["archived"] = trash
    found["last_edited_time"] = notebook.now()
    changed = [value["id"] for value in values.values()]
    notebook.tell("page.deleted" if trash else "page.updated", {**found, "sandbox_updated": changed})
    return found


def get_database(call: Call) -> Record:
    """GET /databases/{id}."""
    wanted = call.id("database_id")
    if wanted not in call.notebook.databases:
        raise missing("database", wanted)
    return call.notebook.databases[wanted]


def _source(notebook: Notebook, wanted: str) -> Record:
    if wanted not in notebook.data_sources:
        raise missing("data_source", wanted)
    return notebook.data_sources[wanted]


def get_source(call: Call) -> Record:
    """GET /data_sources/{id}."""
    return _source(call.notebook, call.id("data_source_id"))


def update_source(call: Call) -> Record:
    """PATCH /data_sources/{id}: its properties."""
    source = _source(call.notebook, call.id("data_source_id"))
    given = call.body.get("properties")
    if not isinstance(given, dict):
        raise failed("body.properties should be defined, instead was `undefined`.")
    for name, column in given.items():
        kind = next((word for word in column if word in TYPES), "") if isinstance(column, dict) else ""
        if not kind:
            raise failed(f"body.properties.{name}.rich_text should be defined, instead was `undefined`.")
        known = source["properties"].get(name, {}).get("id") or call.notebook.new_id()[:4]
        source["properties"][name] = {"id": known, "name": name, "type": kind, kind: _settings(column[kind])}
        for entry in _entries(call.notebook, source["id"]):
            entry["properties"].setdefault(name, empty(source["properties"][name]))
    return source


def _settings(given: Any) -> Record:
    """What a type of property is told beside its name: its options."""
    options = given.get("options") if isinstance(given, dict) else None
    named = [one for one in options if isinstance(one, dict)] if isinstance(options, list) else []
    return {"options": [{"id": f"opt{i}", "color": "default", "name": str(o.get("name"))} for i, o in enumerate(named)]}


def _entries(notebook: Notebook, source: str) -> list[Record]:
    return [one for one in notebook.pages.values() if one["parent"].get("data_source_id") == source]


def query_source(call: Call) -> Record:
    """POST /data_sources/{id}/query."""
    source = _source(call.notebook, call.id("data_source_id"))
    living = [entry for entry in _entries(call.notebook, source["id"]) if not entry["in_trash"]]
    wanted = call.body.get("filter")
    found = [e for e in living if queries.fits(source["properties"], e, wanted)] if wanted else living
    ordered = queries.ordered(source["properties"], found, call.body.get("sorts") or [])
    return {**page(ordered, call.body), "type": "page_or_data_source", "page_or_data_source": {}}


def search(call: Call) -> Record:
    """POST /search: by title, most recently edited first."""
    query, wanted = str(call.body.get("query") or "").casefold(), call.body.get("filter")
    kind = wanted.get("value") if isinstance(wanted, dict) else None
    if kind not in (None, "page", "data_source"):
        raise failed('body.filter.value should be `"page"` or `"data_source"`.')
    everything = [*call.notebook.pages.values(), *call.notebook.data_sources.values()]
    found = [
        one
        for one in everything
        if kind in (None, one["object"]) and not one.get("in_trash") and query in title(one).casefold()
    ]
    found.sort(key=lambda one: str(one.get("last_edited_time", "")), reverse=True)
    return {**page(found, call.body), "type": "page_or_data_source", "page_or_data_source": {}}


def title(record: Record) -> str:
    """The title of a page or a data source."""
    if record["object"] == "data_source":
        return plain(record["title"])
    return next((plain(value["title"]) for value in record["properties"].values() if value["type"] == "title"), "")


def create_comment(call: Call) -> Record:
    """POST /comments: on a page, or in a discussion."""
    notebook = call.notebook
    text = rich_text(call.body.get("rich_text"), "body.rich_text")
    where, discussion = _discussion(notebook, call.body)
    user = {"object": "user", "id": notebook.me}
    made: Record = {
        "object": "comment",
        "id": notebook.new_id(),
        "parent": where,
        "discussion_id": discussion,
        "created_time": notebook.now(),
        "last_edited_time": notebook.now(),
        "created_by": user,
        "rich_text": text,
    }
    notebook.comments[made["id"]] = made
    notebook.tell("comment.created", made)
    return made


def _discussion(notebook: Notebook, body: Record) -> tuple[Record, str]:
    parent, discussion = body.get("parent"), body.get("discussion_id")
    if discussion is not None:
        found = next((c for c in notebook.comments.values() if c["discussion_id"] == discussion), None)
        if found is None:
            raise missing("discussion", str(discussion))
        return found["parent"], str(discussion)
    if not isinstance(parent, dict) or "page_id" not in parent:
        raise failed("body.parent should be defined, instead was `undefined`.")
    where = _page(notebook, number(parent["page_id"], "body.parent.page_id"))
    return {"type": "page_id", "page_id": where["id"]}, notebook.new_id()


def list_comments(call: Call) -> Record:
    """GET /comments."""
    wanted: Any = call.query.get("block_id")
    block = number(wanted, "query failed validation: query.block_id")
    if block not in call.notebook.pages and block not in call.notebook.blocks:
        raise missing("block", block)
    found = [c for c in call.notebook.comments.values() if block in c["parent"].values()]
    return {**page(found, dict(call.query)), "type": "comment", "comment": {}}

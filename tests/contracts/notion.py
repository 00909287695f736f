"""Notion, as of https://developers.notion.com/reference on 2026-11-22, version 2025-09-03.

The description for machines that Notion publishes knows paragraphs and bulleted lists alone, no data source as parent
of a page and no file uploads: such requests name the page that they follow.
"""

import hashlib
import hmac
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange
from tieline.transport.wire import multipart

REFERENCE = "https://developers.notion.com/reference"
HOOK = "secret_verification_token_789"
PAGE_ID = "59833787-2cf9-4fdf-8782-e53db20768a5"
SOURCE_ID = "c174b72c-d782-432f-8dc0-b647e1c96df6"
DATABASE_ID = "668d797c-76fa-4934-9b05-ad288df2d136"
BLOCK_ID = "c02fc1d3-db8b-45c5-a222-27595b15aea7"
UPLOAD_ID = "b52b8ed6-e029-4707-a671-832549c09de3"
JSON = {"content-type": "application/json"}
NOW = "2022-03-01T19:05:00.000Z"

PAGE = {
    "object": "page",
    "id": PAGE_ID,
    "created_time": NOW,
    "last_edited_time": "2022-07-06T20:25:00.000Z",
    "parent": {"type": "data_source_id", "data_source_id": SOURCE_ID, "database_id": DATABASE_ID},
    "in_trash": False,
    "properties": {
        "Tags": {"id": "v%7BrZ", "type": "multi_select", "multi_select": [{"id": "1", "name": "a", "color": "red"}]},
        "Name": {"id": "title", "type": "title", "title": [{"type": "text", "plain_text": "Tuscan kale"}]},
    },
    "url": "https://www.notion.so/Tuscan-kale-598337872cf94fdf8782e53db20768a5",
}
SCHEMA = {
    "Name": {"id": "title", "name": "Name", "type": "title", "title": {}},
    "Summary": {"id": "a", "name": "Summary", "type": "rich_text", "rich_text": {}},
    "Tags": {"id": "b", "name": "Tags", "type": "multi_select", "multi_select": {"options": []}},
    "Due": {"id": "c", "name": "Due", "type": "date", "date": {}},
}
SOURCE = {
    "object": "data_source",
    "id": SOURCE_ID,
    "title": [],
    "parent": {"type": "database_id", "database_id": DATABASE_ID},
    "properties": SCHEMA,
}
ENTRY_ID = "be633bf1-dfa0-436d-b259-571129a590e5"


def text(content: str) -> list[dict[str, Any]]:
    """Rich text, as it is sent."""
    return [{"type": "text", "text": {"content": content}}]


def said(content: str) -> list[dict[str, Any]]:
    """Rich text, as it is answered."""
    return [{**text(content)[0], "annotations": {"bold": False}, "plain_text": content, "href": None}]


def block(number: str, kind: str, content: str, *, more: bool = False) -> dict[str, Any]:
    """A block, as it is answered."""
    return {"object": "block", "id": number, "type": kind, "has_children": more, kind: {"rich_text": said(content)}}


def listed(*items: dict[str, Any], cursor: str | None = None) -> dict[str, Any]:
    """A page of a list."""
    return {"object": "list", "results": list(items), "next_cursor": cursor, "has_more": cursor is not None}


def paragraph(content: str) -> dict[str, Any]:
    """A block, as it is sent."""
    return {"type": "paragraph", "paragraph": {"rich_text": text(content)}}


def bullet(content: str, *children: dict[str, Any]) -> dict[str, Any]:
    """An item of a list, as it is sent."""
    below = {"children": list(children)} if children else {}
    return {"type": "bulleted_list_item", "bulleted_list_item": {"rich_text": text(content), **below}}


COMMENT = {
    "object": "comment",
    "id": "94cc56ab-9f02-409d-9f99-1037e9fe502f",
    "parent": {"type": "page_id", "page_id": PAGE_ID},
    "discussion_id": "f1407351-36f5-4c49-a13c-49f8ba11776d",
    "created_time": "2022-07-15T16:52:00.000Z",
    "rich_text": said("Hello world"),
}
UPLOAD = {
    "object": "file_upload",
    "id": UPLOAD_ID,
    "expiry_time": "2025-03-15T20:53:00.000Z",
    "upload_url": f"https://api.notion.com/v1/file_uploads/{UPLOAD_ID}/send",
    "status": "pending",
    "filename": "notes.txt",
    "content_type": "text/plain",
}
BODY, KIND = multipart({}, "file", "notes.txt", b"Hello")
LARGE = b"x" * (20 * 2**20 + 1)
PARTS = [
    multipart({"part_number": str(i + 1)}, "file", "large.txt", LARGE[i * 10 * 2**20 : (i + 1) * 10 * 2**20])
    for i in range(3)
]
PARENT = f"{REFERENCE}/post-page (a data source as parent)"
UPLOADS = f"{REFERENCE}/create-a-file-upload, {REFERENCE}/send-a-file-upload"
CHILDREN = f"/blocks/{PAGE_ID}/children"


def event(kind: str, entity: str = "page", **data: Any) -> Event:
    """A delivery, https://developers.notion.com/reference/webhooks-events-delivery#sample-event-payloads."""
    payload = {
        "id": "367cba44-b6f3-4c92-81e7-6a2e9659efd4",
        "timestamp": "2024-12-05T23:55:34.285Z",
        "workspace_id": "13950b26-c203-4f3b-b97d-93ec06319565",
        "workspace_name": "Quantify Labs",
        "subscription_id": "29d75c0d-5546-4414-8459-7b7a92f1fc4b",
        "integration_id": "0ef2e755-4912-8096-91c1-00376a88a5ca",
        "type": kind,
        "authors": [{"id": "c7c11cca-1d73-471d-9b6e-bdef51470190", "type": "person"}],
        "accessible_by": [{"id": "556a1abf-4f08-40c6-878a-75890d2a88ba", "type": "person"}],
        "attempt_number": 1,
        "entity": {"id": "153104cd-477e-809d-8dc4-ff2d96ae3090", "type": entity},
        "data": {"parent": {"id": "0ef104cd-477e-80e1-8571-cfd10e92339a", "type": "page"}, **data},
    }
    return Event(payload, docs=f"{REFERENCE}/webhooks-events-delivery")


def sign(raw: bytes, _now: float) -> dict[str, str]:
    """https://developers.notion.com/reference/webhooks#step-3-validating-event-payloads-recommended."""
    return {"X-Notion-Signature": f"sha256={hmac.new(HOOK.encode(), raw, hashlib.sha256).hexdigest()}"}


contract = Contract(
    base="https://api.notion.com/v1",
    checked_with="Notion's OpenAPI description of version 2025-09-03, as of 2026-06-17",
    credentials={"token": "ntn_secret_token_123", "webhook_secret": HOOK},
    health=Exchange(
        "GET /users/me",
        sends={"notion-version": "2025-09-03"},
        response={"object": "user", "id": "b1", "name": "Tieline", "type": "bot", "bot": {"workspace_name": "Acme"}},
    ),
    sign=sign,
    logins={"integration token": ({"token": "ntn_abc"}, {"authorization": "Bearer ntn_abc"})},
    actions={
        "get_page": Case(
            {"page_id": PAGE_ID},
            (Exchange(f"GET /pages/{PAGE_ID}", sends={"notion-version": "2025-09-03"}, response=PAGE),),
            {"id": PAGE_ID, "url": PAGE["url"], "in_trash": False},
        ),
        "read_page": Case(
            {"page_id": PAGE_ID},
            (
                Exchange(
                    f"GET {CHILDREN}",
                    query={"page_size": "100"},
                    response=listed(
                        block("b1", "heading_2", "Lacinato kale"), block("b2", "toggle", "More", more=True)
                    ),
                ),
                Exchange(
                    "GET /blocks/b2/children",
                    query={"page_size": "100"},
                    response=listed(block("b3", "paragraph", "It is green.")),
                ),
            ),
            "## Lacinato kale\n\n- More\n\n  It is green.\n",
        ),
        "create_page": Case(
            {"parent_page_id": PAGE_ID, "title": "Notes", "markdown": "Hello"},
            (
                Exchange(
                    "POST /pages",
                    json={
                        "parent": {"type": "page_id", "page_id": PAGE_ID},
                        "properties": {"title": {"title": text("Notes")}},
                        "children": [paragraph("Hello")],
                    },
                    sends=JSON,
                    response={**PAGE, "id": ENTRY_ID},
                ),
            ),
            {"id": ENTRY_ID},
            docs=f"{REFERENCE}/post-page (children are blocks, and the description says strings)",
        ),
        "update_page": Case(
            {"page_id": PAGE_ID, "properties": {"Due": {"date": None}}, "icon": "🥬", "in_trash": False},
            (
                Exchange(
                    f"PATCH /pages/{PAGE_ID}",
                    json={
                        "properties": {"Due": {"date": None}},
                        "in_trash": False,
                        "icon": {"emoji": "🥬"},
                    },
                    sends=JSON,
                    response=PAGE,
                ),
            ),
            {"id": PAGE_ID},
        ),
        "search": Case(
            {"query": "kale", "kind": "page", "limit": 3},
            (
                Exchange(
                    "POST /search",
                    json={
                        "query": "kale",
                        "filter": {"property": "object", "value": "page"},
                        "sort": {"timestamp": "last_edited_time", "direction": "descending"},
                        "page_size": 3,
                    },
                    response=listed(PAGE),
                ),
            ),
            [{"object": "page", "id": PAGE_ID}],
        ),
        "list_blocks": Case(
            {"block_id": PAGE_ID, "limit": 2},
            (
                Exchange(
                    f"GET {CHILDREN}",
                    query={"page_size": "2"},
                    response=listed(block("b1", "paragraph", "a"), cursor="c2"),
                ),
                Exchange(
                    f"GET {CHILDREN}",
                    query={"page_size": "2", "start_cursor": "c2"},
                    response=listed(block("b2", "to_do", "b")),
                ),
            ),
            [{"id": "b1", "type": "paragraph"}, {"id": "b2", "type": "to_do"}],
        ),
        "append_blocks": Case(
            {"block_id": PAGE_ID, "blocks": [paragraph("Hello")]},
            (
                Exchange(
                    f"PATCH {CHILDREN}",
                    json={"children": [paragraph("Hello")]},
                    response=listed(block(BLOCK_ID, "paragraph", "Hello")),
                ),
            ),
            [BLOCK_ID],
            docs=f"{REFERENCE}/patch-block-children (rich text has a type)",
        ),
        "append_blocks: many": Case(
            {"block_id": PAGE_ID, "blocks": [paragraph(str(i)) for i in range(101)]},
            tuple(
                Exchange(
                    f"PATCH {CHILDREN}",
                    json={"children": [paragraph(str(i)) for i in numbers]},
                    response=listed(*[block(f"b{i}", "paragraph", str(i)) for i in numbers]),
                )
                for numbers in (range(100), range(100, 101))
            ),
            [f"b{i}" for i in range(101)],
        ),
        "append_blocks: after": Case(
            {"block_id": PAGE_ID, "blocks": [paragraph("Hello")], "after": BLOCK_ID},
            (
                Exchange(
                    f"PATCH {CHILDREN}",
                    json={"children": [paragraph("Hello")], "after": BLOCK_ID},
                    response=listed(block("b1", "paragraph", "Hello")),
                ),
            ),
            ["b1"],
            docs=f"{REFERENCE}/patch-block-children (rich text has a type)",
        ),
        "update_block": Case(
            {"block_id": BLOCK_ID, "content": paragraph("Hello")},
            (
                Exchange(
                    f"PATCH /blocks/{BLOCK_ID}",
                    json=paragraph("Hello"),
                    response=block(BLOCK_ID, "paragraph", "Hello"),
                ),
            ),
            {"id": BLOCK_ID},
            docs=f"{REFERENCE}/update-a-block",
        ),
        "delete_block": Case(
            {"block_id": BLOCK_ID},
            (Exchange(f"DELETE /blocks/{BLOCK_ID}", response=block(BLOCK_ID, "paragraph", "Hello")),),
            {"id": BLOCK_ID},
        ),
        "append_blocks: deep": Case(
            {"block_id": PAGE_ID, "markdown": "- a\n  - b\n    - c\n"},
            (
                Exchange(
                    f"PATCH {CHILDREN}",
                    json={"children": [bullet("a")]},
                    response=listed(block("b1", "bulleted_list_item", "a")),
                ),
                Exchange(
                    "PATCH /blocks/b1/children",
                    json={"children": [bullet("b", bullet("c"))]},
                    response=listed(block("b2", "bulleted_list_item", "b", more=True)),
                ),
            ),
            ["b1"],
            docs=f"{REFERENCE}/patch-block-children (a block may hold children, two levels deep)",
        ),
        "get_database": Case(
            {"database_id": DATABASE_ID},
            (
                Exchange(
                    f"GET /databases/{DATABASE_ID}",
                    response={
                        "object": "database",
                        "id": DATABASE_ID,
                        "title": said("Grocery list"),
                        "data_sources": [{"id": SOURCE_ID, "name": "Grocery list"}],
                    },
                ),
            ),
            {"id": DATABASE_ID, "data_sources": [{"id": SOURCE_ID, "name": "Grocery list"}]},
        ),
        "get_data_source": Case(
            {"data_source_id": SOURCE_ID},
            (Exchange(f"GET /data_sources/{SOURCE_ID}", response=SOURCE),),
            {"id": SOURCE_ID, "properties": {"Due": {"type": "date"}}},
        ),
        "add_properties": Case(
            {"data_source_id": SOURCE_ID, "properties": {"Summary": "rich_text"}},
            (
                Exchange(
                    f"PATCH /data_sources/{SOURCE_ID}",
                    json={"properties": {"Summary": {"rich_text": {}}}},
                    response=SOURCE,
                ),
            ),
            {"id": SOURCE_ID},
        ),
        "query_database": Case(
            {
                "data_source_id": SOURCE_ID,
                "filter": {"property": "Summary", "rich_text": {"is_empty": True}},
                "sorts": [{"property": "Name", "direction": "ascending"}],
                "limit": 2,
            },
            tuple(
                Exchange(
                    f"POST /data_sources/{SOURCE_ID}/query",
                    json={
                        "filter": {"property": "Summary", "rich_text": {"is_empty": True}},
                        "sorts": [{"property": "Name", "direction": "ascending"}],
                        "page_size": 2,
                        **more,
                    },
                    response=listed({**PAGE, "id": number}, cursor=cursor),
                )
                for number, more, cursor in ((PAGE_ID, {}, "c2"), (ENTRY_ID, {"start_cursor": "c2"}, None))
            ),
            [{"id": PAGE_ID}, {"id": ENTRY_ID}],
        ),
        "create_database_entry": Case(
            {
                "data_source_id": SOURCE_ID,
                "properties": {"Name": "Kale", "Tags": ["a", "b"], "Due": "2026-11-22"},
                "blocks": [paragraph("Hello")],
            },
            (
                Exchange(f"GET /data_sources/{SOURCE_ID}", response=SOURCE),
                Exchange(
                    "POST /pages",
                    json={
                        "parent": {"type": "data_source_id", "data_source_id": SOURCE_ID},
                        "properties": {
                            "Name": {"title": text("Kale")},
                            "Tags": {"multi_select": [{"name": "a"}, {"name": "b"}]},
                            "Due": {"date": {"start": "2026-11-22", "end": None}},
                        },
                        "children": [paragraph("Hello")],
                    },
                    sends=JSON,
                    response={**PAGE, "id": ENTRY_ID},
                ),
            ),
            {"id": ENTRY_ID},
            docs=PARENT,
        ),
        "update_database_entry": Case(
            {"data_source_id": SOURCE_ID, "page_id": PAGE_ID, "properties": {"Summary": "Green.", "Due": None}},
            (
                Exchange(f"GET /data_sources/{SOURCE_ID}", response=SOURCE),
                Exchange(
                    f"PATCH /pages/{PAGE_ID}",
                    json={"properties": {"Summary": {"rich_text": text("Green.")}, "Due": {"date": None}}},
                    sends=JSON,
                    response=PAGE,
                ),
            ),
            {"id": PAGE_ID},
        ),
        "update_database_entry: typed": Case(
            {"data_source_id": SOURCE_ID, "page_id": PAGE_ID, "properties": {"Tags": {"multi_select": []}}},
            (Exchange(f"PATCH /pages/{PAGE_ID}", json={"properties": {"Tags": {"multi_select": []}}}, response=PAGE),),
            {"id": PAGE_ID},
        ),
        "add_comment": Case(
            {"page_id": PAGE_ID, "text": "Hello world"},
            (
                Exchange(
                    "POST /comments",
                    json={"parent": {"page_id": PAGE_ID}, "rich_text": text("Hello world")},
                    response=COMMENT,
                ),
            ),
            {"id": COMMENT["id"], "discussion_id": COMMENT["discussion_id"]},
            docs=f"{REFERENCE}/rich-text (rich text has a type)",
        ),
        "add_comment: an answer": Case(
            {"discussion_id": COMMENT["discussion_id"], "text": "Hello world"},
            (
                Exchange(
                    "POST /comments",
                    json={"discussion_id": COMMENT["discussion_id"], "rich_text": text("Hello world")},
                    response=COMMENT,
                ),
            ),
            {"id": COMMENT["id"]},
            docs=f"{REFERENCE}/create-a-comment (a discussion instead of a parent)",
        ),
        "list_comments": Case(
            {"block_id": PAGE_ID, "limit": 5},
            (Exchange("GET /comments", query={"block_id": PAGE_ID, "page_size": "5"}, response=listed(COMMENT)),),
            [{"id": COMMENT["id"]}],
        ),
        "upload_file": Case(
            {"file": b"Hello", "filename": "notes.txt"},
            (
                Exchange(
                    "POST /file_uploads",
                    json={"mode": "single_part", "filename": "notes.txt", "content_type": "text/plain"},
                    response=UPLOAD,
                ),
                Exchange(
                    f"POST /file_uploads/{UPLOAD_ID}/send",
                    raw=BODY,
                    sends={"content-type": KIND},
                    response={**UPLOAD, "status": "uploaded"},
                ),
            ),
            {"id": UPLOAD_ID, "status": "uploaded"},
            docs=UPLOADS,
        ),
        "upload_file: large": Case(
            {"file": LARGE, "filename": "large.txt"},
            (
                Exchange(
                    "POST /file_uploads",
                    json={
                        "mode": "multi_part",
                        "filename": "large.txt",
                        "content_type": "text/plain",
                        "number_of_parts": 3,
                    },
                    response=UPLOAD,
                ),
                *(
                    Exchange(
                        f"POST /file_uploads/{UPLOAD_ID}/send", raw=raw, sends={"content-type": kind}, response=UPLOAD
                    )
                    for raw, kind in PARTS
                ),
                Exchange(
                    f"POST /file_uploads/{UPLOAD_ID}/complete", json={}, response={**UPLOAD, "status": "uploaded"}
                ),
            ),
            {"id": UPLOAD_ID, "status": "uploaded"},
            docs=f"{UPLOADS}, {REFERENCE}/complete-a-file-upload",
        ),
    },
    events={
        "page.created": event("page.created"),
        "page.content_updated": event("page.content_updated", updated_blocks=[{"id": BLOCK_ID, "type": "block"}]),
        "page.properties_updated": event("page.properties_updated", updated_properties=["XGe%40", "bDf%5B"]),
        "page.moved": event("page.moved"),
        "page.deleted": event("page.deleted"),
        "page.undeleted": event("page.undeleted"),
        "page.locked": event("page.locked"),
        "page.unlocked": event("page.unlocked"),
        "comment.created": event("comment.created", "comment", page_id=PAGE_ID),
        "comment.updated": event("comment.updated", "comment", page_id=PAGE_ID),
        "comment.deleted": event("comment.deleted", "comment", page_id=PAGE_ID),
        "data_source.content_updated": event("data_source.content_updated", "data_source"),
        "data_source.schema_updated": event("data_source.schema_updated", "data_source"),
    },
)

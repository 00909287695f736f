"""The connector against the simulated Notion, over a real socket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.notion import NotionCredentials
from tasks import notion
from tests.conftest import Clock as Still
from tests.sandbox.receiver import Receiver
from tieline import errors
from tieline.sandbox import Sandbox, logins, running
from tieline.sandbox.faults import Fault
from tieline.sandbox.notion.memory import Notebook
from tieline.webhooks import Delivery

FAST = "100000/minute"
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


@pytest.fixture
def block(sandbox: Sandbox) -> NotionCredentials:
    return NotionCredentials(url=sandbox.url_of("notion"), rate=FAST, token=logins("notion")["token"])


async def call(block: NotionCredentials, action: str, /, **params: Any) -> Any:
    return await notion.connector.actions[action].execute(block, params)


async def source_of(block: NotionCredentials) -> str:
    (found,) = await call(block, "search", query="documents", kind="data_source")
    return str(found["id"])


@pytest.fixture
def alone() -> Iterator[NotionCredentials]:
    """A Notion that no other test has written to."""
    with running(tickets=1) as made:
        yield NotionCredentials(url=made.url_of("notion"), rate=FAST, token=logins("notion")["token"])


async def test_documents_are_found_read_and_written_back(alone: NotionCredentials) -> None:
    block = alone
    assert (await notion.connector.identity(block)).detail == "Lumora"
    source = await source_of(block)
    database = (await call(block, "get_data_source", data_source_id=source))["parent"]["database_id"]
    listed = await call(block, "get_database", database_id=database)
    assert listed["data_sources"] == [{"id": source, "name": "Documents"}]

    missing = {"property": "Summary", "rich_text": {"is_empty": True}}
    by_name = [{"property": "Name", "direction": "descending"}]
    here: dict[str, Any] = {"data_source_id": source}
    entries = await call(block, "query_database", **here, filter=missing, sorts=by_name)
    titles = [notion.Page.model_validate(entry).title for entry in entries]
    assert titles == ["Refund policy", "Minutes of the shipping meeting", "Draft of the spring catalogue"]
    text = await call(block, "read_page", page_id=entries[0]["id"])
    assert text.endswith("## Exceptions\n\n1. Lamps made to order\n2. Bulbs\n")

    page = {"page_id": entries[0]["id"]}
    await call(block, "add_properties", **here, properties={"Words": "number"})
    values = {"Summary": "Thirty days. " * 400, "Tags": ["refunds", "lamps"], "Words": 12, "Due": "2026-11-30"}
    await call(block, "update_database_entry", **here, **page, properties=values)
    read = notion.Page.model_validate(await call(block, "get_page", **page)).values()
    assert read == {**values, "Name": "Refund policy", "Reviewed": False}
    assert len(await call(block, "query_database", **here, filter=missing)) == 2
    await call(block, "update_page", **page, properties={"Due": notion.properties.date(None)})
    assert notion.Page.model_validate(await call(block, "get_page", **page)).values()["Due"] is None

    comment = await call(block, "add_comment", **page, text="Summed up.")
    await call(block, "add_comment", discussion_id=comment["discussion_id"], text="Thank you.")
    said = [notion.Comment.model_validate(c).text for c in await call(block, "list_comments", block_id=page["page_id"])]
    assert said == ["Summed up.", "Thank you."]


DEEP = "\n".join(f"{'  ' * depth}- level {depth}" for depth in range(6)) + "\n"


async def test_pages_of_any_size_come_back_as_they_were(block: NotionCredentials) -> None:
    source = await source_of(block)
    rows = "".join(f"| {i} | x |\n" for i in range(150))
    lines = "".join(f"Line {i}.\n\n" for i in range(230))
    text = f"{DEEP}\n{lines}| a | b |\n| --- | --- |\n{rows}"
    made = await call(block, "create_database_entry", data_source_id=source, properties={"Name": "Long"}, markdown=text)
    assert await call(block, "read_page", page_id=made["id"]) == text
    below = await call(block, "create_page", parent_page_id=made["id"], title="Inner", markdown="Hi")
    ids = await call(block, "append_blocks", block_id=below["id"], markdown=text)
    assert len(set(ids)) == 232
    assert await call(block, "read_page", page_id=below["id"]) == f"Hi\n\n{text}"
    assert len(await call(block, "list_blocks", block_id=below["id"], limit=150)) == 150
    (top,) = (b for b in await call(block, "list_blocks", block_id=below["id"], nested=True) if b["id"] == ids[0])
    assert (
        top["children"][0]["children"][0]["children"][0]["bulleted_list_item"]["rich_text"][0]["plain_text"]
        == "level 3"
    )
    with pytest.raises(errors.ConfigError, match="nothing to add"):
        await call(block, "append_blocks", block_id=below["id"])


@settings(max_examples=10, deadline=None)
@given(size=st.integers(1, 12))
def test_pages_of_a_query_hold_every_entry_once(sandbox: Sandbox, size: int) -> None:
    headers = {"authorization": f"Bearer {logins('notion')['token']}", "notion-version": "2025-09-03"}
    notebook = sandbox.state[Notebook]
    (source,) = notebook.data_sources
    expected = [p["id"] for p in notebook.pages.values() if p["parent"].get("data_source_id") == source]
    found: list[str] = []
    body: dict[str, Any] = {"page_size": size}
    with httpx.Client(base_url=f"{sandbox.url_of('notion')}/v1", headers=headers) as http:
        more = True
        while more:
            page = http.post(f"/data_sources/{source}/query", json=body).json()
            found += [entry["id"] for entry in page["results"]]
            body["start_cursor"], more = page["next_cursor"], page["has_more"]
    assert found == expected


async def test_files_go_in_one_part_or_in_several(sandbox: Sandbox, block: NotionCredentials, tmp_path: Path) -> None:
    small = await call(block, "upload_file", file=b"a,b\n", filename="a.csv")
    assert small["status"] == "uploaded"
    large = tmp_path / "large.txt"
    large.write_bytes(bytes(range(256)) * 4 * 1024 * 21)
    made = await call(block, "upload_file", file=str(large))
    assert made["status"] == "uploaded"
    kept = sandbox.state[Notebook].uploads
    assert kept[small["id"]]["sandbox_data"] == b"a,b\n"
    assert kept[made["id"]]["sandbox_data"] == large.read_bytes()
    assert len(kept[made["id"]]["sandbox_parts"]) == 3
    with pytest.raises(errors.ConfigError, match="no name"):
        await call(block, "upload_file", file=b"x")


# ---------------------------------------------------------------- refusals


async def test_refusals_are_told_in_notions_words(sandbox: Sandbox, block: NotionCredentials) -> None:
    source = await source_of(block)
    with pytest.raises(errors.AuthFailed, match="API token is invalid"):
        await call(NotionCredentials(url=sandbox.url_of("notion"), token="ntn_other"), "get_page", page_id=NOBODY)
    with pytest.raises(errors.NotFound, match="shared with your integration") as gone:
        await call(block, "get_page", page_id=NOBODY)
    assert gone.value.code == "object_not_found"
    with pytest.raises(errors.Rejected, match="should be a valid uuid"):
        await call(block, "get_page", page_id="x")
    with pytest.raises(errors.UnknownName, match="Sumary"):
        await call(block, "create_database_entry", data_source_id=source, properties={"Sumary": "x"})
    (entry, *_) = await call(block, "query_database", data_source_id=source, limit=1)
    page = {"page_id": entry["id"]}
    for properties, said in (
        ({"Sumary": {"rich_text": []}}, "not a property that exists"),
        ({"Summary": {"number": 1}}, "expected to be rich_text"),
        ({"Tags": {"multi_select": [{"name": "a,b"}]}}, "commas not allowed"),
        ({"Summary": {"rich_text": [{"text": {"content": "x" * 2001}}]}}, "length should be"),
    ):
        with pytest.raises(errors.Rejected, match=said):
            await call(block, "update_page", **page, properties=properties)
    sandbox.state[Notebook].busy.add(entry["id"])
    with pytest.raises(errors.Conflict, match="Conflict occurred"):
        await call(block, "update_page", **page, properties={"Reviewed": {"checkbox": True}})
    await call(block, "update_page", **page, in_trash=True)
    with pytest.raises(errors.Rejected, match="unarchive"):
        await call(block, "append_blocks", block_id=entry["id"], markdown="x")
    await call(block, "update_page", **page, in_trash=False)


@pytest.mark.parametrize(
    ("children", "said"),
    (
        ([{"type": "paragraph", "paragraph": {"rich_text": []}}] * 101, "children.length should be ≤ `100`"),
        ([{"type": "code", "code": {"rich_text": [], "language": "py"}}], "code.language"),
        ([{"type": "table", "table": {"table_width": 1}}], "table.children should be defined"),
        ([{"type": "marquee", "marquee": {}}], "should be defined"),
        ("x", "should be an array"),
        ([{"paragraph": {"rich_text": [{"text": {"content": "x", "link": {"url": "x"}}}]}}], "Invalid URL for link"),
    ),
)
def test_bad_blocks_are_refused_with_the_place(sandbox: Sandbox, children: Any, said: str) -> None:
    headers = {"authorization": f"Bearer {logins('notion')['token']}", "notion-version": "2025-09-03"}
    page = next(iter(sandbox.state[Notebook].pages))
    url = f"{sandbox.url_of('notion')}/v1/blocks/{page}/children"
    answer = httpx.patch(url, json={"children": children}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert said in answer.json()["message"]
    assert httpx.get(url, headers={"authorization": headers["authorization"]}).json()["code"] == "missing_version"


async def test_a_rate_limit_is_waited_for(sandbox: Sandbox, block: NotionCredentials, still: Still) -> None:
    sandbox.faults.add(Fault("429", "notion", "POST /v1/search", times=1, seconds=4))
    assert await source_of(block)
    assert still.waits == [4.0]


# ---------------------------------------------------------------- webhooks


async def test_events_are_signed_as_the_connector_reads_them(sandbox: Sandbox, block: NotionCredentials) -> None:
    secret = "secret_made_here"
    source = await source_of(block)
    with Receiver() as receiver:
        hook = sandbox.hooks.subscribe("notion", receiver.url, secret=secret)
        made = await call(block, "create_database_entry", data_source_id=source, properties={"Name": "New"})
        await call(block, "append_blocks", block_id=made["id"], markdown="- a\n  - b\n")
        await call(block, "update_page", page_id=made["id"], properties={"Reviewed": {"checkbox": True}})
        await call(block, "add_comment", page_id=made["id"], text="Hello")
        got = receiver.wait(4)
        sandbox.hooks.unsubscribe(hook.id)
    webhook = notion.connector.webhook
    assert webhook is not None
    names = []
    for one in got:
        delivery = Delivery(headers=one.headers, raw=one.body)
        webhook.check(delivery, secret)
        names.append(webhook.event(delivery))
        event = notion.Event.model_validate(webhook.read(delivery))
        assert event.type in notion.connector.events
        if event.entity.type == "page":
            assert event.entity.id == made["id"]
    assert sorted(names) == ["comment.created", "page.content_updated", "page.created", "page.properties_updated"]

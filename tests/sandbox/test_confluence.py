"""The simulated Confluence, asked by our own connector over a socket."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from blocks.confluence import ConfluenceCredentials
from tasks import confluence
from tests.sandbox.receiver import Receiver
from tieline import errors
from tieline.sandbox import Fault, Limit, Sandbox, logins, running
from tieline.sandbox.confluence.memory import Wiki
from tieline.webhooks import Delivery

FAST = "100000/minute"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


@pytest.fixture(autouse=True)
def _as_it_was(sandbox: Sandbox) -> None:
    sandbox.app.reset()


def block(sandbox: Sandbox, **fields: Any) -> ConfluenceCredentials:
    login = {"email": logins("confluence")["email"], "api_token": logins("confluence")["api_token"]}
    return ConfluenceCredentials(**{"url": sandbox.url_of("confluence"), "rate": FAST, **login, **fields})


async def do(sandbox: Sandbox, action: str, /, **params: Any) -> Any:
    return await confluence.connector.actions[action].execute(block(sandbox), params)


async def space(sandbox: Sandbox) -> str:
    return str((await do(sandbox, "find_space", key="DOCS"))["id"])


async def page(sandbox: Sandbox, title: str = "Refund policy") -> confluence.Page:
    found = await confluence.list_pages.fn(block(sandbox), space_id=await space(sandbox), title=title, text=True)
    return found[0]


async def test_login(sandbox: Sandbox) -> None:
    assert (await confluence.connector.identity(block(sandbox))).name == "Tieline"
    with pytest.raises(errors.AuthFailed):
        await confluence.connector.identity(block(sandbox, api_token="another"))


async def test_pages_are_found_read_and_listed(sandbox: Sandbox) -> None:
    assert [one["key"] for one in await do(sandbox, "list_spaces")] == ["DOCS"]
    assert await do(sandbox, "find_space", key="NONE") is None
    found = await page(sandbox)
    read = await confluence.get_page.fn(block(sandbox), page_id=found.id)
    assert read.markdown.startswith("Customers may send goods back within **30 days**.")
    assert "> [!WARNING]" in read.markdown
    assert read.link == f"{sandbox.url_of('confluence')}/wiki/spaces/DOCS/pages/{found.id}"
    with pytest.raises(errors.NotFound):
        await do(sandbox, "get_page", page_id="999999")


async def test_a_list_goes_on_page_by_page(sandbox: Sandbox) -> None:
    home = await space(sandbox)
    for number in range(260):
        sandbox.state[Wiki].add_page(home, f"Page {number}", "<p>x</p>", None)
    listed = await do(sandbox, "list_pages", space_id=home, limit=264, sort="id")
    assert len({one["id"] for one in listed}) == 264
    hits = await do(sandbox, "search", cql='type = page AND title ~ "Page 25"', limit=60)
    assert [hit["title"] for hit in hits] == ["Page 25", *[f"Page 25{n}" for n in range(10)]]
    everything = await do(sandbox, "search", cql="space = DOCS order by created", limit=120)
    assert len({hit["content"]["id"] for hit in everything}) == 120


async def test_a_query_can_look_back_from_now(sandbox: Sandbox) -> None:
    wiki = sandbox.state[Wiki]
    old = (await page(sandbox)).id
    wiki.pages[old] |= {"sandbox_saved": "2020-01-01T00:00:00.000Z", "createdAt": "2020-01-01T00:00:00.000Z"}
    for unit in ("30m", "2h", "1d", "3w"):
        for field in ("created", "lastmodified"):
            found = {hit["content"]["id"] for hit in await do(sandbox, "search", cql=f'{field} >= now("-{unit}")')}
            assert found == wiki.pages.keys() - {old}


async def test_and_binds_closer_than_or_and_brackets_closer_still(sandbox: Sandbox) -> None:
    async def titles(cql: str) -> set[str]:
        return {hit["title"] for hit in await do(sandbox, "search", cql=cql, limit=200)}

    first, second = sorted(await titles("type = page"))[:2]
    assert await titles(f'title = "{first}" OR title = "{second}" AND title = nothing') == {first}
    assert await titles(f'(title = "{first}" or title = "{second}") and type = page') == {first, second}
    assert await titles(f'title ~ "\\"{first}\\""') >= {first}


@pytest.mark.parametrize(
    "cql",
    (
        "",
        "type =",
        "(type = page",
        "type = page)",
        "type = page or",
        "type = page title = x",
        "nothing = 1",
        "type = page order by luck",
    ),
)
async def test_a_query_that_cannot_be_read_is_refused(sandbox: Sandbox, cql: str) -> None:
    with pytest.raises(errors.Rejected, match="Could not parse cql"):
        await do(sandbox, "search", cql=cql)


async def test_a_page_is_made_and_changed(sandbox: Sandbox) -> None:
    made = await do(sandbox, "create_page", space_id=await space(sandbox), title="New", markdown="# One\n\n- a")
    assert made["body"]["storage"]["value"] == "<h1>One</h1>\n<ul>\n<li>a</li>\n</ul>"
    with pytest.raises(errors.Conflict, match="of that name"):
        await do(sandbox, "create_page", space_id=await space(sandbox), title="New", markdown="x")
    change = {"page_id": made["id"], "version": 1, "title": "Newer", "message": "Renamed"}
    changed = await do(sandbox, "update_page", **change, storage="<p>two</p>")
    assert (changed["version"]["number"], changed["version"]["message"]) == (2, "Renamed")
    read = await confluence.get_page.fn(block(sandbox), page_id=made["id"])
    assert (read.title, read.markdown, read.number) == ("Newer", "two", 2)


async def test_nobody_elses_change_is_overwritten(sandbox: Sandbox) -> None:
    read = await page(sandbox)
    change = {"page_id": read.id, "version": read.number, "title": read.title}
    await do(sandbox, "update_page", **change, markdown="Ann's words")
    with pytest.raises(errors.Conflict) as raised:
        await do(sandbox, "update_page", **change, markdown="Bob's words")
    assert raised.value.fields == {"version": "2"}
    assert "version 2 is the current one" in str(raised.value)
    assert (await page(sandbox)).markdown == "Ann's words"


@pytest.mark.parametrize("action", ("create_page", "update_page", "add_comment", "upsert_property"))
async def test_what_was_done_although_the_answer_was_lost_is_not_done_again(sandbox: Sandbox, action: str) -> None:
    read = await page(sandbox)
    here = {"content_id": read.id}
    calls: dict[str, dict[str, Any]] = {
        "create_page": {"space_id": read.space_id, "title": "New", "markdown": "x"},
        "update_page": {"page_id": read.id, "version": read.number, "title": read.title, "markdown": "x"},
        "add_comment": {**here, "markdown": "x"},
        "upsert_property": {**here, "key": "k", "value": {"a": 1}},
    }
    if action == "upsert_property":
        await do(sandbox, action, **here, key="k", value={"a": 0})
    sandbox.faults.add(Fault("cut", "confluence", "^(POST|PUT) ", times=1))
    assert (await do(sandbox, action, **calls[action]))["id"]
    wiki = sandbox.state[Wiki]
    writes = [one for one in sandbox.state.log if one.system == "confluence" and one.method != "GET" and one.fault]
    assert len(writes) == 1
    assert len(wiki.comments) == (action == "add_comment")
    assert [one["title"] for one in wiki.pages.values()].count("New") == (action == "create_page")
    assert wiki.pages[read.id]["version"]["number"] == (2 if action == "update_page" else 1)
    assert [one["version"]["number"] for one in wiki.properties.get(read.id, {}).values()] == (
        [2] if action == "upsert_property" else []
    )


async def test_a_text_that_is_no_xhtml_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(errors.Rejected, match="parsing xhtml"):
        await do(sandbox, "create_page", space_id=await space(sandbox), title="New", storage="<p>open")


@pytest.mark.parametrize("texts", ({}, {"storage": "<p>a</p>", "markdown": "a"}))
async def test_a_text_is_given_in_one_way(sandbox: Sandbox, texts: dict[str, str]) -> None:
    with pytest.raises(errors.ConfigError, match="either storage or markdown"):
        await do(sandbox, "add_comment", content_id="1", **texts)


async def test_labels_properties_and_comments(sandbox: Sandbox) -> None:
    here = {"content_id": (await page(sandbox)).id}
    label = confluence.as_label("Customer: Success!")
    assert label == "customer-success"
    await do(sandbox, "add_labels", **here, labels=["refund"])
    labels = await do(sandbox, "add_labels", **here, labels=["refund", label])
    assert [one["name"] for one in labels] == ["refund", "customer-success"]
    with pytest.raises(errors.Rejected, match="invalid characters"):
        await do(sandbox, "add_labels", **here, labels=["two words"])
    for _ in range(2):  # a label that is not there is no error
        await do(sandbox, "remove_label", **here, label="refund")
        assert [one["name"] for one in await do(sandbox, "list_labels", **here)] == ["customer-success"]

    assert await do(sandbox, "find_property", **here, key="k") is None
    for value in ({"text": "a", "none": None}, {"text": "b"}, {"text": "b"}):
        await do(sandbox, "upsert_property", **here, key="k", value=value)
    kept = await do(sandbox, "find_property", **here, key="k")
    assert (kept["value"], kept["version"]["number"]) == ({"text": "b"}, 2)

    for text in ("first", "**second**"):
        await do(sandbox, "add_comment", **here, markdown=text)
    said = await confluence.list_comments.fn(block(sandbox), content_id=here["content_id"])
    assert [one.markdown for one in said] == ["first", "**second**"]


async def test_files_go_up_and_come_down(sandbox: Sandbox, tmp_path: Path) -> None:
    here = {"page_id": (await page(sandbox)).id}
    local = tmp_path / 'the "plan" ä.bin'
    local.write_bytes(bytes(range(256)) * 1000)
    first = await do(sandbox, "upload_attachment", **here, file=local)
    await do(sandbox, "upload_attachment", **here, file=b"a,b\n", filename="a.csv", media_type="text/csv", comment="ä")
    again = await do(sandbox, "upload_attachment", **here, file=b"a,b,c\n", filename="a.csv", media_type="text/csv")
    listed = await do(sandbox, "list_attachments", **here)
    assert [(one["file_size"], one["version"]["number"]) for one in listed] == [(256_000, 1), (6, 2)]
    assert (await do(sandbox, "list_attachments", **here, filename="a.csv"))[0]["id"] == again["id"]

    to = tmp_path / "down.bin"
    assert await do(sandbox, "download_attachment", attachment_id=first["id"], file=to) == str(to)
    assert to.read_bytes() == local.read_bytes()
    with pytest.raises(errors.NotFound):
        await do(sandbox, "download_attachment", attachment_id="att1", file=to)
    with pytest.raises(errors.ConfigError, match="has no name"):
        await do(sandbox, "upload_attachment", **here, file=b"x")

    await do(sandbox, "delete_attachment", attachment_id=first["id"])
    assert [one["id"] for one in await do(sandbox, "list_attachments", **here)] == [again["id"]]
    assert (await do(sandbox, "get_attachment", attachment_id=first["id"]))["status"] == "trashed"
    with pytest.raises(errors.NotFound):
        await do(sandbox, "delete_attachment", attachment_id=first["id"])
    # In its place comes a file of its own, and no next version.
    assert (await do(sandbox, "upload_attachment", **here, file=local))["id"] != first["id"]


async def test_what_is_kept_with_a_file_is_not_kept_with_its_page(sandbox: Sandbox) -> None:
    number = (await page(sandbox)).id
    file = await do(sandbox, "upload_attachment", page_id=number, file=b"a", filename="a.txt")
    here, there = {"content_id": file["id"]}, {"content_id": number}
    await do(sandbox, "add_labels", **here, labels=["refund"])
    for text in ("a", "b"):
        await do(sandbox, "upsert_property", **here, key="k", value=text)
    await do(sandbox, "add_comment", **here, markdown="first")
    assert [one["name"] for one in await do(sandbox, "list_labels", **here)] == ["refund"]
    assert (await do(sandbox, "find_property", **here, key="k"))["value"] == "b"
    assert [one["attachment_id"] for one in await do(sandbox, "list_comments", **here)] == [file["id"]]
    for action in ("list_labels", "list_comments"):
        assert await do(sandbox, action, **there) == []
    assert await do(sandbox, "find_property", **there, key="k") is None
    found = await do(sandbox, "search", cql="type = attachment AND space = DOCS AND label = refund")
    assert [one["content"]["id"] for one in found] == [file["id"]]


async def test_it_waits_when_it_is_told_to(sandbox: Sandbox) -> None:
    sandbox.app.limit("confluence", Limit(1, 0.2))
    try:
        assert [len(await do(sandbox, "list_spaces")) for _ in range(2)] == [1, 1]
    finally:
        sandbox.app.limit("confluence", Limit(100_000))


async def test_webhooks_are_signed(sandbox: Sandbox) -> None:
    read = await page(sandbox)
    with Receiver() as receiver:
        hook = sandbox.hooks.subscribe("confluence", receiver.url, secret="secret-hook")
        made = await do(sandbox, "create_page", space_id=read.space_id, title="New", markdown="x")
        await do(sandbox, "update_page", page_id=made["id"], version=1, title="New", markdown="y")
        await do(sandbox, "add_comment", content_id=made["id"], markdown="z")
        got = receiver.wait(3)
    sandbox.hooks.unsubscribe(hook.id)
    webhook = confluence.connector.webhook
    assert webhook is not None
    names = []
    for one in got:
        delivery = Delivery(one.headers, one.body)
        webhook.check(delivery, "secret-hook")
        names.append(webhook.event(delivery))
        confluence.connector.events[names[-1]].model_validate(webhook.read(delivery))
    assert sorted(names) == ["comment_created", "page_created", "page_updated"]


async def test_a_rule_of_confluence_cloud_sends_the_secret_itself() -> None:
    webhook = confluence.connector.webhook
    assert webhook is not None
    raw = b'{"event": "page_updated", "timestamp": "2026-11-22T05:00:00Z", "page": {"id": "7", "title": "Plans"}}'
    webhook.check(Delivery({"x-tieline-secret": "s3cret"}, raw), "s3cret")
    forged = hmac.new(b"another", raw, hashlib.sha256).hexdigest()
    for headers in ({"x-tieline-secret": "another"}, {"x-tieline-secret": "s3cret", "x-hub-signature": forged}, {}):
        with pytest.raises(errors.SignatureInvalid):
            webhook.check(Delivery(headers, raw), "s3cret")
    event = confluence.PageEvent.model_validate(webhook.read(Delivery({}, raw)))
    assert event.page.id == "7"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    (
        ("GET", "/wiki/api/v2/nothing", 404),
        ("DELETE", "/wiki/api/v2/pages/65538", 404),
        ("GET", "/wiki/api/v2/spaces?limit=0", 400),
        ("GET", "/wiki/api/v2/spaces?cursor=x", 400),
        ("POST", "/wiki/api/v2/pages", 415),
        ("PUT", "/wiki/rest/api/content/65538/child/attachment", 403),
        ("GET", "/media/file/x/binary", 403),
    ),
)
async def test_what_is_asked_wrongly(sandbox: Sandbox, method: str, path: str, status: int) -> None:
    login = (logins("confluence")["email"], logins("confluence")["api_token"])
    async with httpx.AsyncClient(auth=login, trust_env=False) as http:
        answer = await http.request(method, f"{sandbox.url_of('confluence')}{path}")
    assert answer.status_code == status

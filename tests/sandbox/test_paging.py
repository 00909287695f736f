"""Whatever the page size: every record once, in order."""

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.sandbox import Sandbox, logins, running
from tieline.sandbox.freshdesk.memory import FreshdeskDesk
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.zendesk.memory import ZendeskDesk

TICKETS = 23
SIZES = st.integers(1, 30) | st.sampled_from((TICKETS, 100))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=TICKETS) as served:
        yield served


@pytest.fixture(scope="module")
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url) as client:
        yield client


ZENDESK = (f"{logins('zendesk')['email']}/token", logins("zendesk")["api_token"])
FRESHDESK = (logins("freshdesk")["api_key"], "X")
SLACK = {"authorization": f"Bearer {logins('slack')['bot_token']}"}


def zendesk_cursor(http: httpx.Client, path: str, key: str) -> list[int]:
    ids: list[int] = []
    url: str | None = f"/zendesk/api/v2/{path}"
    while url:
        page = http.get(url, auth=ZENDESK).json()
        ids += [record["id"] for record in page[key]]
        url = page["links"]["next"]
        assert (url is not None) == page["meta"]["has_more"] == (len(ids) < TICKETS)
    return ids


def zendesk_offset(http: httpx.Client, path: str, key: str) -> list[int]:
    ids: list[int] = []
    url: str | None = f"/zendesk/api/v2/{path}"
    while url:
        page = http.get(url, auth=ZENDESK).json()
        ids += [record["id"] for record in page[key]]
        url = page["next_page"]
        assert page["count"] == TICKETS
        assert (url is not None) == (len(ids) < TICKETS)
    return ids


@settings(max_examples=15, deadline=None)
@given(size=SIZES)
def test_zendesk_cursors_and_offsets(http: httpx.Client, sandbox: Sandbox, size: int) -> None:
    ids = sorted(sandbox.state[ZendeskDesk].tickets)
    assert zendesk_cursor(http, f"tickets?page[size]={size}", "tickets") == ids
    assert zendesk_cursor(http, f"search/export?query=*&filter[type]=ticket&page[size]={size}", "results") == ids
    assert zendesk_offset(http, f"tickets?per_page={size}", "tickets") == ids
    assert sorted(zendesk_offset(http, f"search?query=type:ticket&per_page={size}", "results")) == ids


@settings(max_examples=10, deadline=None)
@given(size=SIZES, sort=st.sampled_from(("updated_at", "-updated_at", "status", "-status", "-id")))
def test_zendesk_sorted_cursors(http: httpx.Client, sandbox: Sandbox, size: int, sort: str) -> None:
    field, falling = sort.removeprefix("-"), sort.startswith("-")
    tickets = [ticket.fields for ticket in sandbox.state[ZendeskDesk].tickets.values()]
    expected = [t["id"] for t in sorted(tickets, key=lambda t: (t[field], t["id"]), reverse=falling)]
    assert zendesk_cursor(http, f"tickets?page[size]={size}&sort={sort}", "tickets") == expected


def test_zendesk_pages_backwards(http: httpx.Client, sandbox: Sandbox) -> None:
    first = http.get("/zendesk/api/v2/tickets?page[size]=10", auth=ZENDESK).json()
    second = http.get(first["links"]["next"], auth=ZENDESK).json()
    back = http.get(second["links"]["prev"], auth=ZENDESK).json()
    assert back["tickets"] == first["tickets"]
    assert len(sandbox.state[ZendeskDesk].tickets) == TICKETS


def test_records_that_come_and_go_hide_no_others(http: httpx.Client) -> None:
    with running(tickets=30) as own:
        first = http.get(f"{own.url_of('zendesk')}/api/v2/tickets?page[size]=10", auth=ZENDESK).json()
        gone, last = first["tickets"][0]["id"], first["tickets"][-1]["id"]
        http.delete(f"{own.url_of('zendesk')}/api/v2/tickets/{gone}", auth=ZENDESK)
        http.delete(f"{own.url_of('zendesk')}/api/v2/tickets/{last}", auth=ZENDESK)
        second = http.get(first["links"]["next"], auth=ZENDESK).json()
        assert [ticket["id"] for ticket in second["tickets"]] == list(range(last + 1, last + 11))


@pytest.mark.parametrize(
    "query",
    (
        "page[size]=0",
        "page[size]=x",
        "page[size]=5&page[after]=x",
        "page=0",
        "page=x",
        "per_page=-1",
        "page=101",
        "sort=subject",
    ),
)
def test_zendesk_refuses_bad_pages(http: httpx.Client, query: str) -> None:
    assert http.get(f"/zendesk/api/v2/tickets?{query}", auth=ZENDESK).status_code == 400


@settings(max_examples=15, deadline=None)
@given(size=SIZES)
def test_freshdesk_links(http: httpx.Client, sandbox: Sandbox, size: int) -> None:
    ids: list[int] = []
    url: str | None = f"/freshdesk/api/v2/tickets?per_page={size}&order_type=asc&include=requester"
    while url:
        answer = http.get(url, auth=FRESHDESK)
        ids += [ticket["id"] for ticket in answer.json()]
        url = answer.links.get("next", {}).get("url")
        assert (url is not None) == (len(ids) < TICKETS)
    assert ids == sorted(sandbox.state[FreshdeskDesk].tickets)


@settings(max_examples=15, deadline=None)
@given(size=SIZES)
def test_slack_cursors(http: httpx.Client, sandbox: Sandbox, size: int) -> None:
    names: list[str] = []
    cursor = ""
    while True:
        query: dict[str, str | int] = {
            "limit": size,
            "cursor": cursor,
            "types": "public_channel,private_channel",
        }
        page = http.get("/slack/api/conversations.list", params=query, headers=SLACK).json()
        names += [channel["name"] for channel in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert names == [channel["name"] for channel in sandbox.state[Workspace].channels.values()]


@settings(max_examples=10, deadline=None)
@given(size=st.integers(1, 5))
def test_slack_history_cursors(http: httpx.Client, sandbox: Sandbox, size: int) -> None:
    channel = next(c["id"] for c in sandbox.state[Workspace].channels.values() if c["name"] == "support-triage")
    stamps: list[str] = []
    cursor, more = "", True
    while more:
        query: dict[str, str | int] = {"channel": channel, "limit": size, "cursor": cursor}
        page = http.get("/slack/api/conversations.history", params=query, headers=SLACK).json()
        stamps += [message["ts"] for message in page["messages"]]
        cursor, more = page["response_metadata"]["next_cursor"], page["has_more"]
    assert stamps == [message["ts"] for message in reversed(sandbox.state[Workspace].messages[channel])]

"""Intercom as a help desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from blocks.intercom import IntercomCredentials
from flows.helpdesks import Change, HelpDesk, Ticket, help_desk
from flows.windows import Window
from tieline import connections, errors
from tieline.inbox import scope
from tieline.transport import clients

NOTE = "Billing <1>: 0.9\nIt says invoice."
KNOWN = {"/me": {"id": "5", "name": "Bo"}, "/teams": {"teams": [{"id": "17", "name": "Billing"}]}}


class Inbox(httpx.AsyncBaseTransport):
    """A workspace with one conversation, 503."""

    def __init__(self) -> None:
        self.tags = {"priority-low": "1"}
        self.conversation: dict[str, Any] = {
            "id": "503",
            "state": "open",
            "source": {"subject": "", "body": "<p>My <b>invoice</b> is wrong.</p>"},
            "tags": {"tags": [{"id": "1", "name": "priority-low"}]},
            "team_assignee_id": 0,
            "conversation_parts": {"conversation_parts": []},
            "updated_at": 1734537511,
        }
        self.writes: list[str] = []
        self.asked: list[Any] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content) if request.content else None
        answer = self.answer(request.method, request.url.path, sent)
        return httpx.Response(404 if answer is None else 200, json=answer or {}, request=request)

    def answer(self, method: str, path: str, sent: Any) -> Any:
        if path in KNOWN:
            return KNOWN[path]
        if path == "/conversations/search":
            self.asked.append(sent["query"])
            return {"conversations": [self.conversation], "pages": {}}
        if path == "/tags":
            return {"id": self.tags.setdefault(sent["name"], str(len(self.tags) + 1)), "name": sent["name"]}
        if not path.startswith("/conversations/503"):
            return None
        if method != "GET":
            self.write(method, path.removeprefix("/conversations/503"), sent)
        return {"id": "1"} if "/tags" in path else self.conversation

    def write(self, method: str, path: str, sent: Any) -> None:
        self.writes.append(f"{method} {path}")
        assert sent["admin_id"] == "5"
        there = self.conversation["tags"]["tags"]
        if path == "/reply":
            part = {"id": "9", "part_type": sent["message_type"], "body": sent["body"]}
            self.conversation["conversation_parts"]["conversation_parts"].append(part)
        elif path == "/parts":
            self.conversation["team_assignee_id"] = int(sent["assignee_id"])
        elif method == "DELETE":
            there[:] = [tag for tag in there if tag["id"] != path.rpartition("/")[2]]
        else:
            (name,) = (name for name, number in self.tags.items() if number == sent["id"])
            there[:] = [*(tag for tag in there if tag["id"] != sent["id"]), {"id": sent["id"], "name": name}]


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    made = Inbox()
    clients.transport = made

    async def load(*_: Any) -> Any:
        return IntercomCredentials(access_token="t")

    monkeypatch.setattr(connections, "load", load)
    # Plain calls, so that no Prefect server is needed.
    with scope.working(scope.Scope("", lean=True)):
        yield made


@pytest.fixture
def desk(inbox: Inbox) -> HelpDesk:
    assert inbox
    return help_desk("intercom/support")


async def test_a_conversation_is_a_ticket(desk: HelpDesk) -> None:
    found = await desk.read([503, 504])
    assert set(found) == {503}
    ticket = found[503]
    assert isinstance(ticket, Ticket)
    assert (ticket.text, ticket.priority, ticket.group_id) == ("My **invoice** is wrong.", "low", None)
    assert await desk.groups() == {"Billing": 17}


async def test_a_change_is_made_once(inbox: Inbox, desk: HelpDesk) -> None:
    ticket = Ticket(id=503)
    change = Change(add_tags=("billing",), priority="high", group_id=17, note=NOTE)
    assert await desk.write([ticket], {503: change}) == {}
    assert inbox.writes == ["POST /reply", "POST /parts", "DELETE /tags/1", "POST /tags", "POST /tags"]
    (now,) = (await desk.read([503])).values()
    assert isinstance(now, Ticket)
    assert (now.tags, now.priority, now.group_id) == (("billing", "priority-high"), "high", 17)
    (note,) = inbox.conversation["conversation_parts"]["conversation_parts"]
    assert note["body"] == "Billing &lt;1&gt;: 0.9<br>It says invoice."
    # A run that was cut off begins again: the note and the team are there.
    await desk.write([ticket], {503: change})
    assert inbox.writes[5:] == ["POST /tags", "POST /tags"]


async def test_each_ticket_stands_alone(inbox: Inbox, desk: HelpDesk) -> None:
    change = Change(add_tags=("billing",))
    failed = await desk.write([Ticket(id=504), Ticket(id=503)], {503: change, 504: change})
    assert set(failed) == {504}
    assert isinstance(failed[504], errors.NotFound)
    assert inbox.writes == ["POST /tags"]


async def test_a_query_is_a_window_or_intercoms_own(inbox: Inbox, desk: HelpDesk) -> None:
    since = datetime(2026, 1, 2, tzinfo=UTC)
    assert [one.id for one in await desk.find(Window(what="new", since=since), 5)] == [503]
    await desk.find('{"field": "state", "operator": "=", "value": "open"}', 5)
    assert inbox.asked == [
        {"field": "created_at", "operator": ">", "value": int(since.timestamp()) - 1},
        {"field": "state", "operator": "=", "value": "open"},
    ]
    with pytest.raises(errors.ConfigError, match="cannot be asked"):
        await desk.find("state:open", 5)


async def test_without_tags_nothing_is_written(inbox: Inbox, desk: HelpDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KNOWN, "/tags", {"type": "error.list"})
    failed = await desk.write([Ticket(id=503)], {503: Change(add_tags=("billing",), note=NOTE)})
    assert isinstance(failed[503], errors.BadAnswer)
    assert inbox.writes == []

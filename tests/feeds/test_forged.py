"""What a feed tells, nobody else can: not even who has the secret of the webhook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deployments.document_summarization import triggers
from tests.dispatch.house import DELIVERIES, rows, work
from tests.feeds.conftest import SECRET
from tests.server.conftest import House, receiver
from tieline.dispatch import sources
from tieline.dispatch.match import match
from tieline.feeds import EVENTS, look

FILE = {"id": "1", "place": "d", "name": "may.pdf", "version": "v", "file": None}


@pytest.mark.parametrize("event", EVENTS)
async def test_an_event_of_a_feed_does_not_come_in_through_the_gateway(team: dict[str, Any], event: str) -> None:
    house = House()
    house.add(receiver("sharepoint", "team", team["sharepoint"]))
    # Graph's word for what becomes of a subscription is taken as it is: so it may be any.
    forged = {"lifecycleEvent": event, "subscriptionId": "1", "clientState": SECRET, "found": True, **FILE}
    async with house.open() as client:
        answer = await client.post("/hooks/sharepoint/team", json={"value": [forged], "found": True})
    assert answer.status_code == 202, "it has the secret"
    match(triggers, 1.0)
    (row,) = rows(DELIVERIES)
    assert (row.event, row.found, row.state) == (event, False, "dead")
    assert "nobody to send" in row.reason
    assert work() == []


async def test_a_system_without_webhooks_has_no_door(team: dict[str, Any]) -> None:
    house = House()
    house.add(receiver("sharepoint", "team", team["sharepoint"]))
    async with house.open() as client:
        answer = await client.post("/hooks/files/team", json={"event": "file_created", **FILE})
    assert answer.status_code == 401
    assert rows(DELIVERIES) == []


async def test_what_a_feed_has_found_goes_to_its_triggers(team: dict[str, Any], folder: Path) -> None:
    assert team
    await look.look("files/team")
    (folder / "may.txt").write_text("x")
    # What we write beside a document is no document.
    (folder / "may.txt.summary.json").write_text("{}")
    await look.look("files/team")
    events = match(triggers, 1.0).events
    assert [(one.full_name, one.subject) for one in events] == [
        ("files.file_created", "may.txt"),
        ("files.file_created", "may.txt.summary.json"),
    ]
    (made,) = work()
    assert (made.trigger, made.item, made.parameters) == ("files-document", "may.txt", {"source": "files/team"})
    assert sorted(row.state for row in rows(DELIVERIES)) == ["matched", "skipped"]


async def test_two_versions_within_ten_seconds_are_one_piece_of_work(team: dict[str, Any], folder: Path) -> None:
    assert team
    await look.look("files/team")
    for text, moment in (("one", 1.0), ("two, longer", 9.0)):
        (folder / "may.txt").write_text(text)
        await look.look("files/team")
        match(triggers, moment)
    assert [one.state for one in work()] == ["done", "waiting"]
    assert "Joined" in work()[0].reason
    assert [one.due_at for one in work(state="waiting")] == [19.0]


@pytest.mark.parametrize("system", ("files", "sharepoint", "google_drive"))
def test_the_events_of_a_feed_have_a_model(system: str) -> None:
    for event in EVENTS:
        model = sources.payload_model(f"{system}.{event}")
        assert model is not None
        model.model_validate(json.loads(json.dumps(FILE)))

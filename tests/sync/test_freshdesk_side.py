"""Freshdesk's tickets as a side of a sync; Freshdesk is simulated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows.sides import open_side
from tests.sync.simulated import Clock, by, simulated
from tieline.errors import BadAnswer, UnknownName
from tieline.sandbox.freshdesk.memory import FreshdeskDesk
from tieline.sync.model import Place
from tieline.sync.side import REF, Change, Side


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[FreshdeskDesk]:
    with simulated(monkeypatch, "freshdesk", clock, tickets=3) as (app, _):
        yield app.state[FreshdeskDesk]


async def side(*keys: str) -> Side:
    return await open_side(Place(connection="freshdesk/main"), list(keys) or ["id"])


async def test_tickets_are_rows_and_only_what_changed_is_told_again(desk: FreshdeskDesk, clock: Clock) -> None:
    tickets = await side()
    first = await tickets.read(["id", "subject", "status", "priority", "tags", "group", "updated_at"])
    assert first.whole
    assert len(by(first, "id")) == len(desk.living())
    one = desk.living()[0]
    shown = {row[0]: row[1:] for row in by(first, "id", "status", "priority")}
    assert shown[one.id] == ("open", {1: "low", 2: "medium", 3: "high", 4: "urgent"}[one.fields["priority"]])
    clock.forward(hours=1)
    desk.change(one, {"status": 3})
    later = await tickets.read(["id", "status"], first.mark)
    assert not later.whole
    assert (str(one.id), "pending") in by(later, REF, "status")


async def test_a_list_that_may_go_on_is_no_list_of_all(desk: FreshdeskDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk
    monkeypatch.setattr("flows.sides.freshdesk.MOST", 3)
    with pytest.raises(BadAnswer, match="may have more"):
        await (await side()).read(["id"])


async def test_tickets_are_thrown_away_once(desk: FreshdeskDesk) -> None:
    one = desk.living()[0]
    gone = Change({"id": one.id}, ref=str(one.id), gone=True)
    for _ in range(2):
        assert [done.refused for done in await (await side()).write([gone])] == [""]
    assert one.deleted
    assert str(one.id) not in [row[0] for row in by(await (await side()).read(["id"]), REF)]


async def test_tickets_are_changed_and_none_is_opened(desk: FreshdeskDesk) -> None:
    tickets = await side()
    group = next(iter(desk.groups.values()))["name"]
    first, second = desk.living()[:2]
    done = await tickets.write(
        [
            Change(
                {"id": first.id}, ref=str(first.id), cells={"status": "resolved", "priority": "urgent", "tags": ["b"]}
            ),
            Change({"id": second.id}, ref=str(second.id), cells={"group": group, "subject": "Other", "tags": None}),
            Change({"id": 77_777}, ref="77777", cells={"subject": "x"}),
            Change({"id": 88_888}, cells={"subject": "x"}, new=True),
        ]
    )
    assert (first.fields["status"], first.fields["priority"], first.fields["tags"]) == (4, 4, ["b"])
    assert (second.fields["subject"], second.fields["tags"]) == ("Other", [])
    assert desk.groups[second.fields["group_id"]]["name"] == group
    assert [bool(one.refused) for one in done] == [False, False, True, True]
    assert "a sync changes tickets that are there" in done[3].refused


async def test_what_freshdesk_would_not_keep_is_said(desk: FreshdeskDesk) -> None:
    assert desk
    tickets = await side()
    fields = {one.name: one for one in (await tickets.read([])).fields}
    assert tickets.fits(fields["status"], "done") == "status is one of open, pending, resolved, closed; not 'done'."
    assert tickets.fits(fields["subject"], None) == "subject cannot be blank."
    assert "itself" in tickets.fits(fields["id"], 9)
    with pytest.raises(UnknownName, match="Did you mean tickets"):
        await open_side(Place(connection="freshdesk/main", place="ticket"), ["id"])

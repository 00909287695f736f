"""Zendesk's tickets as a side of a sync; Zendesk is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.sides import open_side
from tests.sync.simulated import Clock, by, rows, simulated
from tieline import errors
from tieline.sandbox.front import Front
from tieline.sandbox.zendesk import exports
from tieline.sandbox.zendesk.memory import ZendeskDesk
from tieline.sync.model import Place
from tieline.sync.side import AT, REF, Cell, Change, Field, Side

ADA = "ada@customer.test"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[tuple[Front, list[str]]]:
    monkeypatch.setattr("tieline.sandbox.zendesk.bulk.STARTS_AFTER", 0)
    monkeypatch.setattr("tieline.sandbox.zendesk.bulk.WORKS_FOR", 0)
    with simulated(monkeypatch, "zendesk", clock) as made:
        yield made


@pytest.fixture
def desk(sandbox: tuple[Front, list[str]]) -> ZendeskDesk:
    return sandbox[0].state[ZendeskDesk]


@pytest.fixture
def asked(sandbox: tuple[Front, list[str]]) -> list[str]:
    return sandbox[1]


@pytest.fixture
async def side(sandbox: tuple[Front, list[str]]) -> Side:
    assert sandbox
    return await tickets("external_id")


async def tickets(*keys: str) -> Side:
    return await open_side(Place(connection="zendesk/main", place="tickets"), list(keys))


def ticket(desk: ZendeskDesk, number: int) -> dict[str, Any]:
    return desk.tickets[number].fields


async def test_all_tickets_are_rows(side: Side, desk: ZendeskDesk, clock: Clock) -> None:
    desk.change(desk.tickets[1002], {"assignee_id": desk.me, "group_id": 3001, "external_id": "a-2"})
    reading = await side.read([])
    assert [one.name for one in reading.fields][-1] == "Product"
    assert [one.name for one in reading.fields if not one.writable] == ["id", "created_at", "updated_at"]
    assert [row[REF] for row in rows(reading)] == ["1001", "1002", "1003"]
    second = rows(reading)[1]
    person = desk.people[ticket(desk, 1002)["requester_id"]]
    assert (second["id"], second["external_id"], second["assignee"]) == (1002, "a-2", "agent@sandbox.test")
    assert (second["group"], second["requester"]) == (desk.groups[3001]["name"], person["email"])
    assert second["tags"] == ticket(desk, 1002)["tags"]
    assert second[AT] == second["updated_at"] == clock.at.replace(microsecond=0)
    assert reading.whole
    # New rows have a description, so the column can be written; those that are there keep theirs.
    assert "first comment" in reading.locked[1, "description"]


async def test_archived_tickets_and_those_of_the_last_minute_are_there(
    side: Side, desk: ZendeskDesk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.forward(minutes=5)
    desk.change(desk.tickets[1001], {"subject": "Just now"})
    # An archived ticket stands in the export and in no list.
    living = ZendeskDesk.living
    monkeypatch.setattr(ZendeskDesk, "living", lambda self: [one for one in living(self) if one.id != 1003])
    reading = await side.read(["subject"])
    assert [row[REF] for row in rows(reading)] == ["1001", "1002", "1003"]
    assert rows(reading)[0]["subject"] == "Just now"


async def test_an_account_of_many_pages(
    side: Side, clock: Clock, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "EXPORT_PAGE", 2)
    clock.forward(minutes=5)
    assert len((await side.read(["subject"])).rows) == 3
    assert asked == ["GET /api/v2/incremental/tickets/cursor"] * 2 + ["GET /api/v2/tickets"]


async def test_only_what_changed_is_read(side: Side, desk: ZendeskDesk, clock: Clock, asked: list[str]) -> None:
    clock.forward(minutes=5)
    desk.change(desk.tickets[1001], {"subject": "One"})
    clock.forward(hours=1)
    desk.change(desk.tickets[1002], {"subject": "Two"})
    first = await side.read(["subject"])
    asked.clear()
    again = await side.read(["subject"], first.mark)
    assert (again.whole, again.mark, list(again.rows)) == (False, first.mark, [])
    assert sorted(asked) == ["GET /api/v2/deleted_tickets", "GET /api/v2/tickets"]
    # Within the same second, in which nobody can tell what came first.
    desk.change(desk.tickets[1002], {"subject": "Three"})
    desk.change(desk.tickets[1003], {"subject": "Four"})
    later = await side.read(["subject"], first.mark)
    assert by(later, REF, "subject") == [("1002", "Three"), ("1003", "Four")]
    assert not later.whole
    assert later.mark != first.mark


async def test_what_is_seen_late_is_not_missed(side: Side, desk: ZendeskDesk, clock: Clock) -> None:
    clock.forward(hours=1)
    desk.change(desk.tickets[1002], {"subject": "Two"})
    first = await side.read(["subject"])
    # It was changed a minute earlier, and is shown only now.
    clock.forward(minutes=-1)
    desk.change(desk.tickets[1001], {"subject": "One"})
    assert by(await side.read(["subject"], first.mark), "subject") == [("One",), ("Two",)]


async def test_deleted_tickets_are_told(side: Side, desk: ZendeskDesk, clock: Clock) -> None:
    first = await side.read(["subject"])
    clock.forward(hours=1)
    desk.throw_away(desk.tickets[1002])
    later = await side.read(["subject"], first.mark)
    assert side.tells_gone
    assert later.gone == ["1002"]
    # The export has it, too, with the status deleted.
    clock.forward(hours=1)
    assert [row[REF] for row in rows(await side.read(["subject"]))] == ["1001", "1003"]


async def test_deletions_are_told_for_thirty_days_so_older_marks_read_everything(side: Side, clock: Clock) -> None:
    clock.forward(days=-40)
    first = await side.read(["subject"])
    assert not (await side.read(["subject"], first.mark)).whole
    old = f"{datetime(2020, 1, 1, tzinfo=UTC).isoformat()} x"
    assert (await side.read(["subject"], old)).whole


async def test_a_row_becomes_a_ticket_once(side: Side, desk: ZendeskDesk) -> None:
    cells: dict[str, Cell] = {
        "external_id": "a-1",
        "subject": "Lamp",
        "description": "Dark.",
        "tags": ["vip"],
        "Product": "Floor lamp",
    }
    new = Change(key={"external_id": "a-1"}, cells={**cells, "requester": ADA, "priority": "high"}, new=True)
    (made,) = await side.write([new])
    assert made.ref == "1004"
    fields = ticket(desk, 1004)
    assert (fields["subject"], fields["description"], fields["tags"]) == ("Lamp", "Dark.", ["vip"])
    assert (desk.people[fields["requester_id"]]["email"], fields["priority"]) == (ADA, "high")
    assert fields["custom_fields"][0]["value"] == "floor_lamp"
    # Whoever was killed after it writes again, and finds it.
    (again,) = await (await tickets("external_id")).write([new])
    assert (again.ref, again.refused, len(desk.tickets)) == ("1004", "", 4)
    assert (await side.read(["Product"])).rows[3]["Product"] == "Floor lamp"


async def test_a_key_that_is_no_id_is_looked_for(desk: ZendeskDesk) -> None:
    side = await tickets("subject")
    new = Change(key={"subject": "Lamp"}, cells={"subject": "Lamp", "description": "Dark."}, new=True)
    assert [(await side.write([new]))[0].ref for _ in range(2)] == ["1004", "1004"]
    (by_key,) = await (await tickets("subject")).write([Change(key={"subject": "Lamp"}, cells={"priority": "low"})])
    assert (by_key.refused, ticket(desk, 1004)["priority"]) == ("", "low")


async def test_zendesk_numbers_tickets(desk: ZendeskDesk) -> None:
    side = await tickets("id")
    new = Change(key={"id": 77}, cells={"id": 77, "subject": "a", "description": "b"}, new=True)
    old = Change(key={"id": 1001}, cells={"subject": "a"})
    refused, written = await side.write([new, old])
    assert "use external_id as the key" in refused.refused
    assert (written.refused, ticket(desk, 1001)["subject"]) == ("", "a")


async def test_changes_go_into_one_job(side: Side, desk: ZendeskDesk, asked: list[str]) -> None:
    desk.change(desk.tickets[1002], {"priority": "low", "assignee_id": desk.me})
    group = desk.groups[3001]["name"]
    done = await side.write(
        [
            Change(key={}, ref="1001", cells={"subject": "One", "assignee": "agent@sandbox.test", "group": group}),
            Change(key={}, ref="1002", cells={"priority": None, "assignee": None, "Product": "Desk lamp", "tags": []}),
            Change(key={}, ref="99", cells={"subject": "x"}),
            Change(key={}, ref="1003", cells={"subject": ticket(desk, 1003)["subject"]}),
        ]
    )
    assert [one.refused for one in done] == ["", "", "It is not there any more.", ""]
    first, second = ticket(desk, 1001), ticket(desk, 1002)
    assert (first["subject"], first["assignee_id"], first["group_id"]) == ("One", desk.me, 3001)
    assert (second["priority"], second["assignee_id"], second["tags"]) == (None, None, [])
    assert second["custom_fields"] == [{"id": 360_008, "value": "desk_lamp"}]
    assert asked.count("PUT /api/v2/tickets/update_many") == 1


async def test_what_somebody_else_changed_stays(side: Side, desk: ZendeskDesk) -> None:
    desk.change(desk.tickets[1001], {"priority": "urgent"})
    change = Change(key={}, ref="1001", cells={"priority": "low"}, before={"priority": "high"})
    (refused,) = await side.write([change])
    assert refused.refused == "priority was changed meanwhile: 'urgent' stands there now."
    assert ticket(desk, 1001)["priority"] == "urgent"


async def test_a_change_between_reading_and_writing_is_a_conflict(
    side: Side, desk: ZendeskDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = desk.tickets[1001].fields
    real = ZendeskDesk.find

    def find(self: ZendeskDesk, number: int) -> Any:
        found = real(self, number)
        monkeypatch.setattr(ZendeskDesk, "find", racing)
        return found

    def racing(self: ZendeskDesk, number: int) -> Any:
        change["updated_at"] = "2026-11-22T00:00:00Z"
        return real(self, number)

    monkeypatch.setattr(ZendeskDesk, "find", find)
    (refused,) = await side.write([Change(key={}, ref="1001", cells={"subject": "Mine"})])
    assert "at this moment" in refused.refused
    assert change["subject"] != "Mine"


async def test_what_cannot_be_written_is_told(side: Side, desk: ZendeskDesk) -> None:
    desk.change(desk.tickets[1003], {"status": "closed"})
    changes = [
        Change(key={}, ref="1001", cells={"description": "Other"}),
        Change(key={}, ref="1002", cells={"assignee": "nobody@x.test"}),
        Change(key={}, ref="1003", cells={"subject": "x"}),
        Change(key={"external_id": "a"}, cells={"external_id": "a", "subject": "x"}, new=True),
    ]
    said = [one.refused for one in await side.write(changes)]
    words = ("first comment", "knows nobody", "closed", "without a description")
    assert all(word in one for word, one in zip(words, said, strict=True))
    assert (await side.write([Change(key={}, ref="1001", cells={"group": "Nope"})]))[0].refused.startswith(
        "There is no"
    )
    reading = await side.read(["subject"])
    assert [place for place, _ in reading.locked] == [2]


async def test_tickets_are_thrown_away(side: Side, desk: ZendeskDesk) -> None:
    gone = [Change(key={"external_id": "a"}, ref=ref, gone=True) for ref in ("1001", "99", "1002")]
    unknown = Change(key={"external_id": "none"}, gone=True)
    assert [one.refused for one in await side.write([*gone, unknown])] == ["", "", "", ""]
    assert [one.id for one in desk.living()] == [1003]


async def test_what_fits(side: Side) -> None:
    fields = {one.name: one for one in (await side.read([])).fields}
    assert side.fits(fields["priority"], "high") == ""
    assert side.fits(fields["priority"], None) == ""
    assert side.fits(fields["priority"], "Hoch") == "priority is one of low, normal, high, urgent; not 'Hoch'."
    assert side.fits(fields["status"], None) == "status cannot be blank."
    assert "numbers tickets itself" in side.fits(fields["id"], 7)
    assert "tags are in lower case" in side.fits(fields["tags"], ["ok", "Two words"])
    assert side.fits(Field("Product", "text"), "Rocket").startswith("Product is one of Desk lamp")


async def test_fields_of_one_name_are_told(side: Side, desk: ZendeskDesk) -> None:
    exports.add_field(desk, "text", "Product")
    assert (await side.read([])).problems == ("Zendesk has more than one field 'Product'; the first is taken.",)


async def test_other_fields_keep_their_types(side: Side, desk: ZendeskDesk) -> None:
    kinds = {"Amount": "integer", "Due": "date", "Paid": "checkbox", "Note": "text"}
    ids = {title: exports.add_field(desk, kind, title) for title, kind in kinds.items()}
    values = {"Amount": "7", "Due": "2026-01-02", "Paid": True, "Note": ""}
    fields = [{"id": ids[title], "value": value} for title, value in values.items()]
    desk.change(desk.tickets[1001], {"custom_fields": fields})
    (row, *_) = rows(await side.read(list(kinds)))
    assert [row[name] for name in kinds] == [7, datetime(2026, 1, 2, tzinfo=UTC).date(), True, None]


async def test_the_place_is_tickets() -> None:
    with pytest.raises(errors.UnknownName, match="no place in Zendesk 'users'"):
        await open_side(Place(connection="zendesk/main", place="users"), ["id"])
    with pytest.raises(errors.UnknownName, match="no option of Zendesk's tickets 'colour'"):
        await open_side(Place(connection="zendesk/main", options={"colour": "red"}), ["id"])

"""From deliveries to work: what is read, what nobody wants, and what cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dispatch.house import DELIVERIES, START, House, deliver, one, rows, ticket, trigger, work
from tieline import store
from tieline.dispatch import Correlate, Debounce, on_event
from tieline.dispatch.match import match
from tieline.dispatch.replay import dead, replay
from tieline.webhooks import Facts, Webhook, digest, find
from tieline.webhooks import header as in_header


def states() -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in rows(DELIVERIES)]


def test_what_no_trigger_wants_is_skipped_with_the_reason() -> None:
    deliver(ticket(1, "ticket.updated"), ticket(2))
    match([trigger(when={"payload.detail.id": "1"})], START)
    assert states() == [
        ("skipped", "No trigger wants zendesk.ticket.updated."),
        ("skipped", "The condition of tickets does not hold."),
    ]
    assert work() == []


def test_what_cannot_be_read_is_dead_and_can_be_matched_again() -> None:
    broken, unfit, alien = [*deliver(b"{", ticket(1) | {"detail": {}}), *deliver({"a": 1}, system="gone")]
    match([trigger()], START)
    said = states()
    assert said[0][0] == said[2][0] == "dead"
    assert "form" in said[0][1]
    assert "gone" in said[2][1]
    assert said[1] == ("matched", "")
    ((state, reason),) = [(row.state, row.reason) for row in work()]
    assert state == "dead"
    assert "detail.id" in reason
    assert dead() == [broken, unfit, alien]
    assert replay(dead(), START, only_dead=True) == 3
    assert [row.state for row in rows(DELIVERIES)] == ["received"] * 3
    assert work() == []


def test_a_filter_that_breaks_stops_nothing() -> None:
    deliver(ticket(1))
    match([trigger(when=lambda event: event.payload["nothing"]), trigger("well")], START)
    assert {row.trigger: row.state for row in work()} == {"tickets": "dead", "well": "waiting"}


def test_a_reason_holds_no_value_of_the_payload() -> None:
    deliver(ticket(0, id="sk-0123456789abcdef0123"))
    match([trigger()], START)
    assert "0123456789" not in work()[0].reason


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Webhook:
    """A system that sends several events in one delivery."""
    made = Webhook(
        verify=lambda *_: None,
        event=in_header("x"),
        delivery=digest,
        parts="items",
        part_event=lambda item: str(item["kind"]),
        facts=Facts(who="by", subject="title"),
    )
    monkeypatch.setattr("tieline.dispatch.schemes.find", lambda system: made if system == "zendesk" else find(system))
    monkeypatch.setattr("tieline.dispatch.sources._events", lambda _: {"ticket.created": None, "ticket.updated": None})
    return made


@pytest.mark.usefixtures("parts")
def test_a_delivery_of_several_events() -> None:
    item = {"kind": "ticket.created", "detail": {"id": 5}, "title": "Five"}
    deliver({"items": [item, {"kind": "ticket.updated"}, item | {"detail": {"id": "6"}}]}, {"items": {}}, {"items": []})
    match([trigger()], START)
    assert [(row.part, row.item, row.subject, row.event) for row in work()] == [
        (0, 5, "Five", "ticket.created"),
        (2, 6, "Five", "ticket.created"),
    ]
    assert [state for state, _ in states()] == ["matched", "dead", "skipped"]


@pytest.mark.usefixtures("parts")
def test_a_delivery_of_very_many_events_is_written_in_pieces() -> None:
    item = {"kind": "ticket.created", "detail": {"id": 5}}
    deliver({"items": [item] * 1234})
    match([trigger()], START)
    assert sorted(row.part for row in work()) == list(range(1234))


async def test_debounce_hands_over_the_last_one() -> None:
    house = House([trigger(wait=Debounce(seconds=10, by="{payload.detail.id}", at_most=25))])
    for title in ("first", "second", "third", "fourth"):
        deliver(ticket(7, subject=title), ticket(8, subject=title))
        await house.look()
        assert house.runs.started == {}
        house.clock.passes(8)
    await house.look()
    # The first ones came 32 seconds ago, and 25 is the most.
    assert [batch.parameters["tickets"] for batch in house.runs.started.values()] == [[7], [8]]
    found = work()
    assert [row.state for row in found] == ["done"] * 6 + ["dispatched"] * 2
    assert found[0].reason == f"Joined with delivery {found[2].delivery_id}."
    assert {row.subject for row in found[6:]} <= {"fourth", ""}


async def test_what_has_nothing_in_common_is_not_joined() -> None:
    house = House([trigger(wait=Debounce(seconds=10, by="{payload.detail.priority}"))])
    deliver(ticket(7), ticket(8))  # of no priority
    await house.look()
    house.clock.passes(11)
    await house.look()
    assert sorted(batch.parameters["tickets"] for batch in house.runs.started.values()) == [[7], [8]]


async def test_debounce_waits_for_quiet() -> None:
    house = House([trigger(wait=Debounce(seconds=10, by="{payload.detail.id}"))])
    deliver(*[ticket(7)] * 5)
    await house.look()
    house.clock.passes(9)
    await house.look()
    assert house.runs.started == {}
    house.clock.passes(1)
    await house.look()
    assert house.runs.sizes() == [1]
    assert [row.state for row in work()] == ["done"] * 4 + ["dispatched"]


async def test_debounce_can_hand_over_all() -> None:
    house = House([trigger(wait=Debounce(seconds=10, by="{payload.detail.id}", keep="all"))])
    deliver(ticket(7), ticket(8))
    await house.look()
    house.clock.passes(8)
    deliver(ticket(7))
    await house.look()
    house.clock.passes(8)
    await house.look()
    assert [batch.parameters["tickets"] for batch in house.runs.started.values()] == [[8]]
    house.clock.passes(8)
    await house.look()
    assert [batch.parameters["tickets"] for batch in house.runs.started.values()] == [[8], [7, 7]]


async def test_what_is_matched_anew_takes_nothing_along_that_waits() -> None:
    broken = trigger("broken", when=lambda _: 1 / 0)
    house = House([broken, trigger("held", wait=Debounce(seconds=10, by="{payload.detail.id}"))])
    (old,) = deliver(ticket(7))
    await house.look()
    house.clock.passes(11)
    await house.look()
    house.runs.end()
    await house.care()
    (new,) = deliver(ticket(7))
    await house.look()
    replay([old], START, only_dead=True)  # for the sake of the broken one
    await house.look()
    assert [row.state for row in work(delivery_id=new, trigger="held")] == ["waiting"]


def test_what_is_matched_twice_is_not_joined_with_itself() -> None:
    held = [trigger(wait=Debounce(seconds=10, by="{payload.detail.id}"))]
    deliver(ticket(7))
    match(held, START)
    with store.engine().begin() as db:  # killed before it was noted
        db.execute(DELIVERIES.update().values(state="received"))
    match(held, START)
    assert [row.state for row in work()] == ["waiting"]


def pairs(seconds: float = 60) -> Any:
    events = ("zendesk.ticket.created", "zendesk.ticket.solved")
    return trigger(events=events, wait=Correlate(events[1:], "{payload.detail.id}", seconds))


async def test_correlate_hands_over_both() -> None:
    house = House([pairs()])
    deliver(ticket(7), ticket(8))
    await house.look()
    house.clock.passes(20)
    deliver(ticket(7, "ticket.solved"))
    await house.look()
    assert [batch.parameters["tickets"] for batch in house.runs.started.values()] == [[7, 7]]
    house.clock.passes(40)
    await house.look()
    assert [batch.parameters["tickets"] for batch in house.runs.started.values()] == [[7, 7], [8]]


async def test_what_was_joined_is_tried_again_together() -> None:
    house = House([pairs()])
    deliver(ticket(7), ticket(7, "ticket.solved"))
    await house.look()
    house.runs.end("Crashed: its process died")
    await house.care()
    house.clock.passes(3600)
    await house.look()
    assert [batch.parameters["tickets"] for batch in house.runs.started.values()] == [[7, 7], [7, 7]]
    assert [row.attempts for row in work()] == [1, 1]


async def test_correlate_finds_both_when_they_come_together() -> None:
    house = House([pairs()])
    deliver(ticket(7), ticket(7, "ticket.solved"), ticket(9, "ticket.solved"))
    await house.look()
    assert sorted(batch.parameters["tickets"] for batch in house.runs.started.values()) == [[7, 7], [9]]


async def test_replay_does_it_again() -> None:
    house = House([trigger()])
    (number,) = deliver(ticket(1))
    await house.look()
    assert replay([number], START) == 0  # it is in a run
    house.runs.end()
    await house.care()
    assert work()[0].state == "done"
    assert replay([number, 99], START) == 1
    await house.look()
    assert len(house.runs.started) == 2


async def test_replay_of_what_was_skipped_finds_the_new_trigger() -> None:
    house = House([])
    (number,) = deliver(ticket(1))
    await house.look()
    assert states()[0][0] == "skipped"
    house = House([on_event("zendesk.ticket.created", one, map={"ticket": "{payload.detail.id}"})])
    replay([number], START)
    await house.look()
    assert house.runs.sizes() == [1]

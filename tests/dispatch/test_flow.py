"""From a delivery to a flow run, and to what became of it."""

from __future__ import annotations

from tests.dispatch.house import House, batches, deliver, ticket, trigger, work


async def test_one_event_is_one_run_at_once() -> None:
    house = House([trigger()])
    deliver(ticket(7))
    await house.look()
    (batch,) = house.runs.started.values()
    assert batch.parameters == {"helpdesk": "zendesk/support", "tickets": [7]}
    assert batch.name == "zendesk/support: ticket.created · Ticket 7"
    assert batch.deployment == "take/tickets"
    (row,) = work()
    assert (row.state, row.batch_id) == ("dispatched", batch.id)
    house.runs.end()
    await house.care()
    assert [one.state for one in work()] == ["done"]
    assert [(one.state, one.outcome) for one in batches()] == [("ended", "Completed")]

"""`tieline inbox`: what people see of what came in."""

from __future__ import annotations

import pytest
from prefect.client.orchestration import SyncPrefectClient
from sqlalchemy import update

from tests.cli.conftest import Run, answer
from tests.dispatch.house import BATCHES, WORK, deliver, ticket, trigger, work
from tieline import registry, store
from tieline.dispatch.batches import Turns, make, started, stuck
from tieline.dispatch.match import match
from tieline.dispatch.outcomes import settle
from tieline.errors import Rejected


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One that is done, one that is dead, one that nobody wants, one that cannot be read, one that nobody has seen."""
    wanted = [trigger()]
    monkeypatch.setattr(registry, "triggers", lambda: tuple(wanted))
    payloads = [ticket(1), ticket(2, api_token="very-secret"), ticket(3, "ticket.updated"), b"{"]
    made = deliver(*payloads)
    match(wanted, 0.0)
    for said in (None, Rejected("no such ticket")):
        batch = make(wanted, Turns(), 1.0)
        assert batch is not None
        started(batch.id, f"5d0c-{batch.id}")
        settle(batch.id, {row.id: said for row in work(batch_id=batch.id)})
    return [*made, *deliver(ticket(5))]


def test_the_list(tieline: Run, given: list[int]) -> None:
    shown = tieline("inbox", "list").stdout
    assert "1 received, 1 done, 2 dead, 1 skipped" in shown
    assert "no such ticket" in shown
    assert "No trigger wants zendesk.ticket.updated." in shown
    lines = answer(tieline("inbox", "list", "--json"))["lines"]
    assert [(one["delivery"], one["state"]) for one in lines] == [
        (given[4], "received"),
        (given[3], "dead"),
        (given[2], "skipped"),
        (given[1], "dead"),
        (given[0], "done"),
    ]
    only = answer(tieline("inbox", "list", "--json", "--state", "dead", "--system", "zendesk", "--limit", "1"))
    assert [one["delivery"] for one in only["lines"]] == [given[3]]
    assert "Did you mean dead" in tieline("inbox", "list", "--state", "daed", code=1).stderr
    assert tieline("inbox", "dead-letters").stdout.count("dead") >= 2


def test_an_empty_inbox(tieline: Run) -> None:
    assert "Nothing has come in yet." in tieline("inbox", "list").stdout


def test_it_says_why_runs_cannot_be_started(tieline: Run, given: list[int]) -> None:
    assert given
    with store.engine().begin() as db:
        db.execute(update(BATCHES).values(state="made"))
        db.execute(update(WORK).values(state="waiting", trigger="gone"))
    for row in {row.batch_id for row in work() if row.batch_id}:
        stuck(row, "There is no deployment take/tickets.")
    shown = tieline("inbox", "list").stdout
    assert "tickets waits: There is no deployment take/tickets." in shown
    assert "There is no trigger 'gone' any more." in shown


def test_one_delivery_without_secrets(tieline: Run, given: list[int]) -> None:
    shown = tieline("inbox", "show", str(given[1])).stdout
    assert "very-secret" not in shown
    assert "[hidden]" in shown
    for text in ("zendesk/support", "Ticket 2", "no such ticket", "5d0c-"):
        assert text in shown
    found = answer(tieline("inbox", "show", str(given[1]), "--json"))
    assert found["payload"]["detail"]["id"] == "2"
    assert [one["state"] for one in found["work"]] == ["dead"]
    assert "{" in tieline("inbox", "show", str(given[3])).stdout
    assert "no delivery" in tieline("inbox", "show", "999", code=1).stderr


def test_replay(tieline: Run, given: list[int]) -> None:
    tieline("inbox", "replay", code=2)
    tieline("inbox", "replay", "1", "--dead", code=2)
    assert "2 deliveries" in tieline("inbox", "replay", "--dead").stderr
    assert "1 delivery" in tieline("inbox", "replay", str(given[0]), "999").stderr
    states = answer(tieline("inbox", "list", "--json"))["counts"]
    assert states == {"received": 2, "waiting": 2, "skipped": 1}


@pytest.mark.prefect
def test_process(tieline: Run, given: list[int], prefect_server: str) -> None:
    assert given
    assert prefect_server
    refused = tieline("inbox", "process", code=1).stderr
    assert "tieline deploy" in refused
    assert "Nothing was lost" in refused
    registry.triggers()[0].deployment.model_copy(update={"work_queue_name": None}).apply()
    shown = tieline("inbox", "process", "--batch-size", "10").stdout
    assert "take/tickets" in shown
    assert "Completed" in shown
    assert "Nothing is waiting." in tieline("inbox", "process").stderr
    with SyncPrefectClient(prefect_server) as client:
        client.delete_deployment(client.read_deployment_by_name("take/tickets").id)

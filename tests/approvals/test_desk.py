"""Asking and deciding: once for each key, once for each question, and on record."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import BaseModel

from flows.find_changes import find_changes
from tests.dispatch.house import DELIVERIES, deliver, rows
from tests.engine.servers import postgres_server
from tests.server.conftest import House
from tieline import approvals, store
from tieline.approvals import AlreadyDecided, Approval, ask, decide, find, get, history, waiting, withdraw
from tieline.approvals.desk import expire
from tieline.dispatch import on_event
from tieline.dispatch.match import match
from tieline.errors import ConfigError, UnknownName
from tieline.settings import settings

HOUR = timedelta(hours=1)


class Page(BaseModel):
    """What a scenario would write."""

    name: str


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(params=("sqlite", pytest.param("postgres", marks=pytest.mark.services)))
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each kind of store."""
    if request.param == "postgres":
        monkeypatch.setenv("TIELINE_DATABASE_URL", request.getfixturevalue("postgres"))
        settings.cache_clear()
    yield request.param
    store.forget()


def question(key: str = "docs@1", **more: Any) -> Approval:
    return ask("docs_on_push", key, "Update the reference", **{"text": "draft", **more})


def told() -> list[str]:
    return [row.event for row in rows(DELIVERIES)]


def test_asking_again_gives_the_same_one() -> None:
    first = question(proposal=Page(name="a"))
    assert question(proposal=Page(name="b")) == first == get(first.id) == find("docs@1")
    assert first.proposal_as(Page) == Page(name="a")
    assert [one.id for one in waiting()] == [first.id]
    assert waiting("another") == []
    assert [one.what for one in history(first.id)] == ["asked"]
    assert told() == ["approval_asked"]
    decide(first.id, "approve", by="ann", via="cli")
    assert question().state == "approved"


@pytest.mark.parametrize(
    ("decision", "more", "state", "final"),
    (
        ("approve", {}, "approved", "draft"),
        ("edit", {"text": "better"}, "approved", "better"),
        ("reject", {"reason": "wrong page"}, "rejected", "draft"),
    ),
)
def test_a_decision_is_kept_and_told(decision: Any, more: dict[str, str], state: str, final: str) -> None:
    asked = question()
    after = decide(asked.id, decision, by="Ann (U1)", via="slack", **more)
    assert (after.state, after.final_text, after.decided_by) == (state, final, "Ann (U1)")
    assert "Ann (U1) via slack" in after.verdict
    assert waiting() == []
    trigger = on_event(
        "tieline.approval_decided",
        find_changes,
        when={"payload.scenario": "docs_on_push"},
        map={"source": "{payload.id}/{payload.decision}"},
    )
    (event,) = [one for one in match([trigger], 1.0).events if one.name == "approval_decided"]
    assert (event.full_name, event.who, event.subject) == (
        "tieline.approval_decided",
        "Ann (U1)",
        "Update the reference",
    )
    assert event.payload["decision"] == state
    assert trigger.wants(event)
    assert trigger.wish(event).parameters == {"source": f"{asked.id}/{state}"}


async def test_nobody_else_tells_of_a_decision() -> None:
    asked = question()
    said = {"id": asked.id, "scenario": "docs_on_push", "key": "docs@1", "title": "t", "by": "me", "via": "x"}
    async with House().open() as client:
        answer = await client.post("/hooks/tieline/approvals", json={**said, "decision": "approved"})
    assert answer.status_code == 401
    deliver({**said, "decision": "approved"}, system="tieline", connection="approvals", event="approval_decided")
    plan = match([], 1.0)
    assert [one.name for one in plan.events] == ["approval_asked"]
    assert [row.state for row in rows(DELIVERIES)] == ["skipped", "dead"]


@pytest.mark.parametrize(
    ("decision", "more"),
    (
        ("reject", {}),
        ("reject", {"reason": " "}),
        ("edit", {}),
        ("approve", {"text": "other"}),
        ("perhaps", {}),
        ("approve", {"by": " "}),
    ),
)
def test_what_is_incomplete_decides_nothing(decision: Any, more: dict[str, str]) -> None:
    asked = question()
    with pytest.raises(ConfigError):
        decide(asked.id, decision, **{"by": "ann", "via": "cli", **more})
    assert get(asked.id) == asked


def test_only_a_text_can_be_edited() -> None:
    asked = question(text=None)
    with pytest.raises(ConfigError, match="no text"):
        decide(asked.id, "edit", by="ann", via="cli", text="new")


def test_the_second_is_told_who_was_first() -> None:
    asked = question()
    decide(asked.id, "reject", by="ann", via="cli", reason="wrong page")
    with pytest.raises(AlreadyDecided, match=r"rejected by ann via cli on .*: wrong page") as caught:
        decide(asked.id, "approve", by="bob", via="page")
    assert caught.value.approval.decided_by == "ann"
    assert [one.what for one in history(asked.id)] == ["asked", "rejected"]
    assert told() == ["approval_asked", "approval_decided"]


def test_what_is_superseded_is_withdrawn() -> None:
    asked = question()
    after = withdraw("docs@1", "docs@2 is newer")
    assert after is not None
    assert (after.state, after.reason) == ("withdrawn", "docs@2 is newer")
    assert withdraw("docs@1", "again") is None
    assert withdraw("never asked", "why") is None
    with pytest.raises(AlreadyDecided, match="withdrawn"):
        decide(asked.id, "approve", by="ann", via="cli")
    assert told() == ["approval_asked", "approval_withdrawn"]


def test_too_late_is_no() -> None:
    asked = question(due_in=timedelta(microseconds=1))
    with pytest.raises(AlreadyDecided, match="nobody decided in time"):
        decide(asked.id, "approve", by="ann", via="cli")
    assert get(asked.id).state == "expired"
    assert told() == ["approval_asked", "approval_decided"]
    (event,) = [one for one in match([], 1.0).events if one.name == "approval_decided"]
    assert event.payload["decision"] == "expired"


@pytest.mark.parametrize(
    "more",
    (
        {"due_in": timedelta(0)},
        {"due_in": HOUR, "remind_in": HOUR},
        {"escalate_in": HOUR},
        {"escalate_to": ["slack/a/b"]},
        {"due_in": HOUR, "escalate_in": HOUR, "escalate_to": ["slack/a/b"]},
    ),
)
def test_times_fit_together(more: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        question(**more)


def test_there_is_no_such_approval() -> None:
    with pytest.raises(UnknownName):
        get("nobody")
    with pytest.raises(UnknownName):
        history("nobody")


def at_once(*do: Any) -> list[Any]:
    """What several threads return, or the error, when they begin at the same moment."""
    barrier = threading.Barrier(len(do))
    results: list[Any] = [None] * len(do)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = do[number]()
        except AlreadyDecided as exc:
            results[number] = exc

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(do))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


DECISIONS = st.sampled_from([("approve", {}), ("edit", {"text": "new"}), ("reject", {"reason": "no"}), ("expire", {})])


@pytest.mark.usefixtures("kind")
@hypothesis_settings(max_examples=12, deadline=None)
@given(first=DECISIONS, second=DECISIONS)
def test_of_two_that_decide_at_once_one_wins(first: Any, second: Any) -> None:
    asked = question(str(uuid.uuid4()), due_in=HOUR)
    assert asked.due_at is not None
    late = asked.due_at.timestamp() + 1

    def deciding(who: str, decision: Any, more: dict[str, str]) -> Any:
        if decision == "expire":
            return lambda: expire(asked, late)
        return lambda: decide(asked.id, decision, by=who, via="test", **more)

    results = at_once(deciding("ann", *first), deciding("bob", *second))
    after = get(asked.id)
    won = [one for one in results if isinstance(one, Approval)]
    assert won == [after], "one of them, and it is what is kept"
    assert all(one.approval == after for one in results if isinstance(one, AlreadyDecided)), "the other is told"
    assert len(history(asked.id)) == 2, "asked, and one end"
    mine = [row for row in rows(DELIVERIES) if row.event == "approval_decided" and asked.id.encode() in row.body]
    assert len(mine) == 1


@pytest.mark.usefixtures("kind")
def test_of_many_that_ask_at_once_one_does() -> None:
    results = at_once(*[lambda: question("the same key")] * 6)
    assert len({one.id for one in results}) == 1
    assert [one.what for one in approvals.history(results[0].id)] == ["asked"]

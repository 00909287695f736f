"""The form on Prefect's pages, in a run that is suspended in the warm worker until somebody fills it in."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from flows.approvals import form, show
from flows.approvals.form import ELSEWHERE
from flows.tell_approvals import tell_approvals
from tests.worker.place import Place, eventually
from tieline.approvals import Approval, ask, decide, get, history

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


def begun(place: Place, key: str) -> tuple[Approval, str]:
    """An approval, and the run with its form."""
    place.deploy("review", name="review", entrypoint="flows.review.review")
    asked = ask("docs_on_push", key, "Update <the> reference", text="draft", places=("prefect",))
    run = asyncio.run(form.begin(asked))
    assert run == asyncio.run(form.begin(asked)), "a try that is repeated finds the same run"
    asyncio.run(show(asked, "prefect"))
    assert [one.what for one in history(asked.id)] == ["asked", "told"]
    return asked, run


def fill_in(place: Place, run: str, wanted: str = "ACCEPT", **said: Any) -> None:
    """Send the form in, as Prefect's page does; it is there a moment after the run is suspended."""

    def answered() -> bool:
        answer = place.ask("POST", f"/flow_runs/{run}/resume", json={"run_input": said})
        return bool(answer["status"] == wanted)

    place.state_is(run, "Suspended")
    eventually(answered, "the form")


@pytest.mark.usefixtures("data")
def test_somebody_fills_in_the_form(place: Place) -> None:
    with place.worker():
        asked, run = begun(place, "form")
        fill_in(place, run, decision="reject", your_name="Ann")
        place.state_is(run, "Suspended")  # a rejection without a reason: it asks again
        assert get(asked.id).state == "waiting"
        fill_in(place, run, "REJECT", decision="perhaps", your_name="Ann")
        fill_in(place, run, decision="edit", your_name="Ann", text="better")
        assert place.ended(run)["type"] == "COMPLETED"
    after = get(asked.id)
    assert (after.state, after.final_text, after.decided_by, after.decided_via) == (
        "approved",
        "better",
        "Ann",
        "prefect",
    )
    (shown,) = place.ask(
        "POST", "/artifacts/latest/filter", json={"artifacts": {"key": {"any_": [f"approval-{asked.id}"]}}}
    )
    assert "Update \\<the\\> reference" in shown["data"]


@pytest.mark.usefixtures("data")
def test_what_is_decided_elsewhere_ends_the_run(place: Place, tmp_path: Path) -> None:
    assert tmp_path
    with place.worker():
        asked, run = begun(place, "elsewhere")
        place.state_is(run, "Suspended")
        decide(asked.id, "reject", by="Bob", via="cli", reason="wrong page")
        asyncio.run(tell_approvals([asked.id], "approval_decided"))
        state = place.ended(run)
        assert state["name"] == ELSEWHERE
        assert "rejected by Bob via cli" in state["message"]

        late, run = begun(place, "too late")
        place.state_is(run, "Suspended")
        decide(late.id, "approve", by="Bob", via="cli")
        fill_in(place, run, decision="reject", your_name="Ann", reason="no")
        state = place.ended(run)
        assert state["name"] == ELSEWHERE
        assert "approved by Bob via cli" in state["message"], "who filled in the form is told"

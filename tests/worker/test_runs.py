"""What becomes of a run: one worker for all of these, as people have it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.place import FLOWS, Place, Worker, eventually, written

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("data")]


@pytest.fixture(scope="module")
def worker(place: Place) -> Iterator[Worker]:
    with place.worker() as made:
        yield made


@pytest.mark.parametrize("flow", ("notes", "notes_in_thread"))
def test_a_run_belongs_to_its_deployment_and_tells_its_batch(
    place: Place, worker: Worker, tmp_path: Path, flow: str
) -> None:
    batch = f"batch-{flow}"
    run = place.start(flow, batch=batch, path=str(tmp_path / "said"))
    assert place.ended(run)["name"] == "Completed", worker.log()
    found = place.run(run)
    assert found["deployment_id"]
    assert (found["work_pool_name"], found["work_queue_name"]) == (place.pool, "default")
    assert written(tmp_path / "said").startswith("ran ")
    eventually(lambda: place.batch(batch).state == "ended", "the batch's end")
    assert place.batch(batch).outcome == "Completed"
    assert place.batch(batch).lease_until > place.batch(batch).created_at
    assert place.batch(batch).ended_at


def test_a_flow_that_fails_says_why_in_its_own_words(place: Place, worker: Worker) -> None:
    state = place.ended(place.start("fails", batch="batch-fails"))
    assert state["name"] == "Failed"
    assert "There is no ticket 7." in state["message"]
    eventually(lambda: place.batch("batch-fails").state == "ended", "the batch's end")
    assert place.batch("batch-fails").outcome.startswith("Failed: ")
    assert worker.process.poll() is None


def test_a_state_with_a_name_of_its_own_is_told_by_its_kind(place: Place, worker: Worker) -> None:
    state = place.ended(place.start("says_it_in_its_own_words", batch="own-words"))
    assert (state["name"], state["type"]) == ("All good", "COMPLETED"), worker.log()
    eventually(lambda: place.batch("own-words").state == "ended", "the batch's end")
    assert place.batch("own-words").outcome == "Completed: as it should be"


def test_a_run_whose_events_went_to_another_is_not_run(place: Place, worker: Worker, tmp_path: Path) -> None:
    run = place.start("notes", batch="stale", ended=True, path=str(tmp_path / "said"))
    state = place.ended(run)
    assert state["type"] == "CANCELLED", worker.log()
    assert "Its events are no longer its own" in state["message"]
    assert not (tmp_path / "said").exists()
    assert place.batch("stale").outcome == "Crashed: it was silent"


def test_parameters_that_do_not_fit(place: Place, worker: Worker) -> None:
    state = place.ended(place.start("notes", wrong=1))
    assert state["name"] == "Failed"
    assert "parameters do not fit the flow 'notes'" in state["message"]
    assert worker.process.poll() is None


def test_a_flow_that_cannot_be_imported_is_told_with_file_and_line(place: Place, worker: Worker) -> None:
    state = place.ended(place.start("nothing", module="broken"))
    assert state["name"] == "Failed"
    assert "ZeroDivisionError: division by zero" in state["message"]
    assert f"{place.package / 'broken.py'}, line 3" in state["message"]
    assert worker.process.poll() is None


def test_runs_run_beside_each_other(place: Place, worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "met").mkdir()
    runs = [place.start("meets", folder=str(tmp_path / "met"), me=str(n), others=4) for n in range(4)]
    assert {place.ended(run)["name"] for run in runs} == {"Completed"}, worker.log()


@pytest.mark.parametrize("flow", ("waits", "waits_in_thread"))
def test_cancelled_from_outside(place: Place, worker: Worker, tmp_path: Path, flow: str) -> None:
    run = place.start(flow, batch=f"cancel-{flow}", began=str(tmp_path / "began"), until=str(tmp_path / "never"))
    pid = written(tmp_path / "began")
    place.ask("POST", f"/flow_runs/{run}/set_state", json={"state": {"type": "CANCELLING"}})
    assert place.ended(run)["type"] == "CANCELLED", worker.log()
    eventually(lambda: place.batch(f"cancel-{flow}").state == "ended", "the batch's end")
    assert place.batch(f"cancel-{flow}").outcome.startswith("Cancelled")
    os.kill(int(pid), 0)


@pytest.mark.parametrize("flow", ("waits", "waits_in_thread"))
def test_suspended_from_outside_it_waits_for_another_time(
    place: Place, worker: Worker, tmp_path: Path, flow: str
) -> None:
    batch, go = f"suspend-{flow}", tmp_path / "go"
    run = place.start(flow, batch=batch, began=str(tmp_path / "began"), until=str(go))
    written(tmp_path / "began")
    place.ask("POST", f"/flow_runs/{run}/set_state", json={"state": {"type": "PAUSED", "name": "Suspended"}})
    eventually(lambda: f"at its next step run={run}" in worker.log().replace("\n", " "), "the worker has seen it")
    go.touch()
    eventually(lambda: place.batch(batch).lease_until == 0.0, "it was given back")
    assert place.batch(batch).state == "running"
    assert place.run(run)["state_name"] == "Suspended"


@pytest.mark.parametrize("flow", ("waits", "waits_in_thread"))
def test_over_its_time_it_crashes_and_others_go_on(place: Place, worker: Worker, tmp_path: Path, flow: str) -> None:
    other = place.start("waits", began=str(tmp_path / "other"), until=str(tmp_path / "enough"))
    pid = written(tmp_path / "other")
    run = place.start(flow, limit=0.5, began=str(tmp_path / "began"), until=str(tmp_path / "never"))
    state = place.ended(run)
    assert (state["type"], state["message"]) == (
        "CRASHED",
        "It took longer than the 0.5 seconds that a run may take.",
    ), worker.log()
    (tmp_path / "enough").touch()
    assert place.ended(other)["name"] == "Completed"
    assert written(tmp_path / "began") == pid


def test_what_hangs_is_ended_with_its_process_and_neighbors_know_why(
    place: Place, worker: Worker, tmp_path: Path
) -> None:
    other = place.start("waits", batch="neighbor", began=str(tmp_path / "other"), until=str(tmp_path / "never"))
    written(tmp_path / "other")
    run = place.start("spins", limit=1, batch="spins")
    state = place.ended(run)
    assert state["type"] == "CRASHED", worker.log()
    assert "longer than the 1 seconds" in state["message"]
    assert f"blocked its event loop ({place.package / 'good.py'}, line " in state["message"]
    told = place.ended(other)
    assert told["type"] == "CRASHED"
    assert f"was ended because of the run {place.run(run)['name']!r} ({run})" in told["message"]
    assert place.batch("spins").outcome.startswith("Crashed: It took longer")
    assert place.batch("neighbor").outcome.startswith("Crashed: Its process was ended because of")
    after = place.start("notes", path=str(tmp_path / "after"))
    assert place.ended(after)["name"] == "Completed", worker.log()


def test_a_thread_that_sleeps_for_ever_is_ended_too(place: Place, worker: Worker) -> None:
    state = place.ended(place.start("hangs_in_thread", limit=0.5))
    assert state["type"] == "CRASHED"
    assert "It did not stop when told to, so its process was ended." in state["message"], worker.log()


@pytest.mark.parametrize("how", ("exit", "kill"))
def test_a_process_that_dies(place: Place, worker: Worker, tmp_path: Path, how: str) -> None:
    if how == "exit":
        state = place.ended(place.start("exits", code=3))
        assert state["message"] == "Its process ended with exit code 3."
    else:
        run = place.start("waits", began=str(tmp_path / "began"), until=str(tmp_path / "never"))
        os.kill(int(written(tmp_path / "began")), signal.SIGKILL)
        state = place.ended(run)
        assert state["message"] == "Its process ended by SIGKILL."
    assert state["type"] == "CRASHED"
    after = place.start("notes", path=str(tmp_path / "after"))
    assert place.ended(after)["name"] == "Completed", worker.log()


def test_code_that_changes_is_taken_up_and_broken_code_is_not(place: Place, worker: Worker, tmp_path: Path) -> None:
    module, path = place.package / "good.py", tmp_path / "said"

    def said() -> str:
        path.unlink(missing_ok=True)
        assert place.ended(place.start("notes", path=str(path)))["name"] == "Completed", worker.log()
        return path.read_text("utf-8").split()[0]

    assert said() == "ran"
    try:
        module.write_text(FLOWS.replace('"ran"', '"walked"'), "utf-8")
        eventually(lambda: said() == "walked", "the new code")
        module.write_text(FLOWS.replace('"ran"', '"flew"') + "\n1 / 0\n", "utf-8")
        line = len(FLOWS.splitlines()) + 2
        eventually(lambda: f"{module}, line {line}" in worker.log().replace("\n", ""), "what is wrong")
        assert "The code as it was goes on." in worker.log()
        assert said() == "walked"
    finally:
        module.write_text(FLOWS, "utf-8")
    eventually(lambda: said() == "ran", "the old code")

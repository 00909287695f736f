"""A worker's life: replaced processes, an orderly end, a sudden one, and two workers at once."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.worker.place import Place, eventually, written
from tieline.worker import leases

pytestmark = [pytest.mark.slow, pytest.mark.prefect, pytest.mark.usefixtures("data")]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"


def test_processes_are_replaced_and_an_end_waits_for_what_runs(place: Place, tmp_path: Path) -> None:
    with place.worker(tieline_recycle_runs=2) as worker:
        pids: list[str] = []

        def replaced() -> bool:
            run = place.start("notes", path=str(tmp_path / "pid"), text=".")
            assert place.ended(run)["name"] == "Completed", worker.log()
            pids[:] = dict.fromkeys((tmp_path / "pid").read_text("utf-8").split()[1::2])
            return len(pids) > 1

        eventually(replaced, "another process")
        eventually(lambda: gone(int(pids[0])), "the end of the first process")

        waits = place.start("waits", batch="waits", began=str(tmp_path / "began"), until=str(tmp_path / "go"))
        pid = int(written(tmp_path / "began"))
        worker.process.send_signal(signal.SIGTERM)
        eventually(lambda: "Ending: 1 run" in worker.log(), "the worker is ending")
        later = place.start("notes", path=str(tmp_path / "later"))
        assert worker.process.poll() is None
        (tmp_path / "go").touch()
        assert place.ended(waits)["name"] == "Completed", worker.log()
        worker.process.wait(60)
        assert gone(pid)
        assert place.batch("waits").outcome == "Completed"
        assert place.run(later)["state_type"] == "SCHEDULED"
        assert not (tmp_path / "later").exists()


def test_an_end_does_not_wait_for_ever(place: Place, tmp_path: Path) -> None:
    with place.worker(tieline_grace_seconds=0.2) as worker:
        run = place.start("waits", batch="never", began=str(tmp_path / "began"), until=str(tmp_path / "never"))
        eventually((tmp_path / "began").exists, "it began")
        worker.end()
        state = place.ended(run)
        assert (state["type"], state["message"]) == (
            "CRASHED",
            "The worker was told to end, and it did not end in time.",
        )
        assert place.batch("never").outcome.startswith("Crashed: The worker was told to end")


def test_killed_it_leaves_nothing_behind_that_runs(place: Place, tmp_path: Path) -> None:
    with place.worker() as worker:
        calm = place.start("waits", batch="calm", began=str(tmp_path / "calm"), until=str(tmp_path / "never"))
        pid = int(written(tmp_path / "calm"))
        assert place.batch("calm").lease_until > time.time()
        worker.end(signal.SIGKILL)
    state = place.ended(calm)
    assert (state["type"], state["message"]) == ("CRASHED", "The worker that it ran in was ended.")
    eventually(lambda: place.batch("calm").state == "ended", "the batch's end")
    eventually(lambda: gone(pid), "the end of the process")


def test_killed_while_a_flow_hangs(place: Place, tmp_path: Path) -> None:
    with place.worker() as worker:
        place.start("spins", batch="hung", began=str(tmp_path / "began"))
        pid = int(written(tmp_path / "began"))
        worker.end(signal.SIGKILL)
    eventually(lambda: gone(pid), "the end of the process")
    lease = place.batch("hung").lease_until
    assert place.batch("hung").state == "running"
    assert 0 < lease < time.time() + 30


def test_two_workers_share_the_runs(place: Place, tmp_path: Path) -> None:
    with place.worker() as one, place.worker() as two:
        paths = [tmp_path / f"{number}" for number in range(16)]
        runs = [place.start("notes", batch=f"share-{path.name}", path=str(path)) for path in paths]
        assert {place.ended(run)["name"] for run in runs} == {"Completed"}, one.log() + two.log()
        assert [len(path.read_text("utf-8").splitlines()) for path in paths] == [1] * 16


def test_a_batch_that_somebody_ended_is_not_renewed(place: Place) -> None:
    place.start("notes", batch="taken", path="/dev/null")
    assert leases.take("taken")
    assert leases.renew(["taken"]) == set()
    leases.end("taken", "Crashed: it was silent.")
    leases.end("taken", "Completed")
    assert leases.renew(["taken"]) == {"taken"}
    assert not leases.take("taken")
    assert not leases.take("never-made")
    assert place.batch("taken").outcome == "Crashed: it was silent."


def test_a_batch_that_was_given_back_waits_again(place: Place) -> None:
    run = place.start("notes", batch="back", path="/dev/null")
    assert run in leases.waiting()
    assert leases.take("back")
    assert run not in leases.waiting()
    leases.give_back("back")
    assert run in leases.waiting()

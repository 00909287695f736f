"""`tieline deploy` and `tieline worker`, and the same deployments in a pool of another type."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.worker.place import Place, eventually
from tieline import registry
from tieline.errors import ConfigError, UnknownName
from tieline.worker import pool

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.usefixtures("data")]


@contextmanager
def running(place: Place, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    said = place.folder / "said.log"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=os.environ | {"PYTHONPATH": str(place.folder / "code"), "PREFECT_WORKER_QUERY_SECONDS": "1"},
            cwd=place.folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        eventually(lambda: "started!" in said.read_text("utf-8") or process.poll() is not None, "a worker")
        assert process.poll() is None, said.read_text("utf-8")
        yield process
    finally:
        process.kill()
        process.wait()


def test_the_pool_is_made_with_a_queue_for_each_lane(place: Place) -> None:
    found = registry.deployments()
    for _ in range(2):  # and again, as people do
        asyncio.run(pool.deploy(found, pool.POOL))
    made = place.ask("GET", f"/work_pools/{pool.POOL}")
    assert made["type"] == "tieline"
    assert list(made["base_job_template"]["variables"]["properties"]) == ["timeout_seconds"]
    queues = place.ask("POST", f"/work_pools/{pool.POOL}/queues/filter", json={"limit": 10})
    lanes = {queue["name"]: queue["priority"] for queue in queues}
    assert [lanes[name] for name in ("critical", "normal", "batch")] == [1, 2, 3]


def test_a_pool_of_another_type_is_told(place: Place) -> None:
    name = f"old-{place.pool}"
    place.ask("POST", "/work_pools/", json={"name": name, "type": "process"})
    with pytest.raises(ConfigError, match="of type 'process'; the warm worker needs one of type 'tieline'") as caught:
        asyncio.run(pool.make(name))
    assert f"prefect work-pool delete {name}" in caught.value.hint


def test_an_unknown_pool(place: Place) -> None:
    assert place.pool
    with pytest.raises(UnknownName, match="There is no work pool 'nowhere'"):
        asyncio.run(pool.deploy([], "nowhere"))


def test_our_command_runs_a_pool(place: Place, tmp_path: Path) -> None:
    with running(place, "tieline", "worker", "--pool", place.pool, "--limit", "2") as process:
        run = place.start("notes", path=str(tmp_path / "said"))
        assert place.ended(run)["name"] == "Completed"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_the_same_deployment_runs_in_a_process_of_its_own(place: Place, tmp_path: Path) -> None:
    name = f"process-{place.pool}"
    place.ask("POST", "/work_pools/", json={"name": name, "type": "process"})
    asyncio.run(pool.deploy(registry.deployments(), name))
    place.pool, ours = name, place.pool
    try:
        with running(place, "prefect", "worker", "start", "--type", "process", "--pool", name) as process:
            run = place.start("notes", path=str(tmp_path / "said"))
            assert place.ended(run)["name"] == "Completed"
            assert (tmp_path / "said").exists()
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    finally:
        place.close_pool()
        place.pool = ours

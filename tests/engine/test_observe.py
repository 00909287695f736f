"""One row per call, whatever the store does; counters; request ids."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import threading
import types
import uuid
from pathlib import Path
from typing import Any

import httpx
import prefect.context
import pytest
from prometheus_client import REGISTRY
from sqlmodel import select

from tests.engine.probe import Vendor, answer, probe
from tieline import observe, store
from tieline.errors import ConfigError, TielineError
from tieline.observe import Call
from tieline.settings import settings
from tieline.store.tables import CallRow


def rows() -> list[CallRow]:
    observe.flush()
    with store.session() as db:
        return list(db.exec(select(CallRow).order_by("id")))


def noted(number: int = 1) -> Call:
    return Call(f"r.{number}", "probe", "main", "act", "ok", 200, 1, 1.0, 0, 0)


@pytest.mark.usefixtures("still")
async def test_a_row_says_what_happened() -> None:
    vendor = Vendor(answer(503, retry_after="1"), httpx.ReadTimeout("slow"), answer(200, {"a": "b"}))
    await probe().put("/x", {"text": "12345"})
    (row,) = rows()
    assert (row.system, row.connection, row.action) == ("probe", "unsaved", "act")
    assert (row.outcome, row.status, row.tries) == ("ok", 200, 3)
    assert row.bytes_sent == 3 * len('{"text":"12345"}')
    assert row.bytes_received == len("{}") + len('{"a":"b"}')
    assert row.request_id == vendor.seen[0].headers["x-request-id"]
    assert row.milliseconds > 0
    assert row.flow_run_id is None


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(
    ("step", "outcome", "status"),
    (
        (answer(404), "NotFound", 404),
        (answer(429, retry_after="900"), "RateLimited", 429),
        (httpx.ConnectError("refused"), "Unavailable", None),
        (httpx.LocalProtocolError("line break"), "ConfigError", None),
        (KeyError("a bug"), "KeyError", None),
    ),
)
async def test_a_row_says_how_it_failed(step: Any, outcome: str, status: int | None) -> None:
    Vendor(step)
    with pytest.raises((TielineError, KeyError)):
        await probe().post("/x", {})
    (row,) = rows()
    assert (row.outcome, row.status) == (outcome, status)


async def test_what_was_not_sent_is_noted_with_no_try(tmp_path: Path) -> None:
    Vendor(answer())
    with pytest.raises(ConfigError):
        await probe().upload("https://files.test/", tmp_path / "none")
    with pytest.raises(TielineError):
        await probe().get("https://elsewhere.test/")
    assert [(row.outcome, row.tries) for row in rows()] == [("ConfigError", 0), ("BadAnswer", 0)]


async def test_a_call_that_is_cancelled_is_noted() -> None:
    asked = asyncio.Event()

    class Stuck(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.set()
            await asyncio.Event().wait()
            raise AssertionError(request)

    vendor = Vendor(answer())
    vendor.handle_async_request = Stuck().handle_async_request  # type: ignore[method-assign]
    call = asyncio.create_task(probe().get("/x"))
    await asked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert [row.outcome for row in rows()] == ["cancelled"]


# ---------------------------------------------------------------- request ids


async def test_calls_of_one_action_share_the_beginning_of_their_ids() -> None:
    vendor = Vendor(answer())
    for _ in range(2):
        token = observe.begin_action()
        await probe().get("/a")
        await probe().get("/b")
        observe.end_action(token)
    ids = [request.headers["x-request-id"] for request in vendor.seen]
    assert [one.partition(".")[2] for one in ids] == ["1", "2", "1", "2"]
    assert len({one.partition(".")[0] for one in ids}) == 2


async def test_within_a_task_run_the_ids_are_its_own_and_never_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task may run several actions, or be run again: each call has an id of its own."""
    run, flow_run = uuid.uuid4(), uuid.uuid4()
    context = types.SimpleNamespace(task_run=types.SimpleNamespace(id=run, flow_run_id=flow_run))
    monkeypatch.setattr(prefect.context.TaskRunContext, "get", lambda: context)
    vendor = Vendor(answer())
    for _ in range(2):
        token = observe.begin_action()
        await probe().get("/a")
        observe.end_action(token)
    assert [request.headers["x-request-id"] for request in vendor.seen] == [f"{run}.1", f"{run}.2"]
    assert [row.request_id for row in rows()] == [f"{run}.1", f"{run}.2"]
    assert {row.flow_run_id for row in rows()} == {str(flow_run)}


# ---------------------------------------------------------------- counters


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_calls_are_counted() -> None:
    ok = {"system": "probe", "connection": "unsaved", "action": "act", "outcome": "ok"}
    lost = ok | {"outcome": "NotFound"}
    before = [counted("tieline_calls_total", **labels) for labels in (ok, lost)]
    times = counted("tieline_call_seconds_count", system="probe", action="act")
    read = counted("tieline_bytes_total", system="probe", direction="received")
    sent = counted("tieline_bytes_total", system="probe", direction="sent")
    Vendor(answer(200, [1, 2]), answer(404))
    await probe().post("/x", {"a": 1})
    with pytest.raises(TielineError):
        await probe().get("/x")
    after = [counted("tieline_calls_total", **labels) for labels in (ok, lost)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1]
    assert counted("tieline_call_seconds_count", system="probe", action="act") == times + 2
    assert counted("tieline_bytes_total", system="probe", direction="received") == read + len("[1,2]") + len("{}")
    assert counted("tieline_bytes_total", system="probe", direction="sent") == sent + len('{"a":1}')


def test_threads_that_count_first_at_once_do_not_collide() -> None:
    code = """
        import threading, prometheus_client
        from tieline import observe
        real = prometheus_client.Counter.__init__
        def slow(self, *a, **k):
            threading.Event().wait(0.02)
            real(self, *a, **k)
        prometheus_client.Counter.__init__ = slow
        failed = []
        def count():
            try:
                observe._metrics()
            except ValueError as exc:
                failed.append(exc)
        threads = [threading.Thread(target=count) for _ in range(4)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert not failed, failed
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


# ---------------------------------------------------------------- the writer and a store in trouble


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that gives up soon when it is locked, and a writer that tries soon again."""
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(observe, "RETRY_SECONDS", 0.02)


@pytest.mark.usefixtures("impatient")
def test_rows_wait_while_the_store_is_locked() -> None:
    observe.record(noted(0))
    observe.flush()
    locked = sqlite3.connect(settings().data_dir / "tieline.db")
    locked.execute("BEGIN EXCLUSIVE")
    try:
        for number in range(1, 4):
            observe.record(noted(number))
            observe.flush()
    finally:
        locked.rollback()
        locked.close()
    assert [row.request_id for row in rows()] == ["r.0", "r.1", "r.2", "r.3"]


@pytest.mark.usefixtures("impatient")
def test_rows_wait_while_the_store_cannot_be_made_and_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    blocked = settings().data_dir
    shutil.rmtree(blocked)
    blocked.write_text("a file where the folder should be")
    for number in range(3):
        observe.record(noted(number))
        observe.flush()
    assert [r.message for r in caplog.records if "cannot be written" in r.message] != []
    assert sum("cannot be written" in record.message for record in caplog.records) == 1
    blocked.unlink()
    assert [row.request_id for row in rows()] == ["r.0", "r.1", "r.2"]


@pytest.mark.usefixtures("impatient")
def test_rows_are_written_later_though_no_more_come(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, written = threading.Event(), threading.Event()

    def add(_: list[Call]) -> None:
        if not broken.is_set():
            broken.set()
            raise OSError
        written.set()

    monkeypatch.setattr(store, "add_calls", add)
    observe.record(noted())
    assert written.wait(5)


def test_a_store_in_trouble_is_not_asked_for_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = 0

    def add(_: list[Call]) -> None:
        nonlocal tries
        tries += 1
        raise OSError

    monkeypatch.setattr(store, "add_calls", add)
    monkeypatch.setattr(observe, "FLUSH_ROWS", 5)
    writer = observe._Writer()
    for number in range(200):
        writer.put(noted(number))
    writer.flush()
    assert 1 <= tries <= 3
    written: list[Call] = []
    monkeypatch.setattr(store, "add_calls", written.extend)
    writer.flush()
    assert len(written) == 200


def test_the_newest_rows_are_kept_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Call] = []

    def refuse(_: list[Call]) -> None:
        raise OSError

    monkeypatch.setattr(observe, "BACKLOG", 10)
    monkeypatch.setattr(store, "add_calls", refuse)
    writer = observe._Writer()
    for number in range(50):
        writer.put(noted(number))
    writer.flush()
    monkeypatch.setattr(store, "add_calls", written.extend)
    writer.flush()
    assert [call.request_id for call in written] == [f"r.{n}" for n in range(40, 50)]


def _mounted(folder: Path) -> bool:
    if sys.platform != "linux" or shutil.which("mount") is None:
        return False
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    return subprocess.run(["mount", *options], check=False, capture_output=True).returncode == 0


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


@pytest.mark.usefixtures("impatient")
def test_rows_wait_while_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "disk"
    if not _mounted(disk):
        pytest.skip("needs the right to mount a small disk: run as root, on Linux")
    try:
        monkeypatch.setenv("TIELINE_DATA_DIR", str(disk))
        settings.cache_clear()
        observe.record(noted(0))
        observe.flush()
        filler = disk / "filler"
        with pytest.raises(OSError, match="No space"):
            _fill(filler)
        for number in range(1, 3000):
            observe.record(noted(number))
        observe.flush()
        filler.unlink()
        assert len(rows()) == 3000
        store.forget()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_rows_are_written_when_the_process_ends() -> None:
    code = """
        from tieline import observe
        from tieline.observe import Call
        for number in range(700):
            observe.record(Call(f"r.{number}", "probe", "main", "act", "ok", 200, 1, 1.0, 0, 0))
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
    assert len(rows()) == 700


async def test_a_call_goes_on_while_nothing_can_be_noted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    shutil.rmtree(settings().data_dir)
    settings().data_dir.write_text("a file where the folder should be")
    Vendor(answer(200, [1]))
    assert await probe().get("/x") == [1]
    observe.flush()
    settings().data_dir.unlink()

"""What a sync puts down about many rows takes long: nobody else may start meanwhile, and nobody has to wait for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from tests.sync.pairs import Pair
from tieline import store
from tieline.store import leases
from tieline.sync import memory, runs, undo, work
from tieline.sync.plan import make_plan

RENEWED_SECONDS = 10.0


@pytest.fixture
def renewed(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A lease that is renewed every few milliseconds, which sets this."""
    done, extend = threading.Event(), leases._extend

    def extended(*args: Any) -> None:
        extend(*args)
        done.set()

    monkeypatch.setattr(leases, "_extend", extended)
    for module in (work, undo):
        monkeypatch.setattr(module, "lease", partial(leases.lease, seconds=0.03))
    return done


def slow(monkeypatch: pytest.MonkeyPatch, renewed: threading.Event, module: Any, name: str) -> list[bool]:
    """Make a function take until the lease is renewed; whether it was, for each call."""
    seen: list[bool] = []
    real: Callable[..., Any] = getattr(module, name)

    def waits(*args: Any) -> Any:
        renewed.clear()
        seen.append(renewed.wait(RENEWED_SECONDS if all(seen) else 0))
        return real(*args)

    monkeypatch.setattr(module, name, waits)
    return seen


@pytest.mark.parametrize(
    ("module", "name"), ((memory, "dumped"), (runs, "counts_of"), (runs, "_row"), (runs, "numbered"), (work, "_end"))
)
async def test_the_lease_is_renewed_while_a_long_note_is_written(
    monkeypatch: pytest.MonkeyPatch, renewed: threading.Event, module: Any, name: str
) -> None:
    seen = slow(monkeypatch, renewed, module, name)
    pair = Pair()
    await pair.run()
    assert seen
    assert all(seen)
    assert pair.equal()


@pytest.mark.parametrize(("module", "name"), ((memory, "agreed"), (memory, "dumped"), (runs, "_row"), (undo, "table")))
async def test_also_while_one_is_taken_back(
    monkeypatch: pytest.MonkeyPatch, renewed: threading.Event, module: Any, name: str
) -> None:
    pair = Pair()
    await pair.run()
    seen = slow(monkeypatch, renewed, module, name)
    await undo.undo(pair.sync, pair.sides)
    assert seen
    assert all(seen)
    assert not pair.right.rows


async def test_many_rows_are_put_down_in_short_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite has one lock: a gateway that acknowledges an event cannot wait for a million rows."""
    monkeypatch.setattr(memory, "_ASKED", 10)
    pair = Pair()
    for number in range(3, 41):
        pair.left.add(id=number, name=f"n{number}")
        pair.right.add(id=number, name=f"n{number}" if number % 2 else "")
    for number in range(41, 60):
        pair.right.add(id=number, name=f"n{number}")
    longest = 0

    def counted(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's
        nonlocal longest
        if many and statement.startswith("INSERT"):
            longest = max(longest, len(parameters))

    event.listen(store.engine(), "after_cursor_execute", counted)
    try:
        await pair.run()
    finally:
        event.remove(store.engine(), "after_cursor_execute", counted)
    assert pair.equal()
    assert 1 < longest <= 10


async def test_a_plan_that_was_only_put_down_in_part_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_ASKED", 1)
    pair = Pair()
    _, seen = await work.plan(pair.sync, pair.sides)
    pair.left.add(id=3, name="three")
    put, down = runs._row, 0

    def killed(*args: Any) -> Any:
        nonlocal down
        down += 1
        if down > 1:
            raise KeyboardInterrupt
        return put(*args)

    monkeypatch.setattr(runs, "_row", killed)
    with pytest.raises(KeyboardInterrupt):
        runs.begin(await make_plan(pair.sync, pair.sides), by="")
    assert runs.get(seen.id).state == "planned"
    assert {run.state for run in runs.history(pair.sync.name) if run.id != seen.id} == {"replaced"}


async def test_who_is_cancelled_keeps_the_lease_until_the_note_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    began, go_on, ended = threading.Event(), threading.Event(), []
    real = memory.ready

    def waits(*args: Any) -> Any:
        began.set()
        go_on.wait(RENEWED_SECONDS)
        ended.append("note")
        return real(*args)

    given = leases._give_back
    monkeypatch.setattr(memory, "ready", waits)

    def gives_back(name: str, holder: str) -> None:
        ended.append("lease")
        given(name, holder)

    monkeypatch.setattr(leases, "_give_back", gives_back)
    pair = Pair()
    running = asyncio.create_task(pair.run())
    await asyncio.to_thread(began.wait, RENEWED_SECONDS)
    running.cancel()
    for _ in range(20):  # time enough to give it back too early
        await asyncio.to_thread(lambda: None)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended == ["note", "lease"]

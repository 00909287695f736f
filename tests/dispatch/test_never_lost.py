"""Whatever happens when: no event is lost, and none is in two runs at the same time."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import update

from tests.dispatch.house import BATCHES, House, batches, deliver, ticket, trigger, work
from tests.dispatch.house import rows as rows_of
from tieline import store
from tieline.dispatch import Debounce
from tieline.dispatch.dispatcher import Dispatcher
from tieline.dispatch.runs import NotNow
from tieline.inbox.tables import DeliveryRow
from tieline.settings import settings

OUTCOMES = ("Completed", "Failed: a bug", "Crashed: killed")

#: What can happen: events come; a dispatcher works until its nth moment and is killed; runs end; time passes or jumps.
MOVES = st.one_of(
    st.tuples(st.just("deliver"), st.integers(1, 12)),
    st.tuples(st.sampled_from(("look", "care")), st.integers(0, 1)),
    st.tuples(st.sampled_from(("kill look", "kill care")), st.integers(1, 40)),
    st.tuples(st.just("end"), st.sampled_from(OUTCOMES)),
    st.tuples(st.just("end in store"), st.sampled_from(OUTCOMES)),
    st.tuples(st.just("pass"), st.integers(1, 4000)),
    st.tuples(st.just("step"), st.sampled_from((-3600, 3600))),
    st.tuples(st.just("prefect"), st.integers(0, 1)),
)


@contextlib.contextmanager
def own_store() -> Iterator[None]:
    """A store for each example."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIELINE_DATABASE_URL", f"sqlite:///{Path(folder) / 'tieline.db'}")
        patch.setenv("TIELINE_TRIES", "1000")
        settings.cache_clear()
        try:
            yield
        finally:
            store.forget()
            settings.cache_clear()


class World:
    """Two dispatchers on one store, one of which is killed again and again."""

    def __init__(self) -> None:
        late = Debounce(seconds=10, by="{payload.detail.id}", keep="all")
        self.house = House([trigger("plain", at_most=5), trigger("late", lane="batch", wait=late)])
        self.other: Dispatcher = self.house.new()
        self.count = 0

    async def move(self, what: str, how: int | str) -> None:
        house = self.house
        if what == "deliver":
            deliver(*(ticket(number) for number in range(self.count, self.count + int(how))))
            self.count += int(how)
        elif what in {"look", "care"}:
            with contextlib.suppress(NotNow):
                await getattr((house.dispatcher, self.other)[int(how)], what)()
        elif what.startswith("kill"):
            await self._kill(what.removeprefix("kill "), int(how))
        elif what == "end":
            house.runs.end(str(how))
        elif what == "end in store":
            with store.engine().begin() as db:
                db.execute(update(BATCHES).where(BATCHES.c.state == "running").values(state="ended", outcome=how))
        elif what == "pass":
            house.clock.passes(float(how))
        elif what == "step":
            house.clock.wall += float(how)
        else:
            house.runs.up = bool(how)
        self.check()

    async def _kill(self, what: str, moments: int) -> None:
        """Let a dispatcher work for so many moments; then it, and all it had begun, is no more."""
        before = asyncio.all_tasks()
        task = asyncio.create_task(getattr(self.house.dispatcher, what)())
        for _ in range(moments):
            await asyncio.sleep(0)
        mine = asyncio.all_tasks() - before | {task}
        for one in mine:
            one.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
        self.house.dispatcher = self.house.new()

    def check(self) -> None:
        """What is always so."""
        found = work()
        ended = {row.id for row in batches(state="ended")}
        assert all(row.batch_id is not None for row in found if row.state == "dispatched")
        counted = Counter(row.batch_id for row in found if row.state == "dispatched")
        for batch in batches():
            if batch.id not in ended:
                assert counted[batch.id] == batch.size == len(batch.parameters["tickets"])
        assert len({(row.delivery_id, row.trigger) for row in found}) == len(found)

    async def rest(self) -> None:
        """All is well for a while: everything that came in is done in the end."""
        self.house.runs.up = True
        for _ in range(60):
            self.house.clock.passes(3700)
            await self.house.care()
            self.house.runs.end()
        assert {row.state for row in rows_of(DeliveryRow.__table__)} <= {"matched"}  # type: ignore[attr-defined]
        assert Counter(row.trigger for row in work(state="done")) == {
            name: self.count for name in ("plain", "late") if self.count
        }
        assert len(work()) == 2 * self.count


@given(st.lists(MOVES, max_size=30))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happens_no_event_is_lost_and_none_is_in_two_runs(moves: list[tuple[str, int | str]]) -> None:
    async def play() -> None:
        world = World()
        for what, how in moves:
            await world.move(what, how)
        await world.rest()

    with own_store():
        asyncio.run(play())

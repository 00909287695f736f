"""Whatever people do on both sides, and wherever a run is cut: nothing is lost, nothing is doubled, both sides agree.

Each value that somebody writes is there only once. So it is seen when the sync writes over one that it never carried
over to the other side: that is an edit lost, unless a rule or a person said so.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tests.engine.servers import postgres_server, use_empty_store
from tests.sync.pairs import rules
from tests.sync.table_side import Cut, TableSide
from tieline import store
from tieline.errors import ConfigError, Unavailable
from tieline.sync import Change, Sync, Written, conflicts, runs, undo, work
from tieline.sync.merge import SIDES
from tieline.sync.model import Which

COLUMNS = ["id", "name", "status", "tags"]
KEYS = range(1, 6)
_numbers = count()


@dataclass
class WatchedSide(TableSide):
    """It sees which values of people a sync writes over."""

    may_lose: bool = False
    carried: set[Any] = field(default_factory=set)
    refuse_in: int = -1

    def _written(self, change: Change) -> Written:
        self.refuse_in -= 1
        if self.refuse_in == 0:
            return Written(refused="not today")
        before = {number: dict(row) for number, row in self.rows.items()}
        self.carried |= {change.cells.get("name"), change.cells.get("status")}
        made = super()._written(change)
        for number, row in before.items():
            now = self.rows.get(number, {})
            lost = {row[name] for name in ("name", "status") if row[name] and now.get(name) != row[name]}
            assert self.may_lose or lost <= self.carried, f"{self.label}: {change} loses {lost - self.carried}"
        return made


@dataclass(frozen=True)
class Case:
    """A sync, its sides, and what happens."""

    kinds: tuple[dict[str, Any], dict[str, Any]]
    rules: dict[str, Any]
    happens: list[tuple[Any, ...]]


@dataclass
class World:
    """Both sides, and what people and runs do to them."""

    sync: Sync
    left: WatchedSide
    right: WatchedSide
    undone: set[str] = field(default_factory=set)
    deleted: set[tuple[Which, int]] = field(default_factory=set)
    values: Any = field(default_factory=count)

    @property
    def sides(self) -> dict[Which, Any]:
        return {"left": self.left, "right": self.right}

    # what people do

    def add(self, side: Which, key: int) -> None:
        self.sides[side].add(id=key, name=self.value(side), status=self.value(side), tags=[self.value(side)])

    def value(self, side: Which) -> str:
        return f"{side[0]}{next(self.values)}"

    def edit(self, side: Which, key: int, column: str) -> None:
        for number in self.numbers(side, key)[:1]:
            value = self.value(side)
            self.sides[side].edit(number, **{column: [value] if column == "tags" else value})

    def clear(self, side: Which, key: int, column: str) -> None:
        for number in self.numbers(side, key)[:1]:
            self.sides[side].edit(number, **{column: None})

    def insert(self, side: Which, key: int) -> None:
        if not self.numbers(side, key):
            self.add(side, key)

    def double(self, side: Which, key: int) -> None:
        if self.numbers(side, key):
            self.add(side, key)

    def rekey(self, side: Which, key: int, to: int | None) -> None:
        for number in self.numbers(side, key)[:1]:
            self.sides[side].edit(number, id=to)
            self.deleted.add((side, key))

    def delete(self, side: Which, key: int) -> None:
        for number in self.numbers(side, key)[:1]:
            self.sides[side].remove(number)
            self.deleted.add((side, key))

    def numbers(self, side: Which, key: int) -> list[int]:
        return [number for number, row in self.sides[side].rows.items() if row["id"] == key]

    def resolve(self, take: Which) -> None:
        for one in conflicts.waiting(self.sync)[:1]:
            conflicts.resolve(self.sync, one.key, one.column, take, by="Ann")
            rows = [row for side in SIDES for row in self.sides[side].rows.values() if str(row["id"]) == one.key]
            self.left.carried |= {row[name] for row in rows for name in ([one.column] if one.column else COLUMNS[1:3])}

    # what runs do

    async def run(self, fault: str = "", side: Which = "right", after: int = 0) -> runs.Run | None:
        there = self.sides[side]
        asked = count()

        def cut() -> None:
            if next(asked) >= after:
                raise Cut if fault == "cut" else Unavailable("the cable")

        there.cut = cut if fault in {"cut", "error"} else lambda: None
        there.refuse_in = after + 1 if fault == "refuse" else -1
        try:
            return await work.apply(self.sync, self.sides)
        except (Cut, Unavailable):
            return None
        finally:
            there.cut, there.refuse_in = lambda: None, -1

    async def plan(self) -> None:
        await work.plan(self.sync, self.sides)

    async def undo(self, fault: str = "", side: Which = "right", after: int = 0) -> None:
        asked = count()

        def cut() -> None:
            if next(asked) >= after:
                raise Cut

        self.sides[side].cut = cut if fault else lambda: None
        with suppress(ConfigError, Cut):
            looked = await undo.undo(self.sync, self.sides, dry=True)
            self.undone |= {step.key for _, step in looked.back}
            await undo.undo(self.sync, self.sides)
        self.sides[side].cut = lambda: None

    # what must be true in the end

    async def settle(self) -> None:
        for _ in range(4):
            last = await self.run()
        assert last is not None
        steps = runs.steps(self.sync, last.id) if last.id else []
        assert not steps, "it does not come to rest"
        troubles = runs.problems_of(last)
        if not troubles and not last.counts["conflicts"]:
            self.left.calls = self.right.calls = 0
            await self.run()
            assert (self.left.calls, self.right.calls) == (1, 1)
        told = {problem.key for problem in troubles} | {one.key for one in conflicts.waiting(self.sync)}
        unclear = any(not problem.key for problem in troubles)
        for key in KEYS:
            self.check(key, told=str(key) in told, unclear=unclear)

    def check(self, key: int, *, told: bool, unclear: bool) -> None:
        rows = {side: [self.sides[side].rows[number] for number in self.numbers(side, key)] for side in SIDES}
        if told or str(key) in self.undone:
            return
        assert all(len(found) <= 1 for found in rows.values()), f"{key} is there twice, and nobody says so"
        left, right = ([_cells(row) for row in found] for found in rows.values())
        if left and right:
            assert left == right, f"{key} differs, and nobody says so"
        elif left or right:
            lacks: Which = "right" if left else "left"
            mirrored = self.sync.direction == "both" or lacks == self.sync.direction.rpartition("_")[2]
            wanted = (lacks, key) in self.deleted and self.sync.deletes == "never" and self.sync.direction == "both"
            assert wanted or unclear or not mirrored, f"{key} is missing on the {lacks}, and nobody says so"


def _cells(row: dict[str, Any]) -> list[Any]:
    return [row[name] or None for name in COLUMNS]


async def play(case: Case) -> None:
    sync = rules(**case.rules, delete_limit=1).model_copy(update={"name": f"t{next(_numbers)}"})
    left, right = (WatchedSide(list(COLUMNS), ["id"], batch=2, **kind) for kind in case.kinds)
    loses = {"left_wins": "right", "right_wins": "left"}.get(sync.conflict)
    loses = {"left_to_right": "right", "right_to_left": "left"}.get(sync.direction, loses)
    right.carried = left.carried
    left.label, right.label = "left", "right"
    left.may_lose, right.may_lose = loses == "left", loses == "right"
    world = World(sync, left, right)
    for key in KEYS[:3]:
        world.add("left", key)
    for name, *given_ in case.happens:
        done = getattr(world, name)(*given_)
        if done is not None:
            await done
    await world.settle()
    if any(name == "rekey" for name, *_ in case.happens):
        return  # a key changed before the row was ever agreed on makes another row of it
    twice = [Counter(row["name"] for row in world.sides[side].rows.values() if row["name"]) for side in SIDES]
    assert all(max(found.values(), default=1) == 1 for found in twice), "a row is there twice"


SIDE, KEY, COLUMN = st.sampled_from(SIDES), st.sampled_from(KEYS), st.sampled_from(COLUMNS[1:])
KIND = st.sampled_from([{}, {"incremental": True}, {"refs": True}])
PEOPLE = st.one_of(
    st.tuples(st.just("edit"), SIDE, KEY, COLUMN),
    st.tuples(st.just("insert"), SIDE, KEY),
    st.tuples(st.just("delete"), SIDE, KEY),
    st.tuples(st.just("edit"), SIDE, KEY, COLUMN),
    st.tuples(st.just("clear"), SIDE, KEY, COLUMN),
    st.tuples(st.just("rekey"), SIDE, KEY, KEY | st.none()),
    st.tuples(st.just("double"), SIDE, KEY),
    st.tuples(st.just("resolve"), SIDE),
)
RUNS = st.one_of(
    st.just(("run",)),
    st.tuples(st.just("run"), st.sampled_from(["cut", "error", "refuse"]), SIDE, st.integers(0, 8)),
    st.just(("plan",)),
    st.tuples(st.just("undo"), st.sampled_from(["", "cut"]), SIDE, st.integers(0, 4)),
)
RULES = st.fixed_dictionaries(
    {
        "deletes": st.sampled_from(["never", "delete"]),
        "conflict": st.sampled_from(["manual", "left_wins", "right_wins", "latest_wins"]),
        "direction": st.sampled_from(["both", "both", "both", "left_to_right", "right_to_left"]),
    }
)
CASES = st.builds(Case, st.tuples(KIND, KIND), RULES, st.lists(PEOPLE | RUNS, max_size=14))


def quickly() -> None:
    """A store that does not wait for the disk."""

    @event.listens_for(store.engine(), "checkout")
    def _fast(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")


def played(examples: int) -> Callable[[], None]:
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(CASES)
    def play_one(case: Case) -> None:
        asyncio.run(play(case))

    return play_one


def test_any_interleaving_ends_with_both_sides_equal() -> None:
    quickly()
    played(60)()


@pytest.mark.slow
def test_many_interleavings_end_with_both_sides_equal() -> None:
    quickly()
    played(400)()


@pytest.mark.services
def test_a_store_in_postgres_comes_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres_server() as url:
        use_empty_store(url, monkeypatch)
        played(15)()

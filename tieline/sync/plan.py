"""What a sync would do now: both sides read, compared with what they agreed on, and decided row by row."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

import polars as pl

from tieline.sync import memory
from tieline.sync.conflicts import choices
from tieline.sync.definition import definition_of, elsewhere, redefined
from tieline.sync.merge import SIDES, Agreed, Choice, Conflict, Merger, Outcome, Step
from tieline.sync.model import Sync, Which
from tieline.sync.renamed import renamed
from tieline.sync.side import REF, Side
from tieline.sync.table import DIGEST, KEY, Problem, Row, Table, table
from tieline.sync.translate import Translator, Untranslatable


@dataclass(slots=True)
class Plan:
    """What would be done.

    Attributes:
        outcomes: What becomes of each row that was looked at, in the order of the sides.
        problems: What is wrong beyond single rows, such as a header that is there twice.
        marks: Where the sides are read on from once this is done.
        known: How many rows each side had when they last agreed.
        whole: Sides that told all rows.
        anew: What was agreed on is about other rows, and counts for nothing.
    """

    sync: Sync
    outcomes: list[Outcome] = field(default_factory=list, repr=False)  # asyncio.run makes a repr of what it returns
    problems: list[Problem] = field(default_factory=list)
    marks: Mapping[Which, str] = field(default_factory=dict)
    known: Mapping[Which, int] = field(default_factory=dict)
    whole: frozenset[Which] = frozenset()
    anew: bool = False

    @property
    def steps(self) -> list[Step]:
        """All rows that would be written."""
        return [step for outcome in self.outcomes for step in outcome.steps]

    @property
    def written(self) -> set[Which]:
        """Sides that would be written to."""
        return {step.side for outcome in self.outcomes for step in outcome.steps}

    @property
    def conflicts(self) -> list[Conflict]:
        """All cells that a person has to decide on."""
        return [conflict for outcome in self.outcomes for conflict in outcome.conflicts]

    @property
    def decided(self) -> set[tuple[str, str]]:
        """Conflicts, by key and column, that are settled as people said."""
        return {(outcome.key, column) for outcome in self.outcomes for column in outcome.decided}

    @property
    def troubles(self) -> list[Problem]:
        """Everything that was left alone, and why."""
        return self.problems + [problem for outcome in self.outcomes for problem in outcome.problems]

    @property
    def settled(self) -> bool:
        """Whether nothing is left for a person, so that the next plan need not look at these rows again."""
        return not self.problems and all(outcome.settled for outcome in self.outcomes)

    def vanishing(self) -> Iterable[tuple[Which, int, int]]:
        """For each side: how many of its rows would be deleted or marked as deleted, and of how many."""
        for side in SIDES:
            gone = sum(step.side == side and self.vanishes(step) for step in self.steps)
            yield side, gone, self.known.get(side, 0)

    def vanishes(self, step: Step) -> bool:
        """Whether a step deletes a row, or marks it as deleted."""
        marked = self.sync.deleted_column in step.after and step.after[self.sync.deleted_column] is not None
        return step.op == "delete" or (self.sync.deletes == "mark" and step.op == "update" and marked)


def fingerprint(step: Step) -> bytes:
    """What tells steps apart; short, as a first sync has one for each row."""
    text = memory.cells_out([step.side, step.op, step.key, step.ref, step.before, step.after])
    return blake2b(text.encode(), digest_size=16).digest()


async def make_plan(sync: Sync, sides: Mapping[Which, Side], *, everything: bool = False) -> Plan:
    """Read both sides, and decide what to do. Nothing is written, and nothing is remembered.

    Args:
        sync: The rules.
        sides: Left and right.
        everything: Read all rows, also where a side could tell what has changed.

    Raises:
        ConfigError: A column is not there, or an expression is wrong.
        ConnectorError: A side cannot be read.
    """
    translator = Translator(sync, sides)
    state, chosen = memory.state(sync.name), choices(sync)
    fresh = everything or bool(chosen) or state.definition != definition_of(sync)
    since = {side: "" if fresh or _must_tell_all(sync, sides[side]) else state.mark(side) for side in SIDES}
    readings = await asyncio.gather(*(sides[side].read(_columns(sync, side), since[side]) for side in SIDES))
    read = dict(zip(SIDES, readings, strict=True))
    if all(reading.unchanged for reading in readings):
        return Plan(sync, marks={side: read[side].mark for side in SIDES})
    for side, reading in read.items():
        if reading.unchanged:
            read[side] = reading.reread() if reading.reread else await sides[side].read(_columns(sync, side))
    tables = {side: await asyncio.to_thread(table, sync, side, one) for side, one in read.items()}
    for side in SIDES:
        if await asyncio.to_thread(_doubled, sync, tables[side]):
            read[side] = await sides[side].read(_columns(sync, side))
            tables[side] = await asyncio.to_thread(table, sync, side, read[side])
    marks = {side: one.mark for side, one in read.items()}
    return await asyncio.to_thread(_decide, translator, tables, marks, chosen, definition=state.definition)


def _columns(sync: Sync, side: Which) -> list[str]:
    return [column.on(side) for column in sync.columns]


def _must_tell_all(sync: Sync, side: Side) -> bool:
    return sync.deletes != "never" and not side.tells_gone


def _doubled(sync: Sync, one: Table) -> bool:
    """Whether a row that was told seems to have the key of one that is still there, and was not told."""
    if one.whole or REF not in one.frame.columns:
        return False
    told = dict(one.frame.select(KEY, REF).iter_rows())
    known = memory.refs(sync.name, one.side, list(told))
    return any(told[key] != ref and ref not in one.gone and ref not in one.refs for key, ref in known.items())


def _decide(
    translator: Translator,
    tables: Mapping[Which, Table],
    marks: Mapping[Which, str],
    chosen: Mapping[tuple[str, str], Choice],
    *,
    definition: str,
) -> Plan:
    sync = translator.sync
    anew = elsewhere(definition, sync)
    gone = {side: _gone(sync, one) for side, one in tables.items()}
    keys = _candidates(sync, tables, gone, anew=anew, definition=definition)
    base = {} if anew else memory.agreed(sync, keys, redefined(definition, sync))
    rows = {side: _rows(one, keys, base, gone[side]) for side, one in tables.items()}
    held = frozenset(side for side, one in tables.items() if one.keyless or one.unclear)
    merger = Merger(sync, translator, {side: one.fields for side, one in tables.items()}, chosen, held)
    plan = Plan(
        sync,
        problems=[problem for one in tables.values() for problem in one.problems],
        marks=marks,
        known=memory.counts(sync.name),
        whole=frozenset(side for side, one in tables.items() if one.whole),
        anew=anew,
    )
    edited = renamed(sync, base, rows)
    for key in keys:
        if key in edited:
            plan.outcomes.append(Outcome(key, problems=[edited[key]], agreed=base.get(key)))
        elif (outcome := _outcome(translator, merger, key, rows, base.get(key))) is not None:
            plan.outcomes.append(outcome)
    return plan


def _outcome(
    translator: Translator, merger: Merger, key: str, rows: Mapping[Which, Mapping[str, Row]], base: Agreed | None
) -> Outcome | None:
    both = {side: rows[side].get(key) for side in SIDES}
    try:
        counts = [translator.counts(row.cells, side) for side, row in both.items() if row]
    except Untranslatable as exc:
        return Outcome(key, problems=[Problem(exc.side, str(exc), key)], agreed=base)
    if counts and not any(counts):
        return Outcome(key) if base else None  # not meant any more: left alone, and forgotten
    return merger.merge(key, both["left"], both["right"], base)


def _gone(sync: Sync, one: Table) -> frozenset[str]:
    """Keys that a side is known to have no more: its rows are gone, or have another key now."""
    if one.whole:
        return frozenset()
    gone = set(memory.keys_of(sync.name, one.side, sorted(one.gone | one.refs)))
    return frozenset(gone - set(one.frame[KEY]) - one.unclear)


def _candidates(
    sync: Sync, tables: Mapping[Which, Table], gone: Mapping[Which, frozenset[str]], *, anew: bool, definition: str
) -> list[str]:
    """The keys of rows that may need something: those that are not as they were agreed on, or by other rules."""
    told = pl.concat([one.frame[KEY] for one in tables.values()]).unique()
    whole = any(one.whole for one in tables.values())
    known = memory.digests(sync.name, None if whole else told.to_list())
    if anew:
        known = known.clear()
    elif definition and definition != definition_of(sync):
        sides = (pl.when(pl.col(side).is_not_null()).then(0).alias(side) for side in SIDES)
        known = known.with_columns(*sides)
    found: list[pl.Series] = []
    missing: list[pl.Series] = []
    for side, one in tables.items():
        joined = one.frame.select(KEY, DIGEST).join(
            known.select(KEY, old=side),
            on=KEY,
            how="full" if one.whole else "left",
            coalesce=True,
            maintain_order="left",
        )
        other = joined.filter(pl.col(DIGEST).ne_missing(pl.col("old")))
        found.append(other.filter(pl.col(DIGEST).is_not_null())[KEY])
        absent = other.filter(pl.col(DIGEST).is_null())[KEY].to_list() if one.whole else gone[side]
        missing.append(pl.Series(KEY, sorted(absent), dtype=pl.String))
    unclear = frozenset().union(*(one.unclear for one in tables.values()))
    return [key for key in pl.concat(found + missing).unique(maintain_order=True).to_list() if key not in unclear]


def _rows(one: Table, keys: list[str], base: Mapping[str, Agreed], gone: frozenset[str]) -> dict[str, Row]:
    """What a side holds of these keys: what it told, or what it held before where it only told changes."""
    found = one.rows(keys)
    if not one.whole:
        for key, agreed in base.items():
            old = agreed.on(one.side)
            if key not in found and key not in gone and old is not None:
                found[key] = Row(old, agreed.ref(one.side))
    return found

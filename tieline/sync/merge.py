"""What is to be done about one row: both sides now, against what they last agreed on.

For each cell three questions: has the left changed, has the right, and do they say the same? A row that one side lacks
is asked the same way. What is decided here depends on nothing but what was read, so that planning twice plans the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tieline.sync.model import OTHER, Column, Sync, Which
from tieline.sync.side import Cell, Field
from tieline.sync.table import Problem, Row
from tieline.sync.translate import Translator, Untranslatable
from tieline.sync.values import shown

Op = Literal["insert", "update", "delete"]
SIDES: tuple[Which, Which] = ("left", "right")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides held when they last agreed. None: the row was not there, and that was agreed on, too."""

    left: Mapping[str, Cell] | None
    right: Mapping[str, Cell] | None
    left_ref: str = ""
    right_ref: str = ""

    def on(self, side: Which) -> Mapping[str, Cell] | None:
        """What a side held."""
        return self.left if side == "left" else self.right

    def ref(self, side: Which) -> str:
        """How a side finds the row."""
        return self.left_ref if side == "left" else self.right_ref


@dataclass(frozen=True, slots=True)
class Step:
    """One row of one side that is to be written; cells by the left's names."""

    side: Which
    op: Op
    key: str
    ref: str = ""
    before: Mapping[str, Cell] = field(default_factory=dict)
    after: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell, or with an empty column a whole row, that a person has to decide on."""

    key: str
    column: str
    left: Cell
    right: Cell
    base: Cell
    why: str


@dataclass(slots=True)
class Outcome:
    """What is to be done about one row, and what both sides hold once it is."""

    key: str
    steps: list[Step] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)  # columns of conflicts that a person has decided on
    problems: list[Problem] = field(default_factory=list)
    agreed: Agreed | None = None  # None: there is nothing to remember any more

    @property
    def settled(self) -> bool:
        """Whether nothing is left for a person."""
        return not self.conflicts and not self.problems


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person said about a conflict, having seen these two, and the reason."""

    take: Which | Literal["value"]
    value: Cell
    left: Cell
    right: Cell
    why: str = ""


@dataclass(frozen=True, slots=True)
class Merger:
    """The rules of one sync, and what its sides can hold."""

    sync: Sync
    translate: Translator
    fields: Mapping[Which, Mapping[str, Field]]
    choices: Mapping[tuple[str, str], Choice] = field(default_factory=dict)
    held: frozenset[Which] = frozenset()  # sides on which rows of unclear key may be those that seem gone

    def merge(self, key: str, left: Row | None, right: Row | None, base: Agreed | None) -> Outcome:
        """Decide on one row."""
        made = Outcome(key)
        if left and right:
            self._both(made, {"left": left, "right": right}, base)
        elif left or right:
            have: Which = "left" if left else "right"
            self._one(made, have, left or right, base)  # type: ignore[arg-type]  # one of them is there
        return made

    # rows that both sides have

    def _both(self, made: Outcome, rows: dict[Which, Row], base: Agreed | None) -> None:
        after: dict[Which, dict[str, Cell]] = {side: dict(row.cells) for side, row in rows.items()}
        kept: dict[Which, dict[str, Cell]] = {side: dict(row.cells) for side, row in rows.items()}
        for column in self._to_settle(rows, base):
            name = column.left
            settled = self._cell(made, rows, base, column, after)
            for side in SIDES:
                if settled:
                    kept[side][name] = after[side][name]
                    continue
                del kept[side][name]
                old = base.on(side) if base else None
                if old and name in old:
                    kept[side][name] = old[name]
        for side in SIDES:
            self._step(made, side, rows[side], after[side])
        made.agreed = Agreed(kept["left"], kept["right"], rows["left"].ref, rows["right"].ref)

    def _to_settle(self, rows: dict[Which, Row], base: Agreed | None) -> list[Column]:
        """The columns that need a thought: usually few, as neither side has changed the others."""
        columns = [column for column in self.sync.columns if column.left not in self.sync.key]
        if base is None or base.left is None or base.right is None:
            return columns
        left, right, none = base.left, base.right, object()
        now, there = rows["left"].cells, rows["right"].cells
        return [
            one
            for one in columns
            if now[one.left] != left.get(one.left, none)
            or there[one.left] != right.get(one.left, none)
            or (one.to_right or one.to_left or one.left == self.sync.deleted_column)  # other cells say it, too
        ]

    def _step(self, made: Outcome, side: Which, row: Row, after: Mapping[str, Cell]) -> None:
        changed = {name: value for name, value in after.items() if value != row.cells[name]}
        if changed:
            before = {name: row.cells[name] for name in changed}
            made.steps.append(Step(side, "update", made.key, row.ref, before, changed))

    def _cell(
        self,
        made: Outcome,
        rows: dict[Which, Row],
        base: Agreed | None,
        column: Column,
        after: dict[Which, dict[str, Cell]],
    ) -> bool:
        """Settle one cell, in `after`. False: it is left as it is, and so is what is remembered of it."""
        name = column.left
        if any(name in row.bad for row in rows.values()):
            return False
        try:
            wanted = self._wanted(made, rows, base, column)
        except Untranslatable as exc:
            made.problems.append(Problem(exc.side, str(exc), made.key, name))
            return False
        if wanted is None:
            return False
        for side, value in wanted.items():
            if value != rows[side].cells[name] and (why := self._unwritable(side, rows[side], column, value)):
                made.problems.append(Problem(side, why, made.key, name))
                return False
        for side, value in wanted.items():
            after[side][name] = value
        return True

    def _wanted(
        self, made: Outcome, rows: dict[Which, Row], base: Agreed | None, column: Column
    ) -> dict[Which, Cell] | None:
        """What both sides should hold; {} if all is well as it is, None if a person has to say."""
        name = column.left
        if name == self.sync.deleted_column:  # both have the row: it is not gone
            return self._alive(rows)
        towards = self._towards()
        if self.translate.same(column, rows["left"].cells, rows["right"].cells, towards):
            return {}
        if (source := self._source(rows, base, column, towards)) is None:
            return {}  # they differ, and people know: a change was taken back
        return self._written(rows, column, source) if source else self._settled(made, rows, base, column)

    def _source(
        self, rows: dict[Which, Row], base: Agreed | None, column: Column, towards: list[Which]
    ) -> Which | Literal[""] | None:
        """The side whose cell counts; "" if both do, None if neither has changed it."""
        name = column.left
        blank: set[Which] = {side for side in SIDES if rows[side].cells[name] is None}
        if blank and len(towards) == len(SIDES) and not _compared(base, name):  # what is blank says nothing
            return "left" if "right" in blank else "right"
        changed: set[Which] = {side for side in rows if self._changed(side, rows[side], base, column)}
        if changed and len(towards) == 1:
            return OTHER[towards[0]]
        return changed.pop() if len(changed) == 1 else "" if changed else None

    def _alive(self, rows: dict[Which, Row]) -> dict[Which, Cell]:
        return {side: None for side in self._towards() if rows[side].cells[self.sync.deleted_column] is not None}

    def _towards(self) -> list[Which]:
        both: list[Which] = ["left", "right"]
        return {"left_to_right": both[1:], "right_to_left": both[:1]}.get(self.sync.direction, both)

    def _changed(self, side: Which, row: Row, base: Agreed | None, column: Column) -> bool:
        name, target = column.left, OTHER[side]
        old = base and base.on(side)
        if not old or name not in old or old[name] != row.cells[name]:
            return True
        return target in self._towards() and self.translate.moved(target, column, old, row.cells)

    def _written(self, rows: dict[Which, Row], column: Column, source: Which) -> dict[Which, Cell]:
        return {OTHER[source]: self.translate.to(OTHER[source], column, rows[source].cells)}

    def _settled(
        self, made: Outcome, rows: dict[Which, Row], base: Agreed | None, column: Column
    ) -> dict[Which, Cell] | None:
        """Both changed it, differently."""
        name = column.left
        left, right = rows["left"].cells[name], rows["right"].cells[name]
        if (choice := self.choices.get((made.key, name))) and (choice.left, choice.right) == (left, right):
            made.decided.append(name)
            return self._chosen(rows, column, choice)
        rule = self.sync.rule(column)
        why = "both sides changed it" if base else "the sides differ, and were never compared before"
        if rule in ("left_wins", "right_wins"):
            return self._written(rows, column, "left" if rule == "left_wins" else "right")
        if rule == "merge_lists":
            return self._merged(rows, base, column)
        if rule == "latest_wins":
            if (latest := self._latest(rows)) is not None:
                return self._written(rows, column, latest)
            why += ", and it cannot be told which was later"
        made.conflicts.append(Conflict(made.key, name, left, right, _old(base, name), why))
        return None

    def _chosen(self, rows: dict[Which, Row], column: Column, choice: Choice) -> dict[Which, Cell]:
        if choice.take != "value":
            return self._written(rows, column, choice.take)
        cells = {**rows["left"].cells, column.left: choice.value}
        return {"left": choice.value, "right": self.translate.to("right", column, cells)}

    def _latest(self, rows: dict[Which, Row]) -> Which | None:
        left, right = rows["left"].at, rows["right"].at
        if left is None or right is None or left == right:
            return None
        return "left" if left > right else "right"

    def _merged(self, rows: dict[Which, Row], base: Agreed | None, column: Column) -> dict[Which, Cell]:
        """Each side's additions and removals, on top of what they agreed on."""
        old = set(_items(_old(base, column.left)))
        left = set(_items(rows["left"].cells[column.left]))
        right = set(_items(self.translate.to("left", column, rows["right"].cells)))
        merged: Cell = sorted((left | right) - (old - left) - (old - right)) or None
        cells = {**rows["left"].cells, column.left: merged}
        return {"left": merged, "right": self.translate.to("right", column, cells)}

    def _unwritable(self, side: Which, row: Row, column: Column, value: Cell) -> str:
        if locked := row.locked.get(column.left):
            return f"cannot be written: it is {locked}"
        return self.unfit(side, column, value)

    def unfit(self, side: Which, column: Column, value: Cell) -> str:
        """Why a side cannot hold a value as it is; empty if it can."""
        there = self.fields[side][column.left]
        if not there.writable:
            return f"cannot be written{': ' + there.why if there.why else ''}"
        return self.translate.fits(side, there, value)

    # rows that one side has

    def _one(self, made: Outcome, have: Which, row: Row, base: Agreed | None) -> None:
        lacks = OTHER[have]
        was = base.on(lacks) if base else None
        if base is None or (was is None and self._edited(have, row, base)):
            self._new(made, have, row, base)
        elif was is None:
            made.agreed = base  # it is known to be missing there
        else:
            self._gone(made, have, row, base)

    def _edited(self, side: Which, row: Row, base: Agreed) -> bool:
        old = base.on(side)
        if old is None:
            return True
        skip = {*self.sync.key, self.sync.deleted_column}
        bad = {name for name in row.bad if name not in old or old[name] is not None}
        return bool(bad - skip) or any(
            row.cells[name] != old.get(name) for name in row.cells if name not in skip and name not in row.bad
        )

    def _new(self, made: Outcome, have: Which, row: Row, base: Agreed | None) -> None:
        target = OTHER[have]
        if target not in self._towards():  # known, so that it is not made once more when the other side has it, too
            made.agreed = self._sides(have, row.cells, None, row.ref)
            return
        problems: list[Problem] = []
        cells: dict[str, Cell] = {}
        for column in self.sync.columns:
            if column.left == self.sync.deleted_column or (column.left in row.bad and column.left not in self.sync.key):
                continue
            try:
                value = self.translate.to(target, column, row.cells)
            except Untranslatable as exc:
                problems.append(Problem(exc.side, str(exc), made.key, column.left))
                continue
            writable = self.fields[target][column.left].writable or column.left in self.sync.key
            if value is None or not writable:  # such as when it was made: the system fills it in itself
                continue
            if why := self.unfit(target, column, value):
                problems.append(Problem(target, why, made.key, column.left))
            cells[column.left] = value
        if problems or row.bad:  # half a row would be taken for a whole one
            made.problems += problems or [Problem(have, "is not copied before this cell is mended", made.key)]
            made.agreed = base
            return
        made.steps.append(Step(target, "insert", made.key, "", {}, cells))
        blank = {column.left: None for column in self.sync.columns if column.left not in cells}
        # Without blanks it is the same dict: a first sync has as many as rows.
        made.agreed = self._sides(have, row.cells, {**blank, **cells} if blank else cells, row.ref)

    def _gone(self, made: Outcome, have: Which, row: Row, base: Agreed) -> None:
        """The other side had it, and has it no more."""
        lacks = OTHER[have]
        made.agreed = base
        if lacks in self.held:
            why = "seems to be gone, but rows whose key is blank or there twice may be it"
            made.problems.append(Problem(lacks, why, made.key))
            return
        if self.sync.direction != "both" and have not in self._towards():
            self._new(made, have, row, base)  # the other side only mirrors this one
            return
        if self.sync.direction == "both" and self._edited(have, row, base) and self.sync.deletes != "never":
            self._gone_and_edited(made, have, row, base)
            return
        self._deleted(made, have, row)

    def _gone_and_edited(self, made: Outcome, have: Which, row: Row, base: Agreed) -> None:
        lacks = OTHER[have]
        take = {"left_wins": "left", "right_wins": "right"}.get(self.sync.conflict)
        why = f"the {lacks} side deleted the row, and the {have} side changed it: {self._edits(have, row, base)}"
        choice = self.choices.get((made.key, ""))
        if choice and choice.why == why:  # nobody has edited it since
            take = "left" if choice.take == "left" else "right"
            made.decided.append("")
        if take == have:
            self._new(made, have, row, base)
        elif take == lacks:
            self._deleted(made, have, row)
        else:
            texts = ("edited", "deleted") if have == "left" else ("deleted", "edited")
            made.conflicts.append(Conflict(made.key, "", *texts, None, why))

    def _edits(self, side: Which, row: Row, base: Agreed) -> str:
        old = base.on(side) or {}
        edits = {name: f"is {shown(value)}" for name, value in row.cells.items() if old.get(name) != value}
        return ", ".join(f"{name!r} {why}" for name, why in (edits | dict(row.bad)).items())

    def _deleted(self, made: Outcome, have: Which, row: Row) -> None:
        if self.sync.deletes == "delete":
            made.steps.append(Step(have, "delete", made.key, row.ref, row.cells, {}))
            made.agreed = None
            return
        name, remembered = self.sync.deleted_column, row.cells
        if self.sync.deletes == "mark":
            column = next(column for column in self.sync.columns if column.left == name)
            mark: Cell = True if column.type == "boolean" else "deleted"
            if row.cells[name] != mark:
                if why := self._unwritable(have, row, column, mark):
                    made.problems.append(Problem(have, why, made.key, name))
                    return
                made.steps.append(Step(have, "update", made.key, row.ref, {name: row.cells[name]}, {name: mark}))
                remembered = {**row.cells, name: mark}
        made.agreed = self._sides(have, remembered, None, row.ref)

    def _sides(self, have: Which, cells: Mapping[str, Cell], other: Mapping[str, Cell] | None, ref: str) -> Agreed:
        return Agreed(cells, other, ref, "") if have == "left" else Agreed(other, cells, "", ref)


def _compared(base: Agreed | None, name: str) -> bool:
    return base is not None and all(old is not None and name in old for old in (base.left, base.right))


def _old(base: Agreed | None, name: str) -> Cell:
    return base.left.get(name) if base and base.left else None


def _items(cell: Cell) -> list[str]:
    return cell if isinstance(cell, list) else []

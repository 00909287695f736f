"""Cells that people have to decide on, and what they said."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from tieline.errors import ConfigError, UnknownName
from tieline.store.writing import reading, writing
from tieline.sync.merge import Choice, Conflict
from tieline.sync.model import Sync, Type, Which
from tieline.sync.side import Cell
from tieline.sync.tables import SyncConflictRow
from tieline.sync.values import Unfit, canonical, dump, load

CONFLICTS: Any = SyncConflictRow.__table__  # type: ignore[attr-defined]

_UNSAID = {"take": "", "value": "null", "chosen_by": "", "chosen_at": None}


@dataclass(frozen=True, slots=True)
class Open:
    """A conflict, and what was said about it so far."""

    key: str
    column: str
    left: Cell
    right: Cell
    base: Cell
    why: str
    since: float
    take: str = ""
    value: Cell = None
    chosen_by: str = ""


def found(db: Connection, sync: Sync, conflicts: Sequence[Conflict], decided: Collection[tuple[str, str]] = ()) -> None:
    """Put down a plan's conflicts in place of older ones.

    What people said stays, while both sides say the same, and until it is written (see `done`).
    """
    known = {(row.key, row.column): row for row in db.execute(select(CONFLICTS).where(CONFLICTS.c.sync == sync.name))}
    done(db, sync, known.keys() - set(decided))
    rows = []
    for one in conflicts:
        row: dict[str, Any] = {"left": _out(one.left), "right": _out(one.right), "base": _out(one.base), "why": one.why}
        old = known.get((one.key, one.column))
        same = old is not None and (old.left, old.right, old.why) == (row["left"], row["right"], row["why"])
        said = old._mapping if old and same else {"since": time.time(), **_UNSAID}  # noqa: SLF001 - its public name
        row |= {name: said[name] for name in ("since", *_UNSAID)}
        rows.append(row | {"sync": sync.name, "key": one.key, "column": one.column})
    if rows:
        db.execute(insert(CONFLICTS), rows)


def done(db: Connection, sync: Sync, decided: Iterable[tuple[str, str]]) -> None:
    """Let go of conflicts, by key and column."""
    where = (CONFLICTS.c.sync == sync.name, CONFLICTS.c.key == bindparam("k"), CONFLICTS.c.column == bindparam("c"))
    if values := [{"k": key, "c": column} for key, column in decided]:
        db.execute(delete(CONFLICTS).where(*where), values)


def waiting(sync: Sync) -> list[Open]:
    """All conflicts, the oldest first."""
    types = _types(sync)
    asked = select(CONFLICTS).where(CONFLICTS.c.sync == sync.name).order_by(CONFLICTS.c.since, CONFLICTS.c.key)
    with reading() as db:
        return [_open(row, types.get(row.column, "text")) for row in db.execute(asked)]


def choices(sync: Sync) -> dict[tuple[str, str], Choice]:
    """What people said, and has not been done yet."""
    return {
        (one.key, one.column): Choice(one.take, one.value, one.left, one.right, one.why)  # type: ignore[arg-type]  # written by `resolve`
        for one in waiting(sync)
        if one.take
    }


def resolve(
    sync: Sync, key: str, column: str, take: Which | Literal["value"], *, value: object = None, by: str
) -> Open:
    """Say what a cell shall be. The next run writes it, if both sides still say what they said.

    Args:
        sync: The sync.
        key: The row's key, as the conflict shows it.
        column: The column, by its name on the left; empty for a conflict about a whole row.
        take: The side that is right, or "value".
        value: What it shall be, with "value".
        by: Who says so.

    Raises:
        UnknownName: There is no such conflict.
        ConfigError: The value is not what the column means, or a row is to be a value.
    """
    known = {(one.key, one.column): one for one in waiting(sync)}
    if (key, column) not in known:
        raise UnknownName("conflict", f"{key} {column}".strip(), [f"{row} {name}".strip() for row, name in known])
    said: Cell = None
    if take == "value":
        if not column:
            raise ConfigError("One side deleted this row.", hint='Take "left" or "right".')
        meant = next(one for one in sync.columns if one.left == column)
        try:
            said = canonical(value, meant.type, meant.zone)
        except Unfit as exc:
            raise ConfigError(f"{column!r}: the value {exc}.", hint=f"It has to be a {meant.type}.") from exc
    values = {"take": take, "value": _out(said), "chosen_by": by, "chosen_at": time.time()}
    where = (CONFLICTS.c.sync == sync.name, CONFLICTS.c.key == key, CONFLICTS.c.column == column)
    with writing() as db:
        db.execute(update(CONFLICTS).where(*where).values(values))
    return next(one for one in waiting(sync) if (one.key, one.column) == (key, column))


def _types(sync: Sync) -> dict[str, Type]:
    return {column.left: column.type for column in sync.columns}


def _out(cell: Cell) -> str:
    return orjson.dumps(dump(cell)).decode()


def _in(text: str, kind: Type) -> Cell:
    kept: Cell = orjson.loads(text)
    try:
        return load(kept, kind)
    except Unfit:  # the column was of another type; the next plan asks anew
        return kept


def _open(row: Any, kind: Type) -> Open:
    left, right, base, value = (_in(text, kind) for text in (row.left, row.right, row.base, row.value))
    return Open(row.key, row.column, left, right, base, row.why, row.since, row.take, value, row.chosen_by)

"""What both sides of a sync held when they last agreed, in the store."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl
from sqlalchemy import Connection, Text, cast, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from tieline.store.writing import on_sqlite, reading, writing
from tieline.sync.merge import Agreed
from tieline.sync.model import Sync, Type, Which
from tieline.sync.side import Cell
from tieline.sync.table import KEY, as_frame, digests_of
from tieline.sync.tables import SyncedRow, SyncRow
from tieline.sync.values import Unfit, dump, load

SYNCS: Any = SyncRow.__table__  # type: ignore[attr-defined]
ROWS: Any = SyncedRow.__table__  # type: ignore[attr-defined]

#: How many keys one question to the store names; SQLite takes 32,766 values at most.
_ASKED = 10_000
_DIGESTS = {KEY: pl.String, "left": pl.Int64, "right": pl.Int64}


@dataclass(frozen=True, slots=True)
class State:
    """How far a sync has come: where its sides are read on from, and of which definition that is true."""

    definition: str = ""
    left_mark: str = ""
    right_mark: str = ""
    at: float = 0.0

    def mark(self, side: Which) -> str:
        """Where a side is read on from."""
        return self.left_mark if side == "left" else self.right_mark


def state(name: str) -> State:
    """How far a sync has come."""
    with reading() as db:
        found = db.execute(select(SYNCS).where(SYNCS.c.name == name)).mappings().first()
    return State(**{name: found[name] for name in State.__slots__}) if found else State()


def put_state(sync: Sync, definition: str, left_mark: str, right_mark: str) -> None:
    """Remember how far it has come."""
    watches = f" {sync.left.connection} {sync.right.connection} " if sync.on_change else ""
    values = {"definition": definition, "left_mark": left_mark, "right_mark": right_mark, "watches": watches}
    with writing() as db:
        db.execute(delete(SYNCS).where(SYNCS.c.name == sync.name))
        db.execute(insert(SYNCS).values(name=sync.name, at=time.time(), **values))


def watched(connection: str) -> bool:
    """Whether a sync wants to run when something changes behind a connection, such as "zendesk/support"."""
    with reading() as db:
        return (
            db.execute(select(SYNCS.c.name).where(SYNCS.c.watches.contains(f" {connection} ", autoescape=True))).first()
            is not None
        )


def digests(name: str, keys: Sequence[str] | None = None) -> pl.DataFrame:
    """The digests of all rows, or of some, by key: columns KEY, left and right."""
    # As one JSON text for each column, which the database writes and polars reads: a million rows as objects of Python
    # take several times as long as everything else that a comparison does.
    listed = func.json_group_array if on_sqlite() else func.json_agg
    columns = (ROWS.c.key, ROWS.c.left_digest, ROWS.c.right_digest)
    asked = select(*(cast(listed(column), Text) for column in columns)).where(ROWS.c.sync == name)
    parts = [None] if keys is None else [asked.where(ROWS.c.key.in_(some)) for some in batched_keys(keys)]
    with reading() as db:
        found = [db.execute(asked if part is None else part).one() for part in parts]
    frames = [_listed(texts) for texts in found]
    return pl.concat(frames) if frames else pl.DataFrame(schema=_DIGESTS)


def _listed(texts: Sequence[str | None]) -> pl.DataFrame:
    """A frame of three JSON lists; Postgres says NULL for one without items."""
    if texts[0] is None:
        return pl.DataFrame(schema=_DIGESTS)
    return pl.DataFrame(
        {
            name: pl.Series([text]).str.json_decode(pl.List(kind)).explode(empty_as_null=False)
            for (name, kind), text in zip(_DIGESTS.items(), texts, strict=True)
        },
        schema=_DIGESTS,
    )


def agreed(sync: Sync, keys: Sequence[str], without: Collection[str] = ()) -> dict[str, Agreed]:
    """What both sides held of some rows, without some columns."""
    types = {column.left: column.type for column in sync.columns if column.left not in without}
    found: dict[str, Agreed] = {}
    with reading() as db:
        for some in batched_keys(keys):
            for row in db.execute(select(ROWS).where(ROWS.c.sync == sync.name, ROWS.c.key.in_(some))):
                found[row.key] = _loaded(row, types)
    return found


def counts(name: str) -> dict[Which, int]:
    """How many rows each side had."""
    asked = select(func.count(ROWS.c.left_digest), func.count(ROWS.c.right_digest)).where(ROWS.c.sync == name)
    with reading() as db:
        left, right = db.execute(asked).one()
    return {"left": left, "right": right}


def keys_of(name: str, side: Which, refs: Sequence[str]) -> list[str]:
    """The keys of rows that a side finds by these references."""
    column = ROWS.c.left_ref if side == "left" else ROWS.c.right_ref
    found: list[str] = []
    with reading() as db:
        for some in batched_keys(refs):
            found += db.execute(select(ROWS.c.key).where(ROWS.c.sync == name, column.in_(some))).scalars()
    return found


def refs(name: str, side: Which, keys: Sequence[str]) -> dict[str, str]:
    """How a side found some rows, by key."""
    column = ROWS.c.left_ref if side == "left" else ROWS.c.right_ref
    found: dict[str, str] = {}
    with reading() as db:
        for some in batched_keys(keys):
            asked = select(ROWS.c.key, column).where(ROWS.c.sync == name, ROWS.c.key.in_(some), column != "")
            found |= {row[0]: row[1] for row in db.execute(asked)}
    return found


@dataclass(frozen=True, slots=True)
class Ready:
    """What is to be remembered of some rows of a sync, in the store's form, and which are to be forgotten."""

    sync: str
    rows: Sequence[Mapping[str, Any]]
    gone: Sequence[str]


def remember(sync: Sync, rows: Mapping[str, Agreed | None]) -> None:
    """Put what both sides hold now into the store, in short transactions. None: nothing is to be remembered of it."""
    for keys in batched_keys(list(rows)):
        made = ready(sync, {key: rows[key] for key in keys})
        with writing() as db:
            put(db, made)


def ready(sync: Sync, rows: Mapping[str, Agreed | None]) -> Ready:
    """The same for `put`: what takes long is done before the store is locked for everybody else."""
    kept = {key: row for key, row in rows.items() if row is not None}
    digest = {
        side: _digests(sync, [row.on(side) for row in kept.values()], [row.ref(side) for row in kept.values()])
        for side in ("left", "right")
    }
    values = [
        {
            "sync": sync.name,
            "key": key,
            "left_digest": digest["left"][number],
            "right_digest": digest["right"][number],
            "left_ref": row.left_ref,
            "right_ref": row.right_ref,
            "cells": dumped(row),
        }
        for number, (key, row) in enumerate(kept.items())
    ]
    return Ready(sync.name, values, [key for key, row in rows.items() if row is None])


def put(db: Connection, made: Ready) -> None:
    """Remember some rows."""
    for some in batched_keys(made.gone):
        db.execute(delete(ROWS).where(ROWS.c.sync == made.sync, ROWS.c.key.in_(some)))
    if made.rows:
        new = (sqlite if on_sqlite() else postgresql).insert(ROWS)
        given = {name: new.excluded[name] for name in made.rows[0] if name not in {"sync", "key"}}
        db.execute(new.on_conflict_do_update(index_elements=["sync", "key"], set_=given), made.rows)


def forget_rows(name: str) -> None:
    """Forget what was agreed on."""
    with writing() as db:
        db.execute(delete(ROWS).where(ROWS.c.sync == name))


def forget(name: str) -> None:
    """Forget a sync: the next plan compares everything as if for the first time."""
    forget_rows(name)
    with writing() as db:
        db.execute(delete(SYNCS).where(SYNCS.c.name == name))


def batched_keys(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Keys of rows, as many at a time as one question may name."""
    return (keys[start : start + _ASKED] for start in range(0, len(keys), _ASKED))


def _digests(sync: Sync, rows: Sequence[Mapping[str, Cell] | None], refs: Sequence[str]) -> list[int | None]:
    """The digests that the next reading should have; 0 for a row that is not settled, None for one not there."""
    names = [column.left for column in sync.columns]
    whole = [number for number, row in enumerate(rows) if row is not None and all(name in row for name in names)]
    found: list[int | None] = [None if row is None else 0 for row in rows]
    mine = pl.Series([refs[number] for number in whole], dtype=pl.String)
    made = digests_of(as_frame(sync, [rows[number] or {} for number in whole]), mine)
    for number, digest in zip(whole, made.to_list(), strict=True):
        found[number] = digest
    return found


def dumped(row: Agreed) -> str:
    """Cells of both sides as one text; those of the right only where they differ."""
    return cells_out({"l": row.left} if row.left == row.right else {"l": row.left, "r": row.right})


def _loaded(row: Any, types: Mapping[str, Type]) -> Agreed:
    raw = orjson.loads(row.cells)
    left = cells_in(raw["l"], types)
    right = cells_in(raw["r"], types) if "r" in raw else left
    return Agreed(left, right, row.left_ref, row.right_ref)


def cells_out(cells: object) -> str:
    """Cells as the JSON that is kept: dates as `dump` has them without our help, what else JSON does not know by it."""
    return orjson.dumps(cells, option=orjson.OPT_SORT_KEYS, default=dump).decode()


def cells_in(raw: Mapping[str, Any] | None, types: Mapping[str, Type]) -> dict[str, Cell] | None:
    """The other way round; what is no column any more, or one of another type, is left out."""
    if raw is None:
        return None
    cells: dict[str, Cell] = {}
    for name, value in raw.items():
        try:
            if name in types:
                cells[name] = load(value, types[name])
        except Unfit:  # `suppress` would take twice as long
            pass
    return cells

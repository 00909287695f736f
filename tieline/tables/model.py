"""What a table in a file is, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import polars as pl

from tieline.sync.side import Cell, CellError, Field
from tieline.sync.values import canonical


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a file held it.

    Attributes:
        fields: Its columns that have a name of their own, in order.
        rows: Its rows: dicts, or a frame where the file has types.
        locked: Cells that must not be written, by number of the row and column, and why.
        problems: What else people should know of, such as a header that is there twice.
    """

    fields: Sequence[Field]
    rows: Sequence[Mapping[str, Cell | CellError]] | pl.DataFrame
    locked: Mapping[tuple[int, str], str] = field(default_factory=dict)
    problems: Sequence[str] = ()

    def texts(self, columns: Sequence[str]) -> list[tuple[str, ...]]:
        """Some cells of every row, as texts that can be compared."""
        rows = self.rows.iter_rows(named=True) if isinstance(self.rows, pl.DataFrame) else self.rows
        return [tuple(text(row.get(name)) for name in columns) for row in rows]


@dataclass(frozen=True, slots=True)
class Edits:
    """What shall become of a table.

    Attributes:
        updates: New values by number of the row and column; None makes blank.
        added: New rows, by column.
        removed: Numbers of rows that go.
    """

    updates: Mapping[int, Mapping[str, Cell]] = field(default_factory=dict)
    added: Sequence[Mapping[str, Cell]] = ()
    removed: frozenset[int] = frozenset()


def edited(frame: pl.DataFrame, edits: Edits, kept: Callable[[str, Cell], object]) -> pl.DataFrame:
    """A frame with what was changed; its columns and their types stay.

    Args:
        frame: The rows.
        edits: What becomes of them.
        kept: A value as a column, by name, keeps it.
    """
    for name in dict.fromkeys(name for cells in edits.updates.values() for name in cells):
        changed = {number: kept(name, cells[name]) for number, cells in edits.updates.items() if name in cells}
        new = pl.Series(name, list(changed.values()), dtype=frame.schema[name])
        places = list(range(frame.height))
        for place, number in enumerate(changed, frame.height):
            places[number] = place
        # The others stay in the frame: Python has no nanoseconds, and would round them.
        frame = frame.with_columns(pl.concat([frame[name], new]).gather(places))
    if edits.removed:
        stays = pl.Series([number not in edits.removed for number in range(frame.height)])
        frame = frame.filter(stays)
    if edits.added:
        more = {
            name: pl.Series(name, [kept(name, row.get(name)) for row in edits.added], dtype=kind)
            for name, kind in frame.schema.items()
        }
        frame = pl.concat([frame, pl.DataFrame(more)])
    return frame


class Format(Protocol):
    """A kind of file."""

    def read(self, content: bytes) -> Table:
        """Read a table. Raises: DocumentError, ConfigError."""

    def edit(self, content: bytes, edits: Edits) -> bytes:
        """The file with what was changed in it. Raises: DocumentError, ConfigError."""

    def fits(self, column: Field, value: Cell) -> str:
        """Why a value would not stand there as it is; empty if it would."""


def text(value: object) -> str:
    """A cell as a text: the same for 7, 7.0 and "7", and for a moment in any zone; blank is empty."""
    if isinstance(value, CellError):
        return value.text
    if isinstance(value, datetime):
        value = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    made = canonical(value, "text")
    return made if isinstance(made, str) else ""


def named(headers: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """The columns that have a name of their own, with their place, and what is wrong with the others."""
    found: dict[str, list[int]] = {}
    for place, header in enumerate(headers):
        found.setdefault(" ".join(header.split()), []).append(place)
    problems = [f"Column {place + 1} has no header, and is left alone." for place in found.pop("", [])]
    for name, doubled in found.items():
        if len(doubled) > 1:
            columns = " and ".join(str(place + 1) for place in doubled)
            problems.append(f"The header {name!r} stands above the columns {columns}: both are left alone.")
    return {name: once[0] for name, once in found.items() if len(once) == 1}, problems

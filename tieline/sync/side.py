"""A side of a sync: a place with rows that can be read, and written to. This protocol is all a new system needs.

A side tells its cells in Python's words: `None` for blank, `str`, `int`, `float`, `Decimal`, `bool`, `date`, `datetime`
(with a time zone), `list[str]`, and `CellError` where the system shows an error. What is *meant* by a cell (that the
text "12" is a number, say) the sync decides by the mapping of its columns, never a side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

import polars as pl


@dataclass(frozen=True, slots=True)
class CellError:
    """What a system shows in place of a value, such as "#N/A"."""

    text: str


#: What may stand in a cell. A `datetime` has a time zone; a `list` holds texts.
Cell = str | int | float | Decimal | bool | date | datetime | list[str] | None


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a side has."""

    name: str
    type: str = ""  # one of `tieline.sync.model.Type`, where the side knows
    writable: bool = True
    why: str = ""  # why it cannot be written, for people


@dataclass(frozen=True, slots=True)
class Reading:
    """What a side held at one moment.

    Attributes:
        fields: Its columns, in order.
        rows: The rows asked for: dicts, or a frame where the side is large and typed. Beside the columns each row may
            hold `REF` and `AT`.
        mark: Where the next read goes on, such as a revision, a time or a digest; compared with nothing but `==`.
        whole: These are all rows, so that what is missing is gone.
        unchanged: Nothing has changed since the mark that was given, and `fields` and `rows` say nothing. For sides
            that else tell all rows; one that tells what has changed tells of no rows then.
        reread: With `unchanged`: the whole reading after all, without another call; None if it takes one.
        gone: References of rows that are known to be gone, where `rows` are not all.
        locked: Cells that must not be written, by number of the row in `rows` and column, and why: "a formula".
        problems: What else people should know of, such as a header that is there twice; in sentences.
    """

    fields: Sequence[Field]
    rows: Sequence[Mapping[str, object]] | pl.DataFrame
    mark: str = ""
    whole: bool = True
    unchanged: bool = False
    reread: Callable[[], Reading] | None = None
    gone: Sequence[str] = ()
    locked: Mapping[tuple[int, str], str] = field(default_factory=dict)
    problems: Sequence[str] = ()


#: How the side finds a row again, such as the number of a ticket: a text that outlives edits of the row. A side that
#: has none (a sheet, whose rows move) leaves it out, and finds rows by their key.
REF = "\0ref"
#: When the row was last changed, a `datetime` with a time zone; only a side that knows. For `latest_wins`.
AT = "\0at"


@dataclass(frozen=True, slots=True)
class Change:
    """What shall become of one row.

    Attributes:
        key: The key columns, by the side's names for them: they find the row where there is no `ref`.
        ref: The side's reference; empty for a new row, and where a side has none.
        cells: New values by column: for a new row all that are not blank, else only what changes. None makes blank.
        new: The row is to be made. If one with this key is there by now, it is made to hold `cells` instead.
        gone: The row is to be deleted. One that is not there is deleted already.
        before: What stood in these cells when it was decided, for sides that can write on that condition.
    """

    key: Mapping[str, Cell]
    ref: str = ""
    cells: Mapping[str, Cell] = field(default_factory=dict)
    new: bool = False
    gone: bool = False
    before: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one change.

    Attributes:
        ref: The row's reference, where the side has them.
        cells: What the side holds now, if its answer says so and it is not what was written.
        refused: Why this row was not written, for people; empty if it was. A refusal of the whole call is an error of
            `tieline.errors` instead.
    """

    ref: str = ""
    cells: Mapping[str, Cell] = field(default_factory=dict)
    refused: str = ""


@runtime_checkable
class Side(Protocol):
    """A place with rows. Errors are those of `tieline.errors`."""

    @property
    def label(self) -> str:
        """What people call it, such as "Tickets in Support (Google Sheets)"."""

    @property
    def batch(self) -> int:
        """The most changes one `write` takes: as many as a single call of the vendor does, where it can be said."""

    @property
    def tells_gone(self) -> bool:
        """Whether a read since a mark tells of rows that were deleted, or tells all rows if anything has changed."""

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:
        """Read rows.

        Args:
            columns: Which are needed; empty: all. One that is missing is left out of `fields`, and is no error here.
            since: The mark of an earlier reading: only what changed since is needed, though a side may always
                answer with all rows. Empty: all rows.
        """

    def fits(self, column: Field, value: Cell) -> str:
        """Why a value would not stand there as it is, such as a text that is too long; empty if it would."""

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Write at most `batch` changes, of different rows; answers are in the same order.

        To write the same twice does not double a row: whoever was killed after it writes again.
        """

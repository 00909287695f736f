"""What sides have in common whose rows are a vendor's records, such as tickets: a reference, and a time of change.

A system says what its columns are, finds its records, and writes one; what is left of a side's promises is kept here.
See docs/sync-sides.md.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self, TypeVar

from flows.helpdesks.ticket import concurrently
from tieline.errors import Conflict, ConnectorError, NotFound, Rejected, TielineError, Unclear, UnknownName
from tieline.sync.side import AT, REF, Cell, Change, Field, Reading, Written
from tieline.tables.model import text

T = TypeVar("T")

#: How much of what was read is read again: vendors' clocks are not ours, and what they write is not seen at once.
OVERLAP = timedelta(minutes=5)
#: The limit of lists of which all is wanted.
EVERYTHING = 10_000_000
#: Why a single row can be refused. Anything else concerns the whole call.
_OF_ONE_ROW = (Rejected, NotFound, Conflict, Unclear)
BLANK: tuple[Cell, ...] = (None, "", [])
GONE = "It is not there any more."


class Refused(TielineError):  # noqa: N818 - reads as what happened
    """A row cannot be written; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Column(Field):
    """A column of records.

    Attributes:
        choices: The values that there are; empty where any will do.
        longest: The most characters of a text; 0 where nobody says.
        blank: Whether it can be made blank.
        assigned: Why it cannot be the key of new rows, where the vendor gives it out, and what can.
        fits: Says why another value does not fit.
    """

    choices: tuple[str, ...] = ()
    longest: int = 0
    blank: bool = True
    assigned: str = ""
    fits: Callable[[Cell], str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A record: how it is found again, when it changed, what it holds, and what of that must not be written.

    Attributes:
        locked: What a cell is that nobody can write, by column, such as "a formula".
    """

    ref: str
    at: datetime | None
    cells: Mapping[str, Cell]
    locked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """Records, and references of those that are known to be gone."""

    rows: Sequence[Row]
    gone: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    """Up to when changes were read, and a digest of what may be read again though it did not change."""

    at: datetime
    digest: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.digest}"

    @classmethod
    def read(cls, text: str) -> Self:
        at, _, digest = text.partition(" ")
        return cls(datetime.fromisoformat(at), digest)


class Records(ABC):
    """A side of records.

    Args:
        label: What people call it.
        keys: The key columns.
    """

    #: How many changes one `write` takes.
    batch = 50
    #: Whether `find` tells which records were deleted.
    tells_gone = False
    #: Whether `find` can be asked for changes; one that cannot gives out all records each time, and so tells all.
    tells_changes = True
    #: For how long the vendor remembers what it is asked for; what is older is asked for as a whole.
    remembers: timedelta | None = None

    def __init__(self, label: str, keys: Sequence[str]) -> None:
        self.label = label
        self._keys = tuple(keys)
        #: What else people should know of what was read; a system adds to it.
        self.problems: list[str] = []
        self._columns: dict[str, Column] = {}
        self._refs: dict[tuple[str, ...], str] = {}
        self._looked: datetime | None = None

    # What a system says.

    @abstractmethod
    async def columns(self, names: Sequence[str]) -> Sequence[Column]:
        """Its columns, in order; at least those that are named. No names: all."""

    @abstractmethod
    async def find(self, columns: Sequence[str], since: datetime | None) -> Found:
        """All records, or those that changed then or later. Only these columns are needed."""

    @abstractmethod
    async def create(self, cells: Mapping[str, Cell]) -> Written:
        """Make one."""

    @abstractmethod
    async def update(self, ref: str, change: Change) -> Written:
        """Change one."""

    async def delete(self, ref: str) -> None:
        """Delete one."""
        raise Refused(f"{self.label}: {ref} cannot be deleted.")

    # What can be said better where the vendor has something for many at once.

    async def update_all(self, changes: Sequence[tuple[str, Change]]) -> list[Written]:
        """Change some; answers in their order."""
        return await each(changes, lambda one: self.update(*one))

    async def delete_all(self, changes: Sequence[tuple[str, Change]]) -> list[Written]:
        """Delete some; one that is not there is deleted already."""
        return await each(changes, self._delete)

    async def refs_of(self, wanted: Sequence[tuple[str, ...]]) -> Mapping[tuple[str, ...], str]:  # noqa: ARG002 - some ask for these only
        """The references of the rows that are there, by their keys, in any case of those that are wanted.

        All are read at first, and then what changed.
        """
        started, since = datetime.now(UTC), self._looked - OVERLAP if self._looked and self.tells_changes else None
        found = await self.find(self._keys, since)
        if since is None:
            self._refs.clear()
        gone = set(found.gone)
        self._refs = {key: ref for key, ref in self._refs.items() if ref not in gone}
        self._refs |= {self._key(row.cells): row.ref for row in found.rows}
        self._looked = _latest(found.rows, started, self._looked)
        return self._refs

    # What follows from that.

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:
        """Read rows; see `tieline.sync.side.Side`."""
        started, mark = datetime.now(UTC), _Mark.read(since) if since else None
        known = await self._known(columns)
        chosen = [column for column in known if not columns or column.name in columns]
        after = self._after(mark, started)
        found = await self.find([column.name for column in chosen], after)
        new = self._mark(found, _latest(found.rows, started, mark.at if mark and after else None))
        told = self._told(chosen, found, str(new), whole=after is None)
        # Its mark only says what was changed of late: when all were read, old ones may be gone.
        if mark != new or (after is None and self.tells_changes):
            return told
        if self.tells_changes:  # of no rows
            return Reading(chosen, (), mark=since, whole=False, problems=told.problems)
        return Reading(chosen, (), mark=since, unchanged=True, reread=lambda: told)

    def _told(self, columns: Sequence[Column], found: Found, mark: str, *, whole: bool) -> Reading:
        return Reading(
            columns,
            [{**row.cells, REF: row.ref, AT: row.at} for row in found.rows],
            mark=mark,
            whole=whole,
            gone=found.gone,
            locked={(place, name): why for place, row in enumerate(found.rows) for name, why in row.locked.items()},
            problems=tuple(self.problems),
        )

    def fits(self, column: Field, value: Cell) -> str:
        """Why a value would not stand there as it is; empty if it would."""
        mine = self._columns.get(column.name)
        if mine is None or not mine.writable:
            return column.why or (mine.why if mine else "")
        if value in BLANK:
            return "" if mine.blank else f"{mine.name} cannot be blank."
        for one in value if isinstance(value, list) else [value]:
            if mine.choices and one not in mine.choices:
                return f"{mine.name} is one of {', '.join(mine.choices)}; not {one!r}."
            if mine.longest and len(str(one)) > mine.longest:
                return f"{mine.name} has at most {mine.longest} characters; this has {len(str(one))}."
        return mine.fits(value) if mine.fits else ""

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Write rows; see `tieline.sync.side.Side`."""
        await self._known(list({name for change in changes for name in (*change.cells, *self._keys)}))
        unknown = [self._key(change.key) for change in changes if not change.ref]
        there = await self.refs_of(unknown) if unknown else {}
        todo = [(change.ref or there.get(self._key(change.key), ""), change) for change in changes]
        kinds = [_kind(ref, change) for ref, change in todo]
        outcomes: dict[int, Written] = {}
        for kind, do in (("new", self._create_all), ("old", self.update_all), ("gone", self.delete_all)):
            places = [place for place, found in enumerate(kinds) if found == kind]
            if places:
                outcomes |= zip(places, await do([todo[place] for place in places]), strict=True)
        return [outcomes.get(n, Written(refused="" if change.gone else GONE)) for n, (_, change) in enumerate(todo)]

    async def _known(self, names: Sequence[str]) -> Sequence[Column]:
        found = await self.columns(names)
        self._columns = {column.name: column for column in found}
        return found

    async def _create_all(self, changes: Sequence[tuple[str, Change]]) -> list[Written]:
        return await each(changes, self._create)

    async def _create(self, one: tuple[str, Change]) -> Written:
        _, change = one
        for name in self._keys:
            if (column := self._columns.get(name)) and column.assigned:
                raise Refused(column.assigned)
        made = await self.create(change.cells)
        if made.ref:
            self._refs[self._key(change.key)] = made.ref
        return made

    async def _delete(self, one: tuple[str, Change]) -> Written:
        ref, _ = one
        with suppress(NotFound):
            await self.delete(ref)
        return Written(ref=ref)

    def _key(self, cells: Mapping[str, Cell]) -> tuple[str, ...]:
        return tuple(text(cells.get(name)) for name in self._keys)

    def _after(self, mark: _Mark | None, now: datetime) -> datetime | None:
        """From when on changes are to be read; None for all rows."""
        if mark is None or not self.tells_changes or (self.remembers and now - mark.at > self.remembers):
            return None
        return mark.at - OVERLAP

    def _mark(self, found: Found, at: datetime) -> _Mark:
        again = [row for row in found.rows if not self.tells_changes or row.at is None or row.at >= at - OVERLAP]
        seen = [[row.ref, str(row.at), dict(row.cells)] for row in sorted(again, key=lambda row: row.ref)]
        said = json.dumps([seen, sorted(found.gone)], sort_keys=True, default=str)
        return _Mark(at, hashlib.blake2b(said.encode(), digest_size=16).hexdigest())


def changed(now: Mapping[str, Cell], change: Change) -> dict[str, Cell]:
    """What of a change is to be written, given what stands there now.

    Raises:
        Refused: Something else stands there than when it was decided.
    """
    todo = {name: value for name, value in change.cells.items() if not same(now.get(name), value)}
    for name, before in change.before.items():
        if name in todo and not same(now.get(name), before):
            raise Refused(f"{name} was changed meanwhile: {now.get(name)!r} stands there now.")
    return todo


def _kind(ref: str, change: Change) -> str:
    """What is to be done; nothing, where the row is not there."""
    if change.gone:
        return "gone" if ref else ""
    return "old" if ref else "new" if change.new else ""


def _latest(rows: Sequence[Row], started: datetime, before: datetime | None = None) -> datetime:
    """The latest change that is known of. While rows were read, others may have changed: those are read again."""
    latest = max((row.at for row in rows if row.at), default=before or started)
    return max(min(latest, started), before or latest)


def only(kind: str, options: Mapping[str, str], *known: str) -> None:
    """Refuse options that a system does not know.

    Raises:
        UnknownName: There is one.
    """
    for name in options.keys() - set(known):
        raise UnknownName(f"option of {kind}", name, known)


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells hold the same, whatever type somebody has given it on its way; lists have no order."""
    if isinstance(one, list) and isinstance(other, list):
        return set(one) == set(other)
    return (one in BLANK and other in BLANK) or one == other or str(one) == str(other)


async def each(items: Sequence[T], do: Callable[[T], Awaitable[Written]]) -> list[Written]:
    """Write some rows one by one, a few at a time; one that is refused does not stop the others.

    Raises:
        ConnectorError: What went wrong concerns not just one row, such as a login that is refused.
    """

    async def one(number: int) -> Written:
        try:
            return await do(items[number])
        except (Refused, UnknownName, *_OF_ONE_ROW) as exc:
            return Written(refused=str(exc))

    done = await concurrently(range(len(items)), one)
    if failed := next((exc for exc in done.values() if isinstance(exc, ConnectorError)), None):
        raise failed
    return [outcome for outcome in done.values() if isinstance(outcome, Written)]

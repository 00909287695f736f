"""Documents as the left side of a sync. Only those whose version is not the agreed one are read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import polars as pl

from flows.document_sync.reading import check_size, read_text
from flows.document_sync.shelf import Entry, Shelf
from tieline.errors import DocumentError, NotFound, TielineError
from tieline.sync import REF, Cell, Change, Column, Field, Reading, Written
from tieline.sync.model import Type
from tieline.sync.quality import Check, Report, Unique, check

AT_ONCE = 8
KEY, TEXT, DELETED = "id", "text", "deleted"
#: What is known of each document.
TYPES: Mapping[str, Type] = {
    KEY: "text",
    "title": "text",
    TEXT: "text",
    "digest": "text",
    "version": "text",
    "modified": "datetime",
    "size": "integer",
    "link": "text",
    "tags": "list",
}
FRAME: Mapping[Type, pl.DataType] = {
    "text": pl.String(),
    "datetime": pl.Datetime("us", "UTC"),
    "integer": pl.Int64(),
    "list": pl.List(pl.String()),
}

Row = dict[str, Cell]
Known = Callable[[], Mapping[str, Mapping[str, Cell]]]


class QualityStopped(TielineError):  # noqa: N818 - reads as what happened
    """A check says that nothing may be written.

    Args:
        report: What all checks found.
    """

    def __init__(self, report: Report) -> None:
        failed = sum(one.failed for one in report.findings if one.check.severity == "stop")
        super().__init__(
            f"{failed} of {report.rows} documents fail a check that stops the sync. Nothing was written.",
            hint="Mend them, or make the check less strict.",
        )
        self.report = report


@dataclass(slots=True)
class Count:
    """What was done with documents."""

    listed: int = 0
    unchanged: int = 0
    read: int = 0
    bytes: int = 0
    left_out: int = 0
    written: int = 0
    deleted: int = 0
    refused: int = 0


@dataclass
class Documents:
    """A side that is only read.

    Attributes:
        shelf: Where they are.
        label: What people call it.
        columns: Those of the sync.
        known: What was agreed on, by key; a document of the same version is not read again.
        checks: What documents that were read must fulfil.
        others: Frames that checks look into.
        afresh: Read all of them, whatever is known.
        count: Where it is counted what was read.
    """

    shelf: Shelf
    label: str
    columns: Sequence[str]
    known: Known
    checks: Sequence[Check] = ()
    others: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    afresh: bool = False
    count: Count = field(default_factory=Count)
    batch: ClassVar[int] = 1
    tells_gone: ClassVar[bool] = True
    quality: Report | None = None
    _listing: dict[str, Entry] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:  # noqa: ARG002 - all are told
        """All documents; nothing at all if the place says that nothing has changed."""
        listing = await self.shelf.look("" if self.afresh else since)
        fields = [Field(name, TYPES.get(name, "text"), writable=False) for name in (*TYPES, DELETED)]
        if listing is None:
            return Reading(fields, (), since, whole=False)
        self._listing = {one.id: one for one in listing.entries}
        self.count.listed = len(self._listing)
        known = {} if self.afresh else await asyncio.to_thread(self.known)
        kept = {key: dict(row) for key, row in known.items() if self._is_same(key, row)}
        self.count.unchanged = len(kept)
        fresh, problems = await self._read_all([one for one in listing.entries if one.id not in kept])
        out = self._check(fresh, kept)
        problems += [f"{key} is left out: see the checks" for key in out]
        # What is left out is as it was: a row that is missing would be taken for one that is gone.
        before = await asyncio.to_thread(self.known) if len(kept) + len(fresh) - len(out) < len(listing.entries) else {}
        rows = [row for one in listing.entries if (row := _told(one.id, kept, fresh, out, before)) is not None]
        return Reading(fields, rows, listing.mark, problems=problems)

    def _is_same(self, key: str, row: Mapping[str, Cell]) -> bool:
        there = self._listing.get(key)
        same = there is not None and bool(there.version) and row.get("version") == there.version
        return same and all(name in row for name in self.columns if name != DELETED)

    async def _read_all(self, entries: Sequence[Entry]) -> tuple[dict[str, Row], list[str]]:
        room = asyncio.Semaphore(AT_ONCE)
        fresh: dict[str, Row] = {}
        problems: list[str] = []

        async def one(entry: Entry) -> None:
            async with room:
                try:
                    fresh[entry.id] = await self._row(entry)
                except (DocumentError, NotFound) as exc:
                    problems.append(f"{entry.id} cannot be read: {exc}")

        await asyncio.gather(*map(one, entries))
        self.count.left_out += len(problems)
        return fresh, sorted(problems)

    async def _row(self, entry: Entry) -> Row:
        check_size(entry.size, entry.file)
        content = await self.shelf.fetch(entry)
        self.count.read += 1
        self.count.bytes += len(content)
        said = await read_text(entry, content)
        self._texts[entry.id] = said.text
        return {
            KEY: entry.id,
            "title": said.title,
            TEXT: said.text,
            "digest": said.digest,
            "version": entry.version,
            "modified": entry.modified,
            "size": len(content),
            "link": entry.link,
            "tags": list(said.tags),
        }

    def _check(self, fresh: Mapping[str, Row], kept: Mapping[str, Row]) -> frozenset[str]:
        """Check what was read; the keys of rows that are to be left out.

        Raises:
            QualityStopped: Nothing may be written.
        """
        if not self.checks or not fresh:
            return frozenset()
        # What was agreed on passed, and its text is not here any more; that something is unique, it takes all to say.
        whole = any(isinstance(one, Unique) for one in self.checks)
        rows = [*fresh.values(), *(kept.values() if whole else ())]
        frame = pl.DataFrame(
            {name: pl.Series([row.get(name) for row in rows], dtype=FRAME[kind]) for name, kind in TYPES.items()}
        )
        alone = [one for one in self.checks if not isinstance(one, Unique)]
        found = check(frame.head(len(fresh)), alone, self.others, key=[KEY])
        alike = check(frame, [one for one in self.checks if isinstance(one, Unique)], self.others, key=[KEY])
        out = found.leave_out | alike.leave_out.head(len(fresh))
        keys = frozenset(key for key, left in zip(fresh, out.to_list(), strict=True) if left)
        self.count.left_out += len(keys)
        self.quality = Report(rows=len(fresh), findings=found.findings + alike.findings, left_out=len(keys))
        if self.quality.stop:
            raise QualityStopped(self.quality)
        return keys

    async def text(self, key: str) -> str:
        """What a document says; it is read if it was not yet.

        Raises:
            NotFound: It is gone.
            DocumentError: It cannot be read.
        """
        if key not in self._texts:
            if key not in self._listing:
                raise NotFound(f"The document {key} is gone.")
            await self._row(self._listing[key])
        return self._texts[key]

    def missing(self) -> set[str]:
        """Keys that are known, and that the place does not tell any more."""
        return self.known().keys() - self._listing.keys() if self._listing else set()

    def fits(self, column: Field, value: Cell) -> str:
        """Nothing is written here."""
        return "" if value is None else f"{column.name} is only read"

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Nothing is written here."""
        return [Written(refused="Documents are only read.") for _ in changes]


def _told(
    key: str,
    kept: Mapping[str, Row],
    fresh: Mapping[str, Row],
    out: frozenset[str],
    before: Mapping[str, Mapping[str, Cell]],
) -> dict[str, object] | None:
    row = kept.get(key) or (fresh.get(key) if key not in out else None) or before.get(key)
    return {**row, REF: key} if row else None


def columns(names: Mapping[str, str]) -> list[Column]:
    """Columns of a sync: names of documents' columns, and what they are called on the right."""
    return [Column(left=name, right=right, type=TYPES.get(name, "text")) for name, right in names.items()]

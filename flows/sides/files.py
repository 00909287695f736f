"""A table in a file as a side of a sync: CSV, Parquet or Excel; `place` is the file's path in the folder.

The end of its name says what it is, or the option `format`. Options of a CSV file: `delimiter`, `encoding`, `protect`;
of an Excel file: `sheet`, `header_row`, `zone`, `overwrite_formulas`. docs/table-files.md says what they do.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tasks import files
from tieline.errors import ConfigError, Conflict, UnknownName
from tieline.sync.side import Cell, Change, Field, Reading, Written
from tieline.tables.csv import Csv
from tieline.tables.model import Edits, Format, Table, text
from tieline.tables.parquet import Parquet
from tieline.tables.xlsx import Xlsx

_ENDINGS = {"csv": "csv", "tsv": "csv", "txt": "csv", "parquet": "parquet", "xlsx": "xlsx"}


async def open(  # noqa: A001 - what each module of sides calls it
    connection: str, place: str, *, keys: Sequence[str], **options: str
) -> FileSide:
    """Open a table in a file; it is looked at when it is read.

    Args:
        connection: The saved block's name.
        place: The file's path.
        keys: The columns that tell its rows apart.
        options: See above.

    Raises:
        ConfigError: It is a kind of file that is not read, or an option says something that it cannot say.
        UnknownName: There is no such option for this kind of file.
    """
    ending = options.pop("format", "") or posixpath.splitext(place)[1].removeprefix(".").casefold()
    if ending not in _ENDINGS:
        raise ConfigError(
            f"{place!r} does not say what kind of file it is.", hint="Give the option format: csv, parquet or xlsx."
        )
    makers = {"csv": _csv, "parquet": _parquet, "xlsx": _xlsx}
    known = {"csv": ("delimiter", "encoding", "protect"), "parquet": ()}
    kind = _ENDINGS[ending]
    names = known.get(kind, ("sheet", "header_row", "zone", "overwrite_formulas"))
    if unknown := options.keys() - set(names):
        raise UnknownName(f"option of {kind} files", min(unknown), names)
    return FileSide(connection, place, list(keys), makers[kind](options, "\t" if ending == "tsv" else ","))


def _csv(options: Mapping[str, str], delimiter: str) -> Format:
    return Csv(
        options.get("delimiter", delimiter).replace("\\t", "\t"),
        options.get("encoding", "utf-8"),
        _yes(options, "protect"),
    )


def _parquet(_options: Mapping[str, str], _delimiter: str) -> Format:
    return Parquet()


def _xlsx(options: Mapping[str, str], _delimiter: str) -> Format:
    row, zone = options.get("header_row", "1"), options.get("zone", "UTC")
    if not row.isdecimal() or not int(row):
        raise ConfigError(f"header_row is {row!r}.", hint="Give the number of a row; the first one is 1.")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"There is no time zone {zone!r}.", hint='Write it like "Europe/Berlin".') from None
    return Xlsx(options.get("sheet", ""), int(row), zone, _yes(options, "overwrite_formulas"))


def _yes(options: Mapping[str, str], name: str) -> bool:
    said = options.get(name, "no").casefold()
    if said not in {"yes", "no", "true", "false"}:
        raise ConfigError(f"{name} is {said!r}.", hint="Write yes or no.")
    return said in {"yes", "true"}


@dataclass(frozen=True, slots=True)
class _Held:
    """A file as it was last seen."""

    version: str
    content: bytes


@dataclass(slots=True)
class _Edited:
    """What changes of a table come to, and what is said to each of them."""

    table: Table
    fields: Mapping[str, Field]
    updates: dict[int, dict[str, Cell]] = field(default_factory=dict)
    added: list[Mapping[str, Cell]] = field(default_factory=list)
    removed: dict[int, int] = field(default_factory=dict)
    said: list[Written] = field(default_factory=list)

    def put(self, change: Change, found: Sequence[int]) -> None:
        """Note one change, of the row that was found, if any."""
        self.said.append(Written(refused=self._why_not(change, found)))
        if self.said[-1].refused:
            return
        if change.gone:
            self.removed.update(dict.fromkeys(found, len(self.said) - 1))
        elif found:
            self.updates.setdefault(found[0], {}).update(change.cells)
        else:
            self.added.append({**change.key, **change.cells})

    def _why_not(self, change: Change, found: Sequence[int]) -> str:
        if len(found) > 1:
            return "Several rows have this key."
        if change.gone:
            return ""
        if not found and not change.new:
            return "The row is gone."
        return next(filter(None, (self._locked(name, found) for name in change.cells)), "")

    def _locked(self, name: str, found: Sequence[int]) -> str:
        if name not in self.fields:
            return f"There is no column {name!r} any more."
        column = self.fields[name]
        why = self.table.locked.get((found[0], name), "") if found else ""
        why = why if column.writable else column.why
        return f"{name!r} cannot be written: {why}" if why else ""

    def edits(self, *, removing: bool = True) -> Edits:
        """The same for a file."""
        return Edits(self.updates, self.added, frozenset(self.removed) if removing else frozenset())


class FileSide:
    """A table in a file. It is read whole, and written whole: others see the old file or the new one.

    Args:
        connection: The saved block's name.
        path: The file.
        keys: The columns that tell its rows apart.
        form: What kind of file it is, and how it is written.
    """

    batch = 100_000
    tells_gone = True

    def __init__(self, connection: str, path: str, keys: list[str], form: Format) -> None:
        self.label = f"{path} ({connection})"
        self._connection, self._path, self._keys, self._form = connection, path, keys, form
        self._seen: _Held | None = None

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:
        """Read all rows; one call tells that nothing has changed. See `tieline.sync.side.Side`."""
        version = (await files.get_file(self._connection, path=self._path)).version
        if since and version == since:
            return Reading((), (), version, unchanged=True)
        # The version is from before: a file that is changed in between is read once more, and not once too few.
        held = self._seen = _Held(version, await files.read_file(self._connection, path=self._path))
        table = self._form.read(held.content)
        wanted = [one for one in table.fields if not columns or one.name in columns]
        return Reading(wanted, table.rows, version, locked=table.locked, problems=table.problems)

    def fits(self, column: Field, value: Cell) -> str:
        """Why a value would not stand there as it is; empty if it would."""
        return self._form.fits(column, value)

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Write the whole file, unless it was changed since it was read. See `tieline.sync.side.Side`.

        Raises:
            Conflict: It was.
        """
        held = await self._still()
        made = self._edited(self._form.read(held.content), changes)
        content = self._written(held.content, made)
        if content != held.content:
            info = await files.write_file(self._connection, path=self._path, content=content, version=held.version)
            self._seen = _Held(info.version, content)
        return made.said

    async def _still(self) -> _Held:
        """The file, if it is the one that was read. Errors: Conflict."""
        version, seen = (await files.get_file(self._connection, path=self._path)).version, self._seen
        if seen is not None and version and version == seen.version:
            return seen
        content = await files.read_file(self._connection, path=self._path)
        if seen is not None and content != seen.content:
            raise Conflict(f"{self._path} was changed since it was read; nothing was written.", hint="Plan once more.")
        self._seen = _Held(version, content)
        return self._seen

    def _edited(self, table: Table, changes: Sequence[Change]) -> _Edited:
        places: dict[tuple[str, ...], list[int]] = {}
        for number, key in enumerate(table.texts(self._keys)):
            places.setdefault(key, []).append(number)
        made = _Edited(table, {one.name: one for one in table.fields})
        for change in changes:
            made.put(change, places.get(tuple(text(change.key[name]) for name in self._keys), []))
        return made

    def _written(self, content: bytes, made: _Edited) -> bytes:
        """The new file; where rows cannot be taken away, all else is written."""
        if not (made.updates or made.added or made.removed):
            return content
        if not made.removed:
            return self._form.edit(content, made.edits())
        try:
            return self._form.edit(content, made.edits())
        except ConfigError as exc:
            for place in made.removed.values():
                made.said[place] = Written(refused=str(exc))
            kept = made.edits(removing=False)
            return self._form.edit(content, kept) if kept.updates or kept.added else content

"""CSV files: texts between delimiters. A blank cell is one with nothing in it, `""` is an empty text."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass

import polars as pl

from tieline.errors import ConfigError, Corrupt
from tieline.sync.side import Cell, Field
from tieline.tables.model import Edits, Table, edited, named, text

#: With these a spreadsheet program takes a text for a formula: https://owasp.org/www-community/attacks/CSV_Injection
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_STARTS = "[" + "".join(f"\\x{ord(one):02x}" for one in DANGEROUS) + "]"
_MARK = codecs.BOM_UTF8


@dataclass(frozen=True, slots=True)
class Csv:
    """How a CSV file is written.

    Args:
        delimiter: What is between cells: one ASCII character.
        encoding: Of its texts, as Python calls it.
        protect: Whether a text that a spreadsheet program would take for a formula gets an apostrophe before it, which
            is taken away when it is read. Off by default: for all other programs the apostrophe is part of the text.
    """

    delimiter: str = ","
    encoding: str = "utf-8"
    protect: bool = False

    def __post_init__(self) -> None:
        if len(self.delimiter) != 1 or not self.delimiter.isascii() or self.delimiter in '"\r\n':
            raise ConfigError(f"{self.delimiter!r} cannot be a delimiter.", hint="Give one ASCII character, such as ;.")
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            raise ConfigError(
                f"There is no encoding {self.encoding[:40]!r}.", hint="Such as utf-8 or cp1252."
            ) from None

    def read(self, content: bytes) -> Table:
        """Read a table whose first line has the headers; all cells are texts, or blank.

        Raises:
            Corrupt: It is no CSV file: a quote is not closed, a line has more cells than the first, or the encoding is
                another one.
        """
        lines = self._lines(content)
        if lines.is_empty():
            return Table([], [])
        places, problems = named([header or "" for header in lines.row(0)])
        frame = lines.slice(1).select(pl.nth(place).alias(name) for name, place in places.items())
        return Table([Field(name, "text") for name in places], self._bare(frame), {}, problems)

    def _bare(self, frame: pl.DataFrame) -> pl.DataFrame:
        if not self.protect:
            return frame
        return frame.with_columns(
            pl.when(pl.col(name).str.contains(f"^'+{_STARTS}"))
            .then(pl.col(name).str.slice(1))
            .otherwise(pl.col(name))
            .alias(name)
            for name in frame.columns
        )

    def edit(self, content: bytes, edits: Edits) -> bytes:
        """The file with what was changed; line ends and a byte order mark stay."""
        lines = self._lines(content)
        if lines.is_empty():
            lines = pl.DataFrame(
                {str(n): [name] for n, name in enumerate(dict.fromkeys(k for row in edits.added for k in row))}
            )
        places, _ = named([header or "" for header in lines.row(0)])
        names = {place: name for name, place in places.items()}
        # No header can be one of these.
        frame = lines.rename({old: names.get(place, f"\0{place}") for place, old in enumerate(lines.columns)})
        rows = edited(frame.slice(1), edits, lambda _, value: self._written(value))
        made = pl.concat([frame.slice(0, 1), rows])
        end = "\r\n" if "\r\n" in self._decoded(content) else "\n"
        said = made.write_csv(include_header=False, separator=self.delimiter, line_terminator=end)
        try:
            raw = said.encode(self.encoding)
        except UnicodeEncodeError as exc:
            raise ConfigError(f"{exc.object[exc.start]!r} cannot be written in {self.encoding}.") from None
        return (_MARK if content.startswith(_MARK) and not raw.startswith(_MARK) else b"") + raw

    def fits(self, column: Field, value: Cell) -> str:
        """Why a value would not stand there as it is."""
        del column
        if not isinstance(value, str):
            return ""
        if "\r" in value.replace("\r\n", ""):
            return "has a carriage return alone, which other programs take for the end of the row"
        if "\0" in value:
            return "has a NUL character"
        try:
            value.encode(self.encoding)
        except UnicodeEncodeError as exc:
            return f"has {value[exc.start]!r}, which {self.encoding} does not know"
        return ""

    def _written(self, value: Cell) -> str | None:
        if value is None:
            return None
        made = text(value)
        # One that has its own apostrophe gets another, or it would lose it when it is read.
        return f"'{made}" if self.protect and isinstance(value, str) and re.match(f"'*{_STARTS}", made) else made

    def _lines(self, content: bytes) -> pl.DataFrame:
        """All lines as texts, without those that are wholly blank."""
        said = self._decoded(content)
        if not said.strip():
            return pl.DataFrame()
        try:
            found = pl.read_csv(
                io.BytesIO(said.encode()),
                has_header=False,
                infer_schema=False,
                separator=self.delimiter,
            )
        except pl.exceptions.PolarsError as exc:
            why = str(exc).partition("\n")[0][:200]
            raise Corrupt(f"It cannot be read as CSV: {why}.", hint="Look at its quotes and delimiters.") from None
        return found.filter(~pl.all_horizontal(pl.all().is_null()))

    def _decoded(self, content: bytes) -> str:
        try:
            return content.removeprefix(_MARK).decode(self.encoding)
        except UnicodeDecodeError as exc:
            why = f"It is not {self.encoding}: byte {exc.start} makes no sense."
            raise Corrupt(why, hint="Give another encoding, such as cp1252.") from None

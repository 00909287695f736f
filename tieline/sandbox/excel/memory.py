"""What the simulated Excel remembers: workbooks in a drive, their worksheets, tables, cells, and sessions with them."""

import copy
import itertools
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tieline.sandbox.graph import Directory
from tieline.sandbox.happening import Record

#: How long a session lives after its last call. Microsoft's pages say no number.
SESSION_MINUTES = 5
_SUM = re.compile(r"=\s*([\w.$]+)\s*([-+*/])\s*([\w.$]+)\s*")
_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no zone


@dataclass
class Cell:
    """A cell: a value or a formula, and its number format."""

    value: Any = ""
    formula: str = ""
    number_format: str = "General"


@dataclass
class Table:
    """A table: its place in a worksheet, the header's row included; all counted from 0, and the ends belong to it."""

    id: str
    name: str
    sheet: str
    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass
class Sheet:
    """A worksheet."""

    id: str
    name: str
    visibility: str = "Visible"
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> Cell:
        """A cell, to be written into."""
        return self.cells.setdefault((row, column), Cell())

    def enter(self, row: int, column: int, value: Any) -> None:
        """Put a value into a cell as if somebody typed it: an apostrophe before a text keeps it one."""
        cell = self.cell(row, column)
        cell.formula, cell.value = "", value
        if not isinstance(value, str) or not value:
            return
        if value.startswith("'") or cell.number_format == "@":
            cell.value = value.removeprefix("'")
        elif value[0] in "=+-" and not _is_number(value):
            cell.formula = value if value[0] == "=" else f"={value}"
        elif value.upper() in ("TRUE", "FALSE"):
            cell.value = value.upper() == "TRUE"
        elif _is_number(value):
            cell.value = float(value)
        elif found := _DATE.fullmatch(value):
            day = datetime(int(found[3]), int(found[1]), int(found[2]))  # noqa: DTZ001 - cells know no zone
            cell.value, cell.number_format = (day - _EPOCH).days, "m/d/yyyy"

    def result(self, row: int, column: int, above: int = 0) -> Any:
        """What a cell shows: formulas of one sum, product and so on are known, all others are errors."""
        cell = self.cells.get((row, column), Cell())
        if not cell.formula:
            return cell.value
        found = _SUM.fullmatch(cell.formula)
        if not found or above > 100:  # noqa: PLR2004 - deep enough
            return "#NAME?"
        try:
            left, right = (float(self._operand(one, above) or 0) for one in (found[1], found[3]))
            sums = {"+": left + right, "-": left - right, "*": left * right}
            return sums[found[2]] if found[2] in sums else left / right
        except ZeroDivisionError:
            return "#DIV/0!"
        except ValueError:
            return "#VALUE!"

    def _operand(self, text: str, above: int) -> Any:
        if not (found := _REF.fullmatch(text)):
            return text
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - 64
        return self.result(int(found[2]) - 1, column - 1, above + 1)

    def used(self) -> tuple[int, int, int, int]:
        """The smallest rectangle with all cells that have a value; the first cell where there is none."""
        filled = [at for at, cell in self.cells.items() if cell.formula or cell.value != ""] or [(0, 0)]
        rows, columns = [row for row, _ in filled], [column for _, column in filled]
        return min(rows), min(columns), max(rows), max(columns)

    def shift(self, first: int, by: int, columns: tuple[int, int]) -> None:
        """Move the cells of some columns down, or up, from a row on."""
        inside = {at: cell for at, cell in self.cells.items() if at[0] >= first and columns[0] <= at[1] <= columns[1]}
        for at in inside:
            del self.cells[at]
        self.cells |= {(row + by, column): cell for (row, column), cell in inside.items()}


@dataclass
class Book:
    """A workbook."""

    sheets: list[Sheet] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def sheet(self, name: str) -> Sheet | None:
        """The worksheet of that name or id."""
        return next((one for one in self.sheets if one.id == name or one.name.casefold() == name.casefold()), None)

    def table(self, name: str) -> Table | None:
        """The table of that name or id."""
        return next((one for one in self.tables if one.id == name or one.name.casefold() == name.casefold()), None)

    def add_sheet(self, name: str, visibility: str = "Visible") -> Sheet:
        """Add a worksheet behind the others."""
        made = Sheet(f"{{{uuid.uuid5(uuid.NAMESPACE_OID, f'{name}/{len(self.sheets)}')}}}".upper(), name, visibility)
        self.sheets.append(made)
        return made


@dataclass
class Session:
    """A session: of which file, whether its changes are kept, until when, and the copy that it changes if not."""

    file: str
    persist: bool
    until: datetime
    copy: Book


@dataclass
class Workbooks(Directory):
    """The workbooks of one person, by the id of their file; all lie in one drive, which is that of the site too."""

    drive: str = "b!sandboxworkbooks"
    site: Record = field(default_factory=dict)
    me: Record = field(default_factory=dict)
    files: dict[str, Record] = field(default_factory=dict)
    books: dict[str, Book] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    versions: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {"workbooks": len(self.books), "worksheets": sum(len(one.sheets) for one in self.books.values())}

    def add(self, number: str, path: str) -> Book:
        """Put an empty workbook into the drive."""
        folder, _, name = path.rpartition("/")
        place = {"driveId": self.drive, "path": f"/drives/{self.drive}/root:/{folder}".rstrip("/")}
        web = f"{self.site.get('webUrl', '')}/{path}"
        self.files[number] = {"id": number, "name": name, "size": 0, "webUrl": web, "parentReference": place}
        self.files[number]["sandbox_path"] = path
        self.books[number] = Book()
        self.touch(number)
        return self.books[number]

    def touch(self, number: str) -> None:
        """Note that a workbook has changed. Here at once; Microsoft's servers save some seconds later."""
        version = next(self.versions)
        self.files[number] |= {"eTag": f'"{{{number}}},{version}"', "cTag": f'"c:{{{number}}},{version}"'}
        self.tell("workbook.updated", {"id": number})

    def open(self, number: str, *, persist: bool) -> tuple[str, Session]:
        """Open a session with a workbook."""
        key = f"cluster=SANDBOX&session={uuid.uuid4().hex}"
        kept = copy.deepcopy(self.books[number])
        self.sessions[key] = Session(number, persist, self._later(), kept)
        return key, self.sessions[key]

    def find(self, key: str, number: str) -> Session | None:
        """A session that is good for a workbook; being asked for, it lives on."""
        found = self.sessions.get(key)
        if found is None or found.file != number or found.until <= self.clock():
            return None
        found.until = self._later()
        return found

    def _later(self) -> datetime:
        return self.clock() + timedelta(minutes=SESSION_MINUTES)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", text, re.IGNORECASE) is not None

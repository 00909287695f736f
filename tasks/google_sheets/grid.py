"""A whole sheet with one call: what was entered, what shows and what is a date, as lean as Google can say it."""

import hashlib
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from tasks.google_sheets.models import Area, Range, SheetProperties, Sheets, SpreadsheetId, SpreadsheetProperties
from tasks.google_sheets.system import READING, connector, path_of
from tieline import Api, Model

_CELL = "userEnteredValue,effectiveValue,effectiveFormat(numberFormat)"
_SHEET = "sheetId,title,index,sheetType,hidden,gridProperties"
_FIELDS = (
    "properties(title,locale,timeZone),"
    f"sheets(properties({_SHEET}),merges,data(startRow,startColumn,rowData(values({_CELL}))))"
)
#: Most bytes of an answer: 50,000 rows with 10 texts each are about 60 MB.
_CAP = 1_000 * 2**20


class Part(Sheets):
    """A range: where it begins, counted from 0, and its rows as Google tells them; a model for each cell is slow."""

    start_row: int = 0
    start_column: int = 0
    row_data: list[Any] = Field(default_factory=list)


class GridSheet(Sheets):
    """A sheet with its merged cells and the ranges of it that were asked for."""

    properties: SheetProperties
    merges: list[Area] = Field(default_factory=list)
    data: list[Part] = Field(default_factory=list)


class Grid(Sheets):
    """What a spreadsheet says of some ranges."""

    properties: SpreadsheetProperties
    sheets: list[GridSheet]


_GRID = TypeAdapter(Grid)


class GridAnswer(Model):
    """An answer, and what tells it from others.

    Attributes:
        digest: Answers with the same digest are the same.
        grid: What it says; None where that is known.
        raw: The JSON as it came, where it was not looked into.
    """

    digest: str
    grid: Grid | None = None
    raw: bytes = Field(b"", repr=False, exclude=True)

    def read(self) -> Grid:
        """What it says, without another call; reading a large one takes a while."""
        return self.grid or _GRID.validate_json(self.raw)


@connector.action(scopes=READING)
async def read_grid(
    api: Api,
    *,
    spreadsheet_id: SpreadsheetId,
    ranges: Annotated[list[Range], Field(min_length=1)],
    known: str = "",
) -> GridAnswer:
    """Read large ranges with what was entered, what shows, and formats of numbers; leaner than `read_cells`.

    Args:
        api: The connection.
        spreadsheet_id: The spreadsheet.
        ranges: What to read.
        known: The digest of an earlier answer: if it is the same again, it is not looked into.

    Returns:
        The answer; `grid` is what it says, or None if that is known.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/get and
    https://developers.google.com/workspace/sheets/api/guides/field-masks
    """
    params: dict[str, Any] = {"ranges": ranges, "fields": _FIELDS, "prettyPrint": "false"}
    answer = await api.send("GET", path_of(spreadsheet_id), params=params, cap=_CAP)
    digest = hashlib.blake2b(answer.content, digest_size=16).hexdigest()
    if digest == known:
        return GridAnswer(digest=digest, raw=answer.content)
    return GridAnswer(digest=digest, grid=api.read(answer, into=Grid))

"""Cells as they are: what was entered and what shows, with types that values alone do not tell."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from tasks.google_sheets.models import Area, Range, Read, SheetProperties, Sheets, SpreadsheetId
from tasks.google_sheets.notation import from_serial
from tasks.google_sheets.system import READING, connector, path_of
from tieline import Api

_CELL = "userEnteredValue,effectiveValue,formattedValue,effectiveFormat(numberFormat),textFormatRuns(startIndex)"
_HIDDEN = "(hiddenByUser,hiddenByFilter)"
_DATA = f"startRow,startColumn,rowData(values({_CELL})),rowMetadata{_HIDDEN},columnMetadata{_HIDDEN}"
_FIELDS = f"sheets(properties(sheetId,title,index,sheetType,hidden,gridProperties),merges,data({_DATA}))"

Kind = Literal["blank", "text", "number", "boolean", "date", "time", "date_time", "error"]
_MOMENTS: dict[str, Kind] = {"DATE": "date", "TIME": "time", "DATE_TIME": "date_time"}


class ErrorValue(Sheets):
    """Why a formula has no result: DIVIDE_BY_ZERO, VALUE, REF, NAME, NUM, N_A, NULL_VALUE, ERROR or LOADING."""

    type: str
    message: str = ""


class Extended(Sheets):
    """A value with its type: one of the fields is there."""

    number_value: float | int | None = None
    string_value: str | None = None
    bool_value: bool | None = None
    formula_value: str | None = None
    error_value: ErrorValue | None = None


class NumberFormat(Sheets):
    """How a number shows; DATE, TIME and DATE_TIME say what it is."""

    type: str = ""
    pattern: str = ""


class Format(Sheets):
    """The part of a cell's format that says what its number is."""

    number_format: NumberFormat = NumberFormat()


class Run(Sheets):
    """Where another style begins in a text."""

    start_index: int = 0


class Cell(Sheets):
    """One cell; a cell that holds nothing has neither value, even if it has a format."""

    user_entered_value: Extended | None = None
    effective_value: Extended | None = None
    formatted_value: str = ""
    effective_format: Format = Format()
    text_format_runs: list[Run] = Field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """What it shows; a formula that results in an empty text is a text, and not blank."""
        value = self.effective_value
        if value is None:
            return "blank"
        if value.error_value is not None:
            return "error"
        if value.bool_value is not None:
            return "boolean"
        if value.string_value is not None:
            return "text"
        return _MOMENTS.get(self.effective_format.number_format.type, "number")

    @property
    def value(self) -> Read | None:
        """Its result: None if it is blank or an error, and a serial number for dates."""
        shown = self.effective_value or Extended()
        found = (shown.bool_value, shown.number_value, shown.string_value)
        return next((one for one in found if one is not None), None)

    @property
    def moment(self) -> datetime | None:
        """A date as such, in the spreadsheet's zone; None for anything else."""
        number = self.effective_value.number_value if self.effective_value else None
        return from_serial(number) if self.kind in ("date", "date_time") and number is not None else None

    @property
    def formula(self) -> str | None:
        """The formula, with its "="; None for a text that only looks like one."""
        return self.user_entered_value.formula_value if self.user_entered_value else None

    @property
    def rich(self) -> bool:
        """Whether parts of its text have a style of their own, which writing the value would take away."""
        return bool(self.text_format_runs)


class Line(Sheets):
    """Whether a row or a column shows."""

    hidden_by_user: bool = False
    hidden_by_filter: bool = False


class RowData(Sheets):
    """The cells of a row; those at its end that hold nothing may be left out."""

    values: list[Cell] = Field(default_factory=list)


class Block(Sheets):
    """A range of cells: where it begins, counted from 0, and what is known of its rows and columns."""

    start_row: int = 0
    start_column: int = 0
    row_data: list[RowData] = Field(default_factory=list)
    row_metadata: list[Line] = Field(default_factory=list)
    column_metadata: list[Line] = Field(default_factory=list)


class Cells(Sheets):
    """A sheet with the ranges of it that were asked for."""

    properties: SheetProperties
    merges: list[Area] = Field(default_factory=list)
    data: list[Block] = Field(default_factory=list)


@connector.action(scopes=READING)
async def read_cells(
    api: Api, *, spreadsheet_id: SpreadsheetId, ranges: Annotated[list[Range], Field(min_length=1)]
) -> list[Cells]:
    """Read cells with their exact types: dates, errors, formulas and blanks are told apart, unlike by `read_range`.

    The answer is many times larger than that of `read_range`.

    Args:
        api: The connection.
        spreadsheet_id: The spreadsheet.
        ranges: What to read.

    Returns:
        The sheets that were asked for, with the ranges of each, hidden rows and columns, and merged cells.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/get and
    https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/cells
    """
    params: dict[str, Any] = {"ranges": ranges, "fields": _FIELDS}
    return await api.get(path_of(spreadsheet_id), into=list[Cells], at="sheets", params=params)

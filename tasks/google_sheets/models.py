"""What Sheets tells us about spreadsheets, and what may be written into a cell."""

import math
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr
from pydantic.alias_generators import to_camel

from tieline import Input, Model

#: https://support.google.com/drive/answer/37603
LONGEST_TEXT = 50_000
#: Beyond it neighbouring whole numbers are one and the same to a cell, which holds a double.
LARGEST_WHOLE = 2**53

SpreadsheetId = Annotated[
    str,
    Field(description="The long part of the spreadsheet's link, such as 1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms."),
]
Range = Annotated[
    str,
    Field(
        description="In A1 notation: \"'Open tickets'!A2:F\", or a sheet's name alone; see `notation.a1`.", min_length=1
    ),
]
Render = Literal["UNFORMATTED_VALUE", "FORMULA", "FORMATTED_VALUE"]
Dates = Literal["SERIAL_NUMBER", "FORMATTED_STRING"]
#: RAW keeps each text as it is. USER_ENTERED reads texts as if somebody typed them: formulas, dates, numbers.
Entered = Literal["RAW", "USER_ENTERED"]
#: What a cell says. Blank is an empty text here, and an error a text such as "#N/A": `read_cells` tells them apart.
Read = bool | int | float | str


def _exact(value: Read | None) -> Read | None:
    """The value, if a cell can hold just that."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(value)} characters; a cell has room for {LONGEST_TEXT}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no number that a cell can hold")
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        raise ValueError(f"{value} has more digits than a cell keeps; write it as text")
    return value


#: What a cell is told: null leaves it as it is, an empty text makes it blank, keeping its format.
Written = Annotated[StrictBool | StrictInt | StrictFloat | StrictStr | None, AfterValidator(_exact)]
Row = Annotated[list[Written], Field(min_length=1)]
Rows = Annotated[list[Row], Field(min_length=1)]


class Sheets(Model):
    """Something of Sheets', whose names are written in camelCase there."""

    model_config = ConfigDict(alias_generator=to_camel)


class Grid(Sheets):
    """How large a sheet is."""

    row_count: int = 0
    column_count: int = 0
    frozen_row_count: int = 0
    frozen_column_count: int = 0


class SheetProperties(Sheets):
    """A sheet; those that are no grid (a chart, a data source) have a size of 0."""

    sheet_id: int
    title: str
    index: int = 0
    sheet_type: str = "GRID"
    hidden: bool = False
    grid_properties: Grid = Grid()


class Area(Sheets):
    """A rectangle, counted from 0, its ends excluded; an end that is missing is that of the sheet."""

    sheet_id: int = 0
    start_row_index: int = 0
    end_row_index: int | None = None
    start_column_index: int = 0
    end_column_index: int | None = None


class Sheet(Sheets):
    """A sheet and its merged cells; only the first cell of such an area holds a value."""

    properties: SheetProperties
    merges: list[Area] = Field(default_factory=list)


class SpreadsheetProperties(Sheets):
    """What all sheets share: their dates are in this time zone, and texts are read in this locale."""

    title: str = ""
    locale: str = ""
    time_zone: str = ""


class Spreadsheet(Sheets):
    """A spreadsheet without its cells."""

    spreadsheet_id: str
    properties: SpreadsheetProperties
    sheets: list[Sheet] = Field(default_factory=list)
    spreadsheet_url: str = ""


class Values(Sheets):
    """The values of a range, row by row. Blank cells at the end of a row, and blank rows at the end, are left out.

    `range` is all that was asked for, as far as the sheet goes.
    """

    range: str
    values: list[list[Read]] = Field(default_factory=list)

    def padded(self, columns: int) -> list[list[Read]]:
        """The rows with what was left out at the end of each, as empty texts."""
        return [row + [""] * (columns - len(row)) for row in self.values]


class Change(Input):
    """Rows to be written, the first one from the top left of the range on."""

    range: Range
    values: Rows


class Updated(Sheets):
    """What was written: where, and how many cells."""

    updated_range: str = ""
    updated_rows: int = 0
    updated_columns: int = 0
    updated_cells: int = 0


class Appended(Sheets):
    """Where rows were appended, and the range of the table that they were appended to (empty if there was none)."""

    table_range: str = ""
    updates: Updated


class UpdatedMany(Sheets):
    """What was written in several ranges; the responses are in the order of the changes."""

    total_updated_rows: int = 0
    total_updated_cells: int = 0
    responses: list[Updated] = Field(default_factory=list)

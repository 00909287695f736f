"""What Graph tells us of workbooks, and what may be written into a cell."""

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr
from pydantic.alias_generators import to_camel

from tieline import Model

#: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
LONGEST_TEXT = 32_767
#: Excel keeps 15 digits of a number, as the same page says; whole numbers below this have no more.
LARGEST_WHOLE = 10**15

DriveId = Annotated[str, Field(description="The library or OneDrive that the workbook is in; see find_workbook.")]
ItemId = Annotated[str, Field(description="The workbook's file; see find_workbook.")]
SessionId = Annotated[
    str,
    Field(pattern=r"^[\x21-\x7e]*$", description="Of create_session; empty to do without, which is slower."),
]
Worksheet = Annotated[str, Field(min_length=1, description="A worksheet's name or id.")]
Table = Annotated[str, Field(min_length=1, description="A table's name or id; see list_tables.")]
Address = Annotated[str, Field(description='Both ends of a range, such as "A2:F9", without the worksheet.')]
#: What is read of each cell; `text` is as people see it.
Part = Literal["values", "valueTypes", "numberFormat", "formulas", "text"]
Kind = Literal["Unknown", "Empty", "String", "Integer", "Double", "Boolean", "Error", "RichValue"]
#: A cell's result. Blank is an empty text, and an error a text such as "#N/A": the value types tell them apart.
Read = bool | int | float | str


def _exact(value: Read | None) -> Read | None:
    """The value, if a cell can hold just that."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(value)} characters; a cell has room for {LONGEST_TEXT}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no number that a cell can hold")
    if isinstance(value, int) and abs(value) >= LARGEST_WHOLE:
        raise ValueError(f"{value} has more digits than a cell keeps; write it as text")
    return value


#: What a cell is told: null leaves it as it is, an empty text makes it blank, keeping its format.
Written = Annotated[StrictBool | StrictInt | StrictFloat | StrictStr | None, AfterValidator(_exact)]
Row = Annotated[list[Written], Field(min_length=1)]
Rows = Annotated[list[Row], Field(min_length=1)]
Formula = Annotated[StrictStr, Field(pattern=r"^=")]
Formulas = Annotated[list[Annotated[list[Formula | None], Field(min_length=1)]], Field(min_length=1)]
Formats = Annotated[list[Annotated[list[StrictStr | None], Field(min_length=1)]], Field(min_length=1)]


class GraphModel(Model):
    """Names as Python writes them; `c_tag` is Graph's `cTag`."""

    model_config = ConfigDict(alias_generator=to_camel)


class Place(GraphModel):
    """Where a file lies."""

    drive_id: str = ""
    path: str = ""


class Workbook(GraphModel):
    """A workbook's file, https://learn.microsoft.com/graph/api/resources/driveitem.

    `c_tag` changes with the content, `e_tag` with anything.
    """

    id: str
    name: str = ""
    e_tag: str = ""
    c_tag: str = ""
    web_url: str = ""
    size: int = 0
    parent_reference: Place = Place()


class Session(GraphModel):
    """A session, https://learn.microsoft.com/graph/api/resources/workbooksessioninfo."""

    id: str
    persist_changes: bool = True


class Operation(GraphModel):
    """Something that takes its time, https://learn.microsoft.com/graph/api/resources/workbookoperation."""

    status: Literal["notStarted", "running", "succeeded", "failed"]
    resource_location: str = ""
    error: dict[str, Any] | None = None


class Sheet(GraphModel):
    """A worksheet, https://learn.microsoft.com/graph/api/resources/workbookworksheet."""

    id: str
    name: str
    position: int = 0
    #: Visible, Hidden or VeryHidden.
    visibility: str = "Visible"


class TableInfo(GraphModel):
    """A table without its rows, https://learn.microsoft.com/graph/api/resources/workbooktable."""

    id: str
    name: str
    show_headers: bool = True
    show_totals: bool = False


class Range(GraphModel):
    """Cells, row by row; what was not asked for is None. Rows and columns are counted from 0.

    https://learn.microsoft.com/graph/api/resources/workbookrange
    """

    address: str = ""
    row_index: int = 0
    column_index: int = 0
    row_count: int = 0
    column_count: int = 0
    values: list[list[Read]] | None = None
    value_types: list[list[Kind]] | None = None
    number_format: list[list[str]] | None = None
    formulas: list[list[Read]] | None = None
    text: list[list[str]] | None = None


class Appended(GraphModel):
    """Where rows were appended: the first one's place among the table's rows, counted from 0."""

    index: int

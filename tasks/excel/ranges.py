"""Ranges of cells: read, write, clear, delete."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_core import to_json

from tasks.excel.models import (
    Address,
    DriveId,
    Formats,
    Formulas,
    ItemId,
    Part,
    Range,
    Rows,
    SessionId,
    Table,
    Worksheet,
    Written,
)
from tasks.excel.system import READING, WRITING, connector, within, workbook
from tieline import Api, ConfigError, segment
from tieline.tables.a1 import area

#: "Excel on the web has a payload size limit for requests and responses of 5MB":
#: https://learn.microsoft.com/office/dev/add-ins/concepts/resource-limits-and-performance-optimization#excel-add-ins
LARGEST_BODY = 5_000_000
ALL: tuple[Part, ...] = ("values", "valueTypes", "numberFormat", "formulas")
_WHERE = "address,rowIndex,columnIndex,rowCount,columnCount"

Parts = Annotated[
    Sequence[Part], Field(description="What is read of each cell; nothing, to learn only how large the range is.")
]


@connector.action(scopes=READING)
async def read_range(
    api: Api,
    *,
    drive_id: DriveId,
    item_id: ItemId,
    worksheet: Worksheet,
    address: Annotated[str, Field(description='Such as "A2:F9"; empty for all cells that have a value.')] = "",
    parts: Parts = ALL,
    session_id: SessionId = "",
) -> Range:
    """Read a range, or all that is used of a worksheet (one blank cell if nothing is).

    Args:
        api: The connection.
        drive_id: The drive.
        item_id: The workbook.
        worksheet: The worksheet.
        address: Both ends. Whole columns ("A:C") are refused: Graph answers them without values.
        parts: What of each cell. Answers above 5 MB fail: read large worksheets in parts of some thousand rows.
        session_id: The session.

    Returns:
        Rows of values and what belongs to them. Dates are numbers with a number format that shows a date; see
        `tieline.tables.serial`. Graph does not tell which cells are merged: all but the first of them read as blank.

    See https://learn.microsoft.com/graph/api/range-get and https://learn.microsoft.com/graph/api/worksheet-usedrange
    """
    what = f"range(address='{area(address)}')" if address else "usedRange(valuesOnly=true)"
    path = workbook(drive_id, item_id, "worksheets", segment(worksheet), what)
    return await api.get(path, into=Range, params=_select(parts), headers=within(session_id))


@connector.action(scopes=READING)
async def read_table(
    api: Api, *, drive_id: DriveId, item_id: ItemId, table: Table, parts: Parts = ALL, session_id: SessionId = ""
) -> Range:
    """Read a table: its header, its rows and, if it shows one, its row of totals.

    See `read_range`, and https://learn.microsoft.com/graph/api/table-range
    """
    path = workbook(drive_id, item_id, "tables", segment(table), "range")
    return await api.get(path, into=Range, params=_select(parts), headers=within(session_id))


def _select(parts: Sequence[Part]) -> dict[str, str]:
    return {"$select": ",".join((_WHERE, *parts))}


@connector.action(scopes=WRITING)
async def update_range(
    api: Api,
    *,
    drive_id: DriveId,
    item_id: ItemId,
    worksheet: Worksheet,
    address: Address,
    values: Rows | None = None,
    formulas: Formulas | None = None,
    number_format: Formats | None = None,
    typed: bool = False,
    session_id: SessionId = "",
) -> Range:
    """Write into a range with one call; formats stay as they are, and so does what is null.

    Args:
        api: The connection.
        drive_id: The drive.
        item_id: The workbook.
        worksheet: The worksheet.
        address: Both ends; it must be just as large as what is written.
        values: A value for each cell; null leaves a cell alone, an empty text makes it blank.
        formulas: A formula for each cell, with its "="; null leaves a cell alone.
        number_format: A number format for each cell, such as "yyyy-mm-dd"; null leaves it.
        typed: Whether texts are read as if somebody typed them: formulas, dates and numbers. Else each text gets an
            apostrophe before it, which does not show, so that also "=1+2" and "007" stay texts.
        session_id: The session.

    Returns:
        Where it was written.

    Raises:
        ConfigError: The sizes differ, nothing is given, or it is more than the 5 MB that Excel takes.

    See https://learn.microsoft.com/graph/api/range-update
    """
    body: dict[str, Any] = {
        "values": entered(values, typed=typed) if values else None,
        "formulas": formulas,
        "numberFormat": number_format,
    }
    body = {name: rows for name, rows in body.items() if rows is not None}
    target = area(address)
    _fits(body, target.rows, target.columns)
    path = workbook(drive_id, item_id, "worksheets", segment(worksheet), f"range(address='{target}')")
    return await api.patch(path, body, into=Range, params=_select(()), headers=within(session_id), repeatable=True)


def entered(rows: Sequence[Sequence[Written]], *, typed: bool) -> list[list[Written]]:
    """Rows as they go to Excel, which reads every text as if it were typed, unless an apostrophe is before it."""
    return [[f"'{one}" if isinstance(one, str) and one and not typed else one for one in row] for row in rows]


def _fits(body: dict[str, Any], rows: int, columns: int) -> None:
    """Refuse what Excel would not take, or would fill a range with (a single value goes into all of its cells)."""
    if not body:
        raise ConfigError("There is nothing to write.", hint="Give values, formulas or number formats.")
    for name, given in body.items():
        wrong = next((len(row) for row in given if len(row) != columns), None)
        if len(given) != rows or wrong is not None:
            shape = f"{len(given)} rows of {columns if wrong is None else wrong}"
            raise ConfigError(
                f"The range has {rows} rows of {columns} cells, and {name} {shape}.",
                hint="Nothing was sent. Null leaves a cell as it is.",
            )
    size = len(to_json(body))
    if size > LARGEST_BODY:
        raise ConfigError(f"That is {size / 1e6:.1f} MB, and Excel takes 5 MB.", hint="Write fewer rows at a time.")


@connector.action(kind="delete", scopes=WRITING)
async def clear_range(
    api: Api,
    *,
    drive_id: DriveId,
    item_id: ItemId,
    worksheet: Worksheet,
    address: Address,
    what: Literal["Contents", "Formats", "All"] = "Contents",
    session_id: SessionId = "",
) -> None:
    """Make all cells of a range blank; their formats stay unless `what` says otherwise.

    See https://learn.microsoft.com/graph/api/range-clear
    """
    path = workbook(drive_id, item_id, "worksheets", segment(worksheet), f"range(address='{area(address)}')", "clear")
    await api.post(path, {"applyTo": what}, into=type(None), headers=within(session_id), repeatable=True)


@connector.action(kind="delete", scopes=WRITING)
async def delete_range(
    api: Api,
    *,
    drive_id: DriveId,
    item_id: ItemId,
    worksheet: Worksheet,
    address: Address,
    shift: Literal["Up", "Left"] = "Up",
    session_id: SessionId = "",
) -> None:
    """Take cells away; others move up, or left, into their place. A call that got no answer is not repeated.

    See https://learn.microsoft.com/graph/api/range-delete
    """
    path = workbook(drive_id, item_id, "worksheets", segment(worksheet), f"range(address='{area(address)}')", "delete")
    # A second time it would take what has moved up.
    await api.post(path, {"shift": shift}, into=type(None), headers=within(session_id), repeatable=False)

"""Worksheets and tables of a workbook, and rows appended to a table."""

from typing import Annotated

from pydantic import Field

from tasks.excel.models import Appended, DriveId, ItemId, Rows, SessionId, Sheet, Table, TableInfo
from tasks.excel.ranges import entered
from tasks.excel.system import READING, WRITING, connector, within, workbook
from tieline import Api, segment
from tieline.errors import Unclear


@connector.action(scopes=READING)
async def list_worksheets(
    api: Api,
    *,
    drive_id: DriveId,
    item_id: ItemId,
    session_id: SessionId = "",
    limit: Annotated[int, Field(gt=0)] = 1000,
) -> list[Sheet]:
    """List the worksheets of a workbook, hidden ones too.

    See https://learn.microsoft.com/graph/api/workbook-list-worksheets
    """
    found = await api.get(
        workbook(drive_id, item_id, "worksheets"), into=list[Sheet], at="value", headers=within(session_id)
    )
    return found[:limit]


@connector.action(scopes=READING)
async def list_tables(
    api: Api,
    *,
    drive_id: DriveId,
    item_id: ItemId,
    worksheet: Annotated[str, Field(description="A worksheet's name or id; empty for all of the workbook.")] = "",
    session_id: SessionId = "",
    limit: Annotated[int, Field(gt=0)] = 1000,
) -> list[TableInfo]:
    """List the tables of a workbook, or of one worksheet.

    See https://learn.microsoft.com/graph/api/workbook-list-tables and
    https://learn.microsoft.com/graph/api/worksheet-list-tables
    """
    where = ("worksheets", segment(worksheet), "tables") if worksheet else ("tables",)
    path = workbook(drive_id, item_id, *where)
    return (await api.get(path, into=list[TableInfo], at="value", headers=within(session_id)))[:limit]


@connector.action(scopes=WRITING)
async def add_worksheet(
    api: Api,
    *,
    drive_id: DriveId,
    item_id: ItemId,
    name: Annotated[str, Field(min_length=1, max_length=31, pattern=r"^[^:\\/?*\[\]]+$")],
    session_id: SessionId = "",
) -> Sheet:
    """Add a worksheet behind the others.

    Args:
        api: The connection.
        drive_id: The drive.
        item_id: The workbook.
        name: Its name: at most 31 characters, without slashes, brackets, colons and wildcards.
        session_id: The session.

    Raises:
        Rejected: There is one of that name.

    See https://learn.microsoft.com/graph/api/worksheetcollection-add
    """
    path, headers = workbook(drive_id, item_id, "worksheets"), within(session_id)

    async def made() -> Sheet | None:
        there = await api.get(path, into=list[Sheet], at="value", headers=headers)
        return next((one for one in there if one.name.casefold() == name.casefold()), None)

    return await api.post(f"{path}/add", {"name": name}, into=Sheet, headers=headers, check=made)


@connector.action(scopes=WRITING)
async def append_rows(
    api: Api,
    *,
    drive_id: DriveId,
    item_id: ItemId,
    table: Table,
    values: Rows,
    rows_before: Annotated[int, Field(ge=0)] | None = None,
    typed: bool = False,
    session_id: SessionId = "",
) -> Appended:
    """Append rows to a table, all of them with one call.

    Microsoft says to repeat a call that got 504, but it may have been carried out: with `rows_before` we look, and
    repeat it only if the table has not grown. Without, a call that got no answer is not repeated.

    Args:
        api: The connection.
        drive_id: The drive.
        item_id: The workbook.
        table: The table.
        values: The rows, a value for each column; null leaves a cell blank, or to its column's formula.
        rows_before: How many rows it has now.
        typed: Whether texts are read as if somebody typed them: formulas, dates and numbers. Else they stay texts.
        session_id: The session.

    Raises:
        Unavailable: There was no answer; with `may_have_happened` nobody knows.

    See https://learn.microsoft.com/graph/api/tablerowcollection-add
    """
    headers = within(session_id)
    rows = workbook(drive_id, item_id, "tables", segment(table), "rows")

    async def made() -> Appended | None:
        now = await api.get(f"{rows}/$count", into=int, headers=headers)
        if now == rows_before:
            return None
        if now != (rows_before or 0) + len(values):
            raise Unclear("The table has another number of rows than before, and than after.", hint="Look at it.")
        return Appended(index=rows_before or 0)

    check = None if rows_before is None else made
    return await api.post(
        f"{rows}/add", {"values": entered(values, typed=typed)}, into=Appended, headers=headers, check=check
    )

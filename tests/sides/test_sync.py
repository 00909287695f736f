"""A sync between an Excel file and a CSV file, through the engine: both ways, and no more than what has changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from blocks.files import FilesCredentials
from flows.sides import open_side
from tasks import files
from tieline import connections
from tieline.inbox import scope
from tieline.sync import Column, Side, Sync
from tieline.sync import Place as Where
from tieline.sync.model import Which
from tieline.sync.work import apply, plan

SYNC = Sync(
    name="stock",
    left=Where(connection="files/desk", place="stock.xlsx"),
    right=Where(connection="files/desk", place="stock.csv"),
    key=["id"],
    columns=[
        Column(left="id"),
        Column(left="name", right="title"),
        Column(left="count", type="integer"),
        Column(left="due", type="date"),
    ],
    deletes="delete",
    delete_limit=1,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "desk").mkdir()
    block = FilesCredentials(url=(tmp_path / "desk").as_uri())

    async def load(*_: Any) -> Any:
        return block

    monkeypatch.setattr(connections, "load", load)
    with scope.working(scope.Scope("", lean=True)):
        yield tmp_path / "desk"


async def sides() -> dict[Which, Side]:
    return {"left": await open_side(SYNC.left, ["id"]), "right": await open_side(SYNC.right, ["id"])}


def cells(folder: Path) -> list[list[Any]]:
    sheet = load_workbook(folder / "stock.xlsx").worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


async def test_an_excel_file_and_a_csv_file_agree(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Workbook()
    for row in (["id", "name", "count", "due"], ["007", "=A1", 2, datetime(2026, 1, 2)], ["8", "Bo", None, None]):  # noqa: DTZ001 - cells know no zone
        book.worksheets[0].append(row)
    book.worksheets[0]["B2"].data_type = "s"
    book.save(folder / "stock.xlsx")
    (folder / "stock.csv").write_bytes(b"due,id,title,count\r\n2026-03-04,9,+Cy,3\r\n")
    await apply(SYNC, await sides())
    lines = b"due,id,title,count\r\n2026-03-04,9,+Cy,3\r\n2026-01-02,007,=A1,2\r\n,8,Bo,\r\n"
    assert (folder / "stock.csv").read_bytes() == lines
    assert cells(folder)[3] == ["9", "+Cy", 3, datetime(2026, 3, 4)]  # noqa: DTZ001 - as above
    assert (await plan(SYNC, await sides()))[0].steps == []

    (folder / "stock.csv").write_bytes(lines.replace(b"Bo,", b"Bob,5").replace(b"2026-03-04,9,+Cy,3\r\n", b""))
    await apply(SYNC, await sides())
    assert cells(folder)[1:] == [["007", "=A1", 2, datetime(2026, 1, 2)], ["8", "Bob", 5, None]]  # noqa: DTZ001 - as above
    await apply(SYNC, await sides())

    looked: list[str] = []
    for name in ("get_file", "read_file", "write_file"):
        whole = getattr(files, name)

        async def counted(*args: Any, _whole: Any = whole, _name: str = name, **how: Any) -> Any:
            looked.append(_name)
            return await _whole(*args, **how)

        monkeypatch.setattr(files, name, counted)
    assert (await plan(SYNC, await sides()))[0].steps == []
    assert looked == ["get_file", "get_file"]

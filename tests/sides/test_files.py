"""Tables in files as sides of a sync: read whole, written whole, and never over what somebody else wrote."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

from blocks.files import FilesCredentials
from flows.sides import open_side
from tasks import files
from tieline import connections
from tieline.errors import ConfigError, Conflict, NotFound, UnknownName
from tieline.inbox import scope
from tieline.sync import Change, Place, Reading, Side


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    block = FilesCredentials(url=tmp_path.as_uri())

    async def load(*_: Any) -> Any:
        return block

    monkeypatch.setattr(connections, "load", load)
    with scope.working(scope.Scope("", lean=True)):
        yield tmp_path


async def side(name: str, **options: str) -> Side:
    return await open_side(Place(connection="files/desk", place=name, options=options), ["id"])


def rows(reading: Reading) -> list[dict[str, Any]]:
    return reading.rows.to_dicts() if isinstance(reading.rows, pl.DataFrame) else [dict(row) for row in reading.rows]


async def write(table: Side, *changes: Change) -> list[str]:
    return [one.refused for one in await table.write(changes)]


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def new(number: int, **cells: Any) -> Change:
    return Change({"id": number}, "", cells, new=True)


def xlsx(*rows: list[Any]) -> bytes:
    book, made = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(made)
    return made.getvalue()


def parquet() -> bytes:
    made = io.BytesIO()
    pl.DataFrame({"id": [1, 2, 3], "name": ["a", "b", "c"]}).write_parquet(made)
    return made.getvalue()


CSV = b"id,name\n1,a\n2,b\n3,c\n"
KINDS = {"t.csv": CSV, "t.parquet": parquet(), "t.xlsx": xlsx(["id", "name"], [1, "a"], [2, "b"], [3, "c"])}


@pytest.mark.parametrize("name", list(KINDS))
async def test_what_is_written_is_read_and_written_twice_is_written_once(folder: Path, name: str) -> None:
    (folder / name).write_bytes(KINDS[name])
    table = await side(name)
    assert isinstance(table, Side)
    before = await table.read(["id", "name"])
    changes = new(4, name="=d"), Change({"id": 1}, "", {"name": None}), Change({"id": 2}, gone=True)
    assert await write(table, *changes) == ["", "", ""]
    first = (folder / name).read_bytes()
    assert await write(table, *changes) == ["", "", ""]
    after = await (await side(name)).read([])
    assert [(str(row["id"]), row["name"]) for row in rows(after)] == [("1", None), ("3", "c"), ("4", "=d")]
    assert after.mark != before.mark
    if name != "t.xlsx":  # which has its moment in it
        assert (folder / name).read_bytes() == first
    assert await write(table, Change({"id": 9}, "", {"name": "x"}), Change({"id": 9}, gone=True)) == [
        "The row is gone.",
        "",
    ]
    assert names(folder) == [name]


async def test_that_nothing_has_changed_costs_one_call(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "t.csv").write_bytes(CSV)
    table = await side("t.csv")
    mark = (await table.read([])).mark

    async def never(*_: Any, **__: Any) -> bytes:
        raise AssertionError

    monkeypatch.setattr(files, "read_file", never)
    again = await table.read([], mark)
    assert (again.unchanged, again.mark, again.reread) == (True, mark, None)


async def test_what_somebody_else_wrote_is_not_written_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "t.csv").write_bytes(CSV)
    table = await side("t.csv")
    await table.read([])
    (folder / "t.csv").write_bytes(CSV + b"4,theirs\n")
    with pytest.raises(Conflict, match="changed since it was read"):
        await table.write([new(5)])
    await table.read([])
    whole = files.write_file

    async def late(*args: Any, **how: Any) -> Any:
        (folder / "t.csv").write_bytes(CSV + b"6,at the last moment\n")
        return await whole(*args, **how)

    monkeypatch.setattr(files, "write_file", late)
    with pytest.raises(Conflict):
        await table.write([new(5)])
    assert (folder / "t.csv").read_bytes() == CSV + b"6,at the last moment\n"


async def test_a_row_that_cannot_be_written_does_not_keep_others_from_it(folder: Path) -> None:
    content = xlsx(["id", "sum", "name"], [1, "=A2*2", "a"], [2, None, "b"], ["2", None, "c"], [3, None, "d"])
    (folder / "t.xlsx").write_bytes(content)
    table = await side("t.xlsx")
    refused = await write(
        table,
        Change({"id": 1}, "", {"sum": 5}),
        Change({"id": 2}, "", {"name": "x"}),
        Change({"id": 3}, "", {"colour": "red"}),
        Change({"id": 3}, gone=True),
        Change({"id": 1}, "", {"name": "written"}),
    )
    assert ["formula" in refused[0], "Several" in refused[1], "no column" in refused[2]] == [True] * 3
    assert "would not move along" in refused[3]
    assert refused[4] == ""
    book = load_workbook(folder / "t.xlsx").worksheets[0]
    assert [[cell.value for cell in row] for row in book.iter_rows()][1] == [1, "=A2*2", "written"]
    assert (await table.read(["sum"])).locked == {(0, "sum"): "it holds a formula"}


async def test_options_say_how_a_file_is_read(folder: Path) -> None:
    (folder / "t.txt").write_bytes("id;name\n1;ä\n".encode("cp1252"))
    table = await side("t.txt", delimiter=";", encoding="cp1252", protect="yes")
    await write(table, new(2, name="=x"))
    assert (folder / "t.txt").read_bytes().endswith(b"2;'=x\n")
    assert rows(await table.read([]))[1] == {"id": "2", "name": "=x"}
    (folder / "t.tsv").write_bytes(b"id\tname\n1\ta\n")
    assert rows(await (await side("t.tsv")).read([])) == [{"id": "1", "name": "a"}]
    (folder / "odd").write_bytes(xlsx(["Title"], ["id"], [7]))
    assert rows(await (await side("odd", format="xlsx", header_row="2", sheet="Sheet")).read([])) == [{"id": 7}]


@pytest.mark.parametrize(
    ("name", "options", "kind"),
    (
        ("t.doc", {}, ConfigError),
        ("t.csv", {"sheet": "A"}, UnknownName),
        ("t.parquet", {"zone": "UTC"}, UnknownName),
        ("t.csv", {"protect": "perhaps"}, ConfigError),
        ("t.xlsx", {"header_row": "0"}, ConfigError),
        ("t.xlsx", {"zone": "Mars"}, ConfigError),
    ),
)
async def test_options_that_make_no_sense_are_refused(
    name: str, options: dict[str, str], kind: type[ConfigError]
) -> None:
    with pytest.raises(kind):
        await side(name, **options)


async def test_a_file_that_is_not_there_is_said_so(folder: Path) -> None:
    with pytest.raises(NotFound):
        await (await side("none.csv")).read([])
    assert names(folder) == []

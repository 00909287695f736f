"""Documents and rows are read from many places, and become rows, too; what a job may say."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from flows.document_sync import work as documents_work
from flows.document_sync.job import Job
from flows.document_sync.reading import read_text
from flows.document_sync.shelf import Entry
from flows.document_sync.shelves import shelf
from tests.sync.house import DOCS, House, synced
from tests.sync.table_side import TableSide
from tieline.errors import ConfigError, UnknownName
from tieline.sync import Place
from tieline.sync.quality import CHECKS


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> TableSide:
    """A table with columns of its own."""
    made = TableSide(["path", "heading", "text", "tags", "owner"], ["path"])

    async def open_side(place: Place, keys: list[str]) -> TableSide:
        assert (place.connection, keys) == ("sql/main", ["path"])
        return made

    monkeypatch.setattr(documents_work, "open_side", open_side)
    return made


TABLE = Job(
    source="files/folder:docs",
    target="sql/main:documents",
    name="table",
    key="path",
    columns={"title": "heading", "text": "text", "tags": "tags"},
    delete_limit=0.5,
)


async def test_a_folder_becomes_rows_of_a_table(house: House, table: TableSide, tmp_path: Path) -> None:
    assert house
    for path, text in DOCS.items():
        file = tmp_path / "docs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text or "", "utf-8")
    (tmp_path / "else.md").write_text("# Elsewhere", "utf-8")
    first = await synced(TABLE)
    assert (first.read, first.written, first.troubles) == (3, 3, ())
    row = table.rows[table.find(heading="Getting started")]
    assert (row["path"], row["tags"]) == ("docs/guides/start.md", ["intro", "setup"])
    table.calls = 0
    again = await synced(TABLE)
    assert (again.read, again.written, again.unchanged, table.calls) == (0, 0, 3, 1)
    (tmp_path / "docs/guides/faq.md").unlink()
    lamp = tmp_path / "docs/guides/lamp.md"
    lamp.write_text("# The lamp\n\nIt glows, more than ever.\n", "utf-8")
    table.edit(table.find(heading="The lamp"), owner="Ann")
    changed = await synced(TABLE)
    assert (changed.read, changed.written, changed.deleted) == (1, 1, 1)
    assert table.rows[table.find(heading="The lamp")]["owner"] == "Ann"
    assert "glows" in table.rows[table.find(heading="The lamp")]["text"]
    os.utime(lamp, (1, 1))  # another version, and the same text
    touched = await synced(TABLE)
    assert (touched.read, touched.written, touched.troubles) == (1, 0, ())
    assert (await synced(TABLE)).read == 0
    lamp = lamp.rename(lamp.with_name("light.md"))
    moved = await synced(TABLE)
    assert (moved.written, moved.deleted, moved.troubles) == (1, 1, ())
    lamp.write_bytes(b"\xff\xfe")
    bad = await synced(TABLE)
    assert (bad.written, bad.deleted, bad.left_out) == (0, 0, 1)
    assert "not UTF-8" in bad.troubles[0].why
    assert len(table.rows) == 2


async def test_a_wiki_is_a_source_too(house: House, tmp_path: Path) -> None:
    job = Job(source="confluence/docs:DOCS", target="files/folder:out", name="wiki")
    first = await synced(job)
    assert first.written == first.read == first.listed > 0
    house.calls()
    again = await synced(job)
    assert (again.read, again.calls) == (0, 2)
    house.edit(next(iter(house.pages())), lambda text: f"<p>New.</p>{text}")
    changed = await synced(job)
    assert (changed.read, changed.written) == (1, 1)
    assert any("New." in one.read_text("utf-8") for one in (tmp_path / "out").iterdir())


async def test_rows_of_a_database_and_keys_of_another_table(house: House, tmp_path: Path) -> None:
    assert house
    with sqlite3.connect(tmp_path / "main.db") as db:
        db.execute("CREATE TABLE documents (id TEXT PRIMARY KEY, title TEXT, text TEXT, size INTEGER, changed TEXT)")
        db.execute("CREATE TABLE titles (title TEXT PRIMARY KEY)")
        db.executemany("INSERT INTO titles VALUES (?)", [("Getting started",), ("The lamp",)])
    known = CHECKS.validate_python(
        [{"check": "foreign_key", "columns": ["title"], "frame": "titles", "severity": "leave_out"}]
    )
    job = Job(
        source="github/app:acme/app@main:guides",
        target="sql/main:documents",
        name="rows",
        columns={"title": "title", "text": "text", "size": "size"},
        checks=tuple(known),
        references={"titles": "sql/main:titles"},
    )
    first = await synced(job)
    assert (first.written, first.left_out) == (2, 1)
    with sqlite3.connect(tmp_path / "main.db") as db:
        db.execute("INSERT INTO titles VALUES ('Faq')")
    again = await synced(job)
    assert (again.read, again.written, again.unchanged) == (1, 1, 2)
    house.push({"guides/lamp.md": "# The lamp\n\nIt glows.\n"})
    changed = await synced(job)
    assert (changed.read, changed.written) == (1, 1)
    with sqlite3.connect(tmp_path / "main.db") as db:
        rows = db.execute("SELECT id, title, text FROM documents ORDER BY id").fetchall()
    assert [one[0] for one in rows] == ["guides/faq.md", "guides/lamp.md", "guides/start.md"]
    assert rows[1][1:] == ("The lamp", "# The lamp\n\nIt glows.\n")


async def test_entries_of_notion_are_a_source_too(house: House) -> None:
    assert house
    job = Job(source="notion/docs", target="files/folder:out", name="notion")
    first = await synced(job)
    assert first.written == first.listed > 0
    again = await synced(job)
    assert (again.written, again.troubles) == (0, ())


@pytest.mark.parametrize(
    ("more", "why"),
    (
        ({"columns": {"name": "name"}}, "no column 'name'"),
        ({"key": "path"}, "for tables"),
        ({"target": "sql/main:documents", "deletes": "mark"}, "deleted_column"),
    ),
)
def test_a_job_that_cannot_be_is_refused(more: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Job(**{"source": "github/app:acme/app", "target": "confluence/docs:DOCS", **more})


def test_a_place_is_written_in_one_way() -> None:
    with pytest.raises(ConfigError, match="names no place"):
        _ = Job(source="github", target="confluence/docs:DOCS").sync
    with pytest.raises(UnknownName, match="no source of documents 'svn'"):
        shelf("svn/app", "", ())
    names = {Job(source=one, target="confluence/docs:DOCS").title for one in ("github/a:x/y", "github/a:x-y")}
    assert len(names) == 2


@pytest.mark.parametrize(
    ("text", "title", "tags"),
    (
        ("---\ntitle: A lamp\ntags: one, two\n---\nText", "A lamp", ["one", "two"]),
        ("```\n# no heading\n```\n\n# *The* [lamp](x.md) #\n", "The lamp", []),
        ("---\nnot: [closed\n---\n# Lamp", "Lamp", []),
        ("---\ntags: {a: 1}\ntitle: [&a [x], *a]\n---\n", "Big lamp", []),
        ("no front\n\n---\na: 1\n---\n", "Big lamp", []),
        ("---\r\ntags: [b, a, '']\r\n---\r\n# Lamp\r\n", "Lamp", ["a", "b"]),
    ),
)
async def test_title_and_tags_are_read(text: str, title: str, tags: list[str]) -> None:
    said = await read_text(Entry(id="x", file="docs/big-lamp.md"), text.encode())
    assert (said.title, said.tags) == (title, tags)

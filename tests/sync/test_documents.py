"""Documents become pages: only what changed is read and written, nothing twice, and no words of people are lost."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from blocks.confluence import ConfluenceCredentials
from blocks.files import FilesCredentials
from blocks.github import GitHubCredentials
from blocks.notion import NotionCredentials
from blocks.sql import SqlCredentials
from flows.document_sync import work as documents_work
from flows.document_sync.job import Job, remembered
from flows.document_sync.pages import Pages
from flows.document_sync.reading import read_text
from flows.document_sync.report import DataSyncReport, last
from flows.document_sync.shelf import Entry
from flows.document_sync.shelves import shelf
from flows.document_sync.work import run
from flows.publishing import Draft
from flows.publishing.confluence import Target
from tests.sync.table_side import TableSide
from tieline import Credentials, approvals, connections
from tieline.errors import ConfigError, UnknownName
from tieline.sandbox import Sandbox, running
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.github.memory import GitHub
from tieline.sync import Place, work
from tieline.sync.quality import CHECKS

FAST = "100000/minute"
DOCS: dict[str, str | None] = {
    "guides/start.md": "---\ntags: [intro, setup]\n---\n# Getting started\n\nInstall it.\n",
    "guides/lamp.md": "# The lamp\n\nIt lights.\n",
    "guides/faq.md": "Nothing was asked yet.\n",
    "guides/code.py": "print()\n",
}
JOB = Job(source="github/app:acme/app@main:guides", target="confluence/docs:DOCS", name="handbook", delete_limit=0.5)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


class House:
    """A code host to read from, and a wiki."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.github, self.wiki = sandbox.state[GitHub], sandbox.state[Wiki]

    def push(self, files: dict[str, str | None]) -> None:
        content = {path: None if text is None else text.encode() for path, text in files.items()}
        self.github.push(self.github.repos["acme/app"], "main", content, "Write", "Ada Example")

    def pages(self) -> dict[str, dict[str, Any]]:
        return {page["title"]: page for page in self.wiki.pages.values()}

    def text(self, title: str) -> str:
        return str(self.pages()[title]["body"]["storage"]["value"])

    def edit(self, title: str, change: Callable[[str], str]) -> None:
        page = self.pages()[title]
        page["body"]["storage"]["value"] = change(page["body"]["storage"]["value"])
        self.wiki.save(page)

    def calls(self) -> list[str]:
        """What was asked since the last time."""
        found = [f"{one.method} {one.path}" for one in self.sandbox.state.log]
        self.sandbox.state.log.clear()
        return found


@pytest.fixture
def house(served: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> House:
    served.state.begin()
    notion = NotionCredentials(**served.connection("notion"), rate=FAST)
    saved: dict[str, Credentials] = {
        "app": GitHubCredentials(**served.connection("github"), rate=FAST, read_only=True),
        "folder": FilesCredentials(url=f"file://{tmp_path}"),
        "main": SqlCredentials(dialect="sqlite", database=str(tmp_path / "main.db")),
        "docs": ConfluenceCredentials(**served.connection("confluence"), rate=FAST),
    }

    async def load(block: type[Credentials], name: str) -> Credentials:
        found = notion if block is NotionCredentials else saved[name]
        assert isinstance(found, block)
        return found

    monkeypatch.setattr(connections, "load", load)
    made = House(served)
    made.push(DOCS)
    return made


async def synced(job: Job = JOB, **more: Any) -> DataSyncReport:
    outcome = await run(job, **more)
    if outcome.trouble:
        raise outcome.trouble
    return outcome.report


async def test_first_all_documents_then_only_what_changed(house: House) -> None:
    before = len(house.wiki.pages)
    first = await synced()
    assert (first.listed, first.read, first.written, first.troubles) == (3, 3, 3, ())
    assert {"Getting started", "The lamp", "Faq"} <= house.pages().keys()
    assert "tags:" not in house.text("Getting started")
    house.calls()
    again = await synced()
    assert (again.read, again.written, again.unchanged, again.quiet) == (0, 0, 3, True)
    assert len(house.calls()) == again.calls == 1
    house.push({"guides/lamp.md": "# The lamp\n\nIt glows.\n", "src/other.md": "# Other\n"})
    house.calls()
    third = await synced()
    asked = house.calls()
    assert (third.read, third.written, third.unchanged) == (1, 1, 2)
    assert [one for one in asked if "/contents/" in one] == ["GET /repos/acme/app/contents/guides/lamp.md"]
    assert len([one for one in asked if "/wiki/" in one]) == 4  # the space, the page, the page as it is now, its text
    assert "glows" in house.text("The lamp")
    assert len(house.wiki.pages) == before + 3
    assert last("handbook") == third


async def test_what_people_wrote_around_stays_and_what_they_edited_is_told(house: House) -> None:
    await synced()
    house.edit("The lamp", lambda text: f"<p>By Ann.</p>{text}")
    house.edit("Faq", lambda text: text.replace("Nothing", "Much"))
    house.push({"guides/lamp.md": "# The lamp\n\nIt glows.\n", "guides/faq.md": "Something was asked.\n"})
    done = await synced()
    assert (done.written, done.refused) == (1, 1)
    assert [one.document for one in done.troubles] == ["guides/faq.md"]
    assert "edited" in done.troubles[0].why
    assert "By Ann." in house.text("The lamp")
    assert "glows" in house.text("The lamp")
    assert "Much was asked" in house.text("Faq")
    assert (await synced()).refused == 1  # until somebody settles it
    house.edit("Faq", lambda text: text.replace("Much", "Nothing"))
    assert (await synced()).troubles == ()
    assert "Something" in house.text("Faq")
    assert (await synced()).calls == 1


async def test_another_title_is_another_title_and_no_other_page(house: House) -> None:
    await synced()
    pages = {title: page["id"] for title, page in house.pages().items()}
    house.push({"guides/lamp.md": "# The big lamp\n\nIt lights.\n"})
    assert (await synced()).troubles == ()
    assert house.pages()["The big lamp"]["id"] == pages["The lamp"]
    assert len(house.pages()) == len(pages)
    house.push({"guides/lamp.md": "# Faq\n\nIt lights.\n"})
    refused = await synced()
    assert "a page 'Faq' already" in refused.troubles[0].why
    assert len(house.pages()) == len(pages)


async def test_killed_between_title_and_text_there_is_one_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await synced()
    pages = len(house.pages())
    house.push({"guides/lamp.md": "# The big lamp\n\nIt glows.\n"})

    async def write(*_: Any) -> list[Any]:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Target, "write", write)
        with pytest.raises(Killed):
            await synced()
    assert "It lights" in house.text("The big lamp")
    await synced()
    assert "It glows" in house.text("The big lamp")
    assert len(house.pages()) == pages


async def test_two_documents_with_one_title_are_not_one_page(house: House) -> None:
    house.push({"guides/more.md": "# Faq\n\nMore.\n"})
    done = await synced()
    assert (done.written, done.refused) == (3, 1)
    assert [one.document for one in done.troubles] == ["guides/more.md"]
    assert "More." not in house.text("Faq")


async def test_a_moved_file_is_another_document(house: House) -> None:
    job = JOB.model_copy(update={"delete_limit": 1})
    await synced(job)
    house.push({"guides/lamp.md": None, "guides/old/lamp.md": "# The old lamp\n\nIt lights.\n"})
    done = await synced(job)
    assert (done.written, done.deleted, done.troubles) == (1, 1, ())
    assert "It lights" in house.text("The old lamp")
    assert "It lights" not in house.text("The lamp")


async def test_a_moved_file_keeps_its_page(house: House) -> None:
    job = JOB.model_copy(update={"delete_limit": 1})
    await synced(job)
    pages = {title: page["id"] for title, page in house.pages().items()}
    house.push({"guides/lamp.md": None, "guides/old/lamp.md": DOCS["guides/lamp.md"]})
    done = await synced(job)
    assert (done.written, done.deleted, done.troubles) == (1, 1, ())
    assert {title: page["id"] for title, page in house.pages().items()} == pages
    assert house.text("The lamp").count("It lights") == 1
    assert (await synced(job)).calls == 1


async def test_what_is_gone_goes_and_beyond_the_limit_a_person_decides(house: House) -> None:
    strict = JOB.model_copy(update={"delete_limit": 0.1})
    await synced(strict)
    house.edit("The lamp", lambda text: f"<p>By Ann.</p>{text}")
    house.push({"guides/lamp.md": None})
    outcome = await run(strict)
    assert isinstance(outcome.trouble, work.NeedsApproval)
    assert outcome.report.state == "waiting"
    assert "It lights" in house.text("The lamp")
    (asked,) = approvals.waiting("data_sync")
    assert outcome.report.approval == asked.id
    assert (await run(strict)).report.approval == asked.id  # and nobody is asked twice
    approvals.decide(asked.id, "approve", by="Ann", via="test")
    done = await synced(strict)
    assert (done.deleted, done.written) == (1, 0)
    assert "It lights" not in house.text("The lamp")
    assert "By Ann." in house.text("The lamp")
    assert (await synced(strict)).calls == 1


async def test_what_is_gone_is_marked_or_left(house: House) -> None:
    marking = JOB.model_copy(update={"deletes": "mark"})
    await synced(marking)
    house.push({"guides/lamp.md": None})
    await synced(marking)
    assert "gone at its source" in house.text("The lamp")
    house.push({"guides/lamp.md": "# The lamp\n\nIt lights again.\n"})
    await synced(marking)
    assert "lights again" in house.text("The lamp")
    assert "gone at its source" not in house.text("The lamp")
    leaving = JOB.model_copy(update={"deletes": "never"})
    house.push({"guides/lamp.md": None})
    assert (await synced(leaving)).deleted == 0
    assert "lights again" in house.text("The lamp")


@pytest.mark.parametrize("after", range(4))
async def test_killed_it_goes_on_and_doubles_nothing(house: House, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Killed after so many pages were written: before it was remembered, and before the batch was whole."""
    real, made = Target.write, 0

    async def write(self: Target, drafts: Sequence[Draft], message: str) -> list[Any]:
        nonlocal made
        done = []
        for one in drafts:
            if made == after:
                raise Killed
            done += await real(self, [one], message)
            made += 1
        return done

    before = len(house.wiki.pages)
    monkeypatch.setattr(Pages, "batch", 2)
    monkeypatch.setattr(Target, "write", write)
    if after < 3:
        with pytest.raises(Killed):
            await synced()
    else:
        await synced()
    monkeypatch.setattr(Target, "write", real)
    house.calls()
    done = await synced()
    assert len(house.wiki.pages) == before + 3
    assert all(page["version"]["number"] == 1 for title, page in house.pages().items() if title in {"Faq", "The lamp"})
    remembered = 2 if after == 2 else 0
    assert done.read == (3 - remembered if after < 3 else 0)


async def test_with_everything_pages_that_are_gone_come_back(house: House) -> None:
    await synced()
    gone = house.pages()["The lamp"]["id"]
    del house.wiki.pages[gone]
    house.edit("Faq", lambda text: text.replace("Nothing", "Much"))
    assert (await synced()).written == 0  # nobody looks at pages whose document is as it was
    done = await synced(everything=True)
    assert (done.read, done.written) == (3, 1)
    assert "It lights" in house.text("The lamp")
    assert "Much" in house.text("Faq")
    assert [one.why for one in done.troubles if "edited" in one.why]


async def test_checks_stop_leave_out_or_report(house: House) -> None:
    tagged = CHECKS.validate_python([{"check": "required", "column": "tags", "severity": "stop"}])
    outcome = await run(JOB.model_copy(update={"checks": tuple(tagged)}))
    assert outcome.report.state == "stopped"
    assert outcome.report.quality is not None
    assert "Getting started" not in house.pages()
    soft = CHECKS.validate_python(
        [
            {"check": "required", "column": "tags", "severity": "report"},
            {"check": "pattern", "column": "text", "pattern": "(?s)# .*", "severity": "leave_out"},
            {"check": "unique", "columns": ["title"], "severity": "leave_out"},
            {"check": "range", "column": "size", "maximum": 10_000, "severity": "stop"},
        ]
    )
    job = JOB.model_copy(update={"checks": tuple(soft)})
    done = await synced(job)
    assert (done.written, done.left_out) == (2, 1)
    assert [one.why for one in done.troubles] == ["guides/faq.md is left out: see the checks"]
    assert done.quality is not None
    assert [one.failed for one in done.quality.findings] == [2, 1, 0, 0]
    # What was fit and is not any more keeps its page; another with the title of one that is there is left out.
    house.push({"guides/lamp.md": "No heading.\n", "guides/more.md": "# Getting started\n\nMore.\n"})
    worse = await synced(job)
    assert (worse.written, worse.deleted, worse.left_out, worse.read) == (0, 0, 3, 3)
    assert "It lights" in house.text("The lamp")
    house.push(
        {"guides/faq.md": "# Faq\n\nAsked.\n", "guides/lamp.md": "# The lamp\n\nIt glows.\n", "guides/more.md": None}
    )
    assert (await synced(job)).written == 2
    assert (await synced(job)).calls == 1


async def test_a_dry_run_writes_nothing(house: House) -> None:
    before = dict(house.wiki.pages)
    done = await synced(dry_run=True)
    assert (done.state, done.written) == ("planned", 3)
    assert house.wiki.pages == before
    assert (await synced()).written == 3


async def test_a_dry_run_of_another_job_forgets_nothing(house: House) -> None:
    job = JOB.model_copy(update={"delete_limit": 1.0})
    await synced(job)
    with pytest.raises(ConfigError, match="handbook is the name of another job"):
        await synced(JOB.model_copy(update={"target": "files/folder:out"}), dry_run=True)
    await synced(job.model_copy(update={"deletes": "never"}), dry_run=True)
    assert remembered("handbook") == job
    house.push({"guides/lamp.md": None})
    assert (await synced(job)).deleted == 1


async def test_another_target_under_the_same_name_gets_all_of_it(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Target.write

    async def write(self: Target, drafts: Sequence[Draft], message: str) -> list[Any]:
        if "Faq" in house.pages():
            raise Killed
        return await real(self, drafts, message)

    monkeypatch.setattr(Pages, "batch", 1)
    with monkeypatch.context() as patch:
        patch.setattr(Target, "write", write)
        with pytest.raises(Killed):
            await synced()
    done = await synced(JOB.model_copy(update={"target": "files/folder:out"}))
    assert done.written == 3
    assert "It lights." in (tmp_path / "out/guides/lamp.md").read_text("utf-8")
    gone = JOB.model_copy(update={"target": "files/folder:out", "delete_limit": 1.0})
    house.push({"guides/lamp.md": None})
    assert (await synced(gone)).deleted == 1
    assert not (tmp_path / "out/guides/lamp.md").exists()


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

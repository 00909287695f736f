"""What is done to files in SharePoint, in Google Drive and in folders is told: once, and nothing else is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks import google_drive, sharepoint
from tests.feeds.drive import told
from tieline.errors import ConfigError, UnknownName
from tieline.feeds import folder as folders
from tieline.feeds import look, memory
from tieline.sandbox import Sandbox
from tieline.sandbox.sharepoint.memory import Tenant
from tieline.store.writing import writing

pytestmark = pytest.mark.usefixtures("team")


def events() -> list[tuple[str, str]]:
    """What was told: event and file."""
    return [(event.removeprefix("file_"), file) for event, file, _ in told()]


async def follow(source: str) -> tuple[str, Any]:
    """The first look, and what to call for another one."""
    (place,) = await look.places(source)
    first = await look.look(source, place)
    assert (first.first, told()) == (True, [])
    return place, lambda: look.look(source, place)


# ---------------------------------------------------------------- SharePoint


@pytest.fixture
def library(sandbox: Sandbox) -> Any:
    (found,) = sandbox.state[Tenant].libraries.values()
    return found


async def test_sharepoint(library: Any, team: dict[str, Any]) -> None:
    place, again = await follow("sharepoint/team")
    made = library.write("Reports/may.pdf", b"one")
    assert (await again()).events == {"file_created": 1}
    # A column, as the summary is written into: the item's tag is another one, the file is the same.
    tag = made["eTag"]
    await sharepoint.update_fields.fn(
        team["sharepoint"], drive_id=place, item_id=made["id"], fields={"Title": "A summary"}
    )
    assert library.items[made["id"]]["eTag"] != tag
    assert (await again()).events == {}
    library.write("Reports/may.pdf", b"two")
    library.write("Reports/may.pdf", b"three")
    await again()
    made["name"] = "june.pdf"
    library.touch(made, "Imani Okafor")
    await again()
    library.remove(made["id"])
    await again()
    await again()
    number = made["id"]
    assert events() == [("created", number), ("updated", number), ("updated", number), ("deleted", number)]


async def test_a_delta_token_that_is_too_old_begins_anew_without_telling_all(library: Any) -> None:
    _, again = await follow("sharepoint/team")
    gone = library.write("gone.txt", b"x")
    kept = library.write("kept.txt", b"x")
    await again()
    library.remove(gone["id"])
    new = library.write("new.txt", b"x")
    library.forgotten = len(library.changes)
    found = await again()
    assert found.events == {"file_created": 1, "file_deleted": 1}
    assert events()[2:] == [("created", new["id"]), ("deleted", gone["id"])]
    assert kept["id"] not in dict(map(reversed, events()[2:]))  # type: ignore[arg-type]


async def test_many_files_come_in_pages_and_a_process_that_died_goes_on(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.sharepoint.changes.AT_ONCE", 3)
    monkeypatch.setattr("tasks.sharepoint.changes.PAGE", 3)
    place, again = await follow("sharepoint/team")
    known = memory.counts()[1]
    assert known == sum("file" in one for one in library.items.values())
    for number in range(8):
        library.write(f"many/{number}.txt", b"x")
    library.forgotten = len(library.changes)
    real, left = memory.record, [1, 2]

    def dies(*args: Any) -> Any:
        if not left:
            raise RuntimeError("killed")
        left.pop()
        return real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(memory, "record", dies)
        with pytest.raises(RuntimeError, match="killed"):
            await again()
    state = memory.feed("sharepoint", "team", place)
    assert state is not None
    assert state.listing
    await again()
    assert len(events()) == 8
    assert {event for event, _ in events()} == {"created"}


# ---------------------------------------------------------------- Google Drive


async def test_google_drive(team: dict[str, Any]) -> None:
    block = team["google_drive"]
    _, again = await follow("google_drive/team")
    made = await google_drive.upload_file.fn(block, file=b"one", name="may.txt")
    await google_drive.create_folder.fn(block, name="Not a file")
    assert (await again()).events == {"file_created": 1}
    await google_drive.update_properties.fn(block, file_id=made.id, properties={"a": "b"}, description="A summary")
    assert (await again()).events == {}
    await google_drive.delete_file.fn(block, file_id=made.id)
    await again()
    await again()
    assert events() == [("created", made.id), ("deleted", made.id)]


@pytest.mark.parametrize("cursor", ("since 999999", "list 1 999999", "since 0"))
async def test_a_page_token_that_is_good_no_more_begins_anew(team: dict[str, Any], cursor: str) -> None:
    block = team["google_drive"]
    _, again = await follow("google_drive/team")
    made = await google_drive.upload_file.fn(block, file=b"one", name="may.txt")
    state = memory.feed("google_drive", "team", "")
    assert state is not None
    with writing() as db:
        db.execute(memory.FEEDS.update().values(cursor=cursor))
    await again()
    assert events() == [("created", made.id)]
    await again()
    assert len(events()) == 1


async def test_all_files_of_a_drive_come_in_pages(team: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    files = await google_drive.list_files.fn(team["google_drive"], q="mimeType != 'application/vnd.google-apps.folder'")
    monkeypatch.setattr("tasks.google_drive.changes._FILES", {**google_drive.changes._FILES, "pageSize": 2})
    await follow("google_drive/team")
    assert memory.counts() == {1: len(files)}
    assert len(files) > 2


# ---------------------------------------------------------------- folders


async def test_files(folder: Path) -> None:
    (folder / "old.txt").write_text("there before")
    _, again = await follow("files/team")
    (folder / "sub").mkdir()
    (folder / "sub" / "may.txt").write_text("one")
    for name in (".hidden", "~$may.docx", "may.pdf.crdownload", "half.part"):
        (folder / name).write_text("not yet")
    assert (await again()).events == {"file_created": 1}
    (folder / "old.txt").write_text("changed")
    await again()
    # Where a path is all there is, another one is another file.
    (folder / "old.txt").rename(folder / "new.txt")
    await again()
    (folder / "sub" / "may.txt").unlink()
    await again()
    assert (await again()).events == {}
    assert events() == [
        ("created", "sub/may.txt"),
        ("updated", "old.txt"),
        ("created", "new.txt"),
        ("deleted", "old.txt"),
        ("deleted", "sub/may.txt"),
    ]


async def test_a_file_that_is_being_written_waits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, again = await follow("files/team")
    file = folder / "large.bin"
    file.write_bytes(b"the beginning")
    sizes = iter((b" the middle", b" the end", b""))

    async def grow() -> None:
        with file.open("ab") as opened:
            opened.write(next(sizes))

    monkeypatch.setattr(folders, "_settle", grow)
    assert [(await again()).busy, (await again()).busy, told()] == [1, 1, []]
    assert (await again()).events == {"file_created": 1}


async def test_a_name_that_is_no_text_does_not_stop_the_others(folder: Path) -> None:
    _, again = await follow("files/team")
    os.close(os.open(os.fsencode(folder) + b"/\xff\xfe.txt", os.O_CREAT))
    (folder / "good.txt").write_text("x")
    await again()
    assert events() == [("created", "good.txt")]


async def test_a_folder_that_has_not_changed_is_not_compared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.txt").write_text("x")
    _, again = await follow("files/team")

    def nobody(*_: Any) -> Any:
        raise AssertionError("it was compared")

    monkeypatch.setattr(memory, "left_behind", nobody)
    assert (await again()).events == {}


# ---------------------------------------------------------------- what makes no sense


@pytest.mark.parametrize(
    ("source", "error"),
    (("files", ConfigError), ("files/", ConfigError), ("zendesk/team", UnknownName), ("files/nobody", UnknownName)),
)
async def test_what_makes_no_sense_is_refused(source: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await look.look(source)
    assert memory.feeds() == []


async def test_what_is_forgotten_while_it_is_looked_at_stays_so(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    assert folder
    _, again = await follow("files/team")
    real: Callable[..., Any] = memory.record

    def forgotten(*args: Any) -> Any:
        memory.forget("files", "team")
        return real(*args)

    monkeypatch.setattr(memory, "record", forgotten)
    with pytest.raises(ConfigError, match="feed follow"):
        await again()
    assert memory.feeds() == []

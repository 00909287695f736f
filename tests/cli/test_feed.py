"""`tieline feed` and `tieline watch`."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from blocks.files import FilesCredentials
from tests.cli.conftest import Run, answer, start
from tests.cli.test_processes import until
from tests.feeds.drive import told
from tests.worker.place import eventually

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]


@pytest.fixture
def folder(tmp_path: Path, prefect_server: str) -> Path:
    """A folder with one file, and the connection `files/watched` that leads to it."""
    assert prefect_server
    made = tmp_path / "watched"
    made.mkdir()
    (made / "may.txt").write_text("one")
    FilesCredentials(url=f"file://{made}").save("watched", overwrite=True)
    return made


def test_a_connection_is_followed_shown_and_forgotten(tieline: Run, folder: Path) -> None:
    assert "Nothing is followed" in tieline("feed", "list").output
    assert "first look" in tieline("feed", "follow", "files/watched").stdout
    (folder / "june.txt").write_text("two")
    assert "1 file created (june.txt)" in tieline("feed", "follow", "files/watched").stdout
    shown = tieline("feed", "list").stdout
    assert "files/watched" in shown
    assert " ago" in shown
    (row,) = answer(tieline("feed", "list", "--json"))
    assert (row["source"], row["place"], row["files"]) == ("files/watched", "", 2)
    tieline("feed", "forget", "files/watched")
    assert "is not followed" in tieline("feed", "forget", "files/watched", code=1).output


@pytest.mark.parametrize(
    ("words", "says"),
    (
        (("feed", "follow", "files"), "names no connection"),
        (("feed", "follow", "zendesk/support"), "can be asked what has changed"),
        (("watch",), "No folder of this machine is followed"),
        (("watch", "files/nobody-has-this"), "nobody-has-this"),
    ),
)
def test_what_makes_no_sense_is_said_so(tieline: Run, words: tuple[str, ...], says: str) -> None:
    assert says in tieline(*words, code=1).output.replace("\n", " ")


def test_a_folder_is_watched_until_sigterm(folder: Path, prefect_server: str) -> None:
    process = start("watch", "files/watched", PREFECT_API_URL=prefect_server)
    try:
        until(process, "Watching files/watched until Ctrl-C.")
        assert process.stdout is not None
        assert "first look" in process.stdout.readline()
        (folder / "june.txt").write_text("two")
        eventually(lambda: [file for _, file, _ in told()] == ["june.txt"], "the file is told of")
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=60)
        assert "Traceback" not in rest
    finally:
        process.kill()
        process.communicate()

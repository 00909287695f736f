"""Folders on this machine, on servers and in object stores: the same actions, the same errors, nothing outside."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks.files import FilesCredentials
from tasks import files
from tieline.errors import AuthFailed, BadAnswer, ConfigError, Conflict, ConnectorError, NotFound, Rejected, UnknownName
from tieline.files import PART, FileInfo


async def write(block: FilesCredentials, path: str, content: bytes = b"x", version: str = "") -> FileInfo:
    return await files.write_file.fn(block, path=path, content=content, version=version)


async def test_what_was_written_is_there_and_in_the_list(block: FilesCredentials) -> None:
    made = await write(block, "reports/may.pdf", b"May")
    assert (made.path, made.name, made.size) == ("reports/may.pdf", "may.pdf", 3)
    assert await files.read_file.fn(block, path="reports/may.pdf") == b"May"
    await write(block, "a.txt")
    assert [one.path for one in await files.list_files.fn(block)] == ["a.txt", "reports/may.pdf"]
    assert [one.path for one in await files.list_files.fn(block, pattern="*.pdf")] == ["reports/may.pdf"]
    assert [one.path for one in await files.list_files.fn(block, folder="reports")] == ["reports/may.pdf"]
    assert len(await files.list_files.fn(block, limit=1)) == 1
    assert (await files.get_file.fn(block, path="a.txt")).version == (await write_version(block, "a.txt"))
    assert await files.connector.identity(block)


async def write_version(block: FilesCredentials, path: str) -> str:
    return (await files.get_file.fn(block, path=path)).version


async def test_a_file_that_somebody_else_changed_is_not_replaced(block: FilesCredentials) -> None:
    first = await write(block, "a.txt", b"first")
    second = await write(block, "a.txt", b"second, longer", version=first.version)
    assert second.version != first.version
    with pytest.raises(Conflict, match="changed by somebody else"):
        await write(block, "a.txt", b"third", version=first.version)
    assert await files.read_file.fn(block, path="a.txt") == b"second, longer"


async def test_moving_replaces_nothing(block: FilesCredentials) -> None:
    await write(block, "a.txt", b"a")
    await write(block, "b.txt", b"b")
    with pytest.raises(Conflict, match="There is a file"):
        await files.move_file.fn(block, path="a.txt", to="b.txt")
    assert (await files.move_file.fn(block, path="a.txt", to="done/a.txt")).path == "done/a.txt"
    await files.delete_file.fn(block, path="b.txt")
    assert [one.path for one in await files.list_files.fn(block)] == ["done/a.txt"]


async def test_what_is_not_there_is_said_so(block: FilesCredentials) -> None:
    for asked in (
        files.read_file.fn(block, path="no.txt"),
        files.get_file.fn(block, path="no.txt"),
        files.delete_file.fn(block, path="no.txt"),
        files.move_file.fn(block, path="no.txt", to="yes.txt"),
        files.list_files.fn(block, folder="no"),
    ):
        with pytest.raises(NotFound, match="is not there"):
            await asked


async def test_a_folder_is_no_file(block: FilesCredentials) -> None:
    await write(block, "reports/may.pdf")
    with pytest.raises(Rejected, match="reports is a folder"):
        await files.read_file.fn(block, path="reports")


async def test_too_much_is_not_read(block: FilesCredentials) -> None:
    await write(block, "a.txt", b"12345")
    with pytest.raises(BadAnswer, match="at most"):
        await files.read_file.fn(block.model_copy(update={"max_bytes": 4}), path="a.txt")


@pytest.mark.parametrize("path", ("..", "../secret.txt", "a/../../secret.txt", "a\\..\\secret.txt", "a\0.txt"))
async def test_no_path_leads_out_of_the_folder(block: FilesCredentials, path: str) -> None:
    for asked in (
        files.read_file.fn(block, path=path),
        write(block, path),
        files.delete_file.fn(block, path=path),
        files.list_files.fn(block, folder=path),
    ):
        with pytest.raises(ConfigError, match="leads out of the folder"):
            await asked


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(path=st.text(st.sampled_from("./a~$*?[ é\\\0:"), min_size=1, max_size=12))
def test_whatever_the_path_is_nothing_outside_changes(tmp_path: Path, path: str) -> None:
    (tmp_path / "inside").mkdir(exist_ok=True)
    (tmp_path / "secret.txt").write_text("secret")
    block = FilesCredentials(url=f"file://{tmp_path}/inside")
    try:
        made = asyncio.run(write(block, path, b"new"))
    except (ConfigError, ConnectorError):
        pass
    else:
        assert (tmp_path / "inside" / made.path).read_bytes() == b"new"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["inside", "secret.txt"]
    assert (tmp_path / "secret.txt").read_text() == "secret"


async def test_links_lead_nowhere_else(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (inside / "door").symlink_to(outside)
    (inside / "file.txt").symlink_to(outside / "secret.txt")
    block = FilesCredentials(url=f"file://{inside}")
    assert await files.list_files.fn(block) == []
    for path in ("door/secret.txt", "file.txt", "door/new.txt"):
        with pytest.raises(ConfigError, match="link that leads out"):
            await write(block, path)
        with pytest.raises(ConfigError, match="link that leads out"):
            await files.read_file.fn(block, path=path)
    assert [one.name for one in outside.iterdir()] == ["secret.txt"]


@pytest.mark.parametrize("mode", (0o600, 0o755))
async def test_who_may_use_a_file_stays_the_same_when_it_is_written_anew(tmp_path: Path, mode: int) -> None:
    (tmp_path / "a.txt").touch(mode)
    (tmp_path / "a.txt").chmod(mode)
    await write(FilesCredentials(url=f"file://{tmp_path}"), "a.txt", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == mode


async def test_what_we_may_not_read_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.txt").touch()
    # Not by its mode: root may read everything.
    monkeypatch.setattr("fsspec.implementations.local.LocalFileSystem.cat_file", refuse)
    with pytest.raises(AuthFailed, match="may not be used by us"):
        await files.read_file.fn(FilesCredentials(url=f"file://{tmp_path}"), path="a.txt")


def test_a_writer_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    script = f"""
        import asyncio, os, signal
        from blocks.files import FilesCredentials
        from tasks import files

        os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        block = FilesCredentials(url="file://{tmp_path}")
        asyncio.run(files.write_file.fn(block, path="a.txt", content=b"new"))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "a.txt").read_text() == "old"
    left = [one.path for one in asyncio.run(files.list_files.fn(FilesCredentials(url=f"file://{tmp_path}")))]
    assert left == ["a.txt"]
    assert any(one.name.startswith(PART) for one in tmp_path.iterdir())


def test_a_kind_of_place_that_there_is_not() -> None:
    with pytest.raises(UnknownName, match="no kind of place for files 'ftp'"):
        asyncio.run(files.list_files.fn(FilesCredentials(url="ftp://x/y")))


@pytest.mark.parametrize(("scheme", "extra"), (("sftp", "sftp"), ("webdavs", "webdav"), ("gs", "gcs"), ("az", "azure")))
def test_a_package_that_is_missing_is_named(scheme: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, f"tieline.files.{extra}", None)
    with pytest.raises(ConfigError, match=rf"pip install 'tieline\[{extra}\]'"):
        asyncio.run(files.list_files.fn(FilesCredentials(url=f"{scheme}://host/y")))


def test_secrets_stay_in_the_block() -> None:
    block = FilesCredentials(url="sftp://host/x", secret_options={"password": "pa55word"})
    assert "pa55word" not in repr(block)
    assert block.secrets() == ("pa55word",)

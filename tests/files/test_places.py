"""What every kind of place promises, against a real server of each."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from blocks.files import FilesCredentials
from tasks import files
from tests.conftest import Clock
from tests.files.servers import PASSWORD, Servers
from tieline.errors import AuthFailed, ConfigError, Conflict, NotFound, TielineError, Transient
from tieline.files import PART, FileInfo

#: What aiohttp would have Google's and Azure's clients do.
pytestmark = pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")

OBJECTS = ("s3", "gcs", "azure")
NAMES = ("with space.txt", "Prüfung.txt", "a#b.txt", "100%.txt", "50%25.txt", "a+b&c=d.txt", "[x] {y}.txt", "~'$.txt")


async def write(block: FilesCredentials, path: str, content: bytes = b"x", version: str = "") -> FileInfo:
    return await files.write_file.fn(block, path=path, content=content, version=version)


async def listed(block: FilesCredentials, **how: Any) -> list[str]:
    return [one.path for one in await files.list_files.fn(block, **how)]


async def test_names_are_what_they_are(block: FilesCredentials, kind: str) -> None:
    # Windows has no names with these two, and WsgiDAV takes ? in the new name of a file for the beginning of a query.
    names = [*NAMES, *(["what?.txt", "a*b.txt"] if kind not in {"smb", "webdav"} else [])]
    for name in names:
        await write(block, f"Größe #1/{name}", name.encode())
    assert sorted(await listed(block)) == sorted(f"Größe #1/{name}" for name in names)
    for name in names:
        assert await files.read_file.fn(block, path=f"Größe #1/{name}") == name.encode()
    for name in ("a#b.txt", "50%25.txt"):
        await files.move_file.fn(block, path=f"Größe #1/{name}", to=f"moved {name}")
        await files.delete_file.fn(block, path=f"moved {name}")
    assert len(await listed(block)) == len(names) - 2


async def test_a_name_that_smb_has_not_is_turned_down(servers: Servers) -> None:
    with pytest.raises(TielineError, match="cannot be the name"):
        await write(servers.block("smb"), "what?.txt")


@pytest.mark.parametrize(("kind", "name"), (("s3", "a?versionId=b"), ("azure", "a?versionid=b")))
async def test_a_name_that_leads_to_another_file_is_refused(kind: str, name: str, servers: Servers) -> None:
    block = servers.block(kind)
    await write(block, "a")
    with pytest.raises(ConfigError, match="cannot be a name"):
        await files.delete_file.fn(block, path=name)
    assert await listed(block) == ["a"]


async def test_an_empty_folder_is_empty_and_a_connection_is_good(block: FilesCredentials) -> None:
    assert await listed(block) == []
    assert PASSWORD not in (await files.connector.identity(block)).name


async def test_hidden_files_are_not_listed(block: FilesCredentials) -> None:
    for path in (".hidden", "a/.b/c.txt", "a/d.txt"):
        await write(block, path)
    assert await listed(block) == ["a/d.txt"]


async def test_a_new_version_with_each_write(block: FilesCredentials) -> None:
    first = await write(block, "a.txt", b"1")
    second = await write(block, "a.txt", b"22")
    assert first.version
    assert first.version != second.version == (await files.get_file.fn(block, path="a.txt")).version
    assert [one.version for one in await files.list_files.fn(block)] == [second.version]


async def test_a_file_that_is_gone_is_not_written_again(block: FilesCredentials) -> None:
    first = await write(block, "a.txt")
    await files.delete_file.fn(block, path="a.txt")
    with pytest.raises((Conflict, NotFound)):
        await write(block, "a.txt", b"y", first.version)
    assert await listed(block) == []


async def test_up_and_down_again(block: FilesCredentials, tmp_path: Path) -> None:
    content = bytes(range(256)) * 5000
    (tmp_path / "up").write_bytes(content)
    made = await files.upload_file.fn(block, path="big/one.bin", file=tmp_path / "up")
    assert made.size == len(content)
    assert await files.download_file.fn(block, path="big/one.bin", to=tmp_path / "down") == tmp_path / "down"
    assert (tmp_path / "down").read_bytes() == content
    await asyncio.to_thread((tmp_path / "up").write_bytes, b"new")
    await write(block, "big/one.bin", b"meanwhile")
    with pytest.raises(Conflict, match="changed by somebody else"):
        await files.upload_file.fn(block, path="big/one.bin", file=tmp_path / "up", version=made.version)
    with pytest.raises(NotFound):
        await files.download_file.fn(block, path="none", to=tmp_path / "down")
    assert (tmp_path / "down").read_bytes() == content
    assert not list(tmp_path.glob(f"{PART}*"))  # noqa: ASYNC240 - nobody else runs here


async def test_a_file_with_holes_arrives_whole(block: FilesCredentials, tmp_path: Path) -> None:
    """A file system keeps no zeros that nobody has written; what copies only the rest loses the end."""
    with (tmp_path / "holes").open("wb") as file:
        file.write(b"begin")
        file.truncate(1 << 20)
    info = await files.upload_file.fn(block, path="holes", file=tmp_path / "holes")
    assert info.size == 1 << 20
    await files.download_file.fn(block, path="holes", to=tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == (tmp_path / "holes").read_bytes()


async def test_what_is_not_on_this_machine(block: FilesCredentials, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="on this machine"):
        await files.upload_file.fn(block, path="a", file=tmp_path / "none")
    with pytest.raises(ConfigError, match="on this machine"):
        await files.download_file.fn(block, path="a", to=tmp_path / "none" / "a")


async def test_a_reader_never_sees_half_a_file(block: FilesCredentials) -> None:
    """A reader sees the old content or the new one; never a part, and never a file of another name."""
    size = 300_000
    await write(block, "a.bin", b"0" * size)
    seen: set[bytes] = set()
    stop = threading.Event()

    async def look() -> None:
        while not stop.is_set():
            try:
                seen.add(await files.read_file.fn(block, path="a.bin"))
            except (NotFound, Transient):  # WebDAV: the old file may go a moment before the new one comes
                continue

    reader = asyncio.create_task(look())
    for round_ in range(1, 6):
        for _ in range(20):
            try:
                await write(block, "a.bin", str(round_).encode() * size)
                break
            except (Transient, AuthFailed):  # over SMB: the reader has it open at the moment
                continue
    stop.set()
    await reader
    assert seen
    assert all(len(content) == size and len(set(content)) == 1 for content in seen)
    assert await listed(block) == ["a.bin"]


@pytest.mark.parametrize("kind", ("sftp", "smb", "webdav", "disk"))
async def test_what_fails_on_the_way_leaves_nothing(
    kind: str, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = servers.block(kind)
    await write(block, "a.txt", b"old")

    def fail(*_: object) -> None:
        raise OSError(5, "broken")

    module = {"disk": "place.Disk", "sftp": "sftp.Sftp", "smb": "smb.Smb", "webdav": "webdav.Webdav"}[kind]
    monkeypatch.setattr(f"tieline.files.{module}.replace", fail)
    with pytest.raises(Transient, match="cannot be reached: broken") as caught:
        await write(block, "a.txt", b"new")
    assert getattr(caught.value, "may_have_happened", False)
    assert [one.name for one in servers.home(kind, block).iterdir()] == ["a.txt"]
    assert (servers.home(kind, block) / "a.txt").read_bytes() == b"old"


@pytest.mark.parametrize("kind", OBJECTS)
async def test_a_move_that_is_killed_leaves_both(kind: str, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    block = servers.block(kind)
    await write(block, "a.txt", b"content")

    def die(*_: object) -> None:
        raise OSError(5, "killed")

    kinds = {"s3": "s3.S3", "gcs": "gcs.Gcs", "azure": "azure.Azure"}
    with monkeypatch.context() as patch:
        patch.setattr(f"tieline.files.{kinds[kind]}.end", die)
        with pytest.raises(Transient):
            await files.move_file.fn(block, path="a.txt", to="b.txt")
    assert await listed(block) == ["a.txt", "b.txt"]
    assert await files.read_file.fn(block, path="b.txt") == b"content"
    with pytest.raises(Conflict, match=r"b\.txt already"):
        await files.move_file.fn(block, path="a.txt", to="b.txt")


@pytest.mark.parametrize(
    ("kind", "wrong"),
    (
        ("sftp", {"private_key": None}),
        ("smb", {"password": "wrong"}),
        ("webdav", {"password": "wrong"}),
    ),
)
async def test_a_login_that_is_refused(kind: str, wrong: dict[str, str | None], servers: Servers) -> None:
    block = servers.block(kind)
    await write(block, "a.txt")  # with the right one first: no connection may be left for the wrong one
    if kind == "sftp":
        import asyncssh  # noqa: PLC0415 - only here

        wrong = {"private_key": asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()}
    other = FilesCredentials(url=block.url, options=block.options, secret_options=wrong)
    with pytest.raises(AuthFailed, match="may not be used by us"):
        await listed(other)


async def test_a_server_that_nobody_knows_is_not_trusted(servers: Servers, tmp_path: Path) -> None:
    block = servers.block("sftp")
    (tmp_path / "known_hosts").touch()
    for options in ({"known_hosts": str(tmp_path / "known_hosts")}, {"known_hosts": None}):
        unknown = {name: value for name, value in block.options.items() if name != "host_key"}
        other = FilesCredentials(url=block.url, options=unknown | options, secret_options=block.secret_options)
        with pytest.raises(AuthFailed, match="key is not known"):
            await listed(other)


async def test_links_on_a_server_lead_nowhere_else(servers: Servers) -> None:
    block = servers.block("sftp")
    home = servers.home("sftp", block)
    secret = home.parent / f"secret-{home.name}"
    secret.write_text("secret")
    (home / "file.txt").symlink_to(secret)
    (home / "door").symlink_to(home.parent)
    assert await listed(block) == []
    for path in ("file.txt", f"door/{secret.name}", "door/new.txt", "door/new/deep.txt"):
        with pytest.raises(ConfigError, match="link that leads out"):
            await files.read_file.fn(block, path=path)
        with pytest.raises(ConfigError, match="link that leads out"):
            await write(block, path)
    assert secret.read_text() == "secret"


@pytest.mark.parametrize("kind", ("sftp", "smb", "webdav"))
async def test_what_may_not_be_read_is_said(kind: str, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the file's mode: the servers run as root, who may read everything."""
    block = servers.block(kind)
    await write(block, "a.txt")
    errors: dict[str, Exception] = {}
    if kind == "sftp":
        import asyncssh  # noqa: PLC0415 - only here

        errors[kind] = asyncssh.SFTPPermissionDenied("no")
    elif kind == "smb":
        from smbprotocol.exceptions import (  # type: ignore[import-untyped] # noqa: PLC0415 - it has no types; only here
            SMBOSError,
        )

        errors[kind] = SMBOSError(0xC0000022, "a.txt")
    else:
        import httpx  # noqa: PLC0415 - only here
        from webdav4.client import HTTPError  # type: ignore[import-untyped] # noqa: PLC0415 - it has no types; only here

        errors[kind] = HTTPError(httpx.Response(403, request=httpx.Request("GET", "http://127.0.0.1/")))

    def refuse(*_: object) -> bytes:
        raise errors[kind]

    monkeypatch.setattr("tieline.files.place.Place.read", refuse)
    with pytest.raises(AuthFailed, match="may not be used by us"):
        await files.read_file.fn(block, path="a.txt")


@pytest.mark.parametrize("kind", ("sftp", "smb", "webdav", "s3"))
async def test_a_server_that_is_away_is_asked_again_and_then_named(kind: str, servers: Servers, still: Clock) -> None:
    block = servers.block(kind)
    port = str(block.url).rpartition(":")[2].split("/")[0]
    options = dict(block.options)
    if kind == "s3":
        options |= {"endpoint_url": "http://127.0.0.1:1", "config_kwargs": {"retries": {"max_attempts": 1}}}
    url = block.url.replace(port, "1") if kind != "s3" else block.url
    other = FilesCredentials(url=url, options=options, secret_options=block.secret_options)
    with pytest.raises(Transient, match="cannot be reached") as caught:
        await listed(other)
    assert len(still.waits) == 2
    assert PASSWORD not in str(caught.value)


def test_no_password_in_an_address() -> None:
    with pytest.raises(ValidationError, match="password in the address") as caught:
        FilesCredentials(url="sftp://anna:pa55word@host/x")
    assert "pa55word" not in str(caught.value)
    with pytest.raises(ValidationError, match="secret_options") as caught:
        FilesCredentials(url="s3://bucket", options={"secret": "pa55word"})
    assert "pa55word" not in str(caught.value)


async def test_no_password_over_plain_http() -> None:
    with pytest.raises(ConfigError, match="plain HTTP"):
        await listed(FilesCredentials(url="webdav://files.example.com/dav"))


async def test_secrets_are_in_no_log_and_no_error(
    block: FilesCredentials, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await write(block, "a.txt")
    said = [repr(block), str(block)]
    for asked in (
        files.read_file.fn(block, path="none.txt"),
        files.move_file.fn(block, path="a.txt", to="a.txt"),
        files.list_files.fn(block.model_copy(update={"options": block.options | {"nonsense": 1}})),
    ):
        try:
            await asked
        except TielineError as exc:
            said += [str(exc), repr(exc), repr(exc.__cause__)]
    said += [record.getMessage() for record in caplog.records]
    text = "\n".join(said)
    for secret in block.secrets():
        if kind != "gcs":  # "anon" is no secret
            assert secret not in text

"""Connections that break, listings of many pages, and files that are larger than the memory they may take."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from blocks.files import FilesCredentials
from tasks import files
from tests.conftest import Clock
from tests.files.servers import Servers
from tieline.errors import Transient
from tieline.files import FileStore

pytestmark = [
    #: What aiohttp would have the clients of Google and Azure do.
    pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning"),
    #: A handle cannot be closed over a connection that broke.
    pytest.mark.filterwarnings("ignore:unclosed SMB handle:ResourceWarning"),
]


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What a broken connection leaves is collected here, and not in somebody else's test."""
    yield
    gc.collect()


class _Way:
    """A way to a server that breaks off so often, after so many bytes from there."""

    def __init__(self, door: socket.socket, port: int, after: int, times: int) -> None:
        self._door, self._port, self._after, self._times = door, port, after, times

    def serve(self) -> None:
        with suppress(OSError):  # the door was closed
            while True:
                client, _ = self._door.accept()
                there = socket.create_connection(("127.0.0.1", self._port))
                threading.Thread(target=self._carry, args=(client, there, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(there, client, True), daemon=True).start()

    def _carry(self, source: socket.socket, to: socket.socket, back: bool) -> None:  # noqa: FBT001 - for a thread
        passed = 0
        with suppress(OSError):
            while data := source.recv(1 << 16):
                passed += len(data)
                if back and passed > self._after and self._times > 0:
                    self._times -= 1
                    break
                to.sendall(data)
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def breaking(port: int, after: int, times: int) -> Iterator[int]:
    """The port of such a way."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_Way(door, port, after, times).serve, daemon=True).start()
        yield int(door.getsockname()[1])
        door.shutdown(socket.SHUT_RDWR)


def through(block: FilesCredentials, port: int) -> FilesCredentials:
    """The same place, reached over another port."""
    own = str(port_of(block))
    options = {
        name: value.replace(own, str(port)) if name == "endpoint_url" else value
        for name, value in block.options.items()
    }
    return FilesCredentials(
        url=block.url.replace(f":{own}", f":{port}"), options=options, secret_options=block.secret_options
    )


def port_of(block: FilesCredentials) -> int:
    return int((block.options.get("endpoint_url") or block.url).split(":")[2].split("/")[0])


@pytest.mark.parametrize("kind", ("sftp", "smb", "webdav", "s3"))
async def test_a_connection_that_breaks_is_made_again(kind: str, servers: Servers, still: Clock) -> None:
    block = servers.block(kind)
    content = bytes(range(256)) * 8000
    await files.write_file.fn(block, path="a.bin", content=content)
    with breaking(port_of(block), after=1_000_000, times=1) as port:
        assert await files.read_file.fn(through(block, port), path="a.bin") == content
    if kind != "s3":  # its own client asks again
        assert len(still.waits) == 1


@pytest.mark.parametrize("kind", ("sftp", "smb", "webdav"))
async def test_a_connection_that_breaks_again_and_again_is_an_error(
    kind: str, servers: Servers, still: Clock, tmp_path: Path
) -> None:
    block = servers.block(kind)
    await files.write_file.fn(block, path="a.bin", content=b"x" * 2_000_000)
    with (
        breaking(port_of(block), after=1_000_000, times=100) as port,
        pytest.raises(Transient, match="cannot be reached") as caught,
    ):
        await files.download_file.fn(through(block, port), path="a.bin", to=tmp_path / "a.bin")
    assert len(still.waits) == 2
    assert caught.value.hint
    assert await asyncio.to_thread(lambda: [path.name for path in tmp_path.glob("*a.bin*")]) == []


@pytest.mark.parametrize(
    "kind",
    (
        "sftp",
        "smb",
        "webdav",
        "s3",
        pytest.param("gcs", marks=pytest.mark.slow),
        pytest.param("azure", marks=pytest.mark.slow),
    ),
)
async def test_many_files_come_in_pages(kind: str, servers: Servers) -> None:
    """1,200: a store gives 1,000 at most at once."""
    block, names = servers.block(kind), [f"{number:04}.txt" for number in range(1200)]
    if kind in {"sftp", "smb", "webdav"}:
        home = servers.home(kind, block)
        await asyncio.to_thread(lambda: [(home / name).write_bytes(b"x") for name in names])
    else:
        async with block.open_store() as store:
            await asyncio.to_thread(fill, store, names)
    assert [one.path for one in await files.list_files.fn(block, limit=2000)] == names
    assert [one.path for one in await files.list_files.fn(block, limit=1100)] == names[:1100]
    assert [one.path for one in await files.list_files.fn(block, pattern="11*")] == names[1100:]


def fill(store: FileStore, names: list[str]) -> None:
    place = store._opened()
    place.system.pipe({f"{place.root}/{name}": b"x" for name in names})


@pytest.mark.slow
@pytest.mark.parametrize("kind", ("sftp", "smb", "webdav", "s3", "gcs", "azure"))
def test_a_large_file_takes_little_memory(kind: str, servers: Servers, tmp_path: Path) -> None:
    block, size = servers.block(kind), 200 << 20
    with (tmp_path / "up").open("wb") as file:
        file.truncate(size)
    script = f"""
        import asyncio, json, resource, sys, warnings
        from pathlib import Path
        from blocks.files import FilesCredentials
        from tasks import files
        block = FilesCredentials(**json.loads(sys.stdin.read()))
        def peak():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        asyncio.run(files.write_file.fn(block, path="small", content=b"x"))
        before = peak()
        asyncio.run(files.upload_file.fn(block, path="big", file=Path({str(tmp_path / "up")!r})))
        up = peak()
        asyncio.run(files.download_file.fn(block, path="big", to=Path({str(tmp_path / "down")!r})))
        print(up - before, peak() - before)
    """
    given = {"url": block.url, "options": block.options}
    given["secret_options"] = {name: value.get_secret_value() for name, value in block.secret_options.items()}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "down").stat().st_size == size
    up, both = (int(word) for word in done.stdout.split())
    assert max(up, both) < 120, done.stdout

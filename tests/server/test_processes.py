"""The gateway as a process: killed, ended, attacked over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text

from tests.engine.servers import postgres_server
from tests.server.conftest import HOOK, event, rows, signed
from tieline import store
from tieline.settings import settings

HOST = "127.0.0.1"


class Served:
    """A gateway that runs."""

    def __init__(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.server.served"],
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        if not said:
            raise AssertionError(self.process.communicate()[1])
        self.port = int(said)
        self.url = f"http://{HOST}:{self.port}"

    def connect(self) -> socket.socket:
        made = socket.create_connection((HOST, self.port), 10)
        made.settimeout(60)
        return made

    def memory(self) -> int:
        """The most that it ever had, in bytes."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    def stop(self) -> str:
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.communicate(timeout=60)[1]


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for all who mean ill, with a store of its own: a start takes seconds."""
    made = Served(TIELINE_DATA_DIR=str(tmp_path_factory.mktemp("attacked")))
    yield made
    assert "Traceback" not in made.stop()


async def burst(served: Served, acknowledged: set[str], count: int = 100_000, senders: int = 20) -> None:
    """Deliver until the gateway is gone."""
    numbers = iter(range(count))

    async def send(client: httpx.AsyncClient) -> None:
        for number in numbers:
            raw = event(number)
            answer = await client.post(HOOK, content=raw, headers=signed(raw))
            if answer.status_code == 202:
                acknowledged.add(f"e{number}")

    async with httpx.AsyncClient(base_url=served.url, timeout=30, trust_env=False) as client:
        await asyncio.gather(*(send(client) for _ in range(senders)), return_exceptions=True)


async def until(acknowledged: set[str], count: int) -> None:
    async with asyncio.timeout(60):
        while len(acknowledged) < count:  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.01)


async def test_nothing_acknowledged_is_lost_by_kill_9(served: Served) -> None:
    acknowledged: set[str] = set()
    sending = asyncio.create_task(burst(served, acknowledged))
    await until(acknowledged, 500)
    served.process.kill()
    await sending
    found = [row.delivery for row in rows()]
    assert acknowledged <= set(found)
    assert len(found) == len(set(found))
    again = Served()
    try:
        repeated: set[str] = set()
        await burst(again, repeated, 100)
        assert len(repeated) == 100
    finally:
        again.stop()
    found = [row.delivery for row in rows()]
    assert len(found) == len(set(found))


async def test_sigterm_lets_everybody_finish(served: Served) -> None:
    acknowledged: set[str] = set()
    sending = asyncio.create_task(burst(served, acknowledged))
    await until(acknowledged, 200)
    raw = event("slow")
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(raw).items())
    with served.connect() as slow:
        slow.sendall(f"POST {HOOK} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(raw)}\r\n{head}\r\n".encode() + raw[:5])
        await until(acknowledged, len(acknowledged) + 50)  # so it has been read
        served.process.send_signal(signal.SIGTERM)
        await sending
        slow.sendall(raw[5:])
        assert slow.recv(1000).startswith(b"HTTP/1.1 202 ")
    said = await asyncio.to_thread(served.stop)
    assert "Traceback" not in said
    found = {row.delivery for row in rows()}
    assert acknowledged | {"eslow"} <= found


def test_100_megabytes_leave_memory_flat(attacked: Served) -> None:
    before = attacked.memory()
    chunk = bytes(100_000)
    for length in (b"content-length: 104857600", b"transfer-encoding: chunked"):
        with attacked.connect() as sock, contextlib.suppress(ConnectionError):
            sock.sendall(b"POST " + HOOK.encode() + b" HTTP/1.1\r\nhost: x\r\n" + length + b"\r\n\r\n")
            for _ in range(1000):
                sock.sendall(b"186a0\r\n" + chunk + b"\r\n" if b"chunked" in length else chunk)
    assert attacked.memory() - before < 20 * 2**20
    with attacked.connect() as sock:
        sock.sendall(b"POST /hooks/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: 104857600\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 413 ")


def test_many_large_bodies_at_once_leave_memory_bounded(attacked: Served) -> None:
    before = attacked.memory()
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(attacked.connect()) for _ in range(60)]
        for sock in socks:
            with contextlib.suppress(ConnectionError):
                sock.sendall(
                    b"POST /hooks/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: 5000000\r\n\r\n" + bytes(4_500_000)
                )
        assert attacked.memory() - before < 250 * 2**20
    answer = httpx.post(attacked.url + HOOK, content=event(), headers=signed(event()), trust_env=False)
    assert answer.status_code == 202


SLOW = """
import sys
from tieline.server import protocol
protocol.REQUEST_SECONDS = 0.5
from tests.server.served import main
main()
"""


def test_who_dawdles_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen

    def popen(command: list[str], **options: object) -> subprocess.Popen[str]:
        return real([command[0], "-c", SLOW], **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(subprocess, "Popen", popen)
    served = Served()
    head = f"POST {HOOK} HTTP/1.1\r\nhost: x\r\n".encode()
    try:
        for begun in (b"", b"POST /ho", head, head + b"content-length: 100\r\n\r\n{"):
            with served.connect() as sock:
                began = time.monotonic()
                sock.sendall(begun)
                assert sock.recv(100).startswith(b"HTTP/1.1 408 ")
                assert sock.recv(100) == b""
                assert time.monotonic() - began < 10
    finally:
        assert "Traceback" not in served.stop()


@pytest.mark.parametrize(
    "garbage",
    (
        b"GET / HTTP/1.1\r\nx: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /hooks/a/b HTTP/1.1\r\n" + b"".join(b"x%d: 1\r\n" % number for number in range(20_000)) + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 50,
        b"POST /hooks/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"POST /hooks/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /hooks/a/b HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ),
)
def test_what_is_no_http_is_turned_away(garbage: bytes, attacked: Served) -> None:
    with attacked.connect() as sock:
        with contextlib.suppress(ConnectionError):
            sock.sendall(garbage)
        with contextlib.suppress(ConnectionError):
            assert sock.recv(100).startswith(b"HTTP/1.1 400 ")
    assert httpx.get(attacked.url + "/health", trust_env=False).status_code == 200


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk, which takes root on Linux"
)
def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=True)
    try:
        monkeypatch.setenv("TIELINE_DATA_DIR", str(disk))
        settings.cache_clear()
        served = Served()
        try:
            statuses = []
            with httpx.Client(base_url=served.url, trust_env=False) as client:
                for number in range(400):
                    raw = event(number, pad="x" * 20_000)
                    statuses.append(client.post(HOOK, content=raw, headers=signed(raw)).status_code)
        finally:
            served.stop()
        assert set(statuses) == {202, 503}
        assert {row.delivery for row in rows()} == {f"e{n}" for n, status in enumerate(statuses) if status == 202}
    finally:
        store.forget()
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.services
@pytest.mark.slow
async def test_two_gateways_on_one_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres_server() as url:
        monkeypatch.setenv("TIELINE_DATABASE_URL", url)
        settings.cache_clear()
        one, other = Served(), Served()
        try:
            acknowledged: tuple[set[str], set[str]] = (set(), set())
            await asyncio.gather(burst(one, acknowledged[0], 500), burst(other, acknowledged[1], 500))
        finally:
            one.stop()
            other.stop()
        assert acknowledged[0] == acknowledged[1] == {f"e{number}" for number in range(500)}
        engine = create_engine(settings().store_url)
        with engine.connect() as db:
            assert db.execute(text("SELECT count(*), count(DISTINCT delivery) FROM deliveries")).one() == (500, 500)
        engine.dispose()
        store.forget()

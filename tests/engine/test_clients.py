"""Pooled clients: how many sockets, how long, and how they speak."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
import subprocess
import sys
import textwrap
from collections.abc import Callable
from functools import partial
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.engine.probe import Client, probe, serving
from tieline.errors import ConfigError, Unavailable
from tieline.transport import clients


class Counted:
    """A vendor that counts connections."""

    def __init__(self) -> None:
        self.opened = self.requests = 0
        self.open: set[Client] = set()
        self.hold: asyncio.Event | None = None

    async def __call__(self, client: Client) -> None:
        self.opened += 1
        self.open.add(client)
        try:
            while True:
                await client.request()
                self.requests += 1
                if self.hold is not None:
                    await self.hold.wait()
                await client.reply()
        finally:
            self.open.discard(client)


async def until(done: Callable[[], bool]) -> None:
    """Let others go on until something is so."""
    async with asyncio.timeout(5):
        while not done():  # noqa: ASYNC110 - sockets tell nobody when they have closed
            await asyncio.sleep(0.005)


async def test_calls_of_a_connection_share_sockets() -> None:
    vendor = Counted()
    async with serving(vendor) as url:
        for _ in range(5):
            await probe(url=url).get("/x")
        assert (vendor.requests, vendor.opened) == (5, 1)
        await asyncio.gather(*(probe(url=url).get("/x") for _ in range(30)))
        assert vendor.opened <= clients.CONNECTIONS


async def test_a_new_key_gets_a_new_client_and_the_old_one_is_closed() -> None:
    vendor = Counted()
    async with serving(vendor) as url:
        first, second = probe(url=url, key="first-key"), probe(url=url, key="second-key")
        first._caller._key = second._caller._key = "probe/saved"  # both were saved under one name
        await first.get("/x")
        await second.get("/x")
        await until(lambda: len(vendor.open) == 1)
        await second.get("/x")
        assert (vendor.requests, vendor.opened) == (3, 2)


async def test_an_old_client_in_use_is_closed_when_it_is_done() -> None:
    vendor = Counted()
    async with serving(vendor) as url:
        first, second = probe(url=url, key="first-key"), probe(url=url, key="second-key")
        first._caller._key = second._caller._key = "probe/saved"
        vendor.hold = asyncio.Event()
        slow = asyncio.create_task(first.get("/x"))
        await until(lambda: vendor.requests == 1)
        quick = asyncio.create_task(second.get("/x"))
        await until(lambda: vendor.requests == 2)
        vendor.hold.set()
        assert await slow == {}
        assert await quick == {}
        await until(lambda: len(vendor.open) == 1)


async def test_clients_that_nobody_uses_any_more_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that makes a block for each of its customers does not run out of sockets."""
    monkeypatch.setattr(clients, "IDLE_SECONDS", -1.0)
    vendor = Counted()
    async with serving(vendor) as url:
        for n in range(20):
            await probe(url=url, key=f"key-{n}").get("/x")
        await until(lambda: len(vendor.open) == 1)
        lines, _ = clients._by_loop[asyncio.get_running_loop()]
        assert len(lines) == 1


def test_the_end_of_a_loop_closes_its_sockets() -> None:
    """In a process of its own, where a socket left open is an error."""
    code = """
        import asyncio, gc, warnings
        from tests.engine.probe import probe, serving
        async def handler(client):
            await client.request()
            await client.reply()
        async def main():
            async with serving(handler) as url:
                await probe(url=url).get("/x")
                await probe(url=url, key="another-key").get("/x")
        for _ in range(2):
            asyncio.run(main())
            gc.collect()
    """
    command = [sys.executable, "-W", "always::ResourceWarning", "-c", textwrap.dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "ResourceWarning" not in done.stderr
    assert done.returncode == 0, done.stderr


def test_each_loop_has_clients_of_its_own() -> None:
    seen = []

    async def main() -> None:
        vendor = Counted()
        async with serving(vendor) as url:
            await probe(url=url).get("/x")
            seen.append(clients._by_loop[asyncio.get_running_loop()][0])

    asyncio.run(main())
    asyncio.run(main())
    assert seen[0] is not seen[1]
    assert seen == [{}, {}]


# ---------------------------------------------------------------- TLS and HTTP/2


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody else trusts, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "loopback.pem"
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(plain + made.public_bytes(pem))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


async def speak_h2(client: Client) -> None:
    """As much of a HTTP/2 server as it takes; it answers with the headers that it got."""
    link = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    link.initiate_connection()
    await client.send(link.data_to_send())
    asked: dict[int, str] = {}
    while data := await client.reader.read(65536):
        for event in link.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                asked[event.stream_id] = next(v.decode() for k, v in event.headers if k == b":path")
            elif isinstance(event, h2.events.StreamEnded):
                link.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/json")])
                link.send_data(event.stream_id, f'"{asked[event.stream_id]}"'.encode(), end_stream=True)
        await client.send(link.data_to_send())
    raise ConnectionError


async def test_http_2_where_it_is_offered(tls: ssl.SSLContext, certificate: Path) -> None:
    tls.set_alpn_protocols(["h2", "http/1.1"])
    opened = 0

    async def handler(client: Client) -> None:
        nonlocal opened
        opened += 1
        assert client.writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2"
        await speak_h2(client)

    async with serving(handler, tls=tls) as url:
        paths = [f"/{n}" for n in range(10)]
        api = probe(url=url, verify=str(certificate))
        assert await api.get("/first") == "/first"
        assert await asyncio.gather(*(api.get(path) for path in paths)) == paths
        answer = await api._caller.send("GET", "/x")
        assert answer.extensions["http_version"] == b"HTTP/2"
    assert opened == 1


async def test_http_1_where_it_is_not(tls: ssl.SSLContext, certificate: Path) -> None:
    vendor = Counted()
    async with serving(vendor, tls=tls) as url:
        assert await probe(url=url, verify=str(certificate)).get("/x") == {}


@pytest.mark.usefixtures("still")
async def test_a_certificate_that_nobody_vouches_for_is_refused(tls: ssl.SSLContext) -> None:
    vendor = Counted()
    async with serving(vendor, tls=tls) as url:
        with pytest.raises(Unavailable, match="could not be reached"):
            await probe(url=url).get("/x")
    assert vendor.requests == 0


async def test_a_ca_file_that_is_none_is_said_so(tmp_path: Path) -> None:
    for content in (None, "no certificate"):
        path = tmp_path / "ca.pem"
        if content is not None:
            path.write_text(content)
        with pytest.raises(ConfigError, match=r"field `verify`"):
            await probe(url="https://127.0.0.1:1", verify=str(path)).get("/x")


class Closing:
    """A vendor that closes each connection after one answer, without a word, or cuts it."""

    def __init__(self, *, cut: bool) -> None:
        self.closed = 0
        self._cut = cut

    async def __call__(self, client: Client) -> None:
        await client.request()
        await client.reply()
        if self._cut:
            client.writer.transport.abort()
        else:
            client.writer.close()
        self.closed += 1

    def has_closed(self, count: int) -> bool:
        """Whether it did so this often."""
        return self.closed == count


@pytest.mark.parametrize("cut", (False, True))
@pytest.mark.parametrize("factory", (asyncio.new_event_loop, uvloop.new_event_loop))
def test_a_connection_that_the_vendor_closed_meanwhile_is_not_used_again(
    factory: Callable[[], asyncio.AbstractEventLoop], *, cut: bool
) -> None:
    async def talk() -> None:
        vendor = Closing(cut=cut)
        async with serving(vendor) as url:
            for number in range(1, 4):
                await probe(url=url).post("/x", json={})  # would fail: it is never sent twice
                await until(partial(vendor.has_closed, number))

    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(talk())

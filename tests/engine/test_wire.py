"""What vendors may put on the wire, on real sockets: too much, too slow, packed, cut, nothing."""

from __future__ import annotations

import asyncio
import gzip
import resource
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.conftest import Clock
from tests.engine.probe import Client, ProbeCredentials, Vendor, answer, probe, serving
from tieline.errors import BadAnswer, ConfigError, ConnectorError, Rejected, Unavailable
from tieline.sandbox import forms
from tieline.settings import settings
from tieline.transport import clients, wire

MB = 2**20


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of up to 1 MB."""
    monkeypatch.setenv("TIELINE_MAX_ANSWER_BYTES", str(MB))
    settings.cache_clear()


def peak_of(measure: Callable[[], None]) -> int:
    tracemalloc.start()
    try:
        measure()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_cap_is_50_mb_by_default() -> None:
    assert settings().max_answer_bytes == 50 * MB


@pytest.mark.usefixtures("small")
async def test_an_answer_at_the_cap_is_read_and_one_byte_more_is_not() -> None:
    sizes = iter([MB, MB + 1])

    async def handler(client: Client) -> None:
        await client.request()
        await client.reply(b'"' + b"x" * (next(sizes) - 2) + b'"')

    async with serving(handler) as url:
        assert len(await probe(url=url).get("/x")) == MB - 2
        with pytest.raises(BadAnswer, match="larger than 1 MB"):
            await probe(url=url).get("/x")


@pytest.mark.usefixtures("small")
async def test_a_call_may_take_more_than_others() -> None:
    async def handler(client: Client) -> None:
        await client.request()
        await client.reply(b'"' + b"x" * MB + b'"')

    async with serving(handler) as url:
        assert len((await probe(url=url).send("GET", "/x", cap=2 * MB)).content) == MB + 2


@pytest.mark.usefixtures("small")
async def test_an_endless_answer_without_a_length_is_cut() -> None:
    sent = 0

    async def handler(client: Client) -> None:
        nonlocal sent
        await client.request()
        await client.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        for _ in range(500):
            await client.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            sent += 1

    async with serving(handler) as url:
        with pytest.raises(BadAnswer, match="larger than 1 MB"):
            await probe(url=url).get("/x")
    assert sent < 500


@pytest.mark.usefixtures("small")
async def test_answers_that_are_not_read_to_the_end_use_up_no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "CONNECTIONS", 2)

    async def handler(client: Client) -> None:
        await client.request()
        await client.reply(b"x" * (2 * MB))

    async with serving(handler) as url, asyncio.timeout(10):
        for _ in range(5):
            with pytest.raises(BadAnswer, match="larger"):
                await probe(url=url).get("/x")


def bomb(layers: int = 1) -> bytes:
    """400 MB of nothing."""
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(bytes(MB)) for _ in range(400)) + packer.flush()
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    return packed


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("layers", "coding", "match"), ((1, "gzip", "larger"), (2, "gzip, gzip", "packed in a way")))
def test_a_bomb_does_not_go_off(layers: int, coding: str, match: str) -> None:
    packed = bomb(layers)

    async def handler(client: Client) -> None:
        await client.request()
        await client.reply(packed, headers=[f"content-encoding: {coding}"])

    async def ask() -> None:
        async with serving(handler) as url:
            with pytest.raises(BadAnswer, match=match):
                await probe(url=url).get("/x")

    assert peak_of(lambda: asyncio.run(ask())) < 12 * MB


@pytest.mark.parametrize(
    ("coding", "pack"),
    (
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
    ),
)
async def test_a_packed_answer_is_unpacked(coding: str, pack: Callable[[bytes], bytes]) -> None:
    body = b"[" + b",".join(b"%d" % n for n in range(30_000)) + b"]"

    async def handler(client: Client) -> None:
        _, headers, _ = await client.request()
        assert headers["accept-encoding"] == "gzip"
        await client.reply(pack(body), headers=[f"content-encoding: {coding}"])

    async with serving(handler) as url:
        assert await probe(url=url).get("/x") == list(range(30_000))


@pytest.mark.parametrize(
    ("coding", "body"),
    (
        ("gzip", b"this is not gzip"),
        ("gzip", gzip.compress(b"[1, 2, 3]" * 99, mtime=0)[:-20]),
        ("br", b"whatever"),
    ),
)
async def test_a_damaged_answer_is_said_so(coding: str, body: bytes) -> None:
    async def handler(client: Client) -> None:
        await client.request()
        await client.reply(body, headers=[f"content-encoding: {coding}"])

    async with serving(handler) as url:
        with pytest.raises(BadAnswer, match=r"damaged|packed"):
            await probe(url=url).get("/x")


@pytest.mark.parametrize("status", ("200 OK", "204 No Content"))
async def test_an_empty_answer_is_nothing(status: str) -> None:
    async def handler(client: Client) -> None:
        await client.request()
        headers = ["content-encoding: gzip"] if status.startswith("200") else []
        await client.reply(b"", status=status, headers=headers)

    async with serving(handler) as url:
        assert await probe(url=url).delete("/x") is None
        with pytest.raises(BadAnswer, match="not what the vendor documents"):
            await probe(url=url).get("/x", into=dict[str, int])


@pytest.mark.parametrize(
    "body",
    (
        b"\xff\xfe\xfa{",
        "Ärger".encode("latin-1"),
        b"<html>\x80</html>",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b"1" * 10_000,
        b"\x00" * 99,
    ),
)
@pytest.mark.parametrize("status", (200, 400))
async def test_bytes_that_are_no_json_are_said_so(body: bytes, status: int) -> None:
    Vendor(httpx.Response(status, content=body))
    with pytest.raises(BadAnswer if status == 200 else Rejected):
        await probe().get("/x")


async def test_other_encodings_of_json_are_read() -> None:
    Vendor(httpx.Response(200, content='{"ä": "ö"}'.encode("utf-16")))
    assert await probe().get("/x") == {"ä": "ö"}


@pytest.mark.usefixtures("still")
async def test_huge_headers_are_not_swallowed() -> None:
    async def handler(client: Client) -> None:
        await client.request()
        await client.reply(headers=[f"x-{n}: {'y' * 1000}" for n in range(1000)])

    async with serving(handler) as url:
        with pytest.raises(Unavailable):
            await probe(url=url).get("/x")


@pytest.mark.usefixtures("still")
async def test_an_answer_that_is_cut_is_not_taken_for_whole() -> None:
    tries = 0

    async def handler(client: Client) -> None:
        nonlocal tries
        await client.request()
        tries += 1
        await client.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[1, 2]")
        raise ConnectionError

    async with serving(handler) as url:
        with pytest.raises(Unavailable, match="cut the connection") as raised:
            await probe(url=url).get("/x")
        with pytest.raises(Unavailable) as posted:
            await probe(url=url).post("/x", {})
    assert tries == 6
    assert raised.value.may_have_happened
    assert posted.value.may_have_happened


@pytest.mark.usefixtures("still")
async def test_nobody_there() -> None:
    async def handler(client: Client) -> None:
        await client.request()

    async with serving(handler) as url:
        pass
    with pytest.raises(Unavailable, match="could not be reached") as raised:
        await probe(url=url).post("/x", {})
    assert not raised.value.may_have_happened


async def test_an_answer_that_drips_for_ever_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_CALL_SECONDS", "0.4")
    settings.cache_clear()
    closed = asyncio.Event()

    async def handler(client: Client) -> None:
        await client.request()
        await client.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        try:
            while True:
                await client.send(b" ")
                await asyncio.sleep(0.02)
        except ConnectionError:
            closed.set()
            raise

    async with serving(handler) as url:
        with pytest.raises(Unavailable, match=r"longer than 0\.4 s") as raised:
            await probe(url=url).get("/x")
        assert raised.value.may_have_happened
        async with asyncio.timeout(5):
            await closed.wait()


async def test_a_call_that_is_cancelled_leaves_no_connection_behind() -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    async def handler(client: Client) -> None:
        await client.request()
        asked.set()
        try:
            await client.reader.readexactly(1)
        finally:
            gone.set()

    async with serving(handler) as url:
        api = probe(url=url)
        call = asyncio.create_task(api.get("/x"))
        async with asyncio.timeout(5):
            await asked.wait()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            await gone.wait()


async def test_the_address_may_be_ipv6_with_a_path() -> None:
    async def handler(client: Client) -> None:
        first, _, _ = await client.request()
        await client.reply(b'"' + first.split()[1].encode() + b'"')

    async with serving(handler, host="::1") as url:
        assert await probe(url=f"{url}/prefix").get("/x") == "/prefix/x"


async def test_a_credential_with_a_line_break_is_not_taken_for_an_outage() -> None:
    async def handler(client: Client) -> None:
        await client.request()
        await client.reply()

    async with serving(handler) as url:
        with pytest.raises(ConfigError, match="line break") as raised:
            await probe(url=url, key="s3cret\r\nx-evil: 1").get("/x")
    assert "s3cret" not in str(raised.value)
    assert raised.value.__context__ is None


# ---------------------------------------------------------------- files


async def _swallow(client: Client) -> int:
    """Read a request with a large body without keeping it; its size."""
    head = (await client.reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    left = length
    while left:
        left -= len(await client.reader.read(min(left, 2**18)))
    return length


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A file of 60 MB."""
    path = tmp_path / "big.bin"
    with path.open("wb") as file:
        file.truncate(60 * MB)
    return path


def test_a_file_of_60_mb_is_streamed_and_sent_again_whole(big: Path, still: Clock) -> None:
    sizes: list[int] = []

    async def handler(client: Client) -> None:
        sizes.append(await _swallow(client))
        status = "503 Busy" if len(sizes) == 1 else "201 Created"
        await client.reply(b"{}", status=status, headers=["retry-after: 1"])

    async def send() -> None:
        async with serving(handler) as url:
            await probe().upload(f"{url}/put", big, method="PUT")

    assert peak_of(lambda: asyncio.run(send())) < 8 * MB
    assert sizes == [60 * MB] * 2
    assert still.waits == [1]


async def test_an_upload_as_post_is_not_repeated_when_it_may_have_arrived(tmp_path: Path, still: Clock) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"hello")
    vendor = Vendor(httpx.ReadTimeout("slow"))
    with pytest.raises(Unavailable):
        await probe().upload("https://files.test/put", file)
    assert vendor.bodies == [b"hello"]
    assert still.waits == []


async def test_a_file_that_is_not_there_is_said_so_and_nothing_sent(tmp_path: Path) -> None:
    vendor = Vendor(answer())
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        await probe().upload("https://files.test/put", tmp_path / "none.txt")
    assert vendor.seen == []


def test_a_download_of_60_mb_goes_to_the_disk(tmp_path: Path) -> None:
    async def handler(client: Client) -> None:
        await client.request()
        await client.send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (60 * MB))
        for _ in range(60):
            await client.send(bytes(MB))

    async def fetch() -> None:
        async with serving(handler) as url:
            assert await probe(url=url).download_to("/file", tmp_path / "file.bin") == tmp_path / "file.bin"

    assert peak_of(lambda: asyncio.run(fetch())) < 8 * MB
    assert (tmp_path / "file.bin").stat().st_size == 60 * MB


@pytest.mark.usefixtures("still")
async def test_a_download_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(b"the old one")
    tries = 0

    async def handler(client: Client) -> None:
        nonlocal tries
        await client.request()
        tries += 1
        assert file.read_bytes() == b"the old one"
        if tries == 1:
            await client.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n12345")
            raise ConnectionError
        if tries == 2:
            await client.reply(b'{"message": "no such file"}', status="404 Not Found")
        await client.reply(b"the new one")

    async with serving(handler) as url:
        with pytest.raises(ConnectorError, match="no such file"):
            await probe(url=url).download_to("/file", file)
        assert file.read_bytes() == b"the old one"
        with pytest.raises(BadAnswer, match="larger"):
            await probe(url=url).download_to("/file", file, cap=4)
        assert file.read_bytes() == b"the old one"
        await probe(url=url).download_to("/file", file)
    assert file.read_bytes() == b"the new one"
    assert not Path(f"{file}.part").exists()  # noqa: ASYNC240 - a small file


async def test_a_download_has_a_cap_of_its_own() -> None:
    Vendor(httpx.Response(200, content=b"x" * 100))
    assert await probe().download("/file") == b"x" * 100
    with pytest.raises(BadAnswer, match="larger"):
        await probe().download("/file", cap=99)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a limit on the size of files")
async def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    Vendor(httpx.Response(200, content=b"x" * 100_000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(ConfigError, match="cannot be written: File too large"):
            await probe().download_to("/file", tmp_path / "file.bin")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not (tmp_path / "file.bin").exists()
    assert not (tmp_path / "file.bin.part").exists()


def test_a_block_says_what_is_wrong_with_its_address() -> None:
    with pytest.raises(ValueError, match="must be an address"):
        ProbeCredentials(url="ftp://x")


# ---------------------------------------------------------------- files in parts and in forms


def test_a_file_is_cut_like_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(bytes(range(100)))
    for start, most in ((0, 10), (95, 10), (100, 10)):
        assert wire.piece(file, start, most) == wire.piece(file.read_bytes(), start, most)
    with pytest.raises(ConfigError, match="cannot be read"):
        wire.piece(tmp_path / "none", 0, 1)


def test_a_form_carries_a_file() -> None:
    body, kind = wire.multipart({"part_number": "2"}, "file", "ünder.txt", b"a\r\n--b")
    assert (body, kind) == wire.multipart({"part_number": "2"}, "file", "ünder.txt", b"a\r\n--b")
    fields = dict(forms.parse(kind, body))
    file = fields["file"]
    assert fields["part_number"] == "2"
    assert isinstance(file, forms.File)
    assert (file.data, file.content_type) == (b"a\r\n--b", "text/plain")

"""What anybody may name is fetched, and nothing of our own network."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from tieline.errors import ConfigError, NotFound, Rejected, Unavailable
from tieline.settings import settings
from tieline.transport import public


@asynccontextmanager
async def web(answers: dict[str, bytes]) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A web server that answers by path, and the requests that it saw."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        seen.append(request)
        writer.write(answers[request.split()[1].decode()])
        await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen


def page(body: bytes = b"It rained.", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    length = [] if "content_length" in headers else [f"content-length: {len(body)}"]
    return "\r\n".join([*lines, *length, "connection: close", "", ""]).encode() + body


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine may be asked."""
    monkeypatch.setenv("TIELINE_FETCH_NETWORKS", "127.0.0.0/8")
    settings.cache_clear()


@pytest.mark.usefixtures("at_home")
async def test_a_page_is_fetched_as_a_stranger() -> None:
    async with web({"/a%20b.txt": page(), "/": page(content_type="text/html; charset=utf-8")}) as (url, seen):
        found = await public.fetch(f"{url}/a%20b.txt")
        assert (found.content, found.name) == (b"It rained.", "a b.txt")
        assert (await public.fetch(f"{url}/")).name == "127.0.0.1.html"
    assert b"\r\ncookie" not in seen[0].lower()
    assert b"authorization" not in seen[0].lower()


@pytest.mark.parametrize(
    "address",
    (
        "http://127.0.0.1:9/",
        "http://localhost:9/",
        "http://[::1]:9/",
        "http://[::ffff:127.0.0.1]:9/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[64:ff9b::a01:203]/",
        "http://[2002:a01:203::1]/",
        "http://[fec0::1]/",
        "http://192.0.0.192/opc/v1/instance/",
        "http://168.63.129.16/machine?comp=goalstate",
        "ftp://example.com/x",
        "file:///etc/passwd",
        "http://ann:secret@example.com/",
        "http:///x",
        "example.com",
    ),
)
async def test_our_own_network_is_nobodys_business(address: str) -> None:
    with pytest.raises(ConfigError) as raised:
        await public.fetch(address)
    for hidden in ("127.0.0.1", "10.1", "secret"):
        assert hidden not in str(raised.value)


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    "there", ("http://10.1.2.3/", "http://169.254.169.254/", "file:///etc/passwd", "ftp://a.test/")
)
async def test_a_redirect_is_looked_at_too(there: str) -> None:
    async with web({"/": page(b"", "302 Found", location=there)}) as (url, _):
        with pytest.raises(ConfigError):
            await public.fetch(url + "/")


@pytest.mark.usefixtures("at_home")
async def test_a_redirect_is_followed_but_not_for_ever() -> None:
    async with web({"/": page(b"", "301 Moved", location="/b"), "/b": page()}) as (url, _):
        found = await public.fetch(url + "/")
        assert (found.url, found.content) == (f"{url}/b", b"It rained.")
    async with web({"/": page(b"", "301 Moved", location="/")}) as (url, seen):
        with pytest.raises(Rejected, match="redirects more than"):
            await public.fetch(url + "/")
        assert len(seen) == public.REDIRECTS + 1


@pytest.mark.parametrize(
    "address",
    (
        "http://a..b/",
        f"http://{'a' * 64}.test/",
        "http://xn--/",
        "http://a.test:99999/",
        "http://a.test:-1/",
        "http://a.test:0/",
    ),
)
async def test_what_is_no_address_is_told_in_words(address: str) -> None:
    with pytest.raises(ConfigError, match=r"no (http or https )?address"):
        await public.fetch(address)


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("there", ("http://[", "http://a..b/", "/\x7f", "http://a.test:99999/", "//[::1", "x" * 70_000))
async def test_a_redirect_to_what_is_no_address_is_told_in_words(there: str) -> None:
    async with web({"/": page(b"", "302 Found", location=there)}) as (url, _):
        with pytest.raises((ConfigError, Unavailable)):  # not what a library calls it
            await public.fetch(url + "/")


def resolving(*answers: str) -> Callable[..., Any]:
    """A name server that says something else each time."""
    told = iter(answers)

    async def getaddrinfo(_: str, port: int, **__: Any) -> list[Any]:
        await asyncio.sleep(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(told).split()]

    return getaddrinfo


@pytest.mark.usefixtures("at_home")
async def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look would find another one (DNS rebinding)."""
    async with web({"/": page()}) as (url, seen):
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolving("127.0.0.1", "10.0.0.1"))
        found = await public.fetch(url.replace("127.0.0.1", "rebind.test") + "/")
        assert found.content == b"It rained."
        assert b"host: rebind.test" in seen[0].lower()


@pytest.mark.usefixtures("at_home")
async def test_one_private_address_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolving("127.0.0.1 10.0.0.1"))
    with pytest.raises(ConfigError, match="private network"):
        await public.fetch("http://both.test/")


@pytest.mark.usefixtures("at_home")
async def test_size_and_time_have_limits() -> None:
    async with web({"/": page(b"x" * 5000), "/said": page(b"", content_length="5000")}) as (url, _):
        for path in ("/", "/said"):
            with pytest.raises(Rejected, match="larger than"):
                await public.fetch(url + path, largest=4000)
    over = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read()  # until the other side has given up
        writer.transport.abort()
        over.set()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        silent = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(Unavailable, match="did not come"):
            await public.fetch(silent, seconds=0.05)
        with suppress(TimeoutError):  # it may have given up before anybody was connected
            await asyncio.wait_for(over.wait(), 1)
        await asyncio.sleep(0)


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("status", "error"),
    (("404 Not Found", NotFound), ("401 No", Rejected), ("418 Teapot", Rejected), ("503 Busy", Unavailable)),
)
async def test_refusals_are_said_in_words(status: str, error: type[Exception]) -> None:
    async with web({"/": page(b"<html>secret</html>", status)}) as (url, _):
        with pytest.raises(error) as raised:
            await public.fetch(url + "/")
    assert "secret" not in str(raised.value)


@pytest.mark.usefixtures("at_home")
async def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable):
            await public.fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/")

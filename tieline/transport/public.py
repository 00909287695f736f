"""Fetches what lies at an address that anybody may name, and nothing of our own network.

Where a name leads is looked at when the connection is made, and the connection goes to the very address that was looked
at: a name that leads elsewhere the next time (DNS rebinding) gains nothing, and each redirect is looked at as well.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import PurePosixPath
from urllib.parse import unquote

import httpcore
import httpx

from tieline.errors import ConfigError, ConnectorError, NotFound, Rejected, Unavailable
from tieline.settings import settings

SECONDS = 20.0
LARGEST = 20 * 2**20
REDIRECTS = 5
_SCHEMES = frozenset({"http", "https"})
_PORTS = range(1, 2**16)
#: Translates to IPv4 addresses, private ones too: https://www.rfc-editor.org/rfc/rfc6052, section 2.1.
_NAT64 = IPv6Network("64:ff9b::/96")
#: Private ones that `ipaddress` takes for global: site-local ones (RFC 3879), those of protocols (RFC 6890; the first
#: patches of Python 3.11 know a part of them), and those of documentation (RFC 9637).
_PRIVATE = (IPv6Network("fec0::/10"), IPv4Network("192.0.0.0/24"), IPv6Network("3fff::/20"))
#: Azure's own services, with secrets of the machine that asks: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
_AZURE = IPv4Address("168.63.129.16")
_AGENT = "Mozilla/5.0 (compatible; Tieline; reads what people ask it to read)"
_NAMED = {"text/html": ".html", "application/pdf": ".pdf", "text/plain": ".txt", "text/markdown": ".md"}


@dataclass(frozen=True)
class Fetched:
    """What lay there.

    Args:
        url: Where it lay in the end.
        name: What it would be called as a file.
        content: Its bytes.
    """

    url: str
    name: str
    content: bytes


async def fetch(url: str, *, largest: int = LARGEST, seconds: float = SECONDS) -> Fetched:
    """Fetch a public page or file.

    Args:
        url: An http or https address, from anybody.
        largest: Most bytes.
        seconds: Most time for all of it.

    Raises:
        ConfigError: It is no such address, or it leads into a private network that `TIELINE_FETCH_NETWORKS` does not
            name.
        ConnectorError: `NotFound`, `Rejected` (or it is too large), `Unavailable`.
    """
    try:
        async with asyncio.timeout(seconds), _pool() as pool:
            return await _followed(pool, _checked(url), largest)
    except (TimeoutError, httpcore.TimeoutException):
        raise Unavailable(f"It did not come within {seconds:g} seconds.", hint="Try again later.") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as exc:
        raise Unavailable(f"It cannot be reached ({type(exc).__name__}).", hint="Check the address.") from None


async def _followed(pool: httpcore.AsyncConnectionPool, url: httpx.URL, largest: int) -> Fetched:
    for _ in range(REDIRECTS + 1):
        # Without a cookie, a login or a referrer: nothing here is anybody's.
        asked: dict[bytes | str, bytes | str]
        asked = {"host": url.netloc.decode(), "user-agent": _AGENT, "accept": "*/*", "accept-encoding": "identity"}
        async with pool.stream("GET", str(url), headers=asked) as answer:
            headers = httpx.Headers(answer.headers)
            if httpx.codes.is_redirect(answer.status) and "location" in headers:
                url = _checked(headers["location"], url)
                continue
            if not httpx.codes.is_success(answer.status):
                raise _refusal(answer.status)
            content = await _body(answer, headers, largest)
            return Fetched(str(url), _name(url, headers), content)
    raise Rejected(f"It redirects more than {REDIRECTS} times.", hint="Give the address where it ends.")


def _checked(url: str, before: httpx.URL | None = None) -> httpx.URL:
    """An address that may be asked.

    Args:
        url: What somebody named.
        before: The page that redirects there, if one does.
    """
    example = "Give one such as https://example.com/report.pdf."
    try:
        found = before.join(url) if before else httpx.URL(url)
        host = found.host
        found.raw_host.decode().encode("idna")  # as it is looked up: no part of it may be empty or too long
    except (httpx.InvalidURL, ValueError):
        raise ConfigError("That is no address.", hint=example) from None
    if found.scheme not in _SCHEMES or not host or (found.port is not None and found.port not in _PORTS):
        raise ConfigError("That is no http or https address.", hint=example)
    if found.userinfo:
        raise ConfigError("The address holds a password.", hint="Give it without.")
    return found


async def _body(answer: httpcore.Response, headers: httpx.Headers, largest: int) -> bytes:
    said = headers.get("content-length", "")
    if said.isdecimal() and int(said) > largest:
        raise _too_large(largest)
    content = bytearray()
    async for chunk in answer.aiter_stream():
        content += chunk
        if len(content) > largest:
            raise _too_large(largest)
    return bytes(content)


def _too_large(largest: int) -> ConnectorError:
    return Rejected(f"It is larger than {largest // 2**20} MB.", hint="Give a smaller document.")


def _refusal(status: int) -> ConnectorError:
    if status in {404, 410}:
        return NotFound("There is nothing at that address (any more).", status=status)
    if status in {401, 403}:
        return Rejected("It wants a login.", hint="Share it as a file, or paste the text.", status=status)
    if status >= 500:  # noqa: PLR2004 - HTTP's errors of servers
        return Unavailable(f"It answered {status}.", hint="Try again later.", status=status)
    return Rejected(f"It answered {status}.", status=status)


def _name(url: httpx.URL, headers: httpx.Headers) -> str:
    """What it is called: the end of its path, with what its type says where that has no ending."""
    name = PurePosixPath(unquote(url.path)).name or url.host
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return name if "." in name and name != url.host else name + _NAMED.get(kind, "")


# ---------------------------------------------------------------- where names lead


def _pool() -> httpcore.AsyncConnectionPool:
    # Without a proxy: it would go wherever the name leads, and nobody would look.
    return httpcore.AsyncConnectionPool(
        ssl_context=ssl.create_default_context(), network_backend=_Guarded(), http1=True, http2=False
    )


class _Guarded(httpcore.AnyIOBackend):
    """Connects to public addresses only."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Look where the name leads, and connect there."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, proto=6)  # TCP
        except OSError:
            raise Unavailable("There is no such host.", hint="Check the address.") from None
        addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
        for address in addresses:
            if not is_public(address):
                # The address itself is not said: who asks shall learn nothing about our network.
                raise ConfigError("The address leads into a private network.", hint="Only public pages are read.")
        return await self._first(addresses, port, timeout, local_address, socket_options)

    async def _first(self, addresses: list[str], port: int, *how: object) -> httpcore.AsyncNetworkStream:
        failed: Exception = Unavailable("There is no such host.", hint="Check the address.")
        for address in addresses:
            try:
                return await super().connect_tcp(address, port, *how)  # type: ignore[arg-type]
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failed = exc
        raise failed


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, or of the networks that the settings name."""
    found = _meant(ip_address(address.partition("%")[0]))
    allowed = settings().fetch_networks
    if any(found in ip_network(one.strip(), strict=False) for one in allowed.split(",") if one.strip()):
        return True
    if found == _AZURE or any(found in one for one in _PRIVATE):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that one of IPv6 stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address

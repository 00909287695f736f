"""Reading a request: its headers, its body up to a size, and who sent it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from urllib.parse import parse_qsl

from tieline.errors import ConfigError
from tieline.server.answers import TOO_LARGE, UNREADABLE, Refusal, wait
from tieline.server.receiver import address

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Network = IPv4Network | IPv6Network

#: Parameters in a query; no vendor sends more than a handful.
PARAMETERS = 100
#: All bodies together that are only half here, in bytes.
HALF_READ = 128 * 2**20


class Gone(Exception):  # noqa: N818 - reads as what happened
    """The other side has hung up."""


class Bodies:
    """Reads bodies, none of them larger than allowed, and not too many at the same time.

    Args:
        most: The largest that is taken in, in bytes.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._half_read = 0

    async def read(self, headers: Mapping[str, str], receive: Receive) -> bytes:
        """The body of a request.

        Raises:
            Refusal: It is too large.
            Gone: There is nobody to answer to.
        """
        said = headers.get("content-length", "")
        if said.isdecimal() and int(said) > self.most:
            raise Refusal(TOO_LARGE, "too large", f"{said} bytes")
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            return await self._rest(body, receive)
        return self._checked(body)

    async def _rest(self, first: bytes, receive: Receive) -> bytes:
        body, counted, more = bytearray(), 0, True
        chunk = first
        try:
            while True:
                body += chunk
                self._half_read += len(chunk)
                counted += len(chunk)
                self._checked(body)
                if not more:
                    return bytes(body)
                message = await receive()
                if message["type"] != "http.request":
                    raise Gone
                chunk, more = message.get("body", b""), bool(message.get("more_body"))
        finally:
            self._half_read -= counted

    def _checked(self, body: bytes | bytearray) -> bytes:
        if len(body) > self.most:
            raise Refusal(TOO_LARGE, "too large", f"more than {self.most} bytes")
        if self._half_read > HALF_READ:
            raise Refusal(wait(503, "There is too much at once.", 10), "too many bodies at once")
        return body  # type: ignore[return-value]


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers by name. What comes twice is joined, as HTTP wants it."""
    raw = scope["headers"]
    found = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
    if len(found) < len(raw):
        found = {}
        for name, value in ((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw):
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def query_of(scope: Scope) -> dict[str, str]:
    """The parameters behind the question mark.

    Raises:
        Refusal: There are more than anybody needs.
    """
    raw: bytes = scope.get("query_string", b"")
    if not raw:
        return {}
    try:
        return dict(parse_qsl(raw.decode("latin-1"), keep_blank_values=True, max_num_fields=PARAMETERS))
    except ValueError:
        raise Refusal(UNREADABLE, "too many parameters") from None


class Proxies:
    """The proxies that we believe when they say who sent a request.

    Args:
        networks: Theirs, with commas, as in `settings().trusted_proxies`.

    Raises:
        ConfigError: It cannot be read.
    """

    def __init__(self, networks: str) -> None:
        try:
            self._networks: Sequence[Network] = [
                ip_network(one.strip(), strict=False) for one in networks.split(",") if one.strip()
            ]
        except ValueError as exc:
            raise ConfigError(
                f"TIELINE_TRUSTED_PROXIES cannot be read: {exc}.", hint="Write it like 10.0.0.0/8, 192.0.2.7."
            ) from None

    def trusts(self, client: str) -> bool:
        """Whether an address is that of a proxy of ours."""
        found = address(client) if self._networks else None
        return found is not None and any(found in network for network in self._networks)

    def client(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """Who sent a request.

        It is the last one in the chain that is no proxy of ours: what stands before that could be made up. Proxies
        write one of two headers, and may pass on the other as it came: where the two differ, it is nobody.
        """
        client = (scope.get("client") or ("", 0))[0]
        if not self.trusts(client):
            return client
        said = {self._first(hops) for hops in (_forwarded_for(headers), _forwarded(headers)) if hops}
        return " or ".join(sorted(said)) or client

    def _first(self, hops: Sequence[str]) -> str:
        found = next((hop for hop in reversed(hops) if not self.trusts(hop)), hops[0])
        return str(address(found) or found)

    def url(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """The address that was asked for, as the vendor wrote it."""
        scheme, host = scope.get("scheme", "http"), headers.get("host", "")
        if self._networks and self.trusts((scope.get("client") or ("", 0))[0]):
            scheme = headers.get("x-forwarded-proto", scheme).rpartition(",")[2].strip()
            host = headers.get("x-forwarded-host", host).rpartition(",")[2].strip()
        query = scope.get("query_string", b"").decode("latin-1")
        return f"{scheme}://{host}{scope['path']}{'?' if query else ''}{query}"


def _forwarded_for(headers: Mapping[str, str]) -> list[str]:
    """Who handed the request on to whom, the first one first."""
    return [_bare(hop) for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]


def _forwarded(headers: Mapping[str, str]) -> list[str]:
    """The same as it stands in the header of RFC 7239, such as for=192.0.2.60;proto=http, for="[2001:db8::1]:4711".

    https://www.rfc-editor.org/rfc/rfc7239
    """
    pairs = (pair.partition("=") for hop in headers.get("forwarded", "").split(",") for pair in hop.split(";"))
    return [_bare(value.strip().strip('"')) for name, _, value in pairs if name.strip().lower() == "for"]


def _bare(hop: str) -> str:
    """An address without its port."""
    hop = hop.strip()
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop

"""The login in a browser: an address to open, and a server on this machine to which the vendor leads back."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlencode

import httpx

from tieline.errors import AuthFailed, ConfigError
from tieline.login.model import CodeFlow
from tieline.login.tokens import Granted, ask, granted, refusal

#: Where a vendor wants to know the port beforehand.
USUAL_PORT = 8914
#: How long a person has.
WAIT_SECONDS = 300.0
_HEAD_BYTES, _HEAD_SECONDS = 16_384, 10.0
_RANDOM_BYTES = 48


class BrowserLogin:
    """One login that is under way. `state` ties the answer to it, and the verifier the code (RFC 7636).

    Args:
        flow: The vendor's login.
        scopes: What to ask for.
        port: Where the vendor leads back to, on this machine.
    """

    def __init__(self, flow: CodeFlow, scopes: tuple[str, ...], port: int) -> None:
        self._flow, self._scopes = flow, scopes
        self._state, self._verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(2))
        self._answer: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
        self._strays = 0
        self.redirect = f"http://{flow.host}:{port}"

    @property
    def address(self) -> str:
        """The page to open; there is no secret in it."""
        asked = {
            "response_type": "code",
            "client_id": self._flow.client_id,
            "redirect_uri": self.redirect,
            "scope": " ".join(self._scopes),
            "state": self._state,
            **self._flow.parameters,
        }
        if self._flow.pkce:
            digest = hashlib.sha256(self._verifier.encode()).digest()
            asked |= {
                "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
                "code_challenge_method": "S256",
            }
        return f"{self._flow.authorize}?{urlencode(asked)}"

    async def wait(self, seconds: float = WAIT_SECONDS) -> str:
        """The code that the vendor gives to the browser.

        Args:
            seconds: How long the person has.

        Raises:
            AuthFailed: The person or the vendor refused, or nobody came.
        """
        try:
            came = await asyncio.wait_for(self._answer, seconds)
        except TimeoutError:
            raise self._nobody(seconds) from None
        if "error" in came or not came.get("code"):
            raise refusal(self._flow, came.get("error", "")[:40])
        return came["code"]

    async def exchange(self, http: httpx.AsyncClient, code: str) -> Granted:
        """The tokens for a code.

        Raises:
            AuthFailed: The vendor refuses, or gives no refresh token.
            Unavailable: It has no time, or does not answer.
            BadAnswer: It answers something else.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect}
        if self._flow.pkce:
            form["code_verifier"] = self._verifier
        return granted(self._flow, await ask(http, self._flow, form))

    def take(self, query: str) -> bool:
        """Take what the browser brings, if it belongs to this login; only the first counts.

        Args:
            query: Of the address that the vendor led it to.
        """
        came = dict(parse_qsl(query, keep_blank_values=True))
        if not secrets.compare_digest(came.get("state", "").encode(), self._state.encode()):
            self._strays += 1
            return False
        if not self._answer.done():
            self._answer.set_result(came)
        return True

    def _nobody(self, seconds: float) -> AuthFailed:
        strays = " Somebody came from another login (its state is not ours), and was sent away." if self._strays else ""
        return AuthFailed(
            f"Nobody came back from {self._flow.system} within {seconds:.0f} seconds.{strays}",
            hint=f"If its page showed an error, the app may lack the redirect address {self.redirect}: "
            f"{self._flow.register} If the browser runs on another machine, see docs/logging-in.md.",
        )


@asynccontextmanager
async def listening(flow: CodeFlow, scopes: tuple[str, ...], port: int | None = None) -> AsyncIterator[BrowserLogin]:
    """A login, and the server that its answer comes to: on 127.0.0.1 only, for as long as the block lasts.

    Args:
        flow: The vendor's login.
        scopes: What to ask for.
        port: Which port; by default a free one, or the usual one where the vendor wants to know it beforehand.

    Raises:
        ConfigError: The port is taken.
    """
    wanted = port if port is not None else 0 if flow.any_port else USUAL_PORT
    held: list[BrowserLogin] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _serve(held[0], flow.system, reader, writer)

    try:
        server = await asyncio.start_server(serve, "127.0.0.1", wanted, limit=_HEAD_BYTES, start_serving=False)
    except OSError as exc:
        raise ConfigError(
            f"Port {wanted} on this machine cannot be used ({exc.strerror or 'no permission'}).",
            hint=f"Give another --port, and register http://{flow.host}:PORT with it. {flow.register}",
        ) from None
    async with server:
        held.append(BrowserLogin(flow, scopes, server.sockets[0].getsockname()[1]))
        await server.start_serving()
        yield held[0]


async def _serve(login: BrowserLogin, system: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request. Browsers open lines ahead of need, and look for an icon: neither ends the login."""
    try:
        async with asyncio.timeout(_HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(_answered(login, system, head))
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, TimeoutError):
        pass  # whoever it was, it was not the vendor's answer
    finally:
        writer.close()


def _answered(login: BrowserLogin, system: str, head: bytes) -> bytes:
    words = head.split(b"\r\n", 1)[0].decode("ascii", "replace").split(" ")
    path, _, query = words[1].partition("?") if len(words) == 3 else ("", "", "")  # noqa: PLR2004 - GET, target, version
    if (words[0], path) != ("GET", "/"):
        return _page("404 Not Found", "There is nothing here.")
    if not login.take(query):
        return _page("400 Bad Request", "This answer belongs to another login. Use the newest address that was shown.")
    return _page("200 OK", f"{system} has answered. Close this page, and go back to where you came from.")


def _page(status: str, text: str) -> bytes:
    body = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Tieline</title><p>{html.escape(text)}</p>'
    headers = (
        f"HTTP/1.1 {status}",
        "content-type: text/html; charset=utf-8",
        f"content-length: {len(body.encode())}",
        "content-security-policy: default-src 'none'",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
        "connection: close",
    )
    return ("\r\n".join(headers) + "\r\n\r\n" + body).encode()

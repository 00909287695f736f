"""OAuth2: tokens that are fetched, kept and renewed (RFC 6749, RFC 7523)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import nullcontext
from typing import Any

import httpx

from tieline.credentials import Refreshes
from tieline.errors import AuthFailed, BadAnswer, Unavailable
from tieline.transport.rotation import Rotation

#: A token is renewed so long before it ends, in seconds, and at the latest after four fifths of its life.
EARLY_SECONDS = 120.0
#: Where the server does not say how long a token lives.
USUAL_SECONDS = 3600.0
MOST_BYTES = 2**20
#: The standard's word for a refresh token that is over (RFC 6749, section 5.2).
REVOKED = "invalid_grant"


class OAuth2(httpx.Auth):
    """Logs in with a token of the vendor's token endpoint.

    The token is fetched with the first request, renewed before it ends, and once more when a request comes back 401.
    Requests that need one at the same time share it.

    Args:
        url: The token endpoint.
        form: What it is sent: `grant_type` and what belongs to it, secrets in clear. Called for each token, because a
            signed assertion is new each time, and a refresh token may be.
        login: User and password, where the endpoint wants the client's in a header (RFC 6749, section 2.3.1).
        system: How people call the system, for errors.
        json: Whether the endpoint is sent JSON, and not a form.
        block: Whose login it is, where a refresh token is used that the vendor replaces; see `Rotation`.
    """

    #: What to look at when the endpoint refuses.
    _advice = "Check the client's id and secret, the tenant, and what it is allowed to ask for."

    def __init__(
        self,
        url: str,
        form: Callable[[], Mapping[str, str]],
        *,
        login: tuple[str, str] | None = None,
        system: str = "The system",
        block: Refreshes | None = None,
        json: bool = False,
    ) -> None:
        self._url, self._form, self._system = url, form, system
        self._written = "json" if json else "data"
        self._login = httpx.BasicAuth(*login) if login else None
        self._rotation = Rotation(block) if block and block.refresh_token else None
        self._token, self._renew_at = "", 0.0
        self._renewing = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add the token, and fetch one where there is none that is good.

        Raises:
            AuthFailed: The endpoint refuses.
            Unavailable: It has no time.
            BadAnswer: It answers something else.
            ConfigError: The refresh token that comes back could not be kept now: none was asked for.
        """
        refused: str | None = None
        for _ in range(2):
            async with self._renewing:
                # If it is another than the one that was refused, somebody else has renewed it meanwhile.
                if time.time() >= self._renew_at or self._token == refused:
                    async with self._rotation.turn() if self._rotation else nullcontext():
                        answer = await _read((yield self._ask()))
                        if _says(answer) == REVOKED and self._rotation and await self._rotation.look():
                            answer = await _read((yield self._ask()))
                        await self._take(answer)
            refused = self._token
            request.headers["Authorization"] = f"Bearer {refused}"
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return

    def _ask(self) -> httpx.Request:
        body: Any = {self._written: dict(self._form())}
        headers = {"accept": "application/json", "user-agent": "tieline"}
        asked = httpx.Request("POST", self._url, headers=headers, **body)
        return next(self._login.auth_flow(asked)) if self._login else asked

    async def _take(self, answer: httpx.Response) -> None:
        said = _json(answer)
        token, life = self._granted(said)
        if not answer.is_success or not isinstance(token, str) or not token:
            raise self._refused(answer)
        another = said.get("refresh_token")
        if self._rotation and isinstance(another, str) and another:
            # Before anything else: the one that we have may be worth nothing any more.
            await self._rotation.keep(another)
        self._token = token
        self._renew_at = time.time() + max(life - EARLY_SECONDS, 0.8 * life)

    def _granted(self, said: Mapping[str, Any]) -> tuple[Any, float]:
        """The token in an answer, and how many seconds it lives; some vendors have words of their own."""
        seconds = said.get("expires_in")
        life = float(seconds) if isinstance(seconds, int | float | str) and str(seconds).isdigit() else USUAL_SECONDS
        return said.get("access_token"), life

    def _refused(self, answer: httpx.Response) -> Exception:
        code = _says(answer)
        reason = f"{self._system} gave no token ({answer.status_code}{f', {code[:40]}' if code else ''})."
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            return Unavailable(reason, hint="It is tried again.", status=answer.status_code)
        if answer.is_success:
            return BadAnswer(reason, hint="Check the address of the token endpoint.", status=answer.status_code)
        if code == REVOKED and self._rotation:
            return self._rotation.ended(f"{self._system} says {code}", answer.status_code)
        hint = "Log in anew: the refresh token has ended or was revoked." if code == REVOKED else ""
        return AuthFailed(
            reason,
            hint=hint or self._advice,
            status=answer.status_code,
        )


async def _read(answer: httpx.Response) -> httpx.Response:
    """The answer with its body, as far as it is one that a token fits in."""
    length = answer.headers.get("content-length", "0")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise BadAnswer("The token endpoint's answer is too large.", status=answer.status_code)
    await answer.aread()
    return answer


def _says(answer: httpx.Response) -> str:
    """The code of a refusal, which the standard lists; not the description, which may repeat what was sent."""
    code = "" if answer.is_success else _json(answer).get("error")
    return code if isinstance(code, str) else ""


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}

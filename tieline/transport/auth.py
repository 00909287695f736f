"""Ways to log in, as `httpx.Auth`. A block's `auth()` returns one. For OAuth2 see `tieline.transport.oauth`."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import quote

import httpx
import jwt
from httpx import BasicAuth as Basic
from pydantic import SecretStr

from tieline.errors import ConfigError

__all__ = ["ApiKey", "Basic", "Bearer", "JwtBearer", "PathKey", "QueryKey"]

Flow = Generator[httpx.Request, httpx.Response, None]


class ApiKey(httpx.Auth):
    """A key in a header of the vendor's choosing.

    Args:
        header: The header's name.
        key: The key.
        prefix: What stands before the key, such as "Token ".
    """

    def __init__(self, header: str, key: SecretStr, *, prefix: str = "") -> None:
        self._header, self._value = header, prefix + key.get_secret_value()

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Add the header."""
        request.headers[self._header] = self._value
        yield request


class Bearer(ApiKey):
    """`Authorization: Bearer <token>` (RFC 6750)."""

    def __init__(self, token: SecretStr) -> None:
        super().__init__("Authorization", token, prefix="Bearer ")


class QueryKey(httpx.Auth):
    """A key in the query. The URL with the key is never logged, recorded or shown in an error."""

    def __init__(self, **keys: SecretStr) -> None:
        self._keys = {name: key.get_secret_value() for name, key in keys.items()}

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Add the parameters."""
        request.url = request.url.copy_merge_params(self._keys)
        yield request


class PathKey(httpx.Auth):
    """A key in the path. The URL with the key is never logged, recorded or shown in an error.

    Args:
        address: Where requests go; the key follows its path at once, and the rest of the path follows the key.
        key: The key.
        others: Other addresses that it follows in the same way, such as the one of files.
    """

    def __init__(self, address: str, key: SecretStr, *others: str) -> None:
        self._before = [httpx.URL(one).raw_path for one in (address, *others)]
        self._key = quote(key.get_secret_value(), safe=":").encode()

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Put the key into the path."""
        path = request.url.raw_path
        before = next(one for one in self._before if path.startswith(one + b"/"))
        request.url = request.url.copy_with(raw_path=before + self._key + path.removeprefix(before))
        yield request


class JwtBearer(httpx.Auth):
    """A token that we sign ourselves and renew before it expires (RFC 7519).

    Args:
        claims: What the token says; `iat` and `exp` are added.
        key: The shared secret, or the private key in PEM.
        algorithm: Such as "RS256".
        seconds: How long a token lives.
        headers: More fields of the token's header, such as `kid`.
    """

    def __init__(
        self,
        claims: Mapping[str, Any],
        key: SecretStr,
        *,
        algorithm: str = "RS256",
        seconds: int = 600,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        self._claims, self._key, self._algorithm = dict(claims), key, algorithm
        self._seconds, self._headers = seconds, dict(headers or {})
        self._token, self._renew_at = "", 0.0

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Add a token that is valid for at least another fifth of its life."""
        now = time.time()
        if now >= self._renew_at:
            # A minute back, because a vendor whose clock is behind ours refuses tokens from the future.
            claims = self._claims | {"iat": int(now) - 60, "exp": int(now) + self._seconds}
            self._token = self._sign(claims)
            self._renew_at = now + 0.8 * self._seconds
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request

    def _sign(self, claims: Mapping[str, Any]) -> str:
        try:
            return jwt.encode(
                dict(claims), self._key.get_secret_value(), algorithm=self._algorithm, headers=self._headers
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            # Below the message of the library there may be the key.
            wrong = ConfigError(
                f"The key on the block cannot sign with {self._algorithm}.",
                hint="Paste the whole private key, with its BEGIN and END lines.",
            )
        raise wrong

"""Ask a token endpoint for a person's refresh token, and say for people why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from tieline.errors import AuthFailed, BadAnswer, Unavailable
from tieline.login.model import CodeFlow

_AGAIN = "Log in again."


@dataclass(frozen=True)
class Granted:
    """What a login has brought.

    Args:
        refresh_token: Good until the vendor or the person ends it.
        access_token: Good for about an hour.
        scopes: What it may be used for; empty if the vendor does not say.
    """

    refresh_token: SecretStr
    access_token: SecretStr
    scopes: tuple[str, ...]

    def lacks(self, asked: tuple[str, ...]) -> tuple[str, ...]:
        """What was asked for, and not given. Whether there is offline access is told by the refresh token."""
        given = {_short(scope) for scope in self.scopes}
        missing = tuple(scope for scope in asked if scope != "offline_access" and _short(scope) not in given)
        return missing if given else ()


async def ask(http: httpx.AsyncClient, flow: CodeFlow, form: Mapping[str, str], *, url: str = "") -> httpx.Response:
    """POST a form as the app that we are.

    Args:
        http: The client.
        flow: The vendor's login.
        form: What to say.
        url: Where to; by default the token endpoint.

    Raises:
        Unavailable: There is no answer.
    """
    secret = flow.client_secret.get_secret_value()
    in_header = bool(secret) and flow.secret_in_header
    whole = dict(form) if in_header else {**form, "client_id": flow.client_id}
    if secret and not in_header:
        whole["client_secret"] = secret
    auth = httpx.BasicAuth(flow.client_id, secret) if in_header else httpx.USE_CLIENT_DEFAULT
    return await _send(http, flow, "POST", url or flow.token, auth=auth, **{"json" if flow.json else "data": whole})


async def look(http: httpx.AsyncClient, flow: CodeFlow, token: SecretStr, url: str) -> Any:
    """GET what only somebody who is logged in may see.

    Raises:
        AuthFailed: The vendor refuses.
        Unavailable: There is no answer, or the vendor has no time.
        BadAnswer: It is no JSON.
    """
    header = {"authorization": f"Bearer {token.get_secret_value()}"}
    answer = await _send(http, flow, "GET", url, headers=header)
    if not answer.is_success:
        raise refusal(flow, "", answer.status_code)
    try:
        return answer.json()
    except ValueError:
        raise BadAnswer(f"{flow.system} answered something else than JSON.", hint=_AGAIN) from None


async def _send(http: httpx.AsyncClient, flow: CodeFlow, method: str, url: str, **more: Any) -> httpx.Response:
    headers = {"accept": "application/json", **more.pop("headers", {})}
    try:
        return await http.request(method, url, headers=headers, **more)
    except httpx.HTTPError as exc:
        raise Unavailable(
            f"{flow.system} cannot be reached ({type(exc).__name__}), so nobody is logged in.",
            hint="Check the network and the addresses on the block, and log in again.",
        ) from None


def granted(flow: CodeFlow, answer: httpx.Response) -> Granted:
    """What an answer of the token endpoint grants.

    Raises:
        AuthFailed: It refuses, or gives no refresh token.
        Unavailable: It has no time.
        BadAnswer: It answers something else.
    """
    said = read(answer)
    if not answer.is_success:
        raise refusal(flow, str(said.get("error", ""))[:40], answer.status_code)
    access, refresh = said.get("access_token"), said.get("refresh_token")
    if not isinstance(access, str) or not access:
        raise BadAnswer(
            f"{flow.system} answered something else than a token.", hint="Check the addresses on the block."
        )
    if not isinstance(refresh, str) or not refresh:
        raise AuthFailed(
            f"{flow.system} gave no refresh token, so that the login would end within the hour.",
            hint="End the app's access in your account there, see that the app may have offline access, and log in "
            f"again: {flow.docs}",
        )
    scope = said.get("scope")
    return Granted(SecretStr(refresh), SecretStr(access), tuple(scope.split()) if isinstance(scope, str) else ())


def refusal(flow: CodeFlow, code: str, status: int | None = None) -> Exception:
    """A refusal in the standard's words (RFC 6749, sections 4.1.2.1 and 5.2), and what to do about it.

    What the vendor says beside its word is not repeated: it may hold what was sent.
    """
    if status is not None and (status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR):
        return Unavailable(f"{flow.system} has no time ({status}).", hint=_AGAIN, status=status)
    reason, hint = _REFUSALS.get(code, ("refused the login", _AGAIN))
    word = f" ({code})" if code else f" ({status})" if status else ""
    return AuthFailed(f"{flow.system} {reason}{word}.", hint=hint.format(register=flow.register), status=status)


def read(answer: httpx.Response) -> Mapping[str, Any]:
    """The JSON object of an answer; empty if it is none."""
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _short(scope: str) -> str:
    """A scope without the address that some vendors put before it."""
    return scope.rpartition("/")[2].casefold()


_CLIENT = "Check client_id and client_secret. {register}"
_REFUSALS = {
    "access_denied": ("says that you did not consent", "Nothing was saved. Log in again if that was not meant."),
    "authorization_declined": ("says that you did not consent", "Nothing was saved. Log in again if it was not meant."),
    "invalid_grant": ("did not take the code: it has ended, or was used before", "Log in again, and within minutes."),
    "expired_token": ("waited in vain: the code has ended", "Log in again, and type the new code."),
    "bad_verification_code": ("does not know the code", _AGAIN),
    "invalid_client": ("does not know the app", _CLIENT),
    "unauthorized_client": ("does not let the app log people in like this", _CLIENT),
    "invalid_scope": ("does not let the app ask for all that is needed", "Allow it there: {register}"),
    "redirect_uri_mismatch": ("does not know the redirect address", "Register it: {register}"),
    "invalid_request": ("did not understand the login", "Check what was registered. {register}"),
    "temporarily_unavailable": ("has no time", _AGAIN),
    "server_error": ("had a failure of its own", _AGAIN),
}

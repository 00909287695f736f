"""OAuth2 tokens: fetched once, kept, renewed, and what is said when there are none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from tests.engine.probe import SECRET, ProbeCredentials, Vendor
from tieline.errors import AuthFailed, BadAnswer, Unavailable
from tieline.transport.api import Api
from tieline.transport.oauth import OAuth2
from tieline.transport.rules import HttpRules

TOKENS = "https://login.test/token"


class Lets(Vendor):
    """A vendor whose endpoint gives token after token, and that knows only those it has not revoked."""

    def __init__(self, *, seconds: Any = 3600, answers: list[httpx.Response] | None = None) -> None:
        super().__init__(self.reply)
        self.given = 0
        self.seconds, self.answers = seconds, answers or []
        self.good: set[str] = set()
        self.asked: list[dict[str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer after all others have asked."""
        for _ in range(50):
            await asyncio.sleep(0)
        return await super().handle_async_request(request)

    def reply(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) != TOKENS:
            known = request.headers.get("authorization", "").removeprefix("Bearer ") in self.good
            return httpx.Response(200 if known else 401, json={"ok": True})
        self.asked.append({name: values[0] for name, values in parse_qs(self.bodies[-1].decode()).items()})
        if self.answers:
            return self.answers.pop(0)
        self.given += 1
        self.good.add(f"token-{self.given}")
        said = {"access_token": f"token-{self.given}", "token_type": "Bearer"}
        return httpx.Response(200, json=said if self.seconds is None else said | {"expires_in": self.seconds})


class OAuthCredentials(ProbeCredentials):
    """Credentials of a made-up system that wants OAuth2."""

    _block_type_name = "OAuth Probe"
    _block_type_slug = "oauth-probe"

    def auth(self) -> httpx.Auth:
        """Log in with the client's secret."""
        form = {"grant_type": "client_credentials", "client_secret": self.key.get_secret_value()}
        return OAuth2(TOKENS, lambda: form, system="Probe")


@pytest.fixture
def api() -> Callable[[], Api]:
    credentials = OAuthCredentials()
    return lambda: Api("probe", "act", credentials, HttpRules())


async def test_calls_that_need_a_token_at_once_share_one(api: Callable[[], Api]) -> None:
    vendor = Lets()
    await asyncio.gather(*(api().get("/x") for _ in range(20)))
    assert vendor.given == 1
    assert vendor.asked == [{"grant_type": "client_credentials", "client_secret": SECRET}]


async def test_a_token_is_renewed_before_it_ends(api: Callable[[], Api], monkeypatch: pytest.MonkeyPatch) -> None:
    vendor, now = Lets(seconds=600), [1000.0]
    monkeypatch.setattr("tieline.transport.oauth.time.time", lambda: now[0])
    await api().get("/x")
    now[0] += 470
    await api().get("/x")
    assert vendor.given == 1
    now[0] += 20
    await api().get("/x")
    assert vendor.given == 2


async def test_a_revoked_token_is_replaced_once(api: Callable[[], Api]) -> None:
    vendor = Lets()
    await api().get("/x")
    vendor.good.clear()
    await asyncio.gather(*(api().get("/x") for _ in range(5)))
    assert vendor.given == 2


async def test_who_is_refused_with_a_fresh_token_is_not_asked_for_ever(api: Callable[[], Api]) -> None:
    vendor = Lets(answers=[httpx.Response(200, json={"access_token": "of another"})] * 9)
    with pytest.raises(AuthFailed):
        await api().get("/x")
    assert len(vendor.asked) == 2


@pytest.mark.parametrize("seconds", (None, "3599", "soon", -5))
async def test_odd_lives_of_tokens_do_no_harm(api: Callable[[], Api], seconds: Any) -> None:
    vendor = Lets(seconds=seconds)
    await api().get("/x")
    await api().get("/x")
    assert vendor.given == 1


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    (
        (httpx.Response(400, json={"error": "invalid_grant", "error_description": SECRET}), AuthFailed, "Log in anew"),
        (httpx.Response(401, json={"error": "invalid_client"}), AuthFailed, "invalid_client"),
        (httpx.Response(400, text=f"<h1>{SECRET}</h1>"), AuthFailed, "gave no token (400)"),
        (httpx.Response(200, json={"token": "of another kind"}), BadAnswer, "gave no token (200)"),
        (httpx.Response(200, json=["no"]), BadAnswer, "gave no token (200)"),
    ),
)
async def test_no_token_is_said_so(
    api: Callable[[], Api], answer: httpx.Response, error: type[Exception], says: str
) -> None:
    vendor = Lets(answers=[answer])
    with pytest.raises(error) as caught:
        await api().get("/x")
    assert says in str(caught.value)
    assert SECRET not in str(caught.value)
    assert [str(request.url) for request in vendor.seen] == [TOKENS]


@pytest.mark.usefixtures("still")
async def test_a_busy_endpoint_is_asked_again(api: Callable[[], Api]) -> None:
    vendor = Lets(answers=[httpx.Response(503), httpx.Response(429)])
    await api().get("/x")
    assert len(vendor.asked) == 3
    assert vendor.given == 1


async def test_an_endpoint_that_is_away_is_unavailable(api: Callable[[], Api], still: None) -> None:  # noqa: ARG001 - a fixture
    Vendor(httpx.ConnectError("away"))
    with pytest.raises(Unavailable):
        await api().get("/x")

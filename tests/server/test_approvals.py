"""The page on which somebody decides: only who has a link of ours, only by sending the form, and only once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from tests.server.conftest import House
from tieline.approvals import Approval, ask, decide, get
from tieline.approvals.links import available, link, person_of
from tieline.errors import ConfigError, SignatureInvalid
from tieline.settings import settings

KEY = "a key that is long enough for SHA-256"
ANN = "ann@example.com"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch, _fresh: None) -> None:
    monkeypatch.setenv("TIELINE_APPROVAL_KEY", KEY)
    monkeypatch.setenv("TIELINE_PUBLIC_URL", "https://tieline.example.com/")
    settings.cache_clear()


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with House().open() as made:
        yield made


def question(**more: Any) -> Approval:
    given = {
        "text": "draft <b>",
        "approvers": [ANN],
        "due_in": HOUR,
        "link": "https://github.com/acme/x/pull/1",
        **more,
    }
    return ask("docs_on_push", "k", "Update <the> reference", **given)


def path(asked: Approval, token: str = "") -> str:
    found = urlsplit(link(asked, ANN))
    return f"{found.path}?token={token}" if token else f"{found.path}?{found.query}"


def token(**said: Any) -> str:
    return jwt.encode({"aud": "tieline-approval", "sub": ANN, "jti": "x", **said}, KEY, algorithm="HS256")


async def test_whoever_a_link_was_made_for_decides(client: httpx.AsyncClient) -> None:
    asked = question()
    assert link(asked, ANN).startswith(f"https://tieline.example.com/approvals/{asked.id}?token=")
    page = await client.get(path(asked))
    assert page.status_code == 200
    assert "You decide as ann@example.com" in page.text
    answer = await client.post(path(asked), data={"decision": "edit", "text": "a\r\nb", "reason": "shorter"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("?token=")
    after = get(asked.id)
    assert (after.state, after.edited, after.decided_by, after.decided_via) == ("approved", "a\nb", ANN, "page")
    shown = await client.get(path(asked))
    assert "approved with changes by ann@example.com via page" in shown.text
    assert "<form" not in shown.text


async def test_enter_in_a_field_clicks_nothing(client: httpx.AsyncClient) -> None:
    page = await client.get(path(question()))
    assert "disabled" in page.text[page.text.index("<button") :].partition(">")[0], "browsers click the first one"


async def test_looking_never_decides(client: httpx.AsyncClient) -> None:
    asked = question()
    for method in ("GET", "HEAD"):
        answer = await client.request(method, path(asked) + "&decision=approve&reason=x")
        assert answer.status_code == 200
    assert (await client.put(path(asked), data={"decision": "approve"})).status_code == 405
    assert get(asked.id) == asked


FORGED: dict[str, Callable[[Approval], str]] = {
    "nothing": lambda _: "",
    "noise": lambda _: "a.b.c",
    "another key": lambda one: jwt.encode(
        {"aud": "tieline-approval", "sub": ANN, "jti": one.id}, "k" * 32, algorithm="HS256"
    ),
    "no signature": lambda one: jwt.encode(
        {"aud": "tieline-approval", "sub": ANN, "jti": one.id}, "", algorithm="none"
    ),
    "another approval": lambda _: token(jti="tiku-mora"),
    "another purpose": lambda one: token(jti=one.id, aud="something else"),
    "its time is over": lambda one: token(jti=one.id, exp=datetime.now(UTC) - timedelta(seconds=1)),
    "somebody else": lambda one: token(jti=one.id, sub="bob@example.com"),
    "nobody": lambda one: jwt.encode({"aud": "tieline-approval", "jti": one.id}, KEY, algorithm="HS256"),
    "changed": lambda one: path(one).partition("token=")[2][:-2] + "xx",
}


@pytest.mark.parametrize("how", FORGED)
async def test_a_forged_link_opens_nothing(client: httpx.AsyncClient, how: str) -> None:
    asked = question()
    address = f"/approvals/{asked.id}?token={FORGED[how](asked)}"
    for answer in (await client.get(address), await client.post(address, data={"decision": "approve"})):
        assert answer.status_code == 403
        assert "Update" not in answer.text
    assert get(asked.id) == asked


async def test_without_a_key_nothing_is_signed_or_opened(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = question()
    good, (good_token,) = path(asked), parse_qs(urlsplit(path(asked)).query)["token"]
    assert person_of(asked.id, good_token) == ANN
    for key in ("", "short"):
        monkeypatch.setenv("TIELINE_APPROVAL_KEY", key)
        settings.cache_clear()
        assert not available()
        with pytest.raises(ConfigError, match="TIELINE_APPROVAL_KEY"):
            link(asked, ANN)
        with pytest.raises(SignatureInvalid):
            person_of(asked.id, good_token)
        assert (await client.get(good)).status_code == 403


def test_a_link_is_made_for_approvers_and_ends_with_the_approval() -> None:
    asked = question()
    with pytest.raises(ConfigError, match="not among those"):
        link(asked, "bob@example.com")
    (made,) = parse_qs(urlsplit(link(asked, ANN)).query)["token"]
    assert asked.due_at is not None
    assert jwt.decode(made, KEY, algorithms=["HS256"], audience="tieline-approval")["exp"] == int(
        asked.due_at.timestamp()
    )


async def test_what_is_missing_is_said_and_what_was_typed_stays(client: httpx.AsyncClient) -> None:
    asked = question()
    answer = await client.post(path(asked), data={"decision": "reject", "text": "my <words>"})
    assert answer.status_code == 422
    assert "without a reason" in answer.text
    assert "my &lt;words&gt;" in answer.text
    assert (await client.post(path(asked), data={})).status_code == 422
    assert get(asked.id) == asked


async def test_who_comes_second_is_told_who_was_first(client: httpx.AsyncClient) -> None:
    asked = question()
    decide(asked.id, "reject", by="Bob", via="cli", reason="wrong page")
    answer = await client.post(path(asked), data={"decision": "approve"})
    assert answer.status_code == 409
    assert "rejected by Bob via cli" in answer.text


async def test_what_outsiders_wrote_does_nothing_on_the_page(client: httpx.AsyncClient) -> None:
    asked = question(summary="<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://evil.test/p.png) **ok**")
    page = await client.get(path(asked))
    assert "<script" not in page.text
    assert 'href="javascript' not in page.text
    assert "<img" not in page.text
    assert "<strong>ok</strong>" in page.text
    assert "Update &lt;the&gt; reference" in page.text
    assert "draft &lt;b&gt;" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_a_form_that_is_too_large_is_not_read(client: httpx.AsyncClient) -> None:
    asked = question()
    answer = await client.post(path(asked), content=b"text=" + b"a" * (3 * 2**20))
    assert answer.status_code == 422
    assert get(asked.id) == asked


async def test_a_form_of_many_fields_is_not_ours(client: httpx.AsyncClient) -> None:
    asked = question()
    answer = await client.post(path(asked), content=b"decision=approve" + b"&x=1" * 10)
    assert (answer.status_code, get(asked.id).state) == (422, "waiting")
    assert "That is not the form of this page" in answer.text

"""Where secrets could leak: errors and what hangs on to them, logs of the libraries below us, records, redaction."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from tests.engine.probe import SECRET, Client, ProbeCredentials, Vendor, answer, probe, serving
from tieline import observe, store
from tieline.errors import ConnectorError, TielineError
from tieline.observe import HIDDEN, redact
from tieline.settings import settings
from tieline.store.tables import CallRow

WAYS = ("bearer", "key", "basic", "query")
FORMS = {SECRET, quote(SECRET, safe=""), quote_plus(SECRET), quote(SECRET)}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _everything(error: BaseException) -> str:
    """All that a crash reporter could find: the chain of errors, and each variable of each frame."""
    ours = error.__traceback__.tb_next if error.__traceback__ else None  # without the frame of the test
    shown = ["".join(traceback.TracebackException(type(error), error, ours, capture_locals=True).format())]
    for one in _chain(error):
        shown += [repr(one), str(one), repr(vars(one)), repr(one.args)]
        request = getattr(one, "_request", None)
        if request is not None:
            shown += [repr(request), str(request.url), str(request.headers.raw)]
    return "\n".join(shown)


def leaks(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "failure",
    (
        httpx.ConnectError(f"refused {SECRET}"),
        httpx.ReadTimeout(f"slow {SECRET}"),
        httpx.LocalProtocolError(f"Illegal header value {SECRET!r}"),
        httpx.RemoteProtocolError(SECRET),
        answer(500, {"message": SECRET}),
        answer(400, {"errors": [{"field": SECRET, "message": SECRET, "code": SECRET}], "code": SECRET}),
        answer(422, {"errors": {SECRET: [SECRET]}}),
        answer(422, {"details": {quote(SECRET, safe=""): [{"description": quote_plus(SECRET)}]}}),
        answer(404, SECRET),
        answer(302, location=f"https://elsewhere.test/{quote(SECRET, safe='')}?key={quote(SECRET)}"),
        httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}),
    ),
)
async def test_no_error_knows_a_secret(way: str, failure: Any) -> None:
    Vendor(failure)
    with pytest.raises(TielineError) as raised:
        await probe(way=way).get("/x", into=dict[str, int], params={"q": 1})
    assert not leaks(_everything(raised.value)), way


@pytest.mark.parametrize("way", WAYS)
async def test_no_error_of_a_real_connection_knows_a_secret(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_CALL_SECONDS", "0.2")
    settings.cache_clear()

    async def handler(client: Client) -> None:
        await client.request()
        await client.reader.read(1)

    async with serving(handler) as url:
        with pytest.raises(ConnectorError, match="longer than") as raised:
            await probe(way=way, url=url).get("/x")
    assert not leaks(_everything(raised.value))


@pytest.mark.parametrize("way", WAYS)
async def test_no_library_below_us_logs_a_secret(way: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "hpack"):
        caplog.set_level(logging.DEBUG, name)

    async def handler(client: Client) -> None:
        await client.request()
        await client.reply(headers=[f"set-cookie: session={SECRET}"])

    async with serving(handler) as url:
        await probe(way=way, url=url).get("/x")
        await probe().upload(f"{url}/put?signature={quote(SECRET, safe='')}", b"x")
        assert "HTTP Request" not in caplog.text
        assert not leaks(caplog.text)
        async with httpx.AsyncClient() as other:
            await other.get(f"{url}/not-ours")
    assert "not-ours" in caplog.text, "the logs of other users of httpx are theirs"


@pytest.mark.parametrize("way", WAYS)
async def test_an_answer_knows_nothing_of_the_login(way: str) -> None:
    Vendor(answer())
    page = await probe(way=way)._caller.send("GET", "/x", options={"params": {"q": 1}})
    assert str(page.request.url) == "https://probe.test/x?q=1"
    assert not leaks(f"{page.request.headers.raw!r} {page!r} {page.request!r}")


async def test_rows_know_no_secret_and_no_body() -> None:
    Vendor(answer(200, {"body": "confidential"}))
    await probe(way="query").post(f"/x/{quote(SECRET, safe='')}", {"text": "confidential"})
    observe.flush()
    with store.session() as db:
        text = repr([row.model_dump() for row in db.exec(select(CallRow))])
    assert "probe" in text
    assert not leaks(text)
    assert "confidential" not in text


def test_a_block_shows_no_secret() -> None:
    block = ProbeCredentials()
    assert not leaks(f"{block!r} {block} {block.model_dump()!r} {block.digest()} {block.title}")
    assert block.digest() != ProbeCredentials(key="another").digest()


@given(st.lists(st.text(min_size=4, max_size=30), min_size=1, max_size=4), st.text(max_size=20), st.data())
def test_a_secret_never_survives(secrets: list[str], around: str, data: st.DataObject) -> None:
    text = around.join(data.draw(st.permutations(secrets + [quote(s, safe="") for s in secrets]))) + around
    shown = redact(text, secrets)
    rest = shown.replace(HIDDEN, "")
    for secret in secrets:
        if secret not in HIDDEN and secret not in around:
            assert secret not in rest or any(secret in other for other in secrets if other != secret)
            assert not (len(secrets) == 1 and json.dumps(secret)[1:-1] in rest)


@pytest.mark.parametrize(
    "secret",
    (
        "Bearer abc123def456",
        "basic dXNlcjpwYXNz",
        "authorization: Bearer abcdefghijklmnopqrstuvwxyz",
        "xoxb-1234-abcd",
        "sk-abcdefghijklmnop1234",
        "ghp_abcdefghijklmnopqrst",
        "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl",
    ),
)
def test_what_looks_like_a_secret_is_hidden_without_being_told(secret: str) -> None:
    hidden = redact(f"It said {secret}!")
    assert HIDDEN in hidden
    assert secret.rsplit(maxsplit=1)[-1] not in hidden


@pytest.mark.parametrize("text", ("Basic authentication is required", "bearer of bad news", "a basic question"))
def test_ordinary_words_are_left(text: str) -> None:
    assert redact(text) == text


def test_logs_are_redacted_by_name_and_by_value(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIELINE_LOG_JSON", "true")
    settings.cache_clear()
    observe.log.cache_clear()
    caplog.set_level(logging.INFO, "tieline")
    observe.log().info(
        "said Bearer abc123def456",
        api_key="hidden-1",
        Authorization="hidden-2",
        tokens=17,
        nested={"headers": {"cookie": "hidden-3", "x": ["Bearer hidden-456789"]}},
        error=ValueError("Bearer hidden-456789"),
        raw=b"Bearer hidden-456789",
        fine="kept",
        nothing=None,
    )
    observe.log.cache_clear()
    said = json.loads(caplog.records[-1].message)
    assert "hidden-" not in caplog.text
    assert "abc123" not in caplog.text
    assert said["fine"] == "kept"
    assert said["tokens"] == 17
    assert said["nothing"] is None
    assert said["nested"]["headers"]["cookie"] == HIDDEN

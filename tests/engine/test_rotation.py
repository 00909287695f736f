"""Refresh tokens that the vendor replaces at each use: the new one is kept, and only one process uses the old one."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from sqlmodel import select

from blocks.sharepoint import SharePointCredentials
from tasks import sharepoint
from tieline import connections
from tieline.errors import AuthFailed, ConfigError, StoreUnavailable
from tieline.store import session
from tieline.store.leases import lease
from tieline.store.tables import LeaseRow

pytestmark = pytest.mark.prefect


class Strict(ThreadingHTTPServer):
    """A vendor whose refresh tokens are good for one use, and whose access tokens end at once."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.refresh, self.access = "token-0", ""
        self.used: list[str] = []
        self.calls = 0
        self.broken = self.revoked = False
        self.lock = threading.Lock()

    def give(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            self.used.append(form["refresh_token"])
            if self.revoked or form["refresh_token"] != self.refresh:
                return 400, {"error": "invalid_grant", "error_description": form["refresh_token"]}
            number = len(self.used)
            self.refresh, self.access = f"token-{number}", f"access-{number}"
            return 200, {"access_token": self.access, "refresh_token": self.refresh, "expires_in": 0}


class _Answers(BaseHTTPRequestHandler):
    server: Strict

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.answer(*self.server.give({name: values[0] for name, values in parse_qs(body).items()}))

    def do_GET(self) -> None:
        self.server.calls += 1
        if self.server.broken:
            return  # the connection ends without a word
        self.answer(200, {"id": "b!1", "name": "Documents"})

    def answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def vendor() -> Iterator[Strict]:
    with Strict() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def block(vendor: Strict, **fields: Any) -> SharePointCredentials:
    return SharePointCredentials(
        tenant_id="t", client_id="c", refresh_token="token-0", url=vendor.url, login_url=vendor.url, **fields
    )


@pytest.fixture
async def saved(vendor: Strict, prefect_server: str) -> str:
    assert prefect_server
    await connections.save(block(vendor), "rotating", replace=True)
    return "rotating"


async def kept() -> SharePointCredentials:
    return await connections.read(SharePointCredentials, "rotating")


async def test_the_new_token_is_kept(vendor: Strict, saved: str) -> None:
    before = (await kept()).digest()
    for _ in range(3):
        await sharepoint.connector.identity(saved)
    assert vendor.used == ["token-0", "token-1", "token-2"]
    now = await kept()
    assert now.newest_token == vendor.refresh == "token-3"
    assert now.refresh_token.get_secret_value() == "token-0"
    assert now.digest() == before, "a new token is no other connection"
    ends, at = now.login_ends(), now.refreshed.at
    assert ends
    assert at
    assert ends - at == timedelta(days=90)
    assert "token-3" not in repr(now) + str(now.model_dump_json())


async def test_it_is_saved_before_it_is_used(vendor: Strict, saved: str, still: Any) -> None:
    vendor.broken = True
    with pytest.raises(Exception, match="sharepoint"):
        await sharepoint.connector.identity(saved)
    assert vendor.calls
    assert still.waits
    assert (await kept()).newest_token == vendor.refresh


async def test_what_cannot_be_kept_is_not_asked_for(
    vendor: Strict, saved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = await kept()

    async def away(*_: Any) -> None:
        raise ConfigError("The Prefect server cannot be reached.")

    monkeypatch.setattr(connections, "read", away)
    with pytest.raises(ConfigError):
        await sharepoint.connector.identity(credentials)
    assert vendor.used == []
    assert saved


async def test_a_token_that_prefect_did_not_take_is_used_and_saved_later(
    vendor: Strict, saved: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    credentials, change = await kept(), connections.change

    async def away(*_: Any) -> None:
        raise ConfigError("The Prefect server cannot be reached.")

    monkeypatch.setattr(connections, "change", away)
    await sharepoint.connector.identity(credentials)
    assert (await kept()).newest_token == "token-0"
    assert "could not be saved" in caplog.text
    assert "token-1" not in caplog.text
    monkeypatch.setattr(connections, "change", change)
    await sharepoint.connector.identity(credentials)
    assert vendor.used == ["token-0", "token-1"]
    assert (await kept()).newest_token == "token-2"
    assert saved


async def test_who_is_cancelled_saves_the_token_before_the_next_one_may_read_it(
    vendor: Strict, saved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    saving, go, change = asyncio.Event(), asyncio.Event(), connections.change

    async def slowly(*what: Any) -> None:
        saving.set()
        await go.wait()
        await change(*what)

    monkeypatch.setattr(connections, "change", slowly)
    using = asyncio.create_task(sharepoint.connector.identity(saved))
    await saving.wait()
    for _ in range(2):
        using.cancel()
        done, _ = await asyncio.wait([using], timeout=0.2)
        assert not done, "the lease is given back with the used token still in the block"
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert (await kept()).newest_token == vendor.refresh == "token-1"


async def test_a_new_login_counts_at_once(vendor: Strict, saved: str) -> None:
    credentials = await kept()
    await sharepoint.connector.identity(credentials)
    vendor.refresh = "of-another-login"
    other = block(vendor).model_copy(update={"refresh_token": type(credentials.refresh_token)("of-another-login")})
    await connections.save(other, saved, replace=True)
    await sharepoint.connector.identity(credentials)
    assert vendor.used[-1] == "of-another-login"
    assert (await kept()).newest_token == vendor.refresh


async def test_other_fields_stay_as_somebody_has_changed_them(vendor: Strict, saved: str) -> None:
    credentials = await kept()
    changed = (await kept()).model_copy(update={"webhook_secret": type(credentials.refresh_token)("a-secret")})
    await connections.change(changed, "webhook_secret")
    await sharepoint.connector.identity(credentials)
    now = await kept()
    assert now.webhook_secret.get_secret_value() == "a-secret"
    assert now.newest_token == vendor.refresh
    assert saved


async def test_the_end_of_a_login_says_what_to_do(vendor: Strict, saved: str) -> None:
    vendor.revoked = True
    with pytest.raises(AuthFailed) as caught:
        await sharepoint.connector.identity(saved)
    for part in (
        "SharePoint 'rotating'",
        "invalid_grant",
        "tieline connect sharepoint --name rotating --login --replace",
    ):
        assert part in str(caught.value)
    assert "token-0" not in str(caught.value)


async def test_a_block_that_is_not_saved_yet_has_the_token_when_it_is(vendor: Strict) -> None:
    """As in `tieline connect`, which tries the login first."""
    credentials = block(vendor)
    await sharepoint.connector.identity(credentials)
    assert credentials.newest_token == vendor.refresh == "token-1"


USE = """
import asyncio, sys
from tasks import sharepoint

async def main():
    for _ in range(4):
        await sharepoint.connector.identity("rotating")

asyncio.run(main())
"""


def test_several_processes_use_one_login(vendor: Strict, prefect_server: str) -> None:
    asyncio.run(connections.save(block(vendor), "rotating", replace=True))
    environment = {**os.environ, "PREFECT_API_URL": prefect_server}
    started = [
        subprocess.Popen([sys.executable, "-c", USE], env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate() for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert vendor.used == [f"token-{number}" for number in range(8)], "each was used once"
    assert asyncio.run(kept()).newest_token == vendor.refresh


async def test_a_lease_is_of_one_at_a_time(still: Any) -> None:
    async with lease("x"):
        with pytest.raises(StoreUnavailable):
            async with lease("x", patience=1):
                raise AssertionError
        async with lease("y"):
            pass
    assert still.waits
    async with lease("x", patience=0):
        pass


async def test_the_lease_of_a_dead_process_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("tieline.store.leases.time.time", lambda: now[0])
    dead = lease("x", seconds=10)
    await dead.__aenter__()
    now[0] += 11
    async with lease("x", seconds=10, patience=0):
        await dead.__aexit__(None, None, None)
        with pytest.raises(StoreUnavailable):
            async with lease("x", seconds=10, patience=0):
                raise AssertionError
    now[0] -= 5000
    async with lease("x", seconds=10, patience=0):
        pass


async def test_a_lease_lives_as_long_as_its_process() -> None:
    def until() -> float:
        with session() as db:
            return db.exec(select(LeaseRow.until)).one()

    async with lease("x", seconds=0.03):
        first = until()
        async with asyncio.timeout(10):
            while until() == first:  # noqa: ASYNC110 - it is another task's row, and no event of ours
                await asyncio.sleep(0)

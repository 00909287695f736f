"""The login in a browser, against simulated vendors: what is asked for, what comes back, and what can go wrong."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from blocks.airtable import AirtableCredentials
from blocks.excel import ExcelCredentials
from blocks.gitlab import GitLabCredentials
from blocks.google_drive import GoogleDriveCredentials
from blocks.sharepoint import SharePointCredentials
from tasks import airtable, excel, gitlab, google_drive, sharepoint
from tests.login.person import Person
from tests.sandbox.conftest import Clock
from tieline.connector import Connector
from tieline.errors import AuthFailed, ConfigError, TielineError
from tieline.login import LogsIn, browser, device
from tieline.login.model import scopes_of
from tieline.login.tokens import Granted
from tieline.sandbox import Sandbox, create_app, logins
from tieline.sandbox.sharepoint.memory import Tenant
from tieline.transport import clients

TO_COME = SecretStr("to-come")


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(time: Clock) -> Iterator[Sandbox]:
    with Sandbox(create_app(tickets=1, clock=time)) as made:
        yield made


def drive_of(sandbox: Sandbox, **more: Any) -> GoogleDriveCredentials:
    known = {name: logins("google_drive")[name] for name in ("client_id", "client_secret")}
    return GoogleDriveCredentials(url=sandbox.url_of("google_drive"), refresh_token=TO_COME, **{**known, **more})


def sharepoint_of(sandbox: Sandbox, **more: Any) -> SharePointCredentials:
    known = {name: logins("sharepoint")[name] for name in ("tenant_id", "client_id", "client_secret")}
    address = sandbox.url_of("sharepoint")
    return SharePointCredentials(url=address, login_url=address, refresh_token=TO_COME, **{**known, **more})


def airtable_of(sandbox: Sandbox) -> AirtableCredentials:
    app = {"client_id": "sandbox-integration", "client_secret": "sandbox-secret"}
    return AirtableCredentials(url=sandbox.url_of("airtable"), refresh_token=TO_COME, **app)


def gitlab_of(sandbox: Sandbox) -> GitLabCredentials:
    app = {"client_id": "sandbox-app", "client_secret": "sandbox-secret"}
    return GitLabCredentials(url=sandbox.url_of("gitlab"), refresh_token=TO_COME, **app)


async def log_in(
    block: LogsIn,
    connector: Connector[Any, Any],
    person: Person,
    *,
    before: Callable[[str, str], Awaitable[object]] | None = None,
    seconds: float = 5.0,
) -> Granted:
    """A whole login; `before` is done with the redirect address and the code, before that is exchanged."""
    flow = block.code_flow()
    asked = scopes_of(flow, connector, read_only=block.read_only)
    async with clients.bare(block) as http, browser.listening(flow, asked, 0) as login:
        person.open(login.address)
        try:
            code = await login.wait(seconds)
        finally:
            await asyncio.to_thread(person.leave)
        if before:
            await before(login.redirect, code)
        return await login.exchange(http, code)


SYSTEMS = (
    (drive_of, google_drive.connector, "127.0.0.1"),
    (sharepoint_of, sharepoint.connector, "localhost"),
    (airtable_of, airtable.connector, "localhost"),
    (gitlab_of, gitlab.connector, "localhost"),
)


@pytest.mark.parametrize(("make", "connector", "host"), SYSTEMS, ids=lambda one: getattr(one, "name", ""))
async def test_a_person_logs_in_and_what_it_brings_works(
    make: Callable[[Sandbox], LogsIn], connector: Connector[Any, Any], host: str, sandbox: Sandbox
) -> None:
    block, person = make(sandbox), Person()
    came = await log_in(block, connector, person)
    (asked,) = person.asked
    assert httpx.URL(asked.params["redirect_uri"]).host == host
    assert asked.params["code_challenge_method"] == "S256"
    secret = getattr(block, "client_secret", SecretStr("")).get_secret_value()
    assert secret not in str(asked)
    assert "has answered" in person.pages[-1]
    block.refresh_token = came.refresh_token
    assert (await connector.identity(block)).name


async def test_only_what_is_needed_is_asked_for(sandbox: Sandbox) -> None:
    def asked(block: LogsIn, connector: Connector[Any, Any]) -> set[str]:
        return set(scopes_of(block.code_flow(), connector, read_only=block.read_only))

    workbooks = ExcelCredentials(tenant_id="t", client_id="c", refresh_token=TO_COME)
    assert asked(workbooks, excel.connector) == {"Files.Read", "Files.ReadWrite", "offline_access"}
    reads = workbooks.model_copy(update={"read_only": True})
    assert asked(reads, excel.connector) == {"Files.Read", "offline_access"}
    drive = {scope.rpartition("/")[2] for scope in asked(drive_of(sandbox, read_only=True), google_drive.connector)}
    assert drive == {"drive.readonly", "drive.metadata.readonly"}
    chosen = drive_of(sandbox, scopes=["https://www.googleapis.com/auth/drive.file"])
    assert asked(chosen, google_drive.connector) == {"https://www.googleapis.com/auth/drive.file"}


async def refused(doing: Awaitable[object]) -> str:
    with pytest.raises(TielineError) as caught:
        await doing
    assert not isinstance(caught.value, ConfigError)
    return str(caught.value)


async def test_who_says_no_is_told_so(sandbox: Sandbox) -> None:
    said = await refused(log_in(drive_of(sandbox), google_drive.connector, Person("deny")))
    assert "Google says that you did not consent (access_denied). Nothing was saved." in said


async def test_a_code_that_was_used_or_ended_is_not_taken(sandbox: Sandbox, time: Clock) -> None:
    async def wait_too_long(_redirect: str, _code: str) -> None:
        time.forward(minutes=11)

    said = await refused(log_in(drive_of(sandbox), google_drive.connector, Person(), before=wait_too_long))
    assert "it has ended, or was used before (invalid_grant)" in said


async def test_a_code_of_another_login_is_not_taken(sandbox: Sandbox) -> None:
    """The verifier ties a code to the login that asked: whoever puts in another code gets nowhere (RFC 7636)."""
    block = drive_of(sandbox)
    flow = block.code_flow()
    async with clients.bare(block) as http, browser.listening(flow, ("drive",), 0) as mine:
        theirs = browser.BrowserLogin(flow, ("drive",), httpx.URL(mine.redirect).port or 0)
        address = theirs.address
        async with httpx.AsyncClient() as thief:
            led = await thief.post(address, data={"decision": "allow"})
        code = httpx.URL(led.headers["location"]).params["code"]
        assert "invalid_grant" in await refused(mine.exchange(http, code))


async def test_an_answer_with_another_state_is_sent_away(sandbox: Sandbox) -> None:
    flow = drive_of(sandbox).code_flow()
    async with browser.listening(flow, ("drive",), 0) as login, httpx.AsyncClient() as other:
        for query in ("code=evil", "code=evil&state=", "error=access_denied&state=no", "state=é&code=evil"):
            page = await other.get(f"{login.redirect}/?{query}")
            assert page.status_code == 400
        assert (await other.get(f"{login.redirect}/favicon.ico")).status_code == 404
        assert (await other.post(login.redirect)).status_code == 404
        said = await refused(login.wait(0.01))
        assert "its state is not ours" in said


async def test_lines_that_say_nothing_stop_nobody(sandbox: Sandbox) -> None:
    """Browsers open lines ahead of need; and somebody may send us nonsense."""
    person, flow = Person(), drive_of(sandbox).code_flow()
    async with browser.listening(flow, ("drive",), 0) as login:
        port = httpx.URL(login.redirect).port
        _, idle = await asyncio.open_connection("127.0.0.1", port)
        _, noise = await asyncio.open_connection("127.0.0.1", port)
        noise.write(b"x" * 100_000)
        person.open(login.address)
        assert await login.wait(5.0)
        idle.close()
        noise.close()
    person.leave()


async def test_an_address_that_is_not_registered_is_named_in_the_end(sandbox: Sandbox) -> None:
    block = sharepoint_of(sandbox)
    flow = block.code_flow()
    object.__setattr__(flow, "host", "127.0.0.1")  # Microsoft knows this app as http://localhost
    person = Person()
    async with browser.listening(flow, ("Files.Read.All",), 0) as login:
        person.open(login.address)
        said = await refused(login.wait(0.3))
        assert f"the app may lack the redirect address {login.redirect}" in said
        assert "add http://localhost" in said
    person.leave()
    assert "redirect_uri_mismatch" in person.pages[0]


async def test_no_refresh_token_is_said(sandbox: Sandbox) -> None:
    block = drive_of(sandbox)
    flow = block.code_flow()
    object.__setattr__(flow, "parameters", {})  # without access_type and prompt, Google gives none
    async with clients.bare(block) as http, browser.listening(flow, ("drive",), 0) as login:
        person = Person()
        person.open(login.address)
        said = await refused(login.exchange(http, await login.wait(5.0)))
    person.leave()
    assert "Google gave no refresh token" in said
    sent = person.asked[0].params
    assert "prompt" not in sent
    assert drive_of(sandbox).code_flow().parameters == {"access_type": "offline", "prompt": "consent"}


async def test_an_app_with_another_secret_is_told_so(sandbox: Sandbox) -> None:
    block = drive_of(sandbox, client_secret="wrong-secret-123")
    said = await refused(log_in(block, google_drive.connector, Person()))
    assert "does not know the app (invalid_client). Check client_id and client_secret." in said
    assert "wrong-secret-123" not in said


async def test_a_port_that_is_taken_is_said(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(ConfigError) as caught:
            async with browser.listening(drive_of(sandbox).code_flow(), ("drive",), taken.getsockname()[1]):
                pass
        assert "Give another --port" in str(caught.value)


async def test_it_listens_on_this_machine_alone(sandbox: Sandbox) -> None:
    async with browser.listening(drive_of(sandbox).code_flow(), ("drive",), 0) as login:
        port = httpx.URL(login.redirect).port or 0
        with socket.create_server(("127.0.0.2", port)):  # free: it is bound to one address, and not to all
            pass


# ---------------------------------------------------------------- with a code on another device


class Hand:
    """A person who types in the code while we wait."""

    def __init__(self, decision: str, time: Clock) -> None:
        self.decision, self.time = decision, time
        self.waits: list[float] = []
        self.login: device.DeviceLogin | None = None

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time.forward(seconds=seconds)
        if len(self.waits) == 2 and self.decision and self.login:
            async with httpx.AsyncClient() as other:
                await other.post(self.login.page, data={"user_code": self.login.code, "decision": self.decision})


async def type_in(sandbox: Sandbox, time: Clock, decision: str, monkeypatch: pytest.MonkeyPatch) -> Granted:
    block, hand = sharepoint_of(sandbox, client_secret=""), Hand(decision, time)
    monkeypatch.setattr("tieline.transport.clock.sleep", hand.sleep)
    monkeypatch.setattr("tieline.transport.clock.now", lambda: sum(hand.waits))
    flow = block.code_flow()
    async with clients.bare(block) as http:
        hand.login = await device.begin(http, flow, ("Files.Read.All", "offline_access"))
        came = await device.wait(http, flow, hand.login)
    assert hand.waits == [5.0, 5.0, 5.0][: len(hand.waits)]
    return came


async def test_a_code_is_typed_in_on_another_device(
    sandbox: Sandbox, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = await type_in(sandbox, time, "allow", monkeypatch)
    assert came.refresh_token.get_secret_value() in sandbox.state[Tenant].refresh
    assert came.scopes == ("Files.Read.All",)


@pytest.mark.parametrize(
    ("decision", "said"), (("deny", "you did not consent (authorization_declined)"), ("", "the code has ended"))
)
async def test_a_code_that_is_refused_or_forgotten(
    decision: str, said: str, sandbox: Sandbox, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AuthFailed) as caught:
        await type_in(sandbox, time, decision, monkeypatch)
    assert said in str(caught.value)


async def test_a_code_needs_a_vendor_who_has_that_and_no_secret(sandbox: Sandbox) -> None:
    for block, said in ((drive_of(sandbox), "Leave out --device"), (sharepoint_of(sandbox), "without a secret")):
        async with clients.bare(block) as http:
            with pytest.raises(ConfigError) as caught:
                await device.begin(http, block.code_flow(), ("x",))
        assert said in str(caught.value)


def test_what_was_not_granted_is_known() -> None:
    came = Granted(TO_COME, TO_COME, ("https://graph.microsoft.com/Files.Read.All",))
    assert came.lacks(("Files.Read.All", "Sites.Read.All", "offline_access")) == ("Sites.Read.All",)
    assert Granted(TO_COME, TO_COME, ()).lacks(("Files.Read.All",)) == ()

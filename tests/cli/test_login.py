"""`tieline connect --login`: what people see of it, and what is saved."""

from __future__ import annotations

import asyncio
import webbrowser
from datetime import timedelta

import pytest

from blocks.jira import JiraCredentials
from blocks.sharepoint import SharePointCredentials
from tests.cli.conftest import Run, answer
from tests.login.person import Person
from tieline import connections, registry
from tieline.sandbox import Sandbox, logins
from tieline.sandbox.atlassian import CLIENT, CLOUD
from tieline.sandbox.jira.memory import Site
from tieline.subscriptions.keeper import Keeper

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]

LOGIN = logins("sharepoint")


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    made = Person()
    monkeypatch.setattr(webbrowser, "open", made.open)
    monkeypatch.setenv("DISPLAY", ":0")
    return made


def fields(sandbox: Sandbox) -> list[str]:
    address = sandbox.url_of("sharepoint")
    given = {"url": address, "login_url": address} | {name: LOGIN[name] for name in ("tenant_id", "client_id")}
    return [word for name, value in given.items() for word in ("--field", f"{name}={value}")]


def saved(name: str) -> SharePointCredentials:
    return asyncio.run(connections.read(SharePointCredentials, name))


def test_a_login_is_saved_and_renewed_with_what_was_there(tieline: Run, sandbox: Sandbox, person: Person) -> None:
    words = ("connect", "sharepoint", "--login", "--name", "by-browser", "--replace")
    secret = {"TIELINE_SHAREPOINT_CLIENT_SECRET": LOGIN["client_secret"]}
    shown = tieline(*words, *fields(sandbox), "--field", "webhook_secret=told-by-hand", **secret).output
    first = saved("by-browser")
    assert "Logged in as" in shown
    assert str(person.asked[0]) in shown
    for hidden in first.secrets():
        assert hidden not in shown

    tieline(*words)  # nothing is asked for again, and nothing is lost
    second = saved("by-browser")
    assert second.refresh_token != first.refresh_token
    assert second.newest_token != first.newest_token
    assert second.webhook_secret.get_secret_value() == "told-by-hand"
    person.leave()


def test_atlassian_tells_the_site_and_each_token_is_kept(tieline: Run, sandbox: Sandbox, person: Person) -> None:
    words = ("connect", "jira", "--login", "--name", "app", "--replace")
    secret = {"TIELINE_JIRA_CLIENT_SECRET": CLIENT["client_secret"]}
    given = ("--field", f"url={sandbox.url_of('jira')}", "--field", f"client_id={CLIENT['client_id']}")
    assert "Logged in as" in tieline(*words, *given, **secret).output
    first = asyncio.run(connections.read(JiraCredentials, "app"))
    assert (first.cloud_id, first.site) == (CLOUD, "sandbox")
    assert answer(tieline("check", "jira/app", "--json"))[0]["ok"]
    second = asyncio.run(connections.read(JiraCredentials, "app"))
    assert second.refresh_token == first.refresh_token
    assert sandbox.state[Site].refresh.keys() >= {second.newest_token}
    assert second.newest_token != first.newest_token
    tieline(*words)
    assert asyncio.run(connections.read(JiraCredentials, "app")).cloud_id == CLOUD
    person.leave()
    _keeps_the_webhooks_of_an_app(tieline, sandbox)


def _keeps_the_webhooks_of_an_app(tieline: Run, sandbox: Sandbox) -> None:
    words = ("webhook", "setup", "jira", "--connection", "app", "--url", "http://127.0.0.1:9")
    assert "made" in tieline(*words).stdout
    assert "which was there already" in tieline(*words).stdout
    (there,) = (one for one in sandbox.hooks.subscriptions.values() if one.record.get("app"))
    before = there.record["until"] = there.record["until"] - timedelta(days=25)
    (done,) = asyncio.run(Keeper(registry.connector("jira"), "app").renew([str(there.record["app"])]))
    assert (done.did, done.why) == ("renewed", "")
    assert there.record["until"] > before + timedelta(days=24)
    sandbox.hooks.unsubscribe(there.id)  # Jira has lost it
    (done,) = asyncio.run(Keeper(registry.connector("jira"), "app").renew())
    assert done.did == "made again"
    assert "is ended" in tieline("webhook", "remove", "jira", "--connection", "app").output
    assert not [one for one in sandbox.hooks.subscriptions.values() if one.record.get("app")]


def test_a_login_that_is_refused_saves_nothing(tieline: Run, sandbox: Sandbox, person: Person) -> None:
    person.decision = "deny"
    given = (*fields(sandbox), "--field", "client_secret=" + LOGIN["client_secret"])
    said = tieline("connect", "sharepoint", "--login", "--name", "not-me", *given, code=1).output
    assert "you did not consent" in said
    assert "There is no SharePoint connection 'not-me'" in tieline("check", "sharepoint/not-me", code=1).output
    person.leave()


def test_a_login_that_cannot_be(tieline: Run, sandbox: Sandbox) -> None:
    assert "no login in a browser" in tieline("connect", "freshdesk", "--login", "--name", "never", code=1).output
    both = (*fields(sandbox), "--field", "refresh_token=not-to-be-shown")
    said = tieline("connect", "sharepoint", "--login", "--name", "never", *both, code=1).output
    assert "Leave out one of them" in said
    assert "not-to-be-shown" not in said
    assert "client_id" in tieline("connect", "sharepoint", "--login", "--name", "never", code=1).output
    assert "belongs to --login" in tieline("connect", "sharepoint", "--port", "8000", code=2).output

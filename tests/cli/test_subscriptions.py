"""`tieline webhook setup`, `subscriptions` and `remove`, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from blocks.sharepoint import SharePointCredentials
from tests.cli.conftest import Run, answer
from tests.sandbox.receiver import Receiver
from tieline.sandbox import Sandbox
from tieline.sandbox.telegram.memory import Chats
from tieline.store.tables import SubscriptionRow
from tieline.subscriptions import rows

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]


def connect(tieline: Run, system: str, sandbox: Sandbox) -> tuple[str, ...]:
    """A connection `told`; the words that name it."""
    given = [word for name, value in sandbox.connection(system).items() for word in ("--field", f"{name}={value}")]
    tieline("connect", system, "--name", "told", "--replace", *given)
    return system, "--connection", "told"


def the_rows(system: str) -> list[SubscriptionRow]:
    return rows.every(system, "told")


def at_vendor(sandbox: Sandbox, system: str) -> list[Any]:
    """What the simulated vendor has on record."""
    if system == "telegram":
        url = sandbox.state[Chats].webhook
        return [url] if url else []
    return [one for one in sandbox.hooks.subscriptions.values() if one.system == system and one.record]


@contextmanager
def receiving() -> Iterator[str]:
    """Somebody at the gateway's address who answers what vendors ask before they use one."""
    with Receiver() as receiver:
        yield receiver.url.removesuffix("/hooks/x")


@pytest.mark.parametrize("system", ("zendesk", "jira", "telegram", "sharepoint", "google_drive"))
def test_it_is_set_up_once_shown_and_removed(tieline: Run, sandbox: Sandbox, system: str) -> None:
    words = connect(tieline, system, sandbox)
    with receiving() as url, receiving() as other:
        first = tieline("webhook", "setup", *words, "--url", url).stdout
        assert "made" in first
        count = len(the_rows(system))
        assert count == len(at_vendor(sandbox, system)) > 0
        secret = tieline("webhook", "secret", *words, "--show").stdout.strip()
        assert len(secret) > 20
        assert secret not in first
        if system != "telegram":
            assert {one.secret for one in at_vendor(sandbox, system)} == {secret}
        assert "which was there already" in tieline("webhook", "setup", *words, "--url", url).stdout
        assert len(at_vendor(sandbox, system)) == count
        assert "in place of the one before" in tieline("webhook", "setup", *words, "--url", other).stdout
        assert len(at_vendor(sandbox, system)) == count
        assert {row.url for row in the_rows(system)} == {f"{other}/hooks/{system}/told"}
    shown = tieline("webhook", "subscriptions", system).stdout
    assert f"{system}/told" in shown
    assert ("never" in shown) is (system in {"zendesk", "jira", "telegram"})
    (one, *_) = answer(tieline("webhook", "subscriptions", system, "--json"))
    assert one["trouble"] == ""
    assert secret not in shown + str(one)
    assert "is ended" in tieline("webhook", "remove", *words).output
    assert at_vendor(sandbox, system) == the_rows(system) == []
    tieline("webhook", "remove", *words, code=1)


def test_trouble_is_seen(tieline: Run) -> None:
    rows.save(
        SubscriptionRow(
            system="sharepoint",
            connection="told",
            resource="b!1",
            url="",
            events=[],
            ending=[],
            trouble="Log in again.",
        )
    )
    shown = tieline("webhook", "subscriptions", code=1).stdout
    assert "Log in again." in shown
    assert "there is none" in shown


def test_what_vendors_need_is_said(tieline: Run, sandbox: Sandbox) -> None:
    words = connect(tieline, "google_drive", sandbox)
    assert "https" in tieline("webhook", "setup", *words, "--url", "http://hooks.acme.test", code=1).output
    wrong = ("--url", "http://127.0.0.1:9", "--resource", "folder/1")
    assert "drive/ID" in tieline("webhook", "setup", *words, *wrong, code=1).output
    assert the_rows("google_drive") == []


def test_without_an_api_setup_tells_how(tieline: Run) -> None:
    for system in ("freshdesk", "github"):
        said = tieline("webhook", "setup", system, "--url", "https://h.test").output
        assert "By hand" in said
        assert f"https://h.test/hooks/{system}/main" in said


def test_the_end_of_a_login_shows_in_check(tieline: Run, sandbox: Sandbox) -> None:
    connect(tieline, "sharepoint", sandbox)
    over = {**sandbox.connection("sharepoint"), "refresh_token": "revoked-long-ago"}
    SharePointCredentials.model_validate(over).save("told", overwrite=True)
    said = tieline("check", "sharepoint/told", code=1).stdout
    assert "The login of SharePoint 'told' is over" in said
    assert "tieline connect sharepoint --name told --login --replace" in said
    assert "revoked-long-ago" not in said

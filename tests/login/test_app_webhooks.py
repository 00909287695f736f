"""Webhooks of an app in Jira: made, told, renewed and ended, as Jira documents them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks.jira import JiraCredentials
from tasks import jira
from tasks.jira.events import webhook
from tests.login.test_atlassian import TO_COME, log_in
from tests.sandbox.receiver import Receiver
from tieline.errors import AuthFailed, Rejected
from tieline.sandbox import Sandbox, running
from tieline.sandbox.atlassian import CLIENT
from tieline.subscriptions import Subscription, Subscriptions, Wanted
from tieline.webhooks import Delivery

EVENTS = ("comment_created", "jira:issue_created")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


def vendor() -> Subscriptions[Any]:
    assert jira.connector.subscriptions is not None
    return jira.connector.subscriptions


async def app_of(sandbox: Sandbox, **more: Any) -> JiraCredentials:
    block = JiraCredentials(url=sandbox.url_of("jira"), **CLIENT, **TO_COME, **more)
    await log_in(block, jira.connector)
    return block


async def subscribe(block: JiraCredentials, url: str, resource: str) -> Subscription:
    return await vendor().subscribe(block, Wanted("main", url, resource, EVENTS, "1"))


async def test_it_is_told_for_thirty_days_and_then_some(sandbox: Sandbox) -> None:
    block = await app_of(sandbox)
    (resource,) = await vendor().resources(block)
    assert resource.startswith("project IN (")
    with Receiver() as receiver:
        made = await subscribe(block, receiver.url, resource)
        assert made.expires_at is not None
        assert timedelta(days=29) < made.expires_at - datetime.now(UTC) < timedelta(days=30)
        (there,) = await vendor().find_all(block) or ()
        assert (there.id, there.url, there.resource, there.events) == (made.id, receiver.url, resource, EVENTS)
        await jira.connector.actions["add_comment"].execute(block, {"issue_key": "OPS-1", "body": "Told?"})
        (got,) = receiver.wait(1)
        told = Delivery(dict(got.headers), got.body)
        assert "x-hub-signature" not in told.headers
        secrets = block.webhook_secrets()
        assert CLIENT["client_secret"] in secrets
        webhook.verify(told, CLIENT["client_secret"], time.time())
        assert webhook.event(told) == "comment_created"
    renewed = await vendor().renew(block, made.id)
    assert renewed is not None
    assert renewed.expires_at is not None
    await vendor().unsubscribe(block, made.id, "")
    assert await vendor().find_all(block) == []


async def test_what_jira_does_not_take_is_said(sandbox: Sandbox) -> None:
    block = await app_of(sandbox)
    with pytest.raises(Rejected, match="unsupported"):
        await subscribe(block, "http://127.0.0.1:9/x", "project is not EMPTY")
    reads = await app_of(sandbox, read_only=True)
    with pytest.raises(AuthFailed):
        await vendor().find_all(reads)

"""A Prefect server, a sandbox, and saved connections that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from blocks.discord import DiscordCredentials
from blocks.freshdesk import FreshdeskCredentials
from blocks.jira import JiraCredentials
from blocks.slack import SlackCredentials
from blocks.zendesk import ZendeskCredentials
from tests.flows.documenting import house
from tests.saving import save
from tests.simulator import simulator
from tieline.sandbox import Sandbox, running

__all__ = ["house", "simulator"]

FAST = "100000/minute"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Prefect leaves clients of its own to the garbage collector; that ours are closed is shown in tests/engine."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"))


@pytest.fixture
def sandbox(prefect_server: str) -> Iterator[Sandbox]:
    """A fresh sandbox, and the connections `support`, `team` and `work` that lead to it."""
    assert prefect_server
    with running(tickets=60) as made:
        connect(made)
        yield made


def connect(sandbox: Sandbox) -> None:
    """Save blocks for a sandbox."""
    save(ZendeskCredentials(**sandbox.connection("zendesk"), rate=FAST), "support")
    save(FreshdeskCredentials(**sandbox.connection("freshdesk"), rate=FAST), "support")
    save(SlackCredentials(**sandbox.connection("slack"), rate=FAST), "team")
    save(JiraCredentials(**sandbox.connection("jira"), rate=FAST), "work")
    save(DiscordCredentials(**sandbox.connection("discord"), rate=FAST), "main")

"""What Asana's contract cannot say: what it asks of us before it begins, and the webhooks that are kept alive."""

from __future__ import annotations

import pytest

from tasks import asana
from tests.contracts import Exchange
from tests.contracts.asana import HERE, HOOK, LINK, WEBHOOK, WORKSPACE, data
from tests.test_contracts import CONTRACTS, play
from tieline import errors
from tieline.subscriptions import Wanted

CASES = CONTRACTS["asana"].actions


@pytest.mark.parametrize(
    "chosen", ({}, {"project": "1", "section": "2"}, {"assignee": "me"}, {"project": "1", "workspace": "3"})
)
async def test_tasks_are_listed_of_one_place(chosen: dict[str, str]) -> None:
    connector, block, vendor = play("asana")
    with pytest.raises(errors.ConfigError, match="a project, a section, or an assignee"):
        await connector.actions["list_tasks"].execute(block, chosen)
    assert vendor.seen == []


async def test_a_link_is_not_fetched() -> None:
    """It leads anywhere."""
    connector, block, vendor = play("asana", Exchange("", response=data(LINK)))
    with pytest.raises(errors.ConfigError, match="does not keep this file"):
        await connector.actions["download_attachment"].execute(block, CASES["download_attachment"].input)
    assert len(vendor.seen) == 1


async def test_what_is_wrong_is_said() -> None:
    wrong = {"errors": [{"message": "project: Missing input", "help": "https://developers.asana.com/docs/errors"}]}
    connector, block, _ = play("asana", Exchange("", status=400, response=wrong))
    with pytest.raises(errors.Rejected, match="project: Missing input"):
        await connector.actions["create_task"].execute(block, CASES["create_task"].input)


async def test_the_secret_of_a_webhook_is_for_the_block_alone() -> None:
    case = CASES["create_webhook"]
    connector, block, _ = play("asana", *case.wire)
    made = await connector.actions["create_webhook"].execute(block, case.input)
    assert HOOK not in repr(made)
    assert "secret" not in made


async def test_webhooks_can_be_kept_alive() -> None:
    kept = asana.connector.subscriptions
    assert kept is not None
    (answer,) = CASES["create_webhook"].wire
    failing = {**WEBHOOK, "last_failure_content": "503"}
    _, block, _ = play(
        "asana",
        answer,
        Exchange("", response=data([WORKSPACE, WORKSPACE])),
        Exchange("", response=data([WEBHOOK])),
        Exchange("", response=data([failing])),
    )
    made = await kept.subscribe(block, Wanted("main", HERE, "51", ("task.added",), "n"))
    assert (made.id, made.resource, made.url, made.events) == ("43214", "51", HERE, ("task.added",))
    assert made.secret is not None
    assert made.secret.get_secret_value() == HOOK
    found = await kept.find_all(block)
    assert [one.trouble for one in found or ()] == ["", "Its last failure: 503"]
    with pytest.raises(errors.ConfigError, match="one project at a time"):
        await kept.resources(block)

"""What Zendesk's contract cannot say: logins that are incomplete, names of events, writes that get no answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from blocks.zendesk import ZendeskCredentials
from tasks import zendesk
from tests.contracts import Exchange
from tests.contracts.zendesk.records import LATER, STAMP, TICKET, pages, tickets
from tests.test_contracts import CONTRACTS, play
from tieline import errors
from tieline.webhooks import Delivery

CASES = CONTRACTS["zendesk"].actions
PREFIX = "zen:event-type:"


# ---------------------------------------------------------------- the block


@pytest.mark.parametrize(
    ("fields", "said"),
    (
        ({}, "either email and api_token, or oauth_token"),
        ({"email": "bo@acme.test", "api_token": "a", "oauth_token": "b"}, "either email and api_token, or oauth_token"),
        ({"api_token": "a"}, "needs the email"),
        ({"subdomain": "", "oauth_token": "b"}, "subdomain"),
    ),
)
def test_an_incomplete_login_says_what_is_missing(fields: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ZendeskCredentials(**{"subdomain": "acme", **fields})


async def test_a_visitor_is_no_agent() -> None:
    connector, block, _ = play("zendesk", Exchange("", response={"user": {"id": None, "name": "Anonymous user"}}))
    with pytest.raises(errors.AuthFailed, match="anonymous"):
        await connector.identity(block)


async def test_a_list_stays_at_the_address_of_the_block() -> None:
    """Zendesk names its own host in `links.next`; behind a proxy that is not where we may go."""
    wire = pages("/tickets", "tickets", tickets(2), tickets(2, 3), sort="-updated_at")
    asked = [Exchange("", response=step.response) for step in wire]
    connector, block, vendor = play("zendesk", *asked, url="https://proxy.test/zendesk")
    await connector.actions["list_tickets"].execute(block, {"limit": 3})
    assert {request.url.host for request in vendor.seen} == {"proxy.test"}


# ---------------------------------------------------------------- webhooks


@pytest.mark.parametrize(
    ("kind", "current", "name"),
    (
        (PREFIX + "ticket.created", None, "ticket.created"),
        (PREFIX + "ticket.status_changed", "SOLVED", "ticket.solved"),
        (PREFIX + "ticket.status_changed", "CLOSED", "ticket.closed"),
        (PREFIX + "ticket.status_changed", "PENDING", "ticket.updated"),
        (PREFIX + "ticket.tags_changed", None, "ticket.updated"),
        (PREFIX + "ticket.comment_added", None, "comment.created"),
        (PREFIX + "ticket.comment_made_private", None, "ticket.updated"),
        (PREFIX + "ticket.soft_deleted", None, "ticket.soft_deleted"),
        (PREFIX + "user.identity_created", None, "user.updated"),
        (PREFIX + "user.deleted", None, "user.deleted"),
        (PREFIX + "organization.tags_changed", None, "organization.updated"),
        (PREFIX + "article.published", None, "article.published"),
        ("ticket.solved", None, "ticket.solved"),
        ("ticket.updated", None, "ticket.updated"),
    ),
)
def test_events_have_our_names(kind: str, current: str | None, name: str) -> None:
    raw = json.dumps({"type": kind, "detail": {"id": "7"}, "event": {"current": current}}).encode()
    hook = zendesk.connector.webhook
    assert hook is not None
    assert hook.event(Delivery({}, raw)) == name


def test_a_trigger_may_send_very_little() -> None:
    raw = b'{"type": "ticket.solved", "detail": {"id": "35436"}}'
    hook = zendesk.connector.webhook
    assert hook is not None
    assert zendesk.connector.events["ticket.solved"].model_validate_json(raw).ticket_id == 35436  # type: ignore[attr-defined]
    assert hook.delivery(Delivery({"x-zendesk-webhook-invocation-id": "01H0QC"}, raw)) == "01H0QC"
    assert hook.delivery(Delivery({}, raw)) == hook.delivery(Delivery({}, raw)) != ""


def test_the_number_that_is_signed_comes_first() -> None:
    hook = zendesk.connector.webhook
    assert hook is not None
    raw = b'{"id": "2b24", "type": "zen:event-type:ticket.created"}'
    assert hook.delivery(Delivery({"x-zendesk-webhook-invocation-id": "forged"}, raw)) == "2b24"


# ---------------------------------------------------------------- writes that get no answer


@pytest.mark.usefixtures("still")
async def test_a_ticket_is_opened_once_however_often_it_is_asked_for() -> None:
    case = CASES["create_ticket"]
    connector, block, vendor = play("zendesk", Exchange("", status=500), Exchange("", status=502), *case.wire)
    await connector.actions["create_ticket"].execute(block, case.input)
    assert len({request.headers["idempotency-key"] for request in vendor.seen}) == 1
    assert len(vendor.seen) == 3


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("name", ("update_ticket", "update_tickets"))
async def test_a_comment_is_not_written_twice(name: str) -> None:
    change = {"comment": "Waiting.", "status": "pending"}
    given = {"ticket_id": 7, **change} if name == "update_ticket" else {"tickets": [{"id": 7, **change}]}
    connector, block, vendor = play("zendesk", Exchange("", status=502))
    with pytest.raises(errors.Unavailable) as raised:
        await connector.actions[name].execute(block, given)
    assert raised.value.may_have_happened
    assert len(vendor.seen) == 1


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("now", ({"tags": ["another"]}, {"status": "solved"}))
async def test_somebody_elses_change_is_not_taken_for_ours(now: dict[str, Any]) -> None:
    """No answer; then the ticket has changed, but not to what we wanted: Zendesk says so once more."""
    seen = Exchange("GET /tickets/35436", response={"ticket": {**TICKET, **now, "updated_at": LATER}})
    conflict = {"error": "UpdateConflict", "description": "Safe Update prevented the update"}
    stale = Exchange("", status=409, response=conflict)
    connector, block, vendor = play("zendesk", Exchange("", status=502), seen, stale)
    given = {"ticket_id": 35436, "tags": ["vip"], "updated_stamp": STAMP}
    with pytest.raises(errors.Conflict) as raised:
        await connector.actions["update_ticket"].execute(block, given)
    assert raised.value.code == "UpdateConflict"
    assert not vendor.left


async def test_a_macro_does_not_overwrite_what_happened_meanwhile() -> None:
    preview, _ = CASES["apply_macro"].wire
    connector, block, vendor = play("zendesk", preview, Exchange("", status=409))
    with pytest.raises(errors.Conflict):
        await connector.actions["apply_macro"].execute(block, CASES["apply_macro"].input)
    assert json.loads(vendor.seen[1].content)["ticket"]["safe_update"] is True


async def test_an_attachment_comes_from_a_path(tmp_path: Path) -> None:
    file = tmp_path / "manual.pdf"
    file.write_bytes(b"%PDF-")
    connector, block, _ = play("zendesk", *CASES["upload_attachment"].wire)
    assert await connector.actions["upload_attachment"].execute(block, {"file": file})

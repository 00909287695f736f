"""What single vendors send beside their usual delivery, in the shape that their pages show, and how we read it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tieline.webhooks import Delivery, facts_of, find
from tieline.webhooks.facts import moment


def sent(payload: Any, **headers: str) -> Delivery:
    return Delivery({name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(payload).encode())


READINGS = (
    (
        "confluence",
        {"event": "attachment_created", "userKey": "ff8", "attachments": [{"id": 1, "fileName": "plan.pdf"}]},
        "attachment_created",
        ("ff8", "", "plan.pdf", ""),
    ),
    (
        "discord",
        {
            "type": 1,
            "event": {
                "type": "LOBBY_MESSAGE_CREATE",
                "timestamp": "2024-10-18T18:41:21.109604",
                "data": {"content": "welcome", "author": {"username": "ann"}},
            },
        },
        "lobby_message_create",
        ("ann", "2024-10-18T18:41:21.109604", "welcome", ""),
    ),
    (
        "gitlab",
        {
            "event_name": "user_add_to_group",
            "user_name": "Ann",
            "group_name": "web",
            "created_at": "2026-11-22T05:00:00Z",
        },
        "user_add_to_group",
        ("Ann", "2026-11-22T05:00:00Z", "web", ""),
    ),
    (
        "gitlab",
        {
            "object_kind": "milestone",
            "action": "create",
            "object_attributes": {"title": "v1.0", "updated_at": "2026-11-22 05:00:00 UTC"},
        },
        "milestone.create",
        ("", "2026-11-22T05:00:00Z", "v1.0", ""),
    ),
    (
        "intercom",
        {"topic": "ticket.closed", "data": {"item": {"ticket": {"ticket_attributes": {"_default_title_": "Help"}}}}},
        "ticket.closed",
        ("", "", "Help", ""),
    ),
    (
        "sonarqube",
        {"status": "FAILED", "changedAt": "2026-11-22T06:00:00+0100", "project": {"name": "My Project"}},
        "analysis.failed",
        ("", "2026-11-22T05:00:00Z", "My Project", ""),
    ),
    (
        "telegram",
        {"update_id": 1, "message_reaction": {"user": {"username": "ann"}, "date": 1_795_323_600}},
        "message_reaction",
        ("ann", "2026-11-22T05:00:00Z", "", ""),
    ),
    (
        "webex",
        {
            "resource": "rooms",
            "event": "created",
            "created": "2020-01-01T00:00:00Z",
            "data": {"id": "r", "title": "Ops"},
        },
        "rooms.created",
        ("", "", "Ops", ""),
    ),
    (
        "webflow",
        {"triggerType": "site_publish", "payload": {"domains": ["acme.test"], "publishedOn": "2026-11-22T05:00:00Z"}},
        "site_publish",
        ("", "2026-11-22T05:00:00Z", "acme.test", ""),
    ),
)


@pytest.mark.parametrize(("system", "payload", "event", "facts"), READINGS)
def test_it_is_named_and_its_facts_are_found(
    system: str, payload: Any, event: str, facts: tuple[str, str, str, str]
) -> None:
    webhook, delivery = find(system), sent(payload)
    assert webhook.event(delivery) == event
    who, when, subject, link = facts
    assert facts_of(webhook, webhook.read(delivery)) == (who, moment(when), subject, link)


def test_what_one_gitlab_webhook_brings_about_is_not_taken_for_a_copy() -> None:
    number = find("gitlab").delivery
    one, other = ({"object_kind": "push", "ref": ref} for ref in ("a", "b"))
    assert number(sent(one, x_gitlab_event_uuid="u")) == number(sent(one, x_gitlab_event_uuid="u"))
    assert number(sent(one, x_gitlab_event_uuid="u")) != number(sent(other, x_gitlab_event_uuid="u"))
    assert number(sent(one, x_gitlab_event_uuid="u", idempotency_key="k")) == "k"
    assert number(sent(one, idempotency_key="k", webhook_id="k")) == "k"


@pytest.mark.parametrize(("system", "moment_at"), (("sonarqube", "changedAt"), ("discord", "event")))
def test_without_a_number_the_moment_in_the_body_tells_deliveries_apart(system: str, moment_at: str) -> None:
    number = find(system).delivery
    first, second = sent({moment_at: {"timestamp": "1"}}), sent({moment_at: {"timestamp": "2"}})
    assert number(first) == number(sent({moment_at: {"timestamp": "1"}})) != number(second)
    assert number(first).startswith("body:")


def test_news_in_the_same_words_is_news() -> None:
    """Of two changes of a drive, two arrivals of a person, and two triggers about a ticket, none is a copy."""
    number = find("microsoft_graph").delivery
    # As in https://learn.microsoft.com/en-us/answers/questions/1855049
    data = {"@odata.type": "#Microsoft.Graph.DriveItem"}
    drive = sent({"value": [{"changeType": "updated", "resource": "me/drive/root", "resourceData": data}]})
    mail = sent({"value": [{"changeType": "updated", "resourceData": data | {"id": "2", "@odata.etag": "W/1"}}]})
    assert number(drive) != number(drive)
    assert number(mail) == number(mail)
    first, again = (
        sent({"resource": "memberships", "event": "created", "data": {"id": "person:room", "created": moment}})
        for moment in ("2026-11-22T05:00:00Z", "2026-11-23T05:00:00Z")
    )
    assert find("webex").delivery(first) != find("webex").delivery(again)
    solved = {"id": 7, "type": "ticket.solved"}
    one, other = (sent(solved, x_zendesk_webhook_invocation_id=number) for number in ("a", "b"))
    assert [find("zendesk").delivery(each) for each in (one, other)] == ["a", "b"]


def test_intercom_finds_us_there() -> None:
    (handshake,) = find("intercom").handshakes
    hello = handshake.answer(Delivery({}, method="HEAD"), ())
    assert hello is not None
    assert hello.status == 200
    assert not handshake.signed
    assert handshake.answer(sent({"topic": "ping"}), ()) is None

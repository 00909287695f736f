"""Where events come from: what systems can tell us, in webhooks or when we look, what becomes of our own approvals, and
how it is read from the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from pydantic import BaseModel

from tieline import approvals, feeds
from tieline.approvals.events import FACTS
from tieline.dispatch.event import Event
from tieline.dispatch.schemes import scheme_of
from tieline.errors import ConfigError, UnknownName
from tieline.feeds import look
from tieline.webhooks import Delivery, Facts, Webhook, events, systems
from tieline.webhooks.facts import told_by
from tieline.webhooks.readers import at


class Unreadable(ValueError):  # noqa: N818 - reads as what it is
    """A delivery that is not in the form that its system sends."""


@cache
def _events(system: str) -> dict[str, type[BaseModel] | None]:
    """The events of a system, in webhooks and of its feed; the model of their payload, where there is one."""
    if system == approvals.SYSTEM:
        return dict(approvals.EVENTS)
    feed = look.find(system)
    found: dict[str, type[BaseModel] | None] = dict.fromkeys(feeds.EVENTS, feed.model) if feed else {}
    return found if feed and system not in systems() else {**events(system), **found}


def payload_model(full_name: str) -> type[BaseModel] | None:
    """The model of an event's payload, if it has one.

    Raises:
        ConfigError: It is not the name of an event.
        UnknownName: There is no such event.
    """
    system, dot, name = full_name.partition(".")
    if not dot or not name:
        raise ConfigError(f"{full_name!r} is not the name of an event.", hint="Write it like zendesk.ticket.created.")
    known = _events(system)
    # Where none is known, the names are the account's own, such as those of Salesforce's objects.
    if known and name not in known:
        raise UnknownName("event", full_name, [f"{system}.{one}" for one in known])
    return known.get(name)


def events_of(row: Mapping[str, Any]) -> list[Event]:
    """The events of a stored delivery.

    Args:
        row: As it is in the table `deliveries`.

    Raises:
        Unreadable: It is not in the form that the system sends, or says what only a feed may say.
        UnknownName: There is no such system any more.
        Away: How it is read is not known at the moment.
    """
    if row["found"]:
        return [_found(row)]
    found = scheme_of(row["system"], row["connection"])
    delivery = Delivery(headers=row["headers"], raw=row["body"], query=row["query"])
    payload = found.read(delivery)
    if payload is None:
        raise Unreadable("its body is not in the form that this system sends")
    parts = payload if found.parts == "." else at(payload, found.parts) if found.parts else [payload]
    if not isinstance(parts, list):
        raise Unreadable(f"there is no list of events at {found.parts!r}")
    return [_event(row, found, number, part) for number, part in enumerate(parts)]


def check(event: Event) -> None:
    """Make sure that a payload is what the connector says of it.

    Raises:
        ValidationError: It is not.
    """
    model = _events(event.system).get(event.name)
    if model is not None:
        model.model_validate(event.payload)


def _event(row: Mapping[str, Any], found: Webhook, number: int, payload: Any) -> Event:
    name = found.part_event(payload) if found.part_event else row["event"]
    if name in feeds.EVENTS and look.find(row["system"]):
        raise Unreadable(f"{name} is for us to find out, and for nobody to send")
    return _made(row, name, number, payload, found.facts)


def _found(row: Mapping[str, Any]) -> Event:
    """What a feed has found, or became of an approval: we have written it ourselves."""
    payload = orjson.loads(row["body"])
    if row["system"] == approvals.SYSTEM:
        return _made(row, row["event"], 0, payload, FACTS)
    feed = look.find(row["system"])
    if feed is None:
        raise UnknownName("system that can be asked what has changed", row["system"], look.systems())
    return _made(row, row["event"], 0, payload, feed.facts)


def _made(row: Mapping[str, Any], name: str, number: int, payload: Any, facts: Facts) -> Event:
    return Event(
        system=row["system"],
        connection=row["connection"],
        name=name,
        delivery=row["delivery"],
        part=number,
        received_at=datetime.fromtimestamp(row["received_at"], UTC),
        payload=payload,
        **told_by(facts, payload)._asdict(),
    )

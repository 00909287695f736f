"""Where events come from: the systems that send webhooks, what they can tell us, and how a stored request is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import BaseModel

from tieline.dispatch.event import Event
from tieline.dispatch.schemes import scheme_of
from tieline.errors import ConfigError, UnknownName
from tieline.webhooks import Delivery, Webhook, events, facts_of
from tieline.webhooks.readers import at

_events = cache(events)


class Unreadable(ValueError):  # noqa: N818 - reads as what it is
    """A delivery that is not in the form that its system sends."""


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
        Unreadable: It is not in the form that the system sends.
        UnknownName: There is no such system any more.
        Away: How it is read is not known at the moment.
    """
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
    told = facts_of(found, payload)
    return Event(
        system=row["system"],
        connection=row["connection"],
        name=name,
        delivery=row["delivery"],
        part=number,
        received_at=datetime.fromtimestamp(row["received_at"], UTC),
        payload=payload,
        **told._asdict(),
    )

"""What is wrong with a trigger is said when it is declared; what it makes of an event."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from prefect import flow
from prefect.types.entrypoint import EntrypointType

import deployments.ticket_categorization as shipped
from tests.dispatch.house import one, take, ticket, trigger
from tieline import registry
from tieline.dispatch import Correlate, Debounce, Event, on_event
from tieline.dispatch.templates import Unfilled, fill
from tieline.errors import ConfigError, UnknownName

MAP = {"helpdesk": "zendesk/{connection}", "tickets": ["{payload.detail.id}"]}


def event(payload: Any = None, name: str = "ticket.created", **more: Any) -> Event:
    made = {"system": "zendesk", "connection": "support", "delivery": "d-1", **more}
    return Event(name=name, received_at=datetime(2026, 1, 2, tzinfo=UTC), payload=payload or ticket(7), **made)


@pytest.mark.parametrize(
    ("events", "options", "says"),
    (
        ("zendesk.ticket.creatd", {}, "zendesk.ticket.created"),
        ("zendsk.ticket.created", {}, "zendesk"),
        ("ticket", {}, "zendesk.ticket.created"),
        ([], {}, "names no event"),
        ("zendesk.ticket.created", {"map": MAP | {"loud": "{conection}"}}, "Did you mean connection"),
        ("zendesk.ticket.created", {"map": MAP | {"tickets": ["{payload.detail.idd}"]}}, "Did you mean id"),
        ("zendesk.ticket.created", {"map": MAP | {"tickets": ["{payload.detial.id}"]}}, "Did you mean detail"),
        ("zendesk.ticket.created", {"map": MAP | {"loud": "{who.name}"}}, "has nothing below it"),
        ("zendesk.ticket.created", {"map": MAP | {"loud": "{}"}}, "names nothing"),
        ("zendesk.ticket.created", {"map": MAP | {"helpdesc": "x"}}, "Did you mean helpdesk"),
        ("zendesk.ticket.created", {"map": {"tickets": ["{payload.detail.id}"]}}, "'helpdesk'"),
        ("zendesk.ticket.created", {"batch": "ticket"}, "Did you mean tickets"),
        ("zendesk.ticket.created", {"batch": "helpdesk"}, "is no list"),
        ("zendesk.ticket.created", {"map": MAP | {"tickets": "{payload.detail.id}"}}, "a list of one"),
        ("zendesk.ticket.created", {"when": {"payload.detail.prioritty": "urgent"}}, "Did you mean priority"),
        ("zendesk.ticket.created", {"lane": "criticall"}, "Did you mean critical"),
        ("zendesk.ticket.created", {"at_most": 0}, "at_most"),
        ("zendesk.ticket.created", {"wait": Debounce(5, "{payload.detail.x}")}, "field of TicketDetail"),
        ("zendesk.ticket.created", {"wait": Debounce(5, "same")}, "no placeholder"),
        (
            "zendesk.ticket.created",
            {"wait": Correlate(("zendesk.ticket.solved",), "{payload.detail.id}", 5)},
            "ticket.solved",
        ),
        ("zendesk.ticket.created", {"parameters": {"quiet": True}}, "parameter of the flow 'take'"),
    ),
)
def test_what_does_not_exist_is_said_at_import(events: Any, options: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        on_event(events, take, **({"map": MAP, "batch": "tickets"} | options))


def test_the_deployment_of_a_trigger() -> None:
    options: dict[str, Any] = {"lane": "critical", "parameters": {"loud": True}}
    made = on_event("zendesk.ticket.created", take, map=MAP, batch="tickets", **options)
    assert (made.name, made.target) == ("zendesk-ticket-created", "take/zendesk-ticket-created")
    deployment = made.deployment
    assert deployment.work_queue_name == "critical"
    assert deployment.tags == ["zendesk"]
    assert deployment.parameters == {"loud": True}
    assert deployment.entrypoint == f"{take.fn.__module__}.take"
    assert EntrypointType.MODULE_PATH.value


def test_every_trigger_is_listed_and_has_its_deployment() -> None:
    found = registry.triggers()
    assert {"zendesk-new-ticket", "freshdesk-new-ticket"} <= {one.name for one in found}
    names = [one.name for one in registry.deployments()]
    assert {one.deployment.name for one in found} <= set(names)
    assert len(set(names)) == len(names)


def test_two_triggers_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "triggers", [trigger("same"), trigger("same")])
    with pytest.raises(ConfigError, match="'same'"):
        registry.triggers()


def test_values_become_what_the_flow_takes() -> None:
    wish = trigger().wish(event())
    assert (wish.item, wish.parameters) == (7, {"helpdesk": "zendesk/support"})
    with pytest.raises(ValueError, match="integer"):
        trigger().wish(event(ticket(0, id="seven")))


def test_placeholders() -> None:
    said = event({"a": {"b": [1, {"c": None}]}}, who="Ann")
    assert fill("{payload.a.b}", said) == [1, {"c": None}]
    assert fill({"x": ["{payload.a.b.0}", "{who}-{connection}"]}, said) == {"x": [1, "Ann-support"]}
    assert fill("{full_name}", said) == "zendesk.ticket.created"
    assert fill("{event}", said)["payload"] == said.payload
    assert fill("{payload.a.z}", said) is None
    assert fill(3, said) == 3
    with pytest.raises(Unfilled, match=r"payload\.a\.z"):
        fill("x{payload.a.z}", said)


@flow
def everything(happened: dict[str, Any]) -> None:
    """Takes the whole event."""


def test_the_whole_event_may_be_handed_over() -> None:
    made = on_event("zendesk.ticket.created", everything, map={"happened": "{event}"})
    assert made.wish(event()).parameters["happened"]["connection"] == "support"


@pytest.mark.parametrize(
    ("when", "holds"),
    (
        (None, True),
        ({"payload.detail.priority": "HIGH"}, True),
        ({"payload.detail.priority": ["LOW", "HIGH"]}, True),
        ({"payload.detail.priority": ["LOW"]}, False),
        ({"payload.detail.priority": "HIGH", "connection": "other"}, False),
        (lambda event: event.payload["detail"]["priority"] == "HIGH", True),
    ),
)
def test_conditions(when: Any, holds: bool) -> None:  # noqa: FBT001 - a case of a table
    assert trigger(when=when).wants(event(ticket(1, priority="HIGH"))) is holds


def test_events_of_systems_without_a_connector() -> None:
    made = on_event("github.issues.opened", one, map={"ticket": "{payload.issue.number}"})
    assert made.name == "github-issues-opened"
    with pytest.raises(UnknownName, match=r"github\.issues\.opened"):
        on_event("github.issues.openend", one, map={"ticket": "{payload.issue.number}"})

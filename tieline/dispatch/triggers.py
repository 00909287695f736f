"""Which events start which flows. Declared in `deployments/*.py`, and checked when those are imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tieline.dispatch.event import Event

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

Lane = Literal["critical", "normal", "batch"]
LANES: tuple[Lane, ...] = ("critical", "normal", "batch")
BATCH = 500


@dataclass(frozen=True)
class Debounce:
    """One run for a burst of events that are about the same thing.

    Args:
        seconds: The run starts when nothing of the kind has come for this long.
        by: What they have in common, as a template such as "{payload.repository.full_name}".
        at_most: The run starts this many seconds after the first of them, whatever still comes.
        keep: "last" hands the last event to the run, "all" hands it all of them.
    """

    seconds: float
    by: str
    at_most: float = 300.0
    keep: Literal["last", "all"] = "last"


@dataclass(frozen=True)
class Correlate:
    """Wait for the event that answers another one, such as the recovery after an alert, and hand both to one run.

    Args:
        events: Full names of the events that answer; they come in through the same trigger.
        by: What the two have in common, as a template such as "{payload.alert_id}".
        seconds: How long the first one waits; then it goes alone.
    """

    events: tuple[str, ...]
    by: str
    seconds: float


@dataclass(frozen=True)
class Trigger:
    """Events that start runs of a flow; made by `on_event`."""

    name: str
    events: tuple[str, ...]
    deployment: RunnerDeployment
    map: Mapping[str, Any]
    batch: str
    at_most: int
    lane: Lane
    when: Mapping[str, Any] | Callable[[Event], bool] | None
    wait: Debounce | Correlate | None

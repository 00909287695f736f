"""Which events start which flows. Declared in `deployments/*.py`, and checked when those are imported."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import orjson
from pydantic import BaseModel, PydanticUserError, TypeAdapter

from tieline.dispatch import templates
from tieline.dispatch.event import Event
from tieline.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.deployments.runner import RunnerDeployment

Lane = Literal["critical", "normal", "batch"]
LANES: tuple[Lane, ...] = ("critical", "normal", "batch")
BATCH = 500
#: Longer marks of what events have in common are stored as a digest: Postgres refuses rows that no index can hold.
KEY = 200


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
class Wish:
    """What a trigger makes of one event: a run, or a part of one.

    Args:
        item: What it adds to the list of the run's subjects.
        parameters: The run's other parameters.
        join_key: Events with the same key are held back and joined.
        alike: Only wishes with the same mark can share a run.
    """

    item: Any
    parameters: dict[str, Any]
    join_key: str
    alike: str


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
    flow: Flow[..., Any] = field(repr=False)
    types: Mapping[str, TypeAdapter[Any]] = field(default_factory=dict, repr=False)

    @cached_property
    def target(self) -> str:
        """The deployment as Prefect names it: "flow/deployment"."""
        return f"{self.deployment.flow_name}/{self.deployment.name}"

    @property
    def joins(self) -> bool:
        """Whether events that were held back for each other go into one run, which is theirs alone."""
        return self.wait is not None and not (isinstance(self.wait, Debounce) and self.wait.keep == "last")

    def wants(self, event: Event) -> bool:
        """Whether an event of one of its names passes the filter."""
        if self.when is None:
            return True
        if callable(self.when):
            return bool(self.when(event))
        return all(_is(templates.look(path, event), wanted) for path, wanted in self.when.items())

    def wish(self, event: Event) -> Wish:
        """What it makes of an event.

        Raises:
            ValueError: The event does not have what the map asks for, or the flow does not take it.
        """
        values = {name: self._value(name, templates.fill(value, event)) for name, value in self.map.items()}
        items = values.pop(self.batch) if self.batch else [None]
        if len(items) != 1:
            raise templates.Unfilled(f"{self.batch} is a list of {len(items)}, and not of this event alone")
        key = _key(templates.fill(self.wait.by, event)) if self.wait else ""
        mark = orjson.dumps([self.name, values, key if self.joins else ""], option=orjson.OPT_SORT_KEYS)
        return Wish(items[0], values, key, hashlib.sha256(mark).hexdigest()[:32])

    def _value(self, name: str, value: Any) -> Any:
        """A value as the flow takes it, in JSON."""
        adapter = self.types.get(name)
        if adapter is None:
            return value
        return adapter.dump_python(adapter.validate_python(value), mode="json")


def on_event(
    events: str | Sequence[str],
    flow: Flow[..., Any],
    *,
    map: Mapping[str, Any],  # noqa: A002 - the word that says it
    when: Mapping[str, Any] | Callable[[Event], bool] | None = None,
    batch: str = "",
    at_most: int = BATCH,
    lane: Lane = "normal",
    wait: Debounce | Correlate | None = None,
    name: str = "",
    description: str = "",
    parameters: Mapping[str, Any] | None = None,
) -> Trigger:
    """Start a flow when something happens in a connected system.

    Args:
        events: Full names such as "zendesk.ticket.created".
        flow: What is run.
        map: Parameters of the flow, with placeholders for what is in the event: "zendesk/{connection}". A string that
            is one placeholder alone keeps the value's type. Lists and dicts are walked. "{event}" is the whole event.
        when: Only events for which this holds: fields and the value, or the list of values, that each may have; or a
            function of the event.
        batch: The parameter, a list, in which events that share a run are collected; the map gives it a list of one.
            Without it each event has a run of its own.
        at_most: How many events may share a run.
        lane: How urgent it is; a flood in one lane does not delay the ones above it.
        wait: Hold events back and join them.
        name: Of the trigger and of its deployment; by default made from the event, such as "zendesk-ticket-created".
        description: Of the deployment.
        parameters: Other parameters of every run, such as `{"dry_run": True}`.

    Raises:
        UnknownName: There is no such event, field or parameter.
        ConfigError: They do not fit together.
    """
    names = (events,) if isinstance(events, str) else tuple(events)
    title = name or _title(names)
    where = f"the trigger {title!r}"
    payloads = _payloads(names, where)
    _check_map(flow, {**(parameters or {}), **map}, map, batch, where)
    _check_paths(payloads, map, when, wait, where)
    _check_shape(names, at_most, lane, wait, where)
    deployment = _deployment(
        flow, title, description or f"Runs upon {', '.join(names)}.", lane, names=names, parameters=parameters
    )
    return Trigger(title, names, deployment, map, batch, at_most, lane, when, wait, flow, _types(flow, map))


def _title(names: Sequence[str]) -> str:
    return names[0].replace(".", "-").replace("_", "-") if names else ""


def _deployment(
    flow: Flow[..., Any],
    name: str,
    description: str,
    lane: Lane,
    *,
    names: Sequence[str],
    parameters: Mapping[str, Any] | None,
) -> RunnerDeployment:
    from prefect.deployments.runner import RunnerDeployment  # noqa: PLC0415 - heavy
    from prefect.types.entrypoint import EntrypointType  # noqa: PLC0415

    return RunnerDeployment.from_flow(
        flow,
        name,
        description=description,
        parameters=dict(parameters or {}),
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_queue_name=lane,
        tags=sorted({event.partition(".")[0] for event in names}),
    )


def _payloads(names: Sequence[str], where: str) -> list[type[BaseModel] | None]:
    """The models of the events' payloads, where they have one."""
    from tieline.dispatch import sources  # noqa: PLC0415 - imports connectors

    if not names:
        raise ConfigError(f"{where} names no event.", hint='Give it one, such as "zendesk.ticket.created".')
    return [sources.payload_model(name) for name in names]


def _check_map(
    flow: Flow[..., Any], given: Mapping[str, Any], mapped: Mapping[str, Any], batch: str, where: str
) -> None:
    taken = inspect.signature(flow.fn).parameters
    for name in given:
        if name not in taken:
            raise UnknownName(f"parameter of the flow {flow.name!r}, as {where} maps,", name, taken)
    for name, one in taken.items():
        if one.default is one.empty and name not in given and one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}:
            raise ConfigError(f"{where} does not say what the parameter {name!r} is.", hint="Add it to `map`.")
    if not batch:
        return
    if batch not in taken:
        raise UnknownName(f"parameter of the flow {flow.name!r} for `batch`", batch, taken)
    if not _lists(_hints(flow).get(batch, Any)):
        raise ConfigError(f"{where}: the parameter {batch!r} is no list.", hint="`batch` collects events in a list.")
    if not isinstance(mapped.get(batch), list | tuple) or len(mapped[batch]) != 1:
        raise ConfigError(f"{where}: `map` must give {batch!r} a list of one.", hint='Such as ["{payload.id}"].')


def _check_paths(
    payloads: Sequence[type[BaseModel] | None],
    mapped: Mapping[str, Any],
    when: Mapping[str, Any] | Callable[[Event], bool] | None,
    wait: Debounce | Correlate | None,
    where: str,
) -> None:
    paths = [*templates.placeholders(mapped), *templates.placeholders(wait.by if wait else "")]
    paths += when if isinstance(when, Mapping) else ()
    for path in paths:
        templates.check(path, payloads, where)


def _check_shape(names: Sequence[str], at_most: int, lane: str, wait: Debounce | Correlate | None, where: str) -> None:
    if lane not in LANES:
        raise UnknownName("lane", lane, LANES)
    if at_most < 1:
        raise ConfigError(f"{where}: at_most must be 1 or more.")
    if wait is None:
        return
    if not list(templates.placeholders(wait.by)):
        raise ConfigError(f"{where}: `by` has no placeholder, so all events would be the same.", hint="{payload.id}")
    if isinstance(wait, Correlate):
        for answer in wait.events:
            if answer not in names:
                raise UnknownName(f"event of {where}, which its Correlate waits for,", answer, names)


def _hints(flow: Flow[..., Any]) -> dict[str, Any]:
    return get_type_hints(flow.fn, include_extras=True)


def _types(flow: Flow[..., Any], mapped: Mapping[str, Any]) -> dict[str, TypeAdapter[Any]]:
    """What the flow takes, so that ids which come as text become numbers."""
    hints, found = _hints(flow), {}
    for name in mapped:
        try:
            found[name] = TypeAdapter(hints[name])
        except (KeyError, PydanticUserError):
            continue  # no type, or none that pydantic knows: Prefect takes the value as it is
    return found


def _lists(hint: Any) -> bool:
    return any((get_origin(one) or one) in {list, tuple, set, Sequence, Any} for one in _members(hint))


def _members(hint: Any) -> Iterator[Any]:
    if get_origin(hint) in {list, tuple, set, Sequence}:
        yield hint
        return
    inner = get_args(hint)
    if not inner:
        yield hint
    for one in inner:
        yield from _members(one)


def _key(common: Any) -> str:
    """What events have in common, as it fits into an index; "" where they have nothing: that joins nobody."""
    key = "" if common is None else str(common)
    return key if len(key) <= KEY and key.isprintable() else hashlib.sha256(key.encode(errors="replace")).hexdigest()


def _is(value: Any, wanted: Any) -> bool:
    return value in wanted if isinstance(wanted, list | tuple | set | frozenset) else bool(value == wanted)

"""Values with placeholders such as "zendesk/{connection}" or "{payload.detail.id}", filled in from an event."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import AliasPath, BaseModel

from tieline.dispatch.event import Event
from tieline.errors import ConfigError, UnknownName
from tieline.webhooks.readers import at

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
#: "{event}" is the whole event; the others are its fields.
WHOLE = "event"
_FIELDS = (*Event.model_fields, "full_name")


class Unfilled(ValueError):  # noqa: N818 - reads as what happened
    """The event does not have what a placeholder asks for."""


def placeholders(value: Any) -> Iterator[str]:
    """Every placeholder in a value, in lists and dicts too."""
    if isinstance(value, str):
        yield from _PLACEHOLDER.findall(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from placeholders(item)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for item in value:
            yield from placeholders(item)


def fill(value: Any, event: Event) -> Any:
    """The value with its placeholders filled in.

    Args:
        value: A string that is one placeholder alone becomes what the event has there, whatever its type; lists and
            dicts are walked.
        event: What happened.

    Raises:
        Unfilled: Text needs something that the event does not have.
    """
    if isinstance(value, str):
        return _text(value, event)
    if isinstance(value, Mapping):
        return {key: fill(item, event) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [fill(item, event) for item in value]
    return value


def look(path: str, event: Event) -> Any:
    """What an event has at a path such as "payload.detail.id"; None where it has nothing."""
    if path == WHOLE:
        return event.model_dump(mode="json")
    first, _, rest = path.partition(".")
    value = getattr(event, first)
    return at(value, rest) if rest else value


def check(path: str, payloads: Sequence[type[BaseModel] | None], where: str) -> None:
    """Make sure that an event has what a placeholder asks for.

    Args:
        path: Such as "payload.detail.id".
        payloads: The models of the payloads of the events that may come; None for one without a model.
        where: Whose placeholder it is, for people.

    Raises:
        UnknownName: There is no such field.
        ConfigError: It is no path at all.
    """
    first, _, rest = path.partition(".")
    if not path or "" in path.split("."):
        raise ConfigError(f"{where} has the placeholder {{{path}}}, which names nothing.", hint="Write {payload.id}.")
    if path == WHOLE:
        return
    if first not in _FIELDS:
        raise UnknownName(f"field of events, as {where} asks for,", first, [*_FIELDS, WHOLE])
    if not rest:
        return
    if first != "payload":
        raise ConfigError(f"{where}: the field {first!r} of events has nothing below it.", hint=f"Write {{{first}}}.")
    for model in payloads:
        if model is not None:
            _check_below(model, rest.split("."), where)


def _text(value: str, event: Event) -> Any:
    alone = _PLACEHOLDER.fullmatch(value)
    if alone:
        return look(alone[1], event)

    def put(found: re.Match[str]) -> str:
        there = look(found[1], event)
        if there is None:
            raise Unfilled(f"the event has no {found[1]}, which {value!r} needs")
        return str(there)

    return _PLACEHOLDER.sub(put, value)


def _check_below(model: type[BaseModel], keys: list[str], where: str) -> None:
    kinds: list[Any] = [model]
    for key in keys:
        models = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if len(models) < len(kinds) or not models:
            return  # a dict, a list or anything: only the event itself will show
        known = {name: one for kind in models for name, one in _fields(kind).items()}
        if key not in known:
            raise UnknownName(f"field of {models[0].__name__}, as {where} asks for,", key, known)
        kinds = [*_alternatives(known[key])]


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Types by the names that stand in the vendor's JSON."""
    hints = get_type_hints(model)
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.validation_alias, AliasPath):
            found[str(field.validation_alias.path[0])] = Any  # it is read from somewhere below
        else:
            found[field.alias or name] = hints[name]
    return found


def _alternatives(hint: Any) -> Iterator[Any]:
    """What a value may be: the members of a union, without None."""
    origin = get_origin(hint)
    if origin is Annotated:
        yield from _alternatives(get_args(hint)[0])
    elif origin in {Union, types.UnionType}:
        for one in get_args(hint):
            yield from _alternatives(one)
    elif hint is not type(None):
        yield hint

"""Values of properties, as Notion takes them and gives them.

A function for each type that can be written, by Notion's name of the type: `title("Plan")`, `select("High")`,
`date("2026-11-22")`. None empties a property.

See https://developers.notion.com/reference/page-property-values
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date as day
from typing import Any

from tieline import ConfigError
from tieline.errors import UnknownName
from tieline.markup.notion import plain_text
from tieline.markup.notion import rich_text as pieces

Value = dict[str, Any]


def title(text: str | None) -> Value:
    """The title."""
    return {"title": pieces(text or "")}


def rich_text(text: str | None) -> Value:
    """Text, of any length up to 200,000 characters."""
    return {"rich_text": pieces(text or "")}


def number(value: float | None) -> Value:
    """A number."""
    return {"number": value}


def checkbox(value: bool) -> Value:  # noqa: FBT001 - it is the value
    """Checked or not."""
    return {"checkbox": bool(value)}


def select(name: str | None) -> Value:
    """One of the options, by name; a new one is made."""
    return {"select": _named(name)}


def status(name: str | None) -> Value:
    """One of the states, by name; there must be such a one."""
    return {"status": _named(name)}


def multi_select(names: Iterable[str] | None) -> Value:
    """Some of the options, by name; new ones are made. A name cannot hold a comma."""
    return {"multi_select": [{"name": name} for name in names or ()]}


def date(start: day | str | None, end: day | str | None = None) -> Value:
    """A day, a moment or a span of time."""
    return {"date": {"start": _iso(start), "end": _iso(end)} if start else None}


def url(address: str | None) -> Value:
    """An address on the web."""
    return {"url": address or None}


def email(address: str | None) -> Value:
    """An e-mail address."""
    return {"email": address or None}


def phone_number(text: str | None) -> Value:
    """A telephone number."""
    return {"phone_number": text or None}


def people(ids: Iterable[str] | None) -> Value:
    """People, by their ids."""
    return {"people": [{"id": one} for one in ids or ()]}


def relation(ids: Iterable[str] | None) -> Value:
    """Other pages, by their ids."""
    return {"relation": [{"id": one} for one in ids or ()]}


def files(uploads: Iterable[str] | None) -> Value:
    """Files, by the ids that `upload_file` gave."""
    return {"files": [{"type": "file_upload", "file_upload": {"id": one}} for one in uploads or ()]}


WRITERS: Mapping[str, Callable[[Any], Value]] = {
    make.__name__: make
    for make in (
        title, rich_text, number, checkbox, select, status, multi_select, date, url, email, phone_number, people,
        relation, files,
    )
}  # fmt: skip


def settled(values: Mapping[str, Any]) -> bool:
    """Whether all values are as Notion takes them already."""
    return all(isinstance(value, Mapping) for value in values.values())


def typed(schema: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Value]:
    """Plain values as Notion takes them.

    Args:
        schema: The data source's properties.
        values: By the property's name: plain, such as "High", 3 or ["a", "b"], or as Notion takes them.

    Raises:
        UnknownName: There is no such property.
        ConfigError: Notion computes it.
    """
    return {
        name: dict(value) if isinstance(value, Mapping) else _typed(schema, name, value)
        for name, value in values.items()
    }


def _typed(schema: Mapping[str, Any], name: str, value: Any) -> Value:
    if name not in schema:
        raise UnknownName("property of the data source", name, schema)
    kind = schema[name]["type"]
    if kind not in WRITERS:
        raise ConfigError(f"The property {name!r} cannot be written: Notion computes it ({kind}).")
    many = kind in {"multi_select", "people", "relation", "files"} and isinstance(value, str)
    return WRITERS[kind]([value] if many else value)


def read(value: Mapping[str, Any]) -> Any:
    """What a property of a page says, as a plain value: text, a number, a list of names or ids, or None."""
    kind = str(value.get("type"))
    inner = value.get(kind)
    if kind in {"title", "rich_text"}:
        return plain_text(inner or [])
    if kind in {"formula", "rollup", "unique_id"}:
        return _computed(kind, inner or {})
    return _plain(inner)


def _computed(kind: str, inner: Mapping[str, Any]) -> Any:
    if kind == "unique_id":
        return "-".join(str(part) for part in (inner.get("prefix"), inner.get("number")) if part is not None)
    found = inner.get(str(inner.get("type")))
    return [read(one) for one in found] if kind == "rollup" and isinstance(found, list) else _plain(found)


def _plain(inner: Any) -> Any:
    if isinstance(inner, list):
        return [_plain(one) for one in inner]
    if isinstance(inner, Mapping):
        return inner.get("name") or inner.get("start") or inner.get("id") or dict(inner)
    return inner


def _named(name: str | None) -> Value | None:
    return {"name": name} if name else None


def _iso(moment: day | str | None) -> str | None:
    return moment.isoformat() if isinstance(moment, day) else moment

"""Rich text, and the values of properties: what Notion refuses, and how it shows what it has taken.

Pages: https://developers.notion.com/reference/rich-text, https://developers.notion.com/reference/page-property-values,
https://developers.notion.com/reference/request-limits
"""

import json
from collections.abc import Callable
from typing import Any

from tieline.sandbox.happening import Record
from tieline.sandbox.notion.wire import failed, invalid

LONGEST, MOST = 2000, 100
_PLAIN = {"bold": False, "italic": False, "strikethrough": False, "underline": False, "code": False, "color": "default"}
_SCHEMES = ("http://", "https://", "mailto:", "tel:", "/")


def rich_text(value: Any, place: str) -> list[Record]:
    """Rich text as Notion shows it. Errors: 400."""
    if not isinstance(value, list):
        raise failed(f"{place} should be an array, instead was `{json.dumps(value)[:80]}`.")
    if len(value) > MOST:
        raise failed(f"{place}.length should be ≤ `{MOST}`, instead was `{len(value)}`.")
    return [_piece(piece, f"{place}[{i}]") for i, piece in enumerate(value)]


def _piece(piece: Any, place: str) -> Record:
    if not isinstance(piece, dict):
        raise failed(f"{place} should be an object, instead was `{json.dumps(piece)[:80]}`.")
    look = {**_PLAIN, **_object(piece.get("annotations") or {}, f"{place}.annotations")}
    equation = piece.get("equation")
    if equation is not None:
        said = _text(_object(equation, f"{place}.equation").get("expression"), f"{place}.equation.expression", 1000)
        shown = {"type": "equation", "equation": {"expression": said}}
        return {**shown, "annotations": look, "plain_text": said, "href": None}
    inner = _object(piece.get("text"), f"{place}.text")
    content = _text(inner.get("content"), f"{place}.text.content", LONGEST)
    link = inner.get("link")
    href = None if link is None else _address(_object(link, f"{place}.text.link").get("url"), f"{place}.text.link.url")
    text = {"content": content, "link": {"url": href} if href else None}
    return {"type": "text", "text": text, "annotations": look, "plain_text": content, "href": href}


def _object(value: Any, place: str) -> Record:
    if not isinstance(value, dict):
        shown = "undefined" if value is None else json.dumps(value)[:80]
        raise failed(f"{place} should be {'defined' if value is None else 'an object'}, instead was `{shown}`.")
    return value


def _text(value: Any, place: str, longest: int) -> str:
    if not isinstance(value, str):
        raise failed(f"{place} should be a string, instead was `{json.dumps(value)[:80]}`.")
    length = len(value.encode("utf-16-le", "surrogatepass")) // 2
    if length > longest:
        raise failed(f"{place}.length should be ≤ `{longest}`, instead was `{length}`.")
    return value


def _address(value: Any, place: str) -> str:
    url = _text(value, place, LONGEST)
    if not url.startswith(_SCHEMES):
        raise invalid("Invalid URL for link.")
    return url


def plain(pieces: list[Record]) -> str:
    """What rich text says."""
    return "".join(str(piece["plain_text"]) for piece in pieces)


# ---------------------------------------------------------------- properties


def properties(schema: Record, given: Any) -> Record:
    """Values of properties as Notion shows them, by name. Errors: 400 for unknown names and wrong types."""
    names = {**{value["id"]: name for name, value in schema.items()}, **{name: name for name in schema}}
    made: Record = {}
    for key, value in _object(given, "body.properties").items():
        if key not in names:
            raise invalid(f"{key} is not a property that exists.")
        column = schema[names[key]]
        made[names[key]] = property_value(column, value, names[key])
    return made


def property_value(column: Record, value: Any, name: str) -> Record:
    """One value, as Notion shows it. Errors: 400."""
    kind = column["type"]
    if not isinstance(value, dict) or kind not in value:
        raise invalid(f"{name} is expected to be {kind}.")
    if kind not in _KINDS:
        raise failed(f"body.properties.{name}.{kind} should be not present, instead was defined.")
    made = _KINDS[kind](value[kind], f"body.properties.{name}.{kind}", column)
    return {"id": column["id"], "type": kind, kind: made}


def empty(column: Record) -> Record:
    """The value of a property that nobody has set."""
    kind = column["type"]
    value: Any = False if kind == "checkbox" else [] if kind in _LISTS else None
    return {"id": column["id"], "type": kind, kind: value}


_LISTS = {"title", "rich_text", "multi_select", "people", "relation", "files"}


def _rich(value: Any, place: str, _column: Record) -> list[Record]:
    return rich_text(value, place)


def _number(value: Any, place: str, _column: Record) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise failed(f"{place} should be a number or `null`, instead was `{json.dumps(value)[:80]}`.")
    return value


def _checkbox(value: Any, place: str, _column: Record) -> bool:
    if not isinstance(value, bool):
        raise failed(f"{place} should be a boolean, instead was `{json.dumps(value)[:80]}`.")
    return value


def _option(value: Any, place: str, column: Record) -> Record | None:
    if value is None:
        return None
    name = _text(_object(value, place).get("name"), f"{place}.name", MOST)
    if "," in name:
        raise invalid(f"Invalid select option, commas not allowed: {name}")
    options = column[column["type"]].setdefault("options", [])
    found = next((option for option in options if option["name"] == name), None)
    if found is None and column["type"] == "status":
        raise invalid(f'Invalid status option. Status option "{name}" does not exist.')
    if found is None:
        found = {"id": f"opt{len(options)}", "name": name, "color": "default"}
        options.append(found)
    return dict(found)


def _options(value: Any, place: str, column: Record) -> list[Record]:
    found = [_option(one, f"{place}[{i}]", column) for i, one in enumerate(_list(value, place))]
    return [one for one in found if one is not None]


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise failed(f"{place} should be an array, instead was `{json.dumps(value)[:80]}`.")
    if len(value) > MOST:
        raise failed(f"{place}.length should be ≤ `{MOST}`, instead was `{len(value)}`.")
    return value


def _date(value: Any, place: str, _column: Record) -> Record | None:
    if value is None:
        return None
    inner = _object(value, place)
    end = inner.get("end")
    start = _text(inner.get("start"), f"{place}.start", MOST)
    return {"start": start, "end": None if end is None else _text(end, f"{place}.end", MOST), "time_zone": None}


def _word(value: Any, place: str, _column: Record) -> str | None:
    return None if value is None else _text(value, place, LONGEST)


def _references(value: Any, place: str, _column: Record) -> list[Record]:
    listed = enumerate(_list(value, place))
    return [{"id": _text(_object(one, f"{place}[{i}]").get("id"), f"{place}[{i}].id", MOST)} for i, one in listed]


def _files(value: Any, place: str, _column: Record) -> list[Record]:
    return [_object(one, f"{place}[{i}]") for i, one in enumerate(_list(value, place))]


_KINDS: dict[str, Callable[[Any, str, Record], Any]] = {
    "title": _rich,
    "rich_text": _rich,
    "number": _number,
    "checkbox": _checkbox,
    "select": _option,
    "status": _option,
    "multi_select": _options,
    "date": _date,
    "url": _word,
    "email": _word,
    "phone_number": _word,
    "people": _references,
    "relation": _references,
    "files": _files,
}
TYPES = frozenset(_KINDS)

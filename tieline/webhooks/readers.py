"""Where a delivery says something: its name, its number, a time. A reader never fails: what is not there is "".

What comes in is anybody's. A reader gives back only what fits into a row: text or a whole number, on one line, short.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from tieline.webhooks.delivery import Delivery, Reader, digest

#: Longer names and numbers than this are nobody's.
LONGEST = 255
_BLANK = re.compile(r"\s+")
_UNFIT = re.compile(r"[^a-z0-9_.-]+")


def at(data: Any, path: str) -> Any:
    """What stands at a dotted path such as `commits.0.author`, or None."""
    for key in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(key)
        elif isinstance(data, list) and key.isdecimal() and len(key) < 7 and int(key) < len(data):  # noqa: PLR2004 - longer than any list
            data = data[int(key)]
        else:
            return None
    return data


def word(value: Any) -> str:
    """A value as a name or a number; "" for what can be neither."""
    if type(value) is int:
        value = str(value)
    return value if type(value) is str and len(value) <= LONGEST and value.isprintable() else ""


def header(name: str) -> Reader:
    """What stands in a header."""
    key = name.lower()
    return lambda delivery: word(delivery.headers.get(key, ""))


def body(path: str) -> Reader:
    """What stands at a dotted path in a JSON body."""
    return lambda delivery: word(at(delivery.json, path))


def query(name: str) -> Reader:
    """What stands behind a name in the query."""
    return lambda delivery: word(delivery.query.get(name, ""))


def form(name: str) -> Reader:
    """What stands in a field of a form."""
    return lambda delivery: word(delivery.form.get(name, ""))


def first(*readers: Reader) -> Reader:
    """What the first reader finds that finds something."""
    return lambda delivery: next(filter(None, (read(delivery) for read in readers)), "")


def joined(*readers: Reader, by: str = ":") -> Reader:
    """What all of them find; "" where one finds nothing."""

    def read(delivery: Delivery) -> str:
        found = [read(delivery) for read in readers]
        return word(by.join(found)) if all(found) else ""

    return read


def constant(name: str) -> Reader:
    """The same for all."""
    return lambda _: name


def named(reader: Reader) -> Reader:
    """The vendor's word for an event in our spelling: `orders.create` for `orders/create`, `no_data` for `No Data`."""
    return lambda delivery: dotted(reader(delivery))


def dotted(name: str) -> str:
    """A word in our spelling: small letters, `_` for a blank, and a dot for whatever else stands between."""
    return _UNFIT.sub(".", _BLANK.sub("_", name.lower())).strip(".")


def numbered(*readers: Reader) -> Reader:
    """The vendor's number, or a digest where this delivery has none."""
    return first(*readers, digest)


def fingerprint(delivery: Delivery) -> str:
    """A number for vendors that give none, but write the moment into the body: only a redelivery has the same body."""
    return "body:" + hashlib.sha256(delivery.raw).hexdigest()


def words(text: str) -> tuple[str, ...]:
    """Names that stand in a text, one after the other."""
    return tuple(text.split())

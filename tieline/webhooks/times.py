"""When a delivery was signed: in seconds, milliseconds or ISO 8601, in a header, a part of one, or the signed body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Literal

from tieline.errors import SignatureInvalid
from tieline.webhooks.delivery import Delivery
from tieline.webhooks.readers import at, word

FRESH_SECONDS = 300.0
_MILLISECONDS = 1000
_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,9})?")

Unit = Literal["s", "ms", "iso"]


@dataclass(frozen=True)
class Stamp:
    """Where the time stands that is signed too.

    Args:
        header: The header; "" where it stands in the body.
        item: What stands before it in a header that holds several things, such as "t=".
        path: Dotted path in a JSON body.
        unit: How the vendor writes it. Reading takes ISO 8601 in place of seconds, too.
    """

    header: str = ""
    item: str = ""
    path: str = ""
    unit: Unit = "s"

    @property
    def name(self) -> str:
        """For people."""
        return self.header or self.path

    def read(self, delivery: Delivery) -> str:
        """The time as it is written; "" where there is none."""
        if self.path:
            return word(at(delivery.json, self.path))
        value = delivery.headers.get(self.header.lower(), "")
        if not self.item:
            return value
        items = (one.strip() for one in value.split(","))
        return next((one.removeprefix(self.item) for one in items if one.startswith(self.item)), "")

    def check(self, written: str, now: float, tolerance: float) -> None:
        """Compare with the present.

        Raises:
            SignatureInvalid: It is too old, too early, missing, or no time.
        """
        if not written:
            raise SignatureInvalid(f"The signed time in {self.name} is missing.")
        age = now - self._seconds(written)
        # Asked this way around, "nan" is not fresh.
        if not abs(age) <= tolerance:
            way = "no time" if not isfinite(age) else f"{abs(age):.0f} s {'old' if age > 0 else 'ahead of our clock'}"
            raise SignatureInvalid(
                f"The time in {self.name} is {way}; {tolerance:.0f} s are allowed.",
                hint="It was sent long ago, sent again by somebody, or a clock is wrong.",
            )

    def seconds(self, delivery: Delivery) -> float | None:
        """The time in Unix seconds, if it can be read."""
        try:
            found = self._seconds(self.read(delivery))
        except SignatureInvalid:
            return None
        return found if isfinite(found) else None

    def write(self, now: float) -> str:
        """A moment (Unix seconds) as the vendor writes it."""
        if self.unit == "iso":
            return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return str(int(now * _MILLISECONDS) if self.unit == "ms" else int(now))

    def put(self, delivery: Delivery, written: str) -> tuple[Delivery, str]:
        """The delivery with its time, and what must stand before the signature in its header."""
        if self.path:
            return delivery.with_json(self.path, int(written)), ""
        if self.item:
            return delivery, f"{self.item}{written},"
        return delivery.with_headers({self.header: written}), ""

    def _seconds(self, written: str) -> float:
        # No exponent: where a token follows without anything between, "1700000000e0" would be the same time with less
        # of the token.
        if _NUMBER.fullmatch(written):
            return float(written) / (_MILLISECONDS if self.unit == "ms" else 1)
        try:
            parsed = datetime.fromisoformat(written)
            return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            raise SignatureInvalid(f"The signed time in {self.name} cannot be read.") from None


def in_header(name: str, unit: Unit = "s") -> Stamp:
    """A header of its own."""
    return Stamp(header=name, unit=unit)


def in_item(header: str, item: str) -> Stamp:
    """A part of a header that holds several, such as `t=1700000000,v1=…`."""
    return Stamp(header=header, item=item)


def in_body(path: str, unit: Unit = "s") -> Stamp:
    """A dotted path in the signed JSON body."""
    return Stamp(path=path, unit=unit)

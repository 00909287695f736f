"""A measured figure next to what it should be, and what it is measured against."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Args:
        name: What was measured.
        value: What came out, in `unit`.
        unit: Of `value`, `target` and `beside`.
        target: What it should be.
        good: Whether that is the least or the most that it may be.
        beside: The same, measured in the same run without us: the ceiling, or the alternative.
        beside_is: What that is.
        note: What else is to be said.
    """

    name: str
    value: float
    unit: str
    target: float
    good: Literal["at least", "at most"]
    beside: float | None = None
    beside_is: str = ""
    note: str = ""

    @property
    def reached(self) -> bool:
        """Whether it is what it should be."""
        return self.value >= self.target if self.good == "at least" else self.value <= self.target

    @property
    def ratio(self) -> float | None:
        """How many times the value is what stands beside it."""
        return self.value / self.beside if self.beside else None

    def to_json(self) -> dict[str, Any]:
        """As it stands in a file of results."""
        return asdict(self)

"""The checks. They are data, so that they can stand in the definition of a sync."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    TypeAdapter,
    model_validator,
)

from tieline.sync.expressions.functions import one_pattern
from tieline.sync.expressions.values import Unfit

Severity = Literal["stop", "leave_out", "report"]
Bound = Annotated[Decimal | AwareDatetime | date, Field(union_mode="left_to_right")]


def _readable(pattern: str) -> str:
    try:
        one_pattern(pattern)
    except Unfit as error:
        raise ValueError(f"{error}. {error.hint}") from None
    return pattern


def _number(value: Decimal) -> float | str:
    """A number in JSON, where a text would stay a text; one that JSON cannot hold fails when it is used."""
    shown = int(value) if value == int(value) else float(value)
    return shown if Decimal(repr(shown)) == value else str(value)


class _Check(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Severity = Field(
        "report",
        description="What follows if a row fails: nothing is written at all, this row is not, or it is only said.",
    )


class Required(_Check):
    """A cell is not blank."""

    check: Literal["required"] = "required"
    column: str


class Unique(_Check):
    """No two rows have the same in these columns. All that do fail, as nobody knows which one is right."""

    check: Literal["unique"] = "unique"
    columns: list[str] = Field(min_length=1)


class Range(_Check):
    """A number, a date or a time is within bounds, which are allowed themselves. A date bounds times from 0:00 UTC."""

    check: Literal["range"] = "range"
    column: str
    minimum: Bound | None = None
    maximum: Bound | None = None

    @model_validator(mode="after")
    def _has_bounds(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise ValueError("a range needs a minimum, a maximum or both")
        if self.minimum is not None and self.maximum is not None:
            if type(self.minimum) is not type(self.maximum):
                raise ValueError("minimum and maximum are of different kinds")
            if self.minimum > self.maximum:  # type: ignore[operator]  # of one kind, as was just seen
                raise ValueError("the minimum is above the maximum")
        return self


class Pattern(_Check):
    """A text as a whole is as a regular expression says, like `matches` of expressions."""

    check: Literal["pattern"] = "pattern"
    column: str
    pattern: Annotated[str, AfterValidator(_readable)]


class OneOf(_Check):
    """A cell has one of some values; of a list, each item."""

    check: Literal["one_of"] = "one_of"
    column: str
    values: list[StrictBool | str | Annotated[Decimal, PlainSerializer(_number, when_used="json")]] = Field(
        min_length=1
    )


class ForeignKey(_Check):
    """What stands in these columns stands in a row of another frame, too."""

    check: Literal["foreign_key"] = "foreign_key"
    columns: list[str] = Field(min_length=1)
    frame: str = Field(description="The name of the other frame.")
    to: list[str] = Field(default_factory=list, description="Its columns; the same names, if empty.")

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        if self.to and len(self.to) != len(self.columns):
            raise ValueError("`columns` and `to` are not equally many")
        return self


Check = Annotated[Required | Unique | Range | Pattern | OneOf | ForeignKey, Field(discriminator="check")]
#: Reads checks that are written down, such as `[{"check": "required", "column": "Email"}]`.
CHECKS: TypeAdapter[list[Check]] = TypeAdapter(list[Check])


def on(one: Check) -> list[str]:
    """The columns that a check looks at."""
    return one.columns if isinstance(one, Unique | ForeignKey) else [one.column]


def says(one: Check) -> str:
    """What is to be true, for people."""
    names = " and ".join(on(one))
    are = "is" if len(on(one)) == 1 else "are"
    match one:
        case Required():
            return f"{names} is not blank"
        case Unique():
            return f"{names} {'is unique' if are == 'is' else 'are unique together'}"
        case Range():
            return f"{names} is {_bounds(one)}"
        case Pattern():
            return f"{names} looks like {one.pattern}"
        case OneOf():
            shown = ", ".join(map(str, one.values[:10]))
            return f"{names} is one of {shown}{', …' if len(one.values) > 10 else ''}"  # noqa: PLR2004 - a line
        case ForeignKey():
            return f"{names} {are} in {one.frame}"


def _bounds(one: Range) -> str:
    if one.minimum is None:
        return f"at most {one.maximum}"
    return f"at least {one.minimum}" if one.maximum is None else f"from {one.minimum} to {one.maximum}"

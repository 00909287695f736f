"""Checking a frame, and the report of what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from pydantic import BaseModel, Field, PrivateAttr, computed_field

from tieline.sync.quality.checks import Check, Severity, on, says
from tieline.sync.quality.failing import Frames, failing, known

#: Rows that are shown for each check, and characters of a cell.
EXAMPLES = 20
SHOWN = 80


class Example(BaseModel):
    """A row that fails: its number from 1, and what stands there, shortened."""

    row: int
    key: dict[str, str]
    cells: dict[str, str]


class Finding(BaseModel):
    """What a check found."""

    check: Check
    failed: int = Field(description="How many rows.")
    examples: list[Example] = Field(description=f"The first {EXAMPLES} of them.")


class Report(BaseModel):
    """What all checks found."""

    rows: int = Field(description="How many there were.")
    findings: list[Finding] = Field(description="One for each check, in their order.")
    left_out: int = Field(description="How many rows are to be left out.")
    _leave_out: pl.Series = PrivateAttr(default_factory=lambda: pl.Series(dtype=pl.Boolean))

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way
    @property
    def stop(self) -> bool:
        """Whether nothing may be written."""
        return any(one.failed and one.check.severity == "stop" for one in self.findings)

    @property
    def leave_out(self) -> pl.Series:
        """True for each row of the frame that is to be left out. It does not outlive being sent or stored."""
        return self._leave_out

    def markdown(self) -> str:
        """A table for people, what failed first."""
        title = "Nothing may be written." if self.stop else f"{self.left_out:,} of {self.rows:,} rows are left out."
        lines = [title, "", "| Check | If not | Rows | Such as |", "| --- | --- | --: | --- |"]
        for one in sorted(self.findings, key=lambda one: (not one.failed, _ORDER.index(one.check.severity))):
            shown = "<br>".join(map(_shown, one.examples))
            words = _AFTER[one.check.severity] if one.failed else "all right"
            lines.append(f"| {_escaped(says(one.check))} | {words} | {one.failed:,} | {shown} |")
        return "\n".join(lines) + "\n"


_ORDER: tuple[Severity, ...] = ("stop", "leave_out", "report")
_AFTER: Mapping[Severity, str] = {"stop": "stops", "leave_out": "left out", "report": "reported"}


def check(frame: pl.DataFrame, checks: Sequence[Check], others: Frames, *, key: Sequence[str] = ()) -> Report:
    """Check the rows of a frame.

    Args:
        frame: Its columns have types: a range needs numbers, dates or times, a pattern texts.
        checks: What its rows shall fulfil.
        others: Frames that foreign keys lead to, by name.
        key: The columns by which people find a row again; they are shown with each example.

    Raises:
        UnknownName: There is no such column or frame.
        ConfigError: A check is not for such a column.
    """
    known(frame, key, "column")
    masks = frame.select(
        failing(one, frame, others).alias(str(number)) for number, one in enumerate(checks)
    ).get_columns()
    findings = [_finding(frame, one, mask, key) for one, mask in zip(checks, masks, strict=True)]
    out = pl.Series([False]).new_from_index(0, frame.height)
    for one, mask in zip(checks, masks, strict=True):
        out = out | mask if one.severity == "leave_out" else out
    report = Report(rows=frame.height, findings=findings, left_out=int(out.sum()))
    report._leave_out = out  # noqa: SLF001 - only here is it known
    return report


def _finding(frame: pl.DataFrame, one: Check, mask: pl.Series, key: Sequence[str]) -> Finding:
    numbers = mask.arg_true().head(EXAMPLES).to_list()
    rows = frame[numbers].select(*dict.fromkeys([*key, *on(one)])).to_dicts() if numbers else []
    examples = [
        Example(
            row=number + 1,
            key={name: _short(row[name]) for name in key},
            cells={name: _short(row[name]) for name in on(one)},
        )
        for number, row in zip(numbers, rows, strict=True)
    ]
    return Finding(check=one, failed=int(mask.sum()), examples=examples)


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _shown(example: Example) -> str:
    cells = {**example.key, **example.cells}
    return _escaped(", ".join(f"{name} {value!r}" for name, value in cells.items())) or f"row {example.row}"


def _escaped(text: str) -> str:
    """A text from outside as a cell of a Markdown table: characters that mean something lose their meaning."""
    return "".join(f"&#{ord(letter)};" if letter in "\\`*_[]<>|#&!~$@:\n\r" else letter for letter in text)

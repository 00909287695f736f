"""A row, and what expressions say about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from tieline.sync import Cell
from tieline.sync.expressions import ExpressionError, compile  # noqa: A004 - the word that says it

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
ROW: Mapping[str, object] = {
    "Status": "open",
    "Due date": "22.11.2026",
    "Price": 19.99,
    "Pieces": 3,
    "Empty": None,
    "Nothing": "",
    "Tags": ["red", "blue"],
    "Day": date(2026, 11, 22),
    "Time": NOON,
    "Paid": True,
}


def run(source: str, value: Cell = None) -> Cell:
    return compile(source, columns=ROW)(ROW, value)


def refused(source: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compile(source, columns=ROW)
    return caught.value


def unfit(source: str, value: Cell = None) -> str:
    expression = compile(source, columns=ROW)
    with pytest.raises(ExpressionError) as caught:
        expression(ROW, value)
    assert source[:60] in str(caught.value)
    assert caught.value.position == 0
    return str(caught.value)

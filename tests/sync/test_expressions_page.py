"""Every example of docs/expressions.md is true."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tieline.sync import Cell
from tieline.sync.expressions import ExpressionError, compile  # noqa: A004 - the word that says it
from tieline.sync.expressions.functions import FUNCTIONS

PAGE = (Path(__file__).parents[2] / "docs/expressions.md").read_text("utf-8")
EXAMPLES = re.findall(r"^\| `(.+?)` \| (.*?) ?\| (.+?) \|$", PAGE, re.MULTILINE)
CELLS = re.findall(r"^\| (\w+) \| (blank|`.+`) \|$", PAGE, re.MULTILINE)


def cell(shown: str) -> Cell:
    """What a table shows: a date and a time stand as ISO 8601 writes them, all else as in expressions."""
    text = shown.strip("`")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT.+", text):
        return datetime.fromisoformat(text)
    return None if text in {"", "blank"} else compile(text)({})


ROW = {name: cell(shown) for name, shown in CELLS}


@pytest.mark.parametrize(("source", "value", "result"), EXAMPLES)
def test_example(source: str, value: str, result: str) -> None:
    expression = compile(source, columns=ROW)
    if result.startswith("error: "):
        with pytest.raises(ExpressionError) as caught:
            expression(ROW, cell(value))
        assert result.removeprefix("error: ") in str(caught.value)
    else:
        got = expression(ROW, cell(value))
        assert got == cell(result)
        assert str(got) == str(cell(result)) or not isinstance(got, Decimal)  # with all its zeros


def test_the_page_shows_every_function() -> None:
    shown = " ".join(source for source, _, _ in EXAMPLES)
    assert len(ROW) == 7
    assert [name for name in (*FUNCTIONS, "first_of") if f"{name}(" not in shown] == []

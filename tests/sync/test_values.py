"""What a cell means: one form for each value, and nothing that changes in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, get_args

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.sync import CellError
from tieline.sync.memory import cells_out
from tieline.sync.model import Type
from tieline.sync.values import Unfit, canonical, dump, load, parse

MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))]) | st.none())
ANYTHING = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(allow_nan=None),
    st.dates(),
    MOMENTS,
    st.lists(st.text(max_size=5), max_size=4),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.just(CellError("#N/A")),
)
KINDS = st.sampled_from(get_args(Type))
quickly = settings(max_examples=400, deadline=None, derandomize=True, database=None)


@quickly
@given(ANYTHING, KINDS)
def test_each_value_has_one_form_that_outlives_the_store(value: Any, kind: Type) -> None:
    try:
        cell = canonical(value, kind)
    except Unfit:
        return
    assert canonical(cell, kind) == cell
    kept = load(orjson.loads(orjson.dumps(dump(cell))), kind)
    assert (kept, type(kept)) == (cell, type(cell))
    if kind != "list" and cell is not None:
        assert parse(str(dump(cell)), kind) == cell


@quickly
@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)), KINDS)
def test_a_number_keeps_its_exact_value_or_is_refused(value: Any, kind: Type) -> None:
    if kind in {"integer", "decimal", "number"}:
        try:
            cell: Any = canonical(value, kind)
        except Unfit:
            return
        assert Decimal(str(cell)) == Decimal(str(value))


@quickly
@given(MOMENTS)
def test_a_moment_stays_the_same_moment(value: datetime) -> None:
    try:
        cell: Any = canonical(value, "datetime")
    except Unfit:
        return
    assert cell == (value if value.tzinfo else value.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("value", "kind", "cell"),
    (
        ("", "text", None),
        ("01", "text", "01"),
        (1.0, "text", "1"),
        (True, "text", "true"),
        (" 1.50 ", "decimal", Decimal("1.5")),
        ("-0.0", "decimal", Decimal(0)),
        (100, "integer", 100),
        ("TRUE", "boolean", True),
        ("2026-01-31", "date", date(2026, 1, 31)),
        (datetime(2026, 1, 31, tzinfo=UTC), "date", date(2026, 1, 31)),
        ("2026-01-31T12:00:00+02:00", "datetime", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("b, a,, b ", "list", ["a", "b"]),
        ([None, "a"], "list", ["a"]),
        ([], "list", None),
    ),
)
def test_forms(value: Any, kind: Type, cell: Any) -> None:
    assert canonical(value, kind) == cell


@pytest.mark.parametrize(
    ("value", "kind", "why"),
    (
        ("01", "integer", "no plain number"),
        ("1e5", "number", "no plain number"),
        (0.5, "integer", "no whole number"),
        (2**63, "integer", "too large"),
        (2**53 + 1, "number", "rounded"),
        (True, "integer", "no number"),
        (float("nan"), "number", "no number"),
        (2, "boolean", "neither true nor false"),
        ("2026-01-31T12:00", "date", "a time of day"),
        ("31.01.2026", "date", "no date"),
        ("0001-01-01T00:00:00+02:00", "datetime", "no year"),
        (["a,b"], "list", "taken for two"),
        ("\ud800", "text", "half of a character"),
        (["\ud800"], "list", "half of a character"),
        (CellError("#REF!"), "text", "shows the error #REF!"),
    ),
)
def test_what_would_change_is_refused(value: Any, kind: Type, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        canonical(value, kind)


@pytest.mark.parametrize(("hour", "why"), (("2026-03-29T02:30", "does not exist"), ("2026-10-25T02:30", "comes twice")))
def test_hours_that_clocks_skip_or_repeat_are_refused(hour: str, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        canonical(hour, "datetime", "Europe/Berlin")


@given(
    st.one_of(
        st.datetimes(timezones=st.just(UTC)), st.dates(), st.lists(st.text(max_size=3)), st.floats(allow_nan=False)
    )
)
def test_what_is_kept_of_a_cell_is_what_dump_makes_of_it(value: Any) -> None:
    assert orjson.loads(cells_out({"cell": value})) == {"cell": orjson.loads(orjson.dumps(dump(value)))}

"""Nothing gets out of an expression, whatever it is made of, and none takes long."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sync.said import ROW, refused, run
from tieline.sync import Cell
from tieline.sync.expressions import ExpressionError, compile  # noqa: A004 - the word that says it

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "source",
    (
        "value.__class__",
        "().__class__.__bases__[0].__subclasses__()",
        "__import__('os').system('id')",
        "upper.__globals__",
        "row.__class__",
        "row['Status'].format(value)",
        "'{0.__class__}'.format(value)",
        "'%s' % value",
        'f"{value}"',
        "[x for x in value]",
        "{x: 1 for x in value}",
        "(x for x in value)",
        "lambda: value",
        "(x := 1)",
        "[*value]",
        "upper(*value)",
        "value[0]",
        "value[::2]",
        "{value}",
        "(1, 2)",
        "b'x'",
        "1j",
        "...",
        "await value",
        "2 ** 10 ** 10",
        "'a' * 10**9",
        "'a' * 1000000000",
        "[1] * 1000000000",
        "1 << 1000000000",
        "~1",
        "5 // 2",
        "5 % 2",
        "eval('1')",
        "text(upper)",
        "print(value)",
        "9" * 2_000,
        "(" * 1_000,
        "[" * 150 + "]" * 150,
        "-" * 1_999 + "1",
        "not " * 499 + "1",
        "1" + " + 1" * 400,
        "upper(" * 150 + "value" + ")" * 150,
        "value" + " if value else value" * 90,
        "a" * 2_001,
        "value\0",
        "\ud800",
    ),
    ids=lambda source: source[:30],
)
def test_attacks_are_refused(source: str) -> None:
    started = time.perf_counter()
    refused(source).args[0].encode()
    assert time.perf_counter() - started < 1


def test_a_pattern_takes_time_by_length_only() -> None:
    evil = compile('matches(value, "(a+)+b|(a|a)*c|(.*a){12}d|.*a[ab]{90}e")')
    started = time.perf_counter()
    assert evil({}, "ab" * 5_000) is False
    assert time.perf_counter() - started < 1


PIECES = st.sampled_from(
    (
        *('"a"', "value", 'row["Tags"]', 'row["Price"]', 'row["Time"]', "1.5", "0", "None", "True", "[", "]", "(", ")"),
        *(",", " + ", " - ", " * ", " / ", " == ", " < ", " in ", " and ", " or ", "not ", " if ", " else ", "{", "}"),
        *(":", ".", "__class__", "upper(", "text(", "number(", "split(", "join(", "round(", "replace(", "first_of("),
        *(
            "lookup(",
            "date(",
            "datetime(",
            "matches(",
            "length(",
            "contains(",
            '"%d.%m.%Y"',
            "=",
            "f",
            "\n",
            "\r",
            "\f",
            "\u2028",
            "é",
            "#",
            "\\",
        ),
    )
)


CELLS: st.SearchStrategy[Cell] = st.one_of(
    *(st.none(), st.text(), st.integers(), st.floats(), st.decimals(), st.booleans(), st.dates()),
    *(st.datetimes(timezones=st.just(UTC)), st.lists(st.text())),
)


def _try(source: str, value: Cell) -> None:
    started = time.perf_counter()
    with suppress(ExpressionError):
        run(source, value)
    assert time.perf_counter() - started < 1


@settings(max_examples=100, deadline=None)
@given(st.text(), CELLS)
def test_any_text_is_an_expression_or_our_error(source: str, value: Cell) -> None:
    _try(source, value)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), CELLS)
def test_any_mixture_of_words_is_an_expression_or_our_error(source: str, value: Cell) -> None:
    _try(source, value)


ONE = (
    "upper",
    "lower",
    "trim",
    "join",
    "round",
    "number",
    "text",
    "date",
    "datetime",
    "length",
    "is_blank",
    "-",
    "not ",
)


TWO = (
    *("replace({0}, {1}, {0})", "split({0}, {1})", "join([{0}, {1}], {1})", "round({0}, {1})", "starts_with({0}, {1})"),
    *("contains({0}, {1})", "({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} / {1})", "({0} == {1})", "({0} < {1})"),
    *("({0} in {1})", "({0} and {1})", "({1} if {0} else {1})", "first_of({0}, {1})", 'lookup({{"a": 1}}, {0}, {1})'),
)


LEAVES = st.sampled_from(("value", 'row["Tags"]', 'row["Time"]', 'row["Day"]', 'row["Empty"]', '"a"', "1.5", "3", "[]"))


GROWN = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds("{}({})".format, st.sampled_from(ONE), inner)
        | st.builds(lambda shape, one, two: shape.format(one, two), st.sampled_from(TWO), inner, inner)
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(GROWN, CELLS)
def test_any_expression_gives_a_cell_or_our_error(source: str, value: Cell) -> None:
    try:
        first, second = compile(source, columns=ROW), compile(source, columns=ROW)
    except ExpressionError:
        return
    assert first == second
    try:
        result = first(ROW, value)
    except ExpressionError:
        with pytest.raises(ExpressionError):
            second(ROW, value)
        return
    assert second(ROW, value) == result
    assert result is None or type(result) in {str, int, Decimal, bool, date, datetime, list}
    assert result not in ("", [])


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=4))
def test_a_number_is_the_same_after_being_a_text(value: Decimal) -> None:
    there = run('text(value, decimal=",", thousands=".")', value)
    assert run('number(value, decimal=",", thousands=".")', there) == value


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(BERLIN), allow_imaginary=False))  # noqa: DTZ001 - as asked
def test_a_time_is_the_same_after_being_a_text(value: datetime) -> None:
    there = run('text(value, "%d.%m.%Y %H:%M:%S.%f %z")', value)
    assert isinstance(there, str)
    back = run('datetime(value, "%d.%m.%Y %H:%M:%S.%f %z")', there)
    assert isinstance(back, datetime)
    assert back.astimezone(UTC) == value.astimezone(UTC)

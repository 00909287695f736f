"""The language of expressions: what it says, what it refuses, and that nothing gets out of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.sync.said import NOON, ROW, refused, run, unfit
from tieline.errors import ConfigError
from tieline.sync import Cell, CellError
from tieline.sync.expressions import ExpressionError, compile  # noqa: A004 - the word that says it

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("source", "value", "result"),
    (
        ("value", "as it is", "as it is"),
        ("value", None, None),
        ('row["Status"]', None, "open"),
        ("upper(value)", "straße", "STRASSE"),
        ("lower(trim(value))", " Open ", "open"),
        ('replace(value, " ", "")', "1 2 3", "123"),
        ('replace(value, "x", "")', "x", None),
        ('split(value, ",")', "red, , blue,", ["red", "blue"]),
        ('join(row["Tags"], "; ")', None, "red; blue"),
        ('join([row["Status"], row["Empty"], 7])', None, "open, 7"),
        ('number(value, decimal=",", thousands=".")', "1.234,50", Decimal("1234.50")),
        ('number(value, decimal=",", thousands=".")', "-12", -12),
        ("number(value)", " 12.5 ", Decimal("12.5")),
        ("number(value)", 7, 7),
        ("text(value)", Decimal("1E+3"), "1000"),
        ("text(value)", True, "true"),
        ("text(value)", date(2026, 11, 22), "2026-11-22"),
        ('text(value, "%d.%m.%Y")', date(2026, 1, 2), "02.01.2026"),
        ('text(value, "%I:%M %p, %d %b %y%%")', datetime(2026, 3, 4, 0, 5, tzinfo=UTC), "12:05 AM, 04 Mar 26%"),
        ('text(value, "%Y-%m-%dT%H:%M:%S%z")', datetime(2026, 7, 1, 12, tzinfo=BERLIN), "2026-07-01T12:00:00+02:00"),
        ('text(value, decimal=",", thousands=".")', Decimal("1234567.80"), "1.234.567,80"),
        ('date(value, "%d.%m.%Y")', "2.1.2026", date(2026, 1, 2)),
        ('date(value, "%d-%b-%y")', "22-nov-26", date(2026, 11, 22)),
        ('date(value, "%%%Y%m%d")', "%20260201", date(2026, 2, 1)),
        ("date(value)", "2026-11-22", date(2026, 11, 22)),
        ('date(in_zone(value, "Asia/Tokyo"))', datetime(2026, 7, 1, 20, tzinfo=UTC), date(2026, 7, 2)),
        ('datetime(value, "%d.%m.%Y %H:%M", "Europe/Berlin")', "01.07.2026 14:00", NOON),
        ('datetime(value, "%m/%d/%Y %I:%M %p %z")', "7/1/2026 12:00 PM Z", NOON),
        ("datetime(value)", "2026-07-01T14:00:00+02:00", NOON),
        ('datetime(value, zone="Europe/Berlin")', date(2026, 7, 1), datetime(2026, 7, 1, tzinfo=BERLIN)),
        ("first_of(value, row[" + '"Nothing"' + '], "  ", "then this")', "", "then this"),
        ("first_of(value, number(value))", "x", "x"),  # what comes later is not worked out
        ('matches(value, r"[A-Z]{2}-\\d+")', "AB-12", True),
        ('matches(value, r"[A-Z]{2}-\\d+")', "AB-12x", False),
        ('matches(value, "a|b")', "ab", False),
        ('starts_with(value, "AB") and not ends_with(value, "CD")', "ABC", True),
        ('contains(row["Tags"], "red") and contains("fred", "red")', None, True),
        ('length(value) + length(row["Tags"]) + length(row["Empty"])', "abc", 5),
        ('lookup({"open": "Offen", 1: "Eins"}, value, "?")', "open", "Offen"),
        ('lookup({"open": "Offen", 1: "Eins"}, value, "?")', Decimal("1.0"), "Eins"),
        ('lookup({"open": "Offen", 1: "Eins"}, value, "?")', True, "?"),
        ('lookup({"": "leer"}, value)', None, "leer"),
        ('"big" if value >= 1000 else "small"', 1000, "big"),
        ("1 < value <= 3 and value in [2, 3]", 3, True),
        ('not (row["Status"] in ["open", "new"]) or value not in "abc"', "b", False),
        ('row["Tags"] + ["new"]', None, ["red", "blue", "new"]),
        ('row["Status"] + "-" + text(row["Pieces"])', None, "open-3"),
        ("-value + 2", 5, -3),
    ),
)  # fmt: skip
def test_what_it_says(source: str, value: Cell, result: Cell) -> None:
    got = run(source, value)
    assert got == result
    assert type(got) is type(result)


@pytest.mark.parametrize(
    ("source", "result"),
    (
        ('row["Price"] * row["Pieces"]', "59.97"),  # 59.97 exactly, where binary fractions give 59.96999999999999
        ("0.1 + 0.2", "0.3"),
        ("1.10", "1.10"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(1.005, 2)", "1.01"),
        ("round(1250, -2)", "1300"),
        ("10 / 4", "2.5"),
        ("2 / 3", "0.6666666666666666666666666667"),
    ),
)
def test_numbers_are_exact(source: str, result: str) -> None:
    got = run(source)
    assert not isinstance(got, float)
    assert str(got) == result


@pytest.mark.parametrize("blank", (None, "", []))
@pytest.mark.parametrize(
    ("source", "result"),
    (
        *((source, None) for source in ("upper(value)", "trim(value)", 'split(value, ",")', "join(value)")),
        *((source, None) for source in ("number(value)", "text(value)", "date(value)", 'in_zone(value, "UTC")')),
        *((source, None) for source in ('replace(value, "a", "b")', "round(value, 2)", 'lookup({"a": "b"}, value)')),
        *((source, None) for source in ("value + 1", "1 - value", '"a" + value', "-value", "value / 0")),
        *((source, False) for source in ("value < 1", "value >= 1", 'value > "a"', 'value == "a"', "value == 0")),
        *((source, False) for source in ('"a" in value', 'value in "abc"', "value in [1]", 'contains(value, "a")')),
        *((source, False) for source in ('starts_with(value, "a")', 'ends_with(value, "")', 'matches(value, "a*")')),
        *((source, True) for source in ("is_blank(value)", 'value == ""', "value == None", 'value in ["a", ""]')),
        *((source, True) for source in ("value != 1", 'value not in "abc"', "not value", 'is_blank(" ")')),
        ("length(value)", 0),
        ("value and True", False),
        ('"yes" if value else "no"', "no"),
    ),
)
def test_blanks(source: str, result: Cell, blank: Cell) -> None:
    assert run(source, blank) is result or run(source, blank) == result


def test_kinds_differ() -> None:
    for source in ('value == "5"', "value == True", 'value in ["5", True]'):
        assert run(source, 5) is False
    assert run('row["Time"] == datetime("2026-07-01T14:00:00+02:00")') is True
    assert "makes no sense" in unfit('value < "5"', 5)
    assert "makes no sense" in unfit("value + 1", "5")
    assert "makes no sense" in unfit("value + 1", value=True)
    assert "date(…) makes a date" in unfit('row["Day"] == row["Time"]')
    assert "date(…) makes a date" in unfit('row["Day"] < row["Time"]')
    assert "text(…)" in unfit("upper(value)", 5)
    assert "neither yes nor no" in unfit("value and True", "false")


@pytest.mark.parametrize(
    ("source", "value", "said"),
    (
        ('number(value, decimal=",", thousands=".")', "1.5", "'1.5'"),  # not fifteen
        ('number(value, decimal=",", thousands=".")', "1234.567", "'1234.567'"),
        ("number(value)", "1e5", "'1e5'"),
        ("number(value)", "٣", "number()"),
        ("number(value)", "9" * 60, "digits"),
        ('date(value, "%d.%m.%Y")', "31.02.2026", "no day"),
        ('date(value, "%d.%m.%Y")', "2026-02-01", "does not look like"),
        ('date(value, "%d%m%Y")', "1112026", "does not look like"),
        ('date(value, "%d.%m.%Y %I %p")', "1.1.2026 13 PM", "no day or time"),
        ("date(value)", "22.11.2026", "ISO 8601"),
        ("datetime(value)", "2026-11-22T12:00", "names no time zone"),
        ('datetime(value, "%d.%m.%Y %H:%M", "Europe/Berlin")', "29.03.2026 02:30", "never show"),
        ("in_zone(value, 'UTC')", date(2026, 1, 1), "takes a time"),
        ('text(value, "%H:%M")', date(2026, 1, 1), "has no time"),
        ('text(value, "%H:%M")', "x", "the text 'x'"),
        ("text(value)", ["a"], "join(…)"),
        ('lookup({"open": "Offen"}, value)', "closed", "'closed'"),
        ("1 / value", 0, "by zero"),
        ("value / value", 0, "by zero"),
        ("value * value", 10**30, "50 digits"),
        ("value + 0.1", Decimal("1e49"), "50 digits"),
        ("value", float("nan"), "no number"),
        ("value", float("inf"), "no number"),
        ("value", 10**60, "50 digits"),
        ("value", datetime(2026, 1, 1), "without a time zone"),  # noqa: DTZ001 - the point
        ("value", datetime(9999, 12, 31, tzinfo=UTC), "the year 9999"),
        ('datetime(value, "%d.%m.%Y", "Europe/Berlin")', "1.1.0001", "the year 1"),
        ('datetime(value, zone="Europe/Berlin")', date(1, 1, 1), "the year 1"),
        ("value", CellError("#N/A"), "#N/A"),
        ("value", 1j, "no cell"),
        ('text(value, "%z")', datetime(1890, 1, 1, tzinfo=BERLIN), "seconds"),
        ("[value]", 1, "list of texts"),
        ("length(value)", 5, "takes a text or a list"),
        ("round(value, 0.5)", 5, "whole number of places"),
        ('length(replace(value, "a", value))', "a" * 2_000, "more than 1,000,000"),
        ("length(value + value)", "a" * 600_000, "more than 1,000,000"),
        ('split(value, ",")', "," * 10_000, "10,000"),
        ('join([value, value], "")', "a" * 600_000, "1,000,000"),
        ('matches(value, "a*")', "a" * 10_001, "10,000"),
        ("value + value", ["a"] * 6_000, "10,000"),
    ),
    ids=lambda one: repr(one)[:30],
)
def test_what_does_not_fit(source: str, value: Cell, said: str) -> None:
    assert said in unfit(source, value)


def test_clocks_that_are_put_back_show_a_time_twice() -> None:
    source = 'datetime(value, "%d.%m.%Y %H:%M", "Europe/Berlin")'
    first = run(source, "25.10.2026 02:30")
    assert isinstance(first, datetime)
    assert first.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    # … and the second one is not the same.
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(BERLIN)
    assert run('value == datetime("2026-10-25T02:30", zone="Europe/Berlin")', second) is False
    assert run('value > datetime("2026-10-25T02:30", zone="Europe/Berlin")', second) is True


@pytest.mark.parametrize(
    ("source", "position", "said"),
    (
        ("", 0, "empty"),
        ("uper(value)", 1, "Did you mean upper?"),
        ('1 + row["Sttus"]', 5, "Did you mean Status?"),
        ('Status == "open"', 1, 'row["Status"]'),
        ('"é" + values', 7, "Did you mean value?"),
        ("upper('é\u2028é' + (\n'é' + valu))", 23, "Did you mean value?"),
        ("value = 1", 7, "=="),
        ("value == 1 && True", 13, "and"),
        ("upper(value", 6, "brackets"),
        ("value is None", 1, "=="),
        ("row", 1, 'row["Status"]'),
        ("row[value]", 1, 'row["Due date"]'),
        ("upper", 1, "upper(value)"),
        ("upper(value, value)", 1, "Write upper(text)"),
        ("upper(text=value, **value)", 1, "upper(text)"),
        ('date(value, "%Q")', 1, "%Q"),
        ('date(value, "%d.%d.%Y")', 1, "twice"),
        ('date(value, "%H:%M")', 1, "lacks the day"),
        ("date(value, value)", 13, "written out"),
        ('datetime(value, "%d.%m.%Y")', 1, "where the clock is"),
        ('in_zone(value, "Europe/Berln")', 1, "Europe/Berlin"),
        ('in_zone(value, "../../etc/passwd")', 1, "no time zone"),
        ('number(value, thousands=".")', 1, "decimals from thousands"),
        ('number(value, decimal="x")', 1, "separates no digits"),
        ("lookup(value, value)", 8, "table"),
        ('lookup({"a": value}, value)', 14, "written out"),
        ('lookup({"a": 1, "a": 2}, value)', 17, "twice"),
        ('matches(value, "(a")', 1, "unclosed group"),
        ('matches(value, "a)(b")', 1, "cannot be read"),
        ('matches(value, "(?=a)")', 1, "look-around"),
        ('matches(value, "(a{100}){100}")', 1, "too large"),
        ('matches(value, "\\bx")', 1, "control character"),
        ("upper(5)", 1, "the number 5"),  # what no row can change is worked out at once
        ("value + 1/0", 9, "by zero"),
        ("first_of()", 1, "first_of(value"),
        ("1e99", 1, "digits"),
        ("value\n+ valu", 7, "not written"),
    ),
)
def test_what_is_wrong_is_found_when_it_is_defined(source: str, position: int, said: str) -> None:
    error = refused(source)
    assert isinstance(error, ConfigError)
    assert said in str(error)
    assert error.position == position


def test_a_filter() -> None:
    wanted = compile('row["Status"] in ["open", "new"] and row["Price"] > 10', columns=ROW, value=False)
    assert wanted.columns == {"Status", "Price"}
    assert not wanted.uses_value
    assert wanted.holds(ROW)
    assert not wanted.holds({"Status": "open"})  # a column that is not there is blank
    assert compile("value").uses_value
    assert compile('row["Empty"]').holds({}) is False
    with pytest.raises(ExpressionError, match="no condition"):
        compile('row["Status"]').holds(ROW)
    with pytest.raises(ExpressionError, match="no value"):
        compile('value == "open"', columns=ROW, value=False)


def test_what_stands_in_an_expression_stays_as_it_is() -> None:
    expression = compile('["a", "b"]')
    first = expression({})
    assert isinstance(first, list)
    first.append("c")
    assert expression({}) == ["a", "b"]


def test_errors_name_the_expression_and_shorten_what_they_met() -> None:
    expression = compile("number(value)")
    with pytest.raises(ExpressionError) as caught:
        expression({}, "x" * 1_000)
    assert caught.value.expression == "number(value)"
    assert len(str(caught.value)) < 250

"""The language of expressions: what it says, what it refuses, and that nothing gets out of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import ConfigError
from tieline.sync import Cell, CellError
from tieline.sync.expressions import ExpressionError, compile  # noqa: A004 - the word that says it

BERLIN = ZoneInfo("Europe/Berlin")
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

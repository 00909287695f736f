"""Data-quality checks: which rows fail, what follows, and what people are shown."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from pydantic import ValidationError

from tieline.errors import ConfigError, UnknownName
from tieline.sync.quality import (
    CHECKS,
    Check,
    ForeignKey,
    OneOf,
    Pattern,
    Range,
    Report,
    Required,
    Unique,
    check,
)

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
FRAME = pl.DataFrame(
    {
        "Id": ["a", "b", "b", None, ""],
        "Name": ["Ann", " ", None, "Ben", "Ann"],
        "Age": [17, 18, 99, 100, None],
        "Score": [0.1, float("nan"), 1.5, 2.0, None],
        "Price": [Decimal("0.99"), Decimal("1.00"), Decimal("9.99"), Decimal("10.00"), None],
        "Born": [date(1999, 12, 31), date(2000, 1, 1), date(2000, 12, 31), date(2001, 1, 1), None],
        "Seen": [NOON.replace(hour=11), NOON, NOON.replace(hour=13), NOON.replace(hour=14), None],
        "Paid": [True, False, True, False, None],
        "Tags": [["red"], ["red", "pink"], [], None, ["blue"]],
    },
    schema_overrides={"Price": pl.Decimal(10, 2), "Seen": pl.Datetime("us", "Europe/Berlin")},
)
USERS = pl.DataFrame({"User": ["a", "x"], "Age": pl.Series([17, 1], dtype=pl.Int32)})


def failed(one: Check, frame: pl.DataFrame = FRAME) -> list[int]:
    """The numbers of the rows that fail, from 1."""
    report = check(frame, [one], {"users": USERS, "nobody": pl.DataFrame({"Id": []})})
    found = [example.row for example in report.findings[0].examples]
    assert report.findings[0].failed == len(found)
    return found


@pytest.mark.parametrize(
    ("one", "rows"),
    (
        (Required(column="Name"), [2, 3]),
        (Required(column="Age"), [5]),
        (Required(column="Tags"), [3, 4]),
        (Unique(columns=["Id"]), [2, 3]),
        (Unique(columns=["Id", "Age"]), []),
        (Unique(columns=["Paid"]), [1, 2, 3, 4]),
        (Unique(columns=["Name"]), [1, 5]),
        (Range(column="Age", minimum=Decimal(18)), [1]),
        (Range(column="Age", minimum=Decimal("17.5"), maximum=Decimal("99.5")), [1, 4]),
        (Range(column="Age", minimum=Decimal("1e30")), [1, 2, 3, 4]),
        (Range(column="Age", maximum=Decimal("1e400")), []),
        (Range(column="Score", minimum=Decimal("0.1"), maximum=Decimal(2)), [2]),  # what is no number is in no range
        (Range(column="Score", minimum=Decimal(0)), [2]),
        (Range(column="Price", minimum=Decimal(1), maximum=Decimal("9.99")), [1, 4]),
        (Range(column="Price", minimum=Decimal("0.991")), [1]),
        (Range(column="Price", maximum=Decimal("9.999")), [4]),
        (Range(column="Price", maximum=Decimal("1e60")), []),
        (Range(column="Born", minimum=date(2000, 1, 1), maximum=date(2000, 12, 31)), [1, 4]),
        (Range(column="Seen", minimum=NOON, maximum=NOON.replace(hour=13)), [1, 4]),
        (Range(column="Seen", maximum=date(2026, 7, 1)), [1, 2, 3, 4]),
        (Pattern(column="Name", pattern="A.*"), [4]),
        (Pattern(column="Name", pattern="A|nn"), [1, 4, 5]),  # the whole text
        (OneOf(column="Name", values=["Ann"]), [4]),
        (OneOf(column="Age", values=[Decimal(17), Decimal("18.0"), Decimal("99.5"), Decimal("1e60")]), [3, 4]),
        (OneOf(column="Price", values=[Decimal(1), Decimal("9.990"), Decimal("10.001"), Decimal("1" * 30)]), [1, 4]),
        (OneOf(column="Score", values=[Decimal("0.1"), Decimal("1.5")]), [2, 4]),
        (OneOf(column="Paid", values=[True]), [2, 4]),
        (OneOf(column="Tags", values=["red", "blue"]), [2]),
        (ForeignKey(columns=["Id"], frame="users", to=["User"]), [2, 3]),
        (ForeignKey(columns=["Id", "Age"], frame="users", to=["User", "Age"]), [2, 3]),
        (ForeignKey(columns=["Age"], frame="users"), [2, 3, 4]),
        (ForeignKey(columns=["Id"], frame="nobody"), [1, 2, 3]),
    ),
    ids=repr,
)
def test_which_rows_fail(one: Check, rows: Sequence[int]) -> None:
    assert failed(one) == rows
    assert failed(one, FRAME.clear()) == []


def test_blanks_are_required_and_nothing_else() -> None:
    frame = pl.DataFrame({"A": [None, None, " ", " "], "B": ["x"] * 4})
    assert failed(Required(column="A"), frame) == [1, 2, 3, 4]
    for one in (
        Unique(columns=["A", "B"]),
        Pattern(column="A", pattern="x"),
        OneOf(column="A", values=["x"]),
        ForeignKey(columns=["A"], frame="users", to=["User"]),
    ):
        assert failed(one, frame) == []


@pytest.mark.parametrize(
    "one",
    (
        Range(column="Name", minimum=Decimal(1)),
        Range(column="Born", minimum=NOON),
        Range(column="Age", minimum=date(2026, 1, 1)),
        Pattern(column="Age", pattern="1.*"),
        OneOf(column="Age", values=["17"]),
        OneOf(column="Name", values=[Decimal(1)]),
        OneOf(column="Born", values=["2026-01-01"]),
        ForeignKey(columns=["Age"], frame="users", to=["User"]),
    ),
    ids=repr,
)
def test_a_check_that_is_not_for_such_a_column(one: Check) -> None:
    with pytest.raises(ConfigError, match="does not suit"):
        failed(one)


def test_names_that_do_not_exist() -> None:
    with pytest.raises(UnknownName, match="Name"):
        failed(Required(column="name"))
    with pytest.raises(UnknownName, match="users"):
        failed(ForeignKey(columns=["Id"], frame="user"))
    with pytest.raises(UnknownName, match="column of users"):
        failed(ForeignKey(columns=["Id"], frame="users"))
    with pytest.raises(UnknownName, match="column"):
        check(FRAME, [], {}, key=["id"])


def test_what_follows() -> None:
    checks: list[Check] = [
        Required(column="Name", severity="leave_out"),
        Unique(columns=["Id"], severity="leave_out"),
        Range(column="Age", minimum=Decimal(18)),
        Required(column="Id", severity="stop"),
    ]
    report = check(FRAME.head(3), checks, {})
    assert report.leave_out.to_list() == [False, True, True]
    assert (report.rows, report.left_out, report.stop) == (3, 2, False)
    assert FRAME.head(3).filter(~report.leave_out)["Id"].to_list() == ["a"]
    assert check(FRAME, checks, {}).stop
    nothing = check(FRAME, [], {})
    assert (nothing.stop, nothing.left_out, nothing.leave_out.len()) == (False, 0, 5)


def test_a_report_is_a_model_and_shows_rows_by_their_key() -> None:
    report = check(FRAME, [Required(column="Name", severity="stop")], {}, key=["Id"])
    example = report.findings[0].examples[0]
    assert (example.row, example.key, example.cells) == (2, {"Id": "b"}, {"Name": " "})
    again = Report.model_validate_json(report.model_dump_json(exclude={"stop"}))
    assert again.findings == report.findings
    assert again.stop


def test_only_twenty_rows_are_shown_and_cells_are_shortened() -> None:
    frame = pl.DataFrame({"Text": ["x" * 1_000] * 50})
    found = check(frame, [Pattern(column="Text", pattern="y")], {}).findings[0]
    assert found.failed == 50
    assert len(found.examples) == 20
    assert len(found.examples[0].cells["Text"]) == 80


def test_the_table_shows_failures_first_and_nothing_of_a_cell_is_markdown() -> None:
    evil = "| <b>x</b> [a](http://evil.example) `c` \n\n# h\u2028"
    frame = pl.DataFrame({"Id": [1, 2], "Text": ["fine", evil]})
    checks: list[Check] = [
        Required(column="Id"),
        Pattern(column="Text", pattern="[a-z]+", severity="leave_out"),
        OneOf(column="Text", values=["fine"], severity="stop"),
    ]
    table = check(frame, checks, {}, key=["Id"]).markdown()
    lines = table.splitlines()
    assert lines[0] == "Nothing may be written."
    assert [line.split(" | ")[1] for line in lines[4:]] == ["stops", "left out", "all right"]
    assert all(line.count("|") == 5 for line in lines[2:])
    assert not set("<[`#") & set(table.replace("<br>", "").replace("&#", ""))
    assert "1 of 2 rows are left out" in check(frame, checks[:2], {}).markdown()


def test_checks_are_read_from_what_is_written_down() -> None:
    read = CHECKS.validate_python(
        [
            {"check": "required", "column": "Id", "severity": "stop"},
            {"check": "range", "column": "Age", "minimum": 18},
            {"check": "range", "column": "Born", "maximum": "2026-01-01"},
            {"check": "range", "column": "Seen", "maximum": "2026-01-01T00:00:00+02:00"},
            {"check": "one_of", "column": "Paid", "values": [True, "yes", 1]},
        ]
    )
    assert [getattr(one, "maximum", None) for one in read[2:4]] == [
        date(2026, 1, 1),
        datetime.fromisoformat("2026-01-01T00:00:00+02:00"),
    ]
    assert isinstance(read[1], Range)
    assert read[1].minimum == 18
    assert isinstance(read[4], OneOf)
    assert list(map(type, read[4].values)) == [bool, str, Decimal]
    assert CHECKS.validate_json(CHECKS.dump_json(read)) == read


@pytest.mark.parametrize(
    "written",
    (
        {"check": "unknown", "column": "Id"},
        {"check": "range", "column": "Age"},
        {"check": "range", "column": "Age", "minimum": 2, "maximum": 1},
        {"check": "range", "column": "Age", "minimum": 2, "maximum": "2026-01-01"},
        {"check": "range", "column": "Seen", "minimum": "2026-01-01T12:00:00"},
        {"check": "range", "column": "Age", "minimum": "NaN"},
        {"check": "pattern", "column": "Name", "pattern": "("},
        {"check": "pattern", "column": "Name", "pattern": "(a{100}){100}"},
        {"check": "one_of", "column": "Name", "values": []},
        {"check": "unique", "columns": []},
        {"check": "foreign_key", "columns": ["Id"], "frame": "users", "to": ["User", "Age"]},
        {"check": "required", "column": "Id", "severity": "warn"},
    ),
    ids=repr,
)
def test_checks_that_make_no_sense(written: object) -> None:
    with pytest.raises(ValidationError):
        CHECKS.validate_python([written])


def test_many_rows_are_checked_at_once() -> None:
    rows = 200_000
    frame = pl.DataFrame({"id": range(rows)}).with_columns(text=pl.col("id").cast(pl.String), of=pl.col("id") // 2)
    checks: list[Check] = [
        Required(column="text"),
        Unique(columns=["id", "text"]),
        Range(column="id", minimum=Decimal(0)),
        Pattern(column="text", pattern="[0-9]+"),
        ForeignKey(columns=["of"], frame="self", to=["id"]),
    ]
    started = time.perf_counter()
    assert not any(one.failed for one in check(frame, checks, {"self": frame}).findings)
    assert time.perf_counter() - started < 2  # row by row it takes longer

"""Names of ranges, and dates as numbers, in both of Excel's systems."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tieline import ConfigError
from tieline.tables.a1 import Area, area
from tieline.tables.serial import from_serial, has_time, is_date, to_serial


@pytest.mark.parametrize(
    ("address", "found"),
    (
        ("B7", Area(7, 2, 7, 2)),
        ("A2:F9", Area(2, 1, 9, 6)),
        ("$A$1:$AA$2", Area(1, 1, 2, 27)),
        ("'It''s new'!A1:B2", Area(1, 1, 2, 2)),
        ("Sheet1!C3", Area(3, 3, 3, 3)),
    ),
)
def test_an_address_covers_cells(address: str, found: Area) -> None:
    assert area(address) == found
    assert area(str(found)) == found


@pytest.mark.parametrize("address", ("A:C", "1:2", "", "A0", "B2:A1", "A2:A1", "A1:B", "AAAA1", "A1;B2"))
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigError):
        area(address)


def test_a_part_of_an_area_is_some_of_its_rows() -> None:
    whole = area("B2:C10")
    assert (whole.rows, whole.columns, str(whole.part(3, 2))) == (9, 2, "B5:C6")


@pytest.mark.parametrize(
    ("serial", "moment"),
    (
        (1, datetime(1900, 1, 1)),  # noqa: DTZ001 - cells know no zone
        (59, datetime(1900, 2, 28)),  # noqa: DTZ001
        (59.5, datetime(1900, 2, 28, 12)),  # noqa: DTZ001
        (61, datetime(1900, 3, 1)),  # noqa: DTZ001
        (46348.5, datetime(2026, 11, 22, 12)),  # noqa: DTZ001
    ),
)
def test_dates_are_days(serial: float, moment: datetime) -> None:
    assert from_serial(serial) == moment
    assert to_serial(moment) == serial


def test_an_old_mac_counts_from_1904() -> None:
    assert from_serial(0, since_1904=True).date() == date(1904, 1, 1)
    assert to_serial(date(2026, 11, 22), since_1904=True) == 46348 - 1462
    with pytest.raises(ConfigError, match="first day"):
        to_serial(date(1903, 12, 31), since_1904=True)


@pytest.mark.parametrize("serial", (-1, 60, 60.5, 2_958_466, float("nan")))
def test_what_is_no_date_is_refused(serial: float) -> None:
    with pytest.raises(ConfigError, match="no date"):
        from_serial(serial)
    with pytest.raises(ConfigError, match="zone"):
        to_serial(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("number_format", "day", "clock"),
    (
        ("General", False, False),
        ("0.00", False, False),
        ('"days" 0', False, False),
        ("[Red]0", False, False),
        ("yyyy-mm-dd", True, False),
        ("m/d/yyyy h:mm", True, True),
        ("[h]:mm", True, True),
        ("[$-409]d-mmm", True, False),
        ("@", False, False),
    ),
)
def test_a_number_format_says_what_is_a_date(number_format: str, day: bool, clock: bool) -> None:  # noqa: FBT001 - a case
    assert (is_date(number_format), has_time(number_format)) == (day, clock)

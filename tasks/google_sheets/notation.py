"""Names of ranges, and moments as the numbers that Sheets keeps."""

from datetime import date, datetime, timedelta

from tieline import ConfigError
from tieline.tables.a1 import column, letters

__all__ = ["EPOCH", "a1", "column", "from_serial", "letters", "quoted", "to_serial"]

#: Day 0, https://developers.google.com/workspace/sheets/api/guides/formats#about_date_time_values
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no zone; the spreadsheet has one
_DAY = timedelta(days=1)
_MILLISECONDS = 86_400_000
#: The first day that Python knows, and the one after the last.
_EARLIEST, _LATEST = -693_593, 2_958_465


def a1(
    sheet: str, first_row: int, first_column: int, last_row: int | None = None, last_column: int | None = None
) -> str:
    """A range in A1 notation, https://developers.google.com/workspace/sheets/api/guides/concepts#cell.

    Args:
        sheet: The sheet's title, whatever characters there are in it.
        first_row: Counted from 1.
        first_column: Counted from 1.
        last_row: The last row of the range; None for all rows that there are.
        last_column: The last column; None for the first one.
    """
    end = letters(last_column or first_column) + ("" if last_row is None else str(last_row))
    return f"{quoted(sheet)}!{letters(first_column)}{first_row}:{end}"


def quoted(sheet: str) -> str:
    """A sheet's title as it stands in a range; alone it is the whole sheet."""
    doubled = sheet.replace("'", "''")
    return f"'{doubled}'"


def to_serial(moment: date | datetime) -> float:
    """The number that a cell holds for a day, or for a moment without a zone.

    Raises:
        ConfigError: It has a zone: which one the spreadsheet has stands in `get_spreadsheet`.
    """
    if not isinstance(moment, datetime):
        return float((moment - EPOCH.date()).days)
    if moment.tzinfo is not None:
        raise ConfigError(
            f"{moment.isoformat()} has a time zone, and cells have none.",
            hint="Convert it to the spreadsheet's zone first, and take the zone away.",
        )
    return (moment - EPOCH) / _DAY


def from_serial(serial: float) -> datetime:
    """The moment that a cell with a date holds, in the spreadsheet's zone, to the millisecond.

    Raises:
        ConfigError: It is before the year 1 or after 9999.
    """
    if not _EARLIEST <= serial < _LATEST:
        raise ConfigError(f"{serial} is no date between the years 1 and 9999.")
    return EPOCH + timedelta(milliseconds=round(serial * _MILLISECONDS))

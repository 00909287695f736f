"""Excel files: what stands where is left there, and what would change in silence is refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table as ExcelTable

from tieline import ConfigError
from tieline.errors import Corrupt, Encrypted, TooLarge, UnknownName
from tieline.sync import CellError, Field
from tieline.tables import xlsx
from tieline.tables.model import Edits, Table
from tieline.tables.xlsx import Xlsx

NAME = Field("a")


def book(rows: list[list[Any]], also: Callable[[Any], None] = lambda _: None) -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    for row in rows:
        sheet.append(row)
    also(sheet)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def listed(read: Table) -> Sequence[Mapping[str, Any]]:
    assert isinstance(read.rows, list)
    return read.rows


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content), rich_text=True).worksheets[0]


def with_results(content: bytes, results: dict[str, str]) -> bytes:
    """The file as Excel saves it: with the results of its formulas, by cell."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            said = old.read(name).decode()
            for cell, value in results.items():
                kind = ' t="e"' if value.startswith("#") else ""
                said = re.sub(
                    rf'<c r="{cell}"([^>]*)><f>(.*?)</f><v ?/>', rf'<c r="{cell}"{kind}><f>\2</f><v>{value}</v>', said
                )
            new.writestr(name, said)
    return made.getvalue()


def test_cells_keep_their_kinds() -> None:
    noon = datetime(2026, 11, 22, 12)  # noqa: DTZ001 - cells know no zone
    content = book([["id", "b", "c", "d", "e"], ["007", 7, 7.5, True, date(2026, 1, 2)], ["", None, "#N/A", noon, "x"]])
    read = Xlsx(zone="Europe/Berlin").read(content)
    first, second = listed(read)
    assert first == {"id": "007", "b": 7, "c": 7.5, "d": True, "e": date(2026, 1, 2)}
    assert second["b"] is None
    assert second["c"] == CellError("#N/A")
    assert second["d"] == datetime(2026, 11, 22, 11, tzinfo=UTC)


def test_results_are_read_and_formulas_are_left_alone() -> None:
    content = book([["id", "sum"], [1, "=A2*2"], [2, "=A3/0"], [3, "=A4"]])
    saved = with_results(content, {"B2": "2", "B3": "#DIV/0!"})
    read = Xlsx().read(saved)
    assert [row["sum"] for row in listed(read)] == [2, CellError("#DIV/0!"), None]
    assert read.locked == dict.fromkeys([(0, "sum"), (1, "sum"), (2, "sum")], "it holds a formula")
    assert "formulas have an empty result" in read.problems[0]
    with pytest.raises(ConfigError, match="B2 cannot be written: it holds a formula"):
        Xlsx().edit(saved, Edits({0: {"sum": 5}}))
    changed = opened(Xlsx().edit(saved, Edits({0: {"id": 9}})))
    assert [cell.value for cell in changed["B"]] == ["sum", "=A2*2", "=A3/0", "=A4"]
    assert opened(Xlsx(overwrite_formulas=True).edit(saved, Edits({0: {"sum": 5}})))["B2"].value == 5


def test_a_text_stays_a_text() -> None:
    texts = ["=1+2", "+1", "-1", "@x", "#N/A", "007", "TRUE", "2026-01-01", " "]
    content = Xlsx().edit(book([["a"]]), Edits(added=[{"a": one} for one in texts]))
    assert [row["a"] for row in listed(Xlsx().read(content))] == texts
    sheet = opened(content)
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert [cell.quotePrefix for cell in sheet["A"]][1:5] == [True] * 4


def test_formats_styles_and_hidden_rows_stay() -> None:
    def dress(sheet: Any) -> None:
        sheet["A2"].font = Font(bold=True)
        sheet["B2"].number_format = "dd.mm.yyyy"
        sheet["C2"] = CellRichText("a ", TextBlock(InlineFont(b=True), "bold"))
        sheet.row_dimensions[2].hidden = True

    content = book([["a", "b", "c"], ["x", date(2026, 1, 2), None]], dress)
    assert listed(Xlsx().read(content))[0] == {"a": "x", "b": date(2026, 1, 2), "c": "a bold"}
    added: dict[str, Any] = {"a": "y", "b": date(2026, 1, 4)}
    sheet = opened(Xlsx().edit(content, Edits({0: {"b": date(2026, 1, 3)}}, [added])))
    assert (sheet["A2"].font.b, sheet["B2"].number_format, sheet.row_dimensions[2].hidden) == (True, "dd.mm.yyyy", True)
    assert (sheet["A3"].font.b, sheet["B3"].number_format, sheet["B3"].value.day) == (True, "dd.mm.yyyy", 4)
    assert isinstance(sheet["C2"].value, CellRichText)


def test_only_the_first_of_merged_cells_is_written() -> None:
    content = book([["a", "b"], ["x", None], ["y", "z"]], lambda sheet: sheet.merge_cells("A2:B2"))
    read = Xlsx().read(content)
    assert listed(read)[0] == {"a": "x", "b": None}
    assert read.locked == {(0, "b"): "it is merged with A2"}
    with pytest.raises(ConfigError, match="merged with A2"):
        Xlsx().edit(content, Edits({0: {"b": "lost"}}))
    assert opened(Xlsx().edit(content, Edits({0: {"a": "kept"}})))["A2"].value == "kept"


def test_headers_that_are_there_twice_or_not_at_all_are_said() -> None:
    read = Xlsx(header_row=2).read(book([["A title"], ["a", None, "a", 7], [1, 2, 3, 4]]))
    assert read.rows == [{"7": 4}]
    assert len(read.problems) == 2


def test_dates_of_an_old_mac_are_dates() -> None:
    def mac(sheet: Any) -> None:
        sheet.parent.epoch = CALENDAR_MAC_1904

    content = book([["a"], [date(2026, 1, 2)]], mac)
    changed = Xlsx().edit(content, Edits({0: {"a": date(2026, 1, 3)}}))
    assert Xlsx().read(changed).rows == [{"a": date(2026, 1, 3)}]
    with pytest.raises(ConfigError, match="first day"):
        Xlsx().edit(content, Edits({0: {"a": date(1903, 1, 1)}}))


def test_a_time_that_does_not_show_is_not_lost() -> None:
    def as_days(sheet: Any) -> None:
        sheet["A2"].number_format = sheet["A3"].number_format = "yyyy-mm-dd"

    content = book([["at"], [datetime(2026, 5, 1, 13, 45)], [datetime(2026, 5, 1)]], as_days)  # noqa: DTZ001 - cells know no zone
    assert [row["at"] for row in listed(Xlsx().read(content))] == [
        datetime(2026, 5, 1, 13, 45, tzinfo=UTC),
        date(2026, 5, 1),
    ]


def test_a_moment_is_written_in_the_zone_of_the_file() -> None:
    berlin = Xlsx(zone="Europe/Berlin")
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    content = berlin.edit(book([["a"]]), Edits(added=[{"a": moment}]))
    assert opened(content)["A2"].value == datetime(2026, 7, 1, 14)  # noqa: DTZ001 - cells know no zone
    assert berlin.read(content).rows == [{"a": moment}]


def test_an_hour_that_comes_twice_is_not_guessed() -> None:
    berlin = Xlsx(zone="Europe/Berlin")
    twice = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 - cells know no zone
    (row,) = listed(berlin.read(book([["a"], [twice]])))
    assert isinstance(row["a"], CellError)
    assert "comes twice" in berlin.fits(NAME, datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert not berlin.fits(NAME, datetime(2026, 10, 25, 3, 30, tzinfo=UTC))


def test_rows_go_only_where_nothing_hangs_on_them() -> None:
    plain = book([["a"], [1], [2], [3]])
    assert Xlsx().read(Xlsx().edit(plain, Edits(removed=frozenset({0, 2})))).rows == [{"a": 2}]
    for also in (
        lambda sheet: sheet.__setitem__("C9", "=A2"),
        lambda sheet: sheet.merge_cells("C1:D1"),
        lambda sheet: sheet.add_table(ExcelTable(displayName="T", ref="A1:A4")),
        lambda sheet: setattr(sheet["B3"], "hyperlink", "https://example.com/"),
    ):
        with pytest.raises(ConfigError, match="would not move along"):
            Xlsx().edit(book([["a"], [1], [2], [3]], also), Edits(removed=frozenset({0})))


def test_a_table_of_excels_takes_new_rows_in() -> None:
    content = book([["a"], [1]], lambda sheet: sheet.add_table(ExcelTable(displayName="T", ref="A1:A2")))
    assert opened(Xlsx().edit(content, Edits(added=[{"a": 2}]))).tables["T"].ref == "A1:A3"

    def totals(sheet: Any) -> None:
        sheet.add_table(ExcelTable(displayName="T", ref="A1:A3", totalsRowCount=1))

    with_totals = book([["a"], [1], [1]], totals)
    assert Xlsx().read(with_totals).rows == [{"a": 1}]
    with pytest.raises(ConfigError, match="totals"):
        Xlsx().edit(with_totals, Edits(added=[{"a": 2}]))


@pytest.mark.parametrize(
    ("value", "why"),
    (
        ("x" * 32_768, "32,768"),
        ("a\x00", "control"),
        (10**15 + 1, "15 digits"),
        (Decimal("1.234567890123456"), "15 digits"),
        (Decimal("1.0000000000000000000000000000001"), "15 digits"),
        (date(1899, 1, 1), "1900"),
        (datetime(2026, 1, 1, 0, 0, 0, 1, UTC), "millisecond"),
        (datetime(2026, 1, 1, 0, 0, 0, 1000, UTC), ""),
        ("x" * 32_767, ""),
        (10**14, ""),
        (10**17, ""),
        (True, ""),
        (time(1), ""),
        (["a", "b"], ""),
    ),
    ids=lambda value: str(value)[:12],
)
def test_what_a_cell_would_not_keep_is_said(value: Any, why: str) -> None:
    said = Xlsx().fits(NAME, value)
    assert why in said
    assert bool(said) == bool(why)


def test_what_would_be_lost_is_not_written() -> None:
    content = book([["a"], [1]])
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"")
    with pytest.raises(ConfigError, match="macros"):
        Xlsx().edit(made.getvalue(), Edits(added=[{"a": 2}]))


def test_what_cannot_be_read_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    content = book([["a"], [1]])
    with pytest.raises(UnknownName, match="Sheet"):
        Xlsx(sheet="Shett").read(content)
    for broken, kind in ((b"PK", Corrupt), (content[:-400], Corrupt), (b"\xd0\xcf\x11\xe0", Encrypted)):
        with pytest.raises(kind):
            Xlsx().read(broken)
    monkeypatch.setattr(xlsx, "LARGEST", 10)
    with pytest.raises(TooLarge, match="unpacked"):
        Xlsx().read(content)

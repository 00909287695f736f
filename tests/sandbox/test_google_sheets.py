"""The simulated Google Sheets, asked by our own connector over a real socket: what is written is what is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from blocks.google_sheets import GoogleSheetsCredentials
from tasks import google_sheets
from tests.conftest import Clock
from tieline import ConfigError, errors
from tieline.sandbox import Sandbox, running
from tieline.sandbox.google_sheets.memory import MOST_CELLS
from tieline.sandbox.google_sheets.seed import DESK


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    served.app.reset()
    return served


class Hand:
    """Calls actions as the command line does."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.block = GoogleSheetsCredentials(**sandbox.connection("google_sheets"), rate="100000/minute")

    async def __call__(self, action: str, /, **params: Any) -> Any:
        return await google_sheets.connector.actions[action].execute(self.block, {"spreadsheet_id": DESK, **params})

    async def values(self, place: str, **how: str) -> list[list[Any]]:
        found: list[list[Any]] = (await self("read_range", range=place, **how))["values"]
        return found

    async def kinds(self, place: str) -> list[str]:
        (sheet,) = await google_sheets.read_cells.fn(self.block, spreadsheet_id=DESK, ranges=[place])
        return [cell.kind for row in sheet.data[0].row_data for cell in row.values]


@pytest.fixture
def do(sandbox: Sandbox) -> Hand:
    return Hand(sandbox)


async def test_the_login_is_tried_with_the_spreadsheet_of_the_block(do: Hand) -> None:
    assert (await google_sheets.connector.identity(do.block)).name == "Orders"
    other = do.block.model_copy(update={"spreadsheet": "1none"})
    with pytest.raises(errors.NotFound):
        await google_sheets.connector.identity(other)


async def test_values_keep_their_types(do: Hand) -> None:
    rows = [[7, 7.5, "7", True, "TRUE", "2026-11-22", "=1+2", "'x", " "], [], [0, -1e300, 2**53, False]]
    await do("create_sheet", title="It's new", frozen_rows=1)
    await do("batch_update_values", changes=[{"range": "'It''s new'!A1", "values": [rows[0], [None], rows[2]]}])
    read = await do.values("'It''s new'")
    assert read == rows
    assert [[type(one) for one in row] for row in read[:1]] == [[int, float, str, bool, str, str, str, str, str]]
    (sheet,) = await google_sheets.read_cells.fn(do.block, spreadsheet_id=DESK, ranges=["'It''s new'!G1"])
    assert sheet.data[0].row_data[0].values[0].formula is None


async def test_blank_cells_at_the_end_are_left_out_and_those_in_between_are_empty_texts(do: Hand) -> None:
    await do("create_sheet", title="New")
    assert await do.values("New!A1:C3") == []
    await do("update_row", range="New!A1:E1", values=["a", "", "c", "", ""])
    await do("update_row", range="New!A3:C3", values=["x", None, ""])
    read = await google_sheets.read_range.fn(do.block, spreadsheet_id=DESK, range="New!A1:E9")
    assert read.values == [["a", "", "c"], [], ["x"]]
    assert read.padded(3) == [["a", "", "c"], ["", "", ""], ["x", "", ""]]
    await do("update_row", range="New!A1:C1", values=[None, "b", ""])
    assert await do.values("New") == [["a", "b"], [], ["x"]]


async def test_only_who_asks_for_it_gets_formulas_and_dates(do: Hand) -> None:
    await do("create_sheet", title="New")
    typed = ["=1/0", "=SUM(1,2)", "2026-11-22", "$5.50", '=""', "=NA()", "=IMPORTXML(1)", "12%", "tru", ""]
    await do("append_row", range="New", values=typed, entered="USER_ENTERED")
    assert await do.values("New") == [["#DIV/0!", 3, 46348, 5.5, "", "#N/A", "#NAME?", 0.12, "tru"]]
    assert (await do.values("New", render="FORMULA"))[0][:3] == ["=1/0", "=SUM(1,2)", 46348]
    assert (await do.values("New", render="FORMATTED_VALUE"))[0][1:4] == ["3", "2026-11-22", "$5.50"]
    assert (await do.values("New", dates="FORMATTED_STRING"))[0][1:4] == [3, "2026-11-22", 5.5]
    kinds = ["error", "number", "date", "number", "text", "error", "error", "number", "text"]
    assert await do.kinds("New!A1:I1") == kinds
    await do("update_row", range="New!C1", values=["=1+2"])
    assert await do.values("New!C1", render="FORMULA") == [["=1+2"]]
    assert await do.kinds("New!C1") == ["text"]


def test_dates_are_days_since_1899() -> None:
    assert google_sheets.to_serial(date(1900, 1, 1)) == 2
    noon = datetime(1900, 2, 1, 15)  # noqa: DTZ001 - cells know no zone
    assert google_sheets.to_serial(noon) == 33.625
    assert google_sheets.from_serial(33.625) == noon
    with pytest.raises(ConfigError, match="zone"):
        google_sheets.to_serial(datetime(2026, 1, 1, tzinfo=UTC))
    for wrong in (float("nan"), 3e6, -1e9):
        with pytest.raises(ConfigError, match="no date"):
            google_sheets.from_serial(wrong)


@pytest.mark.parametrize(
    ("number", "name"), ((1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (18278, "ZZZ"))
)
def test_columns_have_names(number: int, name: str) -> None:
    assert (google_sheets.letters(number), google_sheets.column(name)) == (name, number)


@pytest.mark.parametrize("value", (2**53 + 1, float("nan"), float("inf"), "x" * 50_001, {"a": 1}))
async def test_what_a_cell_would_change_is_not_sent(sandbox: Sandbox, do: Hand, value: Any) -> None:
    served = sandbox.state.served
    with pytest.raises((ValidationError, ConfigError)):
        await do("append_row", range="Orders", values=[value])
    assert sandbox.state.served == served


async def test_rows_are_appended_below_the_table(do: Hand) -> None:
    said = await do("append_rows", range="Orders!A1:G", values=[["0011", "=HYPERLINK(1)"], ["0012"]])
    assert said["table_range"] == "Orders!A1:G5"
    assert said["updates"]["updated_range"] == "Orders!A6:B7"
    assert (await do.values("Orders!A6:G9")) == [["0011", "=HYPERLINK(1)"], ["0012"]]
    assert (await do("list_sheets"))[0]["grid_properties"]["row_count"] == 1002
    assert (await do("clear_range", range="Orders!A2:Z")) == "Orders!A2:Z1002"
    assert len(await do.values("Orders")) == 1


async def test_hidden_and_merged_cells_are_told(do: Hand) -> None:
    area = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
    lines = {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}
    hide = {"range": lines, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
    merge = {"range": area, "mergeType": "MERGE_ALL"}
    assert await do("batch_update", requests=[{"mergeCells": merge}, {"updateDimensionProperties": hide}]) == [{}, {}]
    (sheet,) = await google_sheets.read_cells.fn(do.block, spreadsheet_id=DESK, ranges=["Orders!A2:B3"])
    assert [line.hidden_by_user for line in sheet.data[0].row_metadata] == [False, True]
    assert sheet.data[0].row_data[0].values[0].value == "0007"
    book = await google_sheets.get_spreadsheet.fn(do.block, spreadsheet_id=DESK)
    assert book.sheets[0].merges[0].end_column_index == 2
    assert [one.properties.hidden for one in book.sheets] == [False, True]
    assert (await do.values("Orders!A2:B2")) == [["0007"]]


async def test_google_refuses_what_does_not_fit_and_changes_nothing(do: Hand) -> None:
    before = await do.values("Orders")
    good = {"range": "Orders!A2", "values": [["x"]]}
    with pytest.raises(errors.NotFound, match="Unable to parse range"):
        await do("batch_update_values", changes=[good, {"range": "Nowhere!A1", "values": [["x"]]}])
    with pytest.raises(errors.Rejected, match="tried writing to column"):
        await do("update_row", range="Orders!A2:B2", values=[1, 2, 3])
    with pytest.raises(errors.Rejected, match="exceeds grid limits"):
        await do("update_row", range="Orders!A2000", values=[1])
    with pytest.raises(errors.Rejected, match="already exists"):
        await do("create_sheet", title="orders")
    grow = {
        "properties": {"sheetId": 0, "gridProperties": {"rowCount": MOST_CELLS}},
        "fields": "gridProperties.rowCount",
    }
    with pytest.raises(errors.Rejected, match="10000000 cells"):
        await do("batch_update", requests=[{"deleteSheet": {"sheetId": 1}}, {"updateSheetProperties": grow}])
    assert await do.values("Orders") == before
    assert len(await do("list_sheets")) == 2


async def test_reads_and_writes_have_quotas_of_their_own_and_a_minute_is_waited(
    sandbox: Sandbox, do: Hand, still: Clock
) -> None:
    async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as http:
        await http.put("/_sandbox/google_sheets/quota", json={"reads": 1, "writes": 1})
    await do.values("Orders!A1")
    await do("update_row", range="Orders!A2", values=["x"])
    with pytest.raises(errors.RateLimited, match="Write requests per minute per user") as raised:
        await do("update_row", range="Orders!A2", values=["y"])
    assert raised.value.code == "RESOURCE_EXHAUSTED"
    assert still.waits
    assert all(wait >= 59 for wait in still.waits)


async def test_a_person_edits_a_cell(sandbox: Sandbox, do: Hand) -> None:
    async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False, follow_redirects=True) as http:
        assert "Ann Moss" in (await http.get("/spreadsheets")).text
        page = await http.post(f"/spreadsheets/{DESK}/0", data={"cell": "C2", "text": "5"})
        assert ">600<" in page.text
        assert (await http.post(f"/spreadsheets/{DESK}/0", data={"cell": "nowhere", "text": "5"})).status_code == 404
    assert await do.values("Orders!C2:E2") == [[5, 120, 600]]

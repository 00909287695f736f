"""The simulated Excel, asked by our own connector over a real socket: what is written is what is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from blocks.excel import ExcelCredentials
from tasks import excel
from tieline import errors
from tieline.sandbox import Sandbox, running
from tieline.sandbox.excel.memory import Workbooks
from tieline.sandbox.excel.seed import ORDERS


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
        self.block = ExcelCredentials(**sandbox.connection("excel"), rate="100000/minute")
        self.drive = sandbox.state[Workbooks].drive

    async def __call__(self, action: str, /, **params: Any) -> Any:
        given = {"drive_id": self.drive, "item_id": ORDERS, **params}
        return await excel.connector.actions[action].execute(self.block, given)

    async def find(self, **params: Any) -> Any:
        return await excel.connector.actions["find_workbook"].execute(self.block, params)

    async def values(self, address: str = "", **params: Any) -> list[list[Any]]:
        found = await self("read_range", **{"worksheet": "My orders", "address": address, **params})
        values: list[list[Any]] = found["values"]
        return values


@pytest.fixture
def do(sandbox: Sandbox) -> Hand:
    return Hand(sandbox)


async def test_a_workbook_is_found_by_its_path(do: Hand) -> None:
    assert (await excel.connector.identity(do.block)).name == "Grace Muthoni"
    site = "lumora.sharepoint.sandbox.test:/sites/support"
    for where in ({}, {"site": site}, {"drive_id": do.drive}):
        found = await do.find(path="reports/orders.xlsx", **where)
        assert (found["id"], found["parent_reference"]["drive_id"]) == (ORDERS, do.drive)
    assert await do.find(path="Reports/none.xlsx") is None
    with pytest.raises(errors.NotFound):
        await do.find(path="Reports/orders.xlsx", site=site + "x")


async def test_values_come_with_their_types_formulas_and_formats(do: Hand) -> None:
    assert [one["name"] for one in await do("list_worksheets")] == ["My orders", "Notes"]
    assert [one["name"] for one in await do("list_tables", worksheet="My orders")] == ["Orders"]
    assert await do("list_tables", worksheet="Notes") == []
    read = await do("read_range", worksheet="My orders")
    assert read["address"] == "'My orders'!A1:G5"
    assert read["values"][1] == ["0007", "Ann Moss", 2, 120, 240, True, 46346]
    assert read["value_types"][4] == ["String", "String", "Double", "Double", "Error", "Boolean", "Empty"]
    assert read["formulas"][4] == ["0010", '=IMPORTXML("x")', 0, 10, "=D5/C5", False, ""]
    assert read["number_format"][1][6] == "m/d/yyyy"
    assert (await do("read_table", table="Orders", parts=["values"]))["values"] == read["values"]
    assert (await do("read_range", worksheet="Notes", address="B2", parts=[]))["values"] is None


async def test_texts_stay_texts_unless_they_are_typed(do: Hand) -> None:
    texts = ["=1+2", "007", "1/1/2016", "TRUE", "'x", "-1", "+a"]
    row = {"worksheet": "Notes", "address": "A3:G3"}
    await do("update_range", **row, values=[texts])
    assert await do.values("A3:G3", worksheet="Notes") == [texts]
    await do("update_range", **row, values=[texts], typed=True)
    assert await do.values("A3:G3", worksheet="Notes") == [[3, 7, 42370, True, "x", -1, "#NAME?"]]
    await do("update_range", worksheet="Notes", address="A3:C3", values=[[None, "", 5]])
    assert await do.values("A3:C3", worksheet="Notes") == [[3, "", 5]]


async def test_a_formula_and_a_format_are_written_beside_values(do: Hand) -> None:
    cells: dict[str, Any] = {"worksheet": "Notes", "address": "A2:B2"}
    await do("update_range", **cells, values=[[4, None]], formulas=[[None, "=A2*2"]], number_format=[["0.0", None]])
    read = await do("read_range", **cells)
    assert (read["values"], read["formulas"], read["number_format"]) == ([[4, 8]], [[4, "=A2*2"]], [["0.0", "General"]])
    await do("clear_range", **cells)
    assert (await do("read_range", **cells))["number_format"] == [["0.0", "General"]]


async def test_rows_are_appended_to_a_table_and_taken_away(do: Hand) -> None:
    await do("update_range", worksheet="My orders", address="A6", values=[["below"]])
    rows = [["'1", "=x", 1, 2, None, True, ""], ["2", "b", 3, 4, None, False, ""]]
    assert (await do("append_rows", table="Orders", values=rows, rows_before=4))["index"] == 4
    assert (await do.values("A6:B8")) == [["'1", "=x"], ["2", "b"], ["below", ""]]
    await do("delete_range", worksheet="My orders", address="A6:G6")
    assert (await do("read_table", table="Orders", parts=["values"]))["values"][5:] == [["2", "b", 3, 4, "", False, ""]]
    with pytest.raises(errors.Rejected):
        await do("append_rows", table="Orders", values=[["too short"]])


async def test_only_what_is_kept_changes_the_file(do: Hand) -> None:
    before = (await do("get_workbook"))["c_tag"]
    trial = (await do("create_session", persist=False))["id"]
    cell: dict[str, Any] = {"worksheet": "Notes", "address": "A1"}
    await do("update_range", **cell, values=[["Tried"]], session_id=trial)
    assert await do.values("A1", worksheet="Notes", session_id=trial) == [["Tried"]]
    assert (await do.values("A1", worksheet="Notes"), (await do("get_workbook"))["c_tag"]) == (
        [["Count the shades"]],
        before,
    )
    kept = (await do("create_session"))["id"]
    await do("update_range", **cell, values=[["Kept"]], session_id=kept)
    assert (await do("get_workbook"))["c_tag"] != before
    await do("refresh_session", session_id=kept)
    await do("close_session", session_id=kept)
    with pytest.raises(errors.NotFound) as raised:
        await do("list_worksheets", session_id=kept)
    assert raised.value.code == excel.SESSION_OVER


async def test_what_excel_refuses_is_refused(do: Hand) -> None:
    assert (await do("add_worksheet", name="New"))["position"] == 2
    for refused in (
        do("add_worksheet", name="new"),
        do("update_range", worksheet="Notes", address="XFE1", values=[[1]]),
    ):
        with pytest.raises(errors.Rejected):
            await refused
    with pytest.raises(errors.NotFound):
        await do("read_range", worksheet="None")

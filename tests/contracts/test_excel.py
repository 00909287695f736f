"""What Excel's contract cannot say: calls without an answer, sessions that are over, and what is refused unsent."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tasks import excel
from tests.conftest import Clock
from tests.contracts import Exchange
from tests.contracts.excel import BOOK, DRIVE_ID, FILE_AT, ITEM_ID, OPERATION, SESSION, WHERE, opening
from tests.test_contracts import play
from tieline import ConfigError, errors

pytestmark = pytest.mark.usefixtures("still")

TIMED_OUT: dict[str, Any] = {
    "error": {"code": "gatewayTimeout", "innerError": {"code": "gatewayTimeoutUncategorized", "message": "Too late."}}
}
ROWS = f"{BOOK}/tables/Orders/rows"
ADDED = Exchange(f"POST {ROWS}/add", json={"values": [["'a"], ["'b"]]}, status=201, response={"index": 3})
LATE = Exchange("", status=504, response=TIMED_OUT)


def count(rows: int) -> Exchange:
    return Exchange(f"GET {ROWS}/$count", response=rows)


def refusal(word: str, status: int = 400) -> dict[str, Any]:
    error = {"code": "invalidRequest", "message": "No.", "innerError": {"code": word, "message": "Because."}}
    return {"status": status, "response": {"error": error}}


async def do(action: str, *wire: Exchange, **params: Any) -> Any:
    connector, block, vendor = play("excel", *wire)
    given = {"drive_id": DRIVE_ID, "item_id": ITEM_ID, **params}
    done = await connector.actions[action].execute(block, given)
    assert not vendor.left
    return done


async def append(*wire: Exchange, **params: Any) -> Any:
    return await do("append_rows", *wire, table="Orders", values=[["a"], ["b"]], **params)


# ---------------------------------------------------------------- rows are appended once


async def test_rows_of_a_call_without_an_answer_are_not_appended_twice() -> None:
    with pytest.raises(errors.Unavailable) as raised:
        await append(LATE)
    assert raised.value.may_have_happened


@pytest.mark.parametrize("wire", ((LATE, count(3), ADDED), (LATE, count(5))), ids=["not yet", "it was done"])
async def test_they_are_appended_again_only_if_the_table_has_not_grown(wire: tuple[Exchange, ...]) -> None:
    assert (await append(*wire, rows_before=3))["index"] == 3


async def test_what_nobody_can_tell_is_left_to_a_person() -> None:
    with pytest.raises(errors.Unavailable) as raised:
        await append(LATE, count(4), rows_before=3)
    assert raised.value.may_have_happened


async def test_a_session_is_asked_for_again_after_a_504_as_microsoft_says() -> None:
    sends, opened = {"persistChanges": True}, SESSION
    again = Exchange(f"POST {BOOK}/createSession", json=sends, status=201, response=opened)
    assert (await do("create_session", LATE, again))["id"] == SESSION["id"]


async def test_a_range_is_written_again_after_a_504() -> None:
    where = dict.fromkeys(WHERE.split(",")[1:], 0) | {"address": "A!A1"}
    at = f"{BOOK}/worksheets/A/range(address='A1')"
    again = Exchange(f"PATCH {at}", query={"$select": WHERE}, json={"values": [[1]]}, response=where)
    await do("update_range", LATE, again, worksheet="A", address="A1", values=[[1]])


async def test_a_worksheet_is_not_added_twice() -> None:
    there = Exchange(f"GET {BOOK}/worksheets", response={"value": [{"id": "{1}", "name": "New"}]})
    assert (await do("add_worksheet", LATE, there, name="new"))["id"] == "{1}"


# ---------------------------------------------------------------- what Excel's words mean


@pytest.mark.parametrize(
    ("word", "status", "kind"),
    (
        ("invalidSessionReCreatable", 404, errors.NotFound),
        ("InvalidSessionRecreatable", 400, errors.NotFound),
        ("accessConflict", 409, errors.Conflict),
        ("internalServerErrorUncategorized", 500, errors.Rejected),
        ("payloadTooLargeUncategorized", 413, errors.Rejected),
        ("responsePayloadSizeLimitExceeded", 400, errors.Rejected),
    ),
)
async def test_what_microsoft_says_not_to_repeat_is_not_repeated(
    word: str, status: int, kind: type[errors.ConnectorError]
) -> None:
    with pytest.raises(kind, match="Because") as raised:
        await do("list_worksheets", Exchange(f"GET {BOOK}/worksheets", **refusal(word, status)))
    assert raised.value.code.casefold() == word.casefold()
    assert raised.value.hint


async def test_a_passing_failure_is_repeated_when_microsoft_says(still: Clock) -> None:
    failed = Exchange(f"GET {BOOK}/worksheets", headers={"retry-after": "7"}, **refusal("transientFailure", 503))
    assert await do("list_worksheets", failed, Exchange(f"GET {BOOK}/worksheets", response={"value": []})) == []
    assert still.waits == [7.0]


async def test_a_workbook_that_cannot_be_opened_says_why() -> None:
    inner = {"code": "unsupportedWorkbook", "message": "The workbook contains unsupported features."}
    failed = {"status": "failed", "error": {"code": "invalidRequest", "innerError": inner}}
    with pytest.raises(errors.Rejected, match="unsupported features") as raised:
        await do("create_session", *opening(Exchange(f"GET {OPERATION}", response=failed)))
    assert raised.value.code == "unsupportedWorkbook"


async def test_a_workbook_that_cannot_be_opened_without_a_word_is_said_so() -> None:
    with pytest.raises(errors.BadAnswer, match="could not open"):
        await do("create_session", *opening(Exchange(f"GET {OPERATION}", response={"status": "failed"})))


# ---------------------------------------------------------------- refused before anything is sent


@pytest.mark.parametrize(
    ("given", "says"),
    (
        ({}, "nothing to write"),
        ({"values": [[1, 2]]}, "2 rows of 2 cells"),
        ({"values": [[1, 2], [3]]}, "2 rows of 1"),
        ({"values": [[1, 2], [3, 4]], "number_format": [["@"]]}, "numberFormat"),
        ({"values": [[1, 2], [3, 4]], "address": "A:B"}, "no range"),
        ({"values": [[1, 2], [3, 4]], "address": "B2:A1"}, "ends before"),
    ),
)
async def test_a_range_is_written_just_as_large_as_it_is(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        await do("update_range", **{"worksheet": "A", "address": "A1:B2", **given})


async def test_more_than_excel_takes_is_refused() -> None:
    with pytest.raises(ConfigError, match="5 MB"):
        await do("update_range", worksheet="A", address="A1:A200", values=[["x" * 32_000]] * 200)


@pytest.mark.parametrize(
    "value", (10**15, -(10**15), float("nan"), "x" * 32_768), ids=["large", "small", "no number", "long"]
)
async def test_what_a_cell_would_not_keep_is_refused(value: Any) -> None:
    with pytest.raises((ValidationError, ConfigError)):
        await do("update_range", worksheet="A", address="A1", values=[[value]])


async def test_a_formula_begins_as_one_and_a_session_has_no_line_breaks() -> None:
    with pytest.raises((ValidationError, ConfigError)):
        await do("update_range", worksheet="A", address="A1", formulas=[["SUM(1)"]])
    with pytest.raises((ValidationError, ConfigError)):
        await do("list_worksheets", session_id="a\r\nx: y")
    with pytest.raises(ConfigError, match="site and a drive"):
        await do_path(path="a.xlsx", site="root", drive_id="b")


async def do_path(**params: Any) -> Any:
    connector, block, _ = play("excel", Exchange(f"GET {FILE_AT}"))
    return await connector.actions["find_workbook"].execute(block, params)


def test_the_connector_names_its_word_for_a_session_that_is_over() -> None:
    assert excel.SESSION_OVER == "invalidSessionReCreatable"

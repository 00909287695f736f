"""A board's cards as a side of a sync; Trello answers as its contract says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from blocks.trello import TrelloCredentials
from flows.sides import open_side
from tests.contracts import trello as documented
from tests.sync.simulated import FAST, by
from tieline import connections, errors
from tieline.inbox import scope
from tieline.sync.model import Place
from tieline.sync.side import REF, Cell, Change, Side
from tieline.transport import clients

PLACES = {
    "lists": [{"id": "L1", "name": "To do"}, {"id": "L2", "name": "Done"}],
    "labels": [{"id": "B1", "name": "Docs"}],
}
PLACES |= {"members": [{"id": "M1", "username": "ann"}]}


class Board(httpx.AsyncBaseTransport):
    """A board in Trello."""

    def __init__(self) -> None:
        card = {"idList": "L1", "idMembers": ["M1"], "labels": PLACES["labels"], "desc": "", "closed": False}
        self.cards: dict[str, dict[str, Any]] = {"C1": {**documented.CARD, **card, "id": "C1", "name": "Lamp"}}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content) if request.content else {}
        *_, kind, number = request.url.path.split("/")
        if request.method == "GET":
            shown: Any = PLACES.get(number, [one for one in self.cards.values() if not one["closed"]])
            return httpx.Response(200, json=shown, request=request)
        if request.method == "POST":
            number = f"C{len(self.cards) + 1}"
            self.cards[number] = {**documented.CARD, "id": number, "closed": False, "labels": []}
        assert (kind, number) == ("cards", number) or number in self.cards
        if number not in self.cards:
            return httpx.Response(404, text="The requested resource was not found.", request=request)
        self.cards[number] |= sent
        return httpx.Response(200, json=self.cards[number], request=request)


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Iterator[Board]:
    clients.transport = made = Board()

    async def load(*_: Any) -> Any:
        return TrelloCredentials(**{**documented.contract.credentials, "rate": FAST})

    monkeypatch.setattr(connections, "load", load)
    with scope.working(scope.Scope("", lean=True)):
        yield made


@pytest.fixture
async def cards(board: Board) -> Side:
    assert board
    return await open_side(Place(connection="trello/main", place="CGKHU6vL"), ["name"])


async def test_cards_are_rows(cards: Side, board: Board) -> None:
    columns = ["name", "list", "labels", "members"]
    first = await cards.read(columns)
    assert by(first, REF, *columns) == [("C1", "Lamp", "To do", ["Docs"], ["ann"])]
    again = await cards.read(columns, first.mark)
    assert again.unchanged
    assert again.reread is not None
    assert by(again.reread(), "name") == [("Lamp",)]
    # All cards are told, so that one that is missing is gone.
    board.cards["C1"]["closed"] = True
    later = await cards.read(columns, first.mark)
    assert (later.whole, later.unchanged, list(later.rows)) == (True, False, [])


async def test_a_row_becomes_a_card_once(cards: Side, board: Board) -> None:
    cells: dict[str, Cell] = {"name": "Bulb", "list": "Done", "labels": ["Docs"], "done": True}
    new = Change(key={"name": "Bulb"}, cells=cells, new=True)
    assert [(await cards.write([new]))[0].ref for _ in range(2)] == ["C2", "C2"]
    assert (board.cards["C2"]["idList"], board.cards["C2"]["idLabels"]) == ("L2", ["B1"])
    assert board.cards["C2"]["dueComplete"]


async def test_cards_are_changed_moved_and_archived(cards: Side, board: Board) -> None:
    changed, unknown, missing = await cards.write(
        [
            Change(key={}, ref="C1", cells={"list": "Done", "description": "Dark.", "members": []}),
            Change(key={}, ref="C1", cells={"labels": ["Nope"]}),
            Change(key={"name": "x"}, cells={"name": "x"}, new=True),
        ]
    )
    assert not changed.refused
    assert (board.cards["C1"]["idList"], board.cards["C1"]["desc"], board.cards["C1"]["idMembers"]) == (
        "L2",
        "Dark.",
        [],
    )
    assert unknown.refused.startswith("There is no label on the board 'Nope'")
    assert "needs a list" in missing.refused
    gone = [Change(key={}, ref=ref, gone=True) for ref in ("C1", "C9")]
    assert [one.refused for one in await cards.write(gone)] == ["", ""]
    assert board.cards["C1"]["closed"]


async def test_the_place_is_a_board() -> None:
    with pytest.raises(errors.ConfigError, match="names no board"):
        await open_side(Place(connection="trello/main"), ["name"])


async def test_a_list_that_may_be_cut_off_is_no_reading(cards: Side, board: Board) -> None:
    board.cards = {f"C{n}": {**board.cards["C1"], "id": f"C{n}"} for n in range(1000)}
    with pytest.raises(errors.BadAnswer, match="may have more"):
        await cards.read(["name"])

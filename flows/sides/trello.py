"""A board's cards as rows; the place is the board's id, or the short one in its address. The archive is no part of it.

Trello gives out all open cards of a board at once, and has no list of those that changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flows.sides.records import BLANK, EVERYTHING, Column, Found, Records, Refused, Row, only
from tasks import trello
from tieline import ConfigError
from tieline.errors import BadAnswer, UnknownName
from tieline.sync.side import Cell, Change, Written

#: Lists of Trello's end here: https://developer.atlassian.com/cloud/trello/guides/rest-api/limits/.
MOST = 1000
_ITSELF = "Trello keeps it itself."

COLUMNS = (
    Column("id", writable=False, why="Trello gives cards their ids.",
           assigned="Trello gives cards their ids: use another column, such as name, as the key to create cards."),
    Column("name", blank=False, longest=16384),
    Column("description", longest=16384),
    Column("list", blank=False),
    Column("labels", "list"),
    Column("members", "list"),
    Column("due", "datetime"),
    Column("done", "boolean", blank=False),
    Column("url", writable=False, why=_ITSELF),
    Column("changed_at", "datetime", writable=False, why=_ITSELF),
)  # fmt: skip
_CALLED = {"description": "description", "name": "name", "due": "due", "done": "due_complete"}


class Cards(Records):
    """The open cards of a board.

    Args:
        connection: The saved block's name.
        board: The board's id.
        keys: The key columns.
    """

    # A board's cards come in one answer, so one that is not there is gone.
    tells_changes = False
    tells_gone = True

    def __init__(self, connection: str, board: str, keys: Sequence[str]) -> None:
        super().__init__(f"Cards of the board {board} in Trello", keys)
        self._connection, self._board = connection, board
        self._names: dict[str, dict[str, str]] = {}

    async def columns(self, names: Sequence[str]) -> Sequence[Column]:  # noqa: ARG002 - there are no others
        """What cards have."""
        return COLUMNS

    async def find(self, columns: Sequence[str], since: datetime | None) -> Found:  # noqa: ARG002 - Trello tells all
        """All cards that are not in the archive."""
        cards = await trello.list_cards(self._connection, board_id=self._board, limit=EVERYTHING)
        if len(cards) == MOST:
            raise BadAnswer(
                f"{self.label}: Trello told {MOST} cards, and may have more; nothing was concluded from it."
            )
        lists = await self._named("list") if "list" in columns else {}
        people = await self._named("members") if "members" in columns else {}
        return Found([_row(one, columns, lists, people) for one in cards])

    async def create(self, cells: Mapping[str, Cell]) -> Written:
        """Put a card into its list."""
        if cells.get("list") in BLANK:
            raise Refused("A card needs a list: map a column to it.")
        values = await self._values(cells)
        done = values.pop("due_complete", None)
        made = await trello.create_card(self._connection, **values)
        if done:
            await trello.update_card(self._connection, card_id=made.id, due_complete=True)
        return Written(ref=made.id)

    async def update(self, ref: str, change: Change) -> Written:
        """Change a card, and move it to its list."""
        if "due" in change.cells and change.cells["due"] is None:
            raise Refused("The day until when a card is due cannot be taken away from here.")
        values = await self._values(change.cells)
        if to := values.pop("list_id", ""):
            await trello.move_card(self._connection, card_id=ref, list_id=to)
        if values:
            await trello.update_card(self._connection, card_id=ref, **values)
        return Written(ref=ref)

    async def delete(self, ref: str) -> None:
        """Put a card into the archive, from where people can take it back."""
        await trello.update_card(self._connection, card_id=ref, closed=True)

    async def _values(self, cells: Mapping[str, Cell]) -> dict[str, Any]:
        """Cells as Trello takes them: names become ids."""
        values: dict[str, Any] = {}
        for name, cell in cells.items():
            if name == "list":
                values["list_id"] = await self._id(name, str(cell))
            elif name in {"labels", "members"}:
                listed = cell if isinstance(cell, list) else []
                values["label_ids" if name == "labels" else "member_ids"] = [
                    await self._id(name, one) for one in listed
                ]
            else:
                values[_CALLED[name]] = (False if name == "done" else "") if cell is None else cell
        return values

    async def _id(self, kind: str, name: str) -> str:
        ids = {called: number for number, called in (await self._named(kind)).items()}
        if name not in ids:
            raise UnknownName(f"{kind.removesuffix('s')} on the board", name, ids)
        return ids[name]

    async def _named(self, kind: str) -> dict[str, str]:
        """Names by id of the board's lists, labels or members; asked for once."""
        if kind not in self._names:
            board, everything = self._board, EVERYTHING
            if kind == "list":
                lists = await trello.list_lists(self._connection, board_id=board, limit=everything)
                self._names[kind] = {one.id: one.name for one in lists}
            elif kind == "labels":
                labels = await trello.list_labels(self._connection, board_id=board, limit=everything)
                self._names[kind] = {one.id: one.name or one.color or "" for one in labels}
            else:
                people = await trello.list_members(self._connection, board_id=board, limit=everything)
                self._names[kind] = {one.id: one.username or one.id for one in people}
        return self._names[kind]


async def open(connection: str, place: str, *, keys: Sequence[str], **options: str) -> Cards:  # noqa: A001 - what sides are opened with
    """The cards of the board that the place names."""
    only("Trello's cards", options)
    if not place or "/" in place:
        raise ConfigError(f"{place!r} names no board.", hint="Write its id, such as CGKHU6vL in its address.")
    return Cards(connection, place, keys)


def _row(card: trello.Card, columns: Sequence[str], lists: Mapping[str, str], people: Mapping[str, str]) -> Row:
    cells: dict[str, Cell] = {
        "id": card.id,
        "name": card.name,
        "description": card.desc or None,
        "list": lists.get(card.idList or ""),
        # Many labels are a color alone.
        "labels": [one.name or one.color or "" for one in card.labels],
        "members": [people.get(one, one) for one in card.idMembers],
        "due": card.due,
        "done": card.dueComplete,
        "url": card.url,
        "changed_at": card.dateLastActivity,
    }
    return Row(card.id, card.dateLastActivity, {name: cells[name] for name in columns})

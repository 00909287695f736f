"""Two sides in memory, a sync between them, and what one does with them."""

from __future__ import annotations

from typing import Any

from tests.sync.table_side import Cut, TableSide
from tieline.sync import Column, Place, Sync, runs, work

NOWHERE = Place(connection="nobody/nowhere")
COLUMNS = ["id", "name", "status", "tags"]


def rules(**more: Any) -> Sync:
    columns = [
        Column(left="id", type="integer"),
        Column(left="name"),
        Column(left="status", conflict=more.pop("status", None)),
        Column(left="tags", type="list", conflict="merge_lists"),
    ]
    return Sync(name="tickets", left=NOWHERE, right=NOWHERE, key=["id"], columns=more.pop("columns", columns), **more)


class Pair:
    """Two sides, a sync, and what one does with them."""

    def __init__(self, sync: Sync | None = None, **sides: Any) -> None:
        self.sync = sync or rules()
        self.left = TableSide(list(COLUMNS), ["id"], **sides)
        self.right = TableSide(list(COLUMNS), ["id"], **sides)
        self.left.add(id=1, name="one", status="new", tags="a")
        self.left.add(id=2, name="two", status="new", tags="")

    @property
    def sides(self) -> Any:
        return {"left": self.left, "right": self.right}

    async def run(self, **more: Any) -> runs.Run:
        return await work.apply(self.sync, self.sides, **more)

    async def plan(self) -> Any:
        return (await work.plan(self.sync, self.sides))[0]

    def equal(self) -> bool:
        return _canonical(self.left) == _canonical(self.right)


def _canonical(side: TableSide) -> list[Any]:
    return sorted(
        (row["id"], row["name"] or None, row["status"] or None, tuple(items(row["tags"]))) for row in side.rows.values()
    )


def items(cell: Any) -> list[str]:
    return sorted(part.strip() for part in cell.split(",") if part.strip()) if isinstance(cell, str) else cell or []


def cut_after(side: Any, writes: int) -> None:
    """The process dies once a side has written so many rows."""
    asked = 0

    def cut() -> None:
        nonlocal asked
        asked += 1
        if asked > 2 * writes:
            side.cut = lambda: None
            raise Cut

    side.cut = cut

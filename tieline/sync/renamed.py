"""Rows whose key was edited. They look like one row that is gone and one that is new, and are neither."""

from __future__ import annotations

from collections.abc import Mapping

from tieline.sync.merge import SIDES, Agreed
from tieline.sync.model import OTHER, Sync, Which
from tieline.sync.side import Cell
from tieline.sync.table import Problem, Row
from tieline.sync.values import dump


def renamed(sync: Sync, base: Mapping[str, Agreed], rows: Mapping[Which, Mapping[str, Row]]) -> dict[str, Problem]:
    """Old and new keys of such rows, and what to say of them.

    A row is known again by its reference, or by all its other cells where the side has none.
    """
    found: dict[str, Problem] = {}
    for side in SIDES:
        gone = {
            key: row
            for key, row in base.items()
            if row.on(side) is not None and key not in rows[side] and key in rows[OTHER[side]]
        }
        if not gone:
            continue
        by_ref = {row.ref(side): key for key, row in gone.items() if row.ref(side)}
        by_rest = {rest: key for key, row in gone.items() if (rest := _rest(sync, row.on(side) or {}))}
        for key, row in rows[side].items():
            if key in base or key in rows[OTHER[side]]:
                continue
            old = by_ref.get(row.ref) if row.ref else by_rest.get(_rest(sync, row.cells) or ())
            if old is None or old in found:
                continue
            why = f"its key was changed from {_said(old)} to {_said(key)}"
            hint = f"change it on the {OTHER[side]} side, too, or change it back"
            found[old] = found[key] = Problem(side, f"{why}: {hint}", key)
    return found


def _rest(sync: Sync, cells: Mapping[str, Cell]) -> tuple[str, ...] | None:
    """All cells but the key's; None if there are none that could tell rows apart."""
    skip = {*sync.key, sync.deleted_column}
    rest = tuple(str(dump(cells.get(column.left))) for column in sync.columns if column.left not in skip)
    return rest if any(one != "None" for one in rest) else None


def _said(key: str) -> str:
    return repr(key.replace("\x1f", " / "))

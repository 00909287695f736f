"""Two places whose rows shall agree: what differs, what to do about it, doing it, and taking it back."""

from tieline.sync.model import Column, Place, Sync
from tieline.sync.side import AT, REF, Cell, CellError, Change, Field, Reading, Side, Written

__all__ = [
    "AT",
    "REF",
    "Cell",
    "CellError",
    "Change",
    "Column",
    "Field",
    "Place",
    "Reading",
    "Side",
    "Sync",
    "Written",
]

"""How far a scenario has come, such as the last commit whose documentation is published."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import delete, insert, select

from tieline.store.tables import BookmarkRow
from tieline.store.writing import reading, writing

BOOKMARKS: Any = BookmarkRow.__table__  # type: ignore[attr-defined]


def read(name: str) -> str:
    """Where a bookmark is; empty where there is none."""
    with reading() as db:
        return db.execute(select(BOOKMARKS.c.value).where(BOOKMARKS.c.name == name)).scalar() or ""


def put(name: str, value: str) -> None:
    """Put a bookmark somewhere, wherever it was before.

    Args:
        name: Such as "docs_on_push/app/main".
        value: Where the scenario goes on.
    """
    with writing() as db:
        db.execute(delete(BOOKMARKS).where(BOOKMARKS.c.name == name))
        db.execute(insert(BOOKMARKS).values(name=name, value=value, at=time.time()))

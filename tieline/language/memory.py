"""Answers and spending, kept in the store. Without a store that works, models are asked again; nothing fails for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, col

from tieline import store
from tieline.errors import ConfigError
from tieline.language.tables import LanguageAnswerRow, LanguageSpendRow
from tieline.observe import log

T = TypeVar("T")

KEEP_DAYS = 30


@dataclass(frozen=True)
class Spent:
    """What a connection took today."""

    tokens: int = 0
    usd: float = 0.0


async def recall(key: str) -> LanguageAnswerRow | None:
    """The answer given before, if it is not older than thirty days."""

    def find(db: Session) -> LanguageAnswerRow | None:
        row = db.get(LanguageAnswerRow, key)
        return row if row and _utc(row.at) > _oldest() else None

    return await _with_store(find, None)


async def keep(row: LanguageAnswerRow) -> None:
    """Keep an answer, and let go of those that are too old."""

    def write(db: Session) -> None:
        db.merge(row)
        db.execute(delete(LanguageAnswerRow).where(col(LanguageAnswerRow.at) < _oldest()))

    await _with_store(write, None)


async def spent_today(connection: str) -> Spent:
    """What a connection took since midnight (UTC)."""

    def find(db: Session) -> Spent:
        row = db.get(LanguageSpendRow, (connection, datetime.now(UTC).date()))
        return Spent(row.tokens, row.usd) if row else Spent()

    return await _with_store(find, Spent())


async def add_spent(connection: str, *, usd: float | None, tokens: int) -> None:
    """Add to what a connection took today; right also when several processes do so at once."""

    def write(db: Session) -> None:
        dialect: Any = postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
        table = _table(LanguageSpendRow)
        made = dialect.insert(table).values(
            connection=connection, day=datetime.now(UTC).date(), calls=1, tokens=tokens, usd=usd or 0.0
        )
        sums = {name: table.c[name] + made.excluded[name] for name in ("calls", "tokens", "usd")}
        db.execute(made.on_conflict_do_update(index_elements=["connection", "day"], set_=sums))

    await _with_store(write, None)


async def _with_store(work: Callable[[Session], T], otherwise: T) -> T:
    def run() -> T:
        with store.session() as db:
            return work(db)

    try:
        return await asyncio.to_thread(run)
    except (SQLAlchemyError, ConfigError) as exc:
        _complain(type(exc).__name__)
        return otherwise


@cache
def _complain(reason: str) -> None:
    """Say so, once in a process."""
    log().warning("the store cannot be used, so model answers are not kept", reason=reason)


def _oldest() -> datetime:
    return datetime.now(UTC) - timedelta(days=KEEP_DAYS)


def _utc(at: datetime) -> datetime:
    """SQLite gives times back without a zone."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _table(row: type[SQLModel]) -> Any:
    return row.__table__  # type: ignore[attr-defined]

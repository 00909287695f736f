"""Where an approval is shown, so that messages can say what was decided, and runs that wait for it end."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from tieline.approvals.model import Entry
from tieline.approvals.records import note
from tieline.approvals.tables import ApprovalNoticeRow
from tieline.store.writing import on_sqlite, reading, writing

NOTICES: Any = ApprovalNoticeRow.__table__  # type: ignore[attr-defined]


class Notice(NamedTuple):
    """One of the places where it is shown.

    Args:
        place: Such as "slack/team/C0123", or "prefect".
        reference: What the place calls it.
    """

    place: str
    reference: str


def shown(id: str, place: str, reference: str) -> None:  # noqa: A002 - as in the rest of the package
    """Note that it is shown somewhere. To say so twice does no harm."""
    made = sqlite.insert(NOTICES) if on_sqlite() else postgresql.insert(NOTICES)
    once = made.values(approval_id=id, place=place, reference=reference).on_conflict_do_nothing()
    now = datetime.fromtimestamp(time.time(), UTC)
    with writing() as db:
        if db.execute(once.returning(NOTICES.c.id)).first() is not None:
            note(db, Entry(approval=id, at=now, what="told", who="tieline", via=place.partition("/")[0], detail=place))


def notices(id: str) -> list[Notice]:  # noqa: A002 - as above
    """Where it is shown."""
    query = select(NOTICES.c.place, NOTICES.c.reference).where(NOTICES.c.approval_id == id).order_by(NOTICES.c.id)
    with reading() as db:
        return [Notice(*row) for row in db.execute(query)]

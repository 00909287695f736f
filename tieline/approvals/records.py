"""What is on record about approvals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from tieline.approvals.events import CONNECTION, SYSTEM, ApprovalDecided, ApprovalEvent
from tieline.approvals.model import Approval, Entry
from tieline.approvals.tables import ApprovalEntryRow, ApprovalRow
from tieline.errors import UnknownName
from tieline.inbox.found import tell
from tieline.store.writing import reading

APPROVALS: Any = ApprovalRow.__table__  # type: ignore[attr-defined]
LOG: Any = ApprovalEntryRow.__table__  # type: ignore[attr-defined]

#: The word in the log, by that of the event; decisions have their own.
_EVENTS = {
    "asked": "approval_asked",
    "reminded": "approval_reminded",
    "escalated": "approval_escalated",
    "withdrawn": "approval_withdrawn",
}


def get(id: str) -> Approval:  # noqa: A002 - the word that says it
    """One approval.

    Args:
        id: Such as "tiku-mora".

    Raises:
        UnknownName: There is none.
    """
    with reading() as db:
        found = one(db, APPROVALS.c.id == id)
        if found is None:
            near = db.scalars(select(APPROVALS.c.id).where(APPROVALS.c.state == "waiting")).all()
            raise UnknownName("approval", id, near, hint="" if near else "Look at them: tieline approvals list --all")
    return found


def find(key: str) -> Approval | None:
    """The approval for a key, if it was asked for."""
    with reading() as db:
        return one(db, APPROVALS.c.key == key)


def waiting(scenario: str = "") -> list[Approval]:
    """What waits for a decision, the oldest first.

    Args:
        scenario: Only what this one asked.
    """
    return _listed(scenario, APPROVALS.c.state == "waiting")


def everything(scenario: str = "") -> list[Approval]:
    """All that was ever asked, the oldest first.

    Args:
        scenario: Only what this one asked.
    """
    return _listed(scenario)


def history(id: str = "", *, limit: int = 100) -> list[Entry]:  # noqa: A002 - as above
    """What happened, in that order.

    Args:
        id: Only to this approval.
        limit: Only so many entries, the latest.

    Raises:
        UnknownName: There is no such approval.
    """
    query = select(*(column for column in LOG.c if column.name != "id")).order_by(LOG.c.id.desc()).limit(limit)
    if id:
        query = query.where(LOG.c.approval_id == get(id).id)
    with reading() as db:
        return [Entry.model_validate(row) for row in reversed(db.execute(query).mappings().all())]


def one(db: Connection, condition: Any) -> Approval | None:
    """The approval that meets a condition, as this transaction sees it."""
    row = db.execute(select(APPROVALS).where(condition)).mappings().first()
    return None if row is None else approval(row)


def approval(row: Mapping[Any, Any]) -> Approval:
    """A row as an approval."""
    moments = {name: _moment(value) for name, value in row.items() if name.endswith("_at")}
    return Approval.model_validate({**row, **moments})


def happened(db: Connection, about: Approval, entry: Entry) -> None:
    """Write an entry of the log, and put its event into the inbox, in the transaction that makes the change."""
    note(db, entry)
    told = about.model_dump(include={"id", "scenario", "key", "title"}) | {"by": entry.who, "via": entry.via}
    if entry.what in _EVENTS:
        name, event = _EVENTS[entry.what], ApprovalEvent.model_validate(told)
    else:
        decision = {"decision": about.state, "edited": about.edited is not None}
        name, event = "approval_decided", ApprovalDecided.model_validate({**told, **decision})
    tell(db, SYSTEM, CONNECTION, [(name, event)], entry.at.timestamp())


def note(db: Connection, entry: Entry) -> None:
    """Write an entry of the log that nobody else needs to hear of."""
    row = {**entry.model_dump(exclude={"approval"}), "approval_id": entry.approval, "at": entry.at.timestamp()}
    db.execute(insert(LOG).values(row))


def _listed(scenario: str, *conditions: Any) -> list[Approval]:
    mine = (APPROVALS.c.scenario == scenario,) if scenario else ()
    query = select(APPROVALS).where(*mine, *conditions).order_by(APPROVALS.c.asked_at, APPROVALS.c.id)
    with reading() as db:
        return [approval(row) for row in db.execute(query).mappings()]


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

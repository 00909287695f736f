"""Asking, deciding and withdrawing: each is one transaction with its entry in the log and its event."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter
from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from tieline.approvals.model import AlreadyDecided, Approval, Decision, Entry
from tieline.approvals.records import APPROVALS, approval, get, happened, one
from tieline.errors import ConfigError, UnknownName
from tieline.store.writing import on_sqlite, writing

#: Letters that cannot be misheard for each other, in syllables that can be said over a telephone.
_CONSONANTS, _VOWELS = "bdklmnprstv", "aeiou"
_JSON: TypeAdapter[Any] = TypeAdapter(Any)


def ask(
    scenario: str,
    key: str,
    title: str,
    *,
    by: str = "",
    summary: str = "",
    link: str = "",
    proposal: BaseModel | Any = None,
    text: str | None = None,
    places: Sequence[str] = (),
    approvers: Sequence[str] = (),
    due_in: timedelta | None = None,
    remind_in: timedelta | None = None,
    escalate_in: timedelta | None = None,
    escalate_to: Sequence[str] = (),
) -> Approval:
    """Ask people for a decision. Asking again for the same key changes nothing, and returns what is there.

    Args:
        scenario: Who asks, such as "docs_on_push".
        key: What the scenario calls it. What must not be approved unseen belongs in it, such as a digest of the
            proposal.
        title: What it is about, in a line.
        by: On whose behalf; by default the scenario's.
        summary: More about it, in Markdown. What outsiders wrote in it has been escaped.
        link: A page to look at, such as a pull request.
        proposal: What would be applied: a model, or JSON.
        text: What a person may change before it is applied.
        places: Where people are told: "slack/team/C0123" (a channel or a user of the connection `team`) or
            "teams/docs/ann@example.com" (what the connection leads to, and whom it is addressed to).
        approvers: Who may decide in a chat or on our page: e-mail addresses, and ids of Slack's users. With none
            nobody may; the command line and Prefect's pages are for whoever can open them.
        due_in: It expires after this time, and that counts as no; by default never.
        remind_in: People are told again after this time.
        escalate_in: `escalate_to` is told after this time.
        escalate_to: Places, like `places`. Who is told there decides only if among `approvers`.

    Returns:
        The approval, which may have been decided long ago.

    Raises:
        ConfigError: A word is missing, or the times do not fit together.
    """
    _check(scenario, key, title, (due_in, remind_in, escalate_in), escalate_to)
    now = time.time()
    row = {
        "key": key,
        "scenario": scenario,
        "title": " ".join(title.split()),
        "summary": summary,
        "link": link,
        "proposal": _JSON.dump_python(proposal, mode="json"),
        "text": text,
        "places": list(places),
        "approvers": list(approvers),
        "state": "waiting",
        "asked_at": now,
        "due_at": _after(now, due_in),
        "remind_at": _after(now, remind_in),
        "escalate_at": _after(now, escalate_in),
        "escalate_to": list(escalate_to),
        "decided_by": "",
        "decided_via": "",
        "reason": "",
    }
    with writing() as db:
        return _asked(db, {name: _clean(value) for name, value in row.items()}, by or scenario)


def decide(
    id: str,  # noqa: A002 - the word that says it
    decision: Decision,
    *,
    by: str,
    via: str,
    reason: str = "",
    text: str | None = None,
) -> Approval:
    """Decide, once and for all: the first decision wins.

    Args:
        id: Such as "tiku-mora".
        decision: "approve", "edit" (approve, with another text) or "reject".
        by: Who decides, such as "Ann (U0123)" or "rule reference-only".
        via: How, such as "slack" or "rule".
        reason: Why; a rejection needs one.
        text: The other text.

    Returns:
        The approval as it is now.

    Raises:
        AlreadyDecided: Somebody was faster, it has expired, or it was withdrawn; says who decided what and when.
        UnknownName: There is no such approval.
        ConfigError: A reason or a text is missing, or there is no text to change. Nothing was decided.
    """
    before = get(id)
    _check_decision(before, decision, by, reason, text)
    now = time.time()
    values = {
        "state": "rejected" if decision == "reject" else "approved",
        "decided_at": now,
        "decided_by": by,
        "decided_via": via,
        "reason": reason.strip(),
        "edited": text,
    }
    in_time = APPROVALS.c.due_at.is_(None) | (APPROVALS.c.due_at > now)
    with writing() as db:
        after = changed(db, before, {name: _clean(value) for name, value in values.items()}, in_time)
        if after is not None:
            what = "edited" if decision == "edit" else after.state
            happened(db, after, _entry(after, what))
            return after
    expire(before, now)  # if that is why
    raise AlreadyDecided(get(id))


def withdraw(key: str, why: str, by: str = "") -> Approval | None:
    """Take a question back, such as one that a newer proposal has superseded.

    Args:
        key: What the scenario calls it.
        why: For those who were asked.
        by: Who does so; by default the scenario.

    Returns:
        The approval, if it was waiting for a decision until now.
    """
    now = time.time()
    with writing() as db:
        before = one(db, APPROVALS.c.key == key)
        if before is None:
            return None
        who = by or before.scenario
        values = {"decided_at": now, "decided_by": who, "decided_via": "scenario", "reason": why}
        after = changed(db, before, {"state": "withdrawn", **values})
        if after is not None:
            happened(db, after, _entry(after, "withdrawn"))
        return after


def expire(before: Approval, now: float) -> Approval | None:
    """Close what was not decided in time.

    Args:
        before: The approval.
        now: The time in Unix seconds.

    Returns:
        It, if this closed it.
    """
    who = {"decided_by": "nobody", "decided_via": "deadline", "reason": "Nobody decided in time."}
    with writing() as db:
        after = changed(db, before, {"state": "expired", "decided_at": now, **who}, APPROVALS.c.due_at <= now)
        if after is not None:
            happened(db, after, _entry(after, "expired"))
        return after


def changed(db: Connection, before: Approval, values: dict[str, Any], condition: Any = True) -> Approval | None:  # noqa: FBT002 - SQL's TRUE
    """Change an approval that waits, if it still does: compare and set. None if it does not."""
    still = (APPROVALS.c.id == before.id) & (APPROVALS.c.state == "waiting") & condition
    if not db.execute(update(APPROVALS).where(still).values(values)).rowcount:
        return None
    return one(db, APPROVALS.c.id == before.id)


def _asked(db: Connection, row: dict[str, Any], by: str) -> Approval:
    while True:
        found = one(db, APPROVALS.c.key == row["key"])
        if found is not None:
            return found
        made = sqlite.insert(APPROVALS) if on_sqlite() else postgresql.insert(APPROVALS)
        # Nothing comes back if another process asks for the same at this moment, or in the rare case that the id is
        # taken. (The number of rows would not say so: Postgres' driver does not know it.)
        unless_there = made.values(id=_speakable(), **row).on_conflict_do_nothing()
        new = db.execute(unless_there.returning(APPROVALS)).mappings().first()
        if new is not None:
            asked = approval(new)
            happened(db, asked, Entry(approval=asked.id, at=asked.asked_at, what="asked", who=by, via="scenario"))
            return asked


def _entry(after: Approval, what: str) -> Entry:
    assert after.decided_at is not None  # noqa: S101 - it has just been closed
    via, reason = after.decided_via, after.reason
    return Entry(approval=after.id, at=after.decided_at, what=what, who=after.decided_by, via=via, detail=reason)


def _check(scenario: str, key: str, title: str, times: Sequence[timedelta | None], escalate_to: Sequence[str]) -> None:
    for name, value in (("scenario", scenario), ("key", key), ("title", title)):
        if not value.strip():
            raise ConfigError(f"An approval needs a {name}.")
    due, remind, escalate = times
    if any(one is not None and one <= timedelta(0) for one in times):
        raise ConfigError(f"The times of the approval {key!r} must be more than nothing.")
    if (escalate is None) != (not escalate_to):
        raise ConfigError(f"The approval {key!r} needs both `escalate_in` and `escalate_to`, or neither.")
    if due is not None and any(one is not None and one >= due for one in (remind, escalate)):
        raise ConfigError(f"The approval {key!r} would expire before its reminder or its escalation.")


def _check_decision(before: Approval, decision: str, by: str, reason: str, text: str | None) -> None:
    if decision not in get_args(Decision):
        raise UnknownName("decision", decision, get_args(Decision))
    if not by.strip():
        raise ConfigError(f"Nothing says who decides on {before.id}; that is kept on record.")
    if decision == "reject" and not reason.strip():
        raise ConfigError(f"{before.id} is rejected without a reason.", hint="Say why, for whoever reads it later.")
    if decision == "edit" and before.text is None:
        raise ConfigError(f"{before.id} has no text that could be changed.", hint="Approve it, or reject it.")
    if (decision == "edit") != (text is not None):
        raise ConfigError(f"Another text goes with `edit`, and only with it ({before.id}).")


def _speakable() -> str:
    def half() -> str:
        return "".join(secrets.choice(letters) for letters in (_CONSONANTS, _VOWELS) * 2)

    return f"{half()}-{half()}"


def _after(now: float, span: timedelta | None) -> float | None:
    return None if span is None else now + span.total_seconds()


def _clean(value: Any) -> Any:
    """Text as Postgres takes it."""
    return value.replace("\0", "") if isinstance(value, str) else value

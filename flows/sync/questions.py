"""What only people can say about a sync: deletions beyond its limit, and conflicts. Asked as approvals.

An approval of a conflict takes the left's value, an edit any other, and a rejection the right's.
"""

from __future__ import annotations

import hashlib

from flows.markup import escaped
from tieline import Input, approvals
from tieline.sync import Sync, conflicts, memory
from tieline.sync.model import Which
from tieline.sync.plan import Plan
from tieline.sync.runs import Run
from tieline.sync.values import shown

SCENARIO = "sheet_sync"
#: So many conflicts are asked about one by one; with more, a person looks at them all in one place.
AT_MOST = 20


class Question(Input):
    """What an approval is about."""

    sync: str
    kind: str
    row: str = ""
    column: str = ""


def deletes_key(plan: Plan, scenario: str = SCENARIO) -> str:
    """What is asked about these deletions, and no others."""
    gone = [f"{side} {count} of {known}" for side, count, known in plan.vanishing() if count]
    rows = sorted(f"{step.side} {step.key}" for step in plan.steps if step.op == "delete" or plan.vanishes(step))
    # The time of the last run: who agreed once did not agree to the same happening again.
    since = str(memory.state(plan.sync.name).at)
    digest = hashlib.blake2b("\n".join([since, *gone, *rows]).encode(), digest_size=12).hexdigest()
    return f"{scenario}/{plan.sync.name}/deletes/{digest}"


def may_delete(plan: Plan, scenario: str = SCENARIO) -> bool:
    """Whether a person has agreed to these deletions."""
    found = approvals.find(deletes_key(plan, scenario))
    return found is not None and found.state == "approved"


def ask_about_deletes(plan: Plan, run: Run, scenario: str = SCENARIO) -> approvals.Approval:
    """Ask whether more rows than the limit may go."""
    sync = plan.sync
    rows = [step for step in plan.steps if plan.vanishes(step)]
    lines = [f"- {escaped(shown(step.key.replace(chr(31), ' / ')))} ({step.side})" for step in rows[:AT_MOST]]
    more = [f"- and {len(rows) - AT_MOST} more"] if len(rows) > AT_MOST else []
    question = Question(sync=sync.name, kind="deletes")
    return approvals.ask(
        scenario,
        deletes_key(plan, scenario),
        f"{sync.name}: {run.why or f'{len(rows)} rows would go'}",
        summary="\n".join(
            ["Was something cleared by accident? Nothing has been written yet. These rows would go:", *lines, *more]
        ),
        proposal=question,
        places=sync.tell,
        approvers=sync.approvers,
    )


def ask_about_conflicts(sync: Sync) -> list[approvals.Approval]:
    """Ask about each conflict, and take back questions that have an answer by now."""
    waiting = conflicts.waiting(sync)
    found = [_ask(sync, one) for one in waiting if not one.take] if len(waiting) <= AT_MOST else []
    keys = {_key(sync, one) for one in waiting}
    for old in approvals.waiting(SCENARIO):
        question = Question.model_validate(old.proposal)
        if question.sync == sync.name and question.kind == "conflict" and old.key not in keys:
            approvals.withdraw(old.key, "It is settled, or somebody has changed it since.")
    return found


def withdraw_deletes(name: str, scenario: str = SCENARIO) -> None:
    """Take back questions about deletions, once a sync has run without having to ask."""
    for old in approvals.waiting(scenario):
        question = Question.model_validate(old.proposal)
        if question.sync == name and question.kind == "deletes":
            approvals.withdraw(old.key, "These rows would not go any more.")


def _key(sync: Sync, one: conflicts.Open) -> str:
    about = "\n".join((one.key, one.column, repr(one.left), repr(one.right), str(one.since)))
    return f"{SCENARIO}/{sync.name}/conflict/{hashlib.blake2b(about.encode(), digest_size=12).hexdigest()}"


def _ask(sync: Sync, one: conflicts.Open) -> approvals.Approval:
    row = shown(one.key.replace("\x1f", " / "))
    about = f"{one.column!r} of {row}" if one.column else f"the row {row}"
    lines = [f"**{name}**: {escaped(shown(value, 500))}" for name, value in _values(one)]
    told = [*lines, "", "Approve: as on the left. Reject: as on the right."]
    return approvals.ask(
        SCENARIO,
        _key(sync, one),
        f"{sync.name}: {about} differs",
        summary="  \n".join([escaped(one.why) + ".", "", *told, "Edit: another value." if one.column else ""]).strip(),
        proposal=Question(sync=sync.name, kind="conflict", row=one.key, column=one.column),
        text=shown(one.left, 50_000) if one.column else None,
        places=sync.tell,
        approvers=sync.approvers,
    )


def _values(one: conflicts.Open) -> list[tuple[str, object]]:
    return [("Left", one.left), ("Right", one.right), ("Last agreed", one.base)]


def answered(sync: Sync, approval: approvals.Approval) -> bool:
    """Do what was decided about a conflict. Whether the sync should run now."""
    question = Question.model_validate(approval.proposal)
    if question.kind == "deletes":
        return approval.state == "approved"
    if approval.state not in {"approved", "rejected"}:
        return False
    known = {(one.key, one.column): one for one in conflicts.waiting(sync)}
    one = known.get((question.row, question.column))
    if one is None or _key(sync, one) != approval.key:
        return False  # it is settled, or about something else by now
    side: Which = "left" if approval.state == "approved" else "right"
    edited = approval.edited is not None and approval.state == "approved"
    conflicts.resolve(
        sync, one.key, one.column, "value" if edited else side, value=approval.edited, by=approval.decided_by
    )
    return True

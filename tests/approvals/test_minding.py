"""Reminders, escalation and expiry: each once, whoever looks how often, and whoever is killed when."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.approvals.test_desk import at_once, question, told
from tests.dispatch.house import DELIVERIES, rows
from tieline.approvals import ask, decide, find, get, history, waiting
from tieline.approvals.minding import mind

HOUR = timedelta(hours=1)
SECOND = 3600.0


def test_each_step_happens_once_in_its_time() -> None:
    asked = question(
        due_in=4 * HOUR, remind_in=HOUR, escalate_in=2 * HOUR, escalate_to=["slack/team/U9"], places=["slack/team/C1"]
    )
    start = asked.asked_at.timestamp()
    assert mind(start + 0.9 * SECOND) == []
    for hours, what in ((1.1, "reminded"), (2.1, "escalated"), (4.1, "expired")):
        now = start + hours * SECOND
        assert [one.id for one in mind(now)] == [asked.id]
        assert mind(now) == []
        assert history(asked.id)[-1].what == what
    assert [one.detail for one in history(asked.id)[1:3]] == ["slack/team/C1", "slack/team/U9"]
    assert get(asked.id).state == "expired"
    assert get(asked.id).verdict.startswith("expired")
    assert told() == ["approval_asked", "approval_reminded", "approval_escalated", "approval_decided"]


def test_what_was_decided_is_left_alone() -> None:
    asked = question(due_in=2 * HOUR, remind_in=HOUR)
    decide(asked.id, "approve", by="ann", via="cli")
    assert mind(asked.asked_at.timestamp() + 9 * SECOND) == []
    assert get(asked.id).state == "approved"


def test_of_several_that_look_at_once_one_does_it() -> None:
    asked = question(due_in=2 * HOUR, remind_in=HOUR)
    now = asked.asked_at.timestamp() + 1.5 * SECOND
    found = at_once(*[lambda: mind(now)] * 4)
    assert sum(map(len, found)) == 1
    assert [one.what for one in history(asked.id)] == ["asked", "reminded"]


#: A process that is killed in the middle of a transaction, and one right after it.
KILLED = """
import os, signal, sys
from tieline import approvals
from tieline.approvals import desk
real = desk.happened
def happened(*of):
    real(*of)
    if sys.argv[1] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
desk.happened = happened
approvals.decide(sys.argv[2], "approve", by="ann", via="test")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("moment", "state"), (("before", "waiting"), ("after", "approved")))
def test_an_approval_survives_a_kill(moment: str, state: str, tmp_path: Path) -> None:
    assert tmp_path
    asked = ask("docs_on_push", "k", "t")
    ended = subprocess.run([sys.executable, "-c", KILLED, moment, asked.id], check=False, env=os.environ.copy())
    assert ended.returncode == -signal.SIGKILL
    found = find("k")
    assert found is not None
    assert found.state == state
    # All of it, or nothing: what is told is what is kept.
    decided = state == "approved"
    assert [row.event for row in rows(DELIVERIES)].count("approval_decided") == decided
    assert [one.what for one in history(asked.id)] == ["asked", *(["approved"] * decided)]
    if not decided:
        assert [one.id for one in waiting()] == [asked.id]
        decide(asked.id, "approve", by="ann", via="test")

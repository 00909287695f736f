"""Approvals: a person decides on what a machine wants to write, and who decided what and when is on record.

A scenario asks (`ask`) and ends. Each decision puts the event `tieline.approval_decided` into the inbox, in the same
transaction: the scenario's trigger goes on from there, whatever was killed meanwhile. A trigger for it:

    on_event(
        "tieline.approval_decided",
        apply,
        when={"payload.scenario": "docs_on_push"},
        map={"approval": "{payload.id}"},
    )
"""

from tieline.approvals.desk import ask, decide, withdraw
from tieline.approvals.events import CONNECTION, EVENTS, SYSTEM, ApprovalDecided, ApprovalEvent
from tieline.approvals.model import AlreadyDecided, Approval, Decision, Entry, State
from tieline.approvals.records import everything, find, get, history, waiting

__all__ = [
    "CONNECTION",
    "EVENTS",
    "SYSTEM",
    "AlreadyDecided",
    "Approval",
    "ApprovalDecided",
    "ApprovalEvent",
    "Decision",
    "Entry",
    "State",
    "ask",
    "decide",
    "everything",
    "find",
    "get",
    "history",
    "waiting",
    "withdraw",
]

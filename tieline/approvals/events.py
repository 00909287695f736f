"""What approvals tell: events of our own, that no vendor can send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tieline.model import Model
from tieline.webhooks import Facts

#: System and connection of the events.
SYSTEM, CONNECTION = "tieline", "approvals"


class ApprovalEvent(Model):
    """Something happened to an approval; `tieline.approvals.get` has all of it.

    Args:
        id: The approval.
        scenario: Who asked.
        key: What the scenario calls it.
        title: What it is about.
        by: Who did it.
        via: How: prefect, slack, page, cli, rule, or what else was given.
    """

    id: str
    scenario: str
    key: str
    title: str
    by: str
    via: str


class ApprovalDecided(ApprovalEvent):
    """It was decided, or nobody did so in time.

    Args:
        decision: Also "expired" counts as no.
        edited: Whether the text was changed by who approved it.
    """

    decision: Literal["approved", "rejected", "expired"]
    edited: bool = False


EVENTS: Mapping[str, type[ApprovalEvent]] = {
    "approval_asked": ApprovalEvent,
    "approval_reminded": ApprovalEvent,
    "approval_escalated": ApprovalEvent,
    "approval_decided": ApprovalDecided,
    "approval_withdrawn": ApprovalEvent,
}
FACTS = Facts(who="by", subject="title")

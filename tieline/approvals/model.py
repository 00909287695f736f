"""What an approval is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field

from tieline.errors import TielineError
from tieline.model import Input

M = TypeVar("M", bound=BaseModel)

#: `expired` counts as rejected; `withdrawn` was superseded before anybody decided.
State = Literal["waiting", "approved", "rejected", "expired", "withdrawn"]
#: What a person can say. `edit` approves with another text.
Decision = Literal["approve", "edit", "reject"]


class Approval(Input):
    """One thing that a machine wants to do, and what was decided.

    Args:
        id: What people call it, such as "tiku-mora".
        key: What the scenario calls it; there is one approval for each key, for ever.
        scenario: Who asked, such as "docs_on_push".
        title: What it is about, in a line.
        summary: More about it, in Markdown.
        link: A page to look at, such as a pull request.
        proposal: What would be applied, in JSON.
        text: What a person may change before it is applied; None where there is nothing to change.
        places: Where people are told, such as "slack/team/C0123".
        approvers: Who may decide in a chat or on our page: e-mail addresses, and ids of the chat's users.
        state: What has become of it.
        due_at: When it expires.
        decided_by: Who ended it.
        decided_via: How.
        reason: Why.
        edited: The text as the person wants it.
    """

    id: str
    key: str
    scenario: str
    title: str
    summary: str = ""
    link: str = ""
    proposal: Any = None
    text: str | None = None
    places: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    state: State = "waiting"
    asked_at: datetime
    due_at: datetime | None = None
    remind_at: datetime | None = None
    reminded_at: datetime | None = None
    escalate_at: datetime | None = None
    escalate_to: tuple[str, ...] = ()
    escalated_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    decided_via: str = ""
    reason: str = ""
    edited: str | None = None

    def proposal_as(self, kind: type[M]) -> M:
        """The proposal as the scenario's own type.

        Raises:
            ValidationError: It is none.
        """
        return kind.model_validate(self.proposal)

    @property
    def final_text(self) -> str | None:
        """The text that is to be applied."""
        return self.text if self.edited is None else self.edited

    @property
    def verdict(self) -> str:
        """What has become of it, in a line for people."""
        if self.decided_at is None:
            return "waiting for a decision"
        if self.state == "expired":
            return f"expired on {self.decided_at:%Y-%m-%d %H:%M} UTC: nobody decided in time"
        said = f"{self.state}{' with changes' * (self.edited is not None)} by {self.decided_by} via {self.decided_via}"
        return f"{said} on {self.decided_at:%Y-%m-%d %H:%M} UTC" + f": {self.reason}" * bool(self.reason)


class Entry(Input):
    """Something that happened to an approval.

    Args:
        approval: Its id.
        at: When.
        what: asked, told, reminded, escalated, approved, edited (approved with changes), rejected, expired, withdrawn.
        who: Who did it.
        via: How.
        detail: The reason, or where people were told.
    """

    approval: str = Field(validation_alias="approval_id")
    at: datetime
    what: str
    who: str
    via: str
    detail: str = ""


class AlreadyDecided(TielineError):  # noqa: N818 - reads as what happened
    """Somebody was faster, or it is too late.

    Args:
        approval: As it is now; it says who decided what and when.
    """

    def __init__(self, approval: Approval) -> None:
        super().__init__(f"{approval.id} ({approval.title}) was {approval.verdict}.", hint="That decision stands.")
        self.approval = approval

"""The tables behind approvals. Moments are Unix seconds."""

from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tieline.inbox.tables import Number


class ApprovalRow(SQLModel, table=True):
    """One thing that a machine wants to do, and what was decided. States: see `tieline.approvals.model.State`."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index(
            "ix_approvals_waiting",
            "asked_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: str = Field(primary_key=True, description='What people call it, such as "tiku-mora".')
    key: str = Field(unique=True, description="Whoever asks again for the same key gets the same approval.")
    scenario: str
    title: str
    summary: str = Field(description="Markdown.")
    link: str
    proposal: Any = Field(None, sa_column=Column(JSON), description="What would be applied.")
    text: str | None = Field(None, description="What a person may change before it is applied.")
    places: list[str] = Field(sa_column=Column(JSON, nullable=False), description="Where people are told.")
    approvers: list[str] = Field(sa_column=Column(JSON, nullable=False), description="Who may decide in a chat.")
    state: str = "waiting"
    asked_at: float
    due_at: float | None = None
    remind_at: float | None = None
    reminded_at: float | None = None
    escalate_at: float | None = None
    escalate_to: list[str] = Field(sa_column=Column(JSON, nullable=False), description="Where somebody else is told.")
    escalated_at: float | None = None
    decided_at: float | None = None
    decided_by: str = ""
    decided_via: str = ""
    reason: str = ""
    edited: str | None = Field(None, description="The text as the person wants it.")


class ApprovalEntryRow(SQLModel, table=True):
    """Something that happened to an approval. Rows are added, and never changed."""

    __tablename__ = "approval_log"

    id: int | None = Field(None, sa_column=Column(Number, primary_key=True, autoincrement=True))
    approval_id: str = Field(sa_column=Column(ForeignKey("approvals.id"), nullable=False, index=True))
    at: float
    what: str
    who: str
    via: str
    detail: str


class ApprovalNoticeRow(SQLModel, table=True):
    """Where an approval is shown: a message that is changed, or a run that is ended, when it is decided."""

    __tablename__ = "approval_notices"
    __table_args__ = (UniqueConstraint("approval_id", "place", "reference"),)

    id: int | None = Field(None, sa_column=Column(Number, primary_key=True, autoincrement=True))
    approval_id: str = Field(sa_column=Column(ForeignKey("approvals.id"), nullable=False))
    place: str = Field(description='Such as "slack/team/C0123", or "prefect".')
    reference: str = Field(description="What the place calls it: channel and moment of a message, or a flow run's id.")

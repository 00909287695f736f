"""The tables behind syncs. Moments are Unix seconds; cells are JSON, as `tieline.sync.values.dump` makes it."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Text
from sqlmodel import Field, SQLModel

from tieline.inbox.tables import Number


class SyncRow(SQLModel, table=True):
    """How far a sync has come."""

    __tablename__ = "syncs"

    name: str = Field(primary_key=True)
    definition: str = Field("", description="A digest of what was synced: another one makes all rows count again.")
    left_mark: str = Field("", sa_column=Column(Text, nullable=False))
    right_mark: str = Field("", sa_column=Column(Text, nullable=False))
    at: float = 0.0
    watches: str = Field("", sa_column=Column(Text, nullable=False), description="Connections, between blanks.")


class SyncedRow(SQLModel, table=True):
    """What both sides held of a row when they last agreed."""

    __tablename__ = "sync_rows"
    __table_args__ = (Index("ix_sync_rows_digests", "sync", "key", "left_digest", "right_digest"),)

    sync: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    left_digest: int | None = Field(None, sa_column=Column(BigInteger), description="None: not there; 0: not settled.")
    right_digest: int | None = Field(None, sa_column=Column(BigInteger))
    left_ref: str = ""
    right_ref: str = ""
    cells: str = Field(sa_column=Column(Text, nullable=False), description="Of both sides; see `memory`.")


class SyncRunRow(SQLModel, table=True):
    """A plan, and what became of it; or the undoing of one."""

    __tablename__ = "sync_runs"

    id: str = Field(primary_key=True, description='What people call it, such as "tickets-12".')
    sync: str = Field(index=True)
    kind: str = Field(description="plan or undo.")
    state: str = Field(description="See `tieline.sync.runs.State`.")
    at: float
    ended_at: float | None = None
    by: str = ""
    counts: Any = Field(sa_column=Column(JSON, nullable=False))
    problems: Any = Field(sa_column=Column(JSON, nullable=False))
    undoes: str = ""
    why: str = Field("", description="Why it failed or waits.")


class SyncStepRow(SQLModel, table=True):
    """One row of one side that a run writes."""

    __tablename__ = "sync_steps"

    id: int | None = Field(None, sa_column=Column(Number, primary_key=True, autoincrement=True))
    run: str = Field(sa_column=Column(ForeignKey("sync_runs.id"), nullable=False, index=True))
    side: str
    op: str
    key: str
    ref: str = ""
    before: str = Field(sa_column=Column(Text, nullable=False))
    after: str = Field(sa_column=Column(Text, nullable=False))
    state: str = Field("planned", description="planned, done, refused, undone or kept.")
    why: str = ""


class SyncConflictRow(SQLModel, table=True):
    """A cell that a person has to decide on."""

    __tablename__ = "sync_conflicts"

    sync: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    column: str = Field(primary_key=True, description="Empty: the whole row.")
    left: str = Field(sa_column=Column(Text, nullable=False))
    right: str = Field(sa_column=Column(Text, nullable=False))
    base: str = Field(sa_column=Column(Text, nullable=False))
    why: str
    since: float
    take: str = Field("", description='"left", "right" or "value", once somebody has said.')
    value: str = Field("null", sa_column=Column(Text, nullable=False))
    chosen_by: str = ""
    chosen_at: float | None = None

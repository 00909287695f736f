"""The tables behind the inbox. Moments are Unix seconds; one far ahead of the clock shows that it was set back."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, LargeBinary, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

#: SQLite numbers rows by itself only where the type is exactly INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")
#: Or SQLite would give a row the number of one that was pruned, and the journal would know what that one has written.
NEVER_AGAIN = {"sqlite_autoincrement": True}


class DeliveryRow(SQLModel, table=True):
    """One request of a vendor, verified and written down before it was answered; or one event of our own.

    States: `received` (nobody has looked at it), `matched` (there is work for it), `skipped` (no trigger wants it),
    `dead` (it cannot be read: see `reason`).
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("system", "connection", "delivery"),
        Index(
            "ix_deliveries_received",
            "id",
            sqlite_where=text("state = 'received'"),
            postgresql_where=text("state = 'received'"),
        ),
        NEVER_AGAIN,
    )

    id: int | None = Field(None, sa_column=Column(Number, primary_key=True, autoincrement=True))
    system: str
    connection: str
    delivery: str = Field(description="The vendor's number of the delivery, or a digest of it.")
    event: str
    received_at: float = Field(index=True)
    headers: dict[str, str] = Field(sa_column=Column(JSON, nullable=False), description="Without secrets.")
    query: dict[str, str] = Field(sa_column=Column(JSON, nullable=False), description="Without secrets.")
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "received"
    reason: str = ""
    found: bool = Field(
        default=False,
        sa_column=Column(Boolean, nullable=False, server_default=false()),
        description="Whether we found it ourselves. The gateway cannot say so: it does not write this column.",
    )


class WorkRow(SQLModel, table=True):
    """What one trigger makes of one event of a delivery.

    States: `waiting` (for its turn, or until `due_at`), `dispatched` (in a run: see `batch_id`), `done`, `failed` (it
    is tried again at `due_at`), `dead` (it was tried often enough, or another try would not help).
    """

    __tablename__ = "work"
    __table_args__ = (
        UniqueConstraint("delivery_id", "part", "trigger"),
        Index(
            "ix_work_open",
            "lane",
            "trigger",
            "due_at",
            sqlite_where=text("state IN ('waiting', 'failed')"),
            postgresql_where=text("state IN ('waiting', 'failed')"),
        ),
        Index(
            "ix_work_dispatched",
            "batch_id",
            sqlite_where=text("state = 'dispatched'"),
            postgresql_where=text("state = 'dispatched'"),
        ),
        Index(
            "ix_work_join",
            "join_key",
            "trigger",
            sqlite_where=text("state = 'waiting' AND join_key != ''"),
            postgresql_where=text("state = 'waiting' AND join_key != ''"),
        ),
        NEVER_AGAIN,
    )

    id: int | None = Field(None, sa_column=Column(Number, primary_key=True, autoincrement=True))
    delivery_id: int = Field(sa_column=Column(Number, nullable=False, index=True))
    part: int = Field(0, description="Which event of the delivery, counted from 0.")
    event: str = Field(description="The event's name; a delivery of several may have several.")
    subject: str = Field("", description="What the event is about, for people.")
    trigger: str
    lane: str
    state: str = "waiting"
    due_at: float = Field(0.0, description="Not before this moment.")
    attempts: int = 0
    reason: str = ""
    item: Any = Field(None, sa_column=Column(JSON), description="What it adds to the list of the run's subjects.")
    parameters: dict[str, Any] = Field(
        sa_column=Column(JSON, nullable=False), description="The run's other parameters."
    )
    alike: str = Field(description="Only work with the same mark can share a run: a digest of trigger and parameters.")
    join_key: str = Field("", description="Events with the same key are held back and joined (debounce, correlate).")
    batch_id: str | None = Field(None, index=True)
    updated_at: float = Field(0.0, index=True, description="When `due_at` was set, or the state for good.")


class BatchRow(SQLModel, table=True):
    """One flow run for one or more pieces of work.

    States: `made` (its flow run may not exist yet), `running` (it exists: see `flow_run_id`), `ended`.
    """

    __tablename__ = "batches"
    __table_args__ = (
        Index(
            "ix_batches_open",
            "lane",
            "trigger",
            sqlite_where=text("state != 'ended'"),
            postgresql_where=text("state != 'ended'"),
        ),
    )

    id: str = Field(primary_key=True, description="Also the flow run's idempotency key, after `tieline:`.")
    trigger: str
    lane: str
    deployment: str = Field(description='As Prefect names it: "flow/deployment".')
    name: str = Field(description="The flow run's name.")
    size: int
    parameters: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    state: str = "made"
    flow_run_id: str | None = Field(None, index=True)
    lease_until: float = Field(0.0, description="Whoever runs it says again and again that it lives.")
    created_at: float
    ended_at: float | None = None
    outcome: str = Field("", description="The final state of the flow run, and why.")


class JournalRow(SQLModel, table=True):
    """One write to a vendor on behalf of work that may be tried again.

    States: `started` (nobody knows whether the vendor did it), `done` (see `answer`).
    """

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("scope", "fingerprint"),)

    id: int | None = Field(None, sa_column=Column(Number, primary_key=True, autoincrement=True))
    scope: str = Field(description="The delivery's event, or the batch, that it was written for.")
    action: str
    connection: str
    fingerprint: str = Field(description="Of the action, the connection and the arguments.")
    state: str = "started"
    key: str = Field(description="The idempotency key that the vendor was sent.")
    answer: Any = Field(None, sa_column=Column(JSON))
    at: float = Field(index=True)

"""What we keep."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, DateTime, UniqueConstraint
from sqlmodel import Field, SQLModel


class CallRow(SQLModel, table=True):
    """One call of a connected system; never a body, never a secret."""

    __tablename__ = "calls"

    id: int | None = Field(None, primary_key=True)
    request_id: str = Field(index=True, description="Sent to the vendor as X-Request-Id.")
    flow_run_id: str | None = Field(None, index=True)
    system: str
    connection: str
    action: str
    outcome: str = Field(description='"ok", or the name of the error.')
    status: int | None = None
    tries: int
    milliseconds: float
    bytes_sent: int = Field(sa_type=BigInteger)
    bytes_received: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=DateTime(timezone=True), index=True)


class LeaseRow(SQLModel, table=True):
    """Something that one process does, and no other meanwhile; see `tieline.store.leases`."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    until: float = Field(description="Unix seconds; then it ends by itself.")


class SubscriptionRow(SQLModel, table=True):
    """What a vendor tells us of, and until when; see `tieline.subscriptions`. Moments are Unix seconds. No secret."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("system", "connection", "resource"),)

    id: int | None = Field(default=None, primary_key=True)
    system: str
    connection: str
    resource: str = Field(description="What it is about, such as a drive; empty where the vendor tells of everything.")
    url: str
    events: list[str] = Field(sa_column=Column(JSON, nullable=False), description="In the vendor's words.")
    vendor_id: str = Field(default="", description="The vendor's number of it; empty until there is one.")
    detail: str = Field(default="", description="What else the vendor wants to hear when it is to be ended.")
    secret: str = Field(default="", description="A digest that shows whether the block has another secret now.")
    making: str = Field(default="", description="Our number of one that is being asked for: it may be there.")
    ending: list[list[str]] = Field(
        sa_column=Column(JSON, nullable=False), description="Older ones, number and detail, that are still to be ended."
    )
    began_at: float = Field(default=0.0, description="When its present life began.")
    expires_at: float | None = None
    checked_at: float = Field(default=0.0, description="When the vendor was last heard of it.")
    trouble: str = Field(default="", description="What is wrong with it; empty when all is well.")


class BookmarkRow(SQLModel, table=True):
    """How far a scenario has come; see `tieline.store.bookmarks`."""

    __tablename__ = "bookmarks"

    name: str = Field(primary_key=True)
    value: str
    at: float = Field(description="Unix seconds.")

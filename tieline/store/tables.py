"""What we keep."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime
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

"""What is remembered between two looks."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, UniqueConstraint
from sqlmodel import Field, SQLModel

from tieline.inbox.tables import Number


class FeedRow(SQLModel, table=True):
    """A place of a connection that we look at again and again."""

    __tablename__ = "feeds"
    __table_args__ = (UniqueConstraint("system", "connection", "place"),)

    id: int | None = Field(None, sa_column=Column(Number, primary_key=True, autoincrement=True))
    system: str
    connection: str
    place: str = Field(description="A drive; empty where a system has but one place.")
    cursor: str = Field("", description="Where the next look goes on, in the system's own words.")
    step: int = Field(0, description="Grows with each page: who has an older one was too late, and looks again.")
    round: int = Field(0, description="Counts the lists of all there is.")
    listing: bool = Field(default=False, description="Whether such a list is under way.")
    complete: bool = Field(default=False, description="Whether there was a whole one. Before that nothing is told.")
    looked_at: float = Field(0.0, description="When a look ended last, in Unix seconds.")


class KnownRow(SQLModel, table=True):
    """A file that a feed knows, as it was when it was last told of."""

    __tablename__ = "known_files"

    feed_id: int = Field(sa_column=Column(Number, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True))
    file: str = Field(primary_key=True, description="Its id, or its path.")
    version: str
    name: str
    round: int = Field(description="The last list of all there is that it was in.")

"""What is synced: a job, its name, and what is remembered of it. It holds no secret: it names connections that do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from flows import publishing
from flows.document_sync.source import DELETED, KEY, TEXT, TYPES, columns
from flows.document_sync.table import HELD
from flows.places import systems
from tieline import ConfigError, Input
from tieline.errors import UnknownName
from tieline.store import bookmarks
from tieline.sync import Column, Place, Sync
from tieline.sync.model import Deletes
from tieline.sync.quality import Check

SCENARIO = "data_sync"
#: Columns of a table, where nothing else is said.
DEFAULT = ("title", TEXT)


class Job(Input):
    """A sync of documents, one way."""

    source: str = Field(description='Connection and place, such as "github/app:acme/docs@main".')
    target: str = Field(
        description='Connection and place, such as "confluence/docs:DOCS" or "sql/warehouse:documents".'
    )
    name: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]{0,60})?$")] = Field(
        "", description="What it is called; by default it is made of source and target."
    )
    files: tuple[str, ...] = Field((), description='Which documents, such as "docs/**/*.md".')
    columns: dict[str, str] = Field(
        {}, description="For a table: columns of documents, and what they are called there."
    )
    key: str = Field(KEY, description="For a table: its column for the document's path or number.")
    deletes: Deletes = Field("delete", description="What becomes of pages and rows whose document is gone.")
    deleted_column: str = Field("", description='For a table, with deletes="mark": the column that says so.')
    delete_limit: float = Field(0.1, ge=0, le=1, description="If more of them would go, a person has to agree.")
    checks: tuple[Check, ...] = Field((), description="What documents must fulfil; see tieline.sync.quality.")
    references: dict[str, str] = Field(
        {}, description='Tables that foreign keys lead to: name, and connection and place such as "sql/main:teams".'
    )
    approvers: tuple[str, ...] = Field((), description="Who may agree: e-mail addresses, ids of Slack's users.")
    tell: tuple[str, ...] = Field((), description='Where they are asked, such as "slack/team/C0123".')

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if unknown := [name for name in self.columns if name not in TYPES]:
            raise ValueError(f"documents have no column {unknown[0]!r}; they have {', '.join(TYPES)}")
        if self.pages and (self.key != KEY or self.deleted_column):
            raise ValueError("a key and a deleted column are for tables: name its columns, too")
        if self.deletes == "mark" and not self.pages and not self.deleted_column:
            raise ValueError("deletes=mark needs deleted_column: a column of the table for texts")
        return self

    @property
    def pages(self) -> bool:
        """Whether documents become pages, and not rows of a table."""
        return self.target.partition("/")[0] in systems(publishing.__name__) and not self.columns

    @property
    def title(self) -> str:
        """Its name, or the one that is made for it."""
        if self.name:
            return self.name
        slug = re.sub(r"[^a-z0-9]+", "-", f"{self.source} to {self.target}".lower()).strip("-")[:50].strip("-")
        return f"{slug}-{hashlib.sha256(f'{self.source} {self.target}'.encode()).hexdigest()[:6]}"

    @property
    def sync(self) -> Sync:
        """Its rules, as the engine knows them."""
        options = {"files": " ".join(self.files)} if self.files else {}
        return Sync(
            name=self.title,
            left=place(self.source, options),
            right=place(self.target),
            key=[KEY],
            columns=self._columns(),
            direction="left_to_right",
            deletes=self.deletes,
            deleted_column=DELETED if self.deletes == "mark" else "",
            delete_limit=self.delete_limit,
            approvers=list(self.approvers),
            tell=list(self.tell),
        )

    def _columns(self) -> list[Column]:
        mark = {DELETED: self.deleted_column or DELETED} if self.deletes == "mark" else {}
        if self.pages:
            return columns({name: name for name in TYPES if name != TEXT} | mark)
        real = {KEY: self.key, **(self.columns or dict(zip(DEFAULT, DEFAULT, strict=True)))}
        held = {name: HELD + name for name in TYPES if name not in real and name != TEXT}
        return columns(real | held | mark)


def place(text: str, options: Mapping[str, str] | None = None) -> Place:
    """Read "CONNECTION:PLACE", such as "github/app:acme/docs@main".

    Raises:
        ConfigError: It is not written like that.
    """
    connection, _, where = text.partition(":")
    if "/" not in connection:
        raise ConfigError(f"{text!r} names no place.", hint='Write CONNECTION:PLACE, such as "github/app:acme/docs".')
    return Place(connection=connection, place=where, options=dict(options or {}))


def remembered(name: str) -> Job | None:
    """A job as it ran last."""
    found = bookmarks.read(f"{SCENARIO}/{name}")
    return Job.model_validate_json(found) if found else None


def load(name: str) -> Job:
    """A job that ran before, by its name.

    Raises:
        UnknownName: None of that name did.
    """
    found = remembered(name)
    if found is None:
        raise UnknownName("sync of documents", name, [])
    return found


def remember(job: Job) -> None:
    """Remember a job, so that it can be run again by its name."""
    bookmarks.put(f"{SCENARIO}/{job.title}", job.model_dump_json())

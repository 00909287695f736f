"""What the simulated Airtable remembers: bases, their tables, records, comments, and what has changed."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tieline.sandbox.consent import Consents
from tieline.sandbox.happening import Record


def moment(at: datetime) -> str:
    """A moment as Airtable writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@dataclass
class Row:
    """A record; `cells` are by the id of their field, and hold nothing that is blank."""

    id: str
    created: datetime
    modified: datetime
    number: int
    cells: dict[str, Any] = field(default_factory=dict)
    comments: list[Record] = field(default_factory=list)


@dataclass
class Table:
    """A table: its schema as the API shows it, and its records by id."""

    schema: Record
    rows: dict[str, Row] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.schema["id"])

    def column(self, name: Any) -> Record | None:
        """A field by its name or id."""
        return next((one for one in self.schema["fields"] if name in (one["name"], one["id"])), None)


@dataclass
class Base:
    """A base: its tables by id, and what has changed there, as payloads of webhooks tell it."""

    id: str
    name: str
    tables: dict[str, Table] = field(default_factory=dict)
    log: list[Record] = field(default_factory=list)

    def table(self, name: str) -> Table | None:
        """A table by its id or name."""
        return self.tables.get(name) or next((one for one in self.tables.values() if one.schema["name"] == name), None)


@dataclass
class Bases(Consents):
    """The simulated Airtable.

    `lists` are the listings that go on, by the first part of their offset; `tokens` the access tokens that an
    integration was given, and `refresh_token` the one that is good.
    """

    bases: dict[str, Base] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    refresh_token: str = "oaaSandboxRefresh"  # noqa: S105 - it opens nothing but the sandbox
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        tables = [table for base in self.bases.values() for table in base.tables.values()]
        rows = [row for table in tables for row in table.rows.values()]
        return {
            "records": len(rows),
            "tables": len(tables),
            "bases": len(self.bases),
            "comments": sum(len(row.comments) for row in rows),
        }

    def new_id(self, kind: str) -> str:
        """A new id in Airtable's form: what it is (app, tbl, fld, rec, ...), and fourteen characters."""
        return f"{kind}{next(self.ids):014}"

    def now(self) -> str:
        """The current time as Airtable writes it."""
        return moment(self.clock())

    def add(self, table: Table, cells: dict[str, Any]) -> Row:
        """A new record."""
        at = self.clock()
        made = Row(self.new_id("rec"), at, at, next(table.numbers), {k: v for k, v in cells.items() if v is not None})
        table.rows[made.id] = made
        return made

    def change(self, row: Row, cells: dict[str, Any]) -> None:
        """Other values for some cells; None makes one blank."""
        row.cells = {name: value for name, value in (row.cells | cells).items() if value is not None}
        row.modified = self.clock()

    def note(self, base: Base, table: Table, kind: str, **changes: Any) -> None:
        """Keep what has changed for webhooks, and tell everybody; `kind` is the type of data."""
        base.log.append(
            {
                "timestamp": self.now(),
                "baseTransactionNumber": len(base.log) + 1,
                "actionMetadata": {"source": "publicApi", "sourceMetadata": {}},
                "payloadFormat": "v0",
                "changedTablesById": {table.id: changes},
                "sandbox_kind": kind,
            }
        )
        self.tell("base.changed", {"base": base.id, "table": table.id, "kind": kind})

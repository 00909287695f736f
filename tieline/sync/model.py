"""What is to be synced with what, and by which rules."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Type = Literal["text", "integer", "decimal", "number", "boolean", "date", "datetime", "list"]
Direction = Literal["left_to_right", "right_to_left", "both"]
Rule = Literal["latest_wins", "left_wins", "right_wins", "merge_lists", "manual"]
Deletes = Literal["never", "mark", "delete"]
Which = Literal["left", "right"]

OTHER: dict[Which, Which] = {"left": "right", "right": "left"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Part):
    """One side of a sync."""

    connection: str = Field(description='Whose rows, such as "google_sheets/main" or "sql/warehouse".')
    place: str = Field("", description='Where in there, such as "SPREADSHEET-ID/Tickets" or the table "tickets".')
    options: dict[str, str] = Field(
        default_factory=dict, description="What else the system needs to know; see its page."
    )


class Column(_Part):
    """A column, and what it is called on both sides."""

    left: str = Field(description="Its name on the left.", min_length=1)
    right: str = Field("", description="Its name on the right; the same, if it is empty.")
    type: Type = Field("text", description="What its cells mean.")
    to_right: str = Field(
        "", description="An expression that makes the right cell of the left row; see expressions.md."
    )
    to_left: str = Field("", description="An expression that makes the left cell of the right row.")
    conflict: Rule | None = Field(
        None, description="What happens when both sides changed it; by default the sync's rule."
    )
    zone: str = Field("UTC", description="The time zone of times that name none.")

    def on(self, side: Which) -> str:
        """Its name on a side."""
        return self.right or self.left if side == "right" else self.left

    def towards(self, side: Which) -> str:
        """The expression for cells of a side; empty if they are taken as they are."""
        return self.to_right if side == "right" else self.to_left


class Rules(BaseModel):
    """Two places, and how their rows come to agree."""

    left: Place = Field(description="One of the two places.")
    right: Place = Field(description="The other one.")
    key: list[str] = Field(description="Names (on the left) of the columns that tell rows apart.", min_length=1)
    columns: list[Column] = Field(description="What is synced; the key columns among them.", min_length=1)
    direction: Direction = "both"
    where: str = Field("", description="Only rows for which this expression is true, by names on the left.")
    conflict: Rule = Field("manual", description="What happens when both sides changed a cell.")
    deletes: Deletes = Field("never", description="What happens here to rows that are gone there.")
    deleted_column: str = Field("", description="With deletes=mark: the column (its name on the left) that says so.")
    delete_limit: float = Field(0.1, ge=0, le=1, description="If more of the rows would go, a person has to agree.")
    every_minutes: float = Field(0, ge=0, description="It runs so often; 0: only when somebody or something asks.")
    on_change: bool = Field(
        default=False, description="It runs when a side's system tells that something has changed there."
    )
    conflicts_to: Place | None = Field(
        None, description="A table where people find conflicts, and say what is right: see docs/sheet-sync.md."
    )
    approvers: list[str] = Field(
        default_factory=list, description="Who may agree: e-mail addresses, ids of Slack's users."
    )
    tell: list[str] = Field(default_factory=list, description='Where they are asked, such as "slack/team/C0123".')

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for side in ("left", "right"):
            names = [column.on(side) for column in self.columns]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"two columns have the name {twice[0]!r} on the {side}")
        known = {column.left: column for column in self.columns}
        if missing := [name for name in self.key if name not in known]:
            raise ValueError(f"the key {missing[0]!r} is not among the columns")
        if bad := [name for name in self.key if known[name].type == "list"]:
            raise ValueError(f"the key {bad[0]!r} is a list: lists do not tell rows apart")
        marked = known.get(self.deleted_column)
        if self.deletes == "mark" and (
            marked is None or marked.left in self.key or marked.type not in {"text", "boolean"}
        ):
            raise ValueError("deletes=mark needs `deleted_column`: a column of type text or boolean, no key")
        for column in self.columns:
            self._check(column)
        return self

    def _check(self, column: Column) -> None:
        if column.conflict == "merge_lists" and column.type != "list":
            raise ValueError(f"{column.left!r}: merge_lists is for columns of type list")
        if column.left in self.key and (column.to_right or column.to_left):
            raise ValueError(f"{column.left!r}: a key has no expressions, as it must be the same on both sides")
        if self.direction == "both" and bool(column.to_right) != bool(column.to_left):
            way = "to_left" if column.to_right else "to_right"
            raise ValueError(f"{column.left!r}: to sync it both ways, it needs {way}, too")

    def keys(self, side: Which) -> list[str]:
        """The key columns, by their names on a side."""
        by_left = {column.left: column for column in self.columns}
        return [by_left[name].on(side) for name in self.key]

    def rule(self, column: Column) -> Rule:
        """What happens when both sides changed a cell of it."""
        if self.direction != "both":
            return "left_wins" if self.direction == "left_to_right" else "right_wins"
        rule = column.conflict or self.conflict
        return "manual" if rule == "merge_lists" and column.type != "list" else rule


class Sync(Rules):
    """The same with a name, under which it is remembered what both sides agreed on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description='What it is called, such as "tickets".', pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")

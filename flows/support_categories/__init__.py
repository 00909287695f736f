"""What support tickets are usually about: a default to start from. Companies differ, so bring your own.

Each category is a TOML file next to this one: what it is called, what follows from it, and what is said about it.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files

from pydantic import Field, model_validator

from flows.helpdesks import Level
from tieline import Input
from tieline.language.categories import Category


class PriorityRule(Input):
    """How urgent a category makes a ticket. A ticket is only ever raised."""

    at_least: Level | None = Field(None, description="Every ticket of the category gets at least this.")
    when_urgent: Level | None = Field(None, description="A ticket whose text is urgent gets at least this.")


class TicketCategory(Category):
    """A category of tickets, and what follows from it."""

    tags: tuple[str, ...] = Field((), description="Tags to add; by default the name in lower case with dashes.")
    group: str = Field("", description="Name of the group that handles it, for tickets that nobody has yet.")
    priority: PriorityRule = Field(PriorityRule(), description="How urgent it makes a ticket.")

    @property
    def tags_to_add(self) -> tuple[str, ...]:
        """The tags, or the one made of the name."""
        return self.tags or ("-".join(self.name.lower().split()),)

    @model_validator(mode="after")
    def _whole_tags(self) -> TicketCategory:
        if any(not tag or any(c.isspace() or c == "," for c in tag) for tag in self.tags):
            raise ValueError("a tag must not be empty, and has no spaces or commas")
        return self


def _shipped(name: str) -> TicketCategory:
    """The category in the file of this name."""
    return TicketCategory(**tomllib.loads((files(__name__) / f"{name}.toml").read_text("utf-8")))


DEFAULT_CATEGORIES: tuple[TicketCategory, ...] = tuple(
    _shipped(name)
    for name in (
        "billing",
        "account",
        "bug",
        "shipping",
        "refund",
        "feature",
        "api",
        "outage",
        "cancel",
        "howto",
    )
)

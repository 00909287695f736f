"""What texts can be sorted into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pydantic import Field

from tieline.errors import ConfigError
from tieline.model import Input


class Category(Input):
    """A group that texts can belong to. The more is said about it, the better it is recognized."""

    name: str = Field(min_length=1, description="What the category is called, in words people use.")
    description: str = Field("", description="What belongs in it, in a sentence.")
    topics: tuple[str, ...] = Field((), description="Things such texts are about, a few words each.")
    examples: tuple[str, ...] = Field((), description="Real texts of this category; ten or more help most.")

    @property
    def prototypes(self) -> tuple[str, ...]:
        """Everything said about the category, as texts to compare with."""
        return tuple(t for t in (self.name, self.description, *self.topics, *self.examples) if t.strip())


def check_categories(categories: Sequence[Category]) -> None:
    """Refuse a list of categories that no text could be sorted into.

    Raises:
        ConfigError: It is empty, or two names differ in upper and lower case or spaces only.
    """
    if not categories:
        raise ConfigError("The list of categories is empty.", hint="Give at least one category with a name.")
    names = Counter(" ".join(c.name.casefold().split()) for c in categories)
    if "" in names:
        raise ConfigError("A category has an empty name.")
    twins = [repr(c.name) for c in categories if names[" ".join(c.name.casefold().split())] > 1]
    if twins:
        raise ConfigError(f"Categories have the same name: {', '.join(twins)}.", hint="Rename one, or merge them.")

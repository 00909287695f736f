"""What people see of the documents in a simulated place, whatever the place: files, pages or entries."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tieline.sandbox.happening import Record

Value = str | tuple[str, ...]
"""A text, or several words, such as tags."""
LONGEST_WORD = 40


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What somebody has said below a document; `at` is ISO 8601."""

    by: str
    at: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document, as people of that place see it.

    Args:
        id: The place's own.
        name: File name or title.
        folder: Where it lies in the place.
        kind: What it is, in a word, such as "PDF".
        by: Who has changed it last.
        at: When; ISO 8601.
        fields: What the place says of it, by the name that people see.
        kept: What only programs see.
        text: What stands in it, as far as a browser can show that.
        comments: What was said below it, oldest first.
    """

    id: str
    name: str
    folder: str
    kind: str
    by: str
    at: str
    fields: dict[str, Value] = field(default_factory=dict)
    kept: dict[str, Value] = field(default_factory=dict)
    text: str = ""
    comments: Sequence[Comment] = ()


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """All documents of a place.

    Args:
        title: What people call the place.
        columns: Which fields the list shows, in order.
        documents: Those there are.
    """

    title: str
    columns: tuple[str, ...]
    documents: Sequence[Document]

    @property
    def listed(self) -> tuple[str, ...]:
        """The columns that people would leave in a list: not those that hold keys or JSON for programs."""
        return tuple(name for name in self.columns if self._legible(name))

    def _legible(self, name: str) -> bool:
        filled = [value for one in self.documents if (value := one.fields.get(name))]
        return not filled or any(map(legible, filled))

    def find(self, number: str) -> Document | None:
        """The document of that id."""
        return next((one for one in self.documents if one.id == number), None)


def legible(value: Value) -> bool:
    """Whether a person can make something of it: no word is longer than words are."""
    parts = value.split() if isinstance(value, str) else value
    return all(len(part) <= LONGEST_WORD for part in parts)


def kind_of(name: str) -> str:
    """What a file is, by its name."""
    _, dot, ending = name.rpartition(".")
    return ending.upper() if dot else "file"


def readable(content: bytes) -> str:
    """The text of a file that is one; empty for others."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return ""
    return "" if "\0" in text else text


def words(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(word for part in text.split(",") if (word := part.strip()))


def name_of(person: Record) -> str:
    """Whom a record of a person is about."""
    return str(person.get("displayName") or "unknown")

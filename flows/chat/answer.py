"""What is answered to a command, before a chat gives it its own looks."""

from __future__ import annotations

from pydantic import Field

from tieline import Input
from tieline.errors import TielineError

#: Characters of an answer's lines together; the chats take no less.
LONGEST = 2_800
LONGEST_TITLE = 150


class Line(Input):
    """A line or a paragraph. Nothing in it is markup: a document may have written it."""

    text: str
    where: str = Field("", description='Where it stands in the document, such as "page 3".')


class Answer(Input):
    """An answer to a command."""

    title: str = Field(description="One line.")
    link: str = Field("", description="The page that it is about.")
    lines: tuple[Line, ...] = ()
    points: bool = Field(default=True, description="Whether the lines are points of a list, or paragraphs.")
    facts: tuple[tuple[str, str], ...] = Field((), description="Names and values.")
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = Field((), description="What a reader should know, in small print.")
    problem: bool = Field(default=False, description="Whether it says what went wrong; then only who asked needs it.")

    def fitting(self, longest: int = LONGEST) -> Answer:
        """The same, short enough for every chat; it says so where something was left out.

        Args:
            longest: Characters of the lines together.
        """
        kept, left = [], longest
        for line in self.lines:
            text = line.text if len(line.text) <= left else f"{line.text[: max(0, left - 2)].rstrip()} …"
            if left > 0:
                kept.append(line.model_copy(update={"text": text}))
            left -= len(line.text)
        cut = ("This is not all of it: it was too long for a message.",) if left < 0 else ()
        title = " ".join(self.title.split()) or "Answer"
        title = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 2].rstrip()} …"
        notes = tuple(note[:300] for note in (*self.notes[:4], *cut))
        tags = tuple(tag[:60] for tag in self.tags[:20])
        facts = tuple((name[:60], value[:300]) for name, value in self.facts[:10])
        return self.model_copy(
            update={"title": title, "lines": tuple(kept), "notes": notes, "tags": tags, "facts": facts}
        )

    @property
    def plain(self) -> str:
        """All of it as text, for notifications and old devices."""
        facts = (f"{name}: {value}" for name, value in self.facts)
        return "\n".join((self.title, *(line.text for line in self.lines), *facts, *self.notes))


def problem(error: TielineError) -> Answer:
    """What went wrong, for the person who asked."""
    said = Exception.__str__(error).removesuffix(".") + "."
    return Answer(title=said if len(said) <= LONGEST_TITLE else "That did not work.", problem=True).model_copy(
        update={"lines": _rest(said, error.hint), "points": False}
    )


def _rest(said: str, hint: str) -> tuple[Line, ...]:
    long = said if len(said) > LONGEST_TITLE else ""
    return tuple(Line(text=text) for text in (*long.splitlines(), *hint.splitlines()) if text.strip())

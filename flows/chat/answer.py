"""What is answered to a command, before a chat gives it its own looks."""

from __future__ import annotations

from pydantic import Field

from tieline import Input
from tieline.errors import TielineError

#: Characters of an answer's lines together; the chats take no less.
LONGEST = 2_800
LONGEST_TITLE = 150
LONGEST_WHERE = 100
#: Longer addresses are left out: an answer without a link is better than none.
LONGEST_LINK = 2_000


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
        """The same, short enough for every chat; it says so where lines were left out.

        Args:
            longest: Characters of the lines together. With less than is usual, the rest is cut in the same measure.
        """
        kept, left, share = [], longest, longest / LONGEST
        for line in self.lines:
            if left > 0:
                where = _cut(line.where, LONGEST_WHERE * share)
                kept.append(line.model_copy(update={"text": _cut(line.text, left), "where": where}))
                left -= len(where)
            left -= len(line.text)
        cut = ("This is not all of it: it was too long for a message.",) if left < 0 else ()
        return self.model_copy(
            update={
                "title": _cut(" ".join(self.title.split()) or "Answer", LONGEST_TITLE),
                "link": self.link if len(self.link) <= LONGEST_LINK * share else "",
                "lines": tuple(kept),
                "facts": tuple((_cut(name, 60 * share), _cut(value, 300 * share)) for name, value in self.facts[:10]),
                "tags": tuple(_cut(tag, 60 * share) for tag in self.tags[:20]),
                "notes": (*(_cut(note, 300 * share) for note in self.notes[:4]), *cut),
            }
        )

    @property
    def plain(self) -> str:
        """All of it as text, for notifications and old devices."""
        shown = self.fitting()
        facts = (f"{name}: {value}" for name, value in shown.facts)
        return "\n".join((shown.title, *(line.text for line in shown.lines), *facts, *shown.notes))


def _cut(text: str, longest: float) -> str:
    return text if len(text) <= longest else f"{text[: max(0, int(longest) - 2)].rstrip()} …"


def problem(error: TielineError) -> Answer:
    """What went wrong, for the person who asked."""
    said = Exception.__str__(error).removesuffix(".") + "."
    return Answer(title=said if len(said) <= LONGEST_TITLE else "That did not work.", problem=True).model_copy(
        update={"lines": _rest(said, error.hint), "points": False}
    )


def _rest(said: str, hint: str) -> tuple[Line, ...]:
    long = said if len(said) > LONGEST_TITLE else ""
    return tuple(Line(text=text) for text in (*long.splitlines(), *hint.splitlines()) if text.strip())

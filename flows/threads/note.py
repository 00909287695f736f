"""What is written back about a discussion, and how it is known again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import Field

from flows.threads.thread import Thread
from tieline import Input
from tieline.language.answers import Discussion

_FOOT = "Summary by Tieline"
_MARK = re.compile(rf"{_FOOT}, mark ([0-9a-f]{{40}})\W*$")


class Entry(Input):
    """A decision, a question or something to do, and the comment that says so."""

    text: str
    by: str = ""
    at: datetime | None = None
    comment: str = ""
    link: str = ""
    owner: str = ""
    due: str = ""

    @property
    def source(self) -> str:
        """Who said it, and when."""
        at = f"{self.at:%Y-%m-%d %H:%M}" if self.at else ""
        return ", ".join(part for part in (self.by, at) if part) or "comment"

    @property
    def said(self) -> str:
        """The text, with who is to do it and by when."""
        due = f" (by {self.due})" if self.due and self.due not in self.text else ""
        return f"{self.owner}: {self.text}{due}" if self.owner else f"{self.text}{due}"


class Note(Input):
    """What is written back about a discussion."""

    summary: str = ""
    decisions: tuple[Entry, ...] = ()
    questions: tuple[Entry, ...] = ()
    actions: tuple[Entry, ...] = ()
    comments: int = Field(0, description="How many comments it is of.")
    model: str = ""
    mark: str = Field("", description="Of these comments and these wishes: who finds the same has nothing to do.")
    as_comment: bool = Field(default=False, description="Also where people read, for places that keep it elsewhere.")

    def shorter(self) -> Note:
        """The same with less in it: the older half of the longest list goes."""
        lists = {name: getattr(self, name) for name in ("decisions", "questions", "actions")}
        name = max(lists, key=lambda one: len(lists[one]))
        if not lists[name]:
            return self.model_copy(update={"summary": self.summary[: len(self.summary) // 2]})
        return self.model_copy(update={name: lists[name][(len(lists[name]) + 1) // 2 :]})

    def within(self, room: int, size: Callable[[Note], int]) -> Note:
        """As much of it as there is room for."""
        note = self
        while size(note) > room and (note.summary or note.decisions or note.questions or note.actions):
            note = note.shorter()
        return note

    def written(
        self, *, plain: Callable[[str], str], title: Callable[[str], str], linked: Callable[[str, str], str]
    ) -> str:
        """The note for people.

        Args:
            plain: Makes text of anybody's into text that is no markup in this place.
            title: Makes a heading.
            linked: Makes a link of a text and an address; the address may be empty.
        """
        parts = [f"{title('Summary of the discussion')}\n{plain(self.summary)}"]
        lists = {"Decisions": self.decisions, "Open questions": self.questions, "To do": self.actions}
        for name, entries in lists.items():
            if entries:
                lines = [f"- {plain(one.said)} ({linked(one.source, one.link)})" for one in entries]
                parts.append("\n".join([title(name), *lines]))
        return "\n\n".join([*parts, f"Of {self.comments} comments. {_FOOT}, mark {self.mark}"])


def noted(said: Discussion, thread: Thread, mark: str, *, as_comment: bool) -> Note:
    """A discussion's points with the links of their comments."""
    links = {message.id: message.link for message in thread.messages}

    def entries(points: Sequence[object]) -> tuple[Entry, ...]:
        return tuple(Entry(**point.model_dump(), link=links.get(point.comment, "")) for point in points)  # type: ignore[attr-defined]

    return Note(
        summary=said.summary,
        decisions=entries(said.decisions),
        questions=entries(said.questions),
        actions=entries(said.actions),
        comments=len(thread.messages),
        model=said.model,
        mark=mark,
        as_comment=as_comment,
    )


def mark_in(text: str) -> str:
    """The mark at the end of a note of ours; empty for what is none. Whoever asks has looked who wrote it."""
    found = _MARK.search(text.strip())
    return found[1] if found else ""

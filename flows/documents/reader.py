"""Reads one document after the other, finds out what each says, and writes it back."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from flows.documents.gist import Wishes, digest, find_out
from flows.documents.place import Commented, Item, Note, Place, Reply, Source, replies
from tieline import Input, NotFound
from tieline.language.documents import DocumentError, Limits, TooLarge, read_document

Status = Literal["summarized", "planned", "unchanged", "gone", "unreadable", "failed"]


class DocumentOutcome(Input):
    """What became of one document."""

    document: str
    name: str = ""
    status: Status
    summary: str = ""
    tags: tuple[str, ...] = ()
    sources: tuple[Source, ...] = Field(
        (),
        description="Each sentence of the summary, and the passage it comes from; in runs of more than 1,000 documents "
        "for the first of them only, and for all where they are written.",
    )
    answers: tuple[Reply, ...] = Field((), description="What it says to the questions, and where.")
    written: tuple[str, ...] = Field((), description="What was written, and where.")
    pages: int | None = None
    reason: str = ""
    link: str = ""

    def light(self) -> DocumentOutcome:
        """Without the passages, which are most of it."""
        answers = tuple(reply.model_copy(update={"citations": ()}) for reply in self.answers)
        return self.model_copy(update={"sources": (), "answers": answers})


class Reader:
    """Does what is wished with documents of a place.

    Args:
        where: The place.
        wishes: What is to be found out.
        comment: Also say it in a comment.
        dry_run: Write nothing.
        again: Also do what has not changed.
    """

    def __init__(self, where: Place, wishes: Wishes, *, comment: bool, dry_run: bool, again: bool) -> None:
        self._where, self._wishes = where, wishes
        self._comment, self._dry_run, self._again = comment, dry_run, again
        self._wanted = digest(wishes.digest, str(comment))

    async def handle(self, found: Item | str) -> DocumentOutcome:
        """Do one document.

        Raises:
            ConnectorError: The place or the model failed; it is worth another try, or a person has to look.
        """
        try:
            item = await self._where.get(found) if isinstance(found, str) else found
            mark = f"{self._wanted}.{digest(item.version)}."
            if item.version and self._is_done(item, mark):
                return _outcome(item, "unchanged", reason="It is as the last run left it.")
            _check_size(item)
            document = await read_document(await self._where.fetch(item), name=item.file or item.name)
        except NotFound as exc:
            return _gone(found, exc)
        except DocumentError as exc:
            return _outcome(item, "unreadable", reason=str(exc))
        # Of the text and not of the file: places write what we have found out into files, and export anew each time.
        same = digest(document.text)
        if self._is_done(item, f"{self._wanted}.", same):
            return _outcome(item, "unchanged", reason="Its text is as the last run left it.")
        note, reason = await find_out(document, self._wishes, mark + same)
        try:
            written = () if self._dry_run else await self._write(item, note)
        except NotFound as exc:
            return _gone(item, exc)
        return _outcome(
            item,
            "planned" if self._dry_run else "summarized",
            summary=note.summary,
            tags=note.tags,
            sources=note.sources,
            answers=note.answers,
            written=written,
            pages=document.pages,
            reason=reason,
        )

    def _is_done(self, item: Item, begins: str, ends: str = "") -> bool:
        return not self._again and bool(item.mark) and item.mark.startswith(begins) and item.mark.endswith(ends)

    async def _write(self, item: Item, note: Note) -> tuple[str, ...]:
        """Write back; the comment first, because who finds the mark takes all for done."""
        if self._comment and isinstance(self._where, Commented):
            await self._where.comment(item, _said(note))
            return (*await self._where.write(item, note), "comment")
        return await self._where.write(item, note)


def _check_size(item: Item) -> None:
    """Refuse what is too large before it is fetched.

    Raises:
        TooLarge: It is.
    """
    most = Limits().megabytes
    if item.size > most * 2**20:
        raise TooLarge(
            f"It has {item.size / 2**20:,.0f} MB, and at most {most:,.0f} MB are read. It was not fetched.",
            hint="Split it, or leave out what nobody searches for.",
            name=item.name,
            limit="megabytes",
        )


def _said(note: Note) -> str:
    """What was found out, as a comment."""
    parts = (note.summary, f"Tags: {', '.join(note.tags)}" if note.tags else "", replies(note.answers))
    return "\n\n".join(part for part in parts if part)


def _gone(found: Item | str, exc: NotFound) -> DocumentOutcome:
    name = found if isinstance(found, str) else found.id
    return DocumentOutcome(document=name, status="gone", reason=str(exc))


def _outcome(item: Item, status: Status, **more: Any) -> DocumentOutcome:
    return DocumentOutcome(document=item.id, name=item.name, status=status, link=item.link, **more)

"""Regions of ours in the text of a page: found, replaced, added and taken away; all else stays letter by letter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flows.publishing.forms import Form
from flows.publishing.target import Page, Region
from tieline.errors import Conflict


class _Span(NamedTuple):
    """Where a region stands: from its first mark, its text, to after its last mark."""

    begin: int
    text: slice
    end: int
    region: Region


def regions(form: Form, text: str) -> tuple[Region, ...]:
    """The regions in a text.

    Raises:
        Conflict: A mark is without its other one, or a name is there twice.
    """
    return tuple(span.region for span in _spans(form, text))


def put(form: Form, text: str, pages: Iterable[Page]) -> str:
    """The text with these regions as they shall be; new ones at the end, or before all others.

    Raises:
        Conflict: See `regions`.
    """
    for page in pages:
        text = _put(form, text, page)
    return text


def _put(form: Form, text: str, page: Page) -> str:
    spans = _spans(form, text)
    there = next((span for span in spans if span.region.name == page.region), None)
    if not page.text:
        return text if there is None else _closed(text[: there.begin], text[there.end :])
    body = form.render(page.text)
    made = f"{form.begin(page.region, form.digest(body))}\n{body}\n{form.end(page.region)}"
    if there is not None:
        return text[: there.begin] + made + text[there.end :]
    if page.newest_first and spans:
        return text[: spans[0].begin] + made + "\n\n" + text[spans[0].begin :]
    return (text.rstrip("\n") + "\n\n" if text.strip() else "") + made + "\n"


def _closed(before: str, after: str) -> str:
    """What stood around a region that is gone, without a hole."""
    if not before.strip() or not after.strip():
        return before.rstrip("\n") + ("\n" if before.strip() else "") + after.lstrip("\n")
    return before.rstrip("\n") + "\n\n" + after.lstrip("\n")


def _spans(form: Form, text: str) -> list[_Span]:
    found: list[_Span] = []
    marks = list(form.marks.finditer(text))
    for first, last in zip(marks[::2], [*marks[1::2], None], strict=False):
        name = first["name"]
        paired = last is not None and (first["which"], last["which"], last["name"]) == ("begin", "end", name)
        if last is None or not paired or any(span.region.name == name for span in found):
            raise Conflict(
                f"The marks of {name!r} are damaged: what was generated cannot be told from what people wrote.",
                hint="Put back the lines that begin and end it, once each, or take both out.",
            )
        inner = slice(first.end(), last.start())
        now = form.digest(text[inner])
        found.append(_Span(first.start(), inner, last.end(), Region(name=name, written=first["digest"] or "", now=now)))
    return found

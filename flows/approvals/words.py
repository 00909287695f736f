"""An approval in words, for places that are read by people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from flows.chat.answer import Answer, Line
from flows.markup import escaped
from tieline.approvals import Approval


def answer(approval: Approval) -> Answer:
    """It for a chat. Nothing in it is markup. While it waits, a button leads to the page that it is about."""
    open_ = approval.state == "waiting"
    until = (("Decide until", f"{approval.due_at:%Y-%m-%d %H:%M} UTC"),) if approval.due_at and open_ else ()
    decided = () if open_ else (("Decision", approval.verdict),)
    return Answer(
        title=approval.title,
        link="" if open_ else approval.link,
        lines=tuple(Line(text=line) for line in plain(approval.summary)),
        points=False,
        facts=(("Approval", approval.id), ("Asked by", approval.scenario), *until, *decided),
    )


def plain(markdown: str) -> Iterator[str]:
    """The lines of a text in Markdown, without its marks."""
    row: list[str] | None = None
    mark = ""
    for token in _markdown().parse(markdown):
        if token.type == "list_item_open":
            mark = "• "
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield " · ".join(row)
            row = None
        elif token.type in {"inline", "fence", "code_block"}:
            said = [line.strip() for line in _said(token).splitlines() if line.strip()]
            if row is not None:
                row.append(" ".join(said))
                continue
            yield from (f"{mark if not number else ''}{line}" for number, line in enumerate(said))
            mark = ""


def _said(token: Token) -> str:
    if token.children is None:
        return token.content
    breaks = {"softbreak", "hardbreak"}
    return "".join("\n" if one.type in breaks else one.content for one in token.children)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def page(approval: Approval) -> str:
    """It in Markdown. The summary is Markdown already, in which the scenario has escaped what outsiders wrote."""
    parts = [
        f"# {escaped(approval.title)}",
        f"`{approval.id}` · {escaped(approval.scenario)} · {escaped(_when(approval))}",
    ]
    if approval.link:
        parts.append(
            f"<{approval.link}>" if re.fullmatch(r"https?://[^\s<>]+", approval.link) else escaped(approval.link)
        )
    if approval.summary:
        parts.append(approval.summary)
    if approval.final_text is not None:
        parts.append(f"## The text\n\n{_fenced(approval.final_text)}")
    return "\n\n".join(parts)


def _when(approval: Approval) -> str:
    until = f", until {approval.due_at:%Y-%m-%d %H:%M} UTC" if approval.due_at and not approval.decided_at else ""
    return approval.verdict + until


def _fenced(text: str) -> str:
    """Text to the letter: the fence is longer than any in it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"

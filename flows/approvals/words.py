"""An approval in words, for places that are read by people."""

from __future__ import annotations

import re

from flows.chat.answer import Answer, Line
from flows.markup import escaped
from tieline.approvals import Approval


def answer(approval: Approval) -> Answer:
    """It for a chat. Nothing in it is markup."""
    until = ((("Decide until", f"{approval.due_at:%Y-%m-%d %H:%M} UTC"),) if approval.due_at else ()) * (
        approval.state == "waiting"
    )
    decided = (("Decision", approval.verdict),) if approval.state != "waiting" else ()
    return Answer(
        title=approval.title,
        link=approval.link,
        lines=tuple(Line(text=line) for line in approval.summary.splitlines() if line.strip()),
        points=False,
        facts=(("Approval", approval.id), ("Asked by", approval.scenario), *until, *decided),
    )


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

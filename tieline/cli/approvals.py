"""`tieline approvals`: what machines want to write, and what people say to it."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from tieline.cli.deliveries import span
from tieline.cli.screen import as_json, note, out, pairs, panel, table
from tieline.errors import ConfigError

if TYPE_CHECKING:
    from tieline.approvals import Approval, Decision, Entry

_ID = typer.Argument(metavar="ID", help="Such as tiku-mora: see tieline approvals list.")
_BY = typer.Option("", "--by", metavar="NAME", help="Who decides, for the record; by default your name on this system.")
_REASON = typer.Option("", "--reason", "-r", metavar="TEXT", help="Why, for the record.")
_JSON = typer.Option(False, "--json", help="Print JSON.")
_COLORS = {"approved": "green", "rejected": "red", "expired": "red", "withdrawn": "dim", "waiting": "yellow"}


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Decide on what machines want to write.", no_args_is_help=True)
    group.callback()(_approvals)
    group.command("list")(show_list)
    group.command()(show)
    group.command()(approve)
    group.command()(reject)
    group.command()(edit)
    group.command()(history)
    app.add_typer(group, name="approvals", rich_help_panel="Flows")


def _approvals() -> None:
    """Decide on what machines want to write."""


def show_list(
    scenario: str = typer.Option("", "--scenario", metavar="NAME", help="Only what this one asked."),
    every: bool = typer.Option(False, "--all", help="Also what was decided."),
    json: bool = _JSON,
) -> None:
    """Show what waits for a decision, the oldest first."""
    from tieline import approvals

    found = approvals.everything(scenario) if every else approvals.waiting(scenario)
    if json:
        as_json([one.model_dump(mode="json", exclude={"proposal", "text", "edited"}) for one in found])
        return
    if not found:
        note("Nothing waits for a decision." if not every else "Nothing was ever asked.")
        return
    now = datetime.now(UTC)
    shown = table("Approval", "What", "Asked by", "Asked", "Due", "State")
    for one in found:
        due = Text(f"in {span((one.due_at - now).total_seconds())}") if one.due_at and not one.decided_at else Text("-")
        if one.due_at and one.due_at <= now and not one.decided_at:
            due = Text("over", "red")
        asked = f"{span((now - one.asked_at).total_seconds())} ago"
        shown.add_row(f"[bold]{one.id}[/]", Text(one.title), one.scenario, asked, due, _state(one))
    out.print(shown)


def show(id: str = _ID, json: bool = _JSON) -> None:  # noqa: A002 - what people type
    """Show one approval: what is proposed, and what was decided."""
    from tieline import approvals

    found = approvals.get(id)
    if json:
        as_json(found.model_dump(mode="json"))
        return
    out.print(panel(Group(*_parts(found)), found.id, color=_COLORS[found.state].replace("dim", "white")))


def approve(id: str = _ID, by: str = _BY, reason: str = _REASON) -> None:  # noqa: A002 - as above
    """Approve it: the scenario goes on at once. Exits with 1 if somebody was faster."""
    _decide(id, "approve", by, reason)


def reject(id: str = _ID, reason: str = _REASON, by: str = _BY) -> None:  # noqa: A002 - as above
    """Reject it; that needs a reason. Exits with 1 if somebody was faster."""
    _decide(id, "reject", by, reason)


def edit(
    id: str = _ID,  # noqa: A002 - as above
    file: str = typer.Option("", "--file", metavar="FILE", help="The text as it should be; - is the standard input."),
    by: str = _BY,
    reason: str = _REASON,
) -> None:
    """Change the text in your editor, and approve it like that. Exits with 1 if somebody was faster."""
    from tieline import approvals

    found = approvals.get(id)
    if found.text is None:
        raise ConfigError(f"{found.id} has no text that could be changed.", hint="Approve it, or reject it.")
    text = _read(file) if file else typer.edit(found.text, extension=".md", require_save=True)
    if text is None or text == found.text:
        raise ConfigError("The text is as it was; nothing was decided.", hint=f"To approve it: approve {found.id}")
    _decide(id, "edit", by, reason, text)


def history(
    id: str = typer.Argument("", metavar="[ID]", help="Only what happened to this one."),  # noqa: A002 - as above
    limit: int = typer.Option(100, "--limit", min=1, help="Most entries."),
    json: bool = _JSON,
) -> None:
    """Show who asked, reminded and decided what, when and how."""
    from tieline import approvals

    found = approvals.history(id, limit=limit)
    if json:
        as_json([one.model_dump(mode="json") for one in found])
    elif found:
        out.print(_log(found))
    else:
        note("Nothing was ever asked.")


def _decide(id: str, decision: Decision, by: str, reason: str, text: str | None = None) -> None:  # noqa: A002 - as above
    from tieline import approvals

    who = by or getpass.getuser()
    after = approvals.decide(id, decision, by=who, via="cli", reason=reason, text=text)
    out.print(Text(f"{after.id} ({after.title}) was {after.verdict}."))


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{file} cannot be read: {exc}.", hint="Nothing was decided.") from None


def _state(one: Approval) -> Text:
    by = f" by {one.decided_by}" if one.state in {"approved", "rejected"} else ""
    return Text(one.state + by, _COLORS[one.state])


def _parts(one: Approval) -> list[RenderableType]:
    from rich.markdown import Markdown

    rows = {
        "What": one.title,
        "Asked by": f"{one.scenario}, {_at(one.asked_at)}",
        "Link": one.link,
        "Due": _at(one.due_at) if one.due_at else "",
        "Approvers": ", ".join(one.approvers),
        "State": one.verdict,
    }
    parts: list[RenderableType] = [pairs((name, Text(value)) for name, value in rows.items() if value)]
    if one.summary:
        parts += [Text(), Markdown(one.summary, hyperlinks=False)]
    if one.final_text is not None:
        parts += [Text(), Text("The text", "bold"), Text(one.final_text)]
    return parts


def _log(entries: list[Entry]) -> RenderableType:
    shown = table("When", "Approval", "What", "Who", "Via", "Detail")
    for one in entries:
        color = _COLORS.get("approved" if one.what == "edited" else one.what, "")
        words = (Text(one.what, color), Text(one.who), Text(one.via), Text(one.detail))
        shown.add_row(_at(one.at), one.approval, *words)
    return shown


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

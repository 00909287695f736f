"""What people see: tables, panels, notes and errors. Results go to standard output, all else to standard error."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tieline.errors import ConnectorError, TielineError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def table(*columns: str, title: str = "") -> Table:
    """An empty table; the first column never breaks."""
    made = Table(
        box=box.SIMPLE_HEAD, title=title or None, title_justify="left", header_style="bold cyan", pad_edge=False
    )
    for number, column in enumerate(columns):
        made.add_column(column, no_wrap=number == 0, overflow="fold")
    return made


def panel(content: RenderableType, title: str, *, color: str = "green") -> Panel:
    """A frame around something that matters."""
    return Panel(
        content, title=f"[bold]{title}[/]", title_align="left", border_style=color, padding=(0, 1), expand=False
    )


def pairs(rows: Iterable[tuple[str, RenderableType]]) -> Table:
    """Names and values, below each other."""
    made = Table.grid(padding=(0, 2))
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in rows:
        made.add_row(name, value)
    return made


def note(text: str) -> None:
    """A remark, beside the result."""
    err.print(Text(text, style="dim"))


def as_json(value: Any) -> None:
    """A result for programs."""
    out.print_json(json.dumps(value, ensure_ascii=False, default=str))


def show_error(exc: TielineError) -> None:
    """What happened, where, and what to do about it."""
    rows: list[tuple[str, RenderableType]] = [("What", Text(str(exc.args[0])))]
    if isinstance(exc, ConnectorError):
        rows += [("Where", Text(where)) for where in [_where(exc)] if where]
        rows += [(f"Field {name}", Text(said)) for name, said in exc.fields.items()]
    if exc.hint:
        rows.append(("What to do", Text(exc.hint, style="green")))
    _show(exc, rows, "That did not work")


def show_surprise(exc: Exception) -> None:
    """An error that nobody thought of."""
    first = str(exc).strip().partition("\n")[0] or "It says no more."
    rows: list[tuple[str, RenderableType]] = [
        ("What", Text(f"{type(exc).__name__}: {first}")),
        (
            "What to do",
            Text("Set TIELINE_DEBUG=1 and try again: that shows where it happened, for a bug report.", "green"),
        ),
    ]
    _show(exc, rows, "Something unexpected went wrong")


def plain(value: Any) -> str:
    """A value in a cell of a table."""
    if value is None or value in ("", [], {}):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(v, str | int) for v in value):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _where(exc: ConnectorError) -> str:
    place = f"{exc.system}.{exc.action}" if exc.action else exc.system
    more = {"connection": exc.connection, "status": exc.status, "code": exc.code, "request": exc.request_id}
    return ", ".join(filter(None, [place, *(f"{name} {value}" for name, value in more.items() if value)]))


def _show(exc: Exception, rows: list[tuple[str, RenderableType]], title: str) -> None:
    err.print(
        Panel(Group(pairs(rows)), title=f"[bold]{title}[/]", title_align="left", border_style="red", padding=(0, 1))
    )
    if os.environ.get("TIELINE_DEBUG"):
        err.print("".join(traceback.format_exception(exc)), markup=False)

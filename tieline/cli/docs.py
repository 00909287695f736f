"""`tieline docs`: documentation from source code."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from tieline.cli.screen import note, out, show_error, table
from tieline.errors import ConfigError

if TYPE_CHECKING:
    from tieline.language.code.generate import Plan

COLORS = {"new": "green", "changed": "yellow", "deleted": "red", "same": "dim"}
OUT_OF_DATE = 1
BAD_INPUT = 2
UNDOCUMENTED = 10


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Documentation from source code.", no_args_is_help=True)
    group.callback()(_docs)
    group.command()(generate)
    app.add_typer(group, name="docs", rich_help_panel="Documentation")


def _docs() -> None:
    """Documentation from source code."""


def generate(
    source: list[str] = typer.Option(
        ..., "--source", help="Source files, such as 'src/**/*.py'; may be given several times."
    ),
    output: Path = typer.Option(..., "--output", help="The folder of the pages, such as docs/generated."),
    link: str = typer.Option(
        "",
        "--link",
        help="Where the source can be looked at, such as 'https://github.com/acme/app/blob/main/{path}#L{line}'.",
    ),
    check: bool = typer.Option(False, "--check", help="Write nothing; end with 1 where a page is out of date."),
) -> None:
    """Write the reference of source code: a page for each module, an index, and what is undocumented.

    The code is parsed, and never imported or run. Only pages that were written by this command are changed or deleted.
    Exit codes: 0, all is up to date; 1, with `--check`, a page is not; 2, bad input, and nothing was written.
    """
    from tieline.language.code import generate as work

    try:
        made = work.plan(Path.cwd(), source, output, *([work.linker(link)] if link else []))
        if not check:
            work.apply(made, output)
    except ConfigError as exc:
        show_error(exc)
        raise typer.Exit(BAD_INPUT) from None
    except OSError as exc:
        show_error(ConfigError(f"{output} cannot be written: {exc.strerror}.", hint="Check who may write there."))
        raise typer.Exit(BAD_INPUT) from None
    _show(made, output, check=check)
    if check and made.outdated:
        note("Out of date. Run the same command without --check, and commit what it writes.")
        raise typer.Exit(OUT_OF_DATE)


def _show(made: Plan, output: Path, *, check: bool) -> None:
    if made.outdated:
        shown = table("Page", "Needs to be" if check else "Was")
        words = {"new": "written", "changed": "written anew", "deleted": "deleted"}
        for page in made.outdated:
            shown.add_row(Text(str(output / page.name)), Text(words[page.state], COLORS[page.state]))
        out.print(shown)
    counts = Counter(page.state for page in made.pages)
    said = ", ".join(f"{counts[state]} {state}" for state in ("new", "changed", "deleted", "same") if counts[state])
    found = made.coverage
    out.print(Text(f"{len(made.modules)} files read; pages: {said}."))
    color = "green" if not found.undocumented else "yellow"
    out.print(
        Text(f"{found.documented} of {found.public} public symbols are documented ({found.percent:.0f} %).", color)
    )
    if found.undocumented:
        missing = table("Undocumented", "Kind", "Where")
        for one in found.undocumented[:UNDOCUMENTED]:
            missing.add_row(Text(one.name), one.kind, Text(f"{one.path}:{one.line}"))
        out.print(missing)
        if len(found.undocumented) > UNDOCUMENTED:
            note(f"and {len(found.undocumented) - UNDOCUMENTED} more: see {output / 'undocumented.md'}")
    for module in made.modules:
        for problem in module.problems:
            note(f"{module.path}{f':{problem.line}' if problem.line else ''}: {problem.message}")

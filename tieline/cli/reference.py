"""The page about all commands, written from their help; `python -m tieline.docs` puts it into `docs/`."""

from __future__ import annotations

import re

import typer
from typer.cli import get_docs_for_click

from tieline.cli import app

_INTRO = """
{help}

**Which Prefect server.** Commands follow `PREFECT_API_URL` and the active Prefect profile. Where neither names one,
they use the one of a `tieline up` on this machine; where there is none, they start one for as long as they run, and say
so. Its data, saved connections included, is kept in the folder `prefect` of `TIELINE_DATA_DIR`.

**Exit codes.** 0: all is well. 1: it did not work, and a panel says what, where and what to do. 2: wrong usage.
130: Ctrl-C. `TIELINE_DEBUG=1` shows where in the code an error happened.

**Output.** Results go to standard output, remarks and errors to standard error. `--json` prints JSON.
"""


def page(notice: str) -> str:
    """The page as Markdown.

    Args:
        notice: A comment that says where the page comes from.
    """
    command = typer.main.get_command(app)
    text: str = get_docs_for_click(obj=command, ctx=typer.Context(command), name="tieline")
    text = re.sub(r"\[(?:bold )?cyan\](.*?)\[/\]", r"`\1`", text)
    _, heading, commands = text.partition("\n## ")
    about = command.help or ""
    intro = _INTRO.format(help=re.sub(r"\[(?:bold )?cyan\](.*?)\[/\]", r"`\1`", about)).strip()
    return f"# Commands\n\n{notice}\n\n{intro}\n\n{heading.strip()} {commands.strip()}\n"

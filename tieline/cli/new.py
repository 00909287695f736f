"""`tieline new`: the files of a new system, with tests that are red until they are filled in."""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from pathlib import Path

import typer
from rich.console import Group
from rich.text import Text

from tieline import registry
from tieline.cli.screen import err, note, out, panel
from tieline.errors import ConfigError

TEMPLATES = {
    "blocks/{name}.py": "block.py.jinja",
    "tasks/{name}.py": "tasks.py.jinja",
    "tests/contracts/{name}.py": "contract.py.jinja",
}


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Systems")(new)


def new(
    system: str = typer.Argument(metavar="SYSTEM", help="Its one word, such as hubspot or google_drive."),
    title: str = typer.Option("", help='How people write it, such as "HubSpot".'),
) -> None:
    """Begin a new system: its block, tasks and contract. Its tests are red until they are filled in."""
    root = _root()
    _refuse(system)
    written = _write(root, system, title or system.replace("_", " ").title())
    steps = [
        f"1. {written[0]}: where it lives and how one logs in.",
        f"2. {written[1]}: what it can do, each action with the vendor's page.",
        f"3. {written[2]}: what goes over the wire, copied from the vendor's pages.",
        f"4. pytest tests/test_contracts.py -k {system} until it is green; then python -m tieline.docs",
        f"5. tieline connect {system}, and try it: tieline call {system}.get_item --connection default item_id=1",
    ]
    out.print(panel(Group(*map(Text, steps)), f"{system} is begun"))
    _run_tests(root, system)


def _root() -> Path:
    root = registry.folder("tasks").parent
    if not (root / "tests" / "contracts").is_dir():
        raise ConfigError(
            f"Tieline is installed in {root}, without its tests.",
            hint="Clone the project, run `uv sync` there, and try again: a new system belongs into a checkout.",
        )
    return root


def _refuse(system: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", system) or keyword.iskeyword(system):
        raise ConfigError(
            f"A system cannot be called {system!r}.",
            hint="Use one word of small letters and digits; join two with an underscore, such as google_drive.",
        )
    if system in {*registry.names(), *registry.modules("blocks")}:
        raise ConfigError(f"There is a system {system!r} already.", hint=f"See tasks/{system}.py.")


def _write(root: Path, system: str, title: str) -> list[str]:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(  # noqa: S701 - Python, not HTML
        loader=PackageLoader("tieline.cli"), undefined=StrictUndefined, keep_trailing_newline=True
    )
    words = {
        "name": system,
        "title": title,
        "slug": system.replace("_", "-"),
        "class_name": "".join(part[:1].upper() + part[1:] for part in re.findall(r"\w+", title)),
    }
    paths = {
        path.format(name=system): pages.get_template(template).render(words) for path, template in TEMPLATES.items()
    }
    for path in paths:
        if (root / path).exists():
            raise ConfigError(
                f"{path} is there already.", hint="Nothing was written. Move it away, or choose another name."
            )
    for path, text in paths.items():
        (root / path).write_text(text, "utf-8")
    return list(paths)


def _run_tests(root: Path, system: str) -> None:
    command = [sys.executable, "-m", "pytest", "tests/test_contracts.py", "-k", system, "--tb=no", "-rN"]
    with err.status("Running its tests …"):
        ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own tests
    last = (ran.stdout.strip().splitlines() or ["pytest is not installed: uv sync brings it."])[-1]
    note(f"Its tests now: {last.strip('= ')}")

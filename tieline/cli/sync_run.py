"""`tieline sync run`, and what `tieline sync status` tells of such a job: documents that become pages or rows."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import typer
from rich.console import Group, RenderableType
from rich.text import Text

from tieline.cli.flow_run import run_flow
from tieline.cli.screen import as_json, note, out, pairs, panel, table
from tieline.cli.sync_shown import show
from tieline.errors import ConfigError, UnknownName

_COLORS = {"applied": "green", "planned": "cyan", "waiting": "yellow", "stopped": "red"}
#: Longer tables are cut; `--json` and Prefect's pages tell all.
SHOWN = 40


def run(  # noqa: PLR0917 - what people type
    job: str = typer.Argument("", metavar="[NAME]", help="A sync, or a job that ran before; or source and target."),
    source: str = typer.Option(
        "", "--source", metavar="CONNECTION:PLACE", help="Such as github/app:acme/docs@main, or files/handbook."
    ),
    target: str = typer.Option(
        "", "--target", metavar="CONNECTION:PLACE", help="Such as confluence/docs:DOCS, or sql/main:documents."
    ),
    name: str = typer.Option("", "--name", help="What the job is called; made of source and target by default."),
    files: list[str] = typer.Option([], "--files", metavar="GLOB", help="Which documents, such as 'docs/**/*.md'."),
    columns: str = typer.Option(
        "", "--columns", metavar="NAMES", help="For a table: such as title,text or title=heading,text=body."
    ),
    key: str = typer.Option("id", "--key", metavar="NAME", help="For a table: its column for paths or numbers."),
    deletes: str = typer.Option("delete", "--deletes", help="What becomes of what is gone: never, mark or delete."),
    deleted_column: str = typer.Option("", "--deleted-column", metavar="NAME", help="For a table, with mark."),
    checks: Path | None = typer.Option(None, "--checks", metavar="FILE", help="Checks in JSON; see docs/data-sync.md."),
    incremental: bool = typer.Option(
        True, "--incremental/--everything", help="Only what has changed; or read all, and look at all pages."
    ),
    dry: bool = typer.Option(False, "--dry", help="Only say what would be written."),
    json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Do what there is to do: for a saved sync, or for documents that shall become pages or rows.

    Killed half-way, it goes on where it was. Pages that people edited are left alone, and told.
    """
    if bool(job) == bool(source) or bool(source) != bool(target):
        raise ConfigError("What is to be synced?", hint="Give --source and --target, or the name of a job.")
    if job and not is_job(job):
        show(run_flow("sheet_sync", f"Syncing {job} …", name=job), json=json)
        return
    if job:
        made: Any = _jobs().load(job)
    else:
        given = {"source": source, "target": target, "name": name, "files": files, "key": key, "deletes": deletes}
        more = {"columns": _columns(columns), "deleted_column": deleted_column, "checks": _checks(checks)}
        made = _made(given | more)
    done = run_flow("data_sync", f"Syncing {made.title} …", job=made, everything=not incremental, dry_run=dry)
    if json:
        as_json(done.model_dump(mode="json"))
        return
    _show(done, details=True)


def status_details(job: str, *, details: bool = True, json: bool = False) -> None:
    """Show what became of a job's last run.

    Args:
        job: Its name.
        details: Also what was left alone, one by one, and the checks.
        json: Print JSON.

    Raises:
        UnknownName: No job of that name ever ran.
    """
    found = import_module("flows.document_sync.report").last(job)
    if found is None:
        raise UnknownName("sync of documents", job, [])
    if json:
        as_json(found.model_dump(mode="json"))
        return
    _show(found, details=details)


def is_job(name: str) -> bool:
    """Whether a sync of documents of that name ran before."""
    return _jobs().remembered(name) is not None


def _jobs() -> Any:
    """The module of jobs; the engine knows nothing of flows, so it is looked up by name."""
    return import_module("flows.document_sync.job")


def _made(given: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    try:
        return _jobs().Job.model_validate(given)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{where}{': ' * bool(where)}{first['msg'].removeprefix('Value error, ')}.") from None


def _columns(text: str) -> dict[str, str]:
    """Read "title=heading,text"."""
    parts = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    return {left.strip(): right.strip() or left.strip() for left, _, right in parts}


def _checks(file: Path | None) -> Any:
    if file is None:
        return []
    try:
        return orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as exc:
        raise ConfigError(f"{file} cannot be read: {exc}.", hint="It holds a list of checks, in JSON.") from None


def _show(done: Any, *, details: bool) -> None:
    rows: list[tuple[str, RenderableType]] = [
        ("Source", Text(done.source)),
        ("Target", Text(done.target)),
        ("State", Text(done.state, _COLORS[done.state])),
        ("Did", Text(done.sentence())),
    ]
    rows += [("Why", Text(done.why))] if done.why else []
    out.print(panel(pairs(rows), done.job, color=_COLORS[done.state]))
    if not details:
        return
    if done.quality:
        out.print(_quality(done.quality))
    if done.troubles:
        shown = table("Document", "Left as it is", title="[bold]Problems[/]")
        for one in done.troubles[:SHOWN]:
            shown.add_row(Text(one.document), Text(one.why))
        more = len(done.troubles) - SHOWN
        out.print(Group(shown, *([Text(f"and {more} more: --json", "dim")] if more > 0 else [])))
    if done.approval:
        note(f"To agree: tieline approvals approve {done.approval}")


def _quality(report: Any) -> RenderableType:
    shown = table("Check", "Severity", "Failed", "Such as", title="[bold]Checks[/]")
    for one in report.findings:
        what = one.check.model_dump(mode="json", exclude={"check", "severity"}, exclude_none=True)
        words = f"{one.check.check} {', '.join(f'{name}: {value}' for name, value in what.items())}"
        such = ", ".join(next(iter(example.key.values()), str(example.row)) for example in one.examples[:3])
        shown.add_row(Text(words), one.check.severity, f"{one.failed:,}", Text(such))
    return shown

"""The `tieline` command. One module per group of commands; each loads what it needs only when it runs."""

from __future__ import annotations

import os
import signal
import sys
import threading
from importlib import metadata
from typing import Any, NoReturn

import typer
from click import Context
from typer.core import TyperGroup

from tieline.cli import (
    actions,
    approvals,
    blocks,
    call,
    check,
    connect,
    demo,
    deploy,
    dispatch,
    docs,
    doctor,
    feed,
    gateway,
    inbox,
    new,
    sandbox,
    sync,
    systems,
    up,
    webhook,
    worker,
)
from tieline.cli.screen import show_error, show_surprise
from tieline.cli.signals import TERMINATED
from tieline.errors import TielineError


class Commands(TyperGroup):
    """All commands, and the one place that tells people about errors."""

    def invoke(self, ctx: Context) -> Any:
        """Run a command; what goes wrong becomes a panel and an exit code."""
        try:
            return super().invoke(ctx)
        except TielineError as exc:
            show_error(exc)
        except (typer.Exit, typer.Abort, KeyboardInterrupt, EOFError, BrokenPipeError):
            raise
        except Exception as exc:
            if type(exc).__module__.startswith(("click", "typer")):
                raise  # usage errors: Typer shows them
            show_surprise(exc)
        raise typer.Exit(1)


app = typer.Typer(
    cls=Commands,
    help=(
        "Tie outside systems together with Python and Prefect.\n\n"
        "Begin with [bold cyan]tieline demo[/]: it needs no account and no key."
    ),
    rich_markup_mode="rich",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
for _module in (
    demo, up, sandbox, systems, actions, call, check, connect, new, gateway, dispatch, worker, inbox, feed, webhook,
    sync, approvals, blocks, deploy, docs, doctor,
):  # fmt: skip
    _module.add_to(app)


#: Every command, as it is typed.
COMMANDS = (
    "demo", "up", "sandbox", "systems", "actions", "call", "check", "connect", "new", "gateway", "dispatch", "worker",
    "feed follow", "feed list", "feed forget", "watch",
    "inbox list", "inbox show", "inbox replay", "inbox dead-letters", "inbox process", "webhook list", "webhook sign",
    "webhook verify", "webhook guide", "webhook secret", "webhook setup",
    "webhook subscriptions", "webhook remove",
    "sync list", "sync plan", "sync apply", "sync run", "sync undo", "sync status", "sync history", "sync resolve",
    "approvals list", "approvals show", "approvals approve", "approvals reject", "approvals edit", "approvals history",
    "blocks register", "deploy", "serve",
    "docs generate", "doctor",
)  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tieline {metadata.version('tieline')}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Options of the command itself; its help is above."""


def main() -> None:
    """Run the command line."""
    # Prefect would report that it was used, and say so on the first day.
    os.environ.setdefault("DO_NOT_TRACK", "1")
    end_on_sigterm()
    app(prog_name="tieline")


def end_on_sigterm() -> None:
    """Let SIGTERM end this process like Ctrl-C does, at whatever moment it comes."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.unraisablehook = _unraisable


def _unraisable(lost: Any) -> None:
    """Python swallows what is raised while it cleans up, such as after an import: then the signal is sent again."""
    if lost.exc_type in {SystemExit, KeyboardInterrupt}:
        again = signal.SIGTERM if lost.exc_type is SystemExit else signal.SIGINT
        timer = threading.Timer(0.05, os.kill, (os.getpid(), again))
        timer.daemon = True
        timer.start()
    else:
        sys.__unraisablehook__(lost)


def _terminate(*_: object) -> NoReturn:
    """End like Ctrl-C does: whatever was started is stopped on the way out."""
    sys.exit(TERMINATED)

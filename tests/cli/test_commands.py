"""Commands that need no server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, answer
from tieline import registry
from tieline.cli import COMMANDS, screen
from tieline.errors import NotFound


def test_systems_are_listed_without_prefect() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from tieline.cli import app; "
        "print(CliRunner().invoke(app, ['systems']).output); "
        "print([name for name in ('prefect', 'httpx', 'sqlalchemy', 'pydantic') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "freshdesk" in ran.stdout
    assert ran.stdout.splitlines()[-1] == "[]"


def test_systems(tieline: Run) -> None:
    listed = answer(tieline("systems", "--json"))
    assert [one["name"] for one in listed] == list(registry.names())
    shown = tieline("systems").stdout
    assert all(name in shown for name in registry.names())


@pytest.mark.parametrize("system", registry.names())
def test_counts_are_read_right_from_the_source(system: str) -> None:
    connector, outline = registry.connector(system), registry.outline(system)
    assert (outline.actions, outline.events) == (len(connector.actions), len(connector.told))


@pytest.mark.parametrize("system", registry.names())
def test_actions(system: str, tieline: Run) -> None:
    connector = registry.connector(system)
    cards = answer(tieline("actions", system, "--json"))
    assert [card["name"] for card in cards] == [action.name for action in connector.actions.values()]
    assert all(card["input_schema"]["type"] == "object" for card in cards)
    shown = tieline("actions", system).stdout
    assert all(action.name in shown for action in connector.actions.values())


def test_one_action_shows_its_parameters_and_choices(tieline: Run) -> None:
    shown = tieline("actions", "freshdesk.create_ticket").stdout
    assert "required" in shown
    assert "low, medium, high, urgent" in shown
    assert "HTML" in shown
    assert answer(tieline("actions", "freshdesk.create_ticket", "--json"))["kind"] == "write"


@pytest.mark.parametrize(
    ("words", "said"),
    (
        (["actions", "freshdes"], "Did you mean freshdesk"),
        (["actions", "freshdesk.get_tickt"], "Did you mean get_ticket"),
        (["check", "zendes"], "Did you mean zendesk"),
        (["connect", "slak"], "Did you mean slack"),
        (["connect", "language/opnai"], "Did you mean openai"),
        (["connect", "language"], "language/openai"),
        (["call", "freshdesk", "-c", "x"], "Write it like"),
        (["call", "freshdes.get_ticket", "-c", "x"], "Did you mean freshdesk"),
        (["call", "freshdesk.get_tickt", "-c", "x"], "Did you mean get_ticket"),
        (["call", "freshdesk.get_ticket", "-c", "x", "tickt_id=7"], "Did you mean ticket_id?"),
        (["call", "freshdesk.get_ticket", "-c", "x", "ticket_id=seven"], "Nothing was sent"),
        (["call", "freshdesk.get_ticket", "-c", "x"], "ticket_id: Field required"),
        (["call", "freshdesk.get_ticket", "-c", "x", "7"], "key=value"),
        (["call", "freshdesk.get_ticket", "-c", "x", "ticket_id=7", "ticket_id=8"], "given twice"),
        (["call", "freshdesk.add_note", "-c", "x", "ticket_id=7", "body=@nowhere.html"], "No such file"),
        (["connect", "freshdesk", "--name", "My Desk"], "small letters"),
        (["new", "Google Drive"], "small letters"),
        (["new", "class"], "small letters"),
        (["new", "freshdesk"], "already"),
    ),
)
def test_wrong_words_are_answered_with_help(words: list[str], said: str, tieline: Run) -> None:
    result = tieline(*words, code=1)
    assert said in " ".join(result.stderr.replace("│", " ").split())
    assert not result.stdout


@pytest.mark.parametrize("words", ([], ["nonsense"], ["call", "freshdesk.get_ticket"], ["check", "slack", "--all"]))
def test_wrong_usage_exits_with_2(words: list[str], tieline: Run) -> None:
    tieline(*words, code=2)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, tieline: Run) -> None:
    assert "Usage: tieline" in tieline(*command.split(), "--help").stdout


def test_version(tieline: Run) -> None:
    assert tieline("--version").stdout.startswith("tieline 0.")


def test_completion_is_offered(tieline: Run) -> None:
    result = tieline(_TIELINE_COMPLETE="complete_bash", COMP_WORDS="tieline actions fre", COMP_CWORD="2")
    assert result.stdout.split() == ["freshdesk"]


# ---------------------------------------------------------------- errors


def test_an_error_says_what_where_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    exc = NotFound("It answered 404.", hint="Look it up.", status=404, fields={"id": "unknown"})
    exc.system, exc.action, exc.connection, exc.request_id = "freshdesk", "get_ticket", "support", "r1"
    screen.show_error(exc)
    said = " ".join(capsys.readouterr().err.split())
    for part in (
        "It answered 404.",
        "freshdesk.get_ticket",
        "connection support",
        "request r1",
        "Look it up.",
        "unknown",
    ):
        assert part in said


def test_a_surprise_is_no_traceback_unless_asked_for(tieline: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> tuple[str, ...]:
        raise KeyError("[bold]odd[/]")

    monkeypatch.setattr(registry, "names", fail)
    said = tieline("systems", code=1).stderr
    assert "KeyError: '[bold]odd[/]'" in said
    assert "TIELINE_DEBUG=1" in said
    monkeypatch.setenv("TIELINE_DEBUG", "1")
    with pytest.raises(AssertionError, match="Traceback"):
        tieline("systems", code=1)


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tieline", "systems", "--json"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "freshdesk" in ran.stdout


@pytest.mark.parametrize(("sent", "code"), (("SIGTERM", 143), ("SIGINT", -2)))
def test_a_signal_is_heard_though_python_is_cleaning_up(sent: str, code: int) -> None:
    program = f"""
import os, signal, threading
from tieline.cli import end_on_sigterm

end_on_sigterm()

class Odd:
    def __del__(self):
        signal.raise_signal(signal.{sent})
        sum(range(1000))

Odd()
threading.Event().wait(60)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=50)
    assert ran.returncode == code
    assert "Exception ignored" not in ran.stderr

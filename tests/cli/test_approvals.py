"""`tieline approvals`: what waits, what was decided, by whom."""

from __future__ import annotations

import getpass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, answer
from tieline.approvals import Approval, ask, get


def question(key: str = "k", **more: Any) -> Approval:
    given = {"summary": "**Two** symbols", "text": "draft", "due_in": timedelta(hours=2), **more}
    return ask("docs_on_push", key, "Update [red]the[/] reference", **given)


def test_what_waits_is_listed_and_shown(tieline: Run) -> None:
    assert "Nothing waits" in tieline("approvals", "list").stderr
    asked = question()
    listed = tieline("approvals", "list").stdout
    assert asked.id in listed
    assert "Update [red]the[/] reference" in listed
    assert [one["id"] for one in answer(tieline("approvals", "list", "--json"))] == [asked.id]
    assert tieline("approvals", "list", "--scenario", "another").stdout == ""
    shown = tieline("approvals", "show", asked.id).stdout
    assert "Two symbols" in shown
    assert "draft" in shown
    assert answer(tieline("approvals", "show", asked.id, "--json"))["text"] == "draft"


def test_somebody_decides_and_it_is_on_record(tieline: Run) -> None:
    asked = question()
    assert "needs a reason" in tieline("approvals", "reject", "--help").stdout
    assert "without a reason" in tieline("approvals", "reject", asked.id, code=1).stderr
    said = tieline("approvals", "reject", asked.id, "--reason", "wrong page").stdout
    assert f"rejected by {getpass.getuser()} via cli" in said
    late = tieline("approvals", "approve", asked.id, "--by", "bob", code=1).stderr
    assert "wrong page" in late
    assert answer(tieline("approvals", "list", "--json")) == []
    assert "rejected by" in tieline("approvals", "list", "--all").stdout
    entries = answer(tieline("approvals", "history", asked.id, "--json"))
    assert [(one["what"], one["who"], one["detail"]) for one in entries] == [
        ("asked", "docs_on_push", ""),
        ("rejected", getpass.getuser(), "wrong page"),
    ]
    assert "wrong page" in tieline("approvals", "history").stdout


def test_somebody_approves(tieline: Run) -> None:
    asked = question()
    said = tieline("approvals", "approve", asked.id, "--by", "ann", "--reason", "fine").stdout
    assert "approved by ann via cli" in said
    assert get(asked.id).reason == "fine"


def test_the_text_is_changed_and_approved(tieline: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, file = question(), tmp_path / "text.md"
    file.write_text("draft", "utf-8")
    assert "as it was" in tieline("approvals", "edit", asked.id, "--file", str(file), code=1).stderr
    file.write_text("better", "utf-8")
    said = tieline("approvals", "edit", asked.id, "--file", str(file), "--by", "ann").stdout
    assert "approved with changes by ann via cli" in said
    assert get(asked.id).final_text == "better"

    monkeypatch.setattr("typer.edit", lambda text, **_: f"{text}!")
    other = question("another")
    tieline("approvals", "edit", other.id)
    assert get(other.id).final_text == "draft!"


def test_what_is_not_there_is_said(tieline: Run) -> None:
    asked = question(text=None)
    assert "no text" in tieline("approvals", "edit", asked.id, code=1).stderr
    near = asked.id[:-1]
    assert asked.id in tieline("approvals", "show", near, code=1).stderr
    assert "cannot be read" in tieline("approvals", "edit", question("t").id, "--file", "/nowhere", code=1).stderr

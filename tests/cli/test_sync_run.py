"""`tieline sync run` and `status`: documents of a folder become pages of another, and what people are told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocks.files import FilesCredentials
from tests.cli.conftest import Run, answer
from tieline import connections

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]


@pytest.mark.prefect
def test_a_job_runs_is_shown_and_runs_again(tieline: Run, prefect_server: str, tmp_path: Path) -> None:
    assert prefect_server
    (tmp_path / "in").mkdir()
    (tmp_path / "in/lamp.md").write_text("# The lamp\n\nIt lights.\n", "utf-8")
    (tmp_path / "in/faq.md").write_text("No heading.\n", "utf-8")
    checks = tmp_path / "checks.json"
    checks.write_text('[{"check": "pattern", "column": "text", "pattern": "(?s)# .*", "severity": "leave_out"}]')
    FilesCredentials(url=f"file://{tmp_path}").save("folder", overwrite=True)
    connections.forget()
    places = ("--source", "files/folder:in", "--target", "files/folder:out", "--name", "handbook")
    shown = tieline("sync", "run", *places, "--checks", str(checks)).stdout
    assert "2 read, 1 written, 1 left out" in shown
    assert "in/faq.md is left out" in shown
    assert "It lights." in (tmp_path / "out/in/lamp.md").read_text("utf-8")
    told = tieline("sync", "status", "handbook", "--details").stdout
    assert "in/faq.md is left out" in told
    assert "pattern column: text" in told
    assert "in/faq.md is left out" not in tieline("sync", "status", "handbook").stdout
    (tmp_path / "in/faq.md").write_text("# Questions\n", "utf-8")
    again = answer(tieline("sync", "run", "handbook", "--json"))
    assert (again["state"], again["read"], again["written"], again["troubles"]) == ("applied", 1, 1, [])
    assert answer(tieline("sync", "status", "handbook", "--json"))["written"] == 1


def test_what_is_wrong_is_said(tieline: Run, tmp_path: Path) -> None:
    places = ("--source", "files/folder", "--target", "confluence/docs:DOCS")
    for words, said in (
        ((), "Give --source and --target"),
        (("--source", "files/folder"), "Give --source and --target"),
        (("nothing",), "no sync 'nothing'"),
        ((*places, "--columns", "body"), "documents have no column 'body'"),
        ((*places, "--deletes", "often"), "deletes: Input should be 'never', 'mark' or 'delete'"),
        ((*places, "--checks", str(tmp_path / "none.json")), "cannot be read"),
    ):
        assert said in tieline("sync", "run", *words, code=1).output

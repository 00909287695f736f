"""What a program found in the requests is listed, unless the contract names the vendor's page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contracts import __main__ as command
from tests.contracts.described import unexplained
from tieline import observe

FOUND = {"status": "FAIL", "errors": ["query 'name': missing"], "warnings": ["query 'pagelen': not listed"]}
#: Finds fault with each request, as the programs do that know a vendor's description.
PROGRAM = """#!{python}
import json, sys
for line in open(sys.argv[1]):
    fault = "expected an integer at " + json.loads(line)["url"]
    print(json.dumps({{"status": "FAIL", "errors": [fault], "warnings": []}}))
print("summary", file=sys.stderr)
"""


def request(docs: str = "") -> dict[str, Any]:
    return {"system": "acme", "case": "create_list", "docs": docs, "method": "POST", "url": "https://acme.test/lists"}


def test_a_finding_without_a_page_is_listed() -> None:
    where = "FAIL acme create_list: POST https://acme.test/lists: "
    assert list(unexplained([request()], [FOUND], {})) == [
        f"{where}query 'name': missing; query 'pagelen': not listed",
    ]
    beyond = {"acme": {"query 'pagelen'": "https://acme.test/docs/paging"}}
    assert list(unexplained([request()], [FOUND], beyond)) == [f"{where}query 'name': missing"]


def test_a_finding_with_a_page_is_none() -> None:
    assert not list(unexplained([request("https://acme.test/docs")], [FOUND], {}))
    assert not list(unexplained([request()], [{"status": "OK", "errors": [], "warnings": []}], {}))


def test_where_there_is_no_description_there_is_nothing_to_explain() -> None:
    assert not list(unexplained([request()], [{**FOUND, "status": "NOSPEC"}], {}))


def test_a_verdict_too_few_is_no_pass() -> None:
    with pytest.raises(ValueError, match="shorter"):
        list(unexplained([request(), request()], [FOUND], {}))


@pytest.mark.usefixtures("still")
def test_the_command_asks_the_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "validate"
    program.write_text(PROGRAM.format(python=sys.executable), "utf-8")
    program.chmod(0o700)
    monkeypatch.setattr(observe, "record", observe.record)
    assert command.main(["--check", str(program), "google_sheets"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert "google_sheets health: GET https://sheets" in said[0]
    assert "expected an integer at https://" in said[0]
    assert said[-1].startswith(f"{len(said) - 1} requests: {len(said) - 1} FAIL. Not explained: {len(said) - 1}.")

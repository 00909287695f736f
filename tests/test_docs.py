"""What the documents tell people to do works."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import shlex
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from blocks.confluence import ConfluenceCredentials
from blocks.files import FilesCredentials
from blocks.github import GitHubCredentials
from blocks.google_sheets import GoogleSheetsCredentials
from blocks.sql import SqlCredentials
from tests.flows.conftest import connect
from tieline import store
from tieline.cli import app
from tieline.inbox.tables import DeliveryRow
from tieline.sandbox import Sandbox, running
from tieline.sandbox.google_sheets.memory import Workbooks, new_sheet
from tieline.sandbox.google_sheets.seed import DESK

pytestmark = [
    pytest.mark.prefect,
    # Prefect leaves clients of its own to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    # A task outside of a flow has no run that its logs could go to.
    pytest.mark.filterwarnings("ignore:Logger 'prefect:UserWarning"),
]

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)

#: Commands that need more than a line to be run, and the test that runs them.
ELSEWHERE = {
    "make demo": "tests/slow/test_fresh_clone.py::test_make_demo",
    "make up": "tests/cli/test_processes.py::test_up_serves_other_commands_and_ends_with_sigterm",
    "pip install .": "tests/slow/test_fresh_clone.py::test_pip_install",
    "tieline connect files --name inbox --field url=file:///srv/documents": (
        "tests/cli/test_connections.py::test_a_folder_is_looked_at_and_saved"
    ),
    "tieline connect files --name documents --field url=file:///srv/documents": (
        "tests/cli/test_connections.py::test_a_folder_is_looked_at_and_saved"
    ),
    (
        "tieline connect sql --name shop --field dialect=postgresql --field host=db.example.com --field database=shop "
        "--field user=tieline --field password=@password.txt"
    ): "tests/cli/test_connections.py::test_a_database_is_tried_and_saved",
    "tieline connect sql --name local --field dialect=sqlite --field database=/srv/shop.db": (
        "tests/cli/test_connections.py::test_a_database_is_tried_and_saved"
    ),
    "tieline connect google_drive --login": (
        "tests/login/test_browser.py::test_a_person_logs_in_and_what_it_brings_works"
    ),
    "tieline connect sharepoint --name documents --login --replace": (
        "tests/cli/test_login.py::test_a_login_is_saved_and_renewed_with_what_was_there"
    ),
    "tieline connect zendesk": "tests/cli/test_connections.py::test_a_connection_is_tried_and_saved",
    "tieline watch files/inbox": "tests/cli/test_feed.py::test_a_folder_is_watched_until_sigterm",
    "tieline docs generate --source 'src/**/*.py' --output docs/generated": (
        "tests/cli/test_docs_generate.py::test_it_writes_checks_and_deletes"
    ),
    "tieline docs generate --source 'src/**/*.py' --output docs/generated --check": (
        "tests/cli/test_docs_generate.py::test_it_writes_checks_and_deletes"
    ),
    "tieline approvals show tiku-mora": "tests/cli/test_approvals.py::test_what_waits_is_listed_and_shown",
    "tieline approvals approve tiku-mora": "tests/cli/test_approvals.py::test_somebody_decides_and_it_is_on_record",
    "tieline approvals edit tiku-mora": "tests/cli/test_approvals.py::test_the_text_is_changed_and_approved",
    'tieline approvals reject tiku-mora --reason "wrong page"': (
        "tests/cli/test_approvals.py::test_somebody_decides_and_it_is_on_record"
    ),
    **dict.fromkeys(
        (
            "tieline sync plan tickets",
            "tieline sync apply tickets",
            "tieline sync undo tickets",
            "tieline sync resolve tickets",
            "tieline sync status tickets --details",
            "tieline sync history tickets",
            "tieline sync list",
        ),
        "tests/flows/test_sheet_sync.py::test_planned_applied_edited_decided_and_taken_back",
    ),
    "tieline sync status handbook --details": ("tests/cli/test_sync_run.py::test_a_job_runs_is_shown_and_runs_again"),
    "tieline sync run handbook": "tests/cli/test_sync_run.py::test_a_job_runs_is_shown_and_runs_again",
    "tieline gateway": "tests/cli/test_gateway.py::test_it_receives_says_what_is_open_and_ends",
    "tieline dispatch": "tests/cli/test_dispatch.py::test_it_says_what_starts_what_looks_at_the_inbox_and_ends",
    "tieline worker": "tests/worker/test_deploy.py::test_our_command_runs_a_pool",
    "prefect worker start --type tieline --pool tieline": "tests/worker/test_runs.py::test_runs_run_beside_each_other",
    "tieline serve": "tests/cli/test_processes.py::test_serve_runs_until_sigterm",
    "tieline new basecamp": "tests/cli/test_new.py::test_a_new_system_is_red_until_it_is_filled_in",
    "make check": "",
    "make test": "",
}
#: The database of docs/sheet-sync.md.
SHOP = """
CREATE TABLE prices (article TEXT PRIMARY KEY, price NUMERIC, valid_from DATE);
CREATE TABLE orders (number INTEGER PRIMARY KEY, total NUMERIC, comment TEXT);
INSERT INTO orders VALUES (7, 120.5, NULL), (8, 89.5, 'late');
"""
#: How a place of files elsewhere is connected.
CONNECT_FILES = re.compile(r"tieline connect files --name (sftp|smb|webdav|s3|gcs|azure) ")


def blocks(language: str, *more: str) -> list[tuple[str, str]]:
    """Every block of a language: where it stands, and what it says."""
    found = []
    for page in PAGES:
        for kind, text in BLOCK.findall(page.read_text("utf-8")):
            if kind in {language, *more}:
                found.append((str(page.relative_to(ROOT)), text))
    return found


@pytest.fixture(scope="module")
def sandbox(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Simulated vendors and a folder, and the connections that the documents speak of."""
    assert prefect_server
    folder = tmp_path_factory.mktemp("inbox")
    (folder / "report.md").write_text("# Report\n\nSales in May were ten percent above those of April.\n", "utf-8")
    (folder / "prices.csv").write_text("article,price,from\nL-1,120.50,2026-01-01\nL-2,89.5,2026-02-01\n", "utf-8")
    FilesCredentials(url=f"file://{folder}").save("inbox", overwrite=True)
    shop = tmp_path_factory.mktemp("shop") / "shop.db"
    with closing(sqlite3.connect(shop)) as db:
        db.executescript(SHOP)
    SqlCredentials(dialect="sqlite", database=str(shop)).save("shop", overwrite=True)
    with running(tickets=12) as made:
        book = made.state[Workbooks].books[DESK]
        book.sheets += [new_sheet(10 + n, title, 2 + n) for n, title in enumerate(("Tickets", "Report", "Conflicts"))]
        GoogleSheetsCredentials(**made.connection("google_sheets")).save("main", overwrite=True)
        connect(made)
        GitHubCredentials(**made.connection("github"), read_only=True).save("app", overwrite=True)
        GitHubCredentials(**made.connection("github")).save("docs", overwrite=True)
        ConfluenceCredentials(**made.connection("confluence")).save("docs", overwrite=True)
        yield made


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("page", dict.fromkeys(page for page, _ in blocks("python")))
def test_python(page: str) -> None:
    """The blocks of a page are one program, read from top to bottom."""
    space: dict[str, Any] = {"model": "embedded", "texts": ["You took the money twice!"], "__name__": "__main__"}
    for where, text in blocks("python"):
        if where == page:
            code = compile(text, page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            result = eval(code, space)
            if inspect.iscoroutine(result):
                asyncio.run(result)


@pytest.mark.parametrize(("page", "text"), blocks("http"))
def test_request(page: str, text: str) -> None:
    """What the page about the sandbox sends is understood there."""
    method, _, address = text.splitlines()[0].partition(" ")
    path = httpx.URL(address).path
    with running(tickets=12) as sandbox:
        answer = httpx.request(method, sandbox.url + path, content=text.partition("\n")[2], trust_env=False)
    assert answer.is_success, f"{page}: {answer.text}"


def commands() -> list[tuple[str, str]]:
    """Every command line: where it stands, and what it says without its remark."""
    lines = [(page, line) for page, text in blocks("sh", "bash") for line in text.splitlines()]
    return [(page, line.partition("  #")[0].strip()) for page, line in lines if line.strip() and line[0] != "#"]


@pytest.fixture
def seventeenth() -> None:
    """The delivery that the documents look at; it has to be read anew."""
    with store.session() as db:
        row: dict[str, Any] = {"system": "zendesk", "connection": "support", "delivery": "d", "event": "ticket.created"}
        db.add(DeliveryRow(id=17, **row, received_at=time.time(), headers={}, query={}, body=b"{", state="dead"))


@pytest.mark.usefixtures("sandbox", "seventeenth")
@pytest.mark.parametrize(("page", "line"), commands())
def test_command(page: str, line: str) -> None:
    if line.startswith("make "):
        subprocess.run(["make", "-n", line.split()[1]], cwd=ROOT, check=True, capture_output=True)
    if CONNECT_FILES.match(line):
        assert "def test_a_place_is_connected(" in (ROOT / "tests/files/test_connect.py").read_text("utf-8")
        return
    if line in ELSEWHERE:
        file, _, name = ELSEWHERE[line].partition("::")
        assert not file or f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{page}: nobody runs {line!r}"
        return
    program, *words = shlex.split(line)
    assert program == "tieline", f"{page}: say how {line!r} is tested"
    done = subprocess.run(
        [sys.executable, "-m", "tieline", *words], capture_output=True, text=True, cwd=ROOT, check=False, timeout=300
    )
    # What these look at is not only ours: this machine, and connections that other tests have saved.
    finds = words in (["doctor"], ["check", "--all"])
    assert done.returncode in ({0, 1} if finds else {0}), done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_links() -> None:
    """Links to other files of the project lead somewhere."""
    for page in PAGES:
        for target in re.findall(r"\]\((?![a-z]+:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_page_is_in_the_list() -> None:
    """Those of systems and decisions have lists of their own."""
    index = ROOT / "docs" / "README.md"
    targets = re.findall(r"\]\(([^)#]+)", index.read_text("utf-8"))
    listed = {(index.parent / target).resolve() for target in targets}
    missing = [
        page for page in PAGES if page.parent.name not in {"systems", "decisions"} and page not in {index, *listed}
    ]
    assert not missing


def test_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    names = [command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands]
    names += [group.name for group in app.registered_groups]
    for name in names:
        assert f"`{name}`" in readme or f"tieline {name}" in readme, name

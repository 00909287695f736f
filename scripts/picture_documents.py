"""The pictures of docs/documents-in/: what people see in each simulated place after a real run of the flow."""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

# The logs of the runs would stand between what is said here.
os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")

import httpx
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.syntax import Syntax

from blocks.files import FilesCredentials
from blocks.sharepoint import SharePointCredentials
from flows.document_summarization import document_summarization
from tasks import confluence, google_drive, notion
from tieline import prefect_server
from tieline.cli import sandbox as connections
from tieline.sandbox import Sandbox, running
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.google_drive.exports import DOCX, export
from tieline.sandbox.google_drive.memory import FOLDER, GOOGLES, Drive, remove
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.sharepoint.memory import Tenant

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
WIDTH, MOST_BYTES = 1200, 120_000
NAME = "documents"
PDF = "packaging-trial.pdf"
RETURNS = """\
# Returns in October

In October 412 lamps came back, 96 more than in September. Two of three were the model Aurora with the loose switch. The
supplier has sent new switches, and the workshop in Turin builds them in since the 28th. Customers waited nine days for
their money on average, because the letters were still checked by hand.

## What follows

Returns of the Aurora are refunded without a check until the end of the year. Louise changes the letters, and the shop
in Lyon gets two hundred lamps with the new switch before the holidays. We expect fewer returns from December on.
"""
CARRIER = """\
# Meeting with the carrier

The strike at the carrier ended on Friday, and 1,300 parcels of last week are on their way. The carrier offers to pay
for express delivery of parcels that were more than five days late. We accept this for orders above forty euros.

## Decided

A second carrier takes over deliveries to Portugal and Spain from January. Diego asks three of them for prices until
the tenth. Customers who wrote in get a voucher of five euros, and the support team answers parcels first this week.
"""
TEXTS = {"Returns in October": RETURNS, "Meeting with the carrier": CARRIER}


def take() -> None:
    """Fill the simulated places, run the flow on each, and take a picture of what people see then."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, _scene(Path(folder)) as (served, server):
        terminal = _folders(Path(folder) / "inbox")
        for system, fill in (("google_drive", _google_drive), ("notion", _notion), ("sharepoint", _sharepoint)):
            fill(served)
            _run(f"{system}/{NAME}")
        # The last of the artifacts is the one of SharePoint.
        where = {"artifacts": {"key": {"any_": ["document-summarization-summaries"]}}, "sort": "CREATED_DESC"}
        summaries = httpx.post(f"{server.api}/artifacts/filter", json=where, trust_env=False).json()
        pages = _confluence(served)
        _run(f"confluence/{NAME}", documents=pages, comment=True)
        with _browser() as page:
            page.set_content(terminal)
            _keep(page, "folders")
            for system in ("sharepoint", "google_drive", "notion"):
                page.goto(f"{served.url}/documents/{system}")
                _keep(page, system)
            page.goto(f"{served.url}/documents/confluence/{pages[0]}")
            _keep(page, "confluence")
            page.set_viewport_size({"width": WIDTH, "height": 760})
            page.goto(f"{server.ui}/artifacts/artifact/{summaries[0]['id']}")
            page.get_by_text("Returns in October").first.wait_for()
            _keep(page, "artifact")


@contextmanager
def _scene(folder: Path) -> Iterator[tuple[Sandbox, prefect_server.Server]]:
    with (
        prefect_server.temporary_home() as home,
        prefect_server.started(home / "prefect") as server,
        running(tickets=0) as served,
    ):
        asyncio.run(connections.save(served, NAME, replace=True))
        site = next(iter(served.state[Tenant].sites))
        SharePointCredentials(**served.connection("sharepoint"), site=site).save(NAME, overwrite=True)
        (folder / "inbox").mkdir()
        FilesCredentials(url=f"file://{folder}/inbox").save(NAME, overwrite=True)
        yield served, server


@contextmanager
def _browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": WIDTH, "height": 300}, color_scheme="light")
        browser.close()


def _run(source: str, **options: object) -> None:
    result = asyncio.run(document_summarization(source, length="short", **options))  # type: ignore[arg-type]
    bad = [one for one in result.outcomes if one.status != "summarized"]
    if bad:
        raise SystemExit(f"{source}: {bad}")


def _keep(page: Page, name: str) -> None:
    """All of the page, in few colors, so that the picture is small."""
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    file = PICTURES / f"{name}.png"
    picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
    if file.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{file.name} has {file.stat().st_size} bytes; more than {MOST_BYTES} are too many")


# ---------------------------------------------------------------- the places


def _pdf() -> bytes:
    return resources.files("tieline.sandbox.sharepoint").joinpath("files", PDF).read_bytes()


def _word(text: str) -> bytes:
    made = export(f"{GOOGLES}document", DOCX, text.encode())
    if made is None:
        raise SystemExit("The simulated Drive makes no Word files any more.")
    return made


def _folders(inbox: Path) -> str:
    """What lies in the folder, and the beginning of a sidecar, as a terminal shows them."""
    (inbox / PDF).write_bytes(_pdf())
    (inbox / "carrier-meeting.docx").write_bytes(_word(CARRIER))
    _run(f"files/{NAME}")
    sidecar = (inbox / f"{PDF}.summary.json").read_text("utf-8")
    console = Console(record=True, width=112, file=io.StringIO(), force_terminal=True)
    console.print("[bold]$ ls inbox[/]")
    for one in sorted(inbox.iterdir()):
        console.print(one.name, style="green" if one.suffix == ".json" else "", highlight=False)
    console.print(f"\n[bold]$ head -n 22 inbox/{PDF}.summary.json[/]")
    console.print(Syntax("\n".join(sidecar.splitlines()[:22]), "json", theme="ansi_dark", word_wrap=True))
    drawn = console.export_svg(title="inbox", font_aspect_ratio=0.602)
    # The font that Rich names would be fetched from elsewhere.
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    return f"<style>body{{margin:0}} svg{{display:block;width:100%}}</style>{drawn}"


def _sharepoint(served: Sandbox) -> None:
    library = next(iter(served.state[Tenant].libraries.values()))
    for one in [one["id"] for one in library.items.values() if "file" in one]:
        library.remove(one)
    library.write(f"Reports/{PDF}", _pdf())
    for title, text in TEXTS.items():
        library.write(f"Reports/{title}.docx", _word(text))


def _google_drive(served: Sandbox) -> None:
    drive = served.state[Drive]
    for file in [file for file in drive.files.values() if file["mimeType"] != FOLDER]:
        remove(drive, file)
    folder = next(file["id"] for file in drive.files.values() if file["name"] == "Reports")
    contents = {PDF: _pdf()} | {f"{title}.docx": _word(text) for title, text in TEXTS.items()}
    for name, content in contents.items():
        asyncio.run(google_drive.upload_file(NAME, file=content, name=name, folder=folder))


def _confluence(served: Sandbox) -> list[str]:
    (space,) = served.state[Wiki].spaces
    made = [
        confluence.create_page(NAME, space_id=space, title=title, markdown=_body(text)) for title, text in TEXTS.items()
    ]
    return [asyncio.run(one).id for one in made]


def _notion(served: Sandbox) -> None:
    notebook = served.state[Notebook]
    for page in notebook.pages.values():
        page["in_trash"] = "data_source_id" in page["parent"]
    (source,) = notebook.data_sources
    for title, text in TEXTS.items():
        entry = notion.create_database_entry(
            NAME, data_source_id=source, properties={"Name": title}, markdown=_body(text)
        )
        asyncio.run(entry)


def _body(text: str) -> str:
    """Without the title, which such places keep apart."""
    return text.partition("\n\n")[2]

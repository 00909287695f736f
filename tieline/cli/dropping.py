"""The second part of the demo: a PDF is dropped into a library, and the library's columns say what is in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from importlib import resources
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from tieline.cli.screen import err, note, table
from tieline.errors import TielineError

if TYPE_CHECKING:
    from tieline.sandbox import Sandbox

SYSTEM = "sharepoint"
#: One that tells of changes, and one that takes what was found.
TRIGGERS = ("sharepoint-changes", "sharepoint-document")
FOLDER, FILE = "Reports", "packaging-trial.pdf"
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.05


def possible() -> bool:
    """Whether PDFs can be read here; if not, it is said how that is changed."""
    if find_spec("kreuzberg") is not None:
        return True
    note('Documents are left out: to read them, install "tieline[documents]".')
    return False


def play(served: Sandbox, connection: str, look_after: Callable[[], None]) -> RenderableType:
    """Drop the PDF, and wait until it has its summary; what the library shows then.

    Args:
        served: The sandbox.
        connection: Leads to its SharePoint; webhooks come in through it.
        look_after: Called often.

    Raises:
        TielineError: Nothing was written.
    """
    from tieline.feeds.look import look
    from tieline.sandbox.sharepoint.memory import Tenant

    library: Any = next(iter(served.state[Tenant].libraries.values()))
    # What is there already is not told of.
    asyncio.run(look(f"{SYSTEM}/{connection}", library.id))
    content = resources.files("tieline.sandbox.sharepoint").joinpath("files", FILE).read_bytes()
    with err.status(f"Somebody drops {FILE} into the library …") as status:
        began = time.monotonic()
        dropped = library.write(f"{FOLDER}/{FILE}", content)
        while not library.fields[dropped["id"]].get("TielineSummary"):
            look_after()
            seconds = time.monotonic() - began
            if seconds > PATIENCE_SECONDS:
                raise TielineError(
                    f"The library has had no summary for {PATIENCE_SECONDS:.0f} seconds.",
                    hint="Is the machine busy with something else? Try it again.",
                )
            status.update(f"{FILE} is in the library; it is read when no other version comes … {seconds:.0f} s")
            time.sleep(LOOK_SECONDS)
    return _shown(library, dropped["id"], seconds)


def _shown(library: Any, item: str, seconds: float) -> RenderableType:
    """The library as people see it, with its columns."""
    names = {one["name"]: one["displayName"] for one in library.columns}
    wanted = ("TielineSummary", "TielineTags")
    title = f"[bold]{SYSTEM}[/] · {library.record['name']} / {FOLDER}"
    shown = table("Name", *(names[one] for one in wanted), title=title)
    values = library.fields[item]
    shown.add_row(FILE, Text(values["TielineSummary"]), Text(values["TielineTags"], "green"))
    said = (
        f"PDF dropped → summary and tags in the library's columns [bold green]{seconds:.1f} s[/]\n"
        f"[dim]ten of them wait for another version, so that two are read once[/]\n"
    )
    return Group(shown, Text.from_markup(said))

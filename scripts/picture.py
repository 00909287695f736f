"""Take the pictures of the documents: run what they show, and keep what people see.

uv run python scripts/picture.py              # the README's: the demo, and what it prints
uv run python scripts/picture.py documents    # those of docs/documents-in/, in docs/pictures/; needs Chromium
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

os.environ["COLUMNS"] = "118"

from rich.console import Console

from tieline.cli import demo, outcomes, screen

ROWS = 9
PICTURE = Path(__file__).parent.parent / "docs" / "demo.svg"


def demo_picture() -> None:
    """The README's picture."""
    console = Console(record=True, width=118, force_terminal=True, highlight=False)
    outcomes.ROWS = ROWS
    screen.out = demo.out = console
    console.print("[bold]$ make demo[/]\n")
    demo.demo(tickets=150, seed=1)
    drawn = console.export_svg(title="tieline demo")
    # The font that Rich names would be fetched from elsewhere; any monospaced one will do.
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["documents"]:
        import picture_documents

        picture_documents.take()
    else:
        demo_picture()

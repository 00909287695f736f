"""Take the README's picture: run the demo, and keep what it prints.

uv run python scripts/picture.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

os.environ["COLUMNS"] = "118"

from rich.console import Console

from tieline.cli import demo, outcomes, screen

ROWS = 9
PICTURE = Path(__file__).parent.parent / "docs" / "demo.svg"

if __name__ == "__main__":
    console = Console(record=True, width=118, force_terminal=True, highlight=False)
    outcomes.ROWS = ROWS
    screen.out = demo.out = console
    console.print("[bold]$ make demo[/]\n")
    demo.demo(tickets=150, seed=1)
    drawn = console.export_svg(title="tieline demo")
    # The font that Rich names would be fetched from elsewhere; any monospaced one will do.
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL), "utf-8")

"""Measure, show one table, and keep the JSON in `benchmarks/results/`.

    python -m benchmarks [--data FOLDER] [NAME…]        such as: python -m benchmarks flow engine

FOLDER holds public sets of texts, for those that measure quality on them: `language` and `summaries` say which. Each
benchmark runs in a process of its own, one after the other. Ends with 1 where a target was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.figure import Figure

HERE = Path(__file__).parent
RESULTS = HERE / "results"
#: The share of its cores that a machine may be using before we begin.
BUSY = 0.5
#: Those that take a folder of public sets.
OF_DATA = ("language", "summaries")
NAMES = tuple(sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py")))


def main() -> int:
    """Run those that are named, or all."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure.")
    options.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; all if left out")
    options.add_argument("--data", type=Path, metavar="FOLDER", help="public sets, for language and summaries")
    asked = options.parse_args()
    names = asked.names or NAMES
    if asked.data and not asked.data.is_dir():
        options.error(f"there is no folder {asked.data}")
    if unknown := set(names) - set(NAMES):
        options.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    screen = Console(stderr=True)
    before = round(os.getloadavg()[0], 2)
    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "load_before": before,
    }
    for name in names:
        with screen.status(f"Measuring: {name} …"):
            found[name] = measured(name, asked.data if name in OF_DATA else None)
    file = keep(found)
    figures = [Figure(**one) for name in names for one in found[name]["figures"]]
    show(figures, Console())
    screen.print(f"Written to {file.relative_to(HERE.parent)}.")
    if before > (os.cpu_count() or 1) * BUSY:
        screen.print(f"Other programs kept the machine busy (load {before:g}): expect better figures without them.")
    return 0 if all(figure.reached for figure in figures) else 1


def measured(name: str, data: Path | None) -> dict[str, Any]:
    """What a benchmark prints."""
    command = [sys.executable, "-m", f"benchmarks.bench_{name}", *([str(data.absolute())] if data else [])]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result | {"took_seconds": round(time.perf_counter() - began)}


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}


def keep(found: dict[str, Any]) -> Path:
    """Write a file that is named after the moment."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{found['at'].replace(':', '').partition('+')[0]}.json"
    file.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return file


def show(figures: list[Figure], screen: Console) -> None:
    """One line for each figure, and the notes below."""
    shown = Table("Figure", "Measured", "Target", "Beside it", "Ratio")
    for column in shown.columns[1:]:
        column.justify = "right"
    for one in figures:
        color = "green" if one.reached else "red"
        beside = f"{one.beside:,g} ({one.beside_is})" if one.beside else ""
        ratio = f"{one.ratio:.2g}" if one.ratio else ""
        target = f"{'≥' if one.good == 'at least' else '≤'} {one.target:,g}"
        shown.add_row(one.name, f"[{color}]{one.value:,g} {one.unit}[/]", target, beside, ratio)
    screen.print(shown)
    for one in figures:
        if one.note:
            screen.print(f"{one.name}: {one.note}", soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())

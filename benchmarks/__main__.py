"""Measure, show one table, and keep the JSON in `benchmarks/results/`.

    python -m benchmarks [NAME…]        such as: python -m benchmarks flow engine

Each benchmark runs in a process of its own, one after the other. Ends with 1 where a target was missed.
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
NAMES = tuple(sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py")))


def main() -> int:
    """Run those that are named, or all."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure.")
    options.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; all if left out")
    names = options.parse_args().names or NAMES
    if unknown := set(names) - set(NAMES):
        options.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    screen = Console(stderr=True)
    found: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
    for name in names:
        with screen.status(f"Measuring: {name} …"):
            found[name] = {"load_before": load(), **measured(name), "load_after": load()}
    file = keep(found)
    figures = [Figure(**one) for name in names for one in found[name]["figures"]]
    Console().print(table(figures))
    screen.print(f"Written to {file.relative_to(HERE.parent)}.")
    if any(found[name]["load_before"] > (os.cpu_count() or 1) for name in names):
        screen.print("Other programs were busy meanwhile; the figures would be better without them.", style="yellow")
    return 0 if all(figure.reached for figure in figures) else 1


def measured(name: str) -> dict[str, Any]:
    """What a benchmark prints."""
    command = [sys.executable, "-m", f"benchmarks.bench_{name}"]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result | {"took_seconds": round(time.perf_counter() - began)}


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}


def load() -> float:
    """How many programs want a core, as a mean over the last minute."""
    return round(os.getloadavg()[0], 2)


def keep(found: dict[str, Any]) -> Path:
    """Write a file that is named after the moment."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{found['at'].replace(':', '').partition('+')[0]}.json"
    file.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return file


def table(figures: list[Figure]) -> Table:
    """One line for each figure."""
    shown = Table("Figure", "Measured", "Target", "Beside it", "Ratio", "", "Note")
    for column in (shown.columns[n] for n in (1, 2, 4)):
        column.justify = "right"
    for one in figures:
        beside = f"{one.beside:,g} {one.unit} ({one.beside_is})" if one.beside else ""
        ratio = f"{one.ratio:.2f}" if one.ratio else ""
        reached = "[green]reached[/]" if one.reached else "[red]missed[/]"
        target = f"{one.good} {one.target:,g} {one.unit}"
        shown.add_row(one.name, f"{one.value:,g} {one.unit}", target, beside, ratio, reached, one.note)
    return shown


if __name__ == "__main__":
    sys.exit(main())

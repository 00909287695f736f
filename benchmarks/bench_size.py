"""What an installation takes: a plain one without our lock file, into an empty environment. Prints JSON.

The packages come from the package index that uv is set up with, or from its cache. That the installation works is shown
outside of the repository: the version, the list of systems, and a text that is categorized.

    python -m benchmarks.bench_size
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from benchmarks.figure import Figure

REPOSITORY = Path(__file__).parents[1]
MEGABYTE = 1_000_000
STARTS = 7
LARGEST = 10
CATEGORIZE = """
import asyncio
from tasks import language
from tieline.language.categories import Category
some = [Category(name="Billing", topics=("charged twice",)), Category(name="Shipping", topics=("parcel is late",))]
print(asyncio.run(language.categorize.fn("embedded", texts=["I was charged twice."], categories=some))[0].category)
"""


def run(*command: str, cwd: str) -> str:
    """What a program says; an error where it fails."""
    quiet = {"DO_NOT_TRACK": "1", "PREFECT_HOME": cwd, "TIELINE_DATA_DIR": cwd, "NO_COLOR": "1"}
    kept = {k: v for k, v in os.environ.items() if k not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    done = subprocess.run(command, cwd=cwd, env=kept | quiet, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)[:200]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file() or file.is_symlink())


def cpu(command: Path, argument: str, cwd: str) -> float:
    """CPU milliseconds of a program, the median of several starts."""
    found = []
    for _ in range(STARTS):
        before = getrusage(RUSAGE_CHILDREN)
        run(str(command), argument, cwd=cwd)
        after = getrusage(RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return round(statistics.median(found) * 1000)


def works(programs: Path, elsewhere: str) -> dict[str, str]:
    """What it says outside of the repository."""
    version = run(str(programs / "tieline"), "--version", cwd=elsewhere)
    systems = run(str(programs / "tieline"), "systems", "--json", cwd=elsewhere)
    category = run(str(programs / "python"), "-c", CATEGORIZE, cwd=elsewhere)
    if category != "Billing":
        raise RuntimeError(f"The installation calls a double charge {category!r}.")
    return {"version": version, "systems": ", ".join(one["name"] for one in json.loads(systems)), "category": category}


def measure() -> dict[str, Any]:
    """Install, look, try."""
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as elsewhere:
        environment = Path(made) / "venv"
        programs = environment / "bin"
        run("uv", "venv", "--python", sys.executable, str(environment), cwd=elsewhere)
        # Bytecode is compiled because pip does, too.
        install = ("uv", "pip", "install", "--compile-bytecode", "--python", str(programs / "python"))
        run(*install, str(REPOSITORY), cwd=elsewhere)
        packages = next(environment.glob("lib/*/site-packages"))
        sizes = {folder.name: round(size(folder) / MEGABYTE, 1) for folder in packages.iterdir() if folder.is_dir()}
        return {
            "megabytes": round(size(environment) / MEGABYTE),
            "largest": dict(sorted(sizes.items(), key=lambda one: -one[1])[:LARGEST]),
            "distributions": sum(1 for _ in packages.glob("*.dist-info")),
            "works": works(programs, elsewhere),
            "systems_cpu_ms": cpu(programs / "tieline", "systems", elsewhere),
            "python_cpu_ms": cpu(programs / "python", "--version", elsewhere),
        }


def main() -> None:
    """Measure and print."""
    found = measure()
    figures = [
        Figure("plain installation", found["megabytes"], "MB", 600, "at most"),
        Figure("CPU of installed `tieline systems`", found["systems_cpu_ms"], "ms", 1000, "at most"),
    ]
    print(json.dumps({"figures": [one.to_json() for one in figures], "installation": found}, indent=2))


if __name__ == "__main__":
    main()

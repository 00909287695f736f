"""How fast documents go through the flow: found, read, summarized, tagged, and written back. Prints JSON.

PDFs of two pages lie in a folder on disk; the flow runs with the embedded engine on a real Prefect server, whose home
is temporary. Beside it, in the same run: the same work in plain programs, one for each core, with no Prefect, no
limits for hostile files and no record of what was done, which is the ceiling; and as a Prefect task run for each file,
which is how one would write it otherwise. Then the memory of the flow's process over a long run, and what one long PDF
takes.

    python -m benchmarks.bench_summarization [DOCUMENTS]

DOCUMENTS is how many the long run has: 10,000 if left out.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock

os.environ |= {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1"}
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
# What is measured must not depend on where the user's own Prefect points.
os.environ.pop("PREFECT_API_URL", None)

import kreuzberg
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from benchmarks.bench_documents import peak, report
from benchmarks.cpu import cpu
from benchmarks.figure import Figure
from blocks.files import FilesCredentials
from flows.document_summarization import document_summarization
from flows.documents.files import SIDECAR, Library
from tests.language.documents import files
from tieline import prefect_server
from tieline.language.documents import readers
from tieline.language.summarize import summarize
from tieline.language.tags import extract_tags

FILES = 400
ROUNDS = 3
CORES = os.cpu_count() or 1
LONG_PAGES = 1_000
MANY = 10_000
DIFFERENT = 500  # contents; the others are the same again under another name
SENTENCES = 4  # as the flow has it


def main() -> None:
    """Measure and print."""
    many = int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else MANY
    with tempfile.TemporaryDirectory() as folder, prefect_server.temporary_home() as home:
        os.environ["TIELINE_DATA_DIR"] = str(Path(folder, "data"))
        with prefect_server.started(home):
            found = {
                "load": os.getloadavg(),
                "long": long(Path(folder, "long")),
                "memory": memory(Path(folder, "many"), many),
                # Last, since what it is compared with reads PDFs in this very process.
                "speed": speed(Path(folder, "speed")),
            }
    print(json.dumps(found | {"figures": [one.to_json() for one in figures(found)]}, indent=2))


def figures(found: dict[str, Any]) -> list[Figure]:
    """What the table shows."""
    rate, each = found["speed"]["documents_per_second"], found["speed"]["cpu_milliseconds_each"]
    marks = found["memory"]["megabytes_after"]
    growth = round(max(marks.values()) - marks[min(marks, key=int)], 1)
    least, most = min(marks, key=int), max(marks, key=int)
    at = ", ".join(f"{megabytes:g} MB after {int(count):,}" for count, megabytes in marks.items())
    bare = f"plain programs, {CORES}"
    note = (
        f"a task run for each file: {rate['task_map']:g}/s; one plain program: {rate['loop']:g}/s. CPU for each: "
        f"{each['flow']:g} ms, all programs and Prefect's server included; plain {each['plain']:g} ms; "
        f"as a task run {each['task_map']:g} ms"
    )
    long_note = f"{found['long']['flow']:g} MB in the flow's process, {found['long']['program']:g} MB in the reader's"
    return [
        Figure("PDFs of two pages through the flow", rate["flow"], "PDFs/s", 20, "at least", rate["plain"], bare, note),
        Figure(
            f"Memory, more after {int(most):,} PDFs than after {int(least):,}", growth, "MB", 50, "at most", note=at
        ),
        Figure("A PDF of 1,000 pages through the flow", found["long"]["both"], "MB", 600, "at most", note=long_note),
    ]


def fill(folder: Path, count: int) -> Sequence[Path]:
    """Write PDFs of two pages."""
    folder.mkdir()
    paths = [folder / f"{number:05}.pdf" for number in range(count)]
    for number, path in enumerate(paths):
        if number < DIFFERENT:
            path.write_bytes(files.pdf(report(number)[0][:2], title=f"Report {number}"))
        else:
            path.hardlink_to(paths[number % DIFFERENT])
    return paths


def through_the_flow(folder: Path, count: int) -> None:
    """One run of the flow over all there is in a folder."""
    FilesCredentials(url=folder.as_uri()).save(folder.name, overwrite=True)
    result = asyncio.run(document_summarization(f"files/{folder.name}", limit=count))
    if result.count("summarized") != count:
        raise RuntimeError(f"{result.count('summarized')} of {count} documents were summarized.")


def plain(path: Path) -> None:
    """The same work with nothing around it."""
    config = kreuzberg.ExtractionConfig(output_format="markdown", use_cache=False)
    text = kreuzberg.extract_file_sync(str(path), "application/pdf", config).content
    said = {"summary": summarize(text, sentences=SENTENCES).text, "tags": extract_tags(text).tags}
    path.with_name(path.name + SIDECAR).write_text(json.dumps(said), "utf-8")


@task(cache_policy=NO_CACHE, persist_result=False)
def plain_task(path: str) -> None:
    """The same as a task run."""
    plain(Path(path))


@flow(task_runner=ThreadPoolTaskRunner(max_workers=2 * CORES))  # type: ignore[arg-type]  # Prefect's own example
def task_map(paths: list[str]) -> None:
    """A task run for each file."""
    plain_task.map(paths).result()


def speed(folder: Path) -> dict[str, Any]:
    """Documents a second, each way in its turn; the median of three rounds, once warm."""
    paths = fill(folder, FILES)
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as programs:
        ways: dict[str, Callable[[], object]] = {
            "flow": lambda: through_the_flow(folder, FILES),
            "plain": lambda: list(programs.map(plain, paths, chunksize=5)),
            "loop": lambda: [*map(plain, paths)],
            "task_map": lambda: task_map([str(path) for path in paths]),
        }
        took: dict[str, list[float]] = {way: [] for way in ways}
        used: dict[str, list[float]] = {way: [] for way in ways}
        for round_ in range(ROUNDS + 1):
            for way, work in ways.items():
                for path in paths:
                    path.with_name(path.name + SIDECAR).unlink(missing_ok=True)
                before, began = cpu(), time.perf_counter()
                work()
                if round_:  # the first warms up
                    took[way].append(time.perf_counter() - began)
                    used[way].append(cpu() - before)
    rates = {way: round(FILES / statistics.median(seconds), 1) for way, seconds in took.items()}
    each = {way: round(1000 * statistics.median(seconds) / FILES, 1) for way, seconds in used.items()}
    return {"documents": FILES, "documents_per_second": rates, "cpu_milliseconds_each": each, "seconds": took}


def memory(folder: Path, count: int) -> dict[str, Any]:
    """Megabytes that the flow's process has, as the run goes on."""
    fill(folder, count)
    marks = sorted({count // 10, count // 2, count})
    began = time.perf_counter()
    with looked_at(marks) as seen:
        through_the_flow(folder, count)
    seconds = time.perf_counter() - began
    return {"megabytes_after": seen, "documents_per_second": round(count / seconds, 1)}


@contextmanager
def looked_at(marks: Sequence[int]) -> Iterator[dict[str, float]]:
    """Megabytes of this process when so many documents have been written."""
    seen: dict[str, float] = {}
    written = 0
    real = Library.write

    async def count(self: Library, *args: Any) -> tuple[str, ...]:
        nonlocal written
        done = await real(self, *args)
        written += 1
        if written in marks:
            seen[str(written)] = round(readers.resident(os.getpid()) / 1e6, 1)
        return done

    with mock.patch.object(Library, "write", count):
        yield seen


def long(folder: Path) -> dict[str, float]:
    """The most that the flow's process and its reader ever had, for one long PDF."""
    folder.mkdir()
    page = report(0)[0][0]
    (folder / "long.pdf").write_bytes(files.pdf([page] * LONG_PAGES))
    began = time.perf_counter()
    through_the_flow(folder, 1)
    seconds = time.perf_counter() - began
    status = Path("/proc/self/status").read_text("ascii")
    highest = re.search(r"VmHWM:\s+(\d+)", status)
    own, program = round(int(highest[1]) * 1024 / 1e6 if highest else 0.0, 1), peak()
    readers.close()
    return {"flow": own, "program": program, "both": round(own + program, 1), "seconds": round(seconds, 1)}


if __name__ == "__main__":
    main()

"""Measure the reading of documents: speed, memory, and how many words come out right. Prints JSON.

    python -m benchmarks.bench_documents

All files are made here from known text, so that what comes out can be compared with it: reports in two columns, with a
title across both, headings, broken words and page numbers; and Word files with tables whose cells are merged, hold
several paragraphs, lists or tables of their own.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import kreuzberg

from benchmarks.figure import Figure
from tests.language.documents import files
from tests.language.documents.files import Line
from tieline.language.documents import Limits, read_document, readers
from tieline.sandbox.seed.letters import letters
from tieline.settings import settings

FILES = 200
ROUNDS = 3
LONG_PAGES = 1_000
MANY, FEW = 1_000, 100
SAMPLES = 20
WINDOW = 5  # words in a row: whether they come in the right order
LEFT, RIGHT = files.MARGIN, files.WIDTH / 2 + files.GUTTER / 2
BREAK_AT = 9  # letters of a word that is broken at the end of a line


#: Bodies of letters that fit into a column: no HTML, and only what Helvetica has.
TEXTS = [
    text
    for letter in letters(1, "zendesk", 600)
    for text in [" ".join(letter.body.split())]
    if text.isascii() and "<" not in text and 20 <= len(text.split()) <= 120  # noqa: PLR2004 - words
]


def main() -> None:
    """Run everything."""
    found: dict[str, Any] = asyncio.run(measure())
    print(json.dumps(found, indent=2))


async def measure() -> dict[str, Any]:
    """Speed first: what comes later leaves programs behind that have been at work."""
    found = {"speed": await speed(), "memory": await memory(), "words": await words()}
    return found | {"figures": [one.to_json() for one in figures(found)]}


def figures(found: dict[str, Any]) -> list[Figure]:
    """What the table shows."""
    rate, bare = found["speed"]["pdfs_per_second"], found["speed"]["bare_kreuzberg_per_second"]
    long, growth = found["memory"]["long_pdf_megabytes"], found["memory"]["growth_megabytes"]
    columns, tables = found["words"]["two_columns"], found["words"]["word_tables"]
    programs = f"{found['speed']['programs']} programs"
    order = (
        f"in order (five in a row): {columns['in_order']}; in files that hold the columns row by row: "
        f"{found['words']['two_columns_by_row']['in_order']}"
    )
    return [
        Figure(f"PDFs of two pages, {programs}", rate, "PDFs/s", 20, "at least", bare, "kreuzberg alone, one program"),
        Figure("Memory for a PDF of 1,000 pages", long, "MB", 600, "at most"),
        Figure("Memory of a program, more after 1,000 documents than after 100", growth, "MB", 30, "at most"),
        Figure("Words of PDFs in two columns", columns["f1"], "F1", 0.93, "at least", note=order),
        Figure("Words of Word files with tables", tables["f1"], "F1", 0.83, "at least"),
    ]


async def speed() -> dict[str, Any]:
    """Files on disk, several at the same time, once warm; the best of three rounds."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{i}.pdf") for i in range(FILES)]
        for i, path in enumerate(paths):
            path.write_bytes(files.pdf(report(i)[0][:2], title=f"Report {i}"))
        await asyncio.gather(*(read_document(path) for path in paths[:20]))
        rates = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            await asyncio.gather(*(read_document(path) for path in paths))
            rates.append(FILES / (time.perf_counter() - began))
        return {
            "pdfs_per_second": round(max(rates), 1),
            "programs": settings().document_readers,
            "bare_kreuzberg_per_second": _bare(paths),
        }


def _bare(paths: Sequence[Path]) -> float:
    config = kreuzberg.ExtractionConfig(output_format="markdown", use_cache=False)
    began = time.perf_counter()
    for path in paths:
        kreuzberg.extract_file_sync(str(path), "application/pdf", config)
    return round(len(paths) / (time.perf_counter() - began), 1)


async def memory() -> dict[str, float]:
    """The most that a program ever had, by the kernel's account."""
    readers.close()
    page = report(0)[0][0]
    await read_document(files.pdf([page] * LONG_PAGES), limits=Limits(seconds=600, memory_megabytes=2_000))
    long = peak()
    readers.close()
    small = files.pdf([page, page])
    marks = []
    for count in (FEW, MANY - FEW - 1):
        for _ in range(count):
            await read_document(small)
        marks.append(peak())
    return {"long_pdf_megabytes": long, "growth_megabytes": round(marks[1] - marks[0], 1), "after_many": marks[1]}


def peak() -> float:
    """Megabytes of the largest program that waits for documents."""
    found = []
    for reader in readers._idle[readers.PROGRAM].queue:  # noqa: SLF001 - a benchmark looks inside
        status = Path(f"/proc/{reader.process.pid}/status").read_text("ascii")
        kibibytes = re.search(r"VmHWM:\s+(\d+)", status)
        found.append(int(kibibytes[1]) * 1024 / 1e6 if kibibytes else 0.0)
    return round(max(found), 1)


async def words() -> dict[str, dict[str, float]]:
    """How many words come out, and no others."""
    columns, by_row, tables = [], [], []
    for seed in range(SAMPLES):
        pages, text = report(seed)
        rows = [sorted(page, key=lambda line: (-line.y, line.x)) for page in pages]
        columns.append((text, (await read_document(files.pdf(pages))).text))
        by_row.append((text, (await read_document(files.pdf(rows))).text))
        data, text = letter_with_tables(seed)
        tables.append((text, (await read_document(data)).text))
    return {"two_columns": _score(columns), "two_columns_by_row": _score(by_row), "word_tables": _score(tables)}


def _score(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    split = [(_words(truth), _words(read)) for truth, read in pairs]
    return {
        "f1": round(sum(f1(truth, read) for truth, read in split) / len(split), 4),
        "in_order": round(sum(f1(_windows(truth), _windows(read)) for truth, read in split) / len(split), 4),
    }


def f1(truth: Sequence[str], read: Sequence[str]) -> float:
    """Of words (or rows of words), each counted as often as it stands there."""
    both = (Counter(truth) & Counter(read)).total()
    return 2 * both / (len(truth) + len(read)) if both else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+(?:[.,]\d+)*", text)


def _windows(found: Sequence[str]) -> list[str]:
    return [" ".join(found[i : i + WINDOW]) for i in range(len(found) - WINDOW + 1)]


def report(seed: int) -> tuple[list[list[Line]], str]:
    """A report in two columns, as its lines on the pages, and its text."""
    chance = random.Random(seed)
    texts = chance.sample(TEXTS, 24)
    title = f"Report number {seed + 1000} on what customers write"
    lines: list[tuple[str, float]] = []
    told = [title]
    for i, text in enumerate(texts):
        if i % 4 == 0:
            heading = f"Part {i // 4 + 1} of the findings"
            lines += [("", files.SIZE), (heading, 14.0), ("", files.SIZE)]
            told.append(heading)
        lines += [(line, files.SIZE) for line in _broken(text.split())] + [("", files.SIZE)]
        told.append(text)
    return _pages(lines, title), "\n".join(told)


def _broken(text: Sequence[str]) -> list[str]:
    """Lines, some of which end within a long word."""
    lines = list(files.wrapped(text, files.COLUMN_CHARACTERS - 4))
    for i in range(len(lines) - 1):
        first, _, rest = lines[i + 1].partition(" ")
        if len(first) >= BREAK_AT and first.isalpha():
            lines[i], lines[i + 1] = f"{lines[i]} {first[:3]}-", f"{first[3:]} {rest}".strip()
    return lines


def _pages(lines: Sequence[tuple[str, float]], title: str) -> list[list[Line]]:
    pages: list[list[Line]] = []
    fits = files.LINES - 4
    for start in range(0, len(lines), 2 * fits):
        page = [] if pages else [Line(120, 750, title, 20)]
        for side, x in ((0, LEFT), (1, RIGHT)):
            part = lines[start + side * fits : start + (side + 1) * fits]
            page += [Line(x, 710 - i * files.LEADING, text, size) for i, (text, size) in enumerate(part) if text]
        pages.append([*page, Line(files.WIDTH / 2, 30, str(len(pages) + 1), 8)])
    return pages


def letter_with_tables(seed: int) -> tuple[bytes, str]:
    """A Word file with rich tables, and its text."""
    chance = random.Random(seed)
    texts = [" ".join(text.split()[:12]) for text in chance.sample(TEXTS, 29)]
    plain, merged, nested = texts[2:14], texts[14:21], texts[21:]
    plain_table = files.word_table([plain[i : i + 3] for i in range(0, 12, 3)])
    merged_table = _table(
        _row(_cell(_runs(merged[0]), '<w:gridSpan w:val="2"/>'), _cell(_runs(merged[1]))),
        _row(_cell(_runs(merged[2]), '<w:vMerge w:val="restart"/>'), _cell(_runs(merged[3]) + _runs(merged[4]))),
        _row(_cell("<w:p/>", "<w:vMerge/>"), _cell(_runs(merged[5]) + _runs(merged[6]))),
    )
    nested_table = _table(
        _row(_cell(_runs(nested[0])), _cell(files.word_table([nested[1:3], nested[3:5]]) + "<w:p/>")),
        _row(_cell(_runs(nested[5])), _cell(_runs(nested[6]) + _runs(nested[7]))),
    )
    body = files.paragraph(texts[0], "Heading1") + _runs(texts[1])
    return files.docx(f"{body}{plain_table}<w:p/>{merged_table}<w:p/>{nested_table}"), "\n".join(texts)


def _table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def _row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def _cell(content: str, look: str = "") -> str:
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{content}</w:tc>"


def _runs(text: str) -> str:
    """A paragraph whose look changes within a word."""
    half = len(text) // 2
    first, second = (escape(part) for part in (text[:half], text[half:]))
    space = 'xml:space="preserve"'
    return (
        f"<w:p><w:r><w:t {space}>{first}</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t {space}>{second}</w:t></w:r></w:p>"
    )


if __name__ == "__main__":
    main()

"""Files that kreuzberg reads: PDF, Office, books, Outlook's messages, and the Markdown of web pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import kreuzberg
from kreuzberg import ExtractionConfig, ExtractionResult, PageConfig

from tieline.errors import Corrupt, Encrypted, TooLarge
from tieline.language.documents.model import Contents, Kind, Limits, Metadata, Page
from tieline.language.documents.texts import tidy

_TYPES: Mapping[Kind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "epub": "application/epub+zip",
    "msg": "application/vnd.ms-outlook",
}
#: A word between slides that no document can know.
_MARK = secrets.token_hex(16)
_MARKS = re.compile(rf"\s*@@{_MARK}-(\d+)@@\s*")
#: Less of the text than this in paragraphs (running headers are left out of them) means that the layout was not
#: understood: then pages are taken as they are.
_UNDERSTOOD = 0.5


def markdown(page: str) -> str:
    """A web page as Markdown, without navigation and footers."""
    options: Any = {"extract_metadata": False, "preprocessing": {"enabled": True, "preset": "aggressive"}}
    config = ExtractionConfig(output_format="markdown", use_cache=False, html_options=options)
    return kreuzberg.extract_bytes_sync(page.encode(), "text/html", config).content


def read(path: Path, kind: Kind, limits: Limits) -> Contents:
    """Read a file.

    Raises:
        DocumentError: It is damaged, has a password, or has too many pages.
    """
    if kind == "pdf":
        return _pdf(path, limits)
    pages = PageConfig(insert_page_markers=True, marker_format=f"\n\n@@{_MARK}-{{page_num}}@@\n\n")
    found = extract(path, kind, ExtractionConfig(output_format="markdown", use_cache=False, pages=pages))
    texts = _slides(found.content) if kind == "pptx" else [Page(tidy(_MARKS.sub("\n\n", found.content)))]
    _count(len(texts), limits)
    return Contents(texts, *_about(found))


def extract(path: Path, kind: Kind, config: ExtractionConfig) -> ExtractionResult:
    """Let kreuzberg read a file; what it raises becomes ours."""
    try:
        return kreuzberg.extract_file_sync(str(path), _TYPES[kind], config)
    except kreuzberg.KreuzbergError as exc:
        raise _ours(exc) from None


def _pdf(path: Path, limits: Limits) -> Contents:
    try:
        count = len(kreuzberg.PdfPageIterator(str(path)))
    except RuntimeError as exc:
        raise _ours(exc) from None
    _count(count, limits)
    config = ExtractionConfig(
        output_format="markdown",
        use_cache=False,
        include_document_structure=True,
        pages=PageConfig(extract_pages=True),
    )
    found = extract(path, "pdf", config)
    plain = [Page(tidy(page["content"]), page["page_number"]) for page in found.pages or []]
    laid_out = _laid_out(found.document["nodes"] if found.document else [], count)
    understood = _letters(laid_out) >= _UNDERSTOOD * _letters(plain)
    pages = laid_out if understood else plain
    silent = [number for number in range(1, count + 1) if not any(p.text.strip() for p in plain if p.number == number)]
    return Contents(pages, *_about(found), warnings=_silence(silent, count))


def _letters(pages: Sequence[Page]) -> int:
    return sum(len(page.text) - page.text.count(" ") - page.text.count("\n") for page in pages)


def _count(pages: int, limits: Limits) -> None:
    if pages > limits.pages:
        raise TooLarge(
            f"It has {pages:,} pages, and at most {limits.pages:,} are read.",
            hint="Split it, or raise the limit `pages`.",
            limit="pages",
        )


def _silence(silent: Sequence[int], count: int) -> tuple[str, ...]:
    if not silent or len(silent) == count:
        return ()
    shown = ", ".join(map(str, silent[:10])) + (", …" if len(silent) > len(silent[:10]) else "")
    return (f"{len(silent)} of {count} pages have no text ({shown}): they are empty, or pictures.",)


def _slides(text: str) -> list[Page]:
    """The text between the marks, by the number of the mark before."""
    first, *rest = _MARKS.split(text)
    slides = [Page(tidy(part), int(number)) for number, part in zip(rest[::2], rest[1::2], strict=True)]
    return ([Page(tidy(first))] if first.strip() else []) + slides


def _laid_out(nodes: Sequence[Mapping[str, Any]], count: int) -> list[Page]:
    """The pages of a PDF from the paragraphs, headings, lists and tables that were found in it."""
    blocks: dict[int, list[str]] = {number: [] for number in range(1, count + 1)}
    page, item = 1, False
    for node in nodes:
        page = node.get("page") or page
        kind = node["content"]["node_type"]
        block = _block(kind, node["content"])
        if not block:
            continue
        onto = blocks.setdefault(page, [])
        if kind == "list_item" and item and onto:
            onto[-1] += f"\n{block}"
        else:
            onto.append(block)
        item = kind == "list_item"
    return [Page("\n\n".join(parts), number) for number, parts in sorted(blocks.items())]


def _block(kind: str, content: Mapping[str, Any]) -> str:
    """One block as Markdown; empty for what only groups others."""
    if kind == "table":
        return "\n".join(_rows(content["grid"]))
    text = tidy(content.get("text") or "").strip()
    if not text or kind == "group":
        return ""
    if kind == "code":
        return f"```\n{text}\n```"
    line = " ".join(text.split())
    if kind in {"heading", "title"}:
        return f"{'#' * int(content.get('level') or 1)} {line}"
    return {"list_item": "- ", "quote": "> "}.get(kind, "") + line


def _rows(grid: Mapping[str, Any]) -> Iterator[str]:
    cells = {(cell["row"], cell["col"]): " ".join(tidy(cell["content"]).split()) for cell in grid["cells"]}
    for row in range(grid["rows"]):
        yield "| " + " | ".join(cells.get((row, col), "").replace("|", r"\|") for col in range(grid["cols"])) + " |"
        if row == 0:
            yield "|" + " --- |" * grid["cols"]


def _about(found: ExtractionResult) -> tuple[str, Metadata]:
    """The title, and what else a file says of itself, in the same words for every kind."""
    told: dict[str, Any] = dict(found.metadata)
    core: dict[str, Any] = told.get("core_properties") or {}
    title = told.get("title") or core.get("title") or told.get("subject") or ""
    values: dict[str, Any] = {
        "authors": told.get("authors") or core.get("creator"),
        "created": told.get("created_at") or core.get("created"),
        "modified": told.get("modified_at") or core.get("modified"),
        "subject": told.get("subject") or core.get("subject"),
        "keywords": told.get("keywords") or core.get("keywords"),
        "language": told.get("language") or core.get("language"),
        "from": told.get("from_email"),
        "to": told.get("to_emails"),
        "attachments": told.get("attachments"),
        "sheets": told.get("sheet_names"),
    }
    return " ".join(tidy(str(title)).split()), {name: _value(value) for name, value in values.items() if value}


def _value(value: Any) -> str | list[str]:
    return [tidy(str(one)) for one in value] if isinstance(value, list | tuple) else tidy(str(value))


def _ours(exc: Exception) -> Encrypted | Corrupt:
    said = " ".join(str(exc).split())
    if "password" in said.lower() or "encrypted" in said.lower():
        return Encrypted("It is protected with a password.", hint="Save it without a password.")
    return Corrupt(
        "It is damaged or cut off.",
        hint=f"Fetch it again, or save it anew with the program that made it. (The reader said: {said[:160]})",
    )

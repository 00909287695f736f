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
from tieline.language.documents import kinds
from tieline.language.documents import ocr as tesseract
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
_IMAGES: Mapping[bytes, str] = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"BM": "image/bmp",
    b"RIFF": "image/webp",
}
#: Stands before each slide: a word that no document can know.
_MARK = secrets.token_hex(16)
_MARKS = re.compile(rf"@@{_MARK}-(\d+)@@")
#: Less of the text than this in blocks (running headers are left out of them) means that the layout was not understood.
_UNDERSTOOD = 0.5
_ESCAPED = re.compile(r"\\([!-/:-@[-`{-~])")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def markdown(page: str) -> str:
    """A web page as Markdown, without navigation and footers."""
    options: Any = {"extract_metadata": False, "preprocessing": {"enabled": True, "preset": "aggressive"}}
    config = ExtractionConfig(output_format="markdown", use_cache=False, html_options=options)
    return unescaped(kreuzberg.extract_bytes_sync(page.encode(), "text/html", config).content)


def read(path: Path, kind: Kind, limits: Limits, ocr: str = "") -> Contents:
    """Read a file.

    Args:
        path: The file.
        kind: What it is.
        limits: How much is read.
        ocr: The languages of pictures of text, if those are to be read: see `ocr.config`.

    Raises:
        DocumentError: It is damaged, has a password, or has too many pages.
        ConfigError: A language of OCR is not there.
    """
    count = _count(path, limits) if kind == "pdf" else 0
    found = _extracted(path, kind, ocr=ocr if kind == "image" else "")
    plain = _plain(found, kind)
    silent = _silent(plain, count)
    if ocr and silent and kinds.has_pictures(path):
        found = _extracted(path, kind, ocr, silent)
    laid_out = _laid_out(found.document["nodes"] if found.document else [], kind, count)
    if kind == "pptx":
        _check(len(laid_out), limits)
    pages = laid_out if _letters(laid_out) >= _UNDERSTOOD * _letters(plain) else plain
    return Contents(pages, *_about(found), warnings=_silence(pages, count))


def _extracted(path: Path, kind: Kind, ocr: str = "", pages: Sequence[int] = ()) -> ExtractionResult:
    """What kreuzberg makes of it; with these pages read as pictures."""
    paging = PageConfig(extract_pages=True, insert_page_markers=True, marker_format=f"\n\n@@{_MARK}-{{page_num}}@@\n\n")
    config = ExtractionConfig(
        output_format="markdown",
        use_cache=False,
        include_document_structure=True,
        pages=paging,
        ocr=tesseract.config(ocr) if ocr else None,
        force_ocr_pages=list(pages) or None,
    )
    try:
        return kreuzberg.extract_file_sync(str(path), _mime(path, kind), config)
    except kreuzberg.KreuzbergError as exc:
        raise _ours(exc) from None


def _mime(path: Path, kind: Kind) -> str:
    if kind != "image":
        return _TYPES[kind]
    with path.open("rb") as file:
        head = file.read(4)
    return next(mime for start, mime in _IMAGES.items() if head.startswith(start))


def _plain(found: ExtractionResult, kind: Kind) -> list[Page]:
    """The text without what is known of its layout."""
    if kind == "pdf":
        return [Page(tidy(page["content"]), page["page_number"]) for page in found.pages or []]
    return [Page(unescaped(tidy(_MARKS.sub("", found.content))))]


def unescaped(text: str) -> str:
    """Markdown without backslashes: it is read by people and models, and not made into a page again."""
    return _ESCAPED.sub(r"\1", text)


def _count(path: Path, limits: Limits) -> int:
    """The pages of a PDF, without reading them."""
    try:
        count = len(kreuzberg.PdfPageIterator(str(path)))
    except RuntimeError as exc:
        raise _ours(exc) from None
    _check(count, limits)
    return count


def _letters(pages: Sequence[Page]) -> int:
    return sum(len(page.text) - page.text.count(" ") - page.text.count("\n") for page in pages)


def _check(pages: int, limits: Limits) -> None:
    if pages > limits.pages:
        raise TooLarge(
            f"It has {pages:,} pages, and at most {limits.pages:,} are read.",
            hint="Split it, or raise the limit `pages`.",
            limit="pages",
        )


def _silent(pages: Sequence[Page], count: int) -> list[int]:
    """The pages without text."""
    told = {page.number for page in pages if page.text.strip()}
    return [number for number in range(1, count + 1) if number not in told]


def _silence(pages: Sequence[Page], count: int) -> tuple[str, ...]:
    silent = _silent(pages, count)
    if not silent or len(silent) == count:
        return ()
    shown = ", ".join(map(str, silent[:10])) + (", …" if len(silent) > len(silent[:10]) else "")
    return (f"{len(silent)} of {count} pages have no text ({shown}): they are empty, or pictures.",)


def _laid_out(nodes: Sequence[Mapping[str, Any]], kind: Kind, count: int) -> list[Page]:
    """The pages from the paragraphs, headings, lists and tables that were found; one page where the kind has none."""
    blocks: dict[int, list[str]] = {number: [] for number in range(1, count + 1)}
    page, in_list = 1, False
    for node in nodes:
        content = node["content"]
        mark = _MARKS.search(content.get("text") or "")
        page = int(mark[1]) if mark else (node.get("page") or page) if kind == "pdf" else page
        onto = blocks.setdefault(page, [])
        block = "" if mark else _block(content["node_type"], content, plain_cells=kind != "docx")
        if not block:
            continue
        is_item = content["node_type"] == "list_item"
        if is_item and in_list and onto:
            onto[-1] += f"\n{block}"
        else:
            onto.append(block)
        in_list = is_item
    numbered = kind in {"pdf", "pptx"}
    return [Page("\n\n".join(parts), number if numbered else None) for number, parts in sorted(blocks.items())]


def _block(kind: str, content: Mapping[str, Any], *, plain_cells: bool) -> str:
    """One block as Markdown; empty for what only groups others."""
    if kind == "table":
        table = "\n".join(_rows(content["grid"]))
        return table if plain_cells else _BOLD.sub(r"\1", table)  # which starts and ends within words
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


def _ours(exc: Exception) -> Encrypted | TooLarge | Corrupt:
    said = " ".join(str(exc).split())
    if "memory limit" in said.lower():
        return TooLarge(
            "A picture in it takes more memory than reading may have.",
            hint="Scan it with fewer dots per inch.",
            limit="memory_megabytes",
        )
    if "password" in said.lower() or "encrypted" in said.lower():
        return Encrypted("It is protected with a password.", hint="Save it without a password.")
    return Corrupt(
        "It is damaged or cut off.",
        hint=f"Fetch it again, or save it anew with the program that made it. (The reader said: {said[:160]})",
    )

"""A document's text, its title and its tags."""

from __future__ import annotations

import hashlib
import posixpath
import re
from typing import Any, NamedTuple

import yaml

from flows.document_sync.shelf import Entry
from tieline.language.documents import DocumentError, Limits, TooLarge, read_document

#: What is text as it is; anything else is read by the readers of documents.
PLAIN = (".md", ".markdown", ".mdx", ".txt", ".rst", ".adoc")
_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)


class Text(NamedTuple):
    """What a document says."""

    title: str
    text: str
    tags: list[str]
    digest: str


async def read_text(entry: Entry, content: bytes) -> Text:
    """Read a document.

    Args:
        entry: The document.
        content: What is in it.

    Raises:
        DocumentError: It cannot be read.
    """
    front: dict[str, Any] = {}
    if entry.file.lower().endswith(PLAIN):
        check_size(len(content), entry.file)
        text, front = _without_front(_decoded(content, entry.file))
    else:
        text = (await read_document(content, name=posixpath.basename(entry.file))).text
    title = entry.title or _line(front.get("title")) or _heading(text) or _name(entry.file)
    tags = front.get("tags") or []
    listed = tags.split(",") if isinstance(tags, str) else tags if isinstance(tags, list) else []
    clean = sorted({_line(one).replace(",", " ") for one in listed} - {""})
    digest = hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
    return Text(title, text, clean, digest)


def check_size(size: int, name: str) -> None:
    """Refuse what is too large to be read.

    Raises:
        TooLarge: It is.
    """
    most = Limits().megabytes
    if size > most * 2**20:
        raise TooLarge(f"It has {size / 2**20:,.0f} MB, and at most {most:,.0f} MB are read.", name=name)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError("It is not UTF-8.", hint="Save it in UTF-8.", name=name) from None


def _without_front(text: str) -> tuple[str, dict[str, Any]]:
    """The text, and what its front matter says. Front matter that is none stays text."""
    found = _FRONT.match(text)
    try:
        said = yaml.safe_load(found[1]) if found else None
    except (yaml.YAMLError, ValueError):
        said = None
    return (text[found.end() :], said) if found and isinstance(said, dict) else (text, {})


def _heading(text: str) -> str:
    found = _HEADING.search(_FENCE.sub("", text))
    return _line(re.sub(r"[*_`]|!?\[([^\]]*)\]\([^)]*\)", r"\1", found[1])) if found else ""


def _name(file: str) -> str:
    stem = posixpath.splitext(posixpath.basename(file))[0]
    return _line(re.sub(r"[-_]+", " ", stem)).capitalize() or file


def _line(value: object) -> str:
    """On one line; what is no text or number says nothing: nested YAML can be made to grow without end."""
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""

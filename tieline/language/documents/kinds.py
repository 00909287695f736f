"""What a file is: told by its content, since names are wrong; by its name only where content cannot tell."""

from __future__ import annotations

import mmap
import re
from pathlib import Path, PurePath
from typing import IO

from tieline.errors import Corrupt, Empty, Encrypted, UnknownKind
from tieline.language.documents.archives import members
from tieline.language.documents.model import Kind

_CODE = """
    bash c cc cfg clj cpp cs css dart ex go gradle h hpp hs ini ipynb java jl js json jsonl jsx kt kts less lua m php pl
    proto ps1 py pyi r rb rs scala scss sh sql svelte swift tf toml ts tsx vb vue xml yaml yml zig
"""
_BY_NAME: dict[str, Kind] = {
    **dict.fromkeys(("md", "markdown", "mdown"), "markdown"),
    **dict.fromkeys(("csv", "tsv"), "csv"),
    **dict.fromkeys(("htm", "html", "xhtml"), "html"),
    **dict.fromkeys(("txt", "text", "log"), "text"),
    **dict.fromkeys(_CODE.split(), "code"),
    "pdf": "pdf",
    "docx": "docx",
    "pptx": "pptx",
    "xlsx": "xlsx",
    "epub": "epub",
    "eml": "eml",
    "msg": "msg",
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "tif", "tiff", "bmp", "webp"), "image"),
}
#: Kinds whose content has a mark; a file with such a name and without it is damaged.
_MARKED = frozenset({"pdf", "docx", "pptx", "xlsx", "epub", "msg"})

_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"RIFF")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}")
_MAIL_FIELD = re.compile(
    rb"^(?:From|Received|Message-ID|MIME-Version|Return-Path|Delivered-To):", re.IGNORECASE | re.MULTILINE
)
_RTF = b"{\\rtf"
_HEAD = 64 << 10
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"
_MOST_CONTROL = 0.05  # of the bytes; text has none, but a log may have some
_HEADERS_OF_MAIL = 2
_SAVE_AS = "Save it as DOCX, PPTX, XLSX or PDF."


def recognize(file: IO[bytes], name: str) -> Kind:
    """What a file is.

    Args:
        file: The file, at least one byte.
        name: Its name; the part after the last point helps with texts.

    Raises:
        DocumentError: It is nothing that can be read.
    """
    named = by_name(name)
    file.seek(0)
    head = file.read(_HEAD)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK"):
        return _packed(file, named)
    if head.startswith(_OLE):
        return _compound(file)
    if head.startswith(_PICTURES) and _is_binary(head):
        return "image"
    if head.startswith(_RTF):
        raise UnknownKind("It is an RTF file, which is not read.", hint=_SAVE_AS)
    if _is_binary(head):
        if named in _MARKED:
            raise Corrupt(
                f"Its name says {named}, but it is no such file.",
                hint="Fetch it again, or save it anew with the program that made it.",
            )
        raise UnknownKind(
            "It is no kind of document that is read.",
            hint="These are: PDF, DOCX, PPTX, XLSX, CSV, HTML, EPUB, EML, MSG, Markdown, text and source code.",
        )
    return _texts(head, named)


def has_pictures(path: Path) -> bool:
    """Whether a PDF holds any."""
    return _PICTURE.search(path.read_bytes()) is not None


def by_name(name: str) -> Kind | None:
    """What a name says."""
    return _BY_NAME.get(PurePath(name).suffix.lower().removeprefix("."))


def _packed(file: IO[bytes], named: Kind | None) -> Kind:
    file.seek(0)
    names = members(file)
    if "META-INF/container.xml" in names:
        if "META-INF/rights.xml" in names:
            raise Encrypted("It is a book with copy protection.", hint="Use a copy without it.")
        return "epub"
    found: dict[str, Kind] = {"word/": "docx", "ppt/": "pptx", "xl/": "xlsx"}
    for folder, kind in found.items():
        if "[Content_Types].xml" in names and any(member.startswith(folder) for member in names):
            return kind
    if named in _MARKED:
        raise Corrupt(f"Its name says {named}, but the archive does not hold one.", hint="Save it anew, and try again.")
    raise UnknownKind("It is an archive, not a document.", hint="Unpack it, and give the documents in it one by one.")


def _compound(file: IO[bytes]) -> Kind:
    """The container of old Office files, of Outlook's messages, and of Office files with a password."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise Encrypted("It is protected with a password.", hint="Save it without a password.")
        if data.find("__properties_version1.0".encode("utf-16-le")) >= 0:
            return "msg"
    raise UnknownKind("It is an Office file of before 2007, or another that is not read.", hint=_SAVE_AS)


def _is_binary(head: bytes) -> bool:
    if head.startswith(_BOMS):
        return False
    return len(head.translate(None, _CONTROL)) < len(head) * (1 - _MOST_CONTROL) or b"\0" in head


def _texts(head: bytes, named: Kind | None) -> Kind:
    plain = head.removeprefix(_BOMS[0])
    if not plain.strip():
        raise Empty("There is nothing in it.", hint="Check that it was saved, and fetch it again.")
    if named in {"code", "markdown", "csv", "html", "eml"}:
        return named
    if _HTML.match(plain):
        return "html"
    start = _MAIL.match(plain)
    if start and len(_MAIL_FIELD.findall(start[0])) >= _HEADERS_OF_MAIL:
        return "eml"
    return "text"

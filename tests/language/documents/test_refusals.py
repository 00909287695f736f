"""What cannot be read is named, with what to do; what is hostile meets a limit."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.language.documents import files
from tests.language.documents.compound import compound
from tieline.language.documents import (
    Corrupt,
    DocumentError,
    Empty,
    Encrypted,
    Limits,
    Scanned,
    TooLarge,
    UnknownKind,
    read_document,
)

TEXT = files.column(["Some text stands here."])
PICTURE = (
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 >>"
)
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


def scan() -> bytes:
    """A page with a picture and no text."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /I 4 0 R >> >> /Contents 5 0 R >>"
    )
    return files.assembled(
        [
            CATALOG,
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            page,
            PICTURE + b"\nstream\n\0\nendstream",
            b"<< /Length 5 >>\nstream\n/I Do\nendstream",
        ]
    )


def inflating(megabytes: int) -> bytes:
    """A page of a few bytes that unpacks to much, three times over."""
    data = b" " * (megabytes << 20)
    for _ in range(3):
        data = zlib.compress(data, 9)
    filters = b"/FlateDecode " * 3
    return files.assembled(
        [
            CATALOG,
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
            b"<< /Length %d /Filter [%b] >>\nstream\n%b\nendstream" % (len(data), filters, data),
        ]
    )


def with_member(data: bytes, name: str, held: bytes) -> bytes:
    """An archive with one more member."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, held)
    return out.getvalue()


WORD = files.docx(files.paragraph("Some text."))
LOCKED = compound({"EncryptedPackage": b"x" * 100, "EncryptionInfo": b"y"})


@pytest.mark.parametrize(
    ("name", "data", "error", "says"),
    (
        ("a.pdf", files.pdf([TEXT], encrypted=True), Encrypted, "password"),
        ("a.docx", LOCKED, Encrypted, "password"),
        ("a.epub", with_member(files.epub([("A", "b")]), "META-INF/rights.xml", b"<r/>"), Encrypted, "copy protection"),
        ("a.pdf", scan(), Scanned, "OCR"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Scanned, "OCR"),
        ("a.pdf", files.pdf([TEXT])[:200], Corrupt, "damaged or cut off"),
        ("a.pdf", b"\0\1\2\3", Corrupt, "name says pdf"),
        ("a.docx", WORD[:-40], Corrupt, "damaged or cut off"),
        ("a.docx", files.zipped({"readme": "hello"}), Corrupt, "name says docx"),
        ("a.txt", b"", Empty, "0 bytes"),
        ("a.txt", b" \r\n\t\n", Empty, "nothing in it"),
        ("a.pdf", files.pdf([[]]), Empty, "no text"),
        ("a.docx", files.docx(""), Empty, "no text"),
        ("a.zip", files.zipped({"readme": "hello"}), UnknownKind, "archive"),
        ("a.doc", compound({"WordDocument": b"x" * 100}), UnknownKind, "before 2007"),
        ("a.rtf", b"{\\rtf1 hello}", UnknownKind, "RTF"),
        ("a.bin", bytes(range(256)), UnknownKind, "no kind of document"),
    ),
)
async def test_what_cannot_be_read_is_said(name: str, data: bytes, error: type[DocumentError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        await read_document(data, name=name)
    assert type(caught.value) is error
    assert caught.value.name == name
    assert caught.value.hint.endswith((".", ")"))
    assert str(caught.value).startswith(f"{name}: ")


async def test_a_file_that_is_gone_or_none(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="No such file"):
        await read_document(tmp_path / "gone.pdf")
    with pytest.raises(DocumentError, match="no file"):
        await read_document(tmp_path)
    with pytest.raises(DocumentError, match="embedded null byte"):
        await read_document(tmp_path / "a\0b.pdf")


async def test_a_page_of_nothing_but_opened_tags_takes_no_time() -> None:
    page = b"<html>" + b"<meta " * 300_000
    with pytest.raises(Empty):
        await read_document(page, limits=Limits(seconds=20))


@pytest.mark.parametrize(
    ("text", "name"),
    ((b"<!---->" * 4_000 + b"<div>", ""), (b"# Title" + b" " * 300_000 + b"#x", "a.md")),
    ids=("comments", "a heading"),
)
async def test_a_text_that_looks_like_much_takes_no_time(text: bytes, name: str) -> None:
    assert await read_document(text, name=name, limits=Limits(seconds=20))


async def test_a_file_of_five_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(5 << 30)  # takes no room on the disk
    with pytest.raises(TooLarge, match=r"5,120 MiB, and at most 100") as caught:
        await read_document(path)
    assert caught.value.limit == "megabytes"


def deep(levels: int) -> bytes:
    """An archive in an archive, and so on."""
    data = WORD
    for _ in range(levels):
        data = with_member(WORD, "word/embeddings/one.docx", data)
    return data


def lying() -> bytes:
    """An archive that says its text has ten bytes."""
    with zipfile.ZipFile(io.BytesIO(WORD)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    return WORD.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "limits", "limit"),
    (
        (files.docx(files.paragraph("x" * (3 << 20))), Limits(unpacked_megabytes=2), "unpacked_megabytes"),
        (with_member(WORD, "x.xml", bytes(3 << 20)), Limits(unpacked_megabytes=2), "unpacked_megabytes"),
        (with_member(WORD, "one.zip", deep(0)), Limits(members=5), "members"),
        (deep(2), Limits(), "depth"),
        (files.docx(files.paragraph("&b;"), head=ENTITIES), Limits(), "entities"),
        (with_member(WORD, "word/x.xml", ENTITIES.encode("utf-16")), Limits(), "entities"),
        (files.pdf([TEXT] * 30), Limits(pages=29), "pages"),
        (files.pptx([("a", "b")] * 4), Limits(pages=3), "pages"),
        (b"word " * 1000, Limits(characters=4_000), "characters"),
        (b"a," * 2000 + b"\n" + b"x\n" * 2000, Limits(characters=100_000), "characters"),
        (b"x" * 2000, Limits(megabytes=0.001), "megabytes"),
        (files.pdf([files.column(["Some text stands here."] * 50)] * 400), Limits(seconds=0.4), "seconds"),
        (inflating(600), Limits(memory_megabytes=300), "memory_megabytes"),
    ),
)
async def test_a_limit_is_named(data: bytes, limits: Limits, limit: str) -> None:
    name = "a.csv" if data.startswith(b"a,") else ""
    with pytest.raises(TooLarge) as caught:
        await read_document(data, name=name, limits=limits)
    assert caught.value.limit == limit


async def test_an_embedded_archive_is_fine() -> None:
    document = await read_document(deep(1))
    assert document.text.startswith("Some text.")


async def test_an_archive_that_lies_about_a_size_is_refused() -> None:
    with pytest.raises(Corrupt, match=r"says that 'word/document\.xml' has 10 bytes"):
        await read_document(lying())


async def test_a_sheet_with_its_only_cells_at_the_corners_does_not_take_the_memory() -> None:
    with pytest.raises(TooLarge, match="more than 300 MiB of memory"):
        await read_document(files.sparse_xlsx(), limits=Limits(memory_megabytes=300))

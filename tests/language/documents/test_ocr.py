"""Pictures of text are read where that is wanted, in the program that reads everything; where not, it is said how."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.language.documents import files
from tieline.errors import ConfigError
from tieline.language.documents import Empty, Limits, Scanned, TooLarge, read_document, readers
from tieline.language.documents import ocr as tesseract
from tieline.settings import settings

LINES = ("Quarterly report of the finance team", "Sales in May were ten percent above April")


@pytest.fixture
def languages() -> None:
    """Languages of Tesseract on this machine."""
    try:
        tesseract.config("eng")
    except ConfigError:
        pytest.skip("needs Tesseract's languages: apt-get install tesseract-ocr")


def picture(kind: str, lines: tuple[str, ...] = LINES) -> bytes:
    """A scanned page; several where the kind is PDF and the lines are more than one."""
    image = Image.new("L", (900, 300), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((40, 40 + 70 * number), line, fill=0, font=ImageFont.load_default(size=32))
    out = io.BytesIO()
    image.save(out, kind, resolution=150)
    return out.getvalue()


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize("kind", ("PNG", "JPEG", "TIFF", "PDF"))
async def test_a_scan_is_read_where_that_is_wanted(kind: str) -> None:
    document = await read_document(picture(kind), name=f"scan.{kind.lower()}", ocr="eng")
    assert all(line in document.text for line in LINES)
    assert (document.kind, document.pages) == (("pdf", 1) if kind == "PDF" else ("image", None))
    assert document.passages[0].page == (1 if kind == "PDF" else None)
    assert document.warnings == ()


@pytest.mark.usefixtures("languages")
async def test_the_setting_counts_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_OCR", "eng")
    settings.cache_clear()
    assert LINES[0] in (await read_document(picture("PNG"))).text
    with pytest.raises(Scanned):
        await read_document(picture("PNG"), ocr="")


@pytest.mark.parametrize("kind", ("PNG", "PDF"))
async def test_without_it_a_scan_is_said_to_be_one(kind: str) -> None:
    with pytest.raises(Scanned, match=r"OCR, which was not asked for.*TIELINE_OCR=eng.*tieline\[documents\].*apt-get"):
        await read_document(picture(kind))


async def test_a_language_that_is_missing_is_named() -> None:
    with pytest.raises(ConfigError, match=r"no data for tlh.*apt-get install tesseract-ocr-tlh"):
        await read_document(picture("PNG"), ocr="tlh")
    with pytest.raises(ConfigError, match="names no languages"):
        await read_document(picture("PNG"), ocr="../../etc")


@pytest.mark.usefixtures("languages")
async def test_an_empty_picture_has_no_text() -> None:
    with pytest.raises(Empty, match="OCR found no text"):
        await read_document(picture("PNG", ()), ocr="eng")


@pytest.mark.usefixtures("languages")
async def test_text_that_is_there_is_not_read_as_a_picture() -> None:
    text = "This page has text of its own, and no picture."
    document = await read_document(files.pdf([files.column([text])]), ocr="eng")
    assert document.text.strip() == text


@pytest.mark.usefixtures("languages")
async def test_a_picture_meets_the_limits() -> None:
    out = io.BytesIO()
    Image.new("1", (24_000, 24_000), 1).save(out, "PNG", compress_level=1)  # a small file that becomes a gigabyte
    with pytest.raises(TooLarge) as caught:
        await read_document(out.getvalue(), ocr="eng", limits=Limits(memory_megabytes=300, seconds=30))
    assert caught.value.limit == "memory_megabytes"


@pytest.mark.usefixtures("languages")
async def test_what_was_read_is_kept_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readers.close()  # so that a new program gets this home
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    await read_document(picture("PNG"), ocr="eng")
    readers.close()
    kept = [os.path.join(folder, name) for folder, _, names in os.walk(tmp_path) for name in names]  # noqa: PTH118 - a plain look
    assert [name for name in kept if "kreuzberg" in name] == []

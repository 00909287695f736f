"""What comes out of each kind of file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.documents import files
from tests.language.documents.compound import message
from tieline.language.documents import Document, read_document

STORY = " ".join(
    f"Sentence {i} tells of the {word} in the harbor." for i, word in enumerate(["boat", "crane", "tide"] * 40)
)
MAIL = b"""From: Ann Bell <ann@example.com>
To: support@example.com
Subject: =?utf-8?q?Caf=C3=A9_order?=
Date: Thu, 05 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>The <b>caf=E9</b> is closed.</p>
--B
Content-Type: application/pdf
Content-Disposition: attachment; filename=menu.pdf
Content-Transfer-Encoding: base64

AAAA
--B--
"""
PAGE = b"""<!DOCTYPE html><html><head><title>Tides &amp; boats</title><meta name="description" content="About"></head>
<body><nav><a href="/">Home</a></nav><h1>Tides</h1><p>Water <b>rises</b>.</p>
<script>alert(1)</script><ul><li>one</li><li>two</li></ul><footer>Imprint</footer></body></html>"""


def fits(document: Document) -> Document:
    """Every passage is where it says it is."""
    assert document.passages
    for passage in document.passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text.strip()
    return document


async def test_a_pdf_in_two_columns_is_read_down_the_first_and_then_the_second() -> None:
    document = fits(await read_document(files.pdf(files.two_columns(STORY), title="Harbor"), name="harbor.pdf"))
    assert (document.kind, document.title, document.pages) == ("pdf", "Harbor", 2)
    assert document.text.replace("\n\n", " ") == STORY
    assert {passage.page for passage in document.passages} == {1, 2}
    assert not document.warnings


async def test_passages_of_a_pdf_know_their_page_and_the_heading_above() -> None:
    body = list(files.wrapped(STORY.split(), 80))

    def chapter(title: str) -> list[files.Line]:
        return [files.Line(files.MARGIN, 730, title, 20), *files.column(body[:20], top=700)]

    document = fits(await read_document(files.pdf([chapter("Boats"), chapter("Cranes")])))
    assert [(passage.page, passage.heading) for passage in document.passages] == [(1, "Boats"), (2, "Cranes")]
    assert "# Boats" in document.text


async def test_words_broken_at_the_end_of_a_line_are_whole_again() -> None:
    lines = ["The captain of the boat was an unusu-", "ally patient person, and waited for the tide."]
    document = await read_document(files.pdf([files.column(lines)]))
    assert "unusually patient" in document.text


async def test_pages_without_text_are_named() -> None:
    pages = [files.column(["Something is written here."]), [], files.column(["And here."])]
    document = await read_document(files.pdf(pages))
    assert document.pages == 3
    assert "1 of 3 pages have no text (2)" in document.warnings[0]


async def test_word_files_keep_headings_and_tables() -> None:
    body = files.paragraph("Prices", "Heading1") + files.paragraph("All in euros.")
    body += files.word_table([["Boat", "Price"], ["Gig", "1 200"], ["Punt", "300"]])
    document = fits(await read_document(files.docx(body), name="prices.docx"))
    assert document.kind == "docx"
    assert document.pages is None
    assert "| Gig | 1 200 |" in document.text
    assert [passage.heading for passage in document.passages] == ["Prices", "Prices"]


async def test_text_has_no_backslashes_and_no_stars_from_changes_of_look() -> None:
    bold = "<w:p><w:r><w:t>Half</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>way! a_b</w:t></w:r></w:p>"
    table = f"<w:tbl><w:tr><w:tc>{bold}</w:tc></w:tr></w:tbl>"
    document = await read_document(files.docx(bold + table))
    assert document.text == "Halfway! a_b\n\n| Halfway! a_b |\n| --- |"
    assert "Now! a_b" in (await read_document(b"<html><p>Now! a_b</p></html>")).text


async def test_slides_are_pages() -> None:
    document = fits(await read_document(files.pptx([("Boats", "They float!"), ("Cranes", "They lift.")])))
    assert (document.kind, document.pages) == ("pptx", 2)
    assert [(p.page, p.heading, p.text) for p in document.passages] == [
        (1, "Boats", "They float!"),
        (2, "Cranes", "They lift."),
    ]


async def test_slides_with_titles_only_have_those_as_passages() -> None:
    document = fits(await read_document(files.pptx([("Boats", ""), ("Cranes", "")])))
    assert [passage.heading for passage in document.passages] == ["Boats", "Cranes"]


async def test_sheets_are_tables_under_their_names() -> None:
    sheets: dict[str, list[list[str | float]]] = {
        "Boats": [["Name", "Length"], ["Gig", 7.5]],
        "Crew": [["Ann"], ["Bob"]],
    }
    document = fits(await read_document(files.xlsx(sheets)))
    assert document.kind == "xlsx"
    assert "| Gig | 7.5 |" in document.text
    assert [passage.heading for passage in document.passages] == ["Boats", "Crew"]
    assert document.metadata["sheets"] == ["Boats", "Crew"]


async def test_a_book_has_chapters() -> None:
    document = fits(await read_document(files.epub([("One", "It began."), ("Two", "It ended.")], title="The boat")))
    assert (document.kind, document.title) == ("epub", "The boat")
    assert [(p.heading, p.text) for p in document.passages] == [("One", "It began."), ("Two", "It ended.")]


async def test_a_message_has_its_head_its_text_and_the_names_of_what_is_attached() -> None:
    document = fits(await read_document(MAIL, name="order.eml"))
    assert (document.kind, document.title) == ("eml", "Café order")
    assert "**café** is closed" in document.text
    assert document.metadata["from"] == "Ann Bell <ann@example.com>"
    assert document.metadata["attachments"] == ["menu.pdf"]


async def test_a_message_of_outlook() -> None:
    document = fits(await read_document(message("Tide table", "High water is at noon."), name="tide.msg"))
    assert (document.kind, document.title) == ("msg", "Tide table")
    assert "High water is at noon." in document.text


async def test_a_web_page_without_what_surrounds_its_text() -> None:
    document = fits(await read_document(PAGE, name="tides.html"))
    assert (document.kind, document.title) == ("html", "Tides & boats")
    assert document.text == "# Tides\n\nWater **rises**.\n\n- one\n- two"


@pytest.mark.parametrize("separator", (",", ";", "\t"))
async def test_a_table_with_separators(separator: str) -> None:
    rows = [["name", "note"], ["Gig", "a|b"], ["Punt", "two  words"]]
    data = "\r\n".join(separator.join(row) for row in rows).encode()
    document = fits(await read_document(data, name="boats.csv"))
    assert document.kind == "csv"
    assert document.text.splitlines() == ["| name | note |", "| --- | --- |", "| Gig | a\\|b |", "| Punt | two words |"]


async def test_a_quotation_far_down_in_a_table_stays_in_its_field() -> None:
    data = b"id,said\n" + b'1,"row"\n' * 2_000 + b'2,"He said ""no, thanks"" to me"\n'
    document = fits(await read_document(data, name="said.csv"))
    assert document.text.splitlines()[-1] == '| 2 | He said "no, thanks" to me |'


async def test_markdown_has_headings_but_not_within_fences() -> None:
    document = fits(await read_document(b"# Boats\n\nText.\n\n```\n# no heading\n\nx\n```\nMore.\n", name="a.md"))
    assert document.kind == "markdown"
    assert [(p.heading, p.text) for p in document.passages] == [
        ("Boats", "Text."),
        ("Boats", "```\n# no heading\n\nx\n```\nMore."),
    ]


async def test_source_code_stays_as_it_is() -> None:
    code = "# a comment\nimport os\n\n\ndef f() -> None:\n    return None"
    document = fits(await read_document(code.encode(), name="boat.py"))
    assert (document.kind, document.text) == ("code", code)
    assert {passage.heading for passage in document.passages} == {""}


@pytest.mark.parametrize("code", ("utf-8", "utf-8-sig", "utf-16", "cp1252"))
async def test_text_in_several_encodings(code: str) -> None:
    document = await read_document("Ebbe für Kähne: täglich, 5 €.\r\n".encode(code), name="a.txt")
    assert (document.kind, document.text) == ("text", "Ebbe für Kähne: täglich, 5 €.")
    assert any("Windows-1252" in warning for warning in document.warnings) == (code == "cp1252")


@pytest.mark.parametrize(
    ("data", "kind"),
    (
        (files.pdf([files.column(["Some text."])]), "pdf"),
        (files.docx(files.paragraph("Some text.")), "docx"),
        (PAGE, "html"),
        (MAIL, "eml"),
        (message("Subject", "Some text."), "msg"),
        (b"Just some text.", "text"),
    ),
)
async def test_a_wrong_name_is_recognized_by_the_content(data: bytes, kind: str) -> None:
    document = await read_document(data, name="table.xlsx")
    assert document.kind == kind
    assert document.warnings[0].startswith("Its name says xlsx;")


async def test_a_file_is_named_after_itself(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("Ebb and *flow*.")
    document = await read_document(path)
    assert (document.name, document.kind) == ("notes.md", "markdown")

"""Whatever the bytes: a document or a reason, and the next document is read."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.documents import files
from tests.language.documents.compound import message
from tests.language.documents.test_read import MAIL, PAGE
from tieline.language.documents import Document, DocumentError, Limits, read_document
from tieline.language.documents.model import Page
from tieline.language.documents.passages import LONGEST, assemble

WHOLE = [
    files.pdf([files.column(["One line.", "Another."])], title="T"),
    files.docx(files.paragraph("Text.", "Heading1") + files.word_table([["a", "b"]])),
    files.pptx([("Title", "Text")]),
    files.xlsx({"S": [["a", 1.5]]}),
    files.epub([("One", "Text")]),
    message("Subject", "Body"),
    MAIL,
    PAGE,
    b"a,b\n1,2\n",
]
NAMES = st.sampled_from(["", "a.pdf", "a.docx", "a.xlsx", "a.csv", "a.html", "a.eml", "a.msg", "a.md", "a.py"])
MAGIC = st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>", b"From: "])
#: Places, and what stands there instead.
CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), max_size=6)


async def outcome(data: bytes, name: str) -> None:
    try:
        document = await read_document(data, name=name, limits=Limits(seconds=20, memory_megabytes=400))
    except DocumentError:
        pass
    else:
        assert isinstance(document, Document)
        assert document.text.strip()
        assert all(document.text[p.start : p.end] == p.text for p in document.passages)
    assert (await read_document(b"Next.")).text == "Next."


@settings(max_examples=120, deadline=None)
@given(magic=MAGIC, rest=st.binary(max_size=300), name=NAMES)
async def test_any_bytes(magic: bytes, rest: bytes, name: str) -> None:
    await outcome(magic + rest, name)


@settings(max_examples=200, deadline=None)
@given(whole=st.sampled_from(WHOLE), changes=CHANGES, keep=st.floats(0.2, 1), name=NAMES)
async def test_any_damage(whole: bytes, changes: list[tuple[float, bytes]], keep: float, name: str) -> None:
    data = bytearray(whole[: int(len(whole) * keep)])
    for place, put in changes:
        start = int(place * len(data))
        data[start : start + len(put)] = put
    await outcome(bytes(data), name)


WORDS = st.text(st.sampled_from("ab#`~ .\n|-"), max_size=60)


@given(st.lists(st.tuples(WORDS, st.integers(1, 9)), max_size=6), st.booleans())
def test_passages_are_what_they_say_and_hold_every_word(pages: list[tuple[str, int]], markdown: bool) -> None:  # noqa: FBT001
    text, passages = assemble([Page(*page) for page in pages], markdown=markdown)
    assert all(text[p.start : p.end] == p.text and p.text == p.text.strip() for p in passages)
    assert all(before.end <= after.start for before, after in itertools.pairwise(passages))
    if not markdown:
        assert "".join("".join(p.text for p in passages).split()) == "".join(text.split())


@given(st.integers(1, 9_000), st.sampled_from([". ", "\n", "x"]))
def test_no_passage_is_longer_than_it_may_be(length: int, end: str) -> None:
    body = ("word" * 10 + end) * (length // 40 + 1)
    _, passages = assemble([Page(body)], markdown=True)
    assert max(len(p.text) for p in passages) <= LONGEST
    assert "".join("".join(p.text for p in passages).split()) == "".join(body.split())

"""Atlassian's document format to Markdown and back: no word is lost, whatever comes."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.markup.adf import from_markdown, plain, to_markdown

Node = dict[str, Any]

#: Signs of Markdown more often than chance has them.
WORDS = st.text(
    st.sampled_from(string.ascii_letters + string.punctuation + " 0123456789\n")
    | st.characters(exclude_categories=("C", "Z")),
    min_size=1,
    max_size=12,
)
MARKS = st.lists(
    st.sampled_from(("strong", "em", "strike", "underline")).map(lambda kind: {"type": kind})
    | st.sampled_from(("https://a.test/x?y=(1)&z=2", "not an address", "javascript:alert(1)")).map(
        lambda href: {"type": "link", "attrs": {"href": href}}
    ),
    max_size=3,
)
TEXT = st.builds(lambda text, marks: {"type": "text", "text": text, "marks": marks}, WORDS, MARKS)
CODE = st.builds(lambda text: {"type": "text", "text": text, "marks": [{"type": "code"}]}, WORDS)
OTHER: st.SearchStrategy[Node] = st.sampled_from(
    (
        {"type": "mention", "attrs": {"id": "5b10", "text": "@Ann [A] Lee"}},
        {"type": "emoji", "attrs": {"shortName": ":smile:"}},
        {"type": "status", "attrs": {"text": "IN *WORK*", "color": "blue"}},
        {"type": "date", "attrs": {"timestamp": "1767322800000"}},
        {"type": "inlineCard", "attrs": {"url": "https://a.test/_x_"}},
        {"type": "hardBreak"},
        {"type": "invented", "content": [{"type": "text", "text": "new"}]},
    )
)
LINE: st.SearchStrategy[list[Node]] = st.lists(TEXT | CODE | OTHER, max_size=5)


def block(kind: str, **attrs: Any) -> Any:
    return lambda content: {"type": kind, "attrs": attrs, "content": content}


def _table(rows: list[list[list[Node]]]) -> Node:
    cell = block("tableCell")
    made: Node = block("table")([block("tableRow")([cell(blocks) for blocks in row]) for row in rows])
    return made


PARAGRAPH = LINE.map(block("paragraph"))
BLOCK = st.recursive(
    PARAGRAPH
    | LINE.map(block("heading", level=2))
    | WORDS.map(lambda text: block("codeBlock", language="python")([{"type": "text", "text": text}]))
    | st.just({"type": "rule"})
    | st.just({"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "7", "alt": "a_b_.png"}}]}),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).flatmap(
            lambda content: st.sampled_from(
                (
                    block("bulletList")([block("listItem")(content)]),
                    block("orderedList", order=9)([block("listItem")(content), block("listItem")(content)]),
                    block("blockquote")(content),
                    block("panel", panelType="warning")(content),
                    block("expand", title="More *of* it")(content),
                    block("layoutSection")([block("layoutColumn", width=50)(content)]),
                    block("inventedTomorrow", text="said")(content),
                )
            )
        )
        | st.lists(st.lists(st.lists(inner, max_size=2), min_size=1, max_size=2), min_size=1, max_size=2).map(_table)
    ),
    max_leaves=6,
)
DOCUMENT = st.lists(BLOCK, max_size=4).map(lambda content: {"type": "doc", "version": 1, "content": content})


def letters(text: str) -> list[str]:
    """The words, however they are set apart."""
    return [sign for sign in text if sign.isalnum()]


def leaves(node: Node) -> list[str]:
    """Every text that stands in a document."""
    own = [str(node["text"])] if node.get("type") == "text" else []
    return own + [text for child in node.get("content", []) for text in leaves(child)]


@given(DOCUMENT)
def test_every_text_of_a_document_is_in_the_markdown(document: Node) -> None:
    markdown = to_markdown(document)
    place = 0
    for sign in (sign for text in leaves(document) for sign in letters(text)):
        place = markdown.find(sign, place) + 1
        assert place, (sign, markdown)


@given(LINE.filter(lambda line: all(piece["type"] != "invented" for piece in line)))
def test_a_paragraph_comes_back_with_its_words(line: list[Node]) -> None:
    document = {"type": "doc", "version": 1, "content": [block("paragraph")(line)]}
    again = from_markdown(to_markdown(document))
    assert [node["type"] for node in again["content"]] in (["paragraph"], [])
    if not any(mark["type"] == "link" for piece in line for mark in piece.get("marks", [])):
        assert plain(again) == plain(document)


@given(DOCUMENT)
def test_what_comes_back_is_what_went(document: Node) -> None:
    """The second time nothing changes any more."""
    once = from_markdown(to_markdown(document))
    assert letters("".join(leaves(from_markdown(to_markdown(once))))) == letters("".join(leaves(once)))


@given(
    st.text(st.sampled_from("ab1 \n\n\t#*_`>-[]()!|~:<&\\.=+x") | st.characters(exclude_categories=["C"]), max_size=60)
)
def test_any_text_becomes_a_document_that_keeps_the_rules(text: str) -> None:
    document = from_markdown(text)
    check(document, "doc")
    said = "".join(leaves(document))
    assert "\n" not in "".join(leaves({"content": [n for n in document["content"] if n["type"] == "paragraph"]}))
    assert set(said) <= set(text) | set(" |-") | {"\ufffd"} or "&" in text or "(" in text or ":" in text


INLINE = {"text", "hardBreak", "mention"}
SIMPLE = {"paragraph", "bulletList", "orderedList", "codeBlock"}
HOLDS = {
    "doc": SIMPLE | {"heading", "blockquote", "panel", "rule", "table", "taskList"},
    "paragraph": INLINE,
    "heading": INLINE,
    "taskItem": INLINE,
    "codeBlock": {"text"},
    "bulletList": {"listItem"},
    "orderedList": {"listItem"},
    "taskList": {"taskItem"},
    "listItem": SIMPLE | {"taskList"},
    "blockquote": SIMPLE,
    "panel": SIMPLE | {"heading", "taskList", "rule"},
    "table": {"tableRow"},
    "tableRow": {"tableHeader", "tableCell"},
    "tableHeader": {"paragraph"},
    "tableCell": {"paragraph"},
}
MAY_BE_EMPTY = {"doc", "paragraph", "heading", "codeBlock", "taskItem"}


def check(node: Node, kind: str) -> None:
    """What stands where, as the format's own description has it."""
    content = node["content"]
    assert content or kind in MAY_BE_EMPTY, node
    for child in content:
        name = child["type"]
        assert name in HOLDS[kind], (kind, name)
        if name == "text":
            assert child["text"], node
            names = [mark["type"] for mark in child.get("marks", [])]
            assert len(set(names)) == len(names)
            assert "code" not in names or set(names) <= {"code", "link"}
            assert not names or kind != "codeBlock"
        elif name in HOLDS:
            check(child, name)


EXAMPLES = {
    "heading": ("## Plan", [block("heading", level=2)([{"type": "text", "text": "Plan"}])]),
    "rule": ("a\n\n---", [{"type": "paragraph", "content": [{"type": "text", "text": "a"}]}, {"type": "rule"}]),
    "mention": (
        "[@Ann Lee](<accountid:5b10>)",
        [{"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "5b10", "text": "@Ann Lee"}}]}],
    ),
    "code": (
        "```python\nx = 1\n```",
        [block("codeBlock", language="python")([{"type": "text", "text": "x = 1"}])],
    ),
    "panel": (
        "> [!WARNING]\n>\n> Hot.",
        [block("panel", panelType="warning")([{"type": "paragraph", "content": [{"type": "text", "text": "Hot."}]}])],
    ),
    "tasks": (
        "- [x] done\n- [ ] open",
        [
            block("taskList", localId="tasks")(
                [
                    block("taskItem", localId="task-1", state="DONE")([{"type": "text", "text": "done"}]),
                    block("taskItem", localId="task-2", state="TODO")([{"type": "text", "text": "open"}]),
                ]
            )
        ],
    ),
    "marks": (
        "**a** *b* ~~c~~ `d` [e](<https://e.test>)",
        [
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "a", "marks": [{"type": "strong"}]},
                    {"type": "text", "text": " "},
                    {"type": "text", "text": "b", "marks": [{"type": "em"}]},
                    {"type": "text", "text": " "},
                    {"type": "text", "text": "c", "marks": [{"type": "strike"}]},
                    {"type": "text", "text": " "},
                    {"type": "text", "text": "d", "marks": [{"type": "code"}]},
                    {"type": "text", "text": " "},
                    {"type": "text", "text": "e", "marks": [{"type": "link", "attrs": {"href": "https://e.test"}}]},
                ],
            }
        ],
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_there_and_back(name: str) -> None:
    markdown, content = EXAMPLES[name]
    assert from_markdown(markdown) == {"type": "doc", "version": 1, "content": content}
    assert to_markdown({"type": "doc", "version": 1, "content": content}) == markdown


def test_a_list_in_a_list_and_a_table() -> None:
    markdown = "1. one\n   - inner **bold**\n2. two\n\n| a | b |\n| --- | --- |\n| 1 | x \\| y |"
    assert to_markdown(from_markdown(markdown)) == markdown.replace("one\n   -", "one\n\n   -")


def test_what_is_not_a_document_is_empty() -> None:
    assert to_markdown(None) == to_markdown({}) == to_markdown({"type": "doc", "content": "?"}) == ""

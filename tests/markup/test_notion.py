"""Notion's blocks to Markdown and back: nothing that people read gets lost on either way."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.markup.notion import from_markdown, plain_text, rich_text, to_markdown
from tieline.markup.notion.rich import MOST_PIECES, length

DOCUMENT = """\
# Title **bold**

Words with *stress*, `code`, [a link](https://example.com/a), $E=mc^2$, ~~not this~~ and <u>that</u>\\
in two lines, for \\$5 or \\$10.

- one
  - inner
    1. first
    2. second
- [x] done
- [ ] to do

> a quote
>
> - with a list

> [!WARNING]
> Mind the gap.

| a | b |
| --- | --- |
| 1 | x \\| y |
| **2** |  |

```python
print("`")
```

```math
x^2
```

![A cat](https://example.com/cat.png)

---

The end.
"""


def test_markdown_comes_back_as_it_was() -> None:
    assert to_markdown(from_markdown(DOCUMENT)) == DOCUMENT


def kinds(blocks: list[dict[str, Any]]) -> list[str]:
    return [block["type"] for block in blocks]


def test_everything_becomes_the_block_that_notion_has_for_it() -> None:
    assert kinds(from_markdown(DOCUMENT)) == [
        "heading_1", "paragraph", "bulleted_list_item", "to_do", "to_do", "quote", "callout", "table", "code",
        "equation", "image", "divider", "paragraph",
    ]  # fmt: skip


# ---------------------------------------------------------------- any blocks

LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp", "Cf", "Mn", "Mc", "Me"))
MARKUP = st.sampled_from([*"\\`*_[]()<>~$|#+-!&=:.1 ", "\n", "[x](u)", "**", "```", "- ", "1. ", "> ", "&amp;", "<b>"])
TEXT = st.lists(LETTERS | MARKUP, min_size=1, max_size=12).map("".join).filter(lambda text: text.strip())
MARKS = st.sets(st.sampled_from(("bold", "italic", "strikethrough", "underline"))).map(
    lambda on: dict.fromkeys(on, True)
)


@st.composite
def pieces(draw: st.DrawFn) -> dict[str, Any]:
    text = draw(TEXT)
    made: dict[str, Any] = {"type": "text", "text": {"content": text}, "plain_text": text}
    made["annotations"] = draw(MARKS)
    if draw(st.booleans()):
        made["href"] = "https://example.com/a_(b)"
    return made


RICH = st.lists(pieces(), min_size=1, max_size=4)
KINDS = st.sampled_from(
    ("paragraph", "heading_2", "bulleted_list_item", "numbered_list_item", "to_do", "quote", "callout", "toggle")
)


def block(kind: str, rich: list[dict[str, Any]], children: list[dict[str, Any]]) -> dict[str, Any]:
    below = [] if kind == "heading_2" else children
    return {"type": kind, kind: {"rich_text": rich}, "children": below}


BLOCKS = st.recursive(
    st.lists(st.builds(block, KINDS, RICH, st.just([])), min_size=1, max_size=3),
    lambda inner: st.lists(st.builds(block, KINDS, RICH, inner), min_size=1, max_size=3),
    max_leaves=6,
)


def spoken(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for one in blocks:
        inner = one[one["type"]]
        yield plain_text(inner.get("rich_text", []))
        yield from spoken(one.get("children") or inner.get("children") or [])


def words(blocks: list[dict[str, Any]]) -> str:
    """All letters, in order: spaces are Markdown's own affair."""
    return "".join("".join(spoken(blocks)).split())


@settings(max_examples=40, deadline=None)
@given(blocks=BLOCKS)
def test_no_letter_is_lost_or_taken_for_markup(blocks: list[dict[str, Any]]) -> None:
    back = from_markdown(to_markdown(blocks))
    assert words(back) == words(blocks)


def marked(blocks: list[dict[str, Any]]) -> list[tuple[str, frozenset[str], bool]]:
    """Each letter with how it looks."""
    found = []
    for one in blocks:
        for piece in one[one["type"]].get("rich_text", []):
            looks = frozenset(name for name, on in (piece.get("annotations") or {}).items() if on)
            linked = bool(piece.get("href") or piece["text"].get("link"))
            found += [(letter, looks, linked) for letter in piece["text"]["content"] if not letter.isspace()]
    return found


@settings(max_examples=40, deadline=None)
@given(rich=RICH)
def test_each_letter_keeps_its_look(rich: list[dict[str, Any]]) -> None:
    blocks = [block("paragraph", rich, [])]
    assert marked(from_markdown(to_markdown(blocks))) == marked(blocks)


@settings(max_examples=40, deadline=None)
@given(text=st.lists(LETTERS | MARKUP, max_size=40).map("".join))
def test_any_text_is_markdown(text: str) -> None:
    once = to_markdown(from_markdown(text))
    assert "".join(to_markdown(from_markdown(once)).split()) == "".join(once.split())


@settings(max_examples=25, deadline=None)
@given(cells=st.lists(st.lists(TEXT, min_size=2, max_size=2), min_size=1, max_size=3), headed=st.booleans())
def test_tables_keep_their_cells(cells: list[list[str]], *, headed: bool) -> None:
    rows = [{"type": "table_row", "table_row": {"cells": [rich_text(cell) for cell in row]}} for row in cells]
    table = {"type": "table", "table": {"table_width": 2, "has_column_header": headed, "children": rows}}
    (back,) = from_markdown(to_markdown([table]))
    assert back["table"]["has_column_header"] is headed
    found = [[plain_text(cell) for cell in row["table_row"]["cells"]] for row in back["table"]["children"]]
    assert [["".join(c.split()) for c in row] for row in found] == [["".join(c.split()) for c in row] for row in cells]


@settings(max_examples=25, deadline=None)
@given(
    text=st.text(LETTERS | st.just("\n") | st.just("`"), max_size=200), info=st.sampled_from(("", "py", "brainfuck"))
)
def test_code_is_kept_to_the_letter(text: str, info: str) -> None:
    (made,) = (
        from_markdown(f"````````````{info}\n{text}\n````````````") if "`" * 12 not in text else from_markdown("    x")
    )
    assert made["code"]["language"] == ("python" if info == "py" else "plain text")
    assert from_markdown(to_markdown([made])) == [made]


# ---------------------------------------------------------------- limits


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.sampled_from("a😀 "), min_size=1900, max_size=2100), times=st.integers(1, 3))
def test_pieces_are_as_long_as_notion_takes(text: str, times: int) -> None:
    made = rich_text(text * times)
    assert all(length(piece["text"]["content"]) <= 2000 for piece in made)
    assert plain_text(made) == text * times


def test_a_text_of_too_many_pieces_becomes_two_blocks() -> None:
    made = from_markdown(" ".join(["**a** b"] * 80))
    assert kinds(made) == ["paragraph", "paragraph"]
    assert [len(one["paragraph"]["rich_text"]) for one in made] == [MOST_PIECES, 60]


# ---------------------------------------------------------------- what only one side has


@pytest.mark.parametrize(
    ("found", "text"),
    (
        ({"type": "child_page", "id": "1-2", "child_page": {"title": "Plans"}}, "[Plans](https://www.notion.so/12)\n"),
        ({"type": "bookmark", "bookmark": {"url": "https://x.test/", "caption": []}}, "[https://x.test/](https://x.test/)\n"),
        (
            {"type": "pdf", "pdf": {"type": "file", "file": {"url": "https://x.test/a.pdf"}, "name": "a.pdf"}},
            "[a.pdf](https://x.test/a.pdf)\n",
        ),
        ({"type": "image", "image": {"type": "file", "file": {"url": "https://x.test/a"}}}, "![](https://x.test/a)\n"),
        ({"type": "heading_4", "heading_4": {"rich_text": rich_text("Small #")}}, "#### Small \\#\n"),
        (
            {"type": "column_list", "column_list": {}, "children": [
                {"type": "column", "column": {}, "children": [block("paragraph", rich_text("Left"), [])]}
            ]},
            "Left\n",
        ),
        (
            {"type": "ai_block", "ai_block": {"prompt": {"rich_text": [{"plain_text": "Sum up"}]}, "url": "https://x.test"}},
            "(Notion block ai_block) Sum up https://x.test\n",
        ),
        ({"type": "unsupported", "unsupported": {}}, "(Notion block unsupported)\n"),
        ({"type": "table_of_contents", "table_of_contents": {}}, ""),
    ),
)  # fmt: skip
def test_blocks_that_markdown_does_not_have(found: dict[str, Any], text: str) -> None:
    assert to_markdown([found]) == text


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    (
        ("###### Deep", "heading_3", "Deep"),
        ("[here](page.html)", "paragraph", "here (page.html)"),
        ("![a](b.png)", "paragraph", "a (b.png)"),
        ("<div>\nraw\n</div>", "paragraph", "<div>\nraw\n</div>"),
        ("one\ntwo", "paragraph", "one two"),
        ("$5 and $10", "paragraph", "$5 and $10"),
    ),
)
def test_markdown_that_notion_does_not_have(text: str, kind: str, said: str) -> None:
    (made,) = from_markdown(text)
    assert (made["type"], plain_text(made[kind]["rich_text"])) == (kind, said)


def test_an_image_between_words_is_a_block_between_them() -> None:
    assert kinds(from_markdown("Look: ![x](https://x.test/a.png) there")) == ["paragraph", "image", "paragraph"]


def test_an_equation_of_its_own() -> None:
    assert from_markdown("$$ a+b $$") == [{"type": "equation", "equation": {"expression": "a+b"}}]

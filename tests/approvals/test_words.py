"""An approval in words: for chats without any marks, for pages without anything that outsiders could make of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.approvals.words import answer, page, plain
from tieline.approvals import Approval

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def made(**more: object) -> Approval:
    given = {"id": "tiku-mora", "key": "k", "scenario": "docs_on_push", "title": "t", "asked_at": NOW, **more}
    return Approval.model_validate(given)


@pytest.mark.parametrize(
    ("markdown", "lines"),
    (
        ("**Two** `a_b` [x](https://y.test)", ["Two a_b x"]),
        ("# H\n\nfirst\nsecond", ["H", "first", "second"]),
        ("- one\n- two\n  more", ["• one", "• two", "more"]),
        ("|a|b|\n|-|-|\n|1|`2`|", ["a · b", "1 · 2"]),
        ("by \\*Ann\\* \\<b\\>", ["by *Ann* <b>"]),
        ("```\ncode()\n```", ["code()"]),
        ("", []),
    ),
)
def test_chats_show_what_markdown_says(markdown: str, lines: list[str]) -> None:
    assert list(plain(markdown)) == lines


def test_the_page_that_it_is_about_is_linked_once() -> None:
    link = "https://github.com/acme/x/pull/1"
    assert answer(made(link=link)).link == "", "the button does"
    assert answer(made(link=link, state="approved", decided_at=NOW, decided_by="a", decided_via="b")).link == link


def test_a_text_cannot_leave_its_fence() -> None:
    shown = page(made(text="```\n# not a heading", title="<b>", link="javascript:alert(1)"))
    assert "````\n```\n# not a heading\n````" in shown
    assert "\\<b\\>" in shown
    assert "<javascript" not in shown

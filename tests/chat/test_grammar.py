"""What people type, and what is said about it at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.chat import Misunderstood, read, usage, verbs


@pytest.mark.parametrize(
    ("typed", "verb", "argument", "options"),
    (
        ("summarize https://a.test/r?x=1&length=9", "summarize", "https://a.test/r?x=1&length=9", {}),
        ("Summarize https://a.test length=short tags=3", "summarize", "https://a.test", {"length": "short", "tags": 3}),
        ("summarize tags=3 length=long thread", "summarize", "thread", {"tags": 3, "length": "long"}),
        ("summarize\nIt rained.\n\nAll day.", "summarize", "It rained.\n\nAll day.", {}),
        ("summarize “length=short is text”", "summarize", "length=short is text", {}),
        ('summarize length="short" "It rained."', "summarize", "It rained.", {"length": "short"}),
        ('generate say "tags=3" kindly', "generate", 'say "tags=3" kindly', {}),
        ("analyze a=b holds, don't you think?", "analyze", "a=b holds, don't you think?", {}),
    ),
)
def test_what_is_understood(typed: str, verb: str, argument: str, options: dict[str, object]) -> None:
    found = read(typed)
    assert (found.verb.name, found.argument, found.options) == (verb, argument, options)


@pytest.mark.parametrize(
    ("typed", "said"),
    (
        ("", "/tieline summarize"),
        ("help", "/tieline analyze"),
        ("summarize help", "`length=…`: short, medium or long"),
        ("sumarize x", "Did you mean `summarize`?"),
        ("frobnicate", "There are `analyze`, `docs`, `generate` and `summarize`"),
        ("summarize", "needs something to work on"),
        ("summarize length=short", "needs something to work on"),
        ("summarize lenght=short x", "Did you mean `length`?"),
        ("summarize length=huge x", "It is short, medium or long"),
        ("summarize tags=99 x", "from 0 to 10"),
        ("summarize language=klingon x", "language model"),
        ("x" * 50_000, "longer than"),
    ),
)
def test_what_is_not_understood_is_said_in_words(typed: str, said: str) -> None:
    with pytest.raises(Misunderstood) as raised:
        read(typed)
    assert said in str(raised.value)


def test_nothing_needs_to_follow_where_it_is_about_a_message() -> None:
    assert read("summarize", about=True).argument == ""


def test_every_verb_says_what_it_does_in_a_line_and_describes_its_options() -> None:
    assert list(verbs()) == sorted(verbs())
    for verb in verbs().values():
        assert 10 < len(verb.summary) <= 100
        assert verb.summary in usage()
        assert verb.argument.example in usage(verb)
        for name, field in verb.fields.items():
            assert field.description, name


@settings(deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_typed_is_understood_or_answered(text: str) -> None:
    try:
        found = read(text)
    except Misunderstood as exc:
        assert str(exc)  # noqa: PT017 - it is one of the two
    else:
        assert found.verb.name in verbs()


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters='="“”', exclude_categories=["C", "Z"]), min_size=1, max_size=80))
def test_a_text_stays_as_it_was_typed(text: str) -> None:
    if text.lower() not in {"help", "--help"}:
        assert read(f"summarize {text} length=short").argument == text

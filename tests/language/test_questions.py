import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.language.questions import READ, answer_from, nearest

PASSAGES = [
    "The workshop in Turin was closed for two weeks in May. The lift had broken.",
    "| Invoice | Total |\n|---|---|\n| Invoice 4711 | 120 EUR |\n| Invoice 4712 | 90 EUR |",
    "The shop in Lyon sold most of the bicycles.",
]


@pytest.mark.parametrize(
    ("question", "answer", "passage"),
    (
        ("How long was the workshop in Turin closed?", "closed for two weeks in May.", 0),
        ("Where were most bicycles sold?", "The shop in Lyon", 2),
        ("What is the total of invoice 4712?", "90 EUR", 1),
    ),
)
def test_the_nearest_sentence_or_row_is_quoted(question: str, answer: str, passage: int) -> None:
    found = answer_from(PASSAGES, question)
    assert answer in found.text
    assert (found.kind, found.passages) == ("quotation", (passage,))


@pytest.mark.parametrize("question", ("Who is the queen of Denmark?", "???", "the of and"))
def test_what_the_text_does_not_say_is_not_answered(question: str) -> None:
    found = answer_from(PASSAGES, question)
    assert (found.kind, found.text, found.passages) == ("none", "", ())


def test_no_text_has_no_answer() -> None:
    assert answer_from([], "Who?").kind == "none"
    assert answer_from(["", "---"], "Who?").kind == "none"


def test_another_language_is_said_to_be_one() -> None:
    german = ["Die Werkstatt in Turin war im Mai zwei Wochen lang geschlossen, weil der Aufzug defekt war."]
    assert "German" in answer_from(german, "Wann war die Werkstatt geschlossen?").notes[0]


def test_of_a_long_text_the_nearest_passages_are_read() -> None:
    filler = [f"Chapter {n} is about lakes, which are deep and cold, and about fish. " * 20 for n in range(200)]
    passages = [*filler[:150], PASSAGES[0], *filler[150:]]
    near = nearest(passages, "How long was the workshop in Turin closed?")
    assert 150 in near
    assert near == sorted(near)
    assert sum(len(passages[n]) for n in near) <= READ


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=80), max_size=8), st.text(min_size=1, max_size=60))
def test_any_text_can_be_asked_anything(passages: list[str], question: str) -> None:
    found = answer_from(passages, question)
    assert all(0 <= number < len(passages) for number in found.passages)
    assert bool(found.text) == (found.kind == "quotation") == bool(found.passages)

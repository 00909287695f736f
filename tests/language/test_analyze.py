import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.language.analyze import analyze
from tieline.language.entities import entities


@pytest.mark.parametrize(
    ("text", "mood"),
    (
        ("I love the new version, it works great. Thank you!", "positive"),
        ("This is terrible, I am very angry about the awful service.", "negative"),
        ("The invoice has number 12 and the date is in March.", "neutral"),
        ("Please help us with support, kind regards, and thanks.", "neutral"),
    ),
)
def test_mood(text: str, mood: str) -> None:
    assert analyze(text).sentiment == mood


@pytest.mark.parametrize(
    ("text", "urgency"),
    (
        ("URGENT: the whole site is down and none of our users can log in.", "urgent"),
        ("I have been locked out and I have a presentation in two hours.", "high"),
        ("Where can I find my invoice?", "normal"),
        ("Just a suggestion: it would be nice to have a dark theme. No rush.", "low"),
        ("This is not urgent, take your time.", "low"),
        ("The price went up and down last year.", "normal"),
    ),
)
def test_urgency(text: str, urgency: str) -> None:
    assert analyze(text).urgency == urgency


def test_anger_raises_the_urgency() -> None:
    answer = analyze("I hate this horrible, disgusting, awful product. Worst service ever. I am furious.")
    assert (answer.urgency, answer.urgency_reasons) == ("high", ("angry tone",))


def test_the_reasons_are_words_of_the_text() -> None:
    answer = analyze("This is urgent, our lawyer will call you.")
    assert answer.urgency_reasons == ("urgent", "lawyer")


def test_another_language_is_named_and_its_mood_not_guessed() -> None:
    answer = analyze("Ich bin sehr unzufrieden mit dem Service, Bestellung 12345, bitte an a@b.de antworten.")
    assert (answer.sentiment, answer.language, answer.urgency) == (None, "de", "normal")
    assert [e.text for e in answer.entities if e.kind == "email"] == ["a@b.de"]


def test_an_empty_text() -> None:
    answer = analyze("")
    assert (answer.language, answer.urgency, answer.sentiment, answer.entities) == ("und", "normal", "neutral", ())


@pytest.mark.parametrize(
    ("text", "kind", "named"),
    (
        ("write to jane.doe+x@example.co.uk.", "email", "jane.doe+x@example.co.uk"),
        ("see https://example.com/a?b=1, please", "url", "https://example.com/a?b=1"),
        ("see www.example.com/help.", "url", "www.example.com/help"),
        ("call +44 20 7946 0958 now", "phone", "+44 20 7946 0958"),
        ("call (555) 010-2233 now", "phone", "(555) 010-2233"),
        ("order #48213 is late", "order", "order #48213"),
        ("Order number: A-1234", "order", "Order number: A-1234"),
        ("invoice INV-2041 is wrong", "invoice", "invoice INV-2041"),
        ("ticket 9981", "ticket", "ticket 9981"),
        ("took 49.90 EUR twice", "amount", "49.90 EUR"),
        ("paid $1,200.50 for it", "amount", "$1,200.50"),
        ("on the 3rd of March", "date", "3rd of March"),
        ("on 2026-03-04", "date", "2026-03-04"),
        ("on March 4, 2026", "date", "March 4, 2026"),
        ("at 10:42 pm", "time", "10:42 pm"),
        ("since v5.2.1", "version", "v5.2.1"),
        ("since version 7", "version", "version 7"),
        ("it says ERR_CONNECTION_RESET", "error", "ERR_CONNECTION_RESET"),
        ("java.lang.NullPointerException at", "error", "java.lang.NullPointerException"),
        ("ORA-00942 appears", "error", "ORA-00942"),
        ("from 192.168.0.10 it works", "ip", "192.168.0.10"),
        ("see report.pdf there", "file", "report.pdf"),
    ),
)
def test_entities(text: str, kind: str, named: str) -> None:
    assert [(e.kind, e.text) for e in entities(text)] == [(kind, named)]


def test_each_entity_once_and_not_without_end() -> None:
    assert len(entities("a@b.com a@b.com")) == 1
    assert len(entities(" ".join(f"user{i}@example.com" for i in range(500)))) == 100


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="aA1.@:/-#+$ \n_é", max_size=300))
def test_entities_are_in_the_text(text: str) -> None:
    assert all(e.text in text for e in entities(text))


@pytest.mark.parametrize("piece", ("a.", "1 ", "+1", "order ", "A_", "<p ", "a@", "É"))
def test_no_pattern_runs_away(piece: str) -> None:
    started = time.process_time()
    analyze(piece * 200_000)
    assert time.process_time() - started < 5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.language.sentences import prose, split
from tieline.language.summarize import summarize

REPORT = """# Outage report
Hi all. On Monday the login service was down for two hours. The cause was an expired certificate on the gateway.

## What we do
- Renew certificates automatically from now on.
- Add an alert thirty days before a certificate ends.

```
raise ValueError("never a sentence of a summary. Never.")
```
| cost | who |
|------|-----|

## Costs
About 40 customers asked for a refund, e.g. Acme Inc. and others. We paid 1,200 EUR in total.
"""
CHAT = """[10:01] Anna: The export is broken again since the update.
[10:02] Bob: Which browser do you use?
[10:03] Anna: Chrome 121, and the column phone is empty.
[10:05] Bob: Found it. The export is fixed in 5.2.2, which goes out tonight.
[10:06] Anna: great!"""


def test_sentences_are_taken_as_they_stand_and_in_order() -> None:
    summary = summarize(REPORT, sentences=3)
    places = [REPORT.index(sentence) for sentence in summary.sentences]
    assert places == sorted(places)
    assert summary.kind == "sentences"
    assert any("certificate" in s or "login service" in s for s in summary.sentences)


def test_a_title_stands_on_a_line_of_its_own() -> None:
    text = "Report of the repair shop in Turin\n\nThe repair shop in Turin was closed, because the lift had broken."
    assert summarize(text, sentences=2).text == text.replace("\n\n", "\n")


def test_the_head_of_a_mail_is_no_sentence() -> None:
    text = "**From:** Ann\\\n**To:** Bob\\\n**Date:** Monday\n\nThe lift in Turin has broken again."
    assert summarize(text, sentences=3).text == "The lift in Turin has broken again."


def test_code_tables_and_headings_are_no_sentences() -> None:
    said = " ".join(summarize(REPORT, sentences=50).sentences)
    assert "ValueError" not in said
    assert "|" not in said
    assert "Outage report" not in said


def test_sentences_of_different_headings_stand_apart() -> None:
    text = summarize(REPORT, sentences=50).text
    assert "gateway.\nRenew certificates" in text
    assert "hours. The cause" in text


def test_a_chat_gets_key_sentences_with_who_said_them() -> None:
    summary = summarize(CHAT, sentences=2)
    assert summary.kind == "key sentences"
    assert all(s.startswith(("Anna: ", "Bob: ")) for s in summary.sentences)


def test_a_form_is_no_chat() -> None:
    form = "\n".join(f"Field {letter}: value number {i} of it" for i, letter in enumerate("ABCDEFGHIJKLMNOP"))
    assert summarize(form).kind == "sentences"


def test_repetition_is_not_chosen_twice() -> None:
    log = "The request to host one failed. Retrying the call in a minute.\n" * 20
    assert len(summarize(log, sentences=5).sentences) == 2


@pytest.mark.parametrize("text", ("", "   ", "<p></p>", "# Only a heading", "```\ncode\n```"))
def test_nothing_to_summarize(text: str) -> None:
    summary = summarize(text)
    assert (summary.text, summary.sentences) == ("", ())
    assert summary.notes


def test_another_language_is_noted() -> None:
    assert "German" in summarize("Die Rechnung ist falsch. Bitte prüfen Sie das und schicken Sie eine neue.").notes[0]


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert split("We met Dr. Smith of Acme Inc. today. He agreed, e.g. Tuesday works.") == [
        "We met Dr. Smith of Acme Inc. today.",
        "He agreed, e.g. Tuesday works.",
    ]


def test_lines_of_a_paragraph_belong_together() -> None:
    assert [s.text for s in prose("The first line\ngoes on here. Next.\n\n- an item")] == [
        "The first line goes on here.",
        "Next.",
        "an item",
    ]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400), st.integers(1, 5))
def test_never_more_sentences_than_asked_for(text: str, count: int) -> None:
    summary = summarize(text, sentences=count)
    assert len(summary.sentences) <= count
    assert len(set(summary.sentences)) == len(summary.sentences)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.language.courtesy import matter

MATTER = "The lamp I bought in May flickers since the last update."


@pytest.mark.parametrize(
    "mail",
    (
        f"Hello,\n\n{MATTER}\n\nKind regards,\nMara Novak\nOffice manager",
        f"Hi Tom, {MATTER} Thanks!",
        f"Dear Sir or Madam,\nI hope you are well. {MATTER} Please let me know.\nMany thanks in advance\nJo",
        f"Good morning!\n{MATTER}\nI look forward to hearing from you.\n\nCheers, Sam",
        f"Hey\n{MATTER}\n\nSent from my iPhone",
        f"Hello,\n{MATTER}\n\nOn Mon, 3 March 2025 at 10:02, Support <a@b.example> wrote:\n> Your parcel is late.",
        f"Hello,\n{MATTER}\n\n-----Original Message-----\nYour parcel is late.",
        f"Hello,\n> Your parcel is late.\n{MATTER}",
        f"Hello,\n{MATTER} Sorry to bother you again. Could you please help me with this?\n--\nMara",
    ),
)
def test_manners_signatures_and_earlier_mails_go(mail: str) -> None:
    assert matter(mail) == MATTER


def test_the_subject_counts_twice_without_its_marks() -> None:
    assert matter(f"Re: FW: Flickering lamp\n\nHi,\n\n{MATTER}\n\nBest,\nJo").split("\n") == [
        "Flickering lamp",
        "Flickering lamp",
        MATTER,
    ]


def test_a_subject_of_manners_is_none() -> None:
    assert matter(f"Could you help me please?\n\n{MATTER}") == MATTER


@pytest.mark.parametrize(
    "text",
    (
        "Thanks for the refund, but it is 5 euros short",
        "Thank you!",
        "Hello",
        "> Your parcel is late.",
        "Best price for ten lamps",
        "Please let me know when the refund for the lamp arrives.",
        "ok",
        "",
    ),
)
def test_a_line_alone_stays_as_it_is(text: str) -> None:
    assert matter(text) == text


@pytest.mark.parametrize(
    "sentence",
    (
        "Thanks for the refund, but it is 5 euros short.",
        "Please let me know when the refund arrives.",
        "I hope the parcel was not lost.",
        "I appreciate the invoice but need another address.",
        "Best price I found was 20 euros.",
    ),
)
def test_a_polite_sentence_that_says_something_stays(sentence: str) -> None:
    assert sentence in matter(f"Hello,\n\n{MATTER} {sentence}\n\nRegards\nJo")


def test_lines_of_a_log_count_once() -> None:
    log = "".join(f"2026-01-01 12:00:{second:02} DEBUG poll ok\n" for second in range(60))
    assert matter(f"Hello,\n{MATTER}\n{log}").count("poll") == 1


@given(st.text())
def test_something_is_always_left(text: str) -> None:
    assert bool(matter(text)) == bool(text)


@given(st.lists(st.sampled_from(("Hello,", "Thanks!", "Kind regards,", "> quoted", "Mara", MATTER, "\n")), max_size=8))
def test_the_matter_is_never_lost_before_the_signature(lines: list[str]) -> None:
    assert MATTER in matter("\n".join(["Hello,", MATTER, *lines]))

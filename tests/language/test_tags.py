import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.tickets import TICKETS
from tieline.errors import ConfigError
from tieline.language.tags import extract_tags

CRASH = next(text for _, text in TICKETS if text.startswith("App closes"))


def test_phrases_of_the_text_itself() -> None:
    tags = extract_tags(CRASH).tags
    assert 1 <= len(tags) <= 5
    assert all(all(word in CRASH.lower() for word in tag.split()) for tag in tags)
    assert any("crash" in tag for tag in tags)


def test_no_two_tags_share_a_word() -> None:
    used = [word for tag in extract_tags(CRASH, limit=10).tags for word in tag.split()]
    assert len(used) == len(set(used))


def test_a_vocabulary_is_kept_to() -> None:
    vocabulary = ["refund", "password reset", "mobile app", "shipping"]
    assert extract_tags("Please send me a refund for the broken app.", vocabulary=vocabulary).tags[0] == "refund"
    assert set(extract_tags(CRASH, vocabulary=vocabulary).tags) <= set(vocabulary)


def test_word_forms_are_found_in_the_text() -> None:
    assert extract_tags("Two refunds are missing.", vocabulary=["refund", "login"]).tags == ("refund",)


def test_nothing_fits() -> None:
    assert extract_tags("What a lovely day at the river.", vocabulary=["invoice", "password"]).tags == ()


def test_an_empty_tag_is_refused() -> None:
    with pytest.raises(ConfigError, match="empty tag"):
        extract_tags("x", vocabulary=["a", " "])


def test_an_empty_text_has_no_tags() -> None:
    assert extract_tags("").tags == ()
    assert extract_tags("", vocabulary=["a"]).tags == ()


def test_another_language_gets_no_tag_of_the_vocabulary() -> None:
    answer = extract_tags("Bitte schicken Sie mir die Rechnung noch einmal zu.", vocabulary=["invoice"])
    assert answer.tags == ()
    assert "German" in answer.notes[0]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.integers(1, 6))
def test_never_more_than_the_limit(text: str, limit: int) -> None:
    answer = extract_tags(text, limit=limit)
    assert len(answer.tags) <= limit
    assert all(0 <= score <= 1 for score in answer.scores.values())

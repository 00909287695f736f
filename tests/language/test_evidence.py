import numpy as np

from tieline.language.evidence import Evidence

TEXTS = ("charged twice", "wrong invoice", "forgot my password", "the reset code for the password")
EVIDENCE = Evidence(TEXTS, np.array([0, 0, 1, 1]))


def test_words_speak_for_their_category_in_any_form() -> None:
    scores = EVIDENCE.weigh(["You charge me twice for two invoices", "Passwords"])
    assert scores.argmax(axis=1).tolist() == [0, 1]
    assert scores[0, 0] > 0 > scores[0, 1]


def test_unknown_words_say_nothing_and_weaken_the_others() -> None:
    clear, dim, nothing, empty = EVIDENCE.weigh(["invoice", "invoice of a green zebra", "green zebra", ""])
    assert clear[0] > dim[0] > 0
    assert not nothing.any()
    assert not empty.any()


def test_a_text_said_twice_says_the_same() -> None:
    once, twice = EVIDENCE.weigh(["wrong invoice", "wrong invoice wrong invoice"])
    np.testing.assert_allclose(once, twice, rtol=1e-5)


def test_the_words_that_speak_most_come_first() -> None:
    assert EVIDENCE.words("Reset my password, and the wrong invoice", 1) == ["password", "reset"]
    assert EVIDENCE.words("green zebra", 1) == []


def test_one_category_and_no_words_are_no_trouble() -> None:
    assert np.isfinite(Evidence(["?"], np.array([0])).weigh(["anything", "?"])).all()

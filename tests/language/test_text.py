from hypothesis import example, given
from hypothesis import strategies as st

from tieline.language.text import passage, words


def test_html_becomes_what_a_browser_shows() -> None:
    html = (
        "<style>p{color:red}</style><p>Hi &amp; welcome,</p><div>my <b>order</b> is late</div><script>alert(1)</script>"
    )
    assert passage(html, 1000).text.splitlines() == ["Hi & welcome,", "", "my order is late"]


def test_angle_brackets_are_no_html() -> None:
    assert passage("if a<b and c>d then x < y", 1000).text == "if a<b and c>d then x < y"


def test_a_long_text_keeps_its_beginning_and_its_end_and_says_so() -> None:
    log = "It fails.\n" + "2026-01-01 debug\n" * 60_000 + "FATAL: disk full"
    read = passage(log, 1000)
    assert read.text.startswith("It fails.")
    assert read.text.endswith("FATAL: disk full")
    assert len(read.text) <= 1000
    assert f"of {len(log):,} characters" in read.notes[0]


def test_a_text_that_fits_is_not_said_to_be_cut() -> None:
    assert passage("  short \n\n\n text ", 100) == ("short\n\ntext", ())


@given(st.text(alphabet=st.characters(exclude_categories=())), st.integers(20, 200))
@example("broken \ud800 half", 100)
def test_any_text_is_cut_to_the_limit_and_can_be_sent(text: str, limit: int) -> None:
    read = passage(text, limit).text
    assert len(read) <= limit
    assert "\0" not in read
    read.encode("utf-8")


def test_words_straighten_apostrophes() -> None:
    assert words("I can\u2019t LOG in_to v2") == ["i", "can't", "log", "in", "to", "v2"]

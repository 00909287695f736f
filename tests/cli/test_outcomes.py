"""Tables of runs, which are Markdown, in a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.markup import escaped
from tieline.cli.outcomes import plain


@given(st.text())
def test_what_is_escaped_for_the_ui_is_read_as_it_was(text: str) -> None:
    assert plain(escaped(text)) == " ".join(text.split())

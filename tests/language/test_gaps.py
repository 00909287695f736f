"""Whether a page answers a question, and what is taken out of a text before others may read it."""

from __future__ import annotations

import pytest

from tests.language.answered import ANSWERED
from tests.language.tickets import TICKETS
from tieline.language.gaps import nearest
from tieline.language.private import without_personal


def test_questions_that_are_answered_are_told_from_those_that_are_not() -> None:
    found, gaps = 0, 0
    for number, (_, ticket) in enumerate(TICKETS):
        pages = {str(other): text for other, text in ANSWERED.items()}
        if number in ANSWERED:
            best = nearest(ticket, pages)
            found += best is not None and best.answers and best.page == str(number)
            del pages[str(number)]
        best = nearest(ticket, pages)
        gaps += best is not None and not best.answers
    assert (found, gaps) >= (19, 39), f"{found} of {len(ANSWERED)}, {gaps} of {len(TICKETS)}"
    assert gaps >= 39


def test_no_page_answers_nothing() -> None:
    assert nearest("Where is my parcel?", {}) is None
    assert nearest("Where is my parcel?", {"guide": "```\nparcel\n```"}) is None


@pytest.mark.parametrize(
    ("text", "left"),
    (
        ("Write to ann.example@lumora.test.", "Write to [e-mail address]."),
        ("Call +49 170 1234567 today", "Call [phone number] today"),
        ("for order #48213 and INV-2041", "for [order] and [invoice]"),
        ("Card 4111 1111 1111 1111", "Card [number]"),
        ("Your number is AC-1001, or #77", "Your number is [number], or [number]"),
        ("Open https://x.test/reset?token=abc now", "Open [link] now"),
        ("Dear Miriam Hale, Hale said", "Dear [name], [name] said"),
        ("Update to 5.2.1; HTTP 404 on 2026-03-01 for 300 EUR", "Update to 5.2.1; HTTP 404 on 2026-03-01 for 300 EUR"),
        ("At most 300 requests a minute, and May is over", "At most 300 requests a minute, and May is over"),
    ),
)
def test_personal_data_goes_and_the_rest_stays(text: str, left: str) -> None:
    assert without_personal(text, ["Miriam Hale", "m. b"]) == left


def test_of_many_things_none_is_left() -> None:
    assert "@" not in without_personal("\n".join(f"ann{number}@lumora.test" for number in range(300)))

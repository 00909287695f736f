import os
import subprocess
import sys
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.language.tickets import CATEGORIES, OUT_OF_SCOPE, TICKETS
from tieline.errors import ConfigError
from tieline.language.answers import Choice
from tieline.language.categories import Category
from tieline.language.categorize import Categorizer, categorizer

BILLING = Category(name="Billing", description="Charges and refunds.", topics=("charged twice", "invoice is wrong"))
LOGIN = Category(name="Login", description="Passwords and locked accounts.", topics=("forgot password",))


def sort(*texts: str, categories: list[Category] | None = None) -> list[Choice]:
    return Categorizer(categories or CATEGORIES).categorize(texts)


def test_tickets_are_sorted_without_an_example() -> None:
    answers = sort(*(text for _, text in TICKETS))
    right = sum(a.category == truth for a, (truth, _) in zip(answers, TICKETS, strict=True))
    assert right >= 0.9 * len(TICKETS)


def test_a_threshold_means_something() -> None:
    answers = sort(*(text for _, text in TICKETS))
    sure = [a.category == truth for a, (truth, _) in zip(answers, TICKETS, strict=True) if a.confidence >= 0.5]
    assert sum(sure) >= 0.9 * len(sure)
    assert len(sure) >= 0.6 * len(TICKETS)


def test_texts_of_no_category_stay_below_the_threshold() -> None:
    assert [a.confidence for a in sort(*OUT_OF_SCOPE) if a.confidence >= 0.5] == []


def test_one_category_does_not_take_everything() -> None:
    fitting, other = sort("I was charged twice, refund me", OUT_OF_SCOPE[0], categories=[BILLING])
    assert fitting.confidence > 0.5 > other.confidence


def test_topics_and_examples_help() -> None:
    text = "The parcel has not moved since Tuesday"
    bare = [Category(name="Group A"), Category(name="Group B")]
    told = [Category(name="Group A", topics=("invoices",)), Category(name="Group B", topics=("parcel is late",))]
    shown = [Category(name="Group A"), Category(name="Group B", examples=("Where is my parcel? It is late.",))]
    assert sort(text, categories=bare)[0].confidence < 0.3
    assert sort(text, categories=told)[0].category == "Group B"
    assert sort(text, categories=shown)[0].category == "Group B"


def test_a_mail_is_sorted_as_surely_as_its_matter() -> None:
    matter = "I was charged twice for the same invoice, and want one of the payments back."
    mail = (
        f"Re: Charged twice\n\nHello team,\n\nI hope you are well. {matter} Thank you in advance for your help!\n\n"
        "Kind regards,\nMara Novak\nOffice manager\n\nOn Monday, support wrote:\n"
        "> Your account is locked. Have you tried to sign in with another password?\n> The reset email never arrives?"
    )
    alone, whole = sort(matter, mail)
    assert alone.category == whole.category == "Billing and payments"
    assert whole.confidence >= alone.confidence - 0.05


def test_thanks_do_not_hide_what_is_wrong() -> None:
    (answer,) = sort("Thanks for the refund, but it is 5 euros short", categories=[BILLING, LOGIN])
    assert answer.category == "Billing"
    assert answer.confidence > 0.5


def test_words_that_decide_are_named() -> None:
    plans = Category(name="Plans", topics=("upgrade to a bigger plan", "what does the plan cost", "change the plan"))
    away = Category(name="Leaving", topics=("cancel the plan", "close the account", "goodbye"))
    answers = sort("How can I go to a bigger plan", "the upgrade of my closed account", categories=[plans, away])
    assert answers[0].reason.startswith("Nearest to ")
    told = [a.reason for a in answers] + [a.reason for a in sort(*(text for _, text in TICKETS))]
    assert any(reason.startswith("Words that speak for it: ") for reason in told)


def test_the_answer_tells_why() -> None:
    (answer,) = sort("You charged me twice!", categories=[BILLING, LOGIN])
    assert answer.reason == "Nearest to 'charged twice'."
    assert set(answer.probabilities) == {"Billing", "Login"}


@pytest.mark.parametrize("text", ("", "  \n ", "<p></p>", "<script>alert(1)</script>"))
def test_an_empty_text_has_no_category(text: str) -> None:
    (answer,) = sort(text)
    assert (answer.category, answer.confidence) == (None, 0.0)
    assert "empty" in answer.reason


@pytest.mark.parametrize(
    ("text", "language"),
    (
        ("Ich habe letzte Woche bestellt und die Rechnung stimmt leider nicht, bitte prüfen Sie das.", "German"),
        ("Bonjour, je ne peux plus me connecter à mon compte depuis hier, pouvez-vous m'aider ?", "French"),
        ("Hola, no puedo entrar en mi cuenta y necesito la factura del mes pasado.", "Spanish"),
        ("我的包裹还没有到 请帮我查一下物流信息 谢谢。", "Chinese"),
    ),
)
def test_another_language_is_named_and_not_guessed_at(text: str, language: str) -> None:
    (answer,) = sort(text)
    assert (answer.category, answer.confidence) == (None, 0.0)
    assert language in answer.reason


@pytest.mark.parametrize("text", ("refund pls", "printer jam", "HTTP 500 nginx upstream timed out", "ok", "1234"))
def test_a_few_words_are_not_taken_for_another_language(text: str) -> None:
    assert sort(text)[0].category is not None


def test_a_megabyte_of_log_is_read_in_part_and_said_so() -> None:
    text = "The export crashes with an error message.\n" + "2026-01-01 12:00 DEBUG poll ok\n" * 35_000
    (answer,) = sort(text)
    assert answer.category == "Bug report"
    assert "of 1,0" in answer.notes[0]


def test_html_and_plain_text_are_the_same() -> None:
    plain, html = sort("I was charged twice.", "<html><body><p>I was charged&nbsp;twice.</p></body></html>")
    assert plain == html


def test_an_empty_list_of_categories_is_refused() -> None:
    with pytest.raises(ConfigError, match="list of categories is empty"):
        Categorizer([])


def test_twins_are_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="'Billing', 'billing '"):
        Categorizer([BILLING, LOGIN, Category(name="billing ")])


def test_blank_names_are_refused() -> None:
    with pytest.raises(ConfigError, match="empty name"):
        Categorizer([Category(name="  "), LOGIN])


def test_a_typo_in_a_category_is_noticed() -> None:
    with pytest.raises(ValidationError, match="topic"):
        Category.model_validate({"name": "Billing", "topic": ["x"]})


def test_no_texts_no_answers() -> None:
    assert sort() == []


def test_the_same_categories_are_prepared_once() -> None:
    assert categorizer((BILLING, LOGIN)) is categorizer((BILLING.model_copy(), LOGIN))


def test_threads_may_share_it() -> None:
    shared = Categorizer(CATEGORIES)
    texts = [text for _, text in TICKETS]
    seen: list[list[Choice]] = []
    threads = [threading.Thread(target=lambda: seen.append(shared.categorize(texts))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [shared.categorize(texts)] * 4


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=80), max_size=5),
    st.lists(st.text(min_size=1, max_size=20).filter(str.strip), min_size=1, max_size=4, unique_by=str.casefold),
)
def test_any_text_and_any_categories_give_probabilities(texts: list[str], names: list[str]) -> None:
    try:
        answers = sort(*texts, categories=[Category(name=name) for name in names])
    except ConfigError:  # names that differ in spaces only
        return
    assert len(answers) == len(texts)
    for answer in answers:
        assert 0 <= answer.confidence <= 1
        assert sum(answer.probabilities.values()) <= 1 + 1e-3 * len(names)
        assert answer.category is None or answer.category in names


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(TICKETS))))
def test_a_text_stands_alone(order: list[int]) -> None:
    texts = [TICKETS[i][1] for i in order[:5]]
    together = [a.category for a in sort(*texts)]
    assert together == [sort(text)[0].category for text in texts]


def test_the_embedded_engine_does_not_load_the_providers() -> None:
    program = (
        "import sys\n"
        "from tieline.language.categorize import Categorizer\n"
        "from tieline.language.categories import Category\n"
        "from tieline.language.analyze import analyze\n"
        "Categorizer([Category(name='A')]).categorize(['hello there']); analyze('hello there, this is it')\n"
        "print([m for m in ('pydantic_ai', 'openai', 'prefect', 'wordllama') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert done.stdout.strip() == "[]"

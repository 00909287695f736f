"""Pools: fallback, balance, breaker, and what each member may take."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from tieline.errors import AuthFailed, ConfigError, ConnectorError, RateLimited, Rejected, Unavailable
from tieline.language import memory
from tieline.language.answers import Choice, Written
from tieline.language.budget import BudgetSpent
from tieline.language.categories import Category
from tieline.language.embedded import EmbeddedModel
from tieline.language.model import Balance, LanguageModel
from tieline.language.pool import FAILURES, REST_SECONDS, PoolModel, Seat
from tieline.transport import clock

CATEGORIES = [Category(name="Billing", topics=("charged twice",)), Category(name="Login")]


class Member(EmbeddedModel):
    """A model that answers with its own name, or fails."""

    def __init__(self, name: str, error: Exception | None = None) -> None:
        self.name = name
        self.error = error
        self.asked = 0

    async def categorize(self, texts: Sequence[str], categories: Sequence[Category]) -> list[Choice]:
        self.asked += 1
        if self.error:
            raise self.error
        return [Choice(category=categories[0].name, confidence=1, model=self.name) for _ in texts]

    async def generate(self, prompt: str, *, text: str) -> Written:
        self.asked += 1
        return Written(text=prompt + text, model=self.name)


def seat(member: LanguageModel, *, weight: float = 1, usd: float | None = None, tokens: int | None = None) -> Seat:
    @asynccontextmanager
    async def open_member() -> AsyncIterator[LanguageModel]:
        yield member

    return Seat(member.name, open_member, weight, usd, tokens)


async def ask(*seats: Seat, balance: Balance = "ordered", texts: Sequence[str] = ("charged twice",)) -> list[str]:
    async with AsyncExitStack() as stack:
        answers = await PoolModel(seats, balance, stack).categorize(texts, CATEGORIES)
    return [answer.model for answer in answers]


async def test_the_first_answers() -> None:
    second = Member("b")
    assert await ask(seat(Member("a")), seat(second)) == ["a"]
    assert second.asked == 0


@pytest.mark.parametrize("error", (Unavailable("down"), RateLimited("slow"), AuthFailed("key"), Rejected("no")))
async def test_the_next_answers_when_one_fails(error: ConnectorError) -> None:
    assert await ask(seat(Member("a", error)), seat(Member("b"))) == ["b"]


async def test_when_all_fail_each_reason_is_told() -> None:
    with pytest.raises(Unavailable, match=r"a: it is down.*b: no credit") as caught:
        await ask(seat(Member("a", RateLimited("it is down", retry_after=9))), seat(Member("b", Rejected("no credit"))))
    assert caught.value.retry_after == 9


async def test_a_member_that_keeps_failing_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(clock, "now", lambda: now)
    broken = Member("a", Unavailable("down"))
    seats = (seat(broken), seat(Member("b")))
    for _ in range(FAILURES + 5):
        assert await ask(*seats) == ["b"]
    assert broken.asked == FAILURES
    now += REST_SECONDS + 1
    broken.error = None
    assert await ask(*seats) == ["a"]
    assert await ask(*seats) == ["a"]


async def test_a_refusal_does_not_open_the_breaker() -> None:
    picky = Member("a", Rejected("too long"))
    for _ in range(FAILURES * 2):
        await ask(seat(picky), seat(Member("b")))
    assert picky.asked == FAILURES * 2


async def test_work_is_shared_out_by_weight() -> None:
    texts = [f"text {i}" for i in range(600)]
    share = Counter(await ask(seat(Member("a"), weight=3), seat(Member("b")), balance="weighted", texts=texts))
    assert 400 <= share["a"] <= 500
    assert share["a"] + share["b"] == 600


async def test_the_same_text_goes_to_the_same_member() -> None:
    texts = [f"text {i}" for i in range(50)]
    seats = (seat(Member("a")), seat(Member("b")), seat(Member("c")))
    assert await ask(*seats, balance="weighted", texts=texts) == await ask(*seats, balance="weighted", texts=texts)


async def test_balanced_work_falls_back_too() -> None:
    down = seat(Member("a", Unavailable("down")))
    assert set(await ask(down, seat(Member("b")), balance="weighted", texts=["1", "2", "3"])) == {"b"}


@pytest.mark.usefixtures("database")
async def test_a_member_that_spent_its_budget_is_passed_over() -> None:
    rich, poor = Member("b"), Member("a")
    assert await ask(seat(poor, tokens=100), seat(rich)) == ["a"]
    await memory.add_spent("a", usd=0.5, tokens=60)
    await memory.add_spent("a", usd=None, tokens=60)
    assert await ask(seat(poor, tokens=100), seat(rich)) == ["b"]
    assert await ask(seat(poor, usd=0.5), seat(rich)) == ["b"]
    assert await ask(seat(poor, usd=0.6, tokens=121), seat(rich)) == ["a"]


@pytest.mark.usefixtures("database")
async def test_when_all_budgets_are_spent_it_says_so() -> None:
    await memory.add_spent("a", usd=2.0, tokens=10)
    with pytest.raises(BudgetSpent, match="anything left for today"):
        await ask(seat(Member("a"), usd=1.0))


async def test_the_budget_of_the_run_is_not_a_reason_to_ask_the_next() -> None:
    second = Member("b")
    with pytest.raises(BudgetSpent):
        await ask(seat(Member("a", BudgetSpent("spent"))), seat(second))
    assert second.asked == 0


async def test_a_member_that_cannot_write_is_passed_over() -> None:
    async with AsyncExitStack() as stack:
        pool = PoolModel([seat(EmbeddedModel()), seat(Member("writer"))], "ordered", stack)
        assert (await pool.generate("hello", text="")).model == "writer"


async def test_nobody_can_write() -> None:
    async with AsyncExitStack() as stack:
        with pytest.raises(ConfigError, match="needs a model"):
            await PoolModel([seat(EmbeddedModel())], "ordered", stack).generate("hello", text="")


async def test_every_function_goes_through_the_pool() -> None:
    async with AsyncExitStack() as stack:
        pool = PoolModel([seat(EmbeddedModel())], "ordered", stack)
        assert (await pool.summarize("The parcel is very late today.", sentences=1)).text
        assert (await pool.extract_tags("The parcel is late.", vocabulary=[], limit=2)).tags
        assert (await pool.analyze("This is urgent.")).urgency == "urgent"
        form = {
            "type": "object",
            "title": "T",
            "description": "Triage.",
            "properties": {"late": {"type": "boolean", "description": "The parcel is late."}},
            "required": ["late"],
        }
        assert (await pool.answer("The parcel is late.", question="", form=form)).value == {"late": True}

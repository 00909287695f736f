"""Several models behind one name: the next one answers when one fails, or the work is shared out by weight."""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from tieline.errors import AuthFailed, ConfigError, ConnectorError, Transient, Unavailable
from tieline.language import memory
from tieline.language.answers import Analysis, Answered, Choice, Discussion, Structured, Summary, Tags, Written
from tieline.language.budget import Budget, BudgetSpent
from tieline.language.categories import Category, check_categories
from tieline.language.comments import Comment
from tieline.language.model import Balance, Form, LanguageModel, Style
from tieline.observe import log
from tieline.transport.breaker import Breaker

T = TypeVar("T")

AT_ONCE = 8  # texts of a list under way
FAILURES = 3  # in a row, after which a member is left alone
REST_SECONDS = 60.0

_breakers: dict[str, Breaker] = {}


@dataclass(frozen=True)
class Seat:
    """One member of a pool.

    Args:
        connection: The name of its block.
        open: Opens it.
        weight: Its share of the work, next to the others'.
        daily_usd: US dollars it may take on a day (UTC); None for no limit.
        daily_tokens: Tokens it may take on a day (UTC); None for no limit.
    """

    connection: str
    open: Callable[[], AbstractAsyncContextManager[LanguageModel]]
    weight: float = 1.0
    daily_usd: float | None = None
    daily_tokens: int | None = None

    @property
    def breaker(self) -> Breaker:
        """Its circuit breaker, the same for all pools of this process."""
        return _breakers.setdefault(self.connection, Breaker(failures=FAILURES, seconds=REST_SECONDS))

    async def check_budget(self) -> None:
        """Ask whether it may take more today.

        Raises:
            BudgetSpent: It may not.
        """
        if self.daily_usd is None and self.daily_tokens is None:
            return
        today = await memory.spent_today(self.connection)
        budget = Budget(usd=self.daily_usd, tokens=self.daily_tokens)
        budget.add(today.usd, today.tokens)
        budget.check(f"{self.connection} for today")


@dataclass
class PoolModel:
    """Passes each call to a member.

    Args:
        seats: The members; the first is asked first when `balance` is "ordered".
        balance: "ordered", or "weighted": each text has its own order, in which a member comes first as often as its
            weight says. The same text always has the same order, so its answer is found in the cache.
        stack: Closes the members that were opened.
    """

    seats: Sequence[Seat]
    balance: Balance
    stack: AsyncExitStack
    _open: dict[str, LanguageModel] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The members' names."""
        return f"pool:{','.join(seat.connection for seat in self.seats)}"

    async def categorize(self, texts: Sequence[str], categories: Sequence[Category]) -> list[Choice]:
        """Sort each text into a category; each text stands alone, so members may share a list."""
        check_categories(categories)
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(text: str) -> Choice:
            async with gate:
                return (await self._first(text, lambda model: model.categorize([text], categories)))[0]

        return list(await asyncio.gather(*(one(text) for text in texts)))

    async def summarize(self, text: str, *, sentences: int, style: Style = "prose", language: str = "") -> Summary:
        """Say the gist of a text; members that do not write the language are passed over."""
        return await self._first(
            text, lambda model: model.summarize(text, sentences=sentences, style=style, language=language)
        )

    async def ask(self, passages: Sequence[str], *, question: str) -> Answered:
        """Answer a question from passages."""
        return await self._first(question + "".join(passages), lambda model: model.ask(passages, question=question))

    async def summarize_discussion(self, comments: Sequence[Comment], *, sentences: int) -> Discussion:
        """Say what a discussion has come to."""
        text = "\n".join(one.text for one in comments)
        return await self._first(text, lambda model: model.summarize_discussion(comments, sentences=sentences))

    async def extract_tags(self, text: str, *, vocabulary: Sequence[str], limit: int) -> Tags:
        """Say what a text is about."""
        return await self._first(text, lambda model: model.extract_tags(text, vocabulary=vocabulary, limit=limit))

    async def analyze(self, text: str) -> Analysis:
        """Tell mood, language, urgency and things named."""
        return await self._first(text, lambda model: model.analyze(text))

    async def generate(self, prompt: str, *, text: str) -> Written:
        """Write what the prompt asks for; members that cannot write are passed over."""
        return await self._first(prompt + text, lambda model: model.generate(prompt, text=text))

    async def answer(self, text: str, *, question: str, form: Form) -> Structured:
        """Answer in a given form; members that cannot fill it are passed over."""
        return await self._first(question + text, lambda model: model.answer(text, question=question, form=form))

    async def _first(self, text: str, work: Callable[[LanguageModel], Awaitable[T]]) -> T:
        """The answer of the first member that gives one.

        Raises:
            BudgetSpent: The run's own budget is spent, or that of every member.
            ConfigError: No member can do this.
            Unavailable: Every member failed.
        """
        failed: dict[str, Exception] = {}
        for seat in self._order(text):
            try:
                await seat.check_budget()
            except BudgetSpent as exc:
                failed[seat.connection] = exc
                continue
            try:
                return await self._ask(seat, work)
            except (ConnectorError, ConfigError) as exc:
                failed[seat.connection] = exc
                log().info("a member of the pool did not answer", member=seat.connection, reason=type(exc).__name__)
        raise _none_answered(failed)

    async def _ask(self, seat: Seat, work: Callable[[LanguageModel], Awaitable[T]]) -> T:
        seat.breaker.before()
        try:
            if seat.connection not in self._open:
                self._open[seat.connection] = await self.stack.enter_async_context(seat.open())
            answer = await work(self._open[seat.connection])
        except (Transient, AuthFailed):
            seat.breaker.failure()
            raise
        seat.breaker.success()
        return answer

    def _order(self, text: str) -> Sequence[Seat]:
        if self.balance == "ordered":
            return self.seats
        return sorted(self.seats, key=lambda seat: _draw(seat.connection, text) / seat.weight)


def _draw(connection: str, text: str) -> float:
    """A number that looks drawn at random (exponential), but is always the same for a member and a text.

    The smallest of such numbers, each divided by its weight, belongs to a member as often as its weight says.
    """
    digest = hashlib.sha256(f"{connection}\n{text}".encode("utf-8", "replace")).digest()
    return -math.log((int.from_bytes(digest[:8], "big") + 1) / 2**64)


def _none_answered(failed: dict[str, Exception]) -> Exception:
    reasons = " ".join(f"{name}: {exc}" for name, exc in failed.items())
    if all(isinstance(exc, BudgetSpent) for exc in failed.values()):
        return BudgetSpent(f"No member of the pool has anything left for today. {reasons}")
    if all(isinstance(exc, ConfigError) for exc in failed.values()):
        return ConfigError(f"No member of the pool can do this. {reasons}")
    waits = [exc.retry_after for exc in failed.values() if isinstance(exc, Transient) and exc.retry_after]
    return Unavailable(f"No member of the pool answered. {reasons}", retry_after=min(waits, default=None))

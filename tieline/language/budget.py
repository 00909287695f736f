"""What a run may spend on models."""

from __future__ import annotations

from contextvars import ContextVar, Token
from types import TracebackType
from typing import Self

from tieline.errors import ConfigError, TielineError


class BudgetSpent(TielineError):  # noqa: N818 - reads as what happened
    """The money or the tokens that a run, or a member of a pool, may spend are spent; nothing was sent."""


class Budget:
    """A limit for every model call made inside of it; the embedded engine costs nothing.

    A call is refused once the limit is reached, so the calls that are under way at that moment may go beyond it.

    Args:
        usd: US dollars; None for no limit.
        tokens: Tokens read and written; None for no limit.

    Raises:
        ConfigError: A limit is negative, or there is none.

    Example:
        ```python
        with Budget(usd=0.50) as budget:
            await language.categorize("openai/main", texts=texts, categories=categories)
        print(budget.spent_usd)
        ```
    """

    def __init__(self, *, usd: float | None = None, tokens: int | None = None) -> None:
        if usd is None and tokens is None:
            raise ConfigError("A budget needs a limit.", hint="Give usd, tokens, or both.")
        if (usd or 0) < 0 or (tokens or 0) < 0:
            raise ConfigError("A budget cannot be negative.")
        self.usd, self.tokens = usd, tokens
        self.spent_usd, self.spent_tokens = 0.0, 0
        self.unpriced = 0
        self._token: Token[tuple[Budget, ...]] | None = None

    def __enter__(self) -> Self:
        self._token = _budgets.set((*_budgets.get(), self))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            _budgets.reset(self._token)
            self._token = None

    def check(self, whose: str = "this run") -> None:
        """Ask whether another call may be made.

        Raises:
            BudgetSpent: It may not.
        """
        if self.usd is not None and self.spent_usd >= self.usd:
            raise BudgetSpent(
                f"The budget of {whose} is spent: {self.spent_usd:.4f} of {self.usd:.4f} USD.",
                hint="Raise it, or use a cheaper model; what was answered already is in the cache.",
            )
        if self.tokens is not None and self.spent_tokens >= self.tokens:
            raise BudgetSpent(
                f"The budget of {whose} is spent: {self.spent_tokens:,} of {self.tokens:,} tokens.",
                hint="Raise it, or use a smaller model; what was answered already is in the cache.",
            )

    def add(self, usd: float | None, tokens: int) -> None:
        """Note what a call took. A call of unknown price counts its tokens only, and is counted in `unpriced`."""
        self.spent_usd += usd or 0.0
        self.spent_tokens += tokens
        self.unpriced += usd is None


_budgets: ContextVar[tuple[Budget, ...]] = ContextVar("tieline_language_budgets", default=())


def check() -> None:
    """Ask the budgets that hold here whether a call may be made.

    Raises:
        BudgetSpent: One of them is spent.
    """
    for budget in _budgets.get():
        budget.check()


def add(usd: float | None, tokens: int) -> None:
    """Note in the budgets that hold here what a call took."""
    for budget in _budgets.get():
        budget.add(usd, tokens)

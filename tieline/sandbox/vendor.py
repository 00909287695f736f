"""What a simulated vendor is to the front door: an app, and its words for "slow down" and "we broke"."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from tieline.sandbox.limits import Budget
from tieline.sandbox.state import State


@dataclass(frozen=True)
class Vendor:
    """A simulated system.

    `limited` is its 429 (given the seconds to wait), `broken` its 500, `headers` what it adds to every
    answer about the caller's budget. `shown` is a path as it may be written down, where the login is a part of it.
    """

    name: str
    app: ASGIApp
    limited: Callable[[int], Response]
    broken: Callable[[], Response]
    headers: Callable[[Budget, Scope], dict[str, str]]
    shown: Callable[[str], str] = str


def state_of(request: Request) -> State:
    """The state behind the sandbox that serves this request."""
    return cast("State", request.scope["sandbox"])


def base_url(request: Request) -> str:
    """Where the simulated vendor lives as the caller sees it, such as `http://127.0.0.1:8123/zendesk`."""
    return str(request.scope["sandbox_base"])


def charge(request: Request, credits: int) -> None:  # noqa: A002 - the vendor's word
    """Say that this request costs more than one call of the budget."""
    request.scope["sandbox_cost"] = credits


def cost_of(scope: Scope) -> int:
    """How many calls of the budget this request cost."""
    return int(scope.get("sandbox_cost", 1))


def is_integer(value: Any) -> bool:
    """Whether a JSON value is an integer; `true` is none."""
    return isinstance(value, int) and not isinstance(value, bool)

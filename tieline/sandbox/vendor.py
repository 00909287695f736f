"""What a simulated vendor is, and what its parts need to know of the request that they serve."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from tieline.sandbox.hooks.delivery import Manner
from tieline.sandbox.limits import Budget
from tieline.sandbox.memory import Memory
from tieline.sandbox.seed.letters import Letter
from tieline.sandbox.state import State

M = TypeVar("M", bound=Memory)

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def nothing_told(_budget: Budget, _scope: Scope) -> dict[str, str]:
    """The headers of a vendor that does not say what is left of the caller's budget."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Vendor(Generic[M]):
    """A simulated system: all that the sandbox needs to know of it. Its package declares one, called `vendor`.

    `name` is the package's, `title` the one that people know it by. `app` serves its API below `/{name}`.
    `limited` is its 429 (given the seconds to wait), `broken` its 500, `headers` what it adds to every answer about
    the caller's budget. `shown` is a path as it may be written down, where the login is a part of it.

    `memory` is the class of what it remembers, `seed` fills a new one.
    `logins` are what it lets in, by name. `connection` makes the fields of a block that leads to it, given its address;
    without it these are the address, as `url`, and the logins.

    `hooks` is how it sends webhooks, if it does; `receive` makes a ticket of a customer's letter, at a help desk.
    `controls` are routes below `/_sandbox/{name}`, `pages` routes for people below `/{page}`; `page` is where these
    begin.
    """

    name: str
    title: str
    app: ASGIApp
    memory: type[M]
    limited: Callable[[int], Response]
    broken: Callable[[], Response]
    headers: Callable[[Budget, Scope], dict[str, str]] = nothing_told
    seed: Callable[[M], None] | None = None
    logins: Mapping[str, str] = field(default_factory=dict)
    connection: Callable[[str], dict[str, str]] | None = None
    hooks: Manner[M] | None = None
    controls: Sequence[BaseRoute] = ()
    receive: Callable[[M, Letter], int] | None = None
    pages: Sequence[BaseRoute] = ()
    page: str = ""
    shown: Callable[[str], str] = str

    def fields(self, url: str) -> dict[str, str]:
        """The fields of a block that leads to this system, which lives at `url`."""
        return self.connection(url) if self.connection else {"url": url, **self.logins}


def behind_login(
    routes: Sequence[BaseRoute],
    handlers: Mapping[int | type[Exception], Handler],
    *,
    prefix: str,
    authenticated: Callable[[str | None], bool],
    unauthenticated: Callable[[], Response],
    suffix: str = "",
) -> ASGIApp:
    """An API whose every path begins with `prefix` and may end with `suffix`, and which nobody enters without a login.

    `routes` and the `handlers` of errors are Starlette's, without `prefix` and `suffix`; `authenticated` is given the
    header `Authorization`, and `unauthenticated` makes the answer for those who are not.
    """
    app = Starlette(routes=routes, exception_handlers=handlers)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if not authenticated(Headers(scope=scope).get("authorization")):
            await unauthenticated()(scope, receive, send)
            return
        path = scope["path"]
        scope["path"] = path.removeprefix(prefix).removesuffix(suffix) if path.startswith(prefix) else "/?"
        await app(scope, receive, send)

    return guarded


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

"""How Discord speaks: a bot's token, codes of errors, limits.

Pages: https://discord.com/developers/docs/reference#error-messages, https://discord.com/developers/docs/topics/rate-limits
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from tieline.sandbox.discord.memory import Server
from tieline.sandbox.limits import Budget
from tieline.sandbox.vendor import state_of

LOGIN = {"token": "sandbox-discord-token"}


class DiscordError(Exception):
    """A refusal: its status, Discord's own number, and what it adds."""

    def __init__(self, status: int, code: int, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.extra = status, code, extra


def wrong_field(name: str, code: str, message: str) -> DiscordError:
    """One field of the body does not fit."""
    return DiscordError(
        400, 50035, "Invalid Form Body", errors={name: {"_errors": [{"code": code, "message": message}]}}
    )


def server_of(request: Request) -> Server:
    """The server, for who has the bot's token."""
    if request.headers.get("authorization") != f"Bot {LOGIN['token']}":
        raise DiscordError(401, 0, "401: Unauthorized")
    return state_of(request)[Server]


def failed(_request: Request, error: Exception) -> Response:
    """A refusal as JSON."""
    told = error if isinstance(error, DiscordError) else DiscordError(500, 0, "500: Internal Server Error")
    return JSONResponse({"message": str(told), "code": told.code, **told.extra}, told.status)


def limited(seconds: int) -> Response:
    """429, with the wait in the body."""
    said = {"message": "You are being rate limited.", "retry_after": float(seconds), "global": False}
    return JSONResponse(said, 429, {"retry-after": str(seconds), "x-ratelimit-scope": "user"})


def broken() -> Response:
    """500."""
    return JSONResponse({"message": "500: Internal Server Error", "code": 0}, 500)


def budget_headers(budget: Budget, _scope: Scope) -> dict[str, str]:
    """What is left of the route's budget."""
    return {
        "x-ratelimit-limit": str(budget.limit),
        "x-ratelimit-remaining": str(budget.remaining),
        "x-ratelimit-reset-after": f"{budget.reset:.3f}",
        "x-ratelimit-bucket": "sandbox",
    }

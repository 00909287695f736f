"""How Telegram speaks: the token in the path, arguments in four ways, `ok: false`.

Page: https://core.telegram.org/bots/api#making-requests
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox import forms
from tieline.sandbox.happening import Record
from tieline.sandbox.telegram.memory import Chats
from tieline.sandbox.vendor import is_integer, state_of

LOGIN = {"token": "110201543:sandbox-telegram-token"}

_TOKEN = re.compile(r"\d+:[\w-]+")
_IN_PATH = re.compile(r"^/bot[^/]*")


class TelegramError(Exception):
    """The number and the words that Telegram answers with, and what it adds."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.parameters = code, parameters


@dataclass(frozen=True)
class Call:
    """One call of a method."""

    chats: Chats
    args: Record
    files: dict[str, forms.File]

    def text(self, name: str) -> str:
        """A text argument; empty when it is not there."""
        value = self.args.get(name)
        if value is not None and not isinstance(value, str):
            raise bad_request(f'field "{name}" must be of type String')
        return value or ""

    def number(self, name: str, default: int = 0) -> int:
        """A number, also as a text, as it is in forms."""
        value = self.args.get(name, default)
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
            return int(value)
        if not is_integer(value):
            raise bad_request(f"invalid {name} specified")
        return int(value)

    def record(self, name: str) -> Record:
        """An object, also as a JSON text, as it is in forms."""
        value = self.args.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise bad_request(f"can't parse {name}: can't parse JSON object") from None
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"can't parse {name}: expected an Object")
        return value or {}

    @property
    def chat(self) -> Record:
        """The chat that `chat_id` names by number or @name."""
        value = self.args.get("chat_id")
        if value in (None, ""):
            raise bad_request("chat_id is empty")
        found = next((chat for chat in self.chats.chats.values() if value in _names(chat)), None)
        if found is None:
            raise bad_request("chat not found")
        if not found["sandbox_member"]:
            raise TelegramError(403, f"Forbidden: bot is not a member of the {found['type']} chat")
        return found


def _names(chat: Record) -> tuple[Any, ...]:
    return chat["id"], str(chat["id"]), f"@{chat.get('username', '')}"


def bad_request(why: str) -> TelegramError:
    """The arguments do not fit."""
    return TelegramError(400, f"Bad Request: {why}")


def failed(error: TelegramError) -> Response:
    """`ok: false`, with the number as the status too."""
    said: Record = {"ok": False, "error_code": error.code, "description": str(error)}
    return JSONResponse({**said, **({"parameters": error.parameters} if error.parameters else {})}, error.code)


def limited(seconds: int) -> Response:
    """429, with the wait in the body."""
    answer = failed(TelegramError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds))
    answer.headers["retry-after"] = str(seconds)
    return answer


def broken() -> Response:
    """500."""
    return failed(TelegramError(500, "Internal Server Error"))


def without_token(path: str) -> str:
    """The path as it may be written down."""
    return _IN_PATH.sub("/bot", path)


async def read_call(request: Request) -> Call:
    """The call in a request. Errors: 401 for a token of nobody, 404 for what is no token."""
    token = request.path_params["token"]
    if not _TOKEN.fullmatch(token):
        raise TelegramError(404, "Not Found")
    if token != LOGIN["token"]:
        raise TelegramError(401, "Unauthorized")
    args: Record = dict(request.query_params)
    kind, raw = request.headers.get("content-type", ""), await request.body()
    if kind.startswith("application/json") and raw:
        return Call(state_of(request)[Chats], args | _json(raw), {})
    fields = forms.parse(kind, raw)
    args |= {name: value for name, value in fields if isinstance(value, str)}
    files = {name: value for name, value in fields if isinstance(value, forms.File)}
    return Call(state_of(request)[Chats], args, files)


def _json(raw: bytes) -> Record:
    try:
        value = json.loads(raw)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object")
    return value

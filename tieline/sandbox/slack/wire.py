"""How Slack speaks: tokens, arguments, `ok: false`, cursors.

Pages: https://docs.slack.dev/apis/web-api/ (arguments, responses), https://docs.slack.dev/apis/web-api/rate-limits,
https://docs.slack.dev/apis/web-api/pagination
"""

import base64
import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox import forms
from tieline.sandbox.happening import Record
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.vendor import base_url, state_of

LOGIN = {"bot_token": "xoxb-sandbox", "user_token": "xoxp-sandbox"}
"""`users.profile.set` takes no bot token."""

FORM_ONLY = {
    "conversations.list",
    "conversations.info",
    "conversations.history",
    "conversations.replies",
    "users.info",
    "users.lookupByEmail",
    "files.getUploadURLExternal",
    "auth.test",
}
"""Methods that read arguments from the query or a form, and pass over a JSON body."""

_STRUCTURED = ("blocks", "attachments", "files", "view", "profile", "metadata")
"""Arguments that are JSON texts when they come in a form."""


class SlackError(Exception):
    """The error word that Slack answers with, and what it adds."""

    def __init__(self, word: str, **extra: Any) -> None:
        super().__init__(word)
        self.word = word
        self.extra = extra


@dataclass(frozen=True)
class Call:
    """One call of a method: its arguments, and on whose behalf."""

    workspace: Workspace
    method: str
    args: Record
    user: str
    base: str

    def text(self, name: str) -> str:
        """A text argument; empty when it is not there. Errors: `invalid_arguments` for another type."""
        value = self.args.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise invalid_arguments(f"[ERROR] must be a string [json-pointer:/{name}]")
        return value

    def needed(self, name: str) -> str:
        """A text argument that has to be there."""
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"[ERROR] missing required field: {name}")
        return value

    def number(self, name: str, default: int, most: int) -> int:
        """A number between 1 and `most`. Errors: `invalid_limit`."""
        value = self.args.get(name, default)
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None
        if not 1 <= number <= most:
            raise SlackError("invalid_limit")
        return number

    def flag(self, name: str) -> bool:
        """A yes-or-no argument."""
        return self.args.get(name) in (True, "true", "1", 1)

    @property
    def is_bot(self) -> bool:
        """Whether the token is a bot's."""
        return self.user == self.workspace.bot_id


def invalid_arguments(*messages: str) -> SlackError:
    """The arguments do not fit the method."""
    return SlackError("invalid_arguments", response_metadata={"messages": list(messages)})


def failed(error: SlackError) -> Response:
    """HTTP 200 with `ok: false`."""
    return JSONResponse({"ok": False, "error": error.word, **error.extra})


def limited(seconds: int) -> Response:
    """429 with the wait in `Retry-After`."""
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"retry-after": str(seconds)})


def broken() -> Response:
    """500 with the word that Slack has for it."""
    return JSONResponse({"ok": False, "error": "internal_error"}, 500)


async def read_call(request: Request, method: str) -> tuple[Call, list[str]]:
    """The call in a request, and warnings. Errors: `not_authed`, `invalid_auth`, and those of bad bodies."""
    workspace = state_of(request)[Workspace]
    args, warnings = await _arguments(request, method)
    header = request.headers.get("authorization", "")
    token = header.removeprefix("Bearer ").strip() or str(args.pop("token", ""))
    users = {
        LOGIN["bot_token"]: workspace.bot_id,
        LOGIN["user_token"]: workspace.human_id,
    }
    if not token:
        raise SlackError("not_authed")
    if token not in users:
        raise SlackError("invalid_auth")
    return Call(workspace, method, args, users[token], base_url(request)), warnings


async def _arguments(request: Request, method: str) -> tuple[Record, list[str]]:
    """Arguments of the query string and the body. Tokens in the query string do not count."""
    args: Record = {name: value for name, value in request.query_params.items() if name != "token"}
    kind = request.headers.get("content-type", "")
    if request.method == "GET" or not await request.body():
        return _unpacked(args), []
    if kind.startswith("application/json"):
        warnings = [] if "charset" in kind else ["missing_charset"]
        value = _json(await request.body())
        return (args if method in FORM_ONLY else {**args, **value}), warnings
    if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        fields = {n: v for n, v in forms.parse(kind, await request.body()) if isinstance(v, str)}
        return _unpacked({**args, **fields}), []
    raise SlackError("invalid_post_type" if kind else "missing_post_type")


def _json(raw: bytes) -> Record:
    try:
        value = json.loads(raw)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value


def _unpacked(args: Record) -> Record:
    """Read the arguments that are JSON texts."""
    for name in _STRUCTURED:
        if isinstance(args.get(name), str):
            try:
                args[name] = json.loads(args[name])
            except ValueError:
                word = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
                raise SlackError(word) from None
    return args


def page(call: Call, key: str, records: list[Record], identity: str, most: int) -> Record:
    """A page that starts at the cursor, with `response_metadata.next_cursor`; empty at the end."""
    limit = call.number("limit", 100, most)
    start = 0
    if cursor := call.text("cursor"):
        name = _read_cursor(cursor)
        start = next((i for i, record in enumerate(records) if record[identity] == name), -1)
        if start < 0:
            raise SlackError("invalid_cursor")
    chosen = records[start : start + limit]
    rest = records[start + limit : start + limit + 1]
    following = base64.b64encode(f"next:{rest[0][identity]}".encode()).decode() if rest else ""
    return {key: chosen, "response_metadata": {"next_cursor": following}}


def _read_cursor(cursor: str) -> str:
    try:
        return base64.b64decode(cursor, validate=True).decode().removeprefix("next:")
    except ValueError:
        raise SlackError("invalid_cursor") from None

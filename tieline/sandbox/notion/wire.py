"""How Notion speaks: the token, the version, errors, lists.

Pages: https://developers.notion.com/reference/status-codes, https://developers.notion.com/reference/intro#pagination,
https://developers.notion.com/reference/versioning
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from tieline.sandbox.happening import Record
from tieline.sandbox.limits import Budget
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.vendor import base_url, is_integer, state_of

LOGIN = {"token": "ntn_sandbox"}

PAGE = 100
VERSION = "2025-09-03"


class NotionError(Exception):
    """A refusal: the status, Notion's word for it, and the sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def invalid(message: str) -> NotionError:
    """400, the body or a parameter is not as it must be."""
    return NotionError(400, "validation_error", message)


def failed(message: str) -> NotionError:
    """The same, for the body."""
    return invalid(f"body failed validation: {message}")


def missing(kind: str, number: str) -> NotionError:
    """404, it is not there, or not shared."""
    shared = "Make sure the relevant pages and databases are shared with your integration."
    return NotionError(404, "object_not_found", f"Could not find {kind} with ID: {number}. {shared}")


def answer(error: NotionError) -> Response:
    """An error as Notion writes it."""
    body = {"object": "error", "status": error.status, "code": error.code, "message": error.message}
    return JSONResponse({**body, "request_id": str(uuid.uuid4())}, error.status)


def limited(seconds: int) -> Response:
    """429 with the wait in `Retry-After`."""
    said = NotionError(429, "rate_limited", "You have been rate limited. Please try again in a few minutes.")
    made = answer(said)
    made.headers["retry-after"] = str(seconds)
    return made


def broken() -> Response:
    """500 with Notion's word for it."""
    return answer(NotionError(500, "internal_server_error", "Unexpected error occurred."))


def budget_headers(_budget: Budget, _scope: Scope) -> dict[str, str]:
    """Notion tells nothing about what is left, only `Retry-After` when it is over."""
    return {}


@dataclass(frozen=True)
class Call:
    """One request: what it asks for, on whose notebook."""

    notebook: Notebook
    path: Record
    query: dict[str, str]
    body: Record
    base: str

    def id(self, name: str) -> str:
        """An id of the path, with its dashes. Errors: 400 where it is none."""
        return number(self.path[name], f"path failed validation: path.{name}")


Handler = Callable[[Call], Record]


def number(value: Any, place: str) -> str:
    """An id with its dashes. Errors: 400 where it is none."""
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise invalid(f"{place} should be a valid uuid, instead was `{json.dumps(value)}`.") from None


def endpoint(handler: Handler) -> Callable[[Request], Any]:
    """A function of a call as a route."""

    async def serve(request: Request) -> Response:
        try:
            return JSONResponse(handler(await _call(request)))
        except NotionError as error:
            return answer(error)

    return serve


async def _call(request: Request) -> Call:
    check(request)
    raw = await request.body()
    body: Any = {}
    if raw:
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            raise NotionError(400, "invalid_json", "Error parsing JSON body.") from None
    if not isinstance(body, dict):
        raise failed("body should be an object.")
    return Call(state_of(request)[Notebook], request.path_params, dict(request.query_params), body, base_url(request))


def check(request: Request) -> None:
    """Errors: 401 for another token, 400 for another version."""
    if request.headers.get("authorization", "") != f"Bearer {LOGIN['token']}":
        raise NotionError(401, "unauthorized", "API token is invalid.")
    version = request.headers.get("notion-version")
    if version is None:
        said = (
            "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`."
        )
        raise NotionError(400, "missing_version", said)
    if version != VERSION:
        raise invalid(f'Notion-Version header failed validation: this sandbox knows `"{VERSION}"` alone.')


def page(records: list[Record], given: Record) -> Record:
    """A page of a list; a cursor is the id of the record that it begins with."""
    size = _size(given.get("page_size", PAGE))
    start, cursor = 0, given.get("start_cursor")
    if cursor:
        start = next((i for i, record in enumerate(records) if record["id"] == cursor), -1)
        if start < 0:
            raise invalid(f"The start_cursor provided is invalid: {str(cursor)[:60]}")
    chosen, rest = records[start : start + size], records[start + size :]
    following = rest[0]["id"] if rest else None
    return {"object": "list", "results": chosen, "next_cursor": following, "has_more": bool(rest)}


def _size(value: Any) -> int:
    size = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value
    if not is_integer(size) or not 1 <= size <= PAGE:
        raise failed(f"body.page_size should be ≤ `{PAGE}` and ≥ `1`, instead was `{json.dumps(value)}`.")
    return int(size)

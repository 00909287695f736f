"""How Zendesk speaks: authentication, errors, pages, links.

Pages: https://developer.zendesk.com/api-reference/introduction/security-and-auth/,
https://developer.zendesk.com/api-reference/introduction/requests/ (errors),
https://developer.zendesk.com/api-reference/introduction/pagination/,
https://developer.zendesk.com/api-reference/introduction/rate-limits/
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Scope

from tieline.sandbox.happening import Record
from tieline.sandbox.limits import Budget
from tieline.sandbox.vendor import base_url, state_of
from tieline.sandbox.zendesk.memory import ZendeskDesk

LOGIN = {"email": "agent@sandbox.test", "api_token": "sandbox-zendesk-token", "oauth_token": "sandbox-zendesk-oauth"}

PAGE = 100
"""Most list endpoints give at most this many records a page, and this many if not asked."""

OFFSET_PAGES = 100
"""Offset pagination ends after this many pages (10,000 records)."""


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of ours
    """Zendesk says no: the status and the body with which it does."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def refusal(_request: Request, error: Exception) -> Response:
    """The answer for a refused request."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for this class only
    return JSONResponse(error.body, error.status)


def not_found() -> Refused:
    """404: no such record."""
    return Refused(404, {"error": "RecordNotFound", "description": "Not found"})


def no_endpoint(_request: Request, _error: Exception) -> Response:
    """404: no such address."""
    return JSONResponse({"error": "InvalidEndpoint", "description": "Not found"}, 404)


def wrong_method(_request: Request, _error: Exception) -> Response:
    """405: the address exists, this verb does not."""
    return JSONResponse({"error": "MethodNotAllowed", "description": "Method not allowed"}, 405)


def invalid_attribute(name: str, must_be: str) -> Refused:
    """400: a parameter of the wrong type."""
    message = f"You passed an invalid value for the {name} attribute. Invalid parameter: {name} must be {must_be}"
    return Refused(400, {"error": {"title": "Invalid attribute", "message": message}})


def record_invalid(problems: dict[str, tuple[str, str]]) -> Refused:
    """422: the record would not be valid. `problems`: field -> (sentence, error word)."""
    details = {name: [{"description": text, "error": word}] for name, (text, word) in problems.items()}
    return Refused(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details})


def limited(seconds: int) -> Response:
    """429 with the wait in `Retry-After`."""
    return JSONResponse(
        {
            "error": "APIRateLimitExceeded",
            "description": "Number of allowed API requests per minute exceeded",
        },
        429,
        {"retry-after": str(seconds)},
    )


def broken() -> Response:
    """500 as a Rails application says it."""
    return PlainTextResponse("Internal Server Error", 500)


def budget_headers(budget: Budget, scope: Scope) -> dict[str, str]:
    """The account-wide limit on every answer; ticketing lists add the newer names and the reset."""
    limit, left = str(budget.limit), str(budget.remaining)
    headers = {"x-rate-limit": limit, "x-rate-limit-remaining": left}
    if scope.get("zendesk_list"):
        headers |= {
            "ratelimit-limit": limit,
            "ratelimit-remaining": left,
            "ratelimit-reset": str(budget.reset),
        }
    return headers


def authenticated(authorization: str | None) -> bool:
    """Whether the `Authorization` header is `email/token:api_token` (basic) or the OAuth token (bearer)."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.casefold() == "bearer":
        return value == LOGIN["oauth_token"]
    if scheme.casefold() != "basic":
        return False
    try:
        plain = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return plain == f"{LOGIN['email']}/token:{LOGIN['api_token']}"


def unauthenticated() -> Response:
    """401."""
    return JSONResponse({"error": "Couldn't authenticate you"}, 401)


def desk_of(request: Request) -> ZendeskDesk:
    """The help desk behind the request."""
    return state_of(request)[ZendeskDesk]


def link(request: Request, path: str) -> str:
    """The address of a resource, as in its `url` field."""
    return f"{base_url(request)}/api/v2/{path}.json"


def path_id(request: Request, name: str = "id") -> int:
    """A number in the path. Errors: 400 when it is none."""
    value = str(request.path_params[name])
    if not value.isascii() or not value.isdigit():
        raise invalid_attribute(name, "an integer")
    return int(value)


async def body_of(request: Request, key: str) -> Record:
    """The object under `key` of a JSON body. Errors: 400 for anything else."""
    value = (await json_body(request)).get(key)
    if not isinstance(value, dict):
        raise invalid_attribute(key, "a hash")
    return value


async def json_body(request: Request) -> Record:
    """The JSON object in the body. Errors: 400 when it is not JSON, or no object."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(
            415,
            {"error": "UnsupportedMediaType", "description": "Content-Type must be application/json"},
        )
    try:
        value = json.loads(await request.body())
    except ValueError:
        raise Refused(400, {"error": "Unprocessable Entity", "message": "Server could not parse JSON"}) from None
    if not isinstance(value, dict):
        raise invalid_attribute("body", "a hash")
    return value


def ids_in(request: Request) -> list[int]:
    """The `ids` of a bulk request. Errors: 400 for no ids, other things than numbers, or more than 100."""
    parts = [part.strip() for part in request.query_params.get("ids", "").split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        raise invalid_attribute("ids", "a comma-separated list of integers")
    if len(parts) > PAGE:
        raise too_many("ids")
    return [int(part) for part in parts]


def too_many(name: str) -> Refused:
    """400: bulk endpoints take at most 100 records."""
    return Refused(400, {"error": "TooManyValues", "description": f"{name}: at most {PAGE} values are allowed"})


def positive(request: Request, name: str, default: int, most: int) -> int:
    """A number of the query string, at most `most`. Errors: 400 when it is none, or below one."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise invalid_attribute(name, "an integer")
    return min(int(text), most)


def paged(
    request: Request,
    key: str,
    records: Iterable[Record],
    show: Callable[[Record], Record],
    *,
    order: tuple[str, bool] = ("id", False),
    cursors: bool = True,
) -> Response:
    """One page of `records`, by cursor when the caller sends `page[size]`, else by offset.

    `order` is the field to sort by and whether descending; ties go by id. `show` makes the wire form.
    """
    request.scope["zendesk_list"] = True
    name, descending = order
    ordered = sorted(records, key=lambda r: _position(r, name), reverse=descending)
    if "page[size]" in request.query_params and cursors:
        return JSONResponse(by_cursor(request, key, ordered, show, name, descending=descending))
    return JSONResponse(by_offset(request, key, ordered, show))


def by_offset(request: Request, key: str, records: list[Record], show: Callable[[Record], Record]) -> Record:
    """A page in the older way: `page`, `per_page`, `next_page`, `count`."""
    size = positive(request, "per_page", PAGE, PAGE)
    page = positive(request, "page", 1, 1_000_000)
    if page > OFFSET_PAGES:
        raise Refused(
            400,
            {
                "error": "InvalidPaginationDepth",
                "description": "Offset pagination ends after 100 pages. Use cursor pagination.",
            },
        )
    chosen = records[(page - 1) * size : page * size]
    return {
        key: [show(record) for record in chosen],
        "next_page": _same(request, page=page + 1) if page * size < len(records) else None,
        "previous_page": _same(request, page=page - 1) if page > 1 else None,
        "count": len(records),
    }


def by_cursor(
    request: Request,
    key: str,
    ordered: list[Record],
    show: Callable[[Record], Record],
    name: str,
    *,
    descending: bool,
    most: int = PAGE,
) -> Record:
    """A page in the newer way: `page[size]`, `page[after]`, `meta`, `links`.

    The cursor names the last record seen, not a number of records to skip: records that come or go
    meanwhile neither repeat nor hide others.
    """
    size = positive(request, "page[size]", most, most)
    after, before = request.query_params.get("page[after]"), request.query_params.get("page[before]")
    rest = ordered
    if after:
        mark = _read_cursor(after, "page[after]")
        rest = [r for r in ordered if (_position(r, name) < mark if descending else _position(r, name) > mark)]
    elif before:
        mark = _read_cursor(before, "page[before]")
        rest = [r for r in ordered if (_position(r, name) > mark if descending else _position(r, name) < mark)]
    chosen = rest[-size:] if before and not after else rest[:size]
    more = len(rest) > size
    first = _cursor(chosen[0], name) if chosen else None
    last = _cursor(chosen[-1], name) if chosen else None
    return {
        key: [show(record) for record in chosen],
        "meta": {"has_more": more, "after_cursor": last, "before_cursor": first},
        "links": {
            "next": _same(request, **{"page[after]": last, "page[before]": None}) if more and last else None,
            "prev": _same(request, **{"page[before]": first, "page[after]": None}) if after and first else None,
        },
    }


def _position(record: Record, name: str) -> tuple[Any, int]:
    value = record.get(name)
    return ("" if value is None else value, record["id"])


def _cursor(record: Record, name: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(_position(record, name)).encode()).decode().rstrip("=")


def _read_cursor(text: str, parameter: str) -> tuple[Any, int]:
    try:
        value, number = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError):
        raise Refused(
            400,
            {"errors": [{"code": "InvalidPaginationParameter", "title": f"{parameter} is not valid"}]},
        ) from None
    return value, number


def _same(request: Request, **changed: Any) -> str:
    """The address of this request, with some query parameters changed, or taken out (None)."""
    query = {**request.query_params, **changed}
    path = request.scope["path"].removesuffix(".json")
    pairs = [(name, value) for name, value in query.items() if value is not None]
    return f"{base_url(request)}/api/v2{path}.json?{urlencode(pairs, safe='[]')}"

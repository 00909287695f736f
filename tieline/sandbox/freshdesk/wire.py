"""How Freshdesk speaks: authentication, errors, pages.

Reference: https://developers.freshdesk.com/api/ (sections authentication, errors, ratelimit, pagination).
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Scope

from tieline.sandbox import forms
from tieline.sandbox.desks import Desk
from tieline.sandbox.freshdesk.memory import FreshdeskDesk
from tieline.sandbox.happening import Record, stamp
from tieline.sandbox.limits import Budget
from tieline.sandbox.vendor import base_url, is_integer, state_of

LOGIN = {"api_key": "sandbox-freshdesk-key"}

PER_PAGE = 30
"""Records on a page, unless asked otherwise."""

MOST_PER_PAGE = 100


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of ours
    """Freshdesk says no: the status, and the body, which may be empty."""

    def __init__(self, status: int, body: Any = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def refusal(_request: Request, error: Exception) -> Response:
    """The answer for a refused request."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for this class only
    return Response(status_code=error.status) if error.body is None else JSONResponse(error.body, error.status)


def nothing(_request: Request, _error: Exception) -> Response:
    """404, with an empty body as Freshdesk has it."""
    return Response(status_code=404)


def wrong_method(_request: Request, _error: Exception) -> Response:
    """405."""
    return JSONResponse({"message": "method not allowed"}, 405)


def not_found() -> Refused:
    """404: the documentation promises no body."""
    return Refused(404)


class Problems:
    """Collects what is wrong with a request, in Freshdesk's words."""

    def __init__(self) -> None:
        self.errors: list[Record] = []

    def add(self, field: str, message: str, code: str) -> None:
        """One more problem: `code` is `missing_field`, `invalid_value`, `datatype_mismatch`, ..."""
        self.errors.append({"field": field, "message": message, "code": code})

    def refuse(self) -> None:
        """400 when there are any."""
        if self.errors:
            raise Refused(400, {"description": "Validation failed", "errors": self.errors})


def invalid(field: str, message: str, code: str = "invalid_value") -> Refused:
    """400 for one problem."""
    problem = {"field": field, "message": message, "code": code}
    return Refused(400, {"description": "Validation failed", "errors": [problem]})


_UNEXPECTED = "Unexpected/invalid field in request"

Check = tuple[Callable[[Any], bool], str]

TEXT: Check = (lambda v: isinstance(v, str), "String")
NUMBER: Check = (lambda v: is_integer(v) and v > 0, "Positive Integer")
FLAG: Check = (lambda v: isinstance(v, bool), "Boolean")
LIST: Check = (lambda v: isinstance(v, list), "Array")
TEXTS: Check = (lambda v: isinstance(v, list) and all(isinstance(i, str) for i in v), "Array")
OBJECT: Check = (lambda v: isinstance(v, dict), "key/value pair")

_NAMES = {str: "String", int: "Integer", float: "Float", bool: "Boolean", list: "Array", dict: "Hash"}


def check_fields(values: Record, known: dict[str, Check], problems: Problems) -> None:
    """Unknown fields are refused, and so are values of another type than the documented one."""
    for name, value in values.items():
        if name not in known:
            problems.add(name, _UNEXPECTED, "invalid_field")
        elif value is not None and not known[name][0](value):
            text = f"Value set is of type {_NAMES.get(type(value), 'Null')}.It should be a/an {known[name][1]}"
            problems.add(name, text, "datatype_mismatch")


def missing(field: str, problems: Problems, kind: str = "String") -> None:
    """A mandatory field is not there."""
    problems.add(field, f"It should be a/an {kind}", "missing_field")


def one_of(field: str, value: Any, allowed: Iterable[Any], problems: Problems) -> None:
    """A value outside its list."""
    if value is not None and value not in allowed:
        listed = ",".join(str(item) for item in allowed)
        problems.add(field, f"It should be one of these values: '{listed}'", "invalid_value")


def authenticated(authorization: str | None) -> bool:
    """Whether the basic login is `api_key:X`; Freshdesk does not look at the password."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.casefold() != "basic":
        return False
    try:
        plain = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return plain.partition(":")[0] == LOGIN["api_key"]


def unauthenticated() -> Response:
    """401."""
    body = {"code": "invalid_credentials", "message": "You have to be logged in to perform this action."}
    return JSONResponse(body, 401)


def limited(seconds: int) -> Response:
    """429 with the wait in `Retry-After`."""
    return JSONResponse(
        {"message": "You have exceeded the limit of requests per hour"}, 429, {"retry-after": str(seconds)}
    )


def broken() -> Response:
    """500."""
    return PlainTextResponse("Internal Server Error", 500)


def budget_headers(budget: Budget, scope: Scope) -> dict[str, str]:
    """The account's limit, what is left of it, and what this request cost."""
    return {
        "x-freshdesk-api-version": "latest=v2; requested=v2",
        "x-ratelimit-total": str(budget.limit),
        "x-ratelimit-remaining": str(budget.remaining),
        "x-ratelimit-used-currentrequest": str(scope.get("sandbox_cost", 1)),
    }


def desk_of(request: Request) -> Desk:
    """The help desk behind the request."""
    return state_of(request)[FreshdeskDesk]


def path_id(request: Request, name: str = "id") -> int:
    """A number in the path. Errors: 404 when it is none."""
    value = str(request.path_params[name])
    if not value.isascii() or not value.isdigit():
        raise not_found()
    return int(value)


async def body_of(request: Request) -> Record:
    """The fields of the request, from JSON or, with attachments, from a multipart form.

    Errors: 400 for anything that is not a JSON object, 415 for another kind of body.
    """
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return _form(kind, await request.body())
    if not kind.startswith("application/json"):
        raise Refused(415, {"code": "invalid_json", "message": f"Content-Type {kind or 'missing'} is not supported"})
    try:
        value = json.loads(await request.body())
    except ValueError:
        raise Refused(
            400,
            {
                "code": "invalid_json",
                "message": "Request body has invalid json format",
            },
        ) from None
    if not isinstance(value, dict):
        raise Refused(400, {"code": "invalid_json", "message": "Request body has invalid json format"})
    return value


def _form(kind: str, body: bytes) -> Record:
    """Form fields: `name[]` makes a list, numbers and booleans are read from their text."""
    values: Record = {}
    for name, part in forms.parse(kind, body):
        value = _typed(part) if isinstance(part, str) else _attachment(part)
        if name.endswith("[]"):
            values.setdefault(name.removesuffix("[]"), []).append(value)
        else:
            values[name] = value
    return values


def _typed(text: str) -> Any:
    if text.isascii() and text.isdigit():
        return int(text)
    return {"true": True, "false": False}.get(text, text)


def _attachment(file: forms.File) -> Record:
    return {"name": file.name, "content_type": file.content_type, "size": len(file.data)}


def check_query(request: Request, allowed: Iterable[str]) -> None:
    """Freshdesk refuses query parameters that it does not know."""
    problems = Problems()
    for name in request.query_params:
        if name not in allowed:
            problems.add(name, _UNEXPECTED, "invalid_field")
    problems.refuse()


def moment(field: str, text: str) -> str:
    """A moment of the query string in the form in which they are stored. Errors: 400."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        message = "Value set is of type String.It should be a/an DateTime"
        raise invalid(field, message, "datatype_mismatch") from None
    return stamp(value if value.tzinfo else value.replace(tzinfo=UTC))


def paged(
    request: Request, records: list[Record], show: Callable[[Record], Record], pages: int | None = None
) -> Response:
    """One page; a `Link` header leads to the next one. There is no total. A list can end after `pages`."""
    size = _number(request, "per_page", PER_PAGE, MOST_PER_PAGE)
    page = _number(request, "page", 1, pages)
    chosen = records[(page - 1) * size : page * size]
    headers = {}
    if page * size < len(records):
        query = urlencode([*((n, v) for n, v in request.query_params.items() if n != "page"), ("page", page + 1)])
        headers["link"] = f'<{base_url(request)}/api/v2{request.scope["path"]}?{query}>; rel="next"'
    return JSONResponse([show(record) for record in chosen], headers=headers)


def _number(request: Request, name: str, default: int, most: int | None) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < 1 or (most is not None and int(text) > most):
        wanted = f"less than or equal to {most}" if most else "a/an Positive Integer"
        raise invalid(name, f"It should be {wanted}")
    return int(text)

"""Zendesk search: words, phrases and `property:value` terms over tickets, users, organizations and groups.

Pages: https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/,
https://support.zendesk.com/hc/en-us/articles/4408886879258 (search reference),
https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/searching-with-the-zendesk-api/
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.desks import Desk
from tieline.sandbox.happening import Record, stamp
from tieline.sandbox.zendesk.records import shower
from tieline.sandbox.zendesk.rules import PRIORITIES, STATUSES
from tieline.sandbox.zendesk.wire import Refused, by_cursor, by_offset, desk_of, invalid_attribute

RESULTS = 1_000
"""Search gives at most this many results, however many there are."""

EXPORT_PAGE = 1_000
"""The export takes larger pages than the other lists."""

_TERM = re.compile(r'(?P<minus>-)?(?:(?P<name>[a-z_]+)(?P<op>>=|<=|[:<>]))?(?P<value>"[^"]*"|\S+)')
_SPAN = re.compile(r"(\d+)\s*(minute|hour|day|week|month|year)s?")
_LENGTH = {"minute": 60, "hour": 3600, "day": 86400, "week": 604_800, "month": 2_592_000, "year": 31_536_000}
_TYPES = ("ticket", "user", "organization", "group")
_ORDERS = ("created_at", "updated_at", "priority", "status", "ticket_type")
_RANKS = {"status": STATUSES, "priority": PRIORITIES}


@dataclass(frozen=True)
class Term:
    """One part of a query. `name` is empty for plain words."""

    name: str
    op: str
    value: str
    negative: bool


def parse(query: str) -> list[Term]:
    """The terms of a query."""
    return [
        Term(m["name"] or "", m["op"] or ":", m["value"].strip('"'), bool(m["minus"])) for m in _TERM.finditer(query)
    ]


def find(desk: Desk, kind: str, terms: Iterable[Term]) -> list[Record]:
    """All records of one kind for which every term holds; values of one property are alternatives.

    `tags:a tags:b` and `status:new status:open` find both, as Zendesk does.
    """
    wanted = [t for t in terms if t.name not in ("type", "order_by", "sort")]
    negative = [t for t in wanted if t.negative]
    either: dict[str, list[Term]] = {}
    for term in wanted:
        if not term.negative:
            key = term.name if term.name and term.op == ":" else f"{term.name}{term.op}{term.value}"
            either.setdefault(key, []).append(term)
    return [
        record
        for record in _all(desk, kind)
        if all(any(_holds(desk, kind, record, t) for t in group) for group in either.values())
        and not any(_holds(desk, kind, record, t) for t in negative)
    ]


def _all(desk: Desk, kind: str) -> Iterable[Record]:
    if kind == "ticket":
        return [ticket.fields for ticket in desk.living()]
    tables = {"user": desk.people, "organization": desk.organizations, "group": desk.groups}
    return tables[kind].values()


def _holds(desk: Desk, kind: str, record: Record, term: Term) -> bool:
    if not term.name:
        return _mentions(record, term.value)
    if term.name in ("created", "updated", "solved", "due_date"):
        return _dated(desk, record, term)
    if term.name in _RANKS and kind == "ticket":
        return _ranked(record[term.name], term, _RANKS[term.name])
    if term.name in ("requester", "submitter", "assignee", "group", "organization"):
        return _related(desk, record, term)
    values = _plain_values(record, term.name)
    if term.value == "none":
        return not values
    return any(_like(value, term.value) for value in values)


def _mentions(record: Record, word: str) -> bool:
    """Whether a word occurs; `*` stands for any letters, and alone for any record."""
    pattern = re.compile(".*".join(map(re.escape, word.split("*"))), re.IGNORECASE)
    texts = (record.get(name) for name in ("id", "subject", "description", "name", "email", "notes"))
    return any(pattern.search(str(text)) for text in texts if text is not None)


def _dated(desk: Desk, record: Record, term: Term) -> bool:
    name = {"created": "created_at", "updated": "updated_at", "due_date": "due_at"}.get(term.name)
    if name is None:
        have = record["updated_at"] if record.get("status") in ("solved", "closed") else None
    else:
        have = record.get(name)
    if have is None:
        return False
    span = _SPAN.fullmatch(term.value)
    if span:
        # `created>4hours` means: younger than four hours.
        limit = stamp(desk.clock() - timedelta(seconds=int(span[1]) * _LENGTH[span[2]]))
        return _compare(have, term.op, limit)
    limit = _moment(term.value)
    return _compare(have[: len(term.value)] if len(term.value) == len("2026-01-31") else have, term.op, limit)


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(422, {"error": "invalid", "description": f"Invalid search: bad date {text}"}) from None
    if len(text) == len("2026-01-31"):
        return text
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _compare(have: Any, op: str, limit: Any) -> bool:
    tests: dict[str, Callable[[Any, Any], bool]] = {
        ":": lambda a, b: bool(a == b),
        ">": lambda a, b: bool(a > b),
        "<": lambda a, b: bool(a < b),
        ">=": lambda a, b: bool(a >= b),
        "<=": lambda a, b: bool(a <= b),
    }
    return tests[op](have, limit)


def _ranked(have: str | None, term: Term, ranks: tuple[str, ...]) -> bool:
    """`priority>normal`, `status<solved`, `priority:none`."""
    if term.value == "none" or have is None:
        return term.value == "none" and have is None
    if term.value not in ranks:
        return False
    return _compare(ranks.index(have), term.op, ranks.index(term.value))


def _related(desk: Desk, record: Record, term: Term) -> bool:
    number = record.get(f"{term.name}_id")
    if term.value == "none" or number is None:
        return term.value == "none" and number is None
    if term.value == "me":
        return bool(number == desk.me)
    tables = {"group": desk.groups, "organization": desk.organizations}
    other = tables.get(term.name, desk.people).get(number, {})
    names = (str(number), other.get("name"), other.get("email"))
    return any(_like(name, term.value) for name in names if name)


def _plain_values(record: Record, name: str) -> list[str]:
    key = {"ticket_type": "type", "tag": "tags", "ticket_id": "id"}.get(name, name)
    value = record.get(key)
    if value is None or value == "":
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _like(value: str, wanted: str) -> bool:
    """Equality without case; `*` stands for anything; longer texts match by the words in them."""
    value, wanted = value.casefold(), wanted.casefold()
    if "*" in wanted:
        return re.fullmatch(".*".join(map(re.escape, wanted.split("*"))), value) is not None
    return value == wanted or (" " in value and wanted in value)


async def search(request: Request) -> Response:
    """GET /search: offset pages, the first 1,000 results only."""
    terms = _terms(request)
    kinds = [t.value for t in terms if t.name == "type" and not t.negative] or list(_TYPES)
    desk = desk_of(request)
    shows = {kind: shower(request, kind) for kind in kinds if kind in _TYPES}
    found = [record | {"result_type": kind} for kind in shows for record in find(desk, kind, terms)]
    ordered = _ordered(request, terms, found)
    page = by_offset(
        request, "results", ordered, lambda r: {**shows[r["result_type"]](r), "result_type": r["result_type"]}
    )
    if _last_wanted(request) > RESULTS:
        raise Refused(
            422,
            {
                "error": "invalid",
                "description": "Invalid search: Requested response size was greater than Search Response Limits",
            },
        )
    return JSONResponse(page | {"facets": None})


def _terms(request: Request) -> list[Term]:
    query = request.query_params.get("query")
    if not query:
        raise invalid_attribute("query", "present")
    return parse(query)


def _last_wanted(request: Request) -> int:
    query = request.query_params
    return int(query.get("page", 1)) * min(100, int(query.get("per_page", 100)))


def _ordered(request: Request, terms: list[Term], found: list[Record]) -> list[Record]:
    """By `sort_by`/`sort_order`, or by the same words in the query; newest first otherwise."""
    inline = {t.name: t.value for t in terms if t.name in ("order_by", "sort")}
    name = request.query_params.get("sort_by") or inline.get("order_by") or "created_at"
    name = {"created": "created_at", "updated": "updated_at"}.get(name, name)
    if name not in _ORDERS:
        raise invalid_attribute("sort_by", f"one of {', '.join(_ORDERS)}")
    descending = (request.query_params.get("sort_order") or inline.get("sort") or "desc") == "desc"
    ranks = _RANKS.get(name)

    def position(record: Record) -> tuple[Any, int]:
        value = record.get("type" if name == "ticket_type" else name)
        if ranks:
            return (ranks.index(value) if value in ranks else -1, record["id"])
        return (str(value or ""), record["id"])

    return sorted(found, key=position, reverse=descending)


async def count(request: Request) -> Response:
    """GET /search/count."""
    terms = _terms(request)
    kinds = [t.value for t in terms if t.name == "type" and t.value in _TYPES] or list(_TYPES)
    return JSONResponse({"count": sum(len(find(desk_of(request), kind, terms)) for kind in kinds)})


async def export(request: Request) -> Response:
    """GET /search/export: cursor pages of one kind, in the order of creation."""
    kind, terms = request.query_params.get("filter[type]"), _terms(request)
    if kind not in _TYPES:
        raise invalid_attribute("filter[type]", f"one of {', '.join(_TYPES)}")
    if any(term.name == "type" for term in terms):
        raise Refused(422, {"error": "invalid", "description": "Invalid search: type belongs into filter[type]"})
    found = sorted(find(desk_of(request), kind, terms), key=lambda r: (r["created_at"], r["id"]))
    show = shower(request, kind)
    page = by_cursor(
        request,
        "results",
        found,
        lambda r: {**show(r), "result_type": kind},
        "created_at",
        descending=False,
        most=EXPORT_PAGE,
    )
    page["meta"].pop("before_cursor")
    page["links"]["prev"] = None
    return JSONResponse(page | {"facets": None})


ROUTES = [
    Route("/search", search, methods=["GET"]),
    Route("/search/count", count, methods=["GET"]),
    Route("/search/export", export, methods=["GET"]),
]

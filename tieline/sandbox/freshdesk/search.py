"""Freshdesk's filter queries: `"(priority:4 OR priority:3) AND status:2"`.

Reference: https://developers.freshdesk.com/api/#filter_tickets. The query stands in double quotes, has at
most 512 characters, finds 30 tickets a page on at most 10 pages. `:>` and `:<` include the value itself.
"""

import re
from collections.abc import Callable, Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.freshdesk.tickets import detailed
from tieline.sandbox.freshdesk.wire import check_query, desk_of, invalid
from tieline.sandbox.happening import Record

LONGEST = 512
PER_PAGE = 30
PAGES = 10

Test = Callable[[Record], bool]

_TOKEN = re.compile(r"\s*(?:(?P<paren>[()])|(?P<word>AND|OR)\b|(?P<term>\w+:[<>]?(?:'[^']*'|[^\s()]+)))")
_TERM = re.compile(r"(?P<name>\w+):(?P<op>[<>]?)(?P<value>.+)", re.DOTALL)
_NUMBERS = ("agent_id", "group_id", "priority", "status")
_DATES = ("created_at", "updated_at", "due_by", "fr_due_by", "closed_at")
_TEXTS = ("tag", "type")
_STORED_AS = {"agent_id": "responder_id", "tag": "tags"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def bad_query() -> Exception:
    """400 for a query that makes no sense."""
    return invalid("query", "Given query is invalid")


def compiled(query: str) -> Test:
    """The test that a query stands for. Errors: 400 for anything that is not a query."""
    if len(query) < len('""') or query[0] != '"' or query[-1] != '"' or len(query) - 2 > LONGEST:
        raise bad_query()
    tokens = list(_tokens(query[1:-1]))
    test, rest = _either(tokens)
    if rest:
        raise bad_query()
    return test


def _tokens(text: str) -> Iterator[str]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise bad_query()
        yield match[0].strip()
        at = match.end()


def _either(tokens: list[str]) -> tuple[Test, list[str]]:
    first, tokens = _both(tokens)
    tests = [first]
    while tokens[:1] == ["OR"]:
        test, tokens = _both(tokens[1:])
        tests.append(test)
    return (lambda record: any(test(record) for test in tests)), tokens


def _both(tokens: list[str]) -> tuple[Test, list[str]]:
    first, tokens = _single(tokens)
    tests = [first]
    while tokens[:1] == ["AND"]:
        test, tokens = _single(tokens[1:])
        tests.append(test)
    return (lambda record: all(test(record) for test in tests)), tokens


def _single(tokens: list[str]) -> tuple[Test, list[str]]:
    if not tokens or tokens[0] in (")", "AND", "OR"):
        raise bad_query()
    if tokens[0] != "(":
        return _term(tokens[0]), tokens[1:]
    test, rest = _either(tokens[1:])
    if rest[:1] != [")"]:
        raise bad_query()
    return test, rest[1:]


def _term(token: str) -> Test:
    match = _TERM.fullmatch(token)
    if match is None:
        raise bad_query()
    name, op, value = match["name"], match["op"], match["value"]
    key = _STORED_AS.get(name, name)
    if name not in (*_NUMBERS, *_DATES, *_TEXTS):
        raise invalid(name, "Unexpected/invalid field in request", "invalid_field")
    if value == "null":
        return lambda record: not record[key]
    if name in _NUMBERS:
        return _number(key, op, value)
    if len(value) < len("''") or value[0] != "'" or value[-1] != "'":
        raise bad_query()
    return _date(key, op, value[1:-1]) if name in _DATES else _text(key, value[1:-1])


def _number(key: str, op: str, value: str) -> Test:
    if not value.isascii() or not value.isdigit():
        raise bad_query()
    wanted = int(value)
    if op == ">":
        return lambda record: record[key] is not None and record[key] >= wanted
    if op == "<":
        return lambda record: record[key] is not None and record[key] <= wanted
    return lambda record: bool(record[key] == wanted)


def _date(key: str, op: str, value: str) -> Test:
    if not _DAY.fullmatch(value):
        raise bad_query()

    def day(record: Record) -> str:
        return (record[key] or "")[: len(value)]

    if op == ">":
        return lambda record: day(record) >= value
    if op == "<":
        return lambda record: "" < day(record) <= value
    return lambda record: day(record) == value


def _text(key: str, value: str) -> Test:
    wanted = value.casefold()

    def test(record: Record) -> bool:
        have = record[key] or []
        return wanted in ([h.casefold() for h in have] if isinstance(have, list) else [have.casefold()])

    return test


async def search_tickets(request: Request) -> Response:
    """GET /search/tickets?query="...": newest first."""
    check_query(request, ("query", "page"))
    page = request.query_params.get("page", "1")
    if not page.isascii() or not page.isdigit() or not 1 <= int(page) <= PAGES:
        raise invalid("page", f"It should be a Positive Integer less than or equal to {PAGES}")
    test = compiled(request.query_params.get("query", ""))
    found = [ticket.fields for ticket in reversed(desk_of(request).living()) if test(ticket.fields)]
    start = (int(page) - 1) * PER_PAGE
    results = [detailed(fields) for fields in found[start : start + PER_PAGE]]
    return JSONResponse({"total": len(found), "results": results})


ROUTES = [Route("/search/tickets", search_tickets, methods=["GET"])]

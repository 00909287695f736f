"""Confluence's query language, as far as it is simulated: comparisons, AND, OR, brackets, and an order.

Page: https://developer.atlassian.com/cloud/confluence/advanced-searching-using-cql/
"""

import re
from collections.abc import Callable
from datetime import UTC, timedelta

from starlette.requests import Request
from starlette.responses import Response

from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.confluence.wire import invalid, listed, wiki_of
from tieline.sandbox.happening import Record

_ORDER = re.compile(r"\s*order\s+by\s+(\w+)(?:\s+(asc|desc))?\s*$", re.IGNORECASE)
_VALUE = r"(?:(now\(\"-\d+[mhdw]\"\))|\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|([\w.-]+))"
_CLAUSE = re.compile(rf"\s*(\w+)\s*(!=|>=|<=|=|~|>|<)\s*{_VALUE}")
_SIGN = re.compile(r"\s*(\(|\)|and\b|or\b)", re.IGNORECASE)
_AGO = re.compile(r"now\(\"-(\d+)([mhdw])\"\)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ORDERS = {"created": "createdAt", "lastmodified": "sandbox_saved", "title": "title", "id": "id"}


async def search(request: Request) -> Response:
    """GET /rest/api/search."""
    wiki, cql = wiki_of(request), request.query_params.get("cql", "")
    order = _ORDER.search(cql)
    fits = _Query(cql[: order.start()] if order else cql).read()
    there = [*wiki.pages.values(), *wiki.files()]
    found = [content for content in there if fits(wiki, content)]
    if order:
        if order[1].lower() not in _ORDERS:
            raise _unread(cql)
        name = _ORDERS[order[1].lower()]
        found.sort(key=lambda page: page[name], reverse=(order[2] or "").lower() == "desc")
    return listed(request, [_hit(page) for page in found])


_Test = Callable[[Wiki, Record], bool]


class _Query:
    """Reads a query from left to right; AND binds closer than OR."""

    def __init__(self, cql: str) -> None:
        self._cql, self._at = cql, 0

    def read(self) -> _Test:
        """All of it. Errors: 400."""
        test = self._any()
        if self._cql[self._at :].strip():
            raise _unread(self._cql)
        return test

    def _any(self) -> _Test:
        tests = [self._all()]
        while self._next("or"):
            tests.append(self._all())
        return lambda wiki, page: any(test(wiki, page) for test in tests)

    def _all(self) -> _Test:
        tests = [self._one()]
        while self._next("and"):
            tests.append(self._one())
        return lambda wiki, page: all(test(wiki, page) for test in tests)

    def _one(self) -> _Test:
        if self._next("("):
            inner = self._any()
            if not self._next(")"):
                raise _unread(self._cql)
            return inner
        found = _CLAUSE.match(self._cql, self._at)
        if found is None or found[1].lower() not in _FIELDS:
            raise _unread(self._cql)
        self._at = found.end()
        wanted = next(text for text in found.groups()[2:] if text is not None)
        clause = (found[1].lower(), found[2], re.sub(r"\\(.)", r"\1", wanted))
        return lambda wiki, page: _holds(wiki, page, clause)

    def _next(self, word: str) -> bool:
        found = _SIGN.match(self._cql, self._at)
        if found is None or found[1].lower() != word:
            return False
        self._at = found.end()
        return True


def _unread(cql: str) -> Exception:
    return invalid(f"Could not parse cql : {cql}")


def _holds(wiki: Wiki, page: Record, clause: tuple[str, str, str]) -> bool:
    field, sign, wanted = clause
    if ago := _AGO.fullmatch(wanted):
        moment = wiki.clock() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        wanted = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    values = [value.lower() for value in _FIELDS[field](wiki, page)]
    wanted = wanted.lower()
    if sign in ("=", "!="):
        return (wanted in values) is (sign == "=")
    if sign == "~":  # words in quotes within the quotes stand next to each other
        return any(wanted.strip('"') in value for value in values)
    newer = sign.startswith(">")
    return any((value > wanted) is newer or (value == wanted and sign.endswith("=")) for value in values)


def _kind(content: Record) -> str:
    return "attachment" if "fileId" in content else "page"


def _space(wiki: Wiki, content: Record) -> list[str]:
    page = wiki.pages[content["pageId"]] if "pageId" in content else content
    return [str(wiki.spaces[page["spaceId"]]["key"])]


def _text(content: Record) -> str:
    return f"{content['title']} {content['body']['storage']['value']}" if "body" in content else str(content["title"])


def _labels(wiki: Wiki, page: Record) -> list[str]:
    return [str(label["name"]) for label in wiki.labels.get(page["id"], [])]


_FIELDS: dict[str, Callable[[Wiki, Record], list[str]]] = {
    "type": lambda _wiki, content: [_kind(content)],
    "space": _space,
    "title": lambda _wiki, page: [page["title"]],
    "text": lambda _wiki, content: [_text(content)],
    "label": _labels,
    "id": lambda _wiki, page: [page["id"]],
    "created": lambda _wiki, page: [page["createdAt"]],
    "lastmodified": lambda _wiki, page: [page["sandbox_saved"]],
}


def _hit(page: Record) -> Record:
    content = {"id": page["id"], "type": _kind(page), "status": page["status"], "title": page["title"]}
    return {
        "content": content,
        "title": page["title"],
        "excerpt": "",
        "url": page["_links"]["webui"],
        "entityType": "content",
        "lastModified": page["sandbox_saved"],
    }

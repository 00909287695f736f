"""Confluence's query language, as far as it is simulated: comparisons that are joined by AND, and an order.

Page: https://developer.atlassian.com/cloud/confluence/advanced-searching-using-cql/
"""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.confluence.wire import invalid, listed, wiki_of
from tieline.sandbox.happening import Record

_ORDER = re.compile(r"\s*order\s+by\s+(\w+)(?:\s+(asc|desc))?\s*$", re.IGNORECASE)
_CLAUSE = re.compile(r"\s*(\w+)\s*(!=|>=|<=|=|~|>|<)\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+))\s*")
_AND = re.compile(r"and\b", re.IGNORECASE)
_ORDERS = {"created": "createdAt", "lastmodified": "sandbox_saved", "title": "title", "id": "id"}


async def search(request: Request) -> Response:
    """GET /rest/api/search."""
    wiki, cql = wiki_of(request), request.query_params.get("cql", "")
    order = _ORDER.search(cql)
    clauses = _clauses(cql[: order.start()] if order else cql)
    found = [page for page in wiki.pages.values() if all(_holds(wiki, page, clause) for clause in clauses)]
    if order:
        if order[1].lower() not in _ORDERS:
            raise _unread(cql)
        name = _ORDERS[order[1].lower()]
        found.sort(key=lambda page: page[name], reverse=(order[2] or "").lower() == "desc")
    return listed(request, [_hit(page) for page in found])


_Clause = tuple[str, str, str]


def _clauses(cql: str) -> list[_Clause]:
    found: list[_Clause] = []
    at = 0
    while at < len(cql) or not found:
        clause = _CLAUSE.match(cql, at)
        if clause is None or clause[1].lower() not in _FIELDS:
            raise _unread(cql)
        found.append((clause[1].lower(), clause[2], next(text for text in clause.groups()[2:] if text is not None)))
        at = clause.end()
        joint = _AND.match(cql, at)
        if joint is None and at < len(cql):
            raise _unread(cql)
        at = joint.end() if joint else at
    return found


def _unread(cql: str) -> Exception:
    return invalid(f"Could not parse cql : {cql}")


def _holds(wiki: Wiki, page: Record, clause: _Clause) -> bool:
    field, sign, wanted = clause
    values = [value.lower() for value in _FIELDS[field](wiki, page)]
    wanted = wanted.lower()
    if sign in ("=", "!="):
        return (wanted in values) is (sign == "=")
    if sign == "~":
        return any(wanted in value for value in values)
    newer = sign.startswith(">")
    return any((value > wanted) is newer or (value == wanted and sign.endswith("=")) for value in values)


def _space(wiki: Wiki, page: Record) -> list[str]:
    return [str(wiki.spaces[page["spaceId"]]["key"])]


def _labels(wiki: Wiki, page: Record) -> list[str]:
    return [str(label["name"]) for label in wiki.labels.get(page["id"], [])]


_FIELDS: dict[str, Callable[[Wiki, Record], list[str]]] = {
    "type": lambda _wiki, _page: ["page"],
    "space": _space,
    "title": lambda _wiki, page: [page["title"]],
    "text": lambda _wiki, page: [f"{page['title']} {page['body']['storage']['value']}"],
    "label": _labels,
    "id": lambda _wiki, page: [page["id"]],
    "created": lambda _wiki, page: [page["createdAt"]],
    "lastmodified": lambda _wiki, page: [page["sandbox_saved"]],
}


def _hit(page: Record) -> Record:
    content = {"id": page["id"], "type": "page", "status": page["status"], "title": page["title"]}
    return {
        "content": content,
        "title": page["title"],
        "excerpt": "",
        "url": page["_links"]["webui"],
        "entityType": "content",
        "lastModified": page["sandbox_saved"],
    }

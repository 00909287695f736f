"""Search, projects, and who we are.

The sandbox understands conditions on a few fields, joined by AND, and an order:
`project = OPS AND status != Done AND summary ~ "parcel" ORDER BY updated DESC`. Anything else is refused in Jira's way.
Pages: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/,
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.happening import Record
from tieline.sandbox.jira.issues import shown
from tieline.sandbox.jira.wire import Refused, number, page, site_of

MOST = 100
_ORDER = re.compile(r"\s*\bORDER\s+BY\s+(created|updated|key)(\s+(?:ASC|DESC))?\s*$", re.IGNORECASE)
_CONDITION = re.compile(r"""\s*(\w+)\s*(=|!=|~)\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\s*""")
_SINCE = re.compile(r"\s*(created|updated)\s*>=\s*-(\d{1,9})m\s*", re.IGNORECASE)
_VALUES: dict[str, Callable[[Record], list[str]]] = {
    "project": lambda issue: [issue["fields"]["project"]["key"], issue["fields"]["project"]["name"]],
    "key": lambda issue: [issue["key"]],
    "status": lambda issue: [issue["fields"]["status"]["name"]],
    "issuetype": lambda issue: [issue["fields"]["issuetype"]["name"]],
    "priority": lambda issue: [issue["fields"]["priority"]["name"]],
    "labels": lambda issue: issue["fields"]["labels"],
    "summary": lambda issue: [issue["fields"]["summary"]],
}


async def search(request: Request) -> Response:
    """GET /search/jql: pages by `nextPageToken`; only ids unless `fields` asks for more. Errors: 400."""
    query = request.query_params
    site = site_of(request)
    found = _found(list(site.issues.values()), query.get("jql", ""), site.clock())
    start, size = _place(query.get("nextPageToken")), number(request, "maxResults", 50, MOST)
    chosen = found[start : start + size]
    answer: Record = {"issues": [shown(request, issue, query.get("fields", "id")) for issue in chosen]}
    answer["isLast"] = start + size >= len(found)
    if not answer["isLast"]:
        answer["nextPageToken"] = base64.b64encode(f"at:{start + size}".encode()).decode()
    return JSONResponse(answer)


def _place(token: str | None) -> int:
    if token is None:
        return 0
    try:
        place = base64.b64decode(token, validate=True).decode().removeprefix("at:")
    except (binascii.Error, ValueError):
        place = ""
    if not place.isascii() or not place.isdigit():
        raise Refused(400, "The provided next page token is invalid or expired.")
    return int(place)


def _found(issues: list[Record], jql: str, now: datetime) -> list[Record]:
    order = _ORDER.search(jql)
    text = jql[: order.start()] if order else jql
    if not text.strip():
        raise Refused(400, "Unbounded JQL queries are not allowed here. Add a search restriction to your query.")
    for part in re.split(r"\s+AND\s+", text, flags=re.IGNORECASE):
        issues = [issue for issue in issues if _holds(issue, part, now)]
    name = order[1].casefold() if order else "created"
    downwards = order is None or (order[2] or "").strip().upper() == "DESC"
    return sorted(issues, key=lambda issue: (issue["fields"].get(name, ""), int(issue["id"])), reverse=downwards)


def _holds(issue: Record, condition: str, now: datetime) -> bool:
    if since := _SINCE.fullmatch(condition):
        moment = datetime.strptime(issue["fields"][since[1].casefold()], "%Y-%m-%dT%H:%M:%S.%f%z")
        return moment >= now - timedelta(minutes=int(since[2]))
    match = _CONDITION.fullmatch(condition)
    if match is None:
        raise Refused(400, f"Error in the JQL Query: The query {condition.strip()!r} is not understood.")
    name, sign = match[1].casefold(), match[2]
    if name not in _VALUES:
        raise Refused(400, f"Field '{match[1]}' does not exist or you do not have permission to view it.")
    wanted = next(value for value in match.groups()[2:] if value is not None).casefold()
    values = [value.casefold() for value in _VALUES[name](issue)]
    if sign == "~":
        return any(wanted in value for value in values)
    return (wanted in values) == (sign == "=")


async def list_projects(request: Request) -> Response:
    """GET /project/search, by key."""
    projects = site_of(request).projects
    return JSONResponse(page(request, "values", [projects[key] for key in sorted(projects)]))


async def myself(request: Request) -> Response:
    """GET /myself."""
    site = site_of(request)
    return JSONResponse(site.people[site.me])


ROUTES = [
    Route("/search/jql", search, methods=["GET"]),
    Route("/project/search", list_projects, methods=["GET"]),
    Route("/myself", myself, methods=["GET"]),
]

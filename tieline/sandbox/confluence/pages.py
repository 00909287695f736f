"""Confluence spaces and pages.

Pages: https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-page/, .../api-group-space/
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.errors import ConfigError
from tieline.markup.confluence.tree import parse
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.confluence.wire import (
    conflict,
    find_page,
    invalid,
    json_object,
    listed,
    not_found,
    page_of,
    shown,
    version_of,
    wiki_of,
)
from tieline.sandbox.happening import Record
from tieline.sandbox.vendor import base_url

LONGEST_TITLE = 255
_STATUSES = ("current", "draft")
_SORTS = {"id": "id", "title": "title", "created-date": "createdAt", "modified-date": "sandbox_saved"}


async def current_user(request: Request) -> Response:
    """GET /rest/api/user/current."""
    return JSONResponse(wiki_of(request).me)


async def list_spaces(request: Request) -> Response:
    """GET /spaces; `keys` and `ids` narrow it down."""
    wiki, query = wiki_of(request), request.query_params
    keys, ids = (set(filter(None, ",".join(query.getlist(name)).split(","))) for name in ("keys", "ids"))
    found = [s for s in wiki.spaces.values() if (not keys or s["key"] in keys) and (not ids or s["id"] in ids)]
    return listed(request, found)


async def list_pages(request: Request) -> Response:
    """GET /spaces/{id}/pages."""
    wiki, query = wiki_of(request), request.query_params
    if request.path_params["id"] not in wiki.spaces:
        raise not_found("Space")
    found = [page for page in wiki.pages.values() if page["spaceId"] == request.path_params["id"]]
    if "title" in query:
        found = [page for page in found if page["title"] == query["title"]]
    sort = query.get("sort", "id")
    if sort.removeprefix("-") not in _SORTS:
        raise invalid(f"Provided value {sort!r} for 'sort' is not valid")
    name = _SORTS[sort.removeprefix("-")]
    found.sort(key=lambda page: page[name], reverse=sort.startswith("-"))
    return listed(request, [_seen(page, query.get("body-format", "")) for page in found])


async def show_page(request: Request) -> Response:
    """GET /pages/{id}."""
    page = _seen(page_of(request), request.query_params.get("body-format", ""))
    return JSONResponse(_whole(request, page))


async def create_page(request: Request) -> Response:
    """POST /pages."""
    wiki, values = wiki_of(request), await json_object(request)
    space, parent = values.get("spaceId"), values.get("parentId")
    if str(space) not in wiki.spaces:
        raise not_found("Space")
    home = wiki.spaces[str(space)]["homepageId"]
    if parent is not None and find_page(wiki, parent)["spaceId"] != str(space):
        raise invalid("The parent ID specified is in another space")
    title = _title(wiki, values, str(space))
    page = wiki.add_page(str(space), title, _text(values), None if parent is None and not home else str(parent or home))
    wiki.tell("page.created", page)
    return JSONResponse(_whole(request, _seen(page, "storage")))


async def update_page(request: Request) -> Response:
    """PUT /pages/{id}: the title and the text, as the version after the current one."""
    page, values = page_of(request), await json_object(request)
    wiki = wiki_of(request)
    if str(values.get("id")) != page["id"]:
        raise invalid("The ID in the body must be that of the path")
    if values.get("status") not in _STATUSES:
        raise invalid("status must be current or draft")
    number, text = version_of(values), _text(values)
    if number != page["version"]["number"] + 1:
        raise conflict(page["version"]["number"], number)
    page["title"] = _title(wiki, values, page["spaceId"], page["id"])
    page["body"] = {"storage": {"representation": "storage", "value": text}}
    wiki.save(page, str(values["version"].get("message") or ""))
    wiki.tell("page.updated", page)
    return JSONResponse(_whole(request, _seen(page, "storage")))


def _title(wiki: Wiki, values: Record, space: str, own: str = "") -> str:
    title = values.get("title")
    if not isinstance(title, str) or not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise invalid(f"title must be 1 to {LONGEST_TITLE} characters")
    same = (p for p in wiki.pages.values() if p["spaceId"] == space and p["title"] == title and p["id"] != own)
    if next(same, None):
        raise invalid("A page with this title already exists: A page already exists with the same TITLE in this space")
    return title


def _text(values: Record) -> str:
    return text_of(values.get("body"))


def text_of(body: Any) -> str:
    """The text in storage format of what is to be written. Errors: 400 where it is not well-formed."""
    if isinstance(body, dict) and isinstance(body.get("storage"), dict):
        body = body["storage"]
    if not isinstance(body, dict) or body.get("representation") != "storage" or not isinstance(body.get("value"), str):
        raise invalid("body must have a representation (here: storage) and a value")
    try:
        parse(body["value"])
    except ConfigError as error:
        raise invalid(f"Error parsing xhtml: {error}") from None
    return str(body["value"])


def _seen(page: Record, body_format: str) -> Record:
    """A page without its text, unless that was asked for."""
    return {**shown(page), "sandbox_saved": None, "body": page["body"] if body_format == "storage" else {}}


def _whole(request: Request, page: Record) -> Record:
    links = {**page["_links"], "base": f"{base_url(request)}/wiki"}
    return {**shown(page), "_links": links}

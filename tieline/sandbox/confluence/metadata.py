"""Confluence labels, content properties and comments.

Pages: https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content-labels/,
https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-content-properties/, .../api-group-comment/
"""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.confluence.pages import text_of
from tieline.sandbox.confluence.wire import (
    conflict,
    content_of,
    find_file,
    find_page,
    invalid,
    json_body,
    json_object,
    listed,
    not_found,
    version_of,
    wiki_of,
)
from tieline.sandbox.happening import Record

LONGEST = 255
_UNFIT = re.compile(r"[\s()!#&*,.:;<>?@\[\]^]")


async def list_labels(request: Request) -> Response:
    """GET /pages/{id}/labels, and the same of files."""
    return listed(request, wiki_of(request).labels.get(content_of(request)["id"], []))


async def add_labels(request: Request) -> Response:
    """POST /rest/api/content/{id}/label: one or several; those that are there stay."""
    page, value = content_of(request), await json_body(request)
    wiki = wiki_of(request)
    given = value if isinstance(value, list) else [value]
    for label in given:
        _check_label(label)
    labels = wiki.labels.setdefault(page["id"], [])
    for label in given:
        name = label["name"].lower()
        if all(one["name"] != name for one in labels):
            labels.append({"prefix": label["prefix"], "name": name, "id": wiki.next_id(), "label": name})
    return JSONResponse({"results": labels, "start": 0, "limit": 200, "size": len(labels), "_links": {}})


async def remove_label(request: Request) -> Response:
    """DELETE /rest/api/content/{id}/label?name=."""
    page, name = content_of(request), request.query_params.get("name", "")
    if not name:
        raise invalid("A label needs a name")
    labels = wiki_of(request).labels.setdefault(page["id"], [])
    labels[:] = [label for label in labels if label["name"] != name.lower()]
    return Response(status_code=204)


def _check_label(label: Any) -> None:
    if not isinstance(label, dict) or not all(isinstance(label.get(name), str) for name in ("prefix", "name")):
        raise invalid("A label needs a prefix and a name")
    if not 0 < len(label["name"]) <= LONGEST or _UNFIT.search(label["name"]):
        raise invalid(f"The label {label['name']!r} contains invalid characters or too many of them")


async def list_properties(request: Request) -> Response:
    """GET /pages/{id}/properties, and the same of files; `key` narrows it down."""
    kept, key = wiki_of(request).properties.get(content_of(request)["id"], {}), request.query_params.get("key")
    return listed(request, [one for one in kept.values() if key in (None, one["key"])])


async def create_property(request: Request) -> Response:
    """POST /pages/{id}/properties, and the same of files."""
    page, values = content_of(request), await json_object(request)
    wiki = wiki_of(request)
    key = values.get("key")
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST or "value" not in values:
        raise invalid("A property needs a key and a value")
    kept = wiki.properties.setdefault(page["id"], {})
    if any(one["key"] == key for one in kept.values()):
        raise invalid(f"A property with the key {key!r} already exists")
    made = {"id": wiki.next_id(), "key": key, "value": values["value"], "version": wiki.version(1)}
    kept[made["id"]] = made
    return JSONResponse(made)


async def update_property(request: Request) -> Response:
    """PUT /pages/{id}/properties/{property}, as the version after the current one."""
    page, values = content_of(request), await json_object(request)
    wiki = wiki_of(request)
    found = wiki.properties.get(page["id"], {}).get(request.path_params["property"])
    if found is None:
        raise not_found("Property")
    number = version_of(values)
    if number != found["version"]["number"] + 1:
        raise conflict(found["version"]["number"], number)
    if values.get("key") != found["key"] or "value" not in values:
        raise invalid("A property needs its key and a value")
    found |= {"value": values["value"], "version": wiki.version(number)}
    return JSONResponse(found)


async def list_comments(request: Request) -> Response:
    """GET /pages/{id}/footer-comments, and the same of files."""
    query, found = request.query_params, wiki_of(request).comments_on(content_of(request))
    if query.get("sort", "").startswith("-"):
        found.reverse()
    return listed(request, [_seen(comment, query.get("body-format", "")) for comment in found])


async def create_comment(request: Request) -> Response:
    """POST /footer-comments, to a page or to a file. Of those to files no webhook is known."""
    wiki, values = wiki_of(request), await json_object(request)
    text = text_of(values.get("body"))
    if "attachmentId" in values:
        comment = wiki.add_comment(find_file(wiki, values["attachmentId"]), text)
    else:
        page = find_page(wiki, values.get("pageId"))
        comment = wiki.add_comment(page, text)
        wiki.tell("comment.created", comment, parent=page)
    return JSONResponse(_seen(comment, "storage"), 201)


def _seen(comment: Record, body_format: str) -> Record:
    return {**comment, "body": comment["body"] if body_format == "storage" else {}}

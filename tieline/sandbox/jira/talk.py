"""Comments and properties of issues.

Pages: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/,
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-properties/
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.happening import Record
from tieline.sandbox.jira.memory import Site
from tieline.sandbox.jira.wire import Refused, is_document, issue_at, json_body, object_body, page, site_of

LONGEST_KEY = 255
LONGEST_VALUE = 32_768


def add_comment(site: Site, issue: Record, body: Any) -> Record:
    """Leave a comment as the account of the token."""
    now, me = site.now(), site.people[site.me]
    comment = {"id": site.next_id(), "author": me, "updateAuthor": me, "body": body, "created": now, "updated": now}
    site.comments[issue["key"]].append(comment)
    return comment


async def post_comment(request: Request) -> Response:
    """POST /issue/{issue}/comment. Errors: 400 for a body that is no document."""
    issue, body = issue_at(request), (await object_body(request)).get("body")
    if not is_document(body):
        raise Refused(400, comment="Comment body is not valid!")
    site = site_of(request)
    comment = add_comment(site, issue, body)
    site.tell("comment.created", comment, parent=issue)
    return JSONResponse(comment, 201)


async def list_comments(request: Request) -> Response:
    """GET /issue/{issue}/comment, oldest first. Errors: 400 for another order than that."""
    order = request.query_params.get("orderBy", "created")
    if order.lstrip("+-") != "created":
        raise Refused(400, f"Invalid order by field: {order}")
    found = site_of(request).comments[issue_at(request)["key"]]
    return JSONResponse(page(request, "comments", found[::-1] if order.startswith("-") else found))


async def set_property(request: Request) -> Response:
    """PUT /issue/{issue}/properties/{key}: 201 for a new one, 200 for one that was there."""
    held, key = site_of(request).properties[issue_at(request)["key"]], request.path_params["key"]
    value = await json_body(request)
    if len(key) > LONGEST_KEY:
        raise Refused(400, f"The property key cannot be longer than {LONGEST_KEY} characters.")
    if len(await request.body()) > LONGEST_VALUE:
        raise Refused(400, f"The property value cannot be longer than {LONGEST_VALUE} characters.")
    there = key in held
    held[key] = value
    return Response(status_code=200 if there else 201)


async def get_property(request: Request) -> Response:
    """GET /issue/{issue}/properties/{key}. Errors: 404."""
    held, key = site_of(request).properties[issue_at(request)["key"]], request.path_params["key"]
    if key not in held:
        raise Refused(404, f"The property with key '{key}' does not exist.")
    return JSONResponse({"key": key, "value": held[key]})


ROUTES = [
    Route("/issue/{issue}/comment", post_comment, methods=["POST"]),
    Route("/issue/{issue}/comment", list_comments, methods=["GET"]),
    Route("/issue/{issue}/properties/{key}", set_property, methods=["PUT"]),
    Route("/issue/{issue}/properties/{key}", get_property, methods=["GET"]),
]

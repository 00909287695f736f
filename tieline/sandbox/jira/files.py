"""Attachments.

Page: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox import forms
from tieline.sandbox.jira.issues import change
from tieline.sandbox.jira.wire import Refused, api_url, issue_at, site_of


async def upload(request: Request) -> Response:
    """POST /issue/{issue}/attachments. Errors: 403 without `X-Atlassian-Token`, 400 without a file."""
    site, issue = site_of(request), issue_at(request)
    if request.headers.get("x-atlassian-token") != "no-check":
        raise Refused(403, "XSRF check failed")
    parts = forms.parse(request.headers.get("content-type", ""), await request.body())
    files = [value for name, value in parts if name == "file" and isinstance(value, forms.File)]
    if not files:
        raise Refused(400, "No file was sent.")
    made = []
    for file in files:
        number = site.next_id()
        site.files[number] = file.data
        link = api_url(request, f"attachment/content/{number}")
        facts = {"id": number, "filename": file.name, "size": len(file.data), "mimeType": file.content_type}
        made.append({**facts, "author": site.people[site.me], "created": site.now(), "content": link})
    change(site, issue, {"attachment": [*issue["fields"]["attachment"], *made]})
    return JSONResponse(made)


async def get_attachment(request: Request) -> Response:
    """GET /attachment/{id}. Errors: 404."""
    number = request.path_params["id"]
    kept = [one for issue in site_of(request).issues.values() for one in issue["fields"]["attachment"]]
    found = next((one for one in kept if one["id"] == number), None)
    if found is None:
        raise Refused(404, f"The attachment with id '{number}' does not exist")
    return JSONResponse({**found, "id": int(number)})


async def content(request: Request) -> Response:
    """GET /attachment/content/{id}: the bytes with `redirect=false`, or else 303 to the same. Errors: 404."""
    number = request.path_params["id"]
    data = site_of(request).files.get(number)
    if data is None:
        raise Refused(404, f"The attachment with id '{number}' does not exist")
    if request.query_params.get("redirect", "true") != "false":
        location = api_url(request, f"attachment/content/{number}?redirect=false")
        return Response(status_code=303, headers={"location": location})
    return Response(data, media_type="application/octet-stream")


ROUTES = [
    Route("/issue/{issue}/attachments", upload, methods=["POST"]),
    Route("/attachment/{id}", get_attachment, methods=["GET"]),
    Route("/attachment/content/{id}", content, methods=["GET"]),
]

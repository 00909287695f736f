"""Confluence attachments. The bytes are elsewhere: Confluence redirects to an address that carries its permission.

Pages: https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-attachment/,
https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---attachments/
"""

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from tieline.sandbox import forms
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.confluence.wire import Refused, file_of, invalid, listed, not_found, page_of, shown, wiki_of
from tieline.sandbox.vendor import base_url, state_of


async def list_attachments(request: Request) -> Response:
    """GET /pages/{id}/attachments; `filename` and `mediaType` narrow it down."""
    page, query = page_of(request), request.query_params
    found = [one for one in wiki_of(request).files() if one["pageId"] == page["id"]]
    for name, field in (("filename", "title"), ("mediaType", "mediaType")):
        found = [one for one in found if query.get(name) in (None, one[field])]
    return listed(request, found)


async def show_attachment(request: Request) -> Response:
    """GET /attachments/{attachment}; what is in the trash can be seen there."""
    found = shown(file_of(request))
    return JSONResponse({**found, "_links": {**found["_links"], "base": f"{base_url(request)}/wiki"}})


async def delete_attachment(request: Request) -> Response:
    """DELETE /attachments/{attachment}: into the trash; with `purge` out of it, for ever."""
    found, purge = file_of(request), request.query_params.get("purge") == "true"
    if purge != (found["status"] == "trashed"):
        raise not_found("Attachment")
    if purge:
        del wiki_of(request).attachments[found["id"]]
    found["status"] = "trashed"
    return Response(status_code=204)


async def redirect(request: Request) -> Response:
    """GET /rest/api/content/{id}/child/attachment/{attachment}/download."""
    page, found = page_of(request), file_of(request)
    if found["pageId"] != page["id"]:
        raise not_found("Attachment")
    token = found["sandbox_token"]
    return RedirectResponse(f"{base_url(request)}/media/file/{found['fileId']}/binary?token={token}", 302)


async def send(request: Request) -> Response:
    """GET /media/file/{id}/binary: the store of files, which knows the token of the address, and no accounts."""
    files = state_of(request)[Wiki].attachments.values()
    found = next((one for one in files if one["fileId"] == request.path_params["id"]), None)
    if found is None or not secrets.compare_digest(found["sandbox_token"], request.query_params.get("token", "")):
        raise Refused(403, "FORBIDDEN", "The token does not open this file")
    if "authorization" in request.headers:
        raise Refused(400, "BAD_REQUEST", "Only one way to log in is allowed")
    return Response(found["sandbox_data"], media_type=found["mediaType"])


async def upload(request: Request) -> Response:
    """PUT /rest/api/content/{id}/child/attachment: new, or the next version of the file of that name."""
    page, wiki = page_of(request), wiki_of(request)
    if request.headers.get("x-atlassian-token", "") not in ("nocheck", "no-check"):
        raise Refused(403, "FORBIDDEN", "XSRF check failed")
    fields = dict(forms.parse(request.headers.get("content-type", ""), await request.body()))
    file = fields.get("file")
    if not isinstance(file, forms.File) or not file.name:
        raise invalid("At least one file must be given")
    saved = wiki.add_file(page, file.name, file.content_type, file.data)
    saved["comment"] = str(fields.get("comment", ""))
    shown_v1 = {"id": saved["id"], "type": "attachment", "status": "current", "title": saved["title"]}
    return JSONResponse({"results": [shown_v1], "start": 0, "limit": 1, "size": 1, "_links": {}})

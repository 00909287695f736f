"""Confluence Cloud, REST v2 and (for searches, labels and files) v1, as of 2026-11-22.

https://developer.atlassian.com/cloud/confluence/rest/v2/intro/, https://developer.atlassian.com/cloud/confluence/rest/v1/intro/
"""

import base64
import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

HOOK = "secret-hook-789"
TOKEN = "secret-token-123"
LOGIN = base64.b64encode(f"ann@example.com:{TOKEN}".encode()).decode()
WEBHOOKS = "https://confluence.atlassian.com/doc/managing-webhooks-1021225606.html"
V2 = "https://developer.atlassian.com/cloud/confluence/rest/v2"
TEXT = "<p>Refunds take <strong>five</strong> days.</p>"
BODY = {"representation": "storage", "value": TEXT}
VERSION = {
    "number": 3,
    "message": "",
    "minorEdit": False,
    "authorId": "557058:1",
    "createdAt": "2026-01-02T03:04:05.000Z",
}
PAGE = {
    "id": "98311",
    "status": "current",
    "title": "Refunds",
    "spaceId": "65538",
    "parentId": "65641",
    "parentType": "page",
    "authorId": "557058:1",
    "createdAt": "2026-01-01T03:04:05.000Z",
    "version": VERSION,
    "body": {"storage": BODY},
    "_links": {"webui": "/spaces/DOCS/pages/98311/Refunds", "base": "https://acme.atlassian.net/wiki"},
}
LISTED = {**PAGE, "body": {}, "_links": {"webui": "/spaces/DOCS/pages/98311/Refunds"}}
SPACE = {"id": "65538", "key": "DOCS", "name": "Docs", "type": "global", "status": "current", "homepageId": "65641"}
COMMENT = {"id": "131073", "status": "current", "title": "Re: Refunds", "pageId": "98311", "version": VERSION}
COMMENT_ON_FILE = {"id": "131074", "status": "current", "title": "Re: plan.pdf", "attachmentId": "att229377"}
ATTACHMENT = {
    "id": "att229377",
    "status": "current",
    "title": "plan.pdf",
    "createdAt": "2026-01-02T03:04:05.000Z",
    "pageId": "98311",
    "mediaType": "application/pdf",
    "comment": "",
    "fileId": "5f0c",
    "fileSize": 9,
    "downloadLink": "/download/attachments/98311/plan.pdf?version=1",
    "version": {**VERSION, "number": 1},
}
PROPERTY = {"id": "163841", "key": "tieline.summary", "value": {"text": "Old."}, "version": VERSION}
FILE = str(Path(tempfile.gettempdir()) / "tieline-contract-plan.pdf")


def listed(*items: dict[str, Any], following: str = "") -> dict[str, Any]:
    """One page of a list."""
    return {
        "results": list(items),
        "_links": {"base": "https://acme.atlassian.net/wiki"} | ({"next": following} if following else {}),
    }


def event(name: str, **what: Any) -> Event:
    """A delivery of Data Center's webhooks, which are the only signed ones."""
    return Event({"timestamp": 1_795_323_600_000, "event": name, "userKey": "ff80", **what}, docs=WEBHOOKS)


def sign(raw: bytes, _now: float) -> dict[str, str]:
    """https://confluence.atlassian.com/doc/managing-webhooks-1021225606.html, "Securing the webhook"."""
    return {"X-Hub-Signature": f"sha256={hmac.new(HOOK.encode(), raw, hashlib.sha256).hexdigest()}"}


contract = Contract(
    base="https://acme.atlassian.net/wiki",
    checked_with="Atlassian's OpenAPI descriptions of REST v1 (2021-11-23) and v2 (2025-02-04)",
    credentials={"site": "acme", "email": "ann@example.com", "api_token": TOKEN, "webhook_secret": HOOK},
    health=Exchange(
        "GET /rest/api/user/current",
        sends={"authorization": f"Basic {LOGIN}"},
        response={"type": "known", "accountId": "557058:1", "displayName": "Ann", "email": "ann@example.com"},
    ),
    sign=sign,
    logins={
        "another address": (
            {"url": "https://acme.atlassian.net", "email": "ann@example.com", "api_token": TOKEN},
            {"authorization": f"Basic {LOGIN}"},
        )
    },
    actions={
        "get_page": Case(
            {"page_id": "98311"},
            (Exchange("GET /api/v2/pages/98311", query={"body-format": "storage"}, response=PAGE),),
            {"id": "98311", "title": "Refunds", "space_id": "65538", "version": {"number": 3}},
        ),
        "list_spaces": Case(
            {"limit": 2},
            (
                Exchange(
                    "GET /api/v2/spaces",
                    query={"limit": "2"},
                    response=listed(SPACE, following="/wiki/api/v2/spaces?limit=2&cursor=eyJpZCI%3D"),
                ),
                Exchange(
                    "GET /api/v2/spaces",
                    query={"limit": "2", "cursor": "eyJpZCI="},
                    response=listed({**SPACE, "id": "65539", "key": "HR"}),
                ),
            ),
            [{"key": "DOCS", "homepage_id": "65641"}, {"key": "HR"}],
        ),
        "find_space": Case(
            {"key": "DOCS"},
            (Exchange("GET /api/v2/spaces", query={"keys": "DOCS", "limit": "1"}, response=listed(SPACE)),),
            {"id": "65538", "name": "Docs"},
        ),
        "find_space: none": Case(
            {"key": "NONE"},
            (Exchange("GET /api/v2/spaces", query={"keys": "NONE", "limit": "1"}, response=listed()),),
            None,
        ),
        "list_pages": Case(
            {"space_id": "65538"},
            (
                Exchange(
                    "GET /api/v2/spaces/65538/pages",
                    query={"sort": "-modified-date", "limit": "100"},
                    response=listed(LISTED),
                ),
            ),
            [{"id": "98311", "version": {"number": 3}}],
        ),
        "list_pages: by title, with texts": Case(
            {"space_id": "65538", "title": "Refunds", "text": True, "sort": "title", "limit": 1},
            (
                Exchange(
                    "GET /api/v2/spaces/65538/pages",
                    query={"title": "Refunds", "sort": "title", "body-format": "storage", "limit": "1"},
                    response=listed(PAGE),
                ),
            ),
            [{"body": {"storage": {"value": TEXT}}}],
        ),
        "search": Case(
            {"cql": "type = page AND space = DOCS", "limit": 2},
            (
                Exchange(
                    "GET /rest/api/search",
                    query={"cql": "type = page AND space = DOCS", "limit": "2", "excerpt": "none"},
                    response={
                        "results": [
                            {
                                "content": {"id": "98311", "type": "page", "status": "current", "title": "Refunds"},
                                "title": "Refunds",
                                "excerpt": "",
                                "url": "/spaces/DOCS/pages/98311/Refunds",
                                "entityType": "content",
                                "lastModified": "2026-01-02T03:04:05.000Z",
                            }
                        ],
                        "start": 0,
                        "limit": 2,
                        "size": 1,
                        "_links": {
                            "base": "https://acme.atlassian.net/wiki",
                            "next": "/rest/api/search?next=true&cursor=raNDoM&limit=2&cql=type+%3D+page",
                        },
                    },
                ),
                Exchange(
                    "GET /rest/api/search",
                    query={
                        "cql": "type = page AND space = DOCS",
                        "limit": "2",
                        "excerpt": "none",
                        "cursor": "raNDoM",
                    },
                    response={"results": [{"title": "Docs", "url": "/spaces/DOCS", "excerpt": ""}], "_links": {}},
                ),
            ),
            [{"content": {"id": "98311", "type": "page"}}, {"title": "Docs", "content": None}],
        ),
        "create_page": Case(
            {"space_id": "65538", "title": "Refunds", "markdown": "Refunds take **five** days.", "parent_id": "65641"},
            (
                Exchange(
                    "POST /api/v2/pages",
                    json={
                        "spaceId": "65538",
                        "status": "current",
                        "title": "Refunds",
                        "parentId": "65641",
                        "body": BODY,
                    },
                    response=PAGE,
                ),
            ),
            {"id": "98311"},
        ),
        "update_page": Case(
            {"page_id": "98311", "version": 3, "title": "Refunds", "storage": TEXT, "message": "Clearer"},
            (
                Exchange(
                    "PUT /api/v2/pages/98311",
                    json={
                        "id": "98311",
                        "status": "current",
                        "title": "Refunds",
                        "body": BODY,
                        "version": {"number": 4, "message": "Clearer"},
                    },
                    response={**PAGE, "version": {**VERSION, "number": 4}},
                ),
            ),
            {"version": {"number": 4}},
        ),
        "add_labels": Case(
            {"content_id": "98311", "labels": ["refund", "policy"]},
            (
                Exchange(
                    "POST /rest/api/content/98311/label",
                    json=[{"prefix": "global", "name": "refund"}, {"prefix": "global", "name": "policy"}],
                    response={
                        "results": [
                            {"prefix": "global", "name": "refund", "id": "1", "label": "refund"},
                            {"prefix": "global", "name": "policy", "id": "2", "label": "policy"},
                        ],
                        "start": 0,
                        "limit": 200,
                        "size": 2,
                    },
                ),
            ),
            [{"name": "refund"}, {"name": "policy"}],
        ),
        "list_comments": Case(
            {"content_id": "98311"},
            (
                Exchange(
                    "GET /api/v2/pages/98311/footer-comments",
                    query={"body-format": "storage", "sort": "created-date", "limit": "100"},
                    response=listed({**COMMENT, "body": {"storage": BODY}}),
                ),
            ),
            [{"id": "131073", "body": {"storage": {"value": TEXT}}}],
        ),
        "add_comment": Case(
            {"content_id": "98311", "markdown": "Refunds take **five** days."},
            (
                Exchange(
                    "POST /api/v2/footer-comments",
                    json={"pageId": "98311", "body": BODY},
                    response=COMMENT,
                    status=201,
                ),
            ),
            {"id": "131073", "page_id": "98311"},
        ),
        "add_comment: on a file": Case(
            {"content_id": "att229377", "storage": TEXT},
            (
                Exchange(
                    "POST /api/v2/footer-comments",
                    json={"attachmentId": "att229377", "body": BODY},
                    response=COMMENT_ON_FILE,
                    status=201,
                ),
            ),
            {"id": "131074", "attachment_id": "att229377"},
        ),
        "list_comments: on a file": Case(
            {"content_id": "att229377"},
            (
                Exchange(
                    "GET /api/v2/attachments/att229377/footer-comments",
                    query={"body-format": "storage", "sort": "created-date", "limit": "100"},
                    response=listed(COMMENT_ON_FILE),
                ),
            ),
            [{"id": "131074"}],
        ),
        "list_labels": Case(
            {"content_id": "98311"},
            (
                Exchange(
                    "GET /api/v2/pages/98311/labels",
                    query={"limit": "250"},
                    response=listed({"id": "1", "name": "refund", "prefix": "global"}),
                ),
            ),
            [{"id": "1", "name": "refund", "prefix": "global"}],
        ),
        "list_labels: of a file": Case(
            {"content_id": "att229377"},
            (Exchange("GET /api/v2/attachments/229377/labels", query={"limit": "250"}, response=listed()),),
            [],
        ),
        "add_labels: to a file": Case(
            {"content_id": "att229377", "labels": ["refund"]},
            (
                Exchange(
                    "POST /rest/api/content/att229377/label",
                    json=[{"prefix": "global", "name": "refund"}],
                    response={"results": [{"prefix": "global", "name": "refund", "id": "1", "label": "refund"}]},
                ),
            ),
            [{"name": "refund"}],
        ),
        "remove_label": Case(
            {"content_id": "98311", "label": "refund/old"},
            (Exchange("DELETE /rest/api/content/98311/label", query={"name": "refund/old"}, status=204),),
            None,
        ),
        "find_property": Case(
            {"content_id": "98311", "key": "tieline.summary"},
            (
                Exchange(
                    "GET /api/v2/pages/98311/properties",
                    query={"key": "tieline.summary", "limit": "1"},
                    response=listed(PROPERTY),
                ),
            ),
            {"value": {"text": "Old."}},
        ),
        "upsert_property: of a file": Case(
            {"content_id": "att229377", "key": "tieline.summary", "value": {"text": "New."}},
            (
                Exchange(
                    "GET /api/v2/attachments/att229377/properties",
                    query={"key": "tieline.summary", "limit": "1"},
                    response=listed(),
                ),
                Exchange(
                    "POST /api/v2/attachments/att229377/properties",
                    json={"key": "tieline.summary", "value": {"text": "New."}},
                    response={**PROPERTY, "value": {"text": "New."}, "version": {**VERSION, "number": 1}},
                ),
            ),
            {"version": {"number": 1}},
        ),
        "upsert_property": Case(
            {"content_id": "98311", "key": "tieline.summary", "value": {"text": "New."}},
            (
                Exchange(
                    "GET /api/v2/pages/98311/properties",
                    query={"key": "tieline.summary", "limit": "1"},
                    response=listed(PROPERTY),
                ),
                Exchange(
                    "PUT /api/v2/pages/98311/properties/163841",
                    json={"key": "tieline.summary", "value": {"text": "New."}, "version": {"number": 4}},
                    response={**PROPERTY, "value": {"text": "New."}, "version": {**VERSION, "number": 4}},
                ),
            ),
            {"value": {"text": "New."}, "version": {"number": 4}},
        ),
        "upsert_property: there is none": Case(
            {"content_id": "98311", "key": "tieline.summary", "value": {"text": "New."}},
            (
                Exchange(
                    "GET /api/v2/pages/98311/properties",
                    query={"key": "tieline.summary", "limit": "1"},
                    response=listed(),
                ),
                Exchange(
                    "POST /api/v2/pages/98311/properties",
                    json={"key": "tieline.summary", "value": {"text": "New."}},
                    response={**PROPERTY, "value": {"text": "New."}, "version": {**VERSION, "number": 1}},
                ),
            ),
            {"version": {"number": 1}},
        ),
        "upsert_property: it is the same": Case(
            {"content_id": "98311", "key": "tieline.summary", "value": {"text": "Old."}},
            (
                Exchange(
                    "GET /api/v2/pages/98311/properties",
                    query={"key": "tieline.summary", "limit": "1"},
                    response=listed(PROPERTY),
                ),
            ),
            {"version": {"number": 3}},
        ),
        "list_attachments": Case(
            {"page_id": "98311", "filename": "plan.pdf"},
            (
                Exchange(
                    "GET /api/v2/pages/98311/attachments",
                    query={"filename": "plan.pdf", "limit": "100"},
                    response=listed(ATTACHMENT),
                ),
            ),
            [{"id": "att229377", "media_type": "application/pdf", "file_size": 9}],
        ),
        "get_attachment": Case(
            {"attachment_id": "att229377"},
            (Exchange("GET /api/v2/attachments/att229377", response=ATTACHMENT),),
            {"title": "plan.pdf", "page_id": "98311", "version": {"number": 1}},
        ),
        "delete_attachment": Case(
            {"attachment_id": "att229377"},
            (Exchange("DELETE /api/v2/attachments/229377", status=204),),
            None,
        ),
        "download_attachment": Case(
            {"attachment_id": "att229377", "file": FILE},
            (
                Exchange("GET /api/v2/attachments/att229377", response=ATTACHMENT),
                Exchange(
                    "GET /rest/api/content/98311/child/attachment/att229377/download",
                    status=302,
                    headers={"location": "https://api.media.atlassian.com/file/5f0c/binary?token=eyJ0"},
                ),
                Exchange(
                    "GET https://api.media.atlassian.com/file/5f0c/binary",
                    query={"token": "eyJ0"},
                    sends={"authorization": None},
                    response=b"%PDF-1.7\n",
                ),
            ),
            FILE,
            docs="https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---attachments/ "
            "(the bytes come from the address that it redirects to)",
        ),
        "upload_attachment": Case(
            {"page_id": "98311", "file": b"%PDF-1.7\n", "filename": "plan.pdf", "media_type": "application/pdf"},
            (
                Exchange(
                    "PUT /rest/api/content/98311/child/attachment",
                    parts={"minorEdit": "true", "file": ("plan.pdf", "application/pdf", b"%PDF-1.7\n")},
                    sends={"x-atlassian-token": "nocheck"},
                    response={
                        "results": [
                            {"id": "att229377", "type": "attachment", "status": "current", "title": "plan.pdf"}
                        ],
                        "size": 1,
                    },
                ),
            ),
            {"id": "att229377", "title": "plan.pdf"},
        ),
    },
    events={
        "page_created": event(
            "page_created",
            page={"id": 98311, "title": "Refunds", "spaceKey": "DOCS", "self": "https://wiki.acme.test/x/98311"},
        ),
        "page_updated": event("page_updated", page={"id": 98311, "title": "Refunds", "version": 4}),
        "comment_created": event(
            "comment_created",
            comment={"id": 131073, "parent": {"id": 98311, "title": "Refunds", "contentType": "page"}},
        ),
    },
)

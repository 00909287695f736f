"""Jira Cloud, as of https://developer.atlassian.com/cloud/jira/platform/rest/v3/ on 2026-11-22."""

import base64
import hashlib
import hmac
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

BASE = "https://acme.atlassian.net/rest/api/3"
HOOKS = "https://developer.atlassian.com/cloud/jira/platform/webhooks/"
HOOK = "secret-hook-789"
ADMIN = "https://acme.atlassian.net/rest/webhooks/1.0/webhook"
HERE = "https://hooks.acme.test/hooks/jira/main"
SITE_HOOK = {
    "self": f"{ADMIN}/72",
    "name": "Tieline main",
    "url": HERE,
    "events": ["jira:issue_created"],
    "filters": {"issue-related-events-section": "project = ED"},
    "excludeBody": False,
    "enabled": True,
}
APP_HOOK = {
    "id": 10000,
    "url": HERE,
    "events": ["jira:issue_updated", "jira:issue_created"],
    "jqlFilter": "project = PRJ",
    "expirationDate": "2019-06-01T12:42:30.000+0000",
}
PLACE = str(Path(tempfile.gettempdir()) / "tieline-contract-picture.jpg")
MOMENT = "2026-01-02T03:04:05.000+0000"
USUAL = "summary,description,status,issuetype,priority,project,labels,assignee,reporter,created,updated"

MIA = {
    "self": f"{BASE}/user?accountId=5b10a2844c20165700ede21g",
    "accountId": "5b10a2844c20165700ede21g",
    "displayName": "Mia Krystof",
    "emailAddress": "mia@example.com",
    "active": True,
}


def doc(*content: dict[str, Any]) -> dict[str, Any]:
    """A document."""
    return {"type": "doc", "version": 1, "content": list(content)}


def words(*pieces: dict[str, Any] | str) -> dict[str, Any]:
    """A paragraph."""
    made = [{"type": "text", "text": piece} if isinstance(piece, str) else piece for piece in pieces]
    return {"type": "paragraph", "content": made}


ISSUE: dict[str, Any] = {
    "id": "10002",
    "key": "ED-1",
    "self": f"{BASE}/issue/10002",
    "fields": {
        "summary": "Main order flow broken",
        "description": doc(
            words("Order entry fails when ", {"type": "text", "text": "selecting", "marks": [{"type": "em"}]})
        ),
        "status": {"id": "10000", "name": "To Do"},
        "issuetype": {"id": "10001", "name": "Bug"},
        "priority": {"id": "2", "name": "High"},
        "project": {"id": "10000", "key": "ED", "name": "Example"},
        "labels": ["bugfix"],
        "assignee": None,
        "reporter": MIA,
        "created": MOMENT,
        "updated": MOMENT,
    },
}
SEEN = {
    "key": "ED-1",
    "summary": "Main order flow broken",
    "description": "Order entry fails when *selecting*",
    "status": "To Do",
    "issuetype": "Bug",
    "priority": "High",
    "labels": ["bugfix"],
    "assignee": None,
    "reporter": {"displayName": "Mia Krystof"},
    "created": "2026-01-02T03:04:05Z",
}
COMMENT = {
    "id": "10000",
    "self": f"{BASE}/issue/10002/comment/10000",
    "author": MIA,
    "body": doc(words("Fixed in ", {"type": "text", "text": "main", "marks": [{"type": "code"}]}, ".")),
    "created": MOMENT,
    "updated": MOMENT,
}

FILE = {
    "id": "10001",
    "filename": "picture.jpg",
    "size": 23123,
    "mimeType": "image/jpeg",
    "author": MIA,
    "created": MOMENT,
    "content": f"{BASE}/attachment/content/10001",
}


def step(number: str, name: str, status: str) -> dict[str, Any]:
    """A transition."""
    return {"id": number, "name": name, "isAvailable": True, "to": {"id": f"1{number}", "name": status}}


STEPS = {"transitions": [step("2", "Close issue", "Done"), step("711", "Start", "In progress")]}


def sign(raw: bytes, _now: float) -> dict[str, str]:
    """https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks."""
    return {"X-Hub-Signature": "sha256=" + hmac.new(HOOK.encode(), raw, hashlib.sha256).hexdigest()}


def event(kind: str, **more: Any) -> Event:
    """A delivery."""
    told = {**ISSUE, "fields": {**ISSUE["fields"], "description": "Order entry fails when _selecting_"}}
    payload = {"timestamp": 1_767_322_800_000, "webhookEvent": kind, "issue": told, **more}
    return Event(payload, headers={"X-Atlassian-Webhook-Identifier": f"id-{kind}"}, docs=HOOKS)


contract = Contract(
    base=BASE,
    checked_with="Jira Cloud's OpenAPI description, as of 2025-12-25",
    credentials={
        "site": "acme",
        "email": "bo@acme.test",
        "api_token": "secret-token-123",
        "webhook_secret": HOOK,
    },
    health=Exchange("GET /myself", response=MIA),
    sign=sign,
    logins={
        "API token": (
            {"site": "https://acme.atlassian.net/jira/", "email": "bo@acme.test", "api_token": "abc"},
            {"authorization": "Basic " + base64.b64encode(b"bo@acme.test:abc").decode()},
        ),
    },
    own_words=("set", "transition", "renew"),
    actions={
        "get_issue": Case(
            {"issue_key": "ED-1"},
            (Exchange("GET /issue/ED-1", query={"fields": USUAL}, response=ISSUE),),
            SEEN,
        ),
        "get_issue: other fields, and a property": Case(
            {"issue_key": "ED-1", "fields": ["summary", "customfield_10010"], "properties": ["tieline"]},
            (
                Exchange(
                    "GET /issue/ED-1",
                    query={"fields": "summary,customfield_10010", "properties": "tieline"},
                    response={
                        "id": "10002",
                        "key": "ED-1",
                        "fields": {"summary": "Broken", "customfield_10010": 7},
                        "properties": {"tieline": {"digest": "ab"}},
                    },
                ),
            ),
            {
                "summary": "Broken",
                "status": None,
                "fields": {"customfield_10010": 7},
                "properties": {"tieline": {"digest": "ab"}},
            },
        ),
        "search_issues": Case(
            {"jql": "project = ED", "limit": 3},
            (
                Exchange(
                    "GET /search/jql",
                    query={"jql": "project = ED", "fields": USUAL, "maxResults": "3"},
                    response={
                        "issues": [ISSUE, {**ISSUE, "key": "ED-2"}],
                        "nextPageToken": "CAEaAggD",
                        "isLast": False,
                    },
                ),
                Exchange(
                    "GET /search/jql",
                    query={"jql": "project = ED", "fields": USUAL, "maxResults": "3", "nextPageToken": "CAEaAggD"},
                    response={"issues": [{**ISSUE, "key": "ED-3"}], "isLast": True},
                ),
            ),
            [SEEN, {"key": "ED-2"}, {"key": "ED-3"}],
        ),
        "create_issue": Case(
            {"project_key": "ED", "issue_type": "Bug", "summary": "Broken", "description": "It is **down**."},
            (
                Exchange(
                    "POST /issue",
                    json={
                        "fields": {
                            "project": {"key": "ED"},
                            "issuetype": {"name": "Bug"},
                            "summary": "Broken",
                            "description": doc(
                                words("It is ", {"type": "text", "text": "down", "marks": [{"type": "strong"}]}, ".")
                            ),
                        }
                    },
                    response={"id": "10000", "key": "ED-24", "self": f"{BASE}/issue/10000"},
                    status=201,
                ),
            ),
            {"id": "10000", "key": "ED-24"},
        ),
        "create_issue: with everything": Case(
            {
                "project_key": "ED",
                "issue_type": "Sub-task",
                "summary": "Broken",
                "priority": "High",
                "labels": ["fire"],
                "assignee_id": "5b10",
                "parent_key": "ED-1",
                "fields": {"duedate": "2026-12-01"},
            },
            (
                Exchange(
                    "POST /issue",
                    json={
                        "fields": {
                            "project": {"key": "ED"},
                            "issuetype": {"name": "Sub-task"},
                            "summary": "Broken",
                            "priority": {"name": "High"},
                            "labels": ["fire"],
                            "assignee": {"accountId": "5b10"},
                            "parent": {"key": "ED-1"},
                            "duedate": "2026-12-01",
                        }
                    },
                    response={"id": "10000", "key": "ED-24", "self": f"{BASE}/issue/10000"},
                    status=201,
                ),
            ),
            {"key": "ED-24"},
        ),
        "update_issue": Case(
            {"issue_key": "ED-1", "summary": "Broken", "add_labels": ["vip"], "fields": {"customfield_10010": 1}},
            (
                Exchange(
                    "PUT /issue/ED-1",
                    query={"returnIssue": "true"},
                    json={
                        "fields": {"summary": "Broken", "customfield_10010": 1},
                        "update": {"labels": [{"add": "vip"}]},
                    },
                    response=ISSUE,
                ),
            ),
            SEEN,
        ),
        "delete_issue": Case({"issue_key": "OPS-7"}, (Exchange("DELETE /issue/OPS-7", status=204),)),
        "transition_issue": Case(
            {"issue_key": "ED-1", "to": "done", "comment": "Over.", "fields": {"resolution": {"name": "Done"}}},
            (
                Exchange("GET /issue/ED-1/transitions", response=STEPS),
                Exchange(
                    "POST /issue/ED-1/transitions",
                    json={
                        "transition": {"id": "2"},
                        "fields": {"resolution": {"name": "Done"}},
                        "update": {"comment": [{"add": {"body": doc(words("Over."))}}]},
                    },
                    status=204,
                ),
            ),
            {"id": "2", "name": "Close issue", "to": {"name": "Done"}},
        ),
        "transition_issue: by the name of the step": Case(
            {"issue_key": "ED-1", "to": "Start"},
            (
                Exchange("GET /issue/ED-1/transitions", response=STEPS),
                Exchange("POST /issue/ED-1/transitions", json={"transition": {"id": "711"}}, status=204),
            ),
            {"id": "711"},
        ),
        "add_comment": Case(
            {"issue_key": "ED-1", "body": "Fixed in `main`."},
            (Exchange("POST /issue/ED-1/comment", json={"body": COMMENT["body"]}, response=COMMENT, status=201),),
            {"id": "10000", "body": "Fixed in `main`.", "author": {"displayName": "Mia Krystof"}},
        ),
        "add_comment: an internal one": Case(
            {"issue_key": "ED-1", "body": "Fixed in `main`.", "internal": True},
            (
                Exchange(
                    "POST /issue/ED-1/comment",
                    json={
                        "body": COMMENT["body"],
                        "properties": [{"key": "sd.public.comment", "value": {"internal": True}}],
                    },
                    response={**COMMENT, "jsdPublic": False},
                    status=201,
                ),
            ),
            {"id": "10000", "jsdPublic": False},
        ),
        "update_comment": Case(
            {"issue_key": "ED-1", "comment_id": "10000", "body": "Fixed in `main`."},
            (
                Exchange(
                    "PUT /issue/ED-1/comment/10000",
                    query={"notifyUsers": "false"},
                    json={"body": COMMENT["body"]},
                    response=COMMENT,
                ),
            ),
            {"id": "10000", "body": "Fixed in `main`."},
        ),
        "list_comments": Case(
            {"issue_key": "ED-1", "limit": 3},
            (
                Exchange(
                    "GET /issue/ED-1/comment",
                    query={"orderBy": "created", "maxResults": "3"},
                    response={"comments": [COMMENT], "startAt": 0, "maxResults": 3, "total": 1},
                ),
            ),
            [{"id": "10000", "body": "Fixed in `main`."}],
        ),
        "list_comments: more than a page": Case(
            {"issue_key": "ED-1", "limit": 101},
            (
                Exchange(
                    "GET /issue/ED-1/comment",
                    query={"orderBy": "created", "maxResults": "100"},
                    response={"comments": [COMMENT] * 100, "startAt": 0, "maxResults": 100, "total": 101},
                ),
                Exchange(
                    "GET /issue/ED-1/comment",
                    query={"orderBy": "created", "maxResults": "100", "startAt": "100"},
                    response={"comments": [COMMENT], "startAt": 100, "maxResults": 100, "total": 101},
                ),
            ),
            [{"id": "10000"}] * 101,
        ),
        "list_attachments": Case(
            {"issue_key": "ED-1"},
            (
                Exchange(
                    "GET /issue/ED-1",
                    query={"fields": "attachment"},
                    response={"id": "10002", "key": "ED-1", "fields": {"attachment": [FILE]}},
                ),
            ),
            [{"id": "10001", "filename": "picture.jpg", "size": 23123}],
        ),
        "upload_attachment": Case(
            {"issue_key": "ED-1", "file": b"%PDF-", "filename": "manual.pdf"},
            (
                Exchange(
                    "POST /issue/ED-1/attachments",
                    parts={"file": ("manual.pdf", "application/pdf", b"%PDF-")},
                    sends={"X-Atlassian-Token": "no-check"},
                    response=[FILE],
                ),
            ),
            {"id": "10001"},
        ),
        "download_attachment": Case(
            {"attachment_id": "10001", "file": PLACE},
            (
                Exchange("GET /attachment/10001", response={**FILE, "id": 10001}),
                Exchange("GET /attachment/content/10001", query={"redirect": "false"}, response=b"JFIF"),
            ),
            PLACE,
        ),
        "set_property": Case(
            {"issue_key": "ED-1", "property_key": "tieline.summary", "value": {"digest": "ab", "text": None}},
            (Exchange("PUT /issue/ED-1/properties/tieline.summary", json={"digest": "ab", "text": None}, status=201),),
            None,
        ),
        "get_current_user": Case({}, (Exchange("GET /myself", response=MIA),), {"accountId": MIA["accountId"]}),
        "list_projects": Case(
            {"limit": 2},
            (
                Exchange(
                    "GET /project/search",
                    query={"orderBy": "key", "maxResults": "2"},
                    response={
                        "values": [{"id": "10000", "key": "ED", "name": "Example"}, {"id": "10001", "key": "OPS"}],
                        "isLast": True,
                    },
                ),
            ),
            [{"key": "ED", "name": "Example"}, {"key": "OPS"}],
        ),
        "list_webhooks": Case(
            {}, (Exchange(f"GET {ADMIN}", response=[SITE_HOOK]),), [{"name": "Tieline main", "url": HERE}], docs=HOOKS
        ),
        "create_webhook": Case(
            {"name": "Tieline main", "url": HERE, "events": ["jira:issue_created"], "jql": "project = ED"},
            (
                Exchange(
                    f"POST {ADMIN}",
                    json={
                        "name": "Tieline main",
                        "url": HERE,
                        "events": ["jira:issue_created"],
                        "filters": {"issue-related-events-section": "project = ED"},
                        "excludeBody": False,
                        "secret": HOOK,
                    },
                    response=SITE_HOOK,
                    status=201,
                ),
            ),
            {"self_": f"{ADMIN}/72", "enabled": True},
            docs=f"{HOOKS}: this API is in no machine-readable description, and the page does not show `secret` in an "
            "example; it was not tried at a real site.",
        ),
        "list_app_webhooks": Case(
            {},
            (Exchange("GET /webhook", query={"maxResults": "100"}, response={"values": [APP_HOOK], "isLast": True}),),
            [{"id": 10000, "jql_filter": "project = PRJ", "expiration_date": "2019-06-01T12:42:30Z"}],
        ),
        "create_app_webhook": Case(
            {"url": HERE, "events": ["jira:issue_created"], "jql": "project = PROJ"},
            (
                Exchange(
                    "POST /webhook",
                    json={"url": HERE, "webhooks": [{"events": ["jira:issue_created"], "jqlFilter": "project = PROJ"}]},
                    response={"webhookRegistrationResult": [{"createdWebhookId": 1000}]},
                ),
            ),
            1000,
        ),
        "renew_app_webhook": Case(
            {"webhook_id": 10000},
            (
                Exchange(
                    "PUT /webhook/refresh",
                    json={"webhookIds": [10000]},
                    response={"expirationDate": "2019-06-01T12:42:30.000+0000"},
                ),
            ),
            "2019-06-01T12:42:30Z",
        ),
        "delete_app_webhook": Case(
            {"webhook_id": 10000},
            (Exchange("DELETE /webhook", json={"webhookIds": [10000]}, status=202),),
        ),
        "delete_webhook": Case({"webhook_id": "72"}, (Exchange(f"DELETE {ADMIN}/72", status=204),), docs=HOOKS),
    },
    events={
        "issue_created": event("jira:issue_created", user=MIA),
        "issue_updated": event(
            "jira:issue_updated",
            user=MIA,
            changelog={"id": "10124", "items": [{"field": "summary", "fromString": "Old", "toString": "New"}]},
        ),
        "comment_created": event("comment_created", comment={**COMMENT, "body": "Fixed in {{main}}."}),
    },
)

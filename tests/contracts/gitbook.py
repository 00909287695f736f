"""GitBook, as of https://gitbook.com/docs/developers/gitbook-api on 2026-11-22."""

import hashlib
import hmac
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

HOOK = "secret_webhook_789"
WEBHOOKS = "https://gitbook.com/docs/developers/integrations/guides/webhook"
ORG, SPACE, PAGE, REQUEST = "org1", "space1", "page1", "cr1"
IN = {"space_id": SPACE}
IN_REQUEST = {"space_id": SPACE, "change_request_id": REQUEST}
REQUESTS = f"/spaces/{SPACE}/change-requests"
NOW = "2026-11-17T15:08:20.000Z"
MARKDOWN = {"format": "markdown"}
PAGE_OBJECT: dict[str, Any] = {
    "id": PAGE,
    "title": "Start",
    "kind": "sheet",
    "type": "document",
    "slug": "start",
    "path": "guides/start",
    "updatedAt": NOW,
    "urls": {"app": "https://app.gitbook.com/s/space1/guides/start"},
    "pages": [],
}
GROUP = {"id": "group1", "title": "Guides", "type": "group", "slug": "guides", "path": "guides", "pages": [PAGE_OBJECT]}
SPACE_OBJECT = {
    "object": "space",
    "id": SPACE,
    "title": "Docs",
    "organization": ORG,
    "urls": {},
}
CHANGE_REQUEST: dict[str, Any] = {
    "object": "change-request",
    "id": REQUEST,
    "number": 7,
    "status": "draft",
    "subject": "New client",
    "space": SPACE,
    "revision": "rev2",
    "revisionInitial": "rev1",
    "comments": 0,
    "outdated": False,
    "createdAt": NOW,
    "updatedAt": NOW,
    "urls": {"app": "https://app.gitbook.com/o/org1/s/space1/~/changes/7"},
}
FOUND = {"id": PAGE, "title": "Start", "description": "", "path": "guides/start", "score": 3.5, "rank": 1, "urls": {}}


def listed(*items: dict[str, Any], following: str = "") -> dict[str, Any]:
    """A page of a list."""
    return {"items": list(items), **({"next": {"page": following}} if following else {})}


def sign(raw: bytes, now: float) -> dict[str, str]:
    """https://gitbook.com/docs/developers/integrations/guides/webhook#hmac-signature-verification."""
    stamp = str(int(now))
    signature = hmac.new(HOOK.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
    return {"X-GitBook-Signature": f"t={stamp},v1={signature}"}


VISITOR = {"anonymousId": "anon_789ghi", "userAgent": "Mozilla/5.0", "ip": "192.168.1.100", "cookies": {}}

contract = Contract(
    base="https://api.gitbook.com/v1",
    checked_with="GitBook's OpenAPI description, as its client 0.202.0 carries it",
    credentials={"token": "gb_api_secret_123", "webhook_secret": HOOK},
    health=Exchange("GET /user", response={"object": "user", "id": "u1", "displayName": "Ann", "email": "a@acme.com"}),
    sign=sign,
    logins={"personal access token": ({"token": "gb_api_x"}, {"authorization": "Bearer gb_api_x"})},
    own_words=("import", "merge", "sync"),
    actions={
        "list_organizations": Case(
            {},
            (Exchange("GET /orgs", query={"limit": "100"}, response=listed({"id": ORG, "title": "Acme"})),),
            [{"id": ORG, "title": "Acme"}],
        ),
        "list_spaces": Case(
            {"organization_id": ORG},
            (
                Exchange(
                    f"GET /orgs/{ORG}/spaces", query={"limit": "100"}, response=listed(SPACE_OBJECT, following="2")
                ),
                Exchange(f"GET /orgs/{ORG}/spaces", query={"limit": "100", "page": "2"}, response=listed()),
            ),
            [{"id": SPACE, "title": "Docs"}],
        ),
        "get_space": Case(IN, (Exchange(f"GET /spaces/{SPACE}", response=SPACE_OBJECT),), {"organization": ORG}),
        "search": Case(
            {**IN, "query": "client", "limit": 5},
            (Exchange(f"GET /spaces/{SPACE}/search", query={"query": "client", "limit": "5"}, response=listed(FOUND)),),
            [{"id": PAGE, "path": "guides/start"}],
        ),
        "search_organization": Case(
            {"organization_id": ORG, "query": "client"},
            (
                Exchange(
                    f"GET /orgs/{ORG}/search",
                    query={"query": "client", "limit": "20"},
                    response=listed({"id": SPACE, "title": "Docs", "pages": [FOUND]}),
                ),
            ),
            [{"id": SPACE, "pages": [{"id": PAGE}]}],
        ),
        "import_repository": Case(
            {**IN, "url": "https://github.com/acme/docs.git", "ref": "refs/heads/main"},
            (
                Exchange(
                    f"POST /spaces/{SPACE}/git/import",
                    json={"url": "https://github.com/acme/docs.git", "ref": "refs/heads/main", "force": False},
                    status=204,
                ),
            ),
        ),
        "list_pages": Case(
            IN,
            (Exchange(f"GET /spaces/{SPACE}/content/pages", query={"metadata": "false"}, response={"pages": [GROUP]}),),
            [{"id": "group1", "type": "group", "pages": []}, {"id": PAGE, "path": "guides/start"}],
        ),
        "list_pages: of a change request": Case(
            {**IN_REQUEST, "limit": 1},
            (
                Exchange(
                    f"GET {REQUESTS}/{REQUEST}/content/pages", query={"metadata": "false"}, response={"pages": [GROUP]}
                ),
            ),
            [{"id": "group1"}],
        ),
        "get_page": Case(
            {**IN, "page_id": PAGE},
            (
                Exchange(
                    f"GET /spaces/{SPACE}/content/page/{PAGE}",
                    query=MARKDOWN,
                    response={**PAGE_OBJECT, "markdown": "# Start\n"},
                ),
            ),
            {"id": PAGE, "markdown": "# Start\n"},
        ),
        "get_page: of a change request": Case(
            {**IN_REQUEST, "page_id": PAGE},
            (
                Exchange(
                    f"GET {REQUESTS}/{REQUEST}/content/page/{PAGE}",
                    query=MARKDOWN,
                    response={**PAGE_OBJECT, "markdown": "# Start\n"},
                ),
            ),
            {"id": PAGE},
        ),
        "find_page": Case(
            {**IN, "path": "guides/start"},
            (
                Exchange(
                    f"GET /spaces/{SPACE}/content/path/guides%2Fstart",
                    query=MARKDOWN,
                    response={**PAGE_OBJECT, "markdown": "# Start\n"},
                ),
            ),
            {"id": PAGE},
        ),
        "find_page: none": Case(
            {**IN, "path": "other"},
            (
                Exchange(
                    f"GET /spaces/{SPACE}/content/path/other",
                    query=MARKDOWN,
                    status=404,
                    response={"error": {"code": 404, "message": "Page not found"}},
                ),
            ),
            None,
        ),
        "read_page": Case(
            {**IN, "page_id": PAGE},
            (
                Exchange(
                    f"GET /spaces/{SPACE}/content/page/{PAGE}",
                    query=MARKDOWN,
                    response={**PAGE_OBJECT, "markdown": "# Start\n"},
                ),
            ),
            "# Start\n",
        ),
        "list_change_requests": Case(
            {**IN, "status": "open"},
            (Exchange(f"GET {REQUESTS}", query={"status": "open", "limit": "100"}, response=listed(CHANGE_REQUEST)),),
            [{"id": REQUEST, "number": 7}],
        ),
        "get_change_request": Case(
            {**IN, "change_request_id": "7"},
            (Exchange(f"GET {REQUESTS}/7", response=CHANGE_REQUEST),),
            {"status": "draft"},
        ),
        "create_change_request": Case(
            {**IN, "subject": "New client"},
            (Exchange(f"POST {REQUESTS}", json={"subject": "New client"}, status=201, response=CHANGE_REQUEST),),
            {"id": REQUEST},
        ),
        "update_change_request": Case(
            {**IN_REQUEST, "status": "archived"},
            (
                Exchange(
                    f"PATCH {REQUESTS}/{REQUEST}",
                    json={"status": "archived"},
                    sends={"prefer": "return=representation"},
                    response={**CHANGE_REQUEST, "status": "archived"},
                ),
            ),
            {"status": "archived"},
        ),
        "update_content": Case(
            {
                **IN_REQUEST,
                "changes": [
                    {
                        "operation": "insert_page",
                        "title": "Client",
                        "slug": "client",
                        "markdown": "Hi",
                        "into": PAGE,
                    },
                    {"operation": "update_page", "page": PAGE, "markdown": ""},
                    {"operation": "delete_page", "page": "page2"},
                ],
            },
            (
                Exchange(
                    f"POST {REQUESTS}/{REQUEST}/content",
                    query={"compat": "false"},
                    json={
                        "changes": [
                            {
                                "operation": "insert_page",
                                "title": "Client",
                                "slug": "client",
                                "into": PAGE,
                                "document": {"markdown": "Hi"},
                            },
                            {"operation": "update_page", "page": PAGE, "document": {"markdown": ""}},
                            {"operation": "delete_page", "page": "page2"},
                        ]
                    },
                    response={
                        "changeRequest": CHANGE_REQUEST,
                        "changes": [
                            {"object": "created_page", "page": {"id": "page3", "path": "guides/start/client"}},
                            {"object": "updated_page", "page": {"id": PAGE, "path": "guides/start"}},
                        ],
                    },
                ),
            ),
            {"change_request": {"id": REQUEST}, "changes": [{"page": {"id": "page3"}}, {"page": {"id": PAGE}}]},
        ),
        "sync_change_request": Case(
            IN_REQUEST,
            (Exchange(f"POST {REQUESTS}/{REQUEST}/update", response={"revision": "rev3", "result": "update"}),),
            {"result": "update"},
        ),
        "merge_change_request": Case(
            IN_REQUEST,
            (Exchange(f"POST {REQUESTS}/{REQUEST}/merge", response={"revision": "rev4", "result": "merge"}),),
            {"result": "merge"},
        ),
    },
    events={
        "space_content_updated": Event(
            {
                "eventId": "evt_2345678901bcdefg",
                "type": "space_content_updated",
                "spaceId": "space_xyz789",
                "installationId": "inst_def456",
                "revisionId": "rev_abc123def456",
            },
            docs=WEBHOOKS,
        ),
        "site_view": Event(
            {
                "eventId": "evt_1234567890abcdef",
                "type": "site_view",
                "siteId": "site_abc123",
                "installationId": "inst_def456",
                "visitor": VISITOR,
                "url": "https://docs.example.com/getting-started",
                "referrer": "https://www.google.com/search?q=example+docs",
            },
            docs=WEBHOOKS,
        ),
        "page_feedback": Event(
            {
                "eventId": "evt_3456789012cdefgh",
                "type": "page_feedback",
                "siteId": "site_abc123",
                "spaceId": "space_xyz789",
                "installationId": "inst_def456",
                "pageId": "page_feedback123",
                "feedback": {"rating": "good", "comment": "This page was very helpful!"},
                "visitor": VISITOR,
                "url": "https://docs.example.com/api-reference",
                "referrer": "https://docs.example.com/getting-started",
            },
            docs=WEBHOOKS,
        ),
    },
)

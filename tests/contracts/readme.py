"""ReadMe, as of https://docs.readme.com/main/reference on 2026-11-22, API v2."""

from typing import Any

from tests.contracts import Case, Contract, Exchange

NOW = "2026-11-17T15:08:20.000Z"
CATEGORY_URI = "/branches/1.0/categories/guides/Getting Started"
REFERENCE_URI = "/branches/1.0/categories/reference/Client"
CATEGORY = {"title": "Getting Started", "section": "guide", "uri": CATEGORY_URI}
BRANCH = {
    "base": "1.0",
    "display_name": "One",
    "name": "1.0",
    "privacy": {"view": "public"},
    "release_stage": "release",
    "source": "readme",
    "state": "current",
    "updated_at": NOW,
    "uri": "/branches/1.0",
}
LISTED: dict[str, Any] = {
    "category": {"uri": CATEGORY_URI},
    "parent": {"uri": None},
    "slug": "client",
    "title": "Client",
    "updated_at": NOW,
    "uri": "/branches/1.0/guides/client",
}
PAGE: dict[str, Any] = {
    **LISTED,
    "content": {"body": "Hello", "excerpt": None, "link": {"url": None, "new_tab": False}},
    "privacy": {"view": "public"},
    "state": "current",
    "type": "basic",
    "href": {"dash": "https://dash.readme.com/x", "hub": "https://acme.readme.io/docs/client"},
    "renderable": {"status": True},
}
CHANGELOG = {
    "title": "Client 2",
    "slug": "client-2",
    "type": "added",
    "content": {"body": "It is new."},
    "privacy": {"view": "public"},
    "created_at": NOW,
}
SHOWN = {"slug": "client", "content": {"body": "Hello"}, "view": "public", "link": "https://acme.readme.io/docs/client"}
NEW = {"title": "Client", "slug": "client", "content": {"body": "Hello"}}
ENTRY = {"title": "Client 2", "content": {"body": "It is new."}, "type": "added", "privacy": {"view": "public"}}
ON = {"branch": "1.0"}
OF = {"branch": "1.0", "slug": "client"}


def one(item: dict[str, Any]) -> dict[str, Any]:
    """An answer of one thing."""
    return {"data": item}


def some(*items: dict[str, Any]) -> dict[str, Any]:
    """An answer of several."""
    return {"total": len(items), "data": list(items)}


def page(*items: dict[str, Any], number: int = 1, size: int = 100) -> dict[str, Any]:
    """A page of a list."""
    return {**some(*items), "page": number, "per_page": size, "paging": {"next": None}, "type": "version"}


contract = Contract(
    base="https://api.readme.com/v2",
    checked_with="ReadMe's OpenAPI description of API v2, as of 5.427.1",
    credentials={"key": "rdme_secret_123"},
    health=Exchange("GET /projects/me", response=one({"name": "Acme", "subdomain": "acme"})),
    logins={"API key": ({"key": "rdme_x"}, {"authorization": "Bearer rdme_x"})},
    exempt={"scopes": "a key of ReadMe leads to the whole project"},
    actions={
        "list_branches": Case(
            {"limit": 101},
            (
                Exchange("GET /branches", query={"per_page": "100"}, response=page(*[BRANCH] * 100)),
                Exchange("GET /branches", query={"per_page": "100", "page": "2"}, response=page(BRANCH, number=2)),
            ),
            [{"name": "1.0"}] * 101,
        ),
        "get_branch": Case(ON, (Exchange("GET /branches/1.0", response=one(BRANCH)),), {"name": "1.0"}),
        "create_branch": Case(
            {"name": "1.1", "base": "1.0"},
            (
                Exchange(
                    "POST /branches",
                    json={"name": "1.1", "base": "1.0"},
                    status=201,
                    response=one({**BRANCH, "name": "1.1"}),
                ),
            ),
            {"name": "1.1"},
        ),
        "list_categories": Case(
            ON,
            (Exchange("GET /branches/1.0/categories/guides", response=some(CATEGORY)),),
            [{"title": "Getting Started", "uri": CATEGORY_URI}],
        ),
        "create_category": Case(
            {**ON, "title": "Getting Started"},
            (
                Exchange(
                    "POST /branches/1.0/categories",
                    json={"title": "Getting Started", "section": "guide"},
                    status=201,
                    response=one(CATEGORY),
                ),
            ),
            {"title": "Getting Started"},
        ),
        "create_category: no answer": Case(
            {**ON, "title": "Getting Started"},
            (
                Exchange(
                    "POST /branches/1.0/categories",
                    json={"title": "Getting Started", "section": "guide"},
                    status=500,
                ),
                Exchange("GET /branches/1.0/categories/guides", response=some(CATEGORY)),
            ),
            {"title": "Getting Started"},
        ),
        "list_pages": Case(
            {**ON, "category": "Getting Started"},
            (Exchange("GET /branches/1.0/categories/guides/Getting%20Started/pages", response=some(LISTED)),),
            [{"slug": "client", "parent": None}],
        ),
        "search": Case(
            {"query": "client", "section": "guides", "limit": 1},
            (
                Exchange(
                    "GET /search",
                    query={"query": "client", "section": "guides"},
                    response=some(
                        {
                            "url": {"full": "https://acme.readme.io/docs/client", "relative": "docs/client"},
                            "title": "Client",
                            "excerpt": "",
                            "highlights": [],
                            "slug": "client",
                            "section": "guides",
                            "version": "1.0",
                            "uri": "/branches/1.0/guides/client",
                        }
                    ),
                ),
            ),
            [{"slug": "client", "link": "https://acme.readme.io/docs/client"}],
        ),
        "get_guide": Case(OF, (Exchange("GET /branches/1.0/guides/client", response=one(PAGE)),), SHOWN),
        "create_guide": Case(
            {**OF, "category": CATEGORY_URI, "title": "Client", "body": "Hello", "view": "public"},
            (
                Exchange(
                    "POST /branches/1.0/guides",
                    json={**NEW, "category": {"uri": CATEGORY_URI}, "privacy": {"view": "public"}},
                    status=201,
                    response=one(PAGE),
                ),
            ),
            SHOWN,
        ),
        "create_guide: no answer": Case(
            {**OF, "category": CATEGORY_URI.replace(" ", "%20"), "title": "Client", "body": "Hello"},
            (
                Exchange(
                    "POST /branches/1.0/guides",
                    json={
                        **NEW,
                        "category": {"uri": CATEGORY_URI.replace(" ", "%20")},
                        "privacy": {"view": "anyone_with_link"},
                    },
                    status=500,
                ),
                Exchange("GET /branches/1.0/categories/guides/Getting%20Started/pages", response=some(LISTED)),
                Exchange("GET /branches/1.0/guides/client", response=one(PAGE)),
            ),
            SHOWN,
        ),
        "update_guide": Case(
            {**OF, "body": "", "view": "anyone_with_link"},
            (
                Exchange(
                    "PATCH /branches/1.0/guides/client",
                    json={"content": {"body": ""}, "privacy": {"view": "anyone_with_link"}},
                    response=one(PAGE),
                ),
            ),
            {"slug": "client"},
        ),
        "delete_guide": Case(OF, (Exchange("DELETE /branches/1.0/guides/client", status=204),)),
        "get_reference_page": Case(OF, (Exchange("GET /branches/1.0/reference/client", response=one(PAGE)),), SHOWN),
        "create_reference_page": Case(
            {
                **OF,
                "category": REFERENCE_URI,
                "title": "Client",
                "body": "Hello",
                "parent": "/branches/1.0/reference/a",
            },
            (
                Exchange(
                    "POST /branches/1.0/reference",
                    json={
                        **NEW,
                        "category": {"uri": REFERENCE_URI},
                        "parent": {"uri": "/branches/1.0/reference/a"},
                        "privacy": {"view": "anyone_with_link"},
                    },
                    status=201,
                    response=one(PAGE),
                ),
            ),
            {"slug": "client"},
        ),
        "update_reference_page": Case(
            {**OF, "title": "Client", "excerpt": "In short"},
            (
                Exchange(
                    "PATCH /branches/1.0/reference/client",
                    json={"title": "Client", "content": {"excerpt": "In short"}},
                    response=one(PAGE),
                ),
            ),
            {"slug": "client"},
        ),
        "delete_reference_page": Case(OF, (Exchange("DELETE /branches/1.0/reference/client", status=204),)),
        "list_changelogs": Case(
            {"limit": 5},
            (Exchange("GET /changelogs", query={"per_page": "5"}, response=page(CHANGELOG, size=5)),),
            [{"slug": "client-2", "view": "public"}],
        ),
        "get_changelog": Case(
            {"slug": "client-2"},
            (Exchange("GET /changelogs/client-2", response=one(CHANGELOG)),),
            {"content": {"body": "It is new."}},
        ),
        "create_changelog": Case(
            {"title": "Client 2", "body": "It is new.", "type": "added", "view": "public"},
            (Exchange("POST /changelogs", json=ENTRY, status=201, response=one(CHANGELOG)),),
            {"slug": "client-2"},
        ),
        "update_changelog": Case(
            {"slug": "client-2", "body": "Better.", "view": "public"},
            (
                Exchange(
                    "PATCH /changelogs/client-2",
                    json={"content": {"body": "Better."}, "privacy": {"view": "public"}},
                    response=one(CHANGELOG),
                ),
            ),
            {"slug": "client-2"},
        ),
        "delete_changelog": Case({"slug": "client-2"}, (Exchange("DELETE /changelogs/client-2", status=204),)),
    },
)

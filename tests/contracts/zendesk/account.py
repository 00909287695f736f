"""People, groups and webhooks."""

from tests.contracts import Case, Exchange
from tests.contracts.zendesk.records import FIRM, HOOKED, USER, WEBHOOKS, pages

ACTIONS = {
    "create_user": Case(
        {"name": "Ann", "email": "ann@example.com", "organization_id": 57542},
        (
            Exchange(
                "POST /users",
                json={
                    "user": {
                        "name": "Ann",
                        "email": "ann@example.com",
                        "role": "end-user",
                        "organization_id": 57542,
                    }
                },
                response={"user": USER},
                status=201,
            ),
        ),
        {"id": 35436, "email": "ann@example.com"},
    ),
    "find_user": Case(
        {"email": "Ann@example.com"},
        (
            Exchange(
                "GET /users/search",
                query={"query": "email:Ann@example.com"},
                response={"users": [{**USER, "id": 1, "email": "dann@example.com"}, USER], "count": 2},
            ),
        ),
        {"id": 35436},
    ),
    "find_user: nobody": Case(
        {"email": "no@example.com"},
        (Exchange("GET /users/search", query={"query": "email:no@example.com"}, response={"users": []}),),
        None,
    ),
    "list_organizations": Case(
        {"limit": 3},
        pages("/organizations", "organizations", [{**FIRM, "id": 1}], [{"id": 2, "name": "B"}]),
        [{"id": 1, "name": "Acme"}, {"id": 2}],
    ),
    "get_users": Case(
        {"user_ids": [35436, 7]},
        (Exchange("GET /users/show_many", query={"ids": "35436,7"}, response={"users": [USER]}),),
        [{"id": 35436, "name": "Ann"}],
    ),
    "get_current_user": Case({}, (Exchange("GET /users/me", response={"user": USER}),), {"id": 35436}),
    "list_groups": Case(
        {"limit": 3},
        pages("/groups", "groups", [{"id": 1, "name": "Billing"}], [{"id": 2, "name": "Technik"}]),
        [{"id": 1, "name": "Billing"}, {"id": 2}],
    ),
    "list_webhooks": Case(
        {"limit": 3},
        pages("/webhooks", "webhooks", [{**HOOKED, "id": "01A"}], [HOOKED]),
        [{"id": "01A"}, {"id": "01FMJQSY40HZBCBVPZB9212S8V"}],
        docs=f"{WEBHOOKS}#list-webhooks",
    ),
    "create_webhook": Case(
        {"name": "Tieline main", "url": HOOKED["endpoint"], "events": HOOKED["subscriptions"]},
        (
            Exchange(
                "POST /webhooks",
                json={
                    "webhook": {
                        "name": "Tieline main",
                        "status": "active",
                        "endpoint": HOOKED["endpoint"],
                        "http_method": "POST",
                        "request_format": "json",
                        "subscriptions": HOOKED["subscriptions"],
                    }
                },
                response={"webhook": HOOKED},
                status=201,
            ),
        ),
        {"id": "01FMJQSY40HZBCBVPZB9212S8V"},
        docs=f"{WEBHOOKS}#create-or-clone-webhook",
    ),
    "delete_webhook": Case(
        {"webhook_id": "01FMJQSY40HZBCBVPZB9212S8V"},
        (Exchange("DELETE /webhooks/01FMJQSY40HZBCBVPZB9212S8V", status=204),),
        docs=f"{WEBHOOKS}#delete-webhook",
    ),
    "get_webhook_secret": Case(
        {"webhook_id": "01FMJQSY40HZBCBVPZB9212S8V"},
        (
            Exchange(
                "GET /webhooks/01FMJQSY40HZBCBVPZB9212S8V/signing_secret",
                response={"signing_secret": {"algorithm": "SHA256", "secret": "bm90IHRvIGJlIHNob3du"}},
            ),
        ),
        {"algorithm": "SHA256", "secret": "**********"},
        docs=f"{WEBHOOKS}#show-webhook-signing-secret",
    ),
}

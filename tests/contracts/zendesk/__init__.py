"""Zendesk, as of https://developer.zendesk.com/api-reference/ on 2026-11-22.

The description at hand is a copy whose parts were put together again. It misses some parameters that the vendor's pages
name; a case that uses one says which page.
"""

import base64

from tests.contracts import Contract, Exchange
from tests.contracts.zendesk import account, many, tickets
from tests.contracts.zendesk.events import EVENTS
from tests.contracts.zendesk.records import BASE, CURSORS, HOOK, OFFSETS, PAGE, USER, sign

contract = Contract(
    base=BASE,
    beyond={
        "query 'page[": CURSORS,
        "query 'per_page'": OFFSETS,
        "query 'page'": OFFSETS,
        "query 'ids'": f"{PAGE}/tickets/tickets/#show-multiple-tickets, #bulk-delete-tickets",
        "query 'sort'": f"{PAGE}/tickets/tickets/#list-tickets",
        "spec defines no request body": f"{PAGE}/tickets/tickets/#update-many-tickets: the page has the body",
    },
    checked_with="Zendesk's OpenAPI description, as of 2026-11-22",
    credentials={
        "subdomain": "acme",
        "email": "bo@acme.test",
        "api_token": "secret-token-123",
        "webhook_secret": HOOK,
    },
    health=Exchange("GET /users/me", response={"user": {**USER, "name": "Bo", "email": "bo@acme.test"}}),
    sign=sign,
    logins={
        "API token": (
            {"subdomain": "https://acme.zendesk.com/", "email": "bo@acme.test", "api_token": "abc"},
            {"authorization": "Basic " + base64.b64encode(b"bo@acme.test/token:abc").decode()},
        ),
        "OAuth": ({"subdomain": "acme", "oauth_token": "abc"}, {"authorization": "Bearer abc"}),
    },
    own_words=("apply", "change", "set"),
    actions={**account.ACTIONS, **many.ACTIONS, **tickets.ACTIONS},
    events=EVENTS,
)

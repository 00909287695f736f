"""The simulated Zendesk, under `/zendesk/api/v2`.

Reference: https://developer.zendesk.com/api-reference/
"""

from tieline.sandbox.vendor import Vendor, behind_login
from tieline.sandbox.zendesk import bulk, exports, hooks, mail, records, search, seed, tickets, webhooks, wire
from tieline.sandbox.zendesk.memory import ZendeskDesk

_APP = behind_login(
    [*bulk.ROUTES, *exports.ROUTES, *search.ROUTES, *records.ROUTES, *tickets.ROUTES, *webhooks.ROUTES],
    {
        wire.Refused: wire.refusal,
        404: wire.no_endpoint,
        405: wire.wrong_method,
    },
    prefix="/api/v2",
    authenticated=wire.authenticated,
    unauthenticated=wire.unauthenticated,
    suffix=".json",  # Zendesk takes every address with and without it
)

vendor = Vendor(
    name="zendesk",
    title="Zendesk",
    app=_APP,
    memory=ZendeskDesk,
    seed=seed.populate,
    logins=wire.LOGIN,
    connection=lambda url: {"url": url, "email": wire.LOGIN["email"], "api_token": wire.LOGIN["api_token"]},
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
    receive=mail.receive,
    page="/tickets/zendesk",
)

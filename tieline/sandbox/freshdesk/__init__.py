"""The simulated Freshdesk, under `/freshdesk/api/v2`.

Reference: https://developers.freshdesk.com/api/
"""

from tieline.sandbox.freshdesk import hooks, mail, records, search, seed, tickets, wire
from tieline.sandbox.freshdesk.memory import FreshdeskDesk
from tieline.sandbox.vendor import Vendor, behind_login

_APP = behind_login(
    [*search.ROUTES, *records.ROUTES, *tickets.ROUTES],
    {
        wire.Refused: wire.refusal,
        404: wire.nothing,
        405: wire.wrong_method,
    },
    prefix="/api/v2",
    authenticated=wire.authenticated,
    unauthenticated=wire.unauthenticated,
)

vendor = Vendor(
    name="freshdesk",
    title="Freshdesk",
    app=_APP,
    memory=FreshdeskDesk,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
    receive=mail.receive,
    page="/tickets/freshdesk",
)

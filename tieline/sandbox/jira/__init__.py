"""The simulated Jira Cloud, under `/jira/rest/api/3`.

Reference: https://developer.atlassian.com/cloud/jira/platform/rest/v3/
"""

from tieline.sandbox.jira import files, hooks, issues, search, seed, talk, wire
from tieline.sandbox.jira.memory import Site
from tieline.sandbox.vendor import Vendor, behind_login

_APP = behind_login(
    [*issues.ROUTES, *talk.ROUTES, *files.ROUTES, *search.ROUTES],
    {
        wire.Refused: wire.refusal,
        404: wire.nothing,
        405: wire.wrong_method,
    },
    prefix="/rest/api/3",
    authenticated=wire.authenticated,
    unauthenticated=wire.unauthenticated,
)

vendor = Vendor(
    name="jira",
    title="Jira",
    app=_APP,
    memory=Site,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
)

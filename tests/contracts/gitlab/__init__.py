"""GitLab, as of https://docs.gitlab.com/api/rest/ (version 4) on 2026-11-22."""

from tests.contracts import Contract, Exchange
from tests.contracts.gitlab import files, merge_requests, pipelines
from tests.contracts.gitlab.events import EVENTS
from tests.contracts.gitlab.records import BASE, HOOK, WHO, sign

contract = Contract(
    base=BASE,
    checked_with="python-gitlab 8.6 and GitLab's own openapi.yaml of 2026-04, but for paths that neither has",
    credentials={"token": "secret-token-123", "webhook_secret": HOOK},
    health=Exchange("GET /user", response=WHO, docs="https://docs.gitlab.com/api/users/#get-the-current-user"),
    sign=sign,
    logins={"token": ({"token": "glpat-1"}, {"private-token": "glpat-1"})},
    own_words=("compare", "commit", "merge"),
    actions={**files.ACTIONS, **merge_requests.ACTIONS, **pipelines.ACTIONS},
    events=EVENTS,
)

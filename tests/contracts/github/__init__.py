"""GitHub, as of https://docs.github.com/rest (version 2022-11-28) on 2026-11-22."""

from tests.contracts import Contract, Exchange
from tests.contracts.github import files, pull_requests, workflows
from tests.contracts.github.events import EVENTS
from tests.contracts.github.records import BASE, HOOK, WHO, sign

contract = Contract(
    base=BASE,
    checked_with="GitHub's OpenAPI description, @octokit/openapi 23.0.2",
    credentials={"token": "secret-token-123", "webhook_secret": HOOK},
    health=Exchange("GET /user", response=WHO),
    sign=sign,
    logins={
        "token": (
            {"token": "github_pat_1"},
            {
                "authorization": "Bearer github_pat_1",
                "accept": "application/vnd.github+json",
                "x-github-api-version": "2022-11-28",
            },
        ),
    },
    own_words=("compare", "commit", "merge", "dispatch"),
    actions={**files.ACTIONS, **pull_requests.ACTIONS, **workflows.ACTIONS},
    events=EVENTS,
)

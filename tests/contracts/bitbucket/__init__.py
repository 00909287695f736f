"""Bitbucket Cloud, as of https://developer.atlassian.com/cloud/bitbucket/rest/ on 2026-11-22."""

import base64

from tests.contracts import Contract, Exchange
from tests.contracts.bitbucket import files, pipelines, pull_requests
from tests.contracts.bitbucket.events import EVENTS
from tests.contracts.bitbucket.records import BASE, DOCS, LOGIN, sign, values

contract = Contract(
    base=BASE,
    credentials={**LOGIN, "email": "emma@acme.com", "api_token": "secret-token-123"},
    logins={
        "an API token": (
            {"workspace": "acme", "email": "emma@acme.com", "api_token": "t"},
            {"authorization": "Basic " + base64.b64encode(b"emma@acme.com:t").decode()},
        ),
        "an access token": ({"workspace": "acme", "access_token": "t"}, {"authorization": "Bearer t"}),
    },
    own_words=("compare", "commit", "merge", "decline"),
    beyond={
        "query 'pagelen'": f"{DOCS}/intro/#pagination",
        "query 'fields'": f"{DOCS}/intro/#partial-response",
        "query 'q'": f"{DOCS}/intro/#filtering",
        "query 'sort'": f"{DOCS}/intro/#sorting-query-results",
        "query 'include'": f"{DOCS}/api-group-commits",
        "query 'exclude'": f"{DOCS}/api-group-commits",
        "query 'path'": f"{DOCS}/api-group-commits",
        "spec defines no request body": f"{DOCS}: the prose of each has an example with a body",
    },
    checked_with="Bitbucket's OpenAPI description, as of 2024-12",
    sign=sign,
    health=Exchange(
        "GET /repositories/acme",
        query={"pagelen": "1", "fields": "size,values.full_name"},
        response=values({"full_name": "acme/app"}),
    ),
    actions={**files.ACTIONS, **pipelines.ACTIONS, **pull_requests.ACTIONS},
    events=EVENTS,
)

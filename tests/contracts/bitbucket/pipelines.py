"""Pipelines and webhooks."""

from tests.contracts import Case, Exchange
from tests.contracts.bitbucket.records import (
    AT,
    DOCS,
    HOOK,
    HOOK_SEEN,
    NEW,
    PIPELINE,
    STATUS,
    TYPE,
    WEBHOOK,
    WHERE,
    values,
)

ACTIONS = {
    "run_pipeline": Case(
        {**WHERE, "branch": "main", "pattern": "docs", "variables": {"FULL": "yes"}},
        (
            Exchange(
                f"POST {AT}/pipelines",
                json={
                    "target": {
                        "type": "pipeline_ref_target",
                        "ref_type": "branch",
                        "ref_name": "main",
                        "selector": {"type": "custom", "pattern": "docs"},
                    },
                    "variables": [{"key": "FULL", "value": "yes"}],
                },
                response=PIPELINE,
                status=201,
            ),
        ),
        {"uuid": "{p1}", "build_number": 12, "state": "COMPLETED", "result": "SUCCESSFUL", "branch": "main"},
        docs=TYPE,
    ),
    "list_pipelines": Case(
        {**WHERE, "limit": 10},
        (Exchange(f"GET {AT}/pipelines", query={"sort": "-created_on", "pagelen": "10"}, response=values(PIPELINE)),),
        [{"build_number": 12, "sha": NEW}],
    ),
    "create_build_status": Case(
        {**WHERE, "sha": NEW, "key": "docs", "state": "SUCCESSFUL", "url": "https://ci.acme.com/1", "name": "Docs"},
        (
            Exchange(
                f"POST {AT}/commit/{NEW}/statuses/build",
                json={"key": "docs", "state": "SUCCESSFUL", "url": "https://ci.acme.com/1", "name": "Docs"},
                response=STATUS,
                status=201,
            ),
        ),
        {"key": "docs", "state": "SUCCESSFUL"},
        docs=TYPE,
    ),
    "create_webhook": Case(
        {**WHERE, "url": "https://hooks.acme.com/hooks/bitbucket/main", "events": ["repo:push"]},
        (
            Exchange(
                f"POST {AT}/hooks",
                json={
                    "description": "Tieline",
                    "url": "https://hooks.acme.com/hooks/bitbucket/main",
                    "active": True,
                    "secret": HOOK,
                    "events": ["repo:push"],
                },
                response=WEBHOOK,
                status=201,
            ),
        ),
        HOOK_SEEN,
    ),
    "list_webhooks": Case(
        WHERE, (Exchange(f"GET {AT}/hooks", query={"pagelen": "100"}, response=values(WEBHOOK)),), [HOOK_SEEN]
    ),
    "delete_webhook": Case(
        {**WHERE, "uuid": "{h1}"},
        (Exchange(f"DELETE {AT}/hooks/%7Bh1%7D", status=204),),
        docs=f"{DOCS}/intro/#universally-unique-identifier: the braces belong to it",
    ),
}

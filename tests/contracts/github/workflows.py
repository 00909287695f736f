"""Checks, workflows and webhooks."""

from tests.contracts import Case, Exchange
from tests.contracts.github.records import AT, HOOK, HOOK_SEEN, NEW, RUN, WEBHOOK, WHERE

ACTIONS = {
    "create_check_run": Case(
        {
            **WHERE,
            "name": "docs",
            "head_sha": NEW,
            "conclusion": "neutral",
            "title": "3 gaps",
            "summary": "**Three**",
        },
        (
            Exchange(
                f"POST {AT}/check-runs",
                json={
                    "name": "docs",
                    "head_sha": NEW,
                    "status": "completed",
                    "conclusion": "neutral",
                    "output": {"title": "3 gaps", "summary": "**Three**"},
                },
                response={**RUN, "name": "docs", "conclusion": "neutral"},
                status=201,
            ),
        ),
        {"name": "docs", "conclusion": "neutral"},
    ),
    "dispatch_workflow": Case(
        {**WHERE, "workflow": "docs.yml", "ref": "main", "inputs": {"full": "yes"}},
        (
            Exchange(
                f"POST {AT}/actions/workflows/docs.yml/dispatches",
                json={"ref": "main", "inputs": {"full": "yes"}},
                status=204,
            ),
        ),
    ),
    "list_workflow_runs": Case(
        {**WHERE, "workflow": "docs.yml", "branch": "main", "limit": 10},
        (
            Exchange(
                f"GET {AT}/actions/workflows/docs.yml/runs",
                query={"branch": "main", "per_page": "10"},
                response={"total_count": 1, "workflow_runs": [RUN]},
            ),
        ),
        [{"id": 30433642, "conclusion": "success"}],
    ),
    "create_webhook": Case(
        {**WHERE, "url": "https://hooks.acme.com/hooks/github/main", "events": ["push"]},
        (
            Exchange(
                f"POST {AT}/hooks",
                json={
                    "name": "web",
                    "active": True,
                    "events": ["push"],
                    "config": {
                        "url": "https://hooks.acme.com/hooks/github/main",
                        "content_type": "json",
                        "secret": HOOK,
                        "insecure_ssl": "0",
                    },
                },
                response=WEBHOOK,
                status=201,
            ),
        ),
        HOOK_SEEN,
    ),
    "list_webhooks": Case(
        WHERE, (Exchange(f"GET {AT}/hooks", query={"per_page": "100"}, response=[WEBHOOK]),), [HOOK_SEEN]
    ),
    "delete_webhook": Case({**WHERE, "webhook_id": 12345678}, (Exchange(f"DELETE {AT}/hooks/12345678", status=204),)),
}

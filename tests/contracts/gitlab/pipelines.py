"""Pipelines, webhooks and the wiki."""

from tests.contracts import Case, Exchange
from tests.contracts.gitlab.records import (
    AT,
    GIT,
    HOOK,
    HOOK_SEEN,
    NEW,
    PAGES,
    PIPELINE,
    STATUS,
    TOLD,
    WEBHOOK,
    WHERE,
    WIKI,
)

ACTIONS = {
    "create_commit_status": Case(
        {**WHERE, "sha": NEW, "name": "docs", "state": "success", "description": "3 gaps"},
        (
            Exchange(
                f"POST {AT}/statuses/{NEW}",
                json={"state": "success", "name": "docs", "description": "3 gaps"},
                response=STATUS,
                status=201,
            ),
        ),
        {"name": "docs", "status": "success"},
        docs="https://docs.gitlab.com/api/commits/#set-commit-pipeline-status: POST /projects/:id/statuses/:sha",
    ),
    "list_commit_statuses": Case(
        {**WHERE, "sha": NEW},
        (Exchange(f"GET {GIT}/commits/{NEW}/statuses", query=PAGES, response=[STATUS]),),
        [{"name": "docs", "status": "success"}],
    ),
    "run_pipeline": Case(
        {**WHERE, "ref": "main", "variables": {"FULL": "yes"}},
        (
            Exchange(
                f"POST {AT}/pipeline",
                json={"ref": "main", "variables": [{"key": "FULL", "value": "yes"}]},
                response=PIPELINE,
                status=201,
            ),
        ),
        {"id": 61, "status": "pending"},
    ),
    "get_pipeline": Case(
        {**WHERE, "pipeline_id": 61}, (Exchange(f"GET {AT}/pipelines/61", response=PIPELINE),), {"id": 61}
    ),
    "list_pipelines": Case(
        {**WHERE, "ref": "main", "sha": NEW, "limit": 10},
        (Exchange(f"GET {AT}/pipelines", query={"ref": "main", "sha": NEW, "per_page": "10"}, response=[PIPELINE]),),
        [{"id": 61, "status": "pending"}],
    ),
    "create_webhook": Case(
        {**WHERE, "url": "https://hooks.acme.com/hooks/gitlab/main", "events": ["push"]},
        (
            Exchange(
                f"POST {AT}/hooks",
                json={
                    "url": "https://hooks.acme.com/hooks/gitlab/main",
                    "signing_token": HOOK,
                    "enable_ssl_verification": True,
                    **TOLD,
                },
                response=WEBHOOK,
                status=201,
            ),
        ),
        HOOK_SEEN,
    ),
    "list_webhooks": Case(WHERE, (Exchange(f"GET {AT}/hooks", query=PAGES, response=[WEBHOOK]),), [HOOK_SEEN]),
    "delete_webhook": Case({**WHERE, "webhook_id": 1}, (Exchange(f"DELETE {AT}/hooks/1", status=204),)),
    "list_wiki_pages": Case(WHERE, (Exchange(f"GET {AT}/wikis", response=[WIKI]),), [{"slug": "guide/start"}]),
    "get_wiki_page": Case(
        {**WHERE, "slug": "guide/start"},
        (Exchange(f"GET {AT}/wikis/guide%2Fstart", response=WIKI),),
        {"content": "Begin here."},
    ),
    "create_wiki_page": Case(
        {**WHERE, "title": "guide/start", "content": "Begin here."},
        (
            Exchange(
                f"POST {AT}/wikis",
                json={"title": "guide/start", "content": "Begin here.", "format": "markdown"},
                response=WIKI,
                status=201,
            ),
        ),
        {"slug": "guide/start"},
    ),
    "update_wiki_page": Case(
        {**WHERE, "slug": "guide/start", "content": "Begin."},
        (Exchange(f"PUT {AT}/wikis/guide%2Fstart", json={"content": "Begin."}, response=WIKI),),
        {"slug": "guide/start"},
    ),
    "delete_wiki_page": Case(
        {**WHERE, "slug": "guide/start"}, (Exchange(f"DELETE {AT}/wikis/guide%2Fstart", status=204),)
    ),
}

"""What runs by itself: checks, workflows, webhooks; and the search in code.

https://docs.github.com/rest/checks/runs, https://docs.github.com/rest/actions, https://docs.github.com/rest/repos/webhooks
"""

from typing import Annotated, Literal

from pydantic import Field

from blocks.github import GitHubCredentials
from tasks.github.models import (
    PAGE,
    Branch,
    CheckRun,
    Found,
    Hook,
    Limit,
    Ref,
    Repository,
    Sha,
    Text,
    WorkflowRun,
    repo,
)
from tasks.github.system import connector
from tieline import Api, ConfigError, segment

READ_ACTIONS, WRITE_ACTIONS = ("actions:read",), ("actions:write",)
READ_HOOKS, WRITE_HOOKS = ("repository_hooks:read",), ("repository_hooks:write",)
EVENTS = ["push", "pull_request", "issues", "issue_comment", "workflow_run", "release"]
Conclusion = Literal["success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required"]


@connector.action(scopes=("checks:write",))
async def create_check_run(
    api: Api,
    *,
    repository: Repository,
    name: str,
    head_sha: Sha,
    conclusion: Conclusion | None = None,
    title: str | None = None,
    summary: Text | None = None,
    details_url: str | None = None,
) -> CheckRun:
    """Say what a check of a commit came to. Only a GitHub App may.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        name: The check's, such as docs.
        head_sha: The commit.
        conclusion: What it came to; without it, the check is in progress.
        title: Of the report.
        summary: The report, in GitHub's Markdown; it needs a title.
        details_url: A page with more.

    See https://docs.github.com/rest/checks/runs#create-a-check-run
    """
    status = "completed" if conclusion else "in_progress"
    output = {"title": title, "summary": summary or ""} if title else None
    asked = {"name": name, "head_sha": head_sha, "status": status, "conclusion": conclusion, "output": output}
    path = f"{repo(repository)}/check-runs"
    return await api.post(path, {**asked, "details_url": details_url}, into=CheckRun, repeatable=False)


@connector.action(scopes=WRITE_ACTIONS)
async def dispatch_workflow(
    api: Api, *, repository: Repository, workflow: str, ref: Ref, inputs: dict[str, str] | None = None
) -> None:
    """Start a workflow that has `on: workflow_dispatch`.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        workflow: The name of its file, such as docs.yml, or its id.
        ref: The branch or tag that it runs on.
        inputs: What it asks for.

    See https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event
    """
    path = f"{repo(repository)}/actions/workflows/{segment(workflow)}/dispatches"
    await api.post(path, {"ref": ref, "inputs": inputs}, into=type(None), repeatable=False)


@connector.action(scopes=READ_ACTIONS)
async def list_workflow_runs(
    api: Api,
    *,
    repository: Repository,
    workflow: str | None = None,
    branch: Branch | None = None,
    head_sha: Sha | None = None,
    limit: Limit = 100,
) -> list[WorkflowRun]:
    """List runs of GitHub Actions, newest first.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        workflow: Only those of this one: the name of its file, such as docs.yml, or its id.
        branch: Only those on this branch.
        head_sha: Only those of this commit.
        limit: Most runs.

    See https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository
    """
    of = f"/workflows/{segment(workflow)}" if workflow else ""
    query = {"branch": branch, "head_sha": head_sha, "per_page": min(limit, PAGE)}
    path = f"{repo(repository)}/actions{of}/runs"
    return await api.list(path, into=WorkflowRun, limit=limit, at="workflow_runs", params=query)


@connector.action(scopes=WRITE_HOOKS)
async def create_webhook(
    api: Api,
    *,
    repository: Repository,
    url: Annotated[str, Field(pattern="^https?://")],
    events: list[str] = EVENTS,
) -> Hook:
    """Make GitHub tell an address what happens in a repository, signed with the secret on the block.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        url: The address, such as https://hooks.acme.com/hooks/github/main.
        events: GitHub's names, without actions, such as push or pull_request.

    Raises:
        ConfigError: The block has no webhook_secret; nothing was sent.

    See https://docs.github.com/rest/repos/webhooks#create-a-repository-webhook
    """
    block = api.credentials
    secret = block.webhook_secret.get_secret_value() if isinstance(block, GitHubCredentials) else ""
    if not secret:
        hint = "Put a long random text there: what is not signed, anybody could send."
        raise ConfigError(f"{block.title} has no webhook_secret.", hint=hint)
    config = {"url": url, "content_type": "json", "secret": secret, "insecure_ssl": "0"}
    asked = {"name": "web", "active": True, "events": events, "config": config}
    return await api.post(f"{repo(repository)}/hooks", asked, into=Hook, repeatable=False)


@connector.action(scopes=READ_HOOKS)
async def list_webhooks(api: Api, *, repository: Repository, limit: Limit = 100) -> list[Hook]:
    """List a repository's webhooks.

    See https://docs.github.com/rest/repos/webhooks#list-repository-webhooks
    """
    query = {"per_page": min(limit, PAGE)}
    return await api.list(f"{repo(repository)}/hooks", into=Hook, limit=limit, params=query)


@connector.action(scopes=WRITE_HOOKS)
async def delete_webhook(api: Api, *, repository: Repository, webhook_id: int) -> None:
    """Delete a webhook.

    See https://docs.github.com/rest/repos/webhooks#delete-a-repository-webhook
    """
    await api.delete(f"{repo(repository)}/hooks/{webhook_id}", into=type(None))


@connector.action(scopes=("contents:read", "metadata:read"))
async def search_code(api: Api, *, query: str, repository: Repository | None = None, limit: Limit = 30) -> list[Found]:
    """Search in the default branches: files up to 384 KB, ten searches a minute, 1,000 results.

    Args:
        api: The connection.
        query: Words and qualifiers, such as `parse_date language:python`.
        repository: Only in this one; without it, the query has to say where.
        limit: Most files.

    See https://docs.github.com/rest/search/search#search-code
    """
    words = f"{query} repo:{repository}" if repository else query
    asked = {"q": words, "per_page": min(limit, PAGE)}
    return await api.list("/search/code", into=Found, limit=limit, at="items", params=asked)

"""What runs by itself: commit statuses, pipelines, webhooks; and the search in code.

https://docs.gitlab.com/api/commits/#commit-status, https://docs.gitlab.com/api/pipelines/,
https://docs.gitlab.com/api/project_webhooks/, https://docs.gitlab.com/api/search/
"""

from typing import Annotated, Literal, get_args

from pydantic import Field

from blocks.gitlab import GitLabCredentials
from tasks.gitlab.models import (
    PAGE,
    READ,
    WRITE,
    Branch,
    CommitStatus,
    Found,
    Hook,
    Limit,
    Pipeline,
    Project,
    Ref,
    Sha,
    at,
)
from tasks.gitlab.system import connector
from tieline import Api, ConfigError

State = Literal["pending", "running", "success", "failed", "canceled", "skipped"]
HookEvent = Literal["push", "tag_push", "merge_requests", "issues", "note", "pipeline", "releases", "wiki_page", "job"]
USUAL: list[HookEvent] = ["push", "merge_requests", "issues", "note", "pipeline", "releases"]
#: What a signing token begins with; anything else is a secret token, which is sent as it is.
SIGNING = "whsec_"


@connector.action(scopes=WRITE)
async def create_commit_status(
    api: Api,
    *,
    project: Project,
    sha: Sha,
    name: str,
    state: State,
    ref: Branch | None = None,
    description: str | None = None,
    target_url: str | None = None,
) -> CommitStatus:
    """Say what a check of a commit came to, or how far it is.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        sha: The commit.
        name: The check's, such as docs.
        state: What it came to. A state that it has already is refused.
        ref: The branch or tag that the commit was checked for.
        description: One line.
        target_url: A page with more.

    See https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
    """
    asked = {"state": state, "name": name, "ref": ref, "description": description, "target_url": target_url}
    return await api.post(f"{at(project)}/statuses/{sha}", asked, into=CommitStatus, repeatable=False)


@connector.action(scopes=READ)
async def list_commit_statuses(api: Api, *, project: Project, sha: Sha, limit: Limit = 100) -> list[CommitStatus]:
    """List what the checks of a commit came to.

    See https://docs.gitlab.com/api/commits/#list-commit-statuses
    """
    path, query = f"{at(project)}/repository/commits/{sha}/statuses", {"per_page": min(limit, PAGE)}
    return await api.list(path, into=CommitStatus, limit=limit, params=query)


@connector.action(scopes=WRITE)
async def run_pipeline(api: Api, *, project: Project, ref: Ref, variables: dict[str, str] | None = None) -> Pipeline:
    """Start a pipeline.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        ref: The branch or tag that it runs on.
        variables: What its jobs see beside their own.

    Raises:
        Rejected: There is no configuration, or its rules leave no job.

    See https://docs.gitlab.com/api/pipelines/#create-a-new-pipeline
    """
    pairs = [{"key": key, "value": value} for key, value in (variables or {}).items()]
    return await api.post(
        f"{at(project)}/pipeline", {"ref": ref, "variables": pairs or None}, into=Pipeline, repeatable=False
    )


@connector.action(scopes=READ)
async def get_pipeline(api: Api, *, project: Project, pipeline_id: int) -> Pipeline:
    """Fetch a pipeline.

    See https://docs.gitlab.com/api/pipelines/#get-a-single-pipeline
    """
    return await api.get(f"{at(project)}/pipelines/{pipeline_id}", into=Pipeline)


@connector.action(scopes=READ)
async def list_pipelines(
    api: Api, *, project: Project, ref: Ref | None = None, sha: Sha | None = None, limit: Limit = 100
) -> list[Pipeline]:
    """List pipelines, newest first.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        ref: Only those of this branch or tag.
        sha: Only those of this commit.
        limit: Most pipelines.

    See https://docs.gitlab.com/api/pipelines/#list-project-pipelines
    """
    query = {"ref": ref, "sha": sha, "per_page": min(limit, PAGE)}
    return await api.list(f"{at(project)}/pipelines", into=Pipeline, limit=limit, params=query)


@connector.action(scopes=WRITE)
async def create_webhook(
    api: Api, *, project: Project, url: Annotated[str, Field(pattern="^https?://")], events: list[HookEvent] = USUAL
) -> Hook:
    """Make GitLab tell an address what happens in a project, with the secret on the block.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        url: The address, such as https://hooks.acme.com/hooks/gitlab/main.
        events: GitLab's names, such as push or merge_requests.

    Raises:
        ConfigError: The block has no webhook_secret; nothing was sent.

    See https://docs.gitlab.com/api/project_webhooks/#create-a-project-webhook
    """
    block = api.credentials
    secret = block.webhook_secret.get_secret_value() if isinstance(block, GitLabCredentials) else ""
    if not secret:
        hint = "Put a signing token (whsec_...) or a long random text there: otherwise anybody could send."
        raise ConfigError(f"{block.title} has no webhook_secret.", hint=hint)
    key = "signing_token" if secret.startswith(SIGNING) else "token"
    # All of them, because GitLab switches some on by itself.
    wanted = {f"{kind}_events": kind in events for kind in get_args(HookEvent)}
    asked = {"url": url, key: secret, "enable_ssl_verification": True, **wanted}
    return await api.post(f"{at(project)}/hooks", asked, into=Hook, repeatable=False)


@connector.action(scopes=READ)
async def list_webhooks(api: Api, *, project: Project, limit: Limit = 100) -> list[Hook]:
    """List a project's webhooks.

    See https://docs.gitlab.com/api/project_webhooks/#list-webhooks-for-a-project
    """
    query = {"per_page": min(limit, PAGE)}
    return await api.list(f"{at(project)}/hooks", into=Hook, limit=limit, params=query)


@connector.action(scopes=WRITE)
async def delete_webhook(api: Api, *, project: Project, webhook_id: int) -> None:
    """Delete a webhook.

    See https://docs.gitlab.com/api/project_webhooks/#delete-a-project-webhook
    """
    await api.delete(f"{at(project)}/hooks/{webhook_id}", into=type(None))


@connector.action(scopes=READ)
async def search_code(
    api: Api, *, query: str, project: Project, ref: Ref | None = None, limit: Limit = 20
) -> list[Found]:
    """Search in the files of a project.

    Args:
        api: The connection.
        query: Words, and filters such as `filename:*.py`.
        project: The path with its groups, such as acme/app.
        ref: A branch or a tag; by default the default branch.
        limit: Most places.

    See https://docs.gitlab.com/api/search/#project-search-api
    """
    asked = {"scope": "blobs", "search": query, "ref": ref, "per_page": min(limit, PAGE)}
    return await api.list(f"{at(project)}/search", into=Found, limit=limit, params=asked)

"""What runs by itself: pipelines, build statuses, webhooks; and the search in code.

https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/, https://developer.atlassian.com/cloud/bitbucket/rest/api-group-webhooks/
"""

from typing import Annotated, Literal

from pydantic import Field

from blocks.bitbucket import BitbucketCredentials
from tasks.bitbucket.branches import READ
from tasks.bitbucket.models import PAGE, Branch, BuildStatus, Found, Hook, Limit, Pipeline, Repository, Sha, repo
from tasks.bitbucket.system import connector
from tieline import Api, ConfigError, segment

READ_PIPELINES, WRITE_PIPELINES = ("read:pipeline:bitbucket",), ("read:pipeline:bitbucket", "write:pipeline:bitbucket")
READ_HOOKS = ("read:webhook:bitbucket",)
WRITE_HOOKS = ("read:webhook:bitbucket", "write:webhook:bitbucket")
DELETE_HOOKS = ("delete:webhook:bitbucket",)
EVENTS = ["repo:push", "repo:commit_status_created", "repo:commit_status_updated"]
EVENTS += [f"pullrequest:{what}" for what in ("created", "updated", "fulfilled", "rejected", "comment_created")]


@connector.action(scopes=WRITE_PIPELINES)
async def run_pipeline(
    api: Api,
    *,
    repository: Repository,
    branch: Branch,
    pattern: str | None = None,
    variables: dict[str, str] | None = None,
) -> Pipeline:
    """Start a pipeline on a branch.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        branch: What it runs on.
        pattern: The name of a custom pipeline; by default the one for that branch.
        variables: What it asks for.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/#api-repositories-workspace-repo-slug-pipelines-post
    """
    target = {
        "type": "pipeline_ref_target",
        "ref_type": "branch",
        "ref_name": branch,
        "selector": {"type": "custom", "pattern": pattern} if pattern else None,
    }
    given = [{"key": key, "value": value} for key, value in variables.items()] if variables else None
    path = f"{repo(repository)}/pipelines"
    return await api.post(path, {"target": target, "variables": given}, into=Pipeline, repeatable=False)


@connector.action(scopes=READ_PIPELINES)
async def list_pipelines(api: Api, *, repository: Repository, limit: Limit = 100) -> list[Pipeline]:
    """List runs of Bitbucket Pipelines, newest first.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/#api-repositories-workspace-repo-slug-pipelines-get
    """
    query = {"sort": "-created_on", "pagelen": min(limit, PAGE)}
    return await api.list(f"{repo(repository)}/pipelines", into=Pipeline, limit=limit, at="values", params=query)


@connector.action(scopes=READ)
async def create_build_status(
    api: Api,
    *,
    repository: Repository,
    sha: Sha,
    key: Annotated[str, Field(min_length=1, max_length=40)],
    state: Literal["SUCCESSFUL", "FAILED", "INPROGRESS", "STOPPED"],
    url: Annotated[str, Field(pattern="^https?://")],
    name: str | None = None,
    description: str | None = None,
) -> BuildStatus:
    """Say what a build of a commit came to; one of that key is replaced.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        sha: The commit.
        key: The build's, such as docs.
        state: What it came to.
        url: A page with more.
        name: How people call it.
        description: In a sentence.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/#api-repositories-workspace-repo-slug-commit-commit-statuses-build-post
    """
    asked = {"key": key, "state": state, "url": url, "name": name, "description": description}
    path = f"{repo(repository)}/commit/{sha}/statuses/build"
    return await api.post(path, asked, into=BuildStatus, repeatable=True)


@connector.action(scopes=WRITE_HOOKS)
async def create_webhook(
    api: Api,
    *,
    repository: Repository,
    url: Annotated[str, Field(pattern="^https?://")],
    events: list[str] = EVENTS,
) -> Hook:
    """Make Bitbucket tell an address what happens in a repository, signed with the secret on the block.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        url: The address, such as https://hooks.acme.com/hooks/bitbucket/main.
        events: Bitbucket's own names, such as repo:push or issue:created.

    Raises:
        ConfigError: The block has no webhook_secret; nothing was sent.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/#api-repositories-workspace-repo-slug-hooks-post
    """
    block = api.credentials
    secret = block.webhook_secret.get_secret_value() if isinstance(block, BitbucketCredentials) else ""
    if not secret:
        hint = "Put a long random text there: what is not signed, anybody could send."
        raise ConfigError(f"{block.title} has no webhook_secret.", hint=hint)
    asked = {"description": "Tieline", "url": url, "active": True, "secret": secret, "events": events}
    return await api.post(f"{repo(repository)}/hooks", asked, into=Hook, repeatable=False)


@connector.action(scopes=READ_HOOKS)
async def list_webhooks(api: Api, *, repository: Repository, limit: Limit = 100) -> list[Hook]:
    """List a repository's webhooks.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/#api-repositories-workspace-repo-slug-hooks-get
    """
    query = {"pagelen": min(limit, PAGE)}
    return await api.list(f"{repo(repository)}/hooks", into=Hook, limit=limit, at="values", params=query)


@connector.action(scopes=DELETE_HOOKS)
async def delete_webhook(api: Api, *, repository: Repository, uuid: str) -> None:
    """Delete a webhook.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/#api-repositories-workspace-repo-slug-hooks-uid-delete
    """
    await api.delete(f"{repo(repository)}/hooks/{segment(uuid)}", into=type(None))


@connector.action(scopes=READ)
async def search_code(api: Api, *, workspace: str, query: str, limit: Limit = 30) -> list[Found]:
    """Search in the main branches of a workspace.

    Args:
        api: The connection.
        workspace: Such as acme.
        query: Words and modifiers, such as `parse_date repo:app lang:python`.
        limit: Most files.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-search/#api-workspaces-workspace-search-code-get
    """
    asked = {"search_query": query, "pagelen": min(limit, PAGE)}
    path = f"/workspaces/{segment(workspace)}/search/code"
    return await api.list(path, into=Found, limit=limit, at="values", params=asked)

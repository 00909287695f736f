"""Pull requests, and what is said about them.

https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/
"""

from typing import Literal

from tasks.bitbucket.models import (
    PAGE,
    PULLS,
    Branch,
    Comment,
    Limit,
    Number,
    PullRequest,
    Repository,
    Sha,
    Text,
    repo,
    text,
)
from tasks.bitbucket.system import connector
from tieline import Api
from tieline.errors import Conflict

READ, WRITE = ("read:pullrequest:bitbucket",), ("read:pullrequest:bitbucket", "write:pullrequest:bitbucket")
State = Literal["OPEN", "MERGED", "DECLINED", "SUPERSEDED"]
MERGED, DECLINED = "MERGED", "DECLINED"


@connector.action(scopes=READ)
async def get_pull_request(api: Api, *, repository: Repository, number: Number) -> PullRequest:
    """Fetch a pull request.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-get
    """
    return await api.get(f"{repo(repository)}/pullrequests/{number}", into=PullRequest)


@connector.action(scopes=READ)
async def find_pull_request(
    api: Api, *, repository: Repository, source: Branch, destination: Branch | None = None
) -> PullRequest | None:
    """Fetch the open pull request of a branch, or nothing if there is none.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        source: The branch with the changes.
        destination: The branch that they go into.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-get
    """
    return await of_branch(api, repository, source, destination)


async def of_branch(api: Api, repository: str, source: str, destination: str | None) -> PullRequest | None:
    """The open pull request of a branch of this repository."""
    wanted = (
        f'state = "OPEN" AND source.branch.name = {text(source)} AND source.repository.full_name = {text(repository)}'
    )
    wanted += f" AND destination.branch.name = {text(destination)}" if destination else ""
    query = {"q": wanted, "pagelen": 1}
    found = await api.get(f"{repo(repository)}/pullrequests", into=list[PullRequest], at="values", params=query)
    return next(iter(found), None)


@connector.action(scopes=READ)
async def list_pull_requests(
    api: Api, *, repository: Repository, state: State = "OPEN", limit: Limit = 100
) -> list[PullRequest]:
    """List pull requests.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-get
    """
    query = {"state": state, "pagelen": min(limit, PULLS)}
    return await api.list(f"{repo(repository)}/pullrequests", into=PullRequest, limit=limit, at="values", params=query)


@connector.action(scopes=WRITE)
async def create_pull_request(
    api: Api,
    *,
    repository: Repository,
    title: str,
    source: Branch,
    destination: Branch,
    description: Text | None = None,
    draft: bool = False,
) -> PullRequest:
    """Open a pull request.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        title: One line.
        source: The branch with the changes.
        destination: The branch that they shall go into.
        description: Bitbucket's Markdown.
        draft: Whether it is not to be reviewed yet.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-post
    """

    async def made() -> PullRequest | None:
        return await of_branch(api, repository, source, destination)

    branches = {"source": {"branch": {"name": source}}, "destination": {"branch": {"name": destination}}}
    asked = {"title": title, "description": description, "draft": draft, **branches}
    return await api.post(f"{repo(repository)}/pullrequests", asked, into=PullRequest, check=made)


@connector.action(scopes=WRITE)
async def update_pull_request(
    api: Api,
    *,
    repository: Repository,
    number: Number,
    title: str | None = None,
    description: Text | None = None,
    destination: Branch | None = None,
) -> PullRequest:
    """Change an open pull request; what is left out stays as it is.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        number: The pull request.
        title: One line.
        description: Bitbucket's Markdown.
        destination: The branch that it shall go into.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-put
    """
    into = {"branch": {"name": destination}} if destination else None
    asked = {"title": title, "description": description, "destination": into}
    return await api.put(f"{repo(repository)}/pullrequests/{number}", asked, into=PullRequest)


@connector.action(scopes=WRITE)
async def merge_pull_request(
    api: Api,
    *,
    repository: Repository,
    number: Number,
    sha: Sha,
    strategy: Literal["merge_commit", "squash", "fast_forward"] = "merge_commit",
) -> PullRequest:
    """Merge a pull request.

    Bitbucket cannot be asked to merge only as far as a commit: that is looked at shortly before.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        number: The pull request.
        sha: Its newest commit, as it was reviewed.
        strategy: How.

    Raises:
        Conflict: It has another newest commit by now, or cannot be merged.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-merge-post
    """
    where = f"{repo(repository)}/pullrequests/{number}"

    async def merged() -> PullRequest | None:
        return _in_state(await api.get(where, into=PullRequest), MERGED)

    found = await api.get(where, into=PullRequest)
    if not found.source.sha or not sha.startswith(found.source.sha):
        hint = "Look at it again before it is merged."
        raise Conflict(f"Its newest commit is {found.source.sha or 'not known'}, not {sha[:12]}.", hint=hint)
    if found.state == MERGED:
        return found
    asked = {"type": "pullrequest_merge_parameters", "merge_strategy": strategy}
    return await api.post(f"{where}/merge", asked, into=PullRequest, check=merged)


@connector.action(kind="write", scopes=WRITE)
async def decline_pull_request(api: Api, *, repository: Repository, number: Number) -> PullRequest:
    """Close a pull request without a merge. It cannot be opened again.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-decline-post
    """
    where = f"{repo(repository)}/pullrequests/{number}"

    async def declined() -> PullRequest | None:
        return _in_state(await api.get(where, into=PullRequest), DECLINED)

    return await api.post(f"{where}/decline", into=PullRequest, check=declined)


def _in_state(found: PullRequest, state: str) -> PullRequest | None:
    return found if found.state == state else None


@connector.action(scopes=READ)
async def add_comment(api: Api, *, repository: Repository, number: Number, text: Text) -> Comment:
    """Leave a comment on a pull request.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        number: The pull request.
        text: Bitbucket's Markdown.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-comments-post
    """
    path = f"{repo(repository)}/pullrequests/{number}/comments"
    return await api.post(path, {"content": {"raw": text}}, into=Comment, repeatable=False)


@connector.action(scopes=READ)
async def update_comment(
    api: Api, *, repository: Repository, number: Number, comment_id: Number, text: Text
) -> Comment:
    """Change what a comment on a pull request says.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        number: The pull request.
        comment_id: The comment's own number.
        text: Bitbucket's Markdown.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-comments-comment-id-put
    """
    path = f"{repo(repository)}/pullrequests/{number}/comments/{comment_id}"
    return await api.put(path, {"content": {"raw": text}}, into=Comment)


@connector.action(scopes=READ)
async def list_comments(api: Api, *, repository: Repository, number: Number, limit: Limit = 100) -> list[Comment]:
    """List the comments on a pull request.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-comments-get
    """
    path, query = f"{repo(repository)}/pullrequests/{number}/comments", {"pagelen": min(limit, PAGE)}
    return await api.list(path, into=Comment, limit=limit, at="values", params=query)

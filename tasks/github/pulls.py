"""Pull requests. https://docs.github.com/rest/pulls/pulls."""

from typing import Literal

from tasks.github.models import PAGE, Branch, Limit, Merge, Number, PullRequest, Repository, Sha, Text, repo
from tasks.github.system import connector
from tieline import Api

READ, WRITE = ("pull_requests:read",), ("pull_requests:write",)


@connector.action(scopes=READ)
async def get_pull_request(api: Api, *, repository: Repository, number: Number) -> PullRequest:
    """Fetch a pull request.

    See https://docs.github.com/rest/pulls/pulls#get-a-pull-request
    """
    return await api.get(f"{repo(repository)}/pulls/{number}", into=PullRequest)


@connector.action(scopes=READ)
async def find_pull_request(
    api: Api, *, repository: Repository, head: Branch, base: Branch | None = None
) -> PullRequest | None:
    """Fetch the open pull request of a branch, or nothing if there is none.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        head: The branch with the changes; `owner:branch` for one of a fork.
        base: The branch that they go into.

    See https://docs.github.com/rest/pulls/pulls#list-pull-requests
    """
    return await of_branch(api, repository, head, base)


async def of_branch(api: Api, repository: str, head: str, base: str | None) -> PullRequest | None:
    """The open pull request of a branch."""
    # Without an owner GitHub would take no notice of the filter, and give all there are.
    whose = head if ":" in head else f"{repository.partition('/')[0]}:{head}"
    query = {"state": "open", "head": whose, "base": base, "per_page": 1}
    found = await api.get(f"{repo(repository)}/pulls", into=list[PullRequest], params=query)
    return next(iter(found), None)


@connector.action(scopes=READ)
async def list_pull_requests(
    api: Api,
    *,
    repository: Repository,
    state: Literal["open", "closed", "all"] = "open",
    base: Branch | None = None,
    limit: Limit = 100,
) -> list[PullRequest]:
    """List pull requests, newest first.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        state: Those that are open, closed (also merged ones), or all.
        base: Only those that go into this branch.
        limit: Most pull requests.

    See https://docs.github.com/rest/pulls/pulls#list-pull-requests
    """
    query = {"state": state, "base": base, "per_page": min(limit, PAGE)}
    return await api.list(f"{repo(repository)}/pulls", into=PullRequest, limit=limit, params=query)


@connector.action(scopes=WRITE)
async def create_pull_request(
    api: Api,
    *,
    repository: Repository,
    title: str,
    head: Branch,
    base: Branch,
    body: Text | None = None,
    draft: bool = False,
) -> PullRequest:
    """Open a pull request.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        title: One line.
        head: The branch with the changes; `owner:branch` for one of a fork.
        base: The branch that they shall go into.
        body: GitHub's Markdown.
        draft: Whether it is not to be reviewed yet.

    Raises:
        Conflict: There is one of that branch; `find_pull_request` finds it.

    See https://docs.github.com/rest/pulls/pulls#create-a-pull-request
    """

    async def made() -> PullRequest | None:
        return await of_branch(api, repository, head, base)

    asked = {"title": title, "head": head, "base": base, "body": body, "draft": draft}
    return await api.post(f"{repo(repository)}/pulls", asked, into=PullRequest, check=made)


@connector.action(scopes=WRITE)
async def update_pull_request(
    api: Api,
    *,
    repository: Repository,
    number: Number,
    title: str | None = None,
    body: Text | None = None,
    state: Literal["open", "closed"] | None = None,
    base: Branch | None = None,
) -> PullRequest:
    """Change a pull request; what is left out stays as it is.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        number: The pull request.
        title: One line.
        body: GitHub's Markdown.
        state: closed closes it without a merge.
        base: The branch that it shall go into.

    See https://docs.github.com/rest/pulls/pulls#update-a-pull-request
    """
    asked = {"title": title, "body": body, "state": state, "base": base}
    return await api.patch(f"{repo(repository)}/pulls/{number}", asked, into=PullRequest, repeatable=True)


@connector.action(scopes=("contents:write",))
async def merge_pull_request(
    api: Api,
    *,
    repository: Repository,
    number: Number,
    sha: Sha,
    method: Literal["merge", "squash", "rebase"] = "merge",
) -> Merge:
    """Merge a pull request.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        number: The pull request.
        sha: Its newest commit, as it was reviewed.
        method: How.

    Raises:
        Conflict: It has another newest commit by now.
        Rejected: It cannot be merged: there are conflicts, or checks and reviews are missing.

    See https://docs.github.com/rest/pulls/pulls#merge-a-pull-request
    """

    async def merged() -> Merge | None:
        found = await api.get(f"{repo(repository)}/pulls/{number}", into=PullRequest)
        return Merge(sha=found.merge_commit_sha or "", merged=True) if found.merged else None

    path, asked = f"{repo(repository)}/pulls/{number}/merge", {"sha": sha, "merge_method": method}
    return await api.put(path, asked, into=Merge, repeatable=False, check=merged)

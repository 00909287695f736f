"""Merge requests. https://docs.gitlab.com/api/merge_requests/."""

from typing import Literal

from tasks.gitlab.models import PAGE, READ, WRITE, Branch, Iid, Limit, MergeRequest, Project, Sha, Text, at, joined
from tasks.gitlab.system import connector
from tieline import Api


@connector.action(scopes=READ)
async def get_merge_request(api: Api, *, project: Project, iid: Iid) -> MergeRequest:
    """Fetch a merge request.

    See https://docs.gitlab.com/api/merge_requests/#get-single-mr
    """
    return await api.get(f"{at(project)}/merge_requests/{iid}", into=MergeRequest)


@connector.action(scopes=READ)
async def find_merge_request(
    api: Api, *, project: Project, source_branch: Branch, target_branch: Branch | None = None
) -> MergeRequest | None:
    """Fetch the open merge request of a branch, or nothing if there is none.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        source_branch: The branch with the changes.
        target_branch: The branch that they go into.

    See https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests
    """
    return await of_branch(api, project, source_branch, target_branch)


async def of_branch(api: Api, project: str, source: str, target: str | None) -> MergeRequest | None:
    """The open merge request of a branch of this project: in a fork anybody can call one the same."""
    query = {"state": "opened", "source_branch": source, "target_branch": target, "per_page": PAGE}
    found = await api.get(f"{at(project)}/merge_requests", into=list[MergeRequest], params=query)
    return next((one for one in found if one.source_project_id == one.target_project_id), None)


@connector.action(scopes=READ)
async def list_merge_requests(
    api: Api,
    *,
    project: Project,
    state: Literal["opened", "closed", "locked", "merged", "all"] = "opened",
    target_branch: Branch | None = None,
    limit: Limit = 100,
) -> list[MergeRequest]:
    """List merge requests, newest first.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        state: Those that are in this state, or all.
        target_branch: Only those that go into this branch.
        limit: Most merge requests.

    See https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests
    """
    query = {"state": state, "target_branch": target_branch, "per_page": min(limit, PAGE)}
    return await api.list(f"{at(project)}/merge_requests", into=MergeRequest, limit=limit, params=query)


@connector.action(scopes=WRITE)
async def create_merge_request(
    api: Api,
    *,
    project: Project,
    title: str,
    source_branch: Branch,
    target_branch: Branch,
    description: Text | None = None,
    labels: list[str] | None = None,
) -> MergeRequest:
    """Open a merge request.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        title: One line; what begins with `Draft:` is not to be reviewed yet.
        source_branch: The branch with the changes.
        target_branch: The branch that they shall go into.
        description: GitLab's Markdown.
        labels: Names of labels; those that the project does not know are made.

    Raises:
        Conflict: There is one of that branch; `find_merge_request` finds it.

    See https://docs.gitlab.com/api/merge_requests/#create-mr
    """

    async def made() -> MergeRequest | None:
        return await of_branch(api, project, source_branch, target_branch)

    asked = {
        "title": title,
        "source_branch": source_branch,
        "target_branch": target_branch,
        "description": description,
        "labels": joined(labels),
    }
    return await api.post(f"{at(project)}/merge_requests", asked, into=MergeRequest, check=made)


@connector.action(scopes=WRITE)
async def update_merge_request(
    api: Api,
    *,
    project: Project,
    iid: Iid,
    title: str | None = None,
    description: Text | None = None,
    state_event: Literal["close", "reopen"] | None = None,
    target_branch: Branch | None = None,
) -> MergeRequest:
    """Change a merge request; what is left out stays as it is.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        iid: The merge request's number.
        title: One line.
        description: GitLab's Markdown.
        state_event: close closes it without a merge.
        target_branch: The branch that it shall go into.

    See https://docs.gitlab.com/api/merge_requests/#update-mr
    """
    asked = {"title": title, "description": description, "state_event": state_event, "target_branch": target_branch}
    return await api.put(f"{at(project)}/merge_requests/{iid}", asked, into=MergeRequest)


@connector.action(scopes=WRITE)
async def merge_merge_request(
    api: Api, *, project: Project, iid: Iid, sha: Sha, squash: bool = False, should_remove_source_branch: bool = False
) -> MergeRequest:
    """Merge a merge request.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        iid: The merge request's number.
        sha: Its newest commit, as it was reviewed.
        squash: Whether its commits become one.
        should_remove_source_branch: Whether the branch is deleted.

    Raises:
        Conflict: It has another newest commit by now.
        Rejected: It cannot be merged: `get_merge_request` says what is missing.

    See https://docs.gitlab.com/api/merge_requests/#merge-a-merge-request
    """
    where = f"{at(project)}/merge_requests/{iid}"

    async def merged() -> MergeRequest | None:
        found = await api.get(where, into=MergeRequest)
        return found if found.state == "merged" else None

    asked = {"sha": sha, "squash": squash, "should_remove_source_branch": should_remove_source_branch}
    return await api.put(f"{where}/merge", asked, into=MergeRequest, repeatable=False, check=merged)

"""Issues, comments and labels; those of merge requests, too.

https://docs.gitlab.com/api/issues/, https://docs.gitlab.com/api/notes/, https://docs.gitlab.com/api/labels/
"""

from datetime import datetime
from typing import Literal

from tasks.gitlab.models import (
    PAGE,
    READ,
    WRITE,
    Comment,
    Iid,
    Issue,
    Kind,
    LabelInfo,
    Limit,
    Project,
    Text,
    at,
    joined,
)
from tasks.gitlab.system import connector
from tieline import Api


@connector.action(scopes=READ)
async def get_issue(api: Api, *, project: Project, iid: Iid) -> Issue:
    """Fetch an issue.

    See https://docs.gitlab.com/api/issues/#retrieve-a-project-issue
    """
    return await api.get(f"{at(project)}/issues/{iid}", into=Issue)


@connector.action(scopes=READ)
async def list_issues(
    api: Api,
    *,
    project: Project,
    state: Literal["opened", "closed", "all"] = "opened",
    labels: list[str] | None = None,
    updated_after: datetime | None = None,
    limit: Limit = 100,
) -> list[Issue]:
    """List issues, newest first.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        state: Those that are opened, closed, or all.
        labels: Only those that have all of these.
        updated_after: Only those that were changed since then.
        limit: Most issues.

    See https://docs.gitlab.com/api/issues/#list-project-issues
    """
    query = {"state": state, "labels": joined(labels), "updated_after": updated_after, "per_page": min(limit, PAGE)}
    return await api.list(f"{at(project)}/issues", into=Issue, limit=limit, params=query)


@connector.action(scopes=WRITE)
async def create_issue(
    api: Api,
    *,
    project: Project,
    title: str,
    description: Text | None = None,
    labels: list[str] | None = None,
    assignee_ids: list[int] | None = None,
) -> Issue:
    """Open an issue.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        title: One line.
        description: GitLab's Markdown.
        labels: Names of labels; those that the project does not know are made.
        assignee_ids: Numbers of accounts.

    See https://docs.gitlab.com/api/issues/#create-an-issue
    """
    asked = {"title": title, "description": description, "labels": joined(labels), "assignee_ids": assignee_ids}
    return await api.post(f"{at(project)}/issues", asked, into=Issue, repeatable=False)


@connector.action(scopes=WRITE)
async def update_issue(
    api: Api,
    *,
    project: Project,
    iid: Iid,
    title: str | None = None,
    description: Text | None = None,
    state_event: Literal["close", "reopen"] | None = None,
    labels: list[str] | None = None,
    assignee_ids: list[int] | None = None,
) -> Issue:
    """Change an issue; what is left out stays as it is.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        iid: The issue's number.
        title: One line.
        description: GitLab's Markdown.
        state_event: Close it, or open it again.
        labels: All labels that it shall have.
        assignee_ids: Numbers of all accounts that it shall be assigned to.

    See https://docs.gitlab.com/api/issues/#update-an-issue
    """
    asked = {"title": title, "description": description, "state_event": state_event, "labels": joined(labels)}
    return await api.put(f"{at(project)}/issues/{iid}", {**asked, "assignee_ids": assignee_ids}, into=Issue)


@connector.action(scopes=WRITE)
async def add_labels(api: Api, *, project: Project, kind: Kind, iid: Iid, labels: list[str]) -> list[str]:
    """Give an issue or a merge request labels beside those that it has; returns all of them.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        kind: Whether it is an issue or a merge request.
        iid: Its number.
        labels: Their names; those that the project does not know are made.

    See https://docs.gitlab.com/api/issues/#update-an-issue, https://docs.gitlab.com/api/merge_requests/#update-mr
    """
    path = f"{at(project)}/{kind}/{iid}"
    return await api.put(path, {"add_labels": joined(labels)}, into=list[str], at="labels")


@connector.action(scopes=READ)
async def list_labels(api: Api, *, project: Project, limit: Limit = 100) -> list[LabelInfo]:
    """List the labels that a project knows, those of its groups included.

    See https://docs.gitlab.com/api/labels/#list-labels
    """
    query = {"per_page": min(limit, PAGE)}
    return await api.list(f"{at(project)}/labels", into=LabelInfo, limit=limit, params=query)


@connector.action(scopes=WRITE)
async def add_comment(api: Api, *, project: Project, kind: Kind, iid: Iid, body: Text) -> Comment:
    """Leave a comment on an issue or a merge request.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        kind: Whether it is an issue or a merge request.
        iid: Its number.
        body: GitLab's Markdown. A line that begins with a slash, such as /close, is a command.

    See https://docs.gitlab.com/api/notes/#create-new-issue-note
    """
    return await api.post(f"{at(project)}/{kind}/{iid}/notes", {"body": body}, into=Comment, repeatable=False)


@connector.action(scopes=WRITE)
async def update_comment(api: Api, *, project: Project, kind: Kind, iid: Iid, comment_id: int, body: Text) -> Comment:
    """Change what a comment on an issue or a merge request says.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        kind: Whether it is an issue or a merge request.
        iid: Its number.
        comment_id: The comment's own number.
        body: GitLab's Markdown.

    See https://docs.gitlab.com/api/notes/#modify-existing-issue-note
    """
    return await api.put(f"{at(project)}/{kind}/{iid}/notes/{comment_id}", {"body": body}, into=Comment)


@connector.action(scopes=READ)
async def list_comments(api: Api, *, project: Project, kind: Kind, iid: Iid, limit: Limit = 100) -> list[Comment]:
    """List what people said about an issue or a merge request, oldest first, without what GitLab itself says there.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        kind: Whether it is an issue or a merge request.
        iid: Its number.
        limit: Most comments.

    See https://docs.gitlab.com/api/notes/#list-project-issue-notes
    """
    query = {"sort": "asc", "order_by": "created_at", "per_page": PAGE}
    found: list[Comment] = []
    async for page in api.pages(f"{at(project)}/{kind}/{iid}/notes", params=query):
        found += [one for one in api.read(page, into=list[Comment]) if not one.system]
        if len(found) >= limit:
            break
    return found[:limit]

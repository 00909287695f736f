"""Issues, comments and labels; those of pull requests, too.

https://docs.github.com/rest/issues
"""

from datetime import datetime
from typing import Literal

from tasks.github.models import PAGE, Comment, Issue, LabelInfo, Limit, Number, Repository, Text, repo
from tasks.github.system import connector
from tieline import Api

READ, WRITE = ("issues:read",), ("issues:write",)
State = Literal["open", "closed"]


@connector.action(scopes=READ)
async def get_issue(api: Api, *, repository: Repository, number: Number) -> Issue:
    """Fetch an issue, or a pull request as far as it is one.

    See https://docs.github.com/rest/issues/issues#get-an-issue
    """
    return await api.get(f"{repo(repository)}/issues/{number}", into=Issue)


@connector.action(scopes=READ)
async def list_issues(
    api: Api,
    *,
    repository: Repository,
    state: Literal["open", "closed", "all"] = "open",
    labels: list[str] | None = None,
    since: datetime | None = None,
    limit: Limit = 100,
) -> list[Issue]:
    """List issues, newest first, without the pull requests that GitHub lists among them.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        state: Those that are open, closed, or all.
        labels: Only those that have all of these.
        since: Only those that were changed since then.
        limit: Most issues.

    See https://docs.github.com/rest/issues/issues#list-repository-issues
    """
    query = {"state": state, "labels": ",".join(labels) if labels else None, "since": since, "per_page": PAGE}
    found: list[Issue] = []
    async for page in api.pages(f"{repo(repository)}/issues", params=query):
        found += [one for one in api.read(page, into=list[Issue]) if one.pull_request is None]
        if len(found) >= limit:
            break
    return found[:limit]


@connector.action(scopes=WRITE)
async def create_issue(
    api: Api,
    *,
    repository: Repository,
    title: str,
    body: Text | None = None,
    labels: list[str] | None = None,
    assignees: list[str] | None = None,
) -> Issue:
    """Open an issue.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        title: One line.
        body: GitHub's Markdown.
        labels: Names of labels.
        assignees: Names of accounts.

    See https://docs.github.com/rest/issues/issues#create-an-issue
    """
    asked = {"title": title, "body": body, "labels": labels, "assignees": assignees}
    return await api.post(f"{repo(repository)}/issues", asked, into=Issue, repeatable=False)


@connector.action(scopes=WRITE)
async def update_issue(
    api: Api,
    *,
    repository: Repository,
    number: Number,
    title: str | None = None,
    body: Text | None = None,
    state: State | None = None,
    labels: list[str] | None = None,
    assignees: list[str] | None = None,
) -> Issue:
    """Change an issue; what is left out stays as it is.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        number: The issue.
        title: One line.
        body: GitHub's Markdown.
        state: open or closed.
        labels: All labels that it shall have.
        assignees: All accounts that it shall be assigned to.

    See https://docs.github.com/rest/issues/issues#update-an-issue
    """
    asked = {"title": title, "body": body, "state": state, "labels": labels, "assignees": assignees}
    return await api.patch(f"{repo(repository)}/issues/{number}", asked, into=Issue, repeatable=True)


@connector.action(scopes=WRITE)
async def add_labels(api: Api, *, repository: Repository, number: Number, labels: list[str]) -> list[LabelInfo]:
    """Give an issue or a pull request labels beside those that it has; returns all of them.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        number: The issue or pull request.
        labels: Their names; those that the repository does not know are made.

    See https://docs.github.com/rest/issues/labels#add-labels-to-an-issue
    """
    path = f"{repo(repository)}/issues/{number}/labels"
    return await api.post(path, {"labels": labels}, into=list[LabelInfo], repeatable=True)


@connector.action(scopes=WRITE)
async def add_comment(api: Api, *, repository: Repository, number: Number, body: Text) -> Comment:
    """Leave a comment on an issue or a pull request.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        number: The issue or pull request.
        body: GitHub's Markdown.

    See https://docs.github.com/rest/issues/comments#create-an-issue-comment
    """
    path = f"{repo(repository)}/issues/{number}/comments"
    return await api.post(path, {"body": body}, into=Comment, repeatable=False)


@connector.action(scopes=WRITE)
async def update_comment(api: Api, *, repository: Repository, comment_id: Number, body: Text) -> Comment:
    """Change what a comment on an issue or a pull request says.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        comment_id: The comment's own number.
        body: GitHub's Markdown.

    See https://docs.github.com/rest/issues/comments#update-an-issue-comment
    """
    path = f"{repo(repository)}/issues/comments/{comment_id}"
    return await api.patch(path, {"body": body}, into=Comment, repeatable=True)


@connector.action(scopes=READ)
async def list_comments(
    api: Api, *, repository: Repository, number: Number, since: datetime | None = None, limit: Limit = 100
) -> list[Comment]:
    """List the comments on an issue or a pull request, oldest first.

    Args:
        api: The connection.
        repository: Owner and name, such as acme/app.
        number: The issue or pull request.
        since: Only those that were changed since then.
        limit: Most comments.

    See https://docs.github.com/rest/issues/comments#list-issue-comments
    """
    path, query = f"{repo(repository)}/issues/{number}/comments", {"since": since, "per_page": min(limit, PAGE)}
    return await api.list(path, into=Comment, limit=limit, params=query)

"""Issues of the repository's own tracker, where that is switched on.

https://developer.atlassian.com/cloud/bitbucket/rest/api-group-issue-tracker/
"""

from typing import Literal

from tasks.bitbucket.models import PAGE, Comment, Issue, Limit, Number, Repository, Text, repo, text
from tasks.bitbucket.system import connector
from tieline import Api

READ, WRITE = ("read:issue:bitbucket",), ("write:issue:bitbucket",)
State = Literal["submitted", "new", "open", "resolved", "on hold", "invalid", "duplicate", "wontfix", "closed"]
Kind = Literal["bug", "enhancement", "proposal", "task"]
Priority = Literal["trivial", "minor", "major", "critical", "blocker"]


@connector.action(scopes=READ)
async def get_issue(api: Api, *, repository: Repository, number: Number) -> Issue:
    """Fetch an issue.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-issue-tracker/#api-repositories-workspace-repo-slug-issues-issue-id-get
    """
    return await api.get(f"{repo(repository)}/issues/{number}", into=Issue)


@connector.action(scopes=READ)
async def list_issues(
    api: Api, *, repository: Repository, state: State | None = None, limit: Limit = 100
) -> list[Issue]:
    """List issues.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-issue-tracker/#api-repositories-workspace-repo-slug-issues-get
    """
    query = {"q": f"state = {text(state)}" if state else None, "pagelen": min(limit, PAGE)}
    return await api.list(f"{repo(repository)}/issues", into=Issue, limit=limit, at="values", params=query)


@connector.action(scopes=WRITE)
async def create_issue(
    api: Api,
    *,
    repository: Repository,
    title: str,
    content: Text | None = None,
    kind: Kind | None = None,
    priority: Priority | None = None,
) -> Issue:
    """Open an issue.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        title: One line.
        content: Bitbucket's Markdown.
        kind: What it is about.
        priority: How urgent it is.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-issue-tracker/#api-repositories-workspace-repo-slug-issues-post
    """
    asked = {"title": title, "content": {"raw": content} if content else None, "kind": kind, "priority": priority}
    return await api.post(f"{repo(repository)}/issues", asked, into=Issue, repeatable=False)


@connector.action(scopes=WRITE)
async def update_issue(
    api: Api,
    *,
    repository: Repository,
    number: Number,
    title: str | None = None,
    content: Text | None = None,
    state: State | None = None,
    kind: Kind | None = None,
    priority: Priority | None = None,
) -> Issue:
    """Change an issue; what is left out stays as it is.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        number: The issue.
        title: One line.
        content: Bitbucket's Markdown.
        state: How far it is.
        kind: What it is about.
        priority: How urgent it is.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-issue-tracker/#api-repositories-workspace-repo-slug-issues-issue-id-put
    """
    raw = {"raw": content} if content is not None else None
    asked = {"title": title, "content": raw, "state": state, "kind": kind, "priority": priority}
    return await api.put(f"{repo(repository)}/issues/{number}", asked, into=Issue)


@connector.action(scopes=WRITE)
async def add_issue_comment(api: Api, *, repository: Repository, number: Number, text: Text) -> Comment:
    """Leave a comment on an issue.

    Args:
        api: The connection.
        repository: Workspace and repository, such as acme/app.
        number: The issue.
        text: Bitbucket's Markdown.

    See https://developer.atlassian.com/cloud/bitbucket/rest/api-group-issue-tracker/#api-repositories-workspace-repo-slug-issues-issue-id-comments-post
    """
    path = f"{repo(repository)}/issues/{number}/comments"
    return await api.post(path, {"content": {"raw": text}}, into=Comment, repeatable=False)

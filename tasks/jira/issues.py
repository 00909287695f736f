"""Issues, their comments and their steps.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
"""

from typing import Annotated, Any

from pydantic import Field, JsonValue
from pydantic_core import to_json

from tasks.jira.models import (
    USUAL,
    Comment,
    Fields,
    Issue,
    IssueKey,
    Limit,
    NewIssue,
    OwnFields,
    Person,
    Project,
    Text,
    Transition,
)
from tasks.jira.system import connector
from tieline import Api, segment
from tieline.errors import UnknownName
from tieline.markup import adf
from tieline.transport.paging import cursor, offset

READ, WRITE = ("read:jira-work",), ("write:jira-work",)
#: Most items of a page that Jira gives out everywhere.
PAGE = 100
#: What makes a comment of a service project an internal one.
_INTERNAL = {"key": "sd.public.comment", "value": {"internal": True}}


@connector.action(scopes=READ)
async def get_issue(
    api: Api, *, issue_key: IssueKey, fields: Fields | None = None, properties: list[str] | None = None
) -> Issue:
    """Fetch one issue; its description comes as Markdown.

    Args:
        api: The connection.
        issue_key: The issue.
        fields: The fields that you want; by default the usual ones.
        properties: Keys of issue properties that you want too.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get
    """
    query = {"fields": ",".join(fields or USUAL), "properties": ",".join(properties) if properties else None}
    return await api.get(f"/issue/{segment(issue_key)}", into=Issue, params=query)


@connector.action(scopes=READ)
async def search_issues(api: Api, *, jql: str, fields: Fields | None = None, limit: Limit = 100) -> list[Issue]:
    """Search issues. What was changed a moment ago may not be found yet.

    Args:
        api: The connection.
        jql: Such as `project = OPS AND status != Done ORDER BY updated DESC`; Jira wants a condition in it.
        fields: The fields that you want; by default the usual ones.
        limit: Most issues.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-get
    """
    query = {"jql": jql, "fields": ",".join(fields or USUAL), "maxResults": min(limit, PAGE)}
    pages = cursor("nextPageToken", "nextPageToken")
    return await api.list("/search/jql", into=Issue, limit=limit, at="issues", params=query, paginate=pages)


@connector.action(scopes=WRITE)
async def create_issue(
    api: Api,
    *,
    project_key: str,
    issue_type: str,
    summary: str,
    description: Text | None = None,
    priority: str | None = None,
    labels: list[str] | None = None,
    assignee_id: str | None = None,
    parent_key: str | None = None,
    fields: OwnFields | None = None,
) -> NewIssue:
    """Open an issue.

    Args:
        api: The connection.
        project_key: The project, such as OPS.
        issue_type: Such as Task or Bug.
        summary: One line.
        description: Markdown.
        priority: Such as High.
        labels: Words without blanks.
        assignee_id: The account that shall do it.
        parent_key: The issue that it belongs to.
        fields: More fields, by Jira's id, in Jira's own form.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post
    """
    place = {"project": {"key": project_key}, "issuetype": {"name": issue_type}}
    parent = {"parent": {"key": parent_key} if parent_key else None}
    usual = _fields(summary, description, priority, labels, assignee_id)
    return await api.post("/issue", {"fields": {**place, **usual, **parent, **(fields or {})}}, into=NewIssue)


@connector.action(scopes=(*READ, *WRITE))
async def update_issue(
    api: Api,
    *,
    issue_key: IssueKey,
    summary: str | None = None,
    description: Text | None = None,
    priority: str | None = None,
    labels: list[str] | None = None,
    add_labels: list[str] | None = None,
    assignee_id: str | None = None,
    fields: OwnFields | None = None,
) -> Issue:
    """Change an issue; what is left out stays as it is.

    Args:
        api: The connection.
        issue_key: The issue.
        summary: One line.
        description: Markdown.
        priority: Such as High.
        labels: All labels that it shall have.
        add_labels: Labels beside those that it has; not together with `labels`.
        assignee_id: The account that shall do it.
        fields: More fields, by Jira's id, in Jira's own form.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
    """
    usual = _fields(summary, description, priority, labels, assignee_id)
    more = {"labels": [{"add": label} for label in add_labels]} if add_labels else None
    changes = {"fields": {**usual, **(fields or {})}, "update": more}
    return await api.put(f"/issue/{segment(issue_key)}", changes, into=Issue, params={"returnIssue": True})


@connector.action(scopes=WRITE)
async def delete_issue(api: Api, *, issue_key: IssueKey) -> None:
    """Delete an issue for good; one that has subtasks is refused.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-delete
    """
    await api.delete(f"/issue/{segment(issue_key)}", into=type(None))


@connector.action(scopes=(*READ, *WRITE))
async def transition_issue(
    api: Api, *, issue_key: IssueKey, to: str, comment: Text | None = None, fields: OwnFields | None = None
) -> Transition:
    """Move an issue to another status.

    Args:
        api: The connection.
        issue_key: The issue.
        to: The name of the status, or of the step that leads there.
        comment: Markdown, said in the same step.
        fields: What the step asks for, such as {"resolution": {"name": "Done"}}.

    Raises:
        UnknownName: No step of that name can be taken from where the issue stands; those that can are listed.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-post
    """
    path = f"/issue/{segment(issue_key)}/transitions"
    possible = await api.get(path, into=list[Transition], at="transitions")
    step = _step(issue_key, to, possible)
    said = {"comment": [{"add": {"body": adf.from_markdown(comment)}}]} if comment else None
    await api.post(path, {"transition": {"id": step.id}, "fields": fields, "update": said})
    return step


@connector.action(scopes=WRITE)
async def add_comment(api: Api, *, issue_key: IssueKey, body: Text, internal: bool = False) -> Comment:
    """Leave a comment.

    Args:
        api: The connection.
        issue_key: The issue.
        body: Markdown; `[@Ann](accountid:5b10)` mentions an account.
        internal: In a service project, for the team and not for the customer; elsewhere it makes no difference.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-post
    """
    said = {"body": adf.from_markdown(body), "properties": [_INTERNAL] if internal else None}
    return await api.post(f"/issue/{segment(issue_key)}/comment", said, into=Comment)


@connector.action(scopes=WRITE)
async def update_comment(
    api: Api, *, issue_key: IssueKey, comment_id: Annotated[str, Field(min_length=1)], body: Text
) -> Comment:
    """Replace a comment's text; who may read it stays as it is, and nobody gets a mail.

    Args:
        api: The connection.
        issue_key: The issue.
        comment_id: The comment; to change those of others takes a permission of its own.
        body: Markdown.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-id-put
    """
    path = f"/issue/{segment(issue_key)}/comment/{segment(comment_id)}"
    return await api.put(path, {"body": adf.from_markdown(body)}, into=Comment, params={"notifyUsers": False})


@connector.action(scopes=READ)
async def list_comments(api: Api, *, issue_key: IssueKey, limit: Limit = 100) -> list[Comment]:
    """List an issue's comments as Markdown, oldest first.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-get
    """
    path, query = f"/issue/{segment(issue_key)}/comment", {"orderBy": "created", "maxResults": min(limit, PAGE)}
    pages = offset("startAt", items="comments", size="maxResults")
    return await api.list(path, into=Comment, limit=limit, at="comments", params=query, paginate=pages)


@connector.action(scopes=WRITE)
async def set_property(api: Api, *, issue_key: IssueKey, property_key: str, value: JsonValue) -> None:
    """Keep a value with an issue, where people do not see it and apps and JQL do; an older one is replaced.

    Args:
        api: The connection.
        issue_key: The issue.
        property_key: Its name, up to 255 characters.
        value: Any JSON, up to 32,768 characters.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-properties/#api-rest-api-3-issue-issueidorkey-properties-propertykey-put
    """
    path = f"/issue/{segment(issue_key)}/properties/{segment(property_key)}"
    await api.put(path, into=type(None), content=to_json(value), headers={"content-type": "application/json"})


@connector.action(scopes=("read:jira-user",))
async def get_current_user(api: Api) -> Person:
    """Fetch whom the token belongs to.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/#api-rest-api-3-myself-get
    """
    return await api.get("/myself", into=Person)


@connector.action(scopes=READ)
async def list_projects(api: Api, *, limit: Limit = 100) -> list[Project]:
    """List the projects that the account may see, by key.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/#api-rest-api-3-project-search-get
    """
    query = {"orderBy": "key", "maxResults": min(limit, PAGE)}
    pages = offset("startAt", items="values", size="maxResults")
    return await api.list("/project/search", into=Project, limit=limit, at="values", params=query, paginate=pages)


def _fields(
    summary: str | None, description: str | None, priority: str | None, labels: list[str] | None, assignee: str | None
) -> dict[str, Any]:
    """The usual fields in Jira's form."""
    return {
        "summary": summary,
        "description": None if description is None else adf.from_markdown(description),
        "priority": {"name": priority} if priority else None,
        "labels": labels,
        "assignee": {"accountId": assignee} if assignee else None,
    }


def _step(issue_key: str, to: str, possible: list[Transition]) -> Transition:
    """The step of that name, or else the one that leads to the status of that name."""
    wanted = to.strip().casefold()
    by_name = {step.to.name.casefold(): step for step in reversed(possible)}
    by_name |= {step.name.casefold(): step for step in possible}
    if wanted not in by_name:
        ways = ", ".join(f"{step.name} (to {step.to.name})" for step in possible) or "none, for this account"
        hint = f"From where {issue_key} stands, these are possible: {ways}."
        raise UnknownName("transition or status", to, by_name, hint=hint)
    return by_name[wanted]

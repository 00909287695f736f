"""Issues, their comments and their labels.

https://linear.app/developers/graphql
"""

from datetime import date, datetime

from tasks.linear.graphql import COMMENT, ISSUE, ask, listed, page
from tasks.linear.models import Comment, Id, Issue, IssueId, Limit, Priority, TeamKey, Text
from tasks.linear.system import connector
from tieline import Api

READ, WRITE, CREATE, COMMENTS = ("read",), ("write",), ("issues:create",), ("comments:create",)


@connector.action(scopes=READ)
async def get_issue(api: Api, *, issue_id: IssueId) -> Issue:
    """Fetch an issue. See https://linear.app/developers/graphql#queries-and-mutations."""
    query = f"query($id: String!) {{ issue(id: $id) {{ {ISSUE} }} }}"
    return await ask(api, query, {"id": issue_id}, into=Issue, at="issue")


@connector.action(scopes=READ)
async def list_issues(
    api: Api,
    *,
    team: TeamKey | None = None,
    state: str | None = None,
    assignee: str | None = None,
    label: str | None = None,
    project_id: Id | None = None,
    updated_since: datetime | None = None,
    limit: Limit = 100,
) -> list[Issue]:
    """List issues, those first that were changed last.

    Args:
        api: The connection.
        team: Only those of this team, by its key.
        state: Only those in a step of this name, such as In Progress.
        assignee: Only those of the person with this e-mail address.
        label: Only those with a label of this name.
        project_id: Only those of this project.
        updated_since: Only those that were changed since then.
        limit: Most issues.

    See https://linear.app/developers/filtering
    """
    chosen = {
        "team": team and {"key": {"eq": team}},
        "state": state and {"name": {"eq": state}},
        "assignee": assignee and {"email": {"eq": assignee}},
        "labels": label and {"some": {"name": {"eq": label}}},
        "project": project_id and {"id": {"eq": project_id}},
        "updatedAt": updated_since and {"gte": updated_since},
    }
    query = (
        "query($filter: IssueFilter, $first: Int, $after: String)"
        f" {{ issues(filter: $filter, first: $first, after: $after, orderBy: updatedAt) {page(ISSUE)} }}"
    )
    return await listed(api, query, {"filter": chosen}, into=Issue, at="issues", limit=limit)


@connector.action(scopes=READ)
async def search_issues(
    api: Api, *, text: str, team_id: Id | None = None, comments: bool = False, limit: Limit = 20
) -> list[Issue]:
    """Search for issues by words and by meaning, best first; 30 searches a minute.

    Args:
        api: The connection.
        text: What to look for.
        team_id: Those of this team count more.
        comments: Whether to look into the comments, too.
        limit: Most issues.

    See https://linear.app/developers/graphql#queries-and-mutations
    """
    query = (
        "query($term: String!, $teamId: String, $includeComments: Boolean, $first: Int, $after: String)"
        " { searchIssues(term: $term, teamId: $teamId, includeComments: $includeComments, first: $first, after: $after)"
        f" {page(ISSUE)} }}"
    )
    asked = {"term": text, "teamId": team_id, "includeComments": comments}
    return await listed(api, query, asked, into=Issue, at="searchIssues", limit=limit)


@connector.action(scopes=CREATE)
async def create_issue(
    api: Api,
    *,
    team_id: Id,
    title: str,
    description: Text | None = None,
    priority: Priority | None = None,
    state_id: Id | None = None,
    assignee_id: Id | None = None,
    project_id: Id | None = None,
    parent_id: IssueId | None = None,
    label_ids: list[str] | None = None,
    due: date | None = None,
) -> Issue:
    """Open an issue.

    Args:
        api: The connection.
        team_id: The team that it is for.
        title: One line.
        description: Markdown.
        priority: 0 none, 1 urgent, 2 high, 3 medium, 4 low.
        state_id: The step of the team's workflow; by default its first one.
        assignee_id: Who shall do it.
        project_id: The project that it belongs to.
        parent_id: The issue that it is a part of.
        label_ids: Its labels.
        due: The day until when.

    See https://linear.app/developers/graphql#creating-and-editing-issues
    """
    asked = {
        "teamId": team_id,
        "title": title,
        "description": description,
        "priority": priority,
        "stateId": state_id,
        "assigneeId": assignee_id,
        "projectId": project_id,
        "parentId": parent_id,
        "labelIds": label_ids,
        "dueDate": due,
    }
    query = f"mutation($input: IssueCreateInput!) {{ issueCreate(input: $input) {{ issue {{ {ISSUE} }} }} }}"
    return await ask(api, query, {"input": asked}, into=Issue, at="issueCreate.issue", repeatable=False)


@connector.action(scopes=WRITE)
async def update_issue(
    api: Api,
    *,
    issue_id: IssueId,
    title: str | None = None,
    description: Text | None = None,
    priority: Priority | None = None,
    state_id: Id | None = None,
    assignee_id: Id | None = None,
    project_id: Id | None = None,
    label_ids: list[str] | None = None,
    due: date | None = None,
) -> Issue:
    """Change an issue; what is left out stays as it is.

    Args:
        api: The connection.
        issue_id: The issue.
        title: One line.
        description: Markdown.
        priority: 0 none, 1 urgent, 2 high, 3 medium, 4 low.
        state_id: The step of the team's workflow.
        assignee_id: Who shall do it.
        project_id: The project that it belongs to.
        label_ids: All labels that it shall have.
        due: The day until when.

    See https://linear.app/developers/graphql#creating-and-editing-issues
    """
    asked = {
        "title": title,
        "description": description,
        "priority": priority,
        "stateId": state_id,
        "assigneeId": assignee_id,
        "projectId": project_id,
        "labelIds": label_ids,
        "dueDate": due,
    }
    query = (
        "mutation($id: String!, $input: IssueUpdateInput!)"
        f" {{ issueUpdate(id: $id, input: $input) {{ issue {{ {ISSUE} }} }} }}"
    )
    variables = {"id": issue_id, "input": asked}
    return await ask(api, query, variables, into=Issue, at="issueUpdate.issue", repeatable=True)


@connector.action(scopes=WRITE)
async def add_label(api: Api, *, issue_id: IssueId, label_id: Id) -> Issue:
    """Give an issue one more label; one that it has already is fine. See https://linear.app/developers/graphql."""
    query = (
        "mutation($id: String!, $labelId: String!)"
        f" {{ issueAddLabel(id: $id, labelId: $labelId) {{ issue {{ {ISSUE} }} }} }}"
    )
    variables = {"id": issue_id, "labelId": label_id}
    return await ask(api, query, variables, into=Issue, at="issueAddLabel.issue", repeatable=True)


@connector.action(scopes=WRITE)
async def remove_label(api: Api, *, issue_id: IssueId, label_id: Id) -> Issue:
    """Take a label from an issue. See https://linear.app/developers/graphql."""
    query = (
        "mutation($id: String!, $labelId: String!)"
        f" {{ issueRemoveLabel(id: $id, labelId: $labelId) {{ issue {{ {ISSUE} }} }} }}"
    )
    variables = {"id": issue_id, "labelId": label_id}
    return await ask(api, query, variables, into=Issue, at="issueRemoveLabel.issue", repeatable=True)


@connector.action(scopes=READ)
async def list_comments(api: Api, *, issue_id: IssueId, limit: Limit = 100) -> list[Comment]:
    """List the comments on an issue, newest first. See https://linear.app/developers/pagination."""
    query = (
        "query($id: String!, $first: Int, $after: String)"
        f" {{ issue(id: $id) {{ comments(first: $first, after: $after) {page(COMMENT)} }} }}"
    )
    return await listed(api, query, {"id": issue_id}, into=Comment, at="issue.comments", limit=limit)


@connector.action(scopes=COMMENTS)
async def add_comment(api: Api, *, issue_id: IssueId, body: Text, parent_id: Id | None = None) -> Comment:
    """Leave a comment on an issue.

    Args:
        api: The connection.
        issue_id: The issue.
        body: Markdown.
        parent_id: The comment that it answers.

    See https://linear.app/developers/graphql#creating-and-editing-issues
    """
    asked = {"issueId": issue_id, "body": body, "parentId": parent_id}
    query = f"mutation($input: CommentCreateInput!) {{ commentCreate(input: $input) {{ comment {{ {COMMENT} }} }} }}"
    return await ask(api, query, {"input": asked}, into=Comment, at="commentCreate.comment", repeatable=False)


@connector.action(scopes=WRITE)
async def update_comment(api: Api, *, comment_id: Id, body: Text) -> Comment:
    """Write a comment anew. See https://linear.app/developers/graphql."""
    query = (
        "mutation($id: String!, $input: CommentUpdateInput!)"
        f" {{ commentUpdate(id: $id, input: $input) {{ comment {{ {COMMENT} }} }} }}"
    )
    variables = {"id": comment_id, "input": {"body": body}}
    return await ask(api, query, variables, into=Comment, at="commentUpdate.comment", repeatable=True)

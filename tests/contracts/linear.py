"""Linear, as of https://linear.app/developers and its published schema on 2026-11-22."""

import hashlib
import hmac
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

BASE = "https://api.linear.app"
HOOKS = "https://linear.app/developers/webhooks"
HOOK = "secret-hook-789"
UUID = "2174add1-f7c8-44e3-bbf3-2d60b5ea8bc9"
OTHER = "a7d0c1a4-3d0c-4b8e-9f4d-9f1f3f0f6c11"
MOMENT = "2026-01-02T03:04:05.000Z"
HERE = "https://hooks.acme.test/hooks/linear/main"

ANN = {"id": OTHER, "name": "Ann", "email": "ann@acme.test"}
TEAM = {"id": OTHER, "key": "ENG", "name": "Engineering"}
STATE = {"id": OTHER, "name": "In Progress", "type": "started"}
LABEL = {"id": OTHER, "name": "Docs", "color": "#F2994A"}
ISSUE: dict[str, Any] = {
    "id": UUID,
    "identifier": "ENG-123",
    "title": "The lamp does not light",
    "description": "It is *dark*.",
    "url": "https://linear.app/acme/issue/ENG-123/the-lamp",
    "branchName": "ann/eng-123-the-lamp",
    "priority": 2,
    "estimate": None,
    "dueDate": "2026-02-03",
    "createdAt": MOMENT,
    "updatedAt": MOMENT,
    "state": STATE,
    "team": TEAM,
    "project": {"id": OTHER, "name": "Light"},
    "assignee": ANN,
    "creator": ANN,
    "labels": {"nodes": [LABEL]},
}
SEEN = {
    "identifier": "ENG-123",
    "priority": 2,
    "dueDate": "2026-02-03",
    "state": {"name": "In Progress", "type": "started"},
    "labels": [{"name": "Docs"}],
}
COMMENT = {
    "id": UUID,
    "body": "Me too",
    "url": "https://linear.app/acme/issue/ENG-123#comment-1",
    "createdAt": MOMENT,
    "updatedAt": MOMENT,
    "user": ANN,
    "issue": {"id": UUID, "identifier": "ENG-123", "title": "The lamp"},
}
PROJECT = {
    "id": UUID,
    "name": "Light",
    "description": "More of it",
    "content": "# Light",
    "url": "https://linear.app/acme/project/light-1",
    "progress": 0.5,
    "startDate": None,
    "targetDate": "2026-02-03",
    "status": {"id": OTHER, "name": "Started", "type": "started"},
    "lead": ANN,
}
LINK = {
    "id": UUID,
    "title": "Pull request 7",
    "subtitle": None,
    "url": "https://github.com/acme/app/pull/7",
    "metadata": {"number": 7},
    "issue": {"id": UUID, "identifier": "ENG-123", "title": "The lamp"},
}
WEBHOOK = {
    "id": UUID,
    "label": "Tieline main",
    "url": HERE,
    "enabled": True,
    "resourceTypes": ["Comment", "Issue"],
    "allPublicTeams": True,
    "team": None,
}

# What is asked for of each kind of thing.
OF_ISSUE = (
    "id identifier title description url branchName priority estimate dueDate createdAt updatedAt"
    " state { id name type } team { id key name } project { id name } assignee { id name email }"
    " creator { id name email } labels { nodes { id name color } }"
)
OF_COMMENT = "id body url createdAt updatedAt user { id name email } issue { id identifier title }"
OF_PROJECT = (
    "id name description content url progress startDate targetDate status { id name type } lead { id name email }"
)
OF_LINK = "id title subtitle url metadata issue { id identifier title }"
OF_HOOK = "id label url enabled resourceTypes allPublicTeams team { id key name }"
PAGED = "$first: Int, $after: String"
AFTER = "first: $first, after: $after"


def asked(query: str, variables: dict[str, Any], data: Any) -> Exchange:
    """A query or a mutation, and what stands below `data` in its answer."""
    return Exchange("POST /graphql", json={"query": query, "variables": variables}, response={"data": data})


def nodes(fields: str) -> str:
    """A page of things with these fields."""
    return f"{{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }}"


def paged(*found: Any, after: str | None = None) -> dict[str, Any]:
    """A page; Linear gives a cursor on the last one, too."""
    return {"nodes": list(found), "pageInfo": {"hasNextPage": after is not None, "endCursor": after or "last"}}


def changes(name: str, kind: str, variables: dict[str, Any], data: Any, shown: str) -> Exchange:
    """A mutation with an input; `shown` says what comes back of it, such as "issue { id }"."""
    declared, given = ("$id: String!, ", "id: $id, ") if "id" in variables else ("", "")
    query = f"mutation({declared}$input: {kind}!) {{ {name}({given}input: $input) {{ {shown} }} }}"
    return asked(query, variables, {name: {shown.partition(" ")[0]: data}})


def sign(raw: bytes, _now: float) -> dict[str, str]:
    """https://linear.app/developers/webhooks#securing-webhooks."""
    return {"Linear-Signature": hmac.new(HOOK.encode(), raw, hashlib.sha256).hexdigest()}


def event(kind: str, action: str, data: Any, **more: Any) -> Event:
    """A delivery, sent at the time that the suite thinks it is."""
    payload = {
        "action": action,
        "type": kind,
        "actor": {**ANN, "type": "user"},
        "createdAt": MOMENT,
        "data": data,
        "url": "https://linear.app/acme/issue/ENG-123",
        "organizationId": OTHER,
        "webhookTimestamp": 1_800_000_000_000,
        "webhookId": UUID,
        **more,
    }
    return Event(payload, headers={"Linear-Delivery": f"{kind}-{action}", "Linear-Event": kind}, docs=HOOKS)


def events_of(kind: str, data: Any) -> dict[str, Event]:
    """All that can happen to a thing."""
    old = {"updatedFrom": {"updatedAt": MOMENT}}
    name = kind.lower()
    return {
        f"{name}.create": event(kind, "create", data),
        f"{name}.update": event(kind, "update", data, **old),
        f"{name}.remove": event(kind, "remove", data),
    }


LIST_ISSUES = (
    f"query($filter: IssueFilter, {PAGED}) {{ issues(filter: $filter, {AFTER}, orderBy: updatedAt) {nodes(OF_ISSUE)} }}"
)
CHANGE = {"id": "ENG-123", "input": {"title": "Dark", "priority": 1, "stateId": OTHER, "dueDate": "2026-02-03"}}

contract = Contract(
    base=BASE,
    checked_with="Linear's GraphQL schema, as of 2026-07-22",
    credentials={"api_key": "lin_api_secret123", "webhook_secret": HOOK},
    health=asked("query { viewer { id name email } }", {}, {"viewer": ANN}),
    sign=sign,
    logins={
        "API key": ({"api_key": "lin_api_abc"}, {"authorization": "lin_api_abc"}),
        "OAuth": ({"access_token": "abc"}, {"authorization": "Bearer abc"}),
    },
    actions={
        "get_issue": Case(
            {"issue_id": "ENG-123"},
            (
                asked(
                    f"query($id: String!) {{ issue(id: $id) {{ {OF_ISSUE} }} }}",
                    {"id": "ENG-123"},
                    {"issue": ISSUE},
                ),
            ),
            SEEN,
        ),
        "list_issues": Case(
            {"team": "ENG", "state": "In Progress", "updated_since": "2026-01-01T00:00:00Z", "limit": 3},
            (
                asked(
                    LIST_ISSUES,
                    {
                        "filter": {
                            "team": {"key": {"eq": "ENG"}},
                            "state": {"name": {"eq": "In Progress"}},
                            "updatedAt": {"gte": "2026-01-01T00:00:00Z"},
                        },
                        "first": 3,
                    },
                    {"issues": paged(ISSUE, ISSUE, after="c1")},
                ),
                asked(
                    LIST_ISSUES,
                    {
                        "filter": {
                            "team": {"key": {"eq": "ENG"}},
                            "state": {"name": {"eq": "In Progress"}},
                            "updatedAt": {"gte": "2026-01-01T00:00:00Z"},
                        },
                        "first": 3,
                        "after": "c1",
                    },
                    {"issues": paged(ISSUE)},
                ),
            ),
            [SEEN, SEEN, SEEN],
        ),
        "list_issues: of a person and a project, with a label": Case(
            {"assignee": "ann@acme.test", "label": "Docs", "project_id": UUID},
            (
                asked(
                    LIST_ISSUES,
                    {
                        "filter": {
                            "assignee": {"email": {"eq": "ann@acme.test"}},
                            "labels": {"some": {"name": {"eq": "Docs"}}},
                            "project": {"id": {"eq": UUID}},
                        },
                        "first": 50,
                    },
                    {"issues": paged(ISSUE)},
                ),
            ),
            [SEEN],
        ),
        "search_issues": Case(
            {"text": "lamp", "team_id": OTHER, "comments": True},
            (
                asked(
                    f"query($term: String!, $teamId: String, $includeComments: Boolean, {PAGED})"
                    " { searchIssues(term: $term, teamId: $teamId, includeComments: $includeComments,"
                    f" {AFTER}) {nodes(OF_ISSUE)} }}",
                    {"term": "lamp", "teamId": OTHER, "includeComments": True, "first": 20},
                    {"searchIssues": paged(ISSUE)},
                ),
            ),
            [SEEN],
        ),
        "create_issue": Case(
            {
                "team_id": OTHER,
                "title": "The lamp does not light",
                "description": "It is *dark*.",
                "priority": 2,
                "label_ids": [OTHER],
                "parent_id": "ENG-1",
            },
            (
                changes(
                    "issueCreate",
                    "IssueCreateInput",
                    {
                        "input": {
                            "teamId": OTHER,
                            "title": "The lamp does not light",
                            "description": "It is *dark*.",
                            "priority": 2,
                            "parentId": "ENG-1",
                            "labelIds": [OTHER],
                        }
                    },
                    ISSUE,
                    f"issue {{ {OF_ISSUE} }}",
                ),
            ),
            SEEN,
        ),
        "update_issue": Case(
            {"issue_id": "ENG-123", "title": "Dark", "priority": 1, "state_id": OTHER, "due": "2026-02-03"},
            (changes("issueUpdate", "IssueUpdateInput", CHANGE, ISSUE, f"issue {{ {OF_ISSUE} }}"),),
            SEEN,
        ),
        **{
            action: Case(
                {"issue_id": "ENG-123", "label_id": OTHER},
                (
                    asked(
                        f"mutation($id: String!, $labelId: String!)"
                        f" {{ {name}(id: $id, labelId: $labelId) {{ issue {{ {OF_ISSUE} }} }} }}",
                        {"id": "ENG-123", "labelId": OTHER},
                        {name: {"issue": ISSUE}},
                    ),
                ),
                SEEN,
            )
            for action, name in (("add_label", "issueAddLabel"), ("remove_label", "issueRemoveLabel"))
        },
        "list_comments": Case(
            {"issue_id": "ENG-123"},
            (
                asked(
                    f"query($id: String!, {PAGED}) {{ issue(id: $id) {{ comments({AFTER}) {nodes(OF_COMMENT)} }} }}",
                    {"id": "ENG-123", "first": 50},
                    {"issue": {"comments": paged(COMMENT)}},
                ),
            ),
            [{"body": "Me too", "user": {"name": "Ann"}}],
        ),
        "add_comment": Case(
            {"issue_id": "ENG-123", "body": "Me too"},
            (
                changes(
                    "commentCreate",
                    "CommentCreateInput",
                    {"input": {"issueId": "ENG-123", "body": "Me too"}},
                    COMMENT,
                    f"comment {{ {OF_COMMENT} }}",
                ),
            ),
            {"body": "Me too"},
        ),
        "update_comment": Case(
            {"comment_id": UUID, "body": "Me, too"},
            (
                changes(
                    "commentUpdate",
                    "CommentUpdateInput",
                    {"id": UUID, "input": {"body": "Me, too"}},
                    {**COMMENT, "body": "Me, too"},
                    f"comment {{ {OF_COMMENT} }}",
                ),
            ),
            {"body": "Me, too"},
        ),
        "get_project": Case(
            {"project_id": UUID},
            (
                asked(
                    f"query($id: String!) {{ project(id: $id) {{ {OF_PROJECT} }} }}", {"id": UUID}, {"project": PROJECT}
                ),
            ),
            {"name": "Light", "status": {"type": "started"}, "progress": 0.5, "targetDate": "2026-02-03"},
        ),
        "list_projects": Case(
            {"team": "ENG", "limit": 1},
            (
                asked(
                    f"query($filter: ProjectFilter, {PAGED})"
                    f" {{ projects(filter: $filter, {AFTER}, orderBy: updatedAt) {nodes(OF_PROJECT)} }}",
                    {"filter": {"accessibleTeams": {"some": {"key": {"eq": "ENG"}}}}, "first": 1},
                    {"projects": paged(PROJECT, after="c1")},
                ),
            ),
            [{"name": "Light"}],
        ),
        "search_projects": Case(
            {"text": "light"},
            (
                asked(
                    f"query($term: String!, {PAGED}) {{ searchProjects(term: $term, {AFTER}) {nodes(OF_PROJECT)} }}",
                    {"term": "light", "first": 20},
                    {"searchProjects": paged(PROJECT)},
                ),
            ),
            [{"name": "Light"}],
        ),
        "create_project": Case(
            {"name": "Light", "team_ids": [OTHER], "content": "# Light", "target": "2026-02-03"},
            (
                changes(
                    "projectCreate",
                    "ProjectCreateInput",
                    {
                        "input": {
                            "name": "Light",
                            "teamIds": [OTHER],
                            "content": "# Light",
                            "targetDate": "2026-02-03",
                        }
                    },
                    PROJECT,
                    f"project {{ {OF_PROJECT} }}",
                ),
            ),
            {"name": "Light"},
        ),
        "update_project": Case(
            {"project_id": UUID, "description": "More of it", "status_id": OTHER, "lead_id": OTHER},
            (
                changes(
                    "projectUpdate",
                    "ProjectUpdateInput",
                    {"id": UUID, "input": {"description": "More of it", "leadId": OTHER, "statusId": OTHER}},
                    PROJECT,
                    f"project {{ {OF_PROJECT} }}",
                ),
            ),
            {"description": "More of it"},
        ),
        "list_teams": Case(
            {},
            (
                asked(
                    f"query({PAGED}) {{ teams({AFTER}) {nodes('id key name')} }}",
                    {"first": 50},
                    {"teams": paged(TEAM)},
                ),
            ),
            [TEAM],
        ),
        "list_states": Case(
            {"team": "ENG"},
            (
                asked(
                    f"query($filter: WorkflowStateFilter, {PAGED}) {{ workflowStates(filter: $filter, {AFTER})"
                    f" {nodes('id name type team { id key name }')} }}",
                    {"filter": {"team": {"key": {"eq": "ENG"}}}, "first": 50},
                    {"workflowStates": paged({**STATE, "team": TEAM})},
                ),
            ),
            [{"name": "In Progress", "type": "started", "team": {"key": "ENG"}}],
        ),
        "list_labels": Case(
            {"name": "Docs"},
            (
                asked(
                    f"query($filter: IssueLabelFilter, {PAGED}) {{ issueLabels(filter: $filter, {AFTER})"
                    f" {nodes('id name color team { id key name }')} }}",
                    {"filter": {"name": {"eq": "Docs"}}, "first": 50},
                    {"issueLabels": paged({**LABEL, "team": None})},
                ),
            ),
            [{"name": "Docs"}],
        ),
        "create_label": Case(
            {"name": "Docs", "team_id": OTHER, "color": "#F2994A"},
            (
                changes(
                    "issueLabelCreate",
                    "IssueLabelCreateInput",
                    {"input": {"name": "Docs", "teamId": OTHER, "color": "#F2994A"}},
                    LABEL,
                    "issueLabel { id name color }",
                ),
            ),
            LABEL,
        ),
        "list_users": Case(
            {},
            (
                asked(
                    f"query({PAGED}) {{ users({AFTER}) {nodes('id name email')} }}",
                    {"first": 50},
                    {"users": paged(ANN)},
                ),
            ),
            [ANN],
        ),
        "list_attachments": Case(
            {"issue_id": "ENG-123"},
            (
                asked(
                    f"query($id: String!, {PAGED}) {{ issue(id: $id) {{ attachments({AFTER}) {nodes(OF_LINK)} }} }}",
                    {"id": "ENG-123", "first": 50},
                    {"issue": {"attachments": paged(LINK)}},
                ),
            ),
            [{"title": "Pull request 7", "metadata": {"number": 7}}],
        ),
        "search_attachments": Case(
            {"url": LINK["url"]},
            (
                asked(
                    f"query($url: String!, {PAGED}) {{ attachmentsForURL(url: $url, {AFTER}) {nodes(OF_LINK)} }}",
                    {"url": LINK["url"], "first": 50},
                    {"attachmentsForURL": paged(LINK)},
                ),
            ),
            [{"issue": {"identifier": "ENG-123"}}],
        ),
        "upsert_attachment": Case(
            {"issue_id": "ENG-123", "url": LINK["url"], "title": "Pull request 7", "metadata": {"number": 7}},
            (
                changes(
                    "attachmentCreate",
                    "AttachmentCreateInput",
                    {
                        "input": {
                            "issueId": "ENG-123",
                            "url": LINK["url"],
                            "title": "Pull request 7",
                            "metadata": {"number": 7},
                        }
                    },
                    LINK,
                    f"attachment {{ {OF_LINK} }}",
                ),
            ),
            {"title": "Pull request 7"},
        ),
        "add_link": Case(
            {"issue_id": "ENG-123", "url": LINK["url"]},
            (
                asked(
                    "mutation($issueId: String!, $url: String!, $title: String)"
                    " { attachmentLinkURL(issueId: $issueId, url: $url, title: $title)"
                    f" {{ attachment {{ {OF_LINK} }} }} }}",
                    {"issueId": "ENG-123", "url": LINK["url"]},
                    {"attachmentLinkURL": {"attachment": LINK}},
                ),
            ),
            {"url": LINK["url"]},
        ),
        "delete_attachment": Case(
            {"attachment_id": UUID},
            (
                asked(
                    "mutation($id: String!) { attachmentDelete(id: $id) { success } }",
                    {"id": UUID},
                    {"attachmentDelete": {"success": True}},
                ),
            ),
        ),
        "list_webhooks": Case(
            {},
            (
                asked(
                    f"query({PAGED}) {{ webhooks({AFTER}) {nodes(OF_HOOK)} }}",
                    {"first": 50},
                    {"webhooks": paged(WEBHOOK)},
                ),
            ),
            [{"url": HERE, "resourceTypes": ["Comment", "Issue"]}],
        ),
        "create_webhook": Case(
            {"url": HERE, "kinds": ["Comment", "Issue"], "label": "Tieline main"},
            (
                changes(
                    "webhookCreate",
                    "WebhookCreateInput",
                    {
                        "input": {
                            "url": HERE,
                            "resourceTypes": ["Comment", "Issue"],
                            "secret": HOOK,
                            "label": "Tieline main",
                            "allPublicTeams": True,
                        }
                    },
                    WEBHOOK,
                    f"webhook {{ {OF_HOOK} }}",
                ),
            ),
            {"id": UUID, "enabled": True},
        ),
        "create_webhook: of one team": Case(
            {"url": HERE, "kinds": ["Issue"], "team": "ENG"},
            (
                changes(
                    "webhookCreate",
                    "WebhookCreateInput",
                    {"input": {"url": HERE, "resourceTypes": ["Issue"], "secret": HOOK, "teamId": "ENG"}},
                    {**WEBHOOK, "allPublicTeams": False, "team": TEAM},
                    f"webhook {{ {OF_HOOK} }}",
                ),
            ),
            {"team": {"key": "ENG"}},
        ),
        "delete_webhook": Case(
            {"webhook_id": UUID},
            (
                asked(
                    "mutation($id: String!) { webhookDelete(id: $id) { success } }",
                    {"id": UUID},
                    {"webhookDelete": {"success": True}},
                ),
            ),
        ),
    },
    events={
        # What webhooks tell is flatter than what the API answers.
        **events_of("Issue", {**ISSUE, "labels": [LABEL], "labelIds": [OTHER], "teamId": OTHER, "number": 123}),
        **events_of("Comment", {**COMMENT, "issueId": UUID, "userId": OTHER}),
        **events_of("Project", {**PROJECT, "teamIds": [OTHER], "leadId": OTHER}),
        **events_of("Attachment", {**LINK, "issue": None, "issueId": UUID}),
        **events_of("IssueLabel", {**LABEL, "teamId": OTHER}),
    },
)

"""Jira Cloud: issues, comments, properties and attachments."""

from tasks.jira.app_webhooks import (
    AppWebhook,
    create_app_webhook,
    delete_app_webhook,
    list_app_webhooks,
    renew_app_webhook,
)
from tasks.jira.attachments import download_attachment, list_attachments, upload_attachment
from tasks.jira.events import CommentEvent, IssueEvent
from tasks.jira.issues import (
    add_comment,
    create_issue,
    delete_issue,
    get_current_user,
    get_issue,
    list_comments,
    list_projects,
    search_issues,
    set_property,
    transition_issue,
    update_comment,
    update_issue,
)
from tasks.jira.models import Attachment, Comment, Issue, NewIssue, Person, Project, Status, Transition
from tasks.jira.system import connector
from tasks.jira.webhooks import SiteWebhook, create_webhook, delete_webhook, list_webhooks

__all__ = [
    "AppWebhook",
    "Attachment",
    "Comment",
    "CommentEvent",
    "Issue",
    "IssueEvent",
    "NewIssue",
    "Person",
    "Project",
    "SiteWebhook",
    "Status",
    "Transition",
    "add_comment",
    "connector",
    "create_app_webhook",
    "create_issue",
    "create_webhook",
    "delete_app_webhook",
    "delete_issue",
    "delete_webhook",
    "download_attachment",
    "get_current_user",
    "get_issue",
    "list_app_webhooks",
    "list_attachments",
    "list_comments",
    "list_projects",
    "list_webhooks",
    "renew_app_webhook",
    "search_issues",
    "set_property",
    "transition_issue",
    "update_comment",
    "update_issue",
    "upload_attachment",
]

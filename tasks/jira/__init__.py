"""Jira Cloud: issues, comments, properties and attachments."""

from tasks.jira.attachments import download_attachment, list_attachments, upload_attachment
from tasks.jira.events import CommentEvent, IssueEvent
from tasks.jira.issues import (
    add_comment,
    create_issue,
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

__all__ = [
    "Attachment",
    "Comment",
    "CommentEvent",
    "Issue",
    "IssueEvent",
    "NewIssue",
    "Person",
    "Project",
    "Status",
    "Transition",
    "add_comment",
    "connector",
    "create_issue",
    "download_attachment",
    "get_current_user",
    "get_issue",
    "list_attachments",
    "list_comments",
    "list_projects",
    "search_issues",
    "set_property",
    "transition_issue",
    "update_comment",
    "update_issue",
    "upload_attachment",
]

"""Asana: tasks, stories, projects, sections, attachments and webhooks."""

from tasks.asana.attachments import (
    add_link,
    delete_attachment,
    download_attachment,
    list_attachments,
    upload_attachment,
)
from tasks.asana.events import ChangeEvent, What
from tasks.asana.models import Attachment, Established, Filter, Hook, Membership, Named, Person, Project, Story, Task
from tasks.asana.projects import (
    create_project,
    create_section,
    get_project,
    list_projects,
    list_sections,
    list_workspaces,
    update_project,
)
from tasks.asana.system import connector
from tasks.asana.tasks import (
    add_comment,
    add_tag,
    create_task,
    delete_task,
    get_task,
    list_stories,
    list_tasks,
    move_task,
    remove_tag,
    search_tasks,
    update_task,
)
from tasks.asana.webhooks import create_webhook, delete_webhook, list_webhooks

__all__ = [
    "Attachment",
    "ChangeEvent",
    "Established",
    "Filter",
    "Hook",
    "Membership",
    "Named",
    "Person",
    "Project",
    "Story",
    "Task",
    "What",
    "add_comment",
    "add_link",
    "add_tag",
    "connector",
    "create_project",
    "create_section",
    "create_task",
    "create_webhook",
    "delete_attachment",
    "delete_task",
    "delete_webhook",
    "download_attachment",
    "get_project",
    "get_task",
    "list_attachments",
    "list_projects",
    "list_sections",
    "list_stories",
    "list_tasks",
    "list_webhooks",
    "list_workspaces",
    "move_task",
    "remove_tag",
    "search_tasks",
    "update_project",
    "update_task",
    "upload_attachment",
]

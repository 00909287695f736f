"""Tasks, and what happens to them.

https://developers.asana.com/reference/tasks
"""

from datetime import date, datetime
from typing import Any

from pydantic_core import to_json

from tasks.asana.models import PAGE, STORY_FIELDS, TASK_FIELDS, Gid, Limit, Story, Task
from tasks.asana.system import connector
from tieline import Api, ConfigError, segment

READ, WRITE, DELETE = ("tasks:read",), ("tasks:write",), ("tasks:delete",)
FIELDS = {"opt_fields": TASK_FIELDS}


@connector.action(scopes=READ)
async def get_task(api: Api, *, task_gid: Gid) -> Task:
    """Fetch a task. See https://developers.asana.com/reference/gettask."""
    return await api.get(f"/tasks/{segment(task_gid)}", into=Task, at="data", params=FIELDS)


@connector.action(scopes=READ)
async def list_tasks(
    api: Api,
    *,
    project: Gid | None = None,
    section: Gid | None = None,
    assignee: str | None = None,
    workspace: Gid | None = None,
    open_only: bool = False,
    modified_since: datetime | None = None,
    limit: Limit = 100,
) -> list[Task]:
    """List the tasks of a project, of a section, or of a person in a workspace.

    Args:
        api: The connection.
        project: Those of this project.
        section: Or those of this section.
        assignee: Or those of this person: a gid, an e-mail address, or me.
        workspace: Where that person has them.
        open_only: Only those that are not done.
        modified_since: Only those that were changed since then.
        limit: Most tasks.

    Raises:
        ConfigError: None of the three was given, or more than one; nothing was sent.

    See https://developers.asana.com/reference/gettasks
    """
    places = [place for place in (project, section, assignee) if place]
    if len(places) != 1 or bool(assignee) != bool(workspace):
        hint = "An assignee needs a workspace, too. Nothing was sent."
        raise ConfigError("Give a project, a section, or an assignee.", hint=hint)
    query = {
        "project": project,
        "section": section,
        "assignee": assignee,
        "workspace": workspace,
        "completed_since": "now" if open_only else None,
        "modified_since": modified_since,
        "limit": min(limit, PAGE),
        **FIELDS,
    }
    return await api.list("/tasks", into=Task, limit=limit, at="data", params=query)


@connector.action(scopes=READ)
async def search_tasks(
    api: Api,
    *,
    workspace: Gid,
    text: str | None = None,
    project: Gid | None = None,
    completed: bool | None = None,
    modified_after: datetime | None = None,
    limit: Limit = 20,
) -> list[Task]:
    """Search for tasks, those first that were changed last; only paid plans may, 60 times a minute.

    Args:
        api: The connection.
        workspace: Where.
        text: Words in the name or the notes.
        project: Only in this one.
        completed: Only those that are done, or that are not.
        modified_after: Only those that were changed after that.
        limit: Most tasks, up to 100: Asana has no second page.

    See https://developers.asana.com/reference/searchtasksforworkspace
    """
    query = {
        "text": text,
        "projects.any": project,
        "completed": completed,
        "modified_at.after": modified_after,
        "sort_by": "modified_at",
        "limit": min(limit, PAGE),
        **FIELDS,
    }
    path = f"/workspaces/{segment(workspace)}/tasks/search"
    return (await api.get(path, into=list[Task], at="data", params=query))[:limit]


@connector.action(scopes=WRITE)
async def create_task(
    api: Api,
    *,
    name: str,
    projects: list[str] | None = None,
    workspace: Gid | None = None,
    parent: Gid | None = None,
    notes: str | None = None,
    assignee: str | None = None,
    due_on: date | None = None,
    tags: list[str] | None = None,
) -> Task:
    """Make a task; it needs a project, a workspace or a parent.

    Args:
        api: The connection.
        name: One line.
        projects: The projects that it is in.
        workspace: The workspace that it is in.
        parent: The task that it is a part of.
        notes: The description, as plain text.
        assignee: Who shall do it: a gid, an e-mail address, or me.
        due_on: The day until when.
        tags: Gids of tags.

    See https://developers.asana.com/reference/createtask
    """
    asked = {
        "name": name,
        "projects": projects,
        "workspace": workspace,
        "parent": parent,
        "notes": notes,
        "assignee": assignee,
        "due_on": due_on,
        "tags": tags,
    }
    return await api.post("/tasks", {"data": asked}, into=Task, at="data", params=FIELDS, repeatable=False)


@connector.action(scopes=WRITE)
async def update_task(
    api: Api,
    *,
    task_gid: Gid,
    name: str | None = None,
    notes: str | None = None,
    completed: bool | None = None,
    assignee: str | None = None,
    due_on: date | None = None,
    custom_fields: dict[str, Any] | None = None,
) -> Task:
    """Change a task; what is left out stays as it is.

    Args:
        api: The connection.
        task_gid: The task.
        name: One line.
        notes: The description, as plain text.
        completed: Whether it is done.
        assignee: Who shall do it: a gid, an e-mail address, or me.
        due_on: The day until when.
        custom_fields: Values of own fields, by the gid of the field; None takes one away.

    See https://developers.asana.com/reference/updatetask
    """
    asked = {
        "name": name,
        "notes": notes,
        "completed": completed,
        "assignee": assignee,
        "due_on": due_on,
        "custom_fields": custom_fields,
    }
    path, kind = f"/tasks/{segment(task_gid)}", {"content-type": "application/json"}
    # As bytes, because None takes the value of a custom field away; of our own JSON it would be left out.
    content = to_json({"data": {name: value for name, value in asked.items() if value is not None}})
    return await api.put(path, content=content, headers=kind, into=Task, at="data", params=FIELDS)


@connector.action(scopes=DELETE)
async def delete_task(api: Api, *, task_gid: Gid) -> None:
    """Put a task into its owner's trash, where it stays for 30 days.

    See https://developers.asana.com/reference/deletetask
    """
    await api.delete(f"/tasks/{segment(task_gid)}", into=dict, at="data")


@connector.action(scopes=WRITE)
async def move_task(api: Api, *, task_gid: Gid, section: Gid, before: Gid | None = None) -> None:
    """Move a task into a section of its project, or of another one that it is put into by that.

    Args:
        api: The connection.
        task_gid: The task.
        section: Where to.
        before: The task that it shall stand above; by default it is the last.

    See https://developers.asana.com/reference/addtaskforsection
    """
    asked = {"data": {"task": task_gid, "insert_before": before}}
    await api.post(f"/sections/{segment(section)}/addTask", asked, into=dict, at="data", repeatable=True)


@connector.action(scopes=WRITE)
async def add_tag(api: Api, *, task_gid: Gid, tag: Gid) -> None:
    """Give a task one more tag. See https://developers.asana.com/reference/addtagfortask."""
    path = f"/tasks/{segment(task_gid)}/addTag"
    await api.post(path, {"data": {"tag": tag}}, into=dict, at="data", repeatable=True)


@connector.action(scopes=WRITE)
async def remove_tag(api: Api, *, task_gid: Gid, tag: Gid) -> None:
    """Take a tag from a task. See https://developers.asana.com/reference/removetagfortask."""
    path = f"/tasks/{segment(task_gid)}/removeTag"
    await api.post(path, {"data": {"tag": tag}}, into=dict, at="data", repeatable=True)


@connector.action(scopes=("stories:read",))
async def list_stories(api: Api, *, task_gid: Gid, limit: Limit = 100) -> list[Story]:
    """List what happened to a task, oldest first: comments have the type comment.

    See https://developers.asana.com/reference/getstoriesfortask
    """
    path, query = f"/tasks/{segment(task_gid)}/stories", {"limit": min(limit, PAGE), "opt_fields": STORY_FIELDS}
    return await api.list(path, into=Story, limit=limit, at="data", params=query)


@connector.action(scopes=("stories:write",))
async def add_comment(api: Api, *, task_gid: Gid, text: str) -> Story:
    """Leave a comment on a task.

    Args:
        api: The connection.
        task_gid: The task.
        text: Plain text; addresses become links.

    See https://developers.asana.com/reference/createstoryfortask
    """
    path, query = f"/tasks/{segment(task_gid)}/stories", {"opt_fields": STORY_FIELDS}
    return await api.post(path, {"data": {"text": text}}, into=Story, at="data", params=query, repeatable=False)

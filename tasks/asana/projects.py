"""Workspaces, projects and their sections.

https://developers.asana.com/reference/projects
"""

from datetime import date

from tasks.asana.models import PAGE, PROJECT_FIELDS, Gid, Limit, Named, Project
from tasks.asana.system import connector
from tieline import Api, segment

READ, WRITE = ("projects:read",), ("projects:write",)
FIELDS = {"opt_fields": PROJECT_FIELDS}


@connector.action(scopes=("workspaces:read",))
async def list_workspaces(api: Api, *, limit: Limit = 100) -> list[Named]:
    """List the workspaces of the account. See https://developers.asana.com/reference/getworkspaces."""
    return await api.list("/workspaces", into=Named, limit=limit, at="data", params={"limit": min(limit, PAGE)})


@connector.action(scopes=READ)
async def get_project(api: Api, *, project: Gid) -> Project:
    """Fetch a project. See https://developers.asana.com/reference/getproject."""
    return await api.get(f"/projects/{segment(project)}", into=Project, at="data", params=FIELDS)


@connector.action(scopes=READ)
async def list_projects(
    api: Api, *, workspace: Gid, archived: bool | None = False, limit: Limit = 100
) -> list[Project]:
    """List the projects of a workspace.

    Args:
        api: The connection.
        workspace: The workspace.
        archived: Those in the archive, or the others; None is all.
        limit: Most projects.

    See https://developers.asana.com/reference/getprojects
    """
    query = {"workspace": workspace, "archived": archived, "limit": min(limit, PAGE), **FIELDS}
    return await api.list("/projects", into=Project, limit=limit, at="data", params=query)


@connector.action(scopes=WRITE)
async def create_project(
    api: Api,
    *,
    name: str,
    workspace: Gid,
    team: Gid | None = None,
    notes: str | None = None,
    due_on: date | None = None,
) -> Project:
    """Begin a project.

    Args:
        api: The connection.
        name: One line.
        workspace: Where.
        team: The team, which an organization wants.
        notes: The description, as plain text.
        due_on: The day until when.

    See https://developers.asana.com/reference/createproject
    """
    asked = {"name": name, "workspace": workspace, "team": team, "notes": notes, "due_on": due_on}
    return await api.post("/projects", {"data": asked}, into=Project, at="data", params=FIELDS, repeatable=False)


@connector.action(scopes=WRITE)
async def update_project(
    api: Api,
    *,
    project: Gid,
    name: str | None = None,
    notes: str | None = None,
    archived: bool | None = None,
    due_on: date | None = None,
) -> Project:
    """Change a project; what is left out stays as it is.

    Args:
        api: The connection.
        project: The project.
        name: One line.
        notes: The description, as plain text.
        archived: Whether it is in the archive.
        due_on: The day until when.

    See https://developers.asana.com/reference/updateproject
    """
    asked = {"name": name, "notes": notes, "archived": archived, "due_on": due_on}
    path = f"/projects/{segment(project)}"
    return await api.put(path, {"data": asked}, into=Project, at="data", params=FIELDS)


@connector.action(scopes=READ)
async def list_sections(api: Api, *, project: Gid, limit: Limit = 100) -> list[Named]:
    """List the sections of a project. See https://developers.asana.com/reference/getsectionsforproject."""
    path, query = f"/projects/{segment(project)}/sections", {"limit": min(limit, PAGE)}
    return await api.list(path, into=Named, limit=limit, at="data", params=query)


@connector.action(scopes=WRITE)
async def create_section(api: Api, *, project: Gid, name: str) -> Named:
    """Put a section into a project. See https://developers.asana.com/reference/createsectionforproject."""
    path = f"/projects/{segment(project)}/sections"
    return await api.post(path, {"data": {"name": name}}, into=Named, at="data", repeatable=False)

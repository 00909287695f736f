"""Projects, teams, workflows, labels and people.

https://linear.app/developers/graphql
"""

from datetime import date

from tasks.linear.graphql import LABEL, PERSON, PROJECT, STATE, TEAM, ask, listed, page
from tasks.linear.issues import READ, WRITE
from tasks.linear.models import Id, Label, Limit, Person, Project, State, Team, TeamKey, Text
from tasks.linear.system import connector
from tieline import Api


@connector.action(scopes=READ)
async def get_project(api: Api, *, project_id: str) -> Project:
    """Fetch a project.

    Args:
        api: The connection.
        project_id: Its UUID, or the end of its address.

    See https://linear.app/developers/graphql
    """
    query = f"query($id: String!) {{ project(id: $id) {{ {PROJECT} }} }}"
    return await ask(api, query, {"id": project_id}, into=Project, at="project")


@connector.action(scopes=READ)
async def list_projects(api: Api, *, team: TeamKey | None = None, limit: Limit = 100) -> list[Project]:
    """List projects, those first that were changed last.

    Args:
        api: The connection.
        team: Only those of this team, by its key.
        limit: Most projects.

    See https://linear.app/developers/filtering
    """
    query = (
        "query($filter: ProjectFilter, $first: Int, $after: String)"
        f" {{ projects(filter: $filter, first: $first, after: $after, orderBy: updatedAt) {page(PROJECT)} }}"
    )
    chosen = {"accessibleTeams": team and {"some": {"key": {"eq": team}}}}
    return await listed(api, query, {"filter": chosen}, into=Project, at="projects", limit=limit)


@connector.action(scopes=READ)
async def search_projects(api: Api, *, text: str, limit: Limit = 20) -> list[Project]:
    """Search for projects by words and by meaning, best first; 30 searches a minute.

    See https://linear.app/developers/graphql
    """
    query = (
        "query($term: String!, $first: Int, $after: String)"
        f" {{ searchProjects(term: $term, first: $first, after: $after) {page(PROJECT)} }}"
    )
    return await listed(api, query, {"term": text}, into=Project, at="searchProjects", limit=limit)


@connector.action(scopes=WRITE)
async def create_project(
    api: Api,
    *,
    name: str,
    team_ids: list[str],
    description: str | None = None,
    content: Text | None = None,
    lead_id: Id | None = None,
    start: date | None = None,
    target: date | None = None,
) -> Project:
    """Begin a project.

    Args:
        api: The connection.
        name: One line.
        team_ids: The teams that it is of.
        description: One line more.
        content: The long description, in Markdown.
        lead_id: Who leads it.
        start: The day of its beginning.
        target: The day of its end.

    See https://linear.app/developers/graphql
    """
    asked = {
        "name": name,
        "teamIds": team_ids,
        "description": description,
        "content": content,
        "leadId": lead_id,
        "startDate": start,
        "targetDate": target,
    }
    query = f"mutation($input: ProjectCreateInput!) {{ projectCreate(input: $input) {{ project {{ {PROJECT} }} }} }}"
    return await ask(api, query, {"input": asked}, into=Project, at="projectCreate.project", repeatable=False)


@connector.action(scopes=WRITE)
async def update_project(
    api: Api,
    *,
    project_id: Id,
    name: str | None = None,
    description: str | None = None,
    content: Text | None = None,
    lead_id: Id | None = None,
    status_id: Id | None = None,
    start: date | None = None,
    target: date | None = None,
) -> Project:
    """Change a project; what is left out stays as it is.

    Args:
        api: The connection.
        project_id: The project.
        name: One line.
        description: One line more.
        content: The long description, in Markdown.
        lead_id: Who leads it.
        status_id: Where it stands.
        start: The day of its beginning.
        target: The day of its end.

    See https://linear.app/developers/graphql
    """
    asked = {
        "name": name,
        "description": description,
        "content": content,
        "leadId": lead_id,
        "statusId": status_id,
        "startDate": start,
        "targetDate": target,
    }
    query = (
        "mutation($id: String!, $input: ProjectUpdateInput!)"
        f" {{ projectUpdate(id: $id, input: $input) {{ project {{ {PROJECT} }} }} }}"
    )
    variables = {"id": project_id, "input": asked}
    return await ask(api, query, variables, into=Project, at="projectUpdate.project", repeatable=True)


@connector.action(scopes=READ)
async def list_teams(api: Api, *, limit: Limit = 100) -> list[Team]:
    """List the teams that the account may see. See https://linear.app/developers/graphql."""
    query = f"query($first: Int, $after: String) {{ teams(first: $first, after: $after) {page(TEAM)} }}"
    return await listed(api, query, {}, into=Team, at="teams", limit=limit)


@connector.action(scopes=READ)
async def list_states(api: Api, *, team: TeamKey | None = None, limit: Limit = 100) -> list[State]:
    """List the steps of the teams' workflows.

    Args:
        api: The connection.
        team: Only those of this team, by its key.
        limit: Most steps.

    See https://linear.app/developers/graphql
    """
    query = (
        "query($filter: WorkflowStateFilter, $first: Int, $after: String)"
        " { workflowStates(filter: $filter, first: $first, after: $after)"
        f" {page(f'{STATE} team {{ {TEAM} }}')} }}"
    )
    chosen = {"team": team and {"key": {"eq": team}}}
    return await listed(api, query, {"filter": chosen}, into=State, at="workflowStates", limit=limit)


@connector.action(scopes=READ)
async def list_labels(
    api: Api, *, team: TeamKey | None = None, name: str | None = None, limit: Limit = 100
) -> list[Label]:
    """List the labels of issues.

    Args:
        api: The connection.
        team: Only those that belong to this team alone, by its key.
        name: Only those with this name.
        limit: Most labels.

    See https://linear.app/developers/graphql
    """
    query = (
        "query($filter: IssueLabelFilter, $first: Int, $after: String)"
        " { issueLabels(filter: $filter, first: $first, after: $after)"
        f" {page(f'{LABEL} team {{ {TEAM} }}')} }}"
    )
    chosen = {"team": team and {"key": {"eq": team}}, "name": name and {"eq": name}}
    return await listed(api, query, {"filter": chosen}, into=Label, at="issueLabels", limit=limit)


@connector.action(scopes=WRITE)
async def create_label(api: Api, *, name: str, team_id: Id | None = None, color: str | None = None) -> Label:
    """Make a label.

    Args:
        api: The connection.
        name: Its name, which must be new.
        team_id: The team that it is for; by default the whole workspace.
        color: Such as #F2994A.

    See https://linear.app/developers/graphql
    """
    query = (
        f"mutation($input: IssueLabelCreateInput!) {{ issueLabelCreate(input: $input) {{ issueLabel {{ {LABEL} }} }} }}"
    )
    asked = {"name": name, "teamId": team_id, "color": color}
    return await ask(api, query, {"input": asked}, into=Label, at="issueLabelCreate.issueLabel", repeatable=False)


@connector.action(scopes=READ)
async def list_users(api: Api, *, limit: Limit = 100) -> list[Person]:
    """List the people of the workspace. See https://linear.app/developers/graphql."""
    query = f"query($first: Int, $after: String) {{ users(first: $first, after: $after) {page(PERSON)} }}"
    return await listed(api, query, {}, into=Person, at="users", limit=limit)

"""Organizations and spaces, and what a search finds in them."""

from typing import Annotated

from pydantic import Field

from tasks.gitbook.models import PAGE, FoundPage, FoundSpace, Limit, Organization, OrganizationId, Query, Space, SpaceId
from tasks.gitbook.system import connector
from tieline import Api, segment


@connector.action(scopes=("organization:read",))
async def list_organizations(api: Api, *, limit: Limit = 100) -> list[Organization]:
    """List the organizations that the token's owner belongs to.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/organizations
    """
    return await api.list("/orgs", into=Organization, limit=limit, at="items", params={"limit": min(limit, PAGE)})


@connector.action(scopes=("space:read",))
async def list_spaces(api: Api, *, organization_id: OrganizationId, limit: Limit = 100) -> list[Space]:
    """List the spaces of an organization.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/spaces
    """
    path = f"/orgs/{segment(organization_id)}/spaces"
    return await api.list(path, into=Space, limit=limit, at="items", params={"limit": min(limit, PAGE)})


@connector.action(scopes=("space:read",))
async def get_space(api: Api, *, space_id: SpaceId) -> Space:
    """Fetch a space.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/spaces
    """
    return await api.get(f"/spaces/{segment(space_id)}", into=Space)


@connector.action(scopes=("space:read",))
async def search(api: Api, *, space_id: SpaceId, query: Query, limit: Limit = 20) -> list[FoundPage]:
    """Search in what readers see of a space; the best first.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/spaces#get-spaces-spaceid-search
    """
    params = {"query": query, "limit": min(limit, PAGE)}
    return await api.list(f"/spaces/{segment(space_id)}/search", into=FoundPage, limit=limit, at="items", params=params)


@connector.action(scopes=("organization:search",))
async def search_organization(
    api: Api, *, organization_id: OrganizationId, query: Query, limit: Limit = 20
) -> list[FoundSpace]:
    """Search in all spaces of an organization: pages, by their space.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/organizations
    """
    params = {"query": query, "limit": min(limit, PAGE)}
    path = f"/orgs/{segment(organization_id)}/search"
    return await api.list(path, into=FoundSpace, limit=limit, at="items", params=params)


@connector.action(kind="write", scopes=("space:write",))
async def import_repository(
    api: Api,
    *,
    space_id: SpaceId,
    url: Annotated[str, Field(pattern=r"^https://[^\s@]+$")],
    ref: Annotated[str, Field(min_length=1, description="Such as refs/heads/main.")],
    force: bool = False,
) -> None:
    """Replace the content of a space by the Markdown files of a git repository; GitBook does it after it has answered.

    Args:
        api: The connection.
        space_id: The space.
        url: The repository's address over https, as GitBook can reach it; a login in it is refused, for it would be
            kept with the run.
        ref: What to import, such as refs/heads/main.
        force: Import it even if it was imported before.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/spaces/git
    """
    body = {"url": url, "ref": ref, "force": force}
    await api.post(f"/spaces/{segment(space_id)}/git/import", body, into=type(None), repeatable=True)

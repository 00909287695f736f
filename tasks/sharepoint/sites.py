"""Sites, and the drives in them."""

from blocks._microsoft import site_address
from tasks.sharepoint.models import Drive, Site
from tasks.sharepoint.system import PAGE, Limit, connector
from tieline import Api, ConfigError, segment


@connector.action(scopes=("Sites.Read.All",))
async def list_sites(api: Api, *, search: str = "*", limit: Limit = 100) -> list[Site]:
    """List the sites whose name, address or description has a word; by default all.

    An app that was granted selected sites only (Sites.Selected) cannot search: see `get_site`.

    Args:
        api: The connection.
        search: The word.
        limit: Most of them.

    See https://learn.microsoft.com/graph/api/site-search
    """
    return await api.list("/sites", into=Site, limit=limit, at="value", params={"search": search})


@connector.action(scopes=("Sites.Read.All",))
async def get_site(api: Api, *, site: str) -> Site:
    """Fetch one site.

    Args:
        api: The connection.
        site: Its ID, or `HOST:/sites/NAME`, such as contoso.sharepoint.com:/sites/finance, or `root`.

    See https://learn.microsoft.com/graph/api/site-get and https://learn.microsoft.com/graph/api/site-getbypath
    """
    return await api.get(f"/sites/{site_address(site)}", into=Site)


@connector.action(scopes=("Files.Read.All",))
async def list_drives(api: Api, *, site_id: str = "", user_id: str = "", limit: Limit = 100) -> list[Drive]:
    """List the document libraries of a site, or the OneDrives of a person.

    Args:
        api: The connection.
        site_id: The site.
        user_id: The person, by ID or sign-in name; `me` is the one whom the refresh token belongs to.
        limit: Most of them.

    Raises:
        ConfigError: Neither is given, or both.

    See https://learn.microsoft.com/graph/api/drive-list
    """
    if bool(site_id) == bool(user_id):
        raise ConfigError("Whose drives?", hint="Give a site_id or a user_id. Nothing was sent.")
    owner = "/me" if user_id == "me" else f"/users/{segment(user_id)}" if user_id else f"/sites/{site_address(site_id)}"
    return await api.list(f"{owner}/drives", into=Drive, limit=limit, at="value", params={"$top": min(limit, PAGE)})

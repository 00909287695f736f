"""Sites: listed, and published."""

from tasks.webflow.models import Limit, Publication, Site, SiteId
from tasks.webflow.system import connector
from tieline import Api, ConfigError, segment


@connector.action(scopes=("sites:read",))
async def list_sites(api: Api, *, limit: Limit = 100) -> list[Site]:
    """List the sites that the token leads to.

    See https://developers.webflow.com/data/reference/sites/list
    """
    return await api.list("/sites", into=Site, limit=limit, at="sites")


@connector.action(scopes=("sites:read",))
async def get_site(api: Api, *, site_id: SiteId) -> Site:
    """Fetch a site.

    See https://developers.webflow.com/data/reference/sites/get
    """
    return await api.get(f"/sites/{segment(site_id)}", into=Site)


@connector.action(scopes=("sites:write",))
async def publish_site(
    api: Api, *, site_id: SiteId, domain_ids: list[str] | None = None, subdomain: bool = True
) -> Publication:
    """Publish a site with all that waits in it; at most once a minute.

    Args:
        api: The connection.
        site_id: The site.
        domain_ids: Its own domains, by the ids that `get_site` shows.
        subdomain: Whether to publish to its address at webflow.io, too.

    Returns:
        Where it goes; it is there a little later.

    Raises:
        ConfigError: Neither a domain nor the subdomain is wanted.

    See https://developers.webflow.com/data/reference/sites/publish
    """
    if not domain_ids and not subdomain:
        raise ConfigError("Publish where to?", hint="Give domain_ids, or leave subdomain on. Nothing was sent.")
    body = {"customDomains": domain_ids, "publishToWebflowSubdomain": subdomain}
    return await api.post(f"/sites/{segment(site_id)}/publish", body, into=Publication, repeatable=True)

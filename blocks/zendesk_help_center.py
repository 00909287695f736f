"""Credentials for Zendesk Help Center."""

from pydantic import HttpUrl

from blocks._zendesk import ZendeskAccount


class ZendeskHelpCenterCredentials(ZendeskAccount):
    """The account of a Zendesk Help Center, and an agent's API token or an OAuth token that may edit its articles.

    The subdomain decides whose articles these are: each brand of an account has its own, and its own Help Center.
    """

    _block_type_name = "Zendesk Help Center Credentials"
    _block_type_slug = "zendesk-help-center-credentials"
    _documentation_url = HttpUrl(
        "https://developer.zendesk.com/api-reference/help_center/help-center-api/introduction/"
    )

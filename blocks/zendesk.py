"""Credentials for Zendesk."""

from pydantic import HttpUrl

from blocks._zendesk import ZendeskAccount


class ZendeskCredentials(ZendeskAccount):
    """A Zendesk account, and either the API token of an agent or an OAuth access token."""

    _block_type_name = "Zendesk Credentials"
    _block_type_slug = "zendesk-credentials"
    _documentation_url = HttpUrl("https://developer.zendesk.com/api-reference/introduction/security-and-auth/")

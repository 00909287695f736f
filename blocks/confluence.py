"""Credentials for Confluence Cloud."""

from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr

from blocks._atlassian import AtlassianCredentials


class ConfluenceCredentials(AtlassianCredentials):
    """A Confluence Cloud site, and the e-mail address and API token of the account that acts."""

    _block_type_name = "Confluence Credentials"
    _block_type_slug = "confluence-credentials"
    _documentation_url = HttpUrl("https://developer.atlassian.com/cloud/confluence/basic-auth-for-rest-apis/")
    _api_path: ClassVar[str] = "/wiki"

    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Long random text: what an automation rule sends in X-Tieline-Secret, or signs with."
    )

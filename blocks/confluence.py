"""Credentials for Confluence Cloud."""

from dataclasses import replace
from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr

from blocks._atlassian import AtlassianCredentials
from tieline.login import CodeFlow


class ConfluenceCredentials(AtlassianCredentials):
    """A Confluence Cloud site, and an account's e-mail address and API token, or an OAuth app that a person let in."""

    _block_type_name = "Confluence Credentials"
    _block_type_slug = "confluence-credentials"
    _documentation_url = HttpUrl("https://developer.atlassian.com/cloud/confluence/basic-auth-for-rest-apis/")
    _api_path: ClassVar[str] = "/wiki"
    _product: ClassVar[str] = "confluence"

    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Long random text: what an automation rule sends in X-Tieline-Secret, or signs with."
    )

    def code_flow(self) -> CodeFlow:
        """The login; the login is tried with a call that needs a scope of its own."""
        return replace(super().code_flow(), always=("offline_access", "read:confluence-user"))

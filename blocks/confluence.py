"""Credentials for Confluence Cloud."""

from typing import ClassVar, Self

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Basic


class ConfluenceCredentials(Receives, HttpCredentials):
    """A Confluence Cloud site, and the e-mail address and API token of the account that acts."""

    _block_type_name = "Confluence Credentials"
    _block_type_slug = "confluence-credentials"
    _documentation_url = HttpUrl("https://developer.atlassian.com/cloud/confluence/basic-auth-for-rest-apis/")
    _api_path: ClassVar[str] = "/wiki"

    site: str = Field("", description="The part before .atlassian.net in your site's address.")
    email: str = Field(description="E-mail address of the account that acts, within its permissions.")
    api_token: SecretStr = Field(
        description="Made at https://id.atlassian.com/manage-profile/security/api-tokens; one with scopes also needs "
        "the url https://api.atlassian.com/ex/confluence/CLOUD-ID."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Long random text: what an automation rule sends in X-Tieline-Secret, or signs with."
    )

    @field_validator("site")
    @classmethod
    def _bare(cls, site: str) -> str:
        host = site.strip().removeprefix("https://").partition("/")[0]
        return host.removesuffix(".atlassian.net")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.site and not self.url:
            raise ValueError("give the site")
        return self

    @property
    def base_url(self) -> str:
        """The site's host."""
        return f"https://{self.site}.atlassian.net"

    def auth(self) -> Basic:
        """The e-mail address is the user, the API token the password."""
        return Basic(self.email, self.api_token.get_secret_value())

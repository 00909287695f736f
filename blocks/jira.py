"""Credentials for Jira Cloud."""

from typing import ClassVar, Self

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Basic


class JiraCredentials(Receives, HttpCredentials):
    """A Jira Cloud site, and the e-mail address and API token of the account that acts."""

    _block_type_name = "Jira Credentials"
    _block_type_slug = "jira-credentials"
    _documentation_url = HttpUrl("https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/")
    _api_path: ClassVar[str] = "/rest/api/3"

    site: str = Field("", description="Your site's address, such as https://acme.atlassian.net, or just acme.")
    email: str = Field(description="E-mail address of the account that acts, within its permissions.")
    api_token: SecretStr = Field(
        description="Made at https://id.atlassian.com/manage-profile/security/api-tokens; a token with scopes also "
        "needs the url https://api.atlassian.com/ex/jira/CLOUD-ID."
    )
    webhook_secret: SecretStr = Field(SecretStr(""), description="The secret of the webhook, as it was typed in Jira.")

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

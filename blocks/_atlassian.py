"""What the blocks of Atlassian's cloud have in common."""

from abc import ABC
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Basic


class AtlassianCredentials(Receives, HttpCredentials, ABC):
    """A site in Atlassian's cloud, and the e-mail address and API token of the account that acts."""

    site: str = Field("", description="Your site's address, such as https://acme.atlassian.net, or just acme.")
    email: str = Field(description="E-mail address of the account that acts, within its permissions.")
    api_token: SecretStr = Field(
        description="Made at https://id.atlassian.com/manage-profile/security/api-tokens; one with scopes also needs "
        "the url https://api.atlassian.com/ex/PRODUCT/CLOUD-ID, where PRODUCT is jira or confluence."
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

    @property
    def pages(self) -> str:
        """Where people look: the site, and not a proxy or a gateway of its API."""
        return self.base_url if self.site else self.home

    def auth(self) -> Basic:
        """The e-mail address is the user, the API token the password."""
        return Basic(self.email, self.api_token.get_secret_value())

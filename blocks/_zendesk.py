"""What the blocks of Zendesk have in common."""

from abc import ABC
from typing import ClassVar, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Basic, Bearer


class ZendeskAccount(Receives, HttpCredentials, ABC):
    """A Zendesk account, and either the API token of an agent or an OAuth access token."""

    _api_path: ClassVar[str] = "/api/v2"

    subdomain: str = Field("", description="The part before .zendesk.com in your account's address.")
    email: str = Field("", description="The agent that the API token acts for, by e-mail address.")
    api_token: SecretStr = Field(
        SecretStr(""), description="Made in Admin Center under Apps and integrations, APIs, API tokens."
    )
    oauth_token: SecretStr = Field(
        SecretStr(""), description="OAuth access token, instead of the e-mail address and the API token."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Signing secret, shown in Admin Center on the page of the webhook."
    )

    @field_validator("subdomain")
    @classmethod
    def _bare(cls, subdomain: str) -> str:
        return subdomain.strip().removeprefix("https://").rstrip("/").removesuffix(".zendesk.com")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.subdomain and not self.url:
            raise ValueError("give the subdomain of the account")
        if bool(self.api_token) == bool(self.oauth_token):
            raise ValueError("give either email and api_token, or oauth_token")
        if self.api_token and not self.email:
            raise ValueError("an api_token needs the email of its agent")
        return self

    @property
    def base_url(self) -> str:
        """The account's host."""
        return f"https://{self.subdomain}.zendesk.com"

    def auth(self) -> Basic | Bearer:
        """The OAuth token, or the agent with `/token` as user and the API token as password."""
        if self.oauth_token:
            return Bearer(self.oauth_token)
        return Basic(f"{self.email}/token", self.api_token.get_secret_value())

"""Credentials for Bitbucket Cloud."""

from typing import ClassVar, Self

import httpx
from pydantic import Field, HttpUrl, SecretStr, model_validator

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Basic, Bearer

#: How app passwords begin. The last of them ended on 2026-07-28: see
#: https://community.atlassian.com/forums/Bitbucket-articles/Deprecation-notice-Bitbucket-Cloud-app-password-brownout/ba-p/3237429
APP_PASSWORD = "ATBB"  # noqa: S105 - how one begins, and none


class BitbucketCredentials(Receives, HttpCredentials):
    """An API token of a person's, or an access token of a repository, a project or a workspace.

    An API token acts as the person, with the scopes that it was made with; an access token belongs to nobody.
    """

    _block_type_name = "Bitbucket Connection Credentials"
    _block_type_slug = "bitbucket-connection-credentials"
    _documentation_url = HttpUrl("https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/")
    _api_path: ClassVar[str] = "/2.0"

    workspace: str = Field(
        description="The workspace, as in bitbucket.org/acme; it is what the check looks at.", pattern=r"^[\w.{}-]+$"
    )
    email: str = Field("", description="E-mail address of the account that the API token belongs to.")
    api_token: SecretStr = Field(
        SecretStr(""),
        description="API token with scopes for Bitbucket, made at https://id.atlassian.com/manage-profile/security/api-tokens.",
    )
    access_token: SecretStr = Field(
        SecretStr(""), description="Access token of a repository, a project or a workspace, instead of an API token."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="The secret of the webhook, as it was typed in Bitbucket."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        tokens = (self.api_token.get_secret_value(), self.access_token.get_secret_value())
        if any(token.startswith(APP_PASSWORD) for token in tokens):
            raise ValueError("that is an app password, and Bitbucket takes them no more: make an API token with scopes")
        if all(tokens) or not any(tokens):
            raise ValueError("give either email and api_token, or access_token")
        if self.api_token and "@" not in self.email:
            raise ValueError("an API token needs the account's e-mail address; the user name went with app passwords")
        if self.access_token and self.email:
            raise ValueError("an access_token belongs to nobody: leave out email")
        return self

    @property
    def base_url(self) -> str:
        """Bitbucket's API."""
        return "https://api.bitbucket.org"

    def auth(self) -> httpx.Auth:
        """The e-mail address with the API token, or the access token alone."""
        if self.access_token:
            return Bearer(self.access_token)
        return Basic(self.email, self.api_token.get_secret_value())

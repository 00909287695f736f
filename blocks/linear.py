"""Credentials for Linear."""

from typing import Self

import httpx
from pydantic import Field, HttpUrl, SecretStr, model_validator

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import ApiKey, Bearer


class LinearCredentials(Receives, HttpCredentials):
    """A person's API key, or the access token of an OAuth application."""

    _block_type_name = "Linear Credentials"
    _block_type_slug = "linear-credentials"
    _documentation_url = HttpUrl("https://linear.app/developers/graphql")

    api_key: SecretStr = Field(
        SecretStr(""), description="Personal API key (lin_api_...), made under Settings, Security & access."
    )
    access_token: SecretStr = Field(SecretStr(""), description="Access token of an OAuth application, instead.")
    webhook_secret: SecretStr = Field(SecretStr(""), description="The signing secret of the webhook.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.api_key) == bool(self.access_token):
            raise ValueError("give either an api_key or an access_token")
        return self

    @property
    def base_url(self) -> str:
        """The API of all workspaces."""
        return "https://api.linear.app"

    def auth(self) -> httpx.Auth:
        """The key as it is, or the token as a bearer."""
        return ApiKey("Authorization", self.api_key) if self.api_key else Bearer(self.access_token)

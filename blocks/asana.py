"""Credentials for Asana."""

from typing import ClassVar

import httpx
from pydantic import Field, HttpUrl, SecretStr

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Bearer


class AsanaCredentials(Receives, HttpCredentials):
    """A personal access token: what its owner may see and do, it may."""

    _block_type_name = "Asana Credentials"
    _block_type_slug = "asana-credentials"
    _documentation_url = HttpUrl("https://developers.asana.com/docs/personal-access-token")
    _api_path: ClassVar[str] = "/api/1.0"

    token: SecretStr = Field(description="Personal access token, made at https://app.asana.com/0/my-apps.")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="What Asana signs its webhooks with. It makes that itself, and tells it us."
    )

    @property
    def base_url(self) -> str:
        """The host of all workspaces."""
        return "https://app.asana.com"

    def auth(self) -> httpx.Auth:
        """The token as a bearer."""
        return Bearer(self.token)

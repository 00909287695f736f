"""Credentials for GitBook."""

from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Bearer


class GitBookCredentials(Receives, HttpCredentials):
    """A personal access token of GitBook; it may do what its owner may."""

    _block_type_name = "GitBook Token Credentials"
    _block_type_slug = "gitbook-token-credentials"
    _documentation_url = HttpUrl("https://gitbook.com/docs/developers/gitbook-api/authentication")
    _api_path: ClassVar[str] = "/v1"

    token: SecretStr = Field(
        description="Personal access token (gb_api_...), made at app.gitbook.com/account/developer."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="The secret that GitBook's Webhook integration shows where it is configured."
    )

    @property
    def base_url(self) -> str:
        """GitBook's host, the same for all organizations."""
        return "https://api.gitbook.com"

    def auth(self) -> Bearer:
        """The token, as a bearer."""
        return Bearer(self.token)

"""Credentials for Notion."""

from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Bearer

#: Since this version a database holds data sources, and those hold the entries.
VERSION = "2025-09-03"


class NotionCredentials(Receives, HttpCredentials):
    """An internal Notion integration; it sees the pages and databases that were shared with it."""

    _block_type_name = "Notion Integration Credentials"
    _block_type_slug = "notion-integration-credentials"
    _documentation_url = HttpUrl("https://developers.notion.com/docs/authorization")
    _api_path: ClassVar[str] = "/v1"

    token: SecretStr = Field(
        description="Integration token (ntn_...), found at notion.so/profile/integrations under Configuration."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Verification token, which Notion sends when a webhook subscription is created."
    )

    @property
    def base_url(self) -> str:
        """Notion's host, the same for all workspaces."""
        return "https://api.notion.com"

    def auth(self) -> Bearer:
        """The token, as a bearer."""
        return Bearer(self.token)

    def headers(self) -> dict[str, str]:
        """The version of the API, which each request must name."""
        return {"Notion-Version": VERSION}

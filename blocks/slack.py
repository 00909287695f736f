"""Credentials for Slack."""

from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr

from tieline.credentials import HttpCredentials, TakesCommands
from tieline.transport.auth import Bearer


class SlackCredentials(TakesCommands, HttpCredentials):
    """A Slack app as it is installed in one workspace."""

    _block_type_name = "Slack App Credentials"
    _block_type_slug = "slack-app-credentials"
    _documentation_url = HttpUrl("https://docs.slack.dev/authentication/tokens")
    _api_path: ClassVar[str] = "/api"

    token: SecretStr = Field(
        description="Bot token (xoxb-...), found under OAuth & Permissions; set_status needs a user token (xoxp-...)."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Signing secret, found under Basic Information, App Credentials."
    )

    @property
    def base_url(self) -> str:
        """Slack's host, the same for all workspaces."""
        return "https://slack.com"

    def auth(self) -> Bearer:
        """The token, as a bearer."""
        return Bearer(self.token)

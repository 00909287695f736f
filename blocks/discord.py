"""Credentials for Discord."""

from importlib.metadata import version
from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr

from tieline.credentials import HttpCredentials, TakesCommands
from tieline.transport.auth import ApiKey


class DiscordCredentials(TakesCommands, HttpCredentials):
    """A Discord app and its bot."""

    _block_type_name = "Discord Bot Credentials"
    _block_type_slug = "discord-bot-credentials"
    _documentation_url = HttpUrl("https://discord.com/developers/docs/reference#authentication")
    _api_path: ClassVar[str] = "/api/v10"

    token: SecretStr = Field(description="The bot's token, found under Bot; it is shown once, when it is made.")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="The app's public key, 64 hex digits, found under General Information."
    )

    @property
    def base_url(self) -> str:
        """Discord's host, the same for all servers."""
        return "https://discord.com"

    def auth(self) -> ApiKey:
        """The token, as a bot's."""
        return ApiKey("Authorization", self.token, prefix="Bot ")

    def headers(self) -> dict[str, str]:
        """Who asks: Discord blocks clients that do not say it so, https://discord.com/developers/docs/reference#user-agent."""
        return {"user-agent": f"DiscordBot (https://pypi.org/project/tieline/, {version('tieline')})"}

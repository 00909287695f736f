"""Credentials for Telegram."""

from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr

from tieline.credentials import HttpCredentials, TakesCommands
from tieline.transport.auth import PathKey

#: Where files lie, https://core.telegram.org/bots/api#file; the token follows at once there, too.
FILES = "/file/bot"


class TelegramCredentials(TakesCommands, HttpCredentials):
    """A Telegram bot."""

    _block_type_name = "Telegram Bot Credentials"
    _block_type_slug = "telegram-bot-credentials"
    _documentation_url = HttpUrl("https://core.telegram.org/bots/api#authorizing-your-bot")
    _api_path: ClassVar[str] = "/bot"

    token: SecretStr = Field(
        description="The bot's token, such as 123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11; @BotFather gives it."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="The secret_token that setWebhook was given: up to 256 letters, digits, underscores and hyphens.",
    )

    @property
    def base_url(self) -> str:
        """Telegram's host, the same for all bots."""
        return "https://api.telegram.org"

    def auth(self) -> PathKey:
        """The token, which follows `/bot` or `/file/bot` in the path."""
        return PathKey(self.address, self.token, self.home + FILES)

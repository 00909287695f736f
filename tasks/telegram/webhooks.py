"""The one webhook that a bot can have: what `tieline webhook setup telegram` makes.

https://core.telegram.org/bots/api#setwebhook
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, cast

from pydantic import Field

from blocks.telegram import TelegramCredentials
from tasks.telegram.system import connector
from tieline import Api, ConfigError, Model
from tieline.subscriptions import Subscription, Subscriptions, Wanted

#: Older errors of deliveries say nothing about today.
RECENTLY = timedelta(hours=2)

Updates = Annotated[list[str], Field(description="Kinds of updates, such as message; none means the usual ones.")]


class WebhookInfo(Model):
    """Where a bot's updates go, https://core.telegram.org/bots/api#webhookinfo; `url` is empty if they go nowhere."""

    url: str = ""
    pending_update_count: int = 0
    allowed_updates: tuple[str, ...] = ()
    last_error_date: datetime | None = None
    last_error_message: str = ""


@connector.action
async def get_webhook(api: Api) -> WebhookInfo:
    """Say where updates go, and how that went. See https://core.telegram.org/bots/api#getwebhookinfo."""
    return await api.get("/getWebhookInfo", into=WebhookInfo, at="result")


@connector.action
async def create_webhook(api: Api, *, url: str, updates: Updates) -> None:
    """Send updates to an address of ours, each with the `webhook_secret` of the block, and to no other any more.

    Args:
        api: The connection.
        url: Where to: https, on port 443, 80, 88 or 8443.
        updates: Which ones.

    Raises:
        ConfigError: The block has no webhook_secret; nothing was sent.

    See https://core.telegram.org/bots/api#setwebhook
    """
    secret = cast("TelegramCredentials", api.credentials).webhook_secret.get_secret_value()
    if not secret:
        raise ConfigError(
            "The block has no webhook_secret, so nobody could tell Telegram's updates from others.",
            hint="`tieline webhook secret telegram --connection NAME --generate` makes one.",
        )
    wanted = {"url": url, "secret_token": secret, "allowed_updates": updates}
    await api.post("/setWebhook", wanted, into=bool, at="result", repeatable=True)


@connector.action
async def delete_webhook(api: Api) -> None:
    """Send updates nowhere: `list_updates` lists them again. See https://core.telegram.org/bots/api#deletewebhook."""
    await api.post("/deleteWebhook", {}, into=bool, at="result", repeatable=True)


class BotWebhook(Subscriptions[TelegramCredentials]):
    """The bot's webhook. It has no number but its address."""

    usual = ("callback_query", "channel_post", "edited_channel_post", "edited_message", "message")

    async def subscribe(self, credentials: TelegramCredentials, wanted: Wanted) -> Subscription:
        """Set it. One that leads elsewhere is replaced."""
        await create_webhook.fn(credentials, url=wanted.url, updates=list(wanted.events))
        return Subscription(id=wanted.url, url=wanted.url, events=wanted.events)

    async def unsubscribe(self, credentials: TelegramCredentials, number: str, detail: str) -> None:  # noqa: ARG002 - there is none
        """Delete it, unless it leads elsewhere by now: then it is somebody else's."""
        if (await get_webhook.fn(credentials)).url == number:
            await delete_webhook.fn(credentials)

    async def find_all(self, credentials: TelegramCredentials) -> Sequence[Subscription]:
        """It, if there is one, and whether its deliveries have failed lately."""
        info = await get_webhook.fn(credentials)
        late = info.last_error_date is not None and datetime.now(UTC) - info.last_error_date < RECENTLY
        trouble = f"Telegram says about its deliveries: {info.last_error_message}" if late else ""
        return [Subscription(info.url, url=info.url, events=info.allowed_updates, trouble=trouble)] if info.url else []


connector.subscriptions = BotWebhook()

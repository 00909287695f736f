"""Subscriptions: Graph tells us when something in a drive has changed."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from blocks.sharepoint import SharePointCredentials
from tasks.sharepoint.models import Subscription
from tasks.sharepoint.system import DriveId, Limit, connector
from tieline import Api, ConfigError, segment

#: What Graph takes as `clientState`.
MOST_CHARACTERS = 128

Expires = Annotated[datetime, Field(description="When it ends: at most 42,300 minutes (29 days) from now.")]


@connector.action(scopes=("Files.Read.All",))
async def list_subscriptions(api: Api, *, limit: Limit = 100) -> list[Subscription]:
    """List the app's own subscriptions. See https://learn.microsoft.com/graph/api/subscription-list."""
    return await api.list("/subscriptions", into=Subscription, limit=limit, at="value")


@connector.action(scopes=("Files.Read.All",))
async def create_subscription(api: Api, *, drive_id: DriveId, url: str, expires: Expires) -> Subscription:
    """Let Graph tell an address of ours when something in a drive changes, signed with the block's `webhook_secret`.

    Args:
        api: The connection.
        drive_id: The drive.
        url: Our address, which must be https and answer already: Graph asks it at once.
        expires: When it ends; see `update_subscription`.

    Raises:
        ConfigError: The block has no `webhook_secret`, or one that is too long.
        Rejected: The address did not answer as it must, or `expires` is too far away.

    See https://learn.microsoft.com/graph/api/subscription-post-subscriptions
    """
    resource = f"/drives/{drive_id}/root"
    wanted = {
        "changeType": "updated",
        "notificationUrl": url,
        "lifecycleNotificationUrl": url,
        "resource": resource,
        "expirationDateTime": expires,
        "clientState": _secret(api),
    }

    async def made() -> Subscription | None:
        there = await api.list("/subscriptions", into=Subscription, limit=1000, at="value")
        return next((one for one in there if one.notification_url == url and drive_id in one.resource), None)

    return await api.post("/subscriptions", wanted, into=Subscription, check=made)


@connector.action(scopes=("Files.Read.All",))
async def update_subscription(api: Api, *, subscription_id: str, expires: Expires) -> Subscription:
    """Renew a subscription, which also answers `reauthorization_required`.

    See https://learn.microsoft.com/graph/api/subscription-update
    """
    return await api.patch(
        f"/subscriptions/{segment(subscription_id)}",
        {"expirationDateTime": expires},
        into=Subscription,
        repeatable=True,
    )


@connector.action(scopes=("Files.Read.All",))
async def delete_subscription(api: Api, *, subscription_id: str) -> None:
    """End a subscription. See https://learn.microsoft.com/graph/api/subscription-delete."""
    await api.delete(f"/subscriptions/{segment(subscription_id)}", into=type(None))


def _secret(api: Api) -> str:
    block = api.credentials
    secret = block.webhook_secret.get_secret_value() if isinstance(block, SharePointCredentials) else ""
    if not 0 < len(secret) <= MOST_CHARACTERS:
        raise ConfigError(
            f"The block needs a webhook_secret of at most {MOST_CHARACTERS} characters.",
            hint="Without one nobody could tell Graph's notifications from forged ones. Nothing was sent.",
        )
    return secret

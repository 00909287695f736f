"""Subscriptions: Graph tells us when something in a drive has changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from blocks.sharepoint import SharePointCredentials
from tasks.sharepoint.models import Subscription
from tasks.sharepoint.sites import list_drives
from tasks.sharepoint.system import DriveId, Limit, connector
from tieline import Api, ConfigError, segment
from tieline.subscriptions import Subscription as Held
from tieline.subscriptions import Subscriptions, Wanted

#: What Graph takes as `clientState`.
MOST_CHARACTERS = 128
#: Graph allows 42,300 minutes for a drive, https://learn.microsoft.com/graph/api/resources/subscription#subscription-lifetime.
#: A little less, because its clock may be behind ours.
LIFE = timedelta(minutes=42_200)
MOST = 1000

Expires = Annotated[datetime, Field(description="When it ends: at most 42,300 minutes (29 days) from now.")]


@connector.action(scopes=("Files.ReadWrite.All",))
async def list_subscriptions(api: Api, *, limit: Limit = 100) -> list[Subscription]:
    """List the app's own subscriptions. See https://learn.microsoft.com/graph/api/subscription-list."""
    return await api.list("/subscriptions", into=Subscription, limit=limit, at="value")


@connector.action(scopes=("Files.ReadWrite.All",))
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


@connector.action(scopes=("Files.ReadWrite.All",))
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


@connector.action(scopes=("Files.ReadWrite.All",))
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


class DriveSubscriptions(Subscriptions[SharePointCredentials]):
    """What `tieline webhook setup sharepoint` makes: one for each drive."""

    resource = "a drive"

    async def resources(self, credentials: SharePointCredentials) -> Sequence[str]:
        """The libraries of the block's site, or the person's own drives."""
        own = bool(credentials.refresh_token) and credentials.site == "root"
        found = list_drives.fn(credentials, site_id="" if own else credentials.site, user_id="me" if own else "")
        return [drive.id for drive in await found]

    async def subscribe(self, credentials: SharePointCredentials, wanted: Wanted) -> Held:
        """Make one."""
        made = await create_subscription.fn(credentials, drive_id=wanted.resource, url=wanted.url, expires=_latest())
        return _held(made)

    async def renew(self, credentials: SharePointCredentials, number: str) -> Held:
        """Let it live on."""
        return _held(await update_subscription.fn(credentials, subscription_id=number, expires=_latest()))

    async def unsubscribe(self, credentials: SharePointCredentials, number: str, detail: str) -> None:  # noqa: ARG002 - there is none
        """End one."""
        await delete_subscription.fn(credentials, subscription_id=number)

    async def find_all(self, credentials: SharePointCredentials) -> Sequence[Held]:
        """The app's own, for whomever it acts."""
        return [_held(one) for one in await list_subscriptions.fn(credentials, limit=MOST)]


def _latest() -> datetime:
    return datetime.now(UTC) + LIFE


def _held(one: Subscription) -> Held:
    drive = one.resource.strip("/").removeprefix("drives/").removesuffix("/root")
    return Held(one.id, drive, one.notification_url, expires_at=one.expiration_date_time)


connector.subscriptions = DriveSubscriptions()

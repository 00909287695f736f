"""The one address that an app's interactions go to: what `tieline webhook setup discord` sets.

https://discord.com/developers/docs/resources/application#edit-current-application
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, SecretStr

from blocks.discord import DiscordCredentials
from tasks.discord.methods import Application, connector, get_application
from tieline import Api
from tieline.subscriptions import Subscription, Subscriptions, Wanted


@connector.action
async def create_webhook(
    api: Api, *, url: Annotated[str, Field(description="Where to, with https.", max_length=2048)]
) -> Application:
    """Send commands, clicks and forms to an address of ours, and to no other any more.

    Discord tries it at once, with a PING and with a call that is signed wrongly: so the gateway must run there, and the
    block hold the app's public key.

    Args:
        api: The connection.
        url: Where to.

    Raises:
        Rejected: The address did not answer as it must.

    See https://discord.com/developers/docs/resources/application#edit-current-application
    """
    return await api.patch("/applications/@me", {"interactions_endpoint_url": url}, into=Application, repeatable=True)


@connector.action
async def delete_webhook(api: Api) -> Application:
    """Send interactions to no address: a bot that is connected to Discord's gateway gets them instead.

    See https://discord.com/developers/docs/resources/application#edit-current-application
    """
    # Written out here, because nulls are left out of JSON elsewhere.
    body, kind = b'{"interactions_endpoint_url":null}', {"content-type": "application/json"}
    return await api.patch("/applications/@me", content=body, headers=kind, into=Application, repeatable=True)


class Endpoint(Subscriptions[DiscordCredentials]):
    """The app's address. It has no number but itself, and gets everything that people do with the app."""

    gives_secret = True
    secret_comes_first = True

    async def subscribe(self, credentials: DiscordCredentials, wanted: Wanted) -> Subscription:
        """Set it. One that leads elsewhere is replaced."""
        await create_webhook.fn(credentials, url=wanted.url)
        return Subscription(wanted.url, url=wanted.url)

    async def unsubscribe(self, credentials: DiscordCredentials, number: str, detail: str) -> None:  # noqa: ARG002 - there is none
        """Take it away, unless it leads elsewhere by now: then it is somebody else's."""
        if (await get_application.fn(credentials)).endpoint == number:
            await delete_webhook.fn(credentials)

    async def find_all(self, credentials: DiscordCredentials) -> Sequence[Subscription]:
        """It, if there is one."""
        url = (await get_application.fn(credentials)).endpoint
        return [Subscription(url, url=url)] if url else []

    async def get_secret(self, credentials: DiscordCredentials, number: str) -> SecretStr:  # noqa: ARG002 - all have the same
        """The app's public key, which is no secret; blocks keep it where others have theirs."""
        return SecretStr((await get_application.fn(credentials)).verify_key)


connector.subscriptions = Endpoint()

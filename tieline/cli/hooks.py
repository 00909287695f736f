"""What `tieline webhook secret` and `tieline webhook setup` do: secrets in blocks, and webhooks made at the vendor."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from tieline import connections, registry
from tieline.errors import ConfigError, UnknownName
from tieline.webhooks.find import vendors

if TYPE_CHECKING:
    from tieline.credentials import Receives
    from tieline.subscriptions.keeper import Keeper
    from tieline.subscriptions.outcome import Outcome


def saved_secret(system: str, connection: str) -> str:
    """The secret that is saved.

    Raises:
        UnknownName: There is no such connection.
        ConfigError: It has none.
    """
    _, block = asyncio.run(_load(system, connection))
    if not block.webhook_secret:
        raise ConfigError(f"{system}/{connection} has no webhook secret.", hint="The vendor has not sent one yet.")
    return block.webhook_secret.get_secret_value()


def save_secret(system: str, connection: str, secret: str, *, keep: bool = False, handshake: bool = False) -> None:
    """Save a secret in the connection's block; for a system without a connector the block is made.

    Args:
        system: The system.
        connection: The connection.
        secret: The secret.
        keep: Whether the old one stays good, too.
        handshake: Wait for the vendor's handshake, which brings the secret, instead.
    """
    asyncio.run(_save(system, connection, secret, keep=keep, handshake=handshake))


def can_subscribe(system: str) -> bool:
    """Whether the vendor's API makes webhooks, and we have a connector for it."""
    return system not in vendors() and registry.connector(system).subscriptions is not None


def subscribe(system: str, connection: str, url: str, events: list[str], resources: list[str]) -> list[Outcome]:
    """Have the vendor tell an address of ours, once; its secret is in the block.

    Args:
        system: The system.
        connection: The connection, as which we log in, and which receives.
        url: Where the vendor shall send to.
        events: The vendor's own names; empty for the usual ones.
        resources: What it shall tell of; empty for what was chosen before, or what is usual.

    Raises:
        ConnectorError: The vendor refused.
        ConfigError: There is no such connection, or the block cannot be saved.
    """
    if not url.startswith("https://") and "//127.0.0.1" not in url and "//localhost" not in url:
        raise ConfigError(f"{url} is not https.", hint="Put the gateway behind a proxy or a tunnel with TLS.")
    return asyncio.run(_keeper(system, connection).hold(url, events, resources))


def unsubscribe(system: str, connection: str, resource: str | None) -> list[Outcome]:
    """End what `subscribe` has made, at the vendor and here; see `Keeper.remove`."""
    return asyncio.run(_keeper(system, connection).remove(resource))


def _keeper(system: str, connection: str) -> Keeper:
    from tieline.subscriptions.keeper import Keeper

    return Keeper(registry.connector(system), connection)


async def _load(system: str, connection: str) -> tuple[str, Receives]:
    """The block's name, and the block."""
    from tieline.credentials import Receives

    block: Any
    if system in vendors():
        name = f"{system}-{connection}"
        block = await connections.load(_common(), name)
    else:
        name, block = connection, await registry.connector(system).credentials(connection)
    if not isinstance(block, Receives):
        raise ConfigError(f"The block of {system}/{connection} cannot receive webhooks.")
    return name, block


async def _save(system: str, connection: str, secret: str, *, keep: bool = False, handshake: bool = False) -> None:
    connections.forget()
    new = False
    try:
        name, block = await _load(system, connection)
    except UnknownName:
        if system not in vendors():
            raise
        name, block, new = f"{system}-{connection}", _common()(system=system), True
    old = [one for one in (block.webhook_secret, *block.webhook.more_secrets) if one] if keep else []
    inbound = {"verification": "handshake" if handshake else "signature", "more_secrets": old}
    values = {"webhook_secret": SecretStr(secret), "webhook": block.webhook.model_copy(update=inbound)}
    changed = block.model_copy(update=values)
    await (connections.save(changed, name) if new else connections.change(changed, *values))


def _common() -> type[Any]:
    """The block of systems that have no connector."""
    from tieline.credentials import Receives

    return next(kind for kind in registry.blocks(of=Receives) if kind.get_block_type_slug() == "webhook-credentials")

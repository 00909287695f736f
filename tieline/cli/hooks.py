"""What `tieline webhook secret` and `tieline webhook setup` do: secrets in blocks, and webhooks made at the vendor."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from tieline import connections, registry
from tieline.errors import ConfigError, UnknownName
from tieline.webhooks.find import vendors
from tieline.webhooks.readers import words

if TYPE_CHECKING:
    from tieline.connector import Connector
    from tieline.credentials import Receives

#: What a connector offers whose vendor has an API for webhooks.
_ACTIONS = {"create_webhook", "list_webhooks", "get_webhook_secret"}
_BYTES = 32
_PREFIXES = {"zendesk": "zen:event-type:"}
#: Which of the vendor's own events are subscribed to, if nobody says: those that make the events of the connector.
_USUAL = {
    "zendesk": words("""
        ticket.created ticket.status_changed ticket.priority_changed ticket.subject_changed ticket.tags_changed
        ticket.agent_assignment_changed ticket.group_assignment_changed ticket.comment_added
        user.created organization.created
    """)
}


@dataclass(frozen=True)
class Registered:
    """A webhook at the vendor.

    Args:
        id: The vendor's id.
        url: Where it sends to.
        events: What it tells.
        new: Whether it was made just now.
    """

    id: str
    url: str
    events: tuple[str, ...]
    new: bool


def random_secret() -> str:
    """A secret that nobody can guess, of letters and digits that every vendor takes."""
    return secrets.token_hex(_BYTES)


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


def can_register(system: str) -> bool:
    """Whether the vendor's API makes webhooks, and we have a connector for it."""
    return system not in vendors() and set(registry.connector(system).actions) >= _ACTIONS


def register(system: str, connection: str, url: str, events: list[str]) -> Registered:
    """Make a webhook through the vendor's API, unless there is one for this address; save its secret in the block.

    Args:
        system: The system.
        connection: The connection, as which we log in, and which receives.
        url: Where the vendor shall send to.
        events: The vendor's own names; empty for the usual ones.

    Raises:
        ConnectorError: The vendor refused.
        ConfigError: There is no such connection, or the block cannot be saved.
    """
    if not url.startswith("https://") and "//127.0.0.1" not in url and "//localhost" not in url:
        raise ConfigError(f"{url} is not https.", hint="Put the gateway behind a proxy or a tunnel with TLS.")
    return asyncio.run(_register(registry.connector(system), connection, url, events))


async def _register(connector: Connector[Any, Any], connection: str, url: str, events: list[str]) -> Registered:
    prefix = _PREFIXES.get(connector.name, "")
    wanted = [name if name.startswith(prefix) else prefix + name for name in events or _USUAL.get(connector.name, ())]
    credentials = await connector.credentials(connection)
    there = await _call(connector, "list_webhooks", credentials, limit=1000)
    found = next((one for one in there if one.endpoint == url and one.status == "active"), None)
    made = found or await _call(
        connector, "create_webhook", credentials, name=f"Tieline {connection}", url=url, events=wanted
    )
    told = await _call(connector, "get_webhook_secret", credentials, webhook_id=made.id)
    await _save(connector.name, connection, told.secret.get_secret_value())
    names = tuple(name.removeprefix(prefix) for name in made.subscriptions or wanted)
    return Registered(made.id, url, names, new=found is None)


async def _call(connector: Connector[Any, Any], action: str, credentials: Any, **given: Any) -> Any:
    """The action itself: as JSON, a secret would be hidden from us, too."""
    return await connector.actions[action].task.fn(credentials, **given)


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
    try:
        name, block = await _load(system, connection)
    except UnknownName:
        if system not in vendors():
            raise
        name, block = f"{system}-{connection}", _common()(system=system)
    old = [one for one in (block.webhook_secret, *block.webhook.more_secrets) if one] if keep else []
    inbound = {"verification": "handshake" if handshake else "signature", "more_secrets": old}
    values = {"webhook_secret": SecretStr(secret), "webhook": block.webhook.model_copy(update=inbound)}
    await connections.save(block.model_copy(update=values), name, replace=True)


def _common() -> type[Any]:
    """The block of systems that have no connector."""
    from tieline.credentials import Receives

    return next(kind for kind in registry.blocks(of=Receives) if kind.get_block_type_slug() == "webhook-credentials")

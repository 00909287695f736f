"""Which blocks a system can be connected with: one, or several kinds, such as the providers of language models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tieline import registry
from tieline.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from tieline.connector import Connector
    from tieline.credentials import Credentials


@dataclass(frozen=True)
class Kind:
    """One way to connect a system.

    Args:
        connector: The system.
        block: Its block.
        name: Its name where there are several, such as "openai"; else empty.
    """

    connector: Connector[Any, Any]
    block: type[Credentials]
    name: str = ""

    @property
    def system(self) -> str:
        """How it is named in a command, such as "freshdesk" or "language/openai"."""
        return "/".join(filter(None, [self.connector.name, self.name]))

    @property
    def title(self) -> str:
        """How people call it."""
        return self.block.title_of_type()

    def reference(self, connection: str) -> str:
        """How actions call a connection of this kind, such as "support" or "openai/main"."""
        return "/".join(filter(None, [self.name, connection]))


def of(system: str) -> list[Kind]:
    """Every way to connect a system.

    Raises:
        UnknownName: There is no such system.
    """
    connector = registry.connector(system)
    from tieline.credentials import Credentials

    own = Credentials.model_fields  # what all have: an engine that is built in has no more, and needs no connection
    blocks = [block for block in registry.blocks(connector.block) if set(block.model_fields) - set(own)]
    if len(blocks) == 1:
        return [Kind(connector, blocks[0])]
    return [Kind(connector, block, getattr(block, "kind", block.get_block_type_slug())) for block in blocks]


def choose(name: str) -> Kind:
    """The way that is named, such as "freshdesk" or "language/openai".

    Raises:
        UnknownName: There is no such system or kind.
        ConfigError: There are several kinds, and none is named.
    """
    system, _, wanted = name.partition("/")
    kinds = {kind.name: kind for kind in of(system)}
    if wanted in kinds:
        return kinds[wanted]
    if wanted:
        raise UnknownName(f"kind of {system} connection", wanted, kinds)
    raise ConfigError(
        f"There are several kinds of {system} connections.",
        hint=f"Name one: {', '.join(f'{system}/{kind}' for kind in sorted(kinds))}.",
    )

"""Which systems can send us webhooks, and how each one's are read."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from tieline import registry
from tieline.errors import UnknownName
from tieline.webhooks.delivery import Webhook

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tieline.credentials import Credentials

_VENDORS = "tieline.webhooks.vendors"


@cache
def vendors() -> tuple[str, ...]:
    """The systems that have no connector yet, whose webhooks we read nevertheless; nothing is imported."""
    return tuple(name for name in sorted(_files()) if name not in registry.names() or not _pushes(name))


@cache
def systems() -> tuple[str, ...]:
    """Every system that can send us webhooks, in alphabetical order; nothing is imported."""
    return tuple(sorted({*_files(), *filter(_pushes, registry.names())}))


@cache
def find(system: str) -> Webhook:
    """How one system's webhooks are read: as its connector says, or else the file of its name in `vendors/`.

    Raises:
        UnknownName: There is no such system, or it sends none.
    """
    if system not in systems():
        raise UnknownName("system with webhooks", system, systems())
    if system in vendors():
        found: Webhook = _vendor(system).webhook
        return found
    webhook = registry.connector(system).webhook
    if webhook is None:
        raise UnknownName("system with webhooks", system, systems())
    return webhook


def events(system: str) -> dict[str, type[BaseModel] | None]:
    """The events that we know of a system, and the model of their payload where there is one.

    Raises:
        UnknownName: See `find`.
    """
    find(system)
    named: dict[str, type[BaseModel] | None] = {}
    if system in _files():
        named |= dict.fromkeys(_vendor(system).EVENTS)
    if system in registry.names():
        # Some that have a connector send more than it has models for.
        named |= registry.connector(system).events
    return named


def webhook_of(system: str, credentials: Credentials) -> Webhook:
    """How one connection's webhooks are read: as its system's, or as its block says itself (`custom`).

    Raises:
        UnknownName: See `find`.
    """
    own = getattr(credentials, "custom", None) if system == "custom" else None
    return own.webhook() if own is not None else find(system)


def _files() -> set[str]:
    """The systems with a file in `vendors/`; a connector may take over what stands there."""
    files = (Path(__file__).parent / "vendors").glob("*.py")
    return {file.stem for file in files if not file.stem.startswith("_")}


def _vendor(system: str) -> ModuleType:
    return import_module(f"{_VENDORS}.{system}")


def _pushes(system: str) -> bool:
    """Whether a connector says how its system's webhooks are read; its files are read, not imported."""
    return any("webhook=" in file.read_text("utf-8") for file in registry.sources(system))

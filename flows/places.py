"""Which module stands behind a connection, where a scenario works with several systems: one module for each."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tieline import registry
from tieline.errors import ConfigError, UnknownName


def behind(connection: str, package: str, kind: str) -> tuple[Any, str]:
    """The module for a system, and which of its connections is meant.

    Args:
        connection: System and name, such as "jira/work".
        package: Where the modules are, such as "flows.trackers"; those count that are named like a system.
        kind: What people call them, such as "tracker".

    Raises:
        ConfigError: It is not written like that.
        UnknownName: The system is none of that kind that we know of.
    """
    system, slash, name = connection.partition("/")
    known = systems(package)
    if not slash or not name:
        hint = f'Write system and connection, such as "{known[0]}/main".'
        raise ConfigError(f"{connection!r} names no {kind}.", hint=hint)
    if system not in known:
        raise UnknownName(kind, system, known)
    return import_module(f"{package}.{system}"), name


def systems(package: str) -> list[str]:
    """The systems that a package has modules for."""
    found = (module.name for module in iter_modules(import_module(package).__path__))
    return sorted(set(found) & set(registry.names()))

"""Where repositories are kept, whichever system it is: one module per system that can, each with a `Host`."""

from importlib import import_module
from pkgutil import iter_modules

from flows.code_hosts.host import ChangedFile, Comparison, File, Host, Proposal, matching
from tieline.errors import ConfigError, UnknownName

__all__ = ["ChangedFile", "Comparison", "File", "Host", "Proposal", "host", "matching"]

_HELPERS = {"host"}


def host(connection: str, repository: str) -> Host:
    """The repository behind a connection.

    Args:
        connection: System and name, such as "github/docs".
        repository: As the system names it, such as "acme/app".

    Raises:
        ConfigError: It is not written like that.
        UnknownName: The system keeps no repositories that we know of.
    """
    system, slash, name = connection.partition("/")
    if not slash or not name:
        raise ConfigError(f"{connection!r} names no code host.", hint='Write system and connection: "github/docs".')
    known = [module.name for module in iter_modules(__path__) if module.name not in _HELPERS]
    if system not in known:
        raise UnknownName("code host", system, known)
    made: Host = import_module(f"{__name__}.{system}").Host(name, repository)
    return made

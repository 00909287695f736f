"""Where repositories are kept, whichever system it is: one module per system that can, each with a `Host`."""

import re
from typing import NamedTuple

from flows.code_hosts.host import ChangedFile, Comparison, File, Host, Proposal, Searching, matching
from flows.places import behind
from tieline.errors import ConfigError

__all__ = [
    "Address",
    "ChangedFile",
    "Comparison",
    "File",
    "Host",
    "Proposal",
    "Searching",
    "address",
    "host",
    "matching",
]

_PLACE = re.compile(r"(?P<repository>[^@:]+)(?:@(?P<branch>[^:]+))?(?::(?P<folder>.*))?")


class Address(NamedTuple):
    """A folder of a branch of a repository."""

    repository: str
    branch: str
    folder: str


def address(place: str) -> Address:
    """Read a place such as "acme/docs", "acme/docs@main" or "acme/docs@main:api"; the branch is main by default.

    Raises:
        ConfigError: It is not written like that.
    """
    found = _PLACE.fullmatch(place)
    if found is None or ".." in (found["folder"] or "").split("/"):
        raise ConfigError(f"{place!r} is no place in a repository.", hint='Such as "acme/docs@main:api".')
    return Address(found["repository"], found["branch"] or "main", (found["folder"] or "").strip("/"))


def host(connection: str, repository: str) -> Host:
    """The repository behind a connection.

    Args:
        connection: System and name, such as "github/docs".
        repository: As the system names it, such as "acme/app".

    Raises:
        ConfigError: It is not written like that.
        UnknownName: The system keeps no repositories that we know of.
    """
    module, name = behind(connection, __name__, "code host")
    made: Host = module.Host(name, repository)
    return made

"""Where repositories are kept, whichever system it is: one module per system that can, each with a `Host`."""

from flows.code_hosts.host import ChangedFile, Comparison, File, Host, Proposal, matching
from flows.places import behind

__all__ = ["ChangedFile", "Comparison", "File", "Host", "Proposal", "host", "matching"]


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

"""What went wrong at a place, in our words.

What the libraries say may have addresses and keys in it, so it is left out: class, status and number are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from errno import EDQUOT, EINVAL, ENAMETOOLONG, ENOSPC, EROFS

from tieline.errors import (
    AuthFailed,
    ConfigError,
    Conflict,
    ConnectorError,
    Locked,
    NotFound,
    Rejected,
    Unavailable,
    from_status,
)

_LIBRARIES = frozenset(
    {"aiohttp", "asyncssh", "aiobotocore", "azure", "botocore", "gcsfs", "google", "httpx", "requests", "smbprotocol"}
) | {"spnego", "webdav4"}
#: Classes of theirs, by name, so that none of them has to be installed.
_LOGIN = frozenset(
    {
        "ClientAuthenticationError",  # Azure
        "DefaultCredentialsError",  # Google
        "ForbiddenOperation",  # WebDAV
        "NoCredentialsError",  # S3
        "PartialCredentialsError",
        "PermissionDenied",  # SSH
        "RefreshError",  # Google
        "LogonFailure",  # SMB
        "SMBAuthenticationError",
        "SpnegoError",
        "SFTPPermissionDenied",
    }
)
_STRANGER = frozenset({"HostKeyNotVerifiable", "KeyExchangeFailed"})
_SHARING = frozenset({0xC0000043, 0xC0000054, 0xC0000055})  # STATUS_SHARING_VIOLATION and two about locks
_DENIED = 0xC0000022
_FULL = frozenset({EDQUOT, ENOSPC, EROFS})
_NAME = frozenset({EINVAL, ENAMETOOLONG})
_BAD_NAME = 0xC0000033  # STATUS_OBJECT_NAME_INVALID
_PLAIN: Mapping[type[Exception], tuple[type[ConnectorError], str]] = {
    FileNotFoundError: (NotFound, "is not there"),
    IsADirectoryError: (Rejected, "is a folder, and no file"),
    NotADirectoryError: (Rejected, "lies below a file"),
}
_CHECK = "Check the disk, the network and the server."


def told(what: str, exc: Exception) -> Exception:
    """What is raised instead of an exception of a place; the same where it is none of theirs.

    Args:
        what: The file or folder, as a sentence begins.
        exc: What was raised.
    """
    if isinstance(exc, ConnectorError | ConfigError):
        return exc
    return _by_class(what, exc) or _by_status(what, exc) or _by_number(what, exc) or _of_library(what, exc) or exc


def _by_class(what: str, exc: Exception) -> ConnectorError | None:
    if isinstance(exc, FileExistsError):
        return Conflict(f"There is a file {what} already.", hint="Delete it, or choose another name.")
    found = next((said for kind, said in _PLAIN.items() if isinstance(exc, kind)), None)
    return found[0](f"{what} {found[1]}.") if found else None


def _by_status(what: str, exc: Exception) -> ConnectorError | None:
    """What came over HTTP, with the status that it came with."""
    status = _status(exc) or _status(exc.__cause__)
    if status is None:
        return None
    kind = from_status(status)
    if kind is AuthFailed:
        return _denied(what, status)
    said, hint = {
        NotFound: ("is not there", ""),
        Locked: ("is locked by somebody", "Try again later."),
        Unavailable: (f"cannot be reached: the server answered {status}", _CHECK),
    }.get(kind, (f"was turned down: the server answered {status}", "Look at what the server's log says."))
    return kind(f"{what} {said}.", hint=hint, status=status)


def _status(exc: BaseException | None) -> int | None:
    response = getattr(exc, "response", None)
    if isinstance(response, dict):
        found = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    else:
        found = next((getattr(exc, n) for n in ("status_code", "status", "code") if getattr(exc, n, None)), None)
    text = str(found)
    return int(text) if text.isdigit() and 400 <= int(text) < 600 else None  # noqa: PLR2004 - errors of HTTP


def _by_number(what: str, exc: Exception) -> ConnectorError | None:
    """What the system says, on this machine or over SMB."""
    number = getattr(exc, "ntstatus", None)
    if isinstance(exc, PermissionError) or number == _DENIED or str(exc).startswith("Forbidden"):  # that is gcsfs
        return _denied(what)
    if number in _SHARING:
        return Locked(f"{what} is open in another program.", hint="Try again when it is closed.")
    if not isinstance(exc, OSError):
        return None
    if exc.errno in _NAME or number == _BAD_NAME:
        return Rejected(f"{what} cannot be the name of a file there.", hint="Choose a shorter or plainer one.")
    full = "the disk is full or read-only" if exc.errno in _FULL else ""
    return Unavailable(f"{what} cannot be reached: {full or exc.strerror or type(exc).__name__}.", hint=_CHECK)


def _of_library(what: str, exc: Exception) -> ConnectorError | None:
    names = {kind.__name__ for kind in type(exc).__mro__}
    if not _LIBRARIES & {kind.__module__.partition(".")[0] for kind in type(exc).__mro__}:
        return None
    if names & _STRANGER:
        return AuthFailed(
            "The server's key is not known, so it may be somebody else's.",
            hint="Ask for its public key and put it into `options` as `host_key`, or into ~/.ssh/known_hosts.",
        )
    if names & _LOGIN:
        return _denied(what)
    if "ResourceLocked" in names:  # WebDAV
        return Locked(f"{what} is locked by somebody.", hint="Try again later.")
    return Unavailable(f"{what} cannot be reached: {type(exc).__name__}.", hint=_CHECK)


def _denied(what: str, status: int | None = None) -> AuthFailed:
    hint = "Check the login, and the permissions of the file and folder; docs/files.md says which are needed."
    return AuthFailed(f"{what} may not be used by us.", hint=hint, status=status)

"""What went wrong, in our words. Git has no codes for it, so its (English) messages are looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tieline.errors import (
    AuthFailed,
    BadAnswer,
    ConfigError,
    ConnectorError,
    NotFound,
    Rejected,
    TielineError,
    Unavailable,
    from_status,
)
from tieline.observe import HIDDEN

_STATUS = re.compile(r"requested URL returned error: (\d{3})|HTTP (\d{3})")
_LINE = re.compile(r"^(?:fatal|error|remote|ERROR|ssh): *(.+)$", re.MULTILINE)
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f]|\[[0-9;]*[A-Za-z]")
_LONGEST = 200
_LOGIN = "Check the token or the key, and that its owner may do this in that repository."
_NETWORK = "Check the address, the network and the server."
_TRUST = "Ask the server's owner for its certificate or its key, and put it into the block."
_BROKEN = (
    "Could not resolve host|[Ff]ailed to connect|Couldn't connect|Connection (refused|reset|timed out|closed)",
    "Operation timed out|Operation too slow|hung up|unexpected disconnect|early EOF|RPC failed|Empty reply",
    "Could not read from remote|Network is unreachable|No route to host|SSL_ERROR|GnuTLS",
)
#: The first one that is found counts.
_KNOWN: tuple[tuple[str, type[TielineError], str, str], ...] = (
    ("died of signal 25|File too large", BadAnswer, "A pack of it is larger than the block allows", "Raise max_bytes."),
    ("No space left on device", Unavailable, "The disk is full", "Make room in the user's cache folder."),
    ("Host key verification failed", AuthFailed, "The server's key is not the known one", _TRUST),
    (
        "SSL certificate problem|certificate verif|SSL peer cert",
        AuthFailed,
        "The server's certificate is not trusted",
        _TRUST,
    ),
    (
        "error setting certificate",
        ConfigError,
        "The file in `verify` cannot be used",
        "Name one with PEM certificates.",
    ),
    ("Authentication failed|could not read (Username|Password)", AuthFailed, "The login was refused", _LOGIN),
    (
        r"Permission (to \S+ )?denied|insufficient permission|access denied|not allowed to push",
        AuthFailed,
        "We may not",
        _LOGIN,
    ),
    (
        "unable to update url base from redirection",
        Rejected,
        "The repository has moved",
        "Put its new address into the block.",
    ),
    (
        "not our ref|couldn't find remote ref|unadvertised object",
        NotFound,
        "There is no such commit or branch there",
        "",
    ),
    (
        "(repository|Repository) .*not found|does not appear to be a git repository|No such repository|does not exist",
        NotFound,
        "There is no such repository, or not for this login",
        "Check the address, and what the login may see.",
    ),
    (
        "transport '.*' not allowed",
        ConfigError,
        "Git may not use that kind of address",
        "Only http, https and ssh are used.",
    ),
    ("no merge base|unrelated histories", Rejected, "The two commits have no history in common", ""),
    (
        "|".join(_BROKEN),
        Unavailable,
        "The server cannot be reached, or stopped in the middle",
        _NETWORK,
    ),
)


def told(complaint: str, code: int, secrets: Iterable[str]) -> TielineError:
    """What is raised when git failed.

    Args:
        complaint: What it said.
        code: How it ended.
        secrets: What must not be repeated.
    """
    for pattern, kind, said, hint in _KNOWN:
        if re.search(pattern, complaint):
            return kind(f"{said}.", hint=hint)
    if answered := _STATUS.search(complaint):
        return _by_status(int(answered[1] or answered[2]))
    # The last lines only repeat that it went wrong: the first one says why.
    why = next((line[1] for line in _LINE.finditer(complaint)), f"it ended with {code}")
    return Rejected(f"git says: {plain(why, secrets)}.", hint="Look at what the server's log says.")


def plain(text: str, secrets: Iterable[str]) -> str:
    """Words of a server's, short and without anything secret or unprintable."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _UNPRINTED.sub("", text)[:_LONGEST].rstrip(". ")


def _by_status(status: int) -> ConnectorError:
    kind = from_status(status)
    if status < 400:  # noqa: PLR2004 - HTTP's own border
        said, hint = "The repository has moved", "Put its new address into the block: a login is not sent on."
    else:
        said, hint = f"The server answered {status}", _LOGIN if kind is AuthFailed else _NETWORK
    return kind(f"{said}.", hint=hint, status=status)

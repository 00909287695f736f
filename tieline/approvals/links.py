"""Links with which one person decides on one approval, in a browser and without a login.

What the link says is signed (JWT, HMAC-SHA256): whoever has it decides in the name of the person it was made for, so it
goes to that person alone, and ends when the approval does.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import jwt

from tieline.approvals.model import Approval
from tieline.errors import ConfigError, SignatureInvalid
from tieline.settings import settings

PATH = "/approvals/"
#: RFC 7518 wants a key as long as the hash.
SHORTEST_KEY = 32
_HASH, _FOR = "HS256", "tieline-approval"


def available() -> bool:
    """Whether links can be made here."""
    return bool(settings().public_url) and _key() is not None


def link(approval: Approval, person: str) -> str:
    """The address at which a person decides.

    Args:
        approval: What is decided on.
        person: For whom the link is; one of the approval's `approvers`.

    Raises:
        ConfigError: The settings have no key or no address, or the person is not to decide.
    """
    if person not in approval.approvers:
        raise ConfigError(
            f"{person} is not among those who decide on {approval.id}.",
            hint="Links are made for `approvers` of the approval only.",
        )
    key, home = _key(), settings().public_url.rstrip("/")
    if key is None or not home:
        raise ConfigError(
            f"No link for the approval {approval.id} can be made.",
            hint="Set TIELINE_PUBLIC_URL (where people reach the gateway) and TIELINE_APPROVAL_KEY (32 characters or "
            "more, the same for gateway and workers: openssl rand -hex 32).",
        )
    said: dict[str, Any] = {"aud": _FOR, "sub": person, "jti": approval.id}
    if approval.due_at is not None:
        said["exp"] = int(approval.due_at.timestamp())
    token = jwt.encode(said, key, algorithm=_HASH)
    return f"{home}{PATH}{quote(approval.id)}?{urlencode({'token': token})}"


def person_of(id: str, token: str) -> str:  # noqa: A002 - as in the rest of the package
    """Whose link it is.

    Args:
        id: The approval that the address names.
        token: What stands in it.

    Raises:
        SignatureInvalid: It is not one of our links for this approval, or its time is over.
    """
    key = _key()
    if key is None:
        raise SignatureInvalid("No link can be checked here.", hint="Set TIELINE_APPROVAL_KEY.")
    try:
        said = jwt.decode(token, key, algorithms=[_HASH], audience=_FOR, options={"require": ["sub", "jti", "aud"]})
    except jwt.ExpiredSignatureError:
        raise SignatureInvalid("The link's time is over.") from None
    except jwt.PyJWTError:
        raise SignatureInvalid("The link is not whole, or not ours.") from None
    if said["jti"] != id:
        raise SignatureInvalid("The link is for another approval.")
    return str(said["sub"])


def _key() -> str | None:
    """What links are signed with; None if there is none that is good enough."""
    key = settings().approval_key.get_secret_value()
    return key if len(key) >= SHORTEST_KEY else None

"""What each vendor promises and what we send it; `tests/test_contracts.py` plays it for every system.

One module per system, with one `contract`; or a package where that would be long: `records.py` is what things look
like there, `events.py` what it tells us, and the rest is cases by topic. The suite adds refused logins, missing things,
rate limits, outages, broken answers, tampered signatures and the search for secrets: a system needs no line for those.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from tieline import registry


@dataclass(frozen=True)
class Exchange:
    """One request that we must send, exactly, and the vendor's answer.

    Args:
        request: Method and path below the contract's `base`, such as "GET /tickets/7"; or a whole address.
        query: The query; None means that there is none.
        json: The JSON body.
        form: The form body, as pairs.
        parts: The body of a form with files: texts (several of one name as a list), and files as (name, media type,
            bytes).
        raw: Any other body.
        sends: Headers that must be sent with these values, such as a content type; None must not be sent.
        response: The answer's JSON; None means an empty answer.
        status: The answer's status.
        headers: The answer's headers.
        docs: As a case's, for this request alone.
    """

    request: str
    query: Mapping[str, str] | None = None
    json: Any = None
    form: Mapping[str, str] | None = None
    parts: Mapping[str, str | list[str] | tuple[str, str, bytes]] | None = None
    raw: bytes | None = None
    sends: Mapping[str, str | None] = field(default_factory=dict)
    response: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    docs: str = ""


@dataclass(frozen=True)
class Case:
    """One action.

    Args:
        input: What the caller passes.
        wire: What goes over the wire, in this order.
        output: (Part of) what comes back: dictionaries may leave fields out.
        docs: The vendor's page, if the request differs from the vendor's machine-readable description, and why.
    """

    input: Mapping[str, Any]
    wire: tuple[Exchange, ...]
    output: Any = None
    docs: str = ""


@dataclass(frozen=True)
class Event:
    """One webhook as the vendor documents it.

    Args:
        payload: The JSON body, or the fields of a form; None where the vendor sends no body.
        headers: Headers beside the signature.
        docs: The vendor's page.
        form: Whether the body is a form.
    """

    payload: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    docs: str = ""
    form: bool = False

    @property
    def raw(self) -> bytes:
        """The body's bytes."""
        if self.payload is None:
            return b""
        return (urlencode(self.payload) if self.form else json.dumps(self.payload)).encode()


@dataclass(frozen=True)
class Contract:
    """All that one system promises.

    Args:
        base: The address that all paths are below.
        credentials: The block's fields; secrets must hold the word "secret", so that the suite can look for them.
        health: The health check's exchange.
        actions: One case per action; more cases of one go under names such as "update_ticket: by email".
        events: One per event.
        sign: Signs a body: `(raw, now)` to headers, or to another body that holds the signature; `now` is in Unix
            seconds.
        address: Our address as the vendor knows it, where that is signed, too.
        logins: Other sets of fields for the block, and the header each must send, by name.
        own_words: First words of actions that are the vendor's own, such as "apply".
        exempt: Rules of the quality scale (see `tieline.quality`) that cannot apply, and why.
        checked_with: The vendor's description for machines, or the real server, that all requests were checked with.
        beyond: What the vendor's documentation allows all its requests beyond that description: words that a check
            finds fault with, such as "query 'pagelen'", and the vendor's page.
        tokens: The address that gives OAuth2 tokens; it is answered for you, and its requests stand in no case.
    """

    base: str
    credentials: Mapping[str, Any]
    health: Exchange
    actions: Mapping[str, Case]
    events: Mapping[str, Event] = field(default_factory=dict)
    sign: Callable[[bytes, float], Mapping[str, str] | bytes] | None = None
    address: str = ""
    logins: Mapping[str, tuple[Mapping[str, Any], Mapping[str, str]]] = field(default_factory=dict)
    own_words: tuple[str, ...] = ()
    exempt: Mapping[str, str] = field(default_factory=dict)
    checked_with: str = ""
    beyond: Mapping[str, str] = field(default_factory=dict)
    tokens: str = ""


#: Systems that do not speak HTTP through our transport have a suite of their own; here is where.
ELSEWHERE = {"files": "tests/files", "git": "tests/git", "language": "tests/language", "sql": "tests/sql"}


def load() -> dict[str, Contract]:
    """Every contract, by system."""
    return {
        name: import_module(f"tests.contracts.{name}").contract for name in registry.names() if name not in ELSEWHERE
    }

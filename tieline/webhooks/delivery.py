"""One request of a vendor, and how it is read: whether it is genuine, what it says, how it is answered."""

from __future__ import annotations

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qsl

import orjson

from tieline.errors import SignatureInvalid, Unverifiable

Kind = Literal["signature", "token", "none"]

#: More fields than any form of a vendor has.
_FIELDS = 1000
_FORM_OF_JSON = b"payload="


@dataclass(frozen=True)
class Delivery:
    """One request that a vendor sent us, as it came in.

    Args:
        headers: With names in lower case.
        raw: The body's bytes, untouched.
        query: What stood behind the question mark.
        url: Our address as the vendor knows it, where that is signed too.
        method: Such as "POST".
    """

    headers: Mapping[str, str]
    raw: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    method: str = "POST"

    @cached_property
    def json(self) -> Any:
        """The body, read as JSON once; None if it is none. GitHub and Slack also send a form that holds the JSON."""
        raw = self.raw
        try:
            return orjson.loads(self.form["payload"] if raw.startswith(_FORM_OF_JSON) else raw)
        except (orjson.JSONDecodeError, KeyError):
            return None

    @cached_property
    def form(self) -> Mapping[str, str]:
        """The body's fields, read as a form once; empty if it is none."""
        try:
            pairs = parse_qsl(self.raw.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
        except ValueError:
            return {}
        return dict(pairs)

    def with_headers(self, headers: Mapping[str, str]) -> Delivery:
        """The same with more headers; names may be written as people do."""
        return replace(self, headers={**self.headers, **{name.lower(): value for name, value in headers.items()}})

    def with_json(self, path: str, value: str | int) -> Delivery:
        """The same with a value at a dotted path of its JSON body."""
        found = self.json
        data = orjson.loads(orjson.dumps(found)) if isinstance(found, dict) else {}
        *parents, last = path.split(".")
        inner = data
        for name in parents:
            inner[name] = inner[name] if isinstance(inner.get(name), dict) else {}
            inner = inner[name]
        inner[last] = value
        return replace(self, raw=orjson.dumps(data))


@dataclass(frozen=True)
class Reply:
    """What a vendor gets to hear.

    Args:
        status: The HTTP status.
        body: The body, already in the form that the vendor expects.
        media_type: Of the body.
        headers: More headers.
        secret: A secret that the vendor has told us here; the gateway keeps it in the connection's block.
        notice: What the operator should be told, in a sentence.
        confirm: An address of the vendor that must be fetched (GET) to complete it; `tieline.webhooks.fetch.get` does.
    """

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""
    notice: str = ""
    confirm: str = ""


Reader = Callable[[Delivery], str]
#: Raises `SignatureInvalid`. The last argument is the current time in Unix seconds.
Verifier = Callable[[Delivery, str, float], None]
#: What a signer adds to a delivery: headers, or another body or query. The last argument is the time in Unix seconds.
Signer = Callable[[Delivery, str, float], Delivery]


class Scheme(ABC):
    """A way to sign: a `Verifier` that can sign too, and say what it does.

    Attributes:
        kind: What is sent; see `Webhook.kind`.
        headers: Names of the headers that it needs, in small letters.
        hidden: Names of headers and of parts of the query that hold the secret itself.
        tolerance: How many seconds old, or early, a delivery may be; 0 where the time is not signed.
    """

    kind: ClassVar[Kind] = "signature"
    headers: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    tolerance: float = 0

    @property
    @abstractmethod
    def says(self) -> str:
        """What is signed, how, and where that stands, in Markdown."""

    @abstractmethod
    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:
        """Check it.

        Raises:
            SignatureInvalid: It is not signed, not with this secret, or not now.
        """

    def way(self, delivery: Delivery) -> Scheme:  # noqa: ARG002 - for those that leave a choice
        """The scheme that this delivery is signed with, where the vendor leaves a choice."""
        return self

    def signed_at(self, delivery: Delivery) -> float | None:  # noqa: ARG002 - for those whose time is signed
        """The signed time in Unix seconds, where there is one; it is not checked here."""
        return None

    @abstractmethod
    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:
        """The same delivery as the vendor would send it."""


#: How a number begins that is a digest of the body.
DIGEST = "sha256:"


def digest(delivery: Delivery) -> str:
    """A number for vendors that give none: the same body is the same delivery."""
    return DIGEST + hashlib.sha256(delivery.raw).hexdigest()


@dataclass(frozen=True)
class Handshake:
    """A request that is no event: the vendor wants to see whether we are there, and who we are.

    Args:
        answer: The reply, given the delivery and the secrets that are live; None where it is not this handshake.
        signed: Whether it comes after the check of the signature, as events do. Those that come before it can plant a
            secret, and pass only while the block says `verification="handshake"` or need no secret at all.
    """

    answer: Callable[[Delivery, Sequence[str]], Reply | None]
    signed: bool = True


@dataclass(frozen=True)
class Facts:
    """Where an event says who did what, when. Each reads one event's payload; empty means that it is not said.

    Args:
        who: The person or the robot.
        when: The moment, as the vendor writes it.
        subject: What it is about, for people.
        link: A page to look at.
    """

    who: str | Callable[[Any], str] = ""
    when: str | Callable[[Any], str] = ""
    subject: str | Callable[[Any], str] = ""
    link: str | Callable[[Any], str] = ""


@dataclass(frozen=True)
class Webhook:
    """How one vendor's webhooks are read.

    Args:
        verify: Checks that the vendor sent it.
        event: Finds the event's name.
        delivery: Finds the delivery's number, which is the same when the vendor sends it again.
        facts: Where an event's payload says who, what and when. Strings are dotted paths.
        parts: Dotted path of the list, where one delivery holds several events; "." is the body itself.
        part_event: The name of one of those events, given its payload; by default the delivery's.
        handshakes: Requests that are no events.
        media_types: Content types that it comes in; empty where the vendor's are not to be relied on.
        payload: Reads the payload from the body, where it is not JSON (a form, SOAP, headers alone).
        named_by: The header with the event's name, where it is not in the body.
        reply: What the vendor must hear in place of 202 and an empty body.
        sign: Signs as the vendor does, for tests, sandboxes and `tieline webhook sign`. Schemes bring their own.
        kind: What is signed. "token" means that the secret itself is sent: guard it, and use https. Schemes know.
        prepare: Fetches what `check` needs, such as the vendor's certificate; the gateway awaits it before `check`.
            It never raises: what is missing is refused by `check`.
        guide: How to set it up at the vendor, in Markdown, with `{url}` where our address belongs.
        caveat: What the signature does not cover, in a sentence.
        docs: The vendor's page.
    """

    verify: Verifier
    event: Reader
    delivery: Reader
    facts: Facts = Facts()
    parts: str = ""
    part_event: Callable[[Any], str] | None = None
    handshakes: tuple[Handshake, ...] = ()
    media_types: tuple[str, ...] = ("application/json",)
    payload: Callable[[Delivery], Any] | None = None
    named_by: str = ""
    reply: Callable[[Delivery], Reply] | None = None
    sign: Signer | None = None
    kind: Kind = "signature"
    prepare: Callable[[Delivery, Sequence[str]], Coroutine[Any, Any, None]] | None = None
    guide: str = ""
    caveat: str = ""
    docs: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.verify, Scheme):
            object.__setattr__(self, "kind", self.verify.kind)
            object.__setattr__(self, "sign", self.sign or self.verify.sign)

    @property
    def numbered(self) -> bool:
        """Whether the vendor numbers its deliveries. If not, two that are alike count as one: see `readers.digest`."""
        return self.delivery is not digest

    def without_secrets(self, delivery: Delivery) -> Delivery:
        """The same without the headers and the parts of the query that hold the secret: what may be kept."""
        hidden = self.verify.hidden if isinstance(self.verify, Scheme) else frozenset()
        if not hidden:
            return delivery
        return replace(
            delivery,
            headers={name: value for name, value in delivery.headers.items() if name not in hidden},
            query={name: value for name, value in delivery.query.items() if name not in hidden},
        )

    def check(self, delivery: Delivery, secrets: str | Sequence[str], *, now: float | None = None) -> None:
        """Check the signature.

        Args:
            delivery: What came in.
            secrets: What the vendor signs with; while one is replaced, the old one and the new one.
            now: The time in Unix seconds, if not the present.

        Raises:
            SignatureInvalid: It is not signed, not by one of these secrets, or not now.
        """
        live = [secret for secret in ([secrets] if isinstance(secrets, str) else secrets) if secret]
        if not live:
            raise SignatureInvalid(
                "There is no webhook secret on the block.", hint="Without one everything is refused."
            )
        moment = time.time() if now is None else now
        refusal: SignatureInvalid | None = None
        for secret in live:
            try:
                self.verify(delivery, secret, moment)
            except SignatureInvalid as exc:
                refusal = refusal if isinstance(refusal, Unverifiable) else exc
            else:
                return
        raise refusal or SignatureInvalid("It is not signed.")

    def read(self, delivery: Delivery) -> Any:
        """The vendor's payload."""
        return self.payload(delivery) if self.payload else delivery.json

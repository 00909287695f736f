"""The ways in which vendors sign: an HMAC of some text, or the secret itself. One line each declares a vendor's.

What a vendor signs is a template: {body}, {timestamp}, {id}, {url} (our address as the vendor knows it), and
{json.a.b} for what stands at `a.b` in a JSON body. Comparisons take the same time wherever they fail.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from string import Formatter
from typing import ClassVar, Literal

from tieline.errors import SignatureInvalid
from tieline.webhooks.delivery import Delivery, Kind, Scheme
from tieline.webhooks.readers import at, word
from tieline.webhooks.times import FRESH_SECONDS, Stamp, in_header

Encoding = Literal["hex", "base64"]
Key = Callable[[str], bytes]


def same(left: str, right: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(as_bytes(left), as_bytes(right))


def as_bytes(value: str) -> bytes:
    """A text as bytes. Headers can hold bytes that are no text; they must fail the comparison, not the program."""
    return value.encode(errors="backslashreplace")


def from_base64(secret: str) -> bytes:
    """The key of vendors that give it out in base64, with or without `whsec_` before it.

    Raises:
        SignatureInvalid: It is none.
    """
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise SignatureInvalid("The secret is not in base64, as this vendor's are.", hint="Copy it again, whole.")
    return key


@dataclass(frozen=True)
class Hmac(Scheme):
    """An HMAC in a header, or in the body.

    Args:
        header: The header with the signature; "" where it stands in the body, at `path`.
        hash: Such as "sha256".
        encoding: "hex" or "base64".
        prefix: What stands before each signature, such as "sha256=".
        split: What stands between several signatures, of which one must be right; "" where there is one.
        signed: The template of what is signed.
        timestamp: Where the time stands that is signed too: a header's name, or see `tieline.webhooks.times`.
        id: The header with the delivery's id, where that is signed too.
        key: Makes the key of the secret; by default its text.
        path: Dotted path of the signature in a JSON body.
        tolerance: How many seconds old, or early, it may be.
    """

    header: str = ""
    hash: str = "sha256"
    encoding: Encoding = "hex"
    prefix: str = ""
    split: str = ""
    signed: str = "{body}"
    timestamp: Stamp | str = ""
    id: str = ""
    key: Key = as_bytes
    path: str = ""
    tolerance: float = FRESH_SECONDS

    def __post_init__(self) -> None:
        stamp = in_header(self.timestamp) if isinstance(self.timestamp, str) and self.timestamp else self.timestamp
        object.__setattr__(self, "timestamp", stamp)
        if not stamp:
            object.__setattr__(self, "tolerance", 0)
        names = (self.header, stamp.header if isinstance(stamp, Stamp) else "", self.id)
        object.__setattr__(self, "headers", tuple(dict.fromkeys(name.lower() for name in names if name)))

    @cached_property
    def _pieces(self) -> tuple[tuple[bytes, str], ...]:
        """The template: what stands before each field, and the field."""
        return tuple((text.encode(), name or "") for text, name, _, _ in Formatter().parse(self.signed))

    @property
    def says(self) -> str:
        """What is signed, how, and where that stands."""
        where = f"`{self.header}`" if self.header else f"`{self.path}` in the body"
        text = self.signed.replace("{json.", "{")
        return f"HMAC-{self.hash.upper()} of `{text}` in {where}, {self.encoding}"

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:
        """Check it; see `Scheme`."""
        given = self._given(delivery)
        moment = ""
        if isinstance(self.timestamp, Stamp):
            moment = self.timestamp.read(delivery)
            self.timestamp.check(moment, now, self.tolerance)
        if self._differs(given, self._made(delivery, secret, moment)):
            raise SignatureInvalid(
                f"The signature in {self.header or self.path} is not that of this body and secret.",
                hint="Either the secret is another one, or something between the vendor and us has changed the body.",
            )

    def matches(self, delivery: Delivery, secret: str) -> bool:
        """Whether it is signed with this secret, be it old or new."""
        try:
            moment = self.timestamp.read(delivery) if isinstance(self.timestamp, Stamp) else ""
            return not self._differs(self._given(delivery), self._made(delivery, secret, moment))
        except SignatureInvalid:
            return False

    def signed_at(self, delivery: Delivery) -> float | None:
        """The signed time, if there is one."""
        return self.timestamp.seconds(delivery) if isinstance(self.timestamp, Stamp) else None

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:
        """The same delivery as the vendor would send it."""
        if self.id and self.id.lower() not in delivery.headers:
            delivery = delivery.with_headers({self.id: uuid.uuid4().hex})
        moment, extra = "", ""
        if isinstance(self.timestamp, Stamp):
            moment = self.timestamp.write(now)
            delivery, extra = self.timestamp.put(delivery, moment)
        if self.path:
            delivery = _filled(delivery, self._pieces, now)
        signature = extra + self._made(delivery, secret, moment)
        return (
            delivery.with_json(self.path, signature) if self.path else delivery.with_headers({self.header: signature})
        )

    def _given(self, delivery: Delivery) -> str:
        given = delivery.headers.get(self.headers[0], "") if self.header else word(at(delivery.json, self.path))
        if not given:
            raise missing(self.header, delivery) if self.header else SignatureInvalid(f"The body has no {self.path}.")
        return given

    def _differs(self, given: str, made: str) -> bool:
        if not self.split:
            return not same(given, made)
        found = False
        for one in given.split(self.split):
            found |= same(one.strip(), made)
        return not found

    def _made(self, delivery: Delivery, secret: str, moment: str) -> str:
        message = b"".join(text + self._field(name, delivery, moment) for text, name in self._pieces)
        return self.prefix + self.of(message, secret)

    def of(self, message: bytes, secret: str) -> str:
        """The bare HMAC of a message."""
        made = hmac.digest(self.key(secret), message, self.hash)
        return made.hex() if self.encoding == "hex" else base64.b64encode(made).decode()

    def _field(self, name: str, delivery: Delivery, moment: str) -> bytes:
        if name == "body":
            return delivery.raw
        if name == "timestamp":
            return as_bytes(moment)
        if name == "id":
            return as_bytes(_there(delivery.headers.get(self.id.lower(), ""), self.id))
        if name == "url":
            return as_bytes(_there(delivery.url, "our address as the vendor knows it"))
        return as_bytes(_there(word(at(delivery.json, name.removeprefix("json."))), name) if name else "")


def hmac_sha256(
    header: str,
    *,
    prefix: str = "",
    timestamp: Stamp | str = "",
    signed: str = "{body}",
    encoding: Encoding = "hex",
    split: str = "",
) -> Hmac:
    """An HMAC-SHA256 in a header; see `Hmac`."""
    return Hmac(header, prefix=prefix, timestamp=timestamp, signed=signed, encoding=encoding, split=split)


@dataclass(frozen=True)
class SharedSecret(Scheme):
    """The secret itself stands in a header.

    Args:
        header: The header.
        prefix: What stands before it, such as "Bearer ".
    """

    kind: ClassVar[Kind] = "token"
    header: str = ""
    prefix: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", (self.header.lower(),))
        object.__setattr__(self, "hidden", frozenset(self.headers))

    @property
    def says(self) -> str:
        """What is sent, and where."""
        return f"the secret itself in `{self.header}`" + (f", after `{self.prefix.strip()}`" if self.prefix else "")

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:  # noqa: ARG002 - as all verifiers
        """Check it; see `Scheme`."""
        given = delivery.headers.get(self.headers[0], "")
        if not given:
            raise missing(self.header, delivery)
        if not secret or not same(given, self._written(secret)):
            raise SignatureInvalid(f"The header {self.header} does not hold the shared secret.")

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:  # noqa: ARG002 - as all signers
        """The same delivery as the vendor would send it."""
        return delivery.with_headers({self.header: self._written(secret)})

    def _written(self, secret: str) -> str:
        return self.prefix + secret


class BasicAuth(SharedSecret):
    """The secret is `user:password`, sent as HTTP's basic authentication."""

    def _written(self, secret: str) -> str:
        return self.prefix + base64.b64encode(as_bytes(secret)).decode()


def shared_secret(header: str, *, prefix: str = "") -> SharedSecret:
    """The secret itself stands in a header."""
    return SharedSecret(header, prefix)


def bearer() -> SharedSecret:
    """The secret itself is the token of `Authorization: Bearer`."""
    return SharedSecret("Authorization", "Bearer ")


def basic() -> BasicAuth:
    """The secret is `user:password`, in `Authorization: Basic`."""
    return BasicAuth("Authorization", "Basic ")


@dataclass(frozen=True)
class InQuery(Scheme):
    """The secret itself stands in the query of our address.

    Args:
        name: The parameter's name.
    """

    kind: ClassVar[Kind] = "token"
    name: str = "token"

    def __post_init__(self) -> None:
        object.__setattr__(self, "hidden", frozenset({self.name}))

    @property
    def says(self) -> str:
        """What is sent, and where."""
        return f"the secret itself in our address, `?{self.name}=…`"

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:  # noqa: ARG002 - as all verifiers
        """Check it; see `Scheme`."""
        given = delivery.query.get(self.name, "")
        if not given:
            raise SignatureInvalid(
                f"The address lacks ?{self.name}=….", hint="Register our address at the vendor with it."
            )
        if not secret or not same(given, secret):
            raise SignatureInvalid(f"{self.name} in the query is not the shared secret.")

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:  # noqa: ARG002 - as all signers
        """The same delivery as the vendor would send it."""
        return replace(delivery, query={**delivery.query, self.name: secret})


@dataclass(frozen=True)
class EitherWay(Scheme):
    """Vendors that let the admin choose how to sign: the first way whose headers are there, or else the last one.

    Args:
        ways: The strictest first.
    """

    ways: tuple[Scheme, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "hidden", frozenset().union(*(way.hidden for way in self.ways)))
        object.__setattr__(self, "headers", self.ways[0].headers)
        object.__setattr__(self, "tolerance", self.ways[0].tolerance)
        kinds: set[Kind] = {way.kind for way in self.ways}
        object.__setattr__(self, "kind", "token" if "token" in kinds else "signature")

    @property
    def says(self) -> str:
        """What is signed, in each way."""
        return "; or ".join(way.says for way in self.ways)

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:
        """Check it; see `Scheme`."""
        self.way(delivery)(delivery, secret, now)

    def signed_at(self, delivery: Delivery) -> float | None:
        """The signed time, if there is one."""
        return self.way(delivery).signed_at(delivery)

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:
        """The same delivery as the vendor would send it."""
        return self.ways[0].sign(delivery, secret, now)

    def way(self, delivery: Delivery) -> Scheme:
        """The first way whose headers are there, or else the last one."""
        return next((way for way in self.ways if all(name in delivery.headers for name in way.headers)), self.ways[-1])


def either(*ways: Scheme) -> EitherWay:
    """The first way whose headers are there, or else the last one."""
    return EitherWay(ways)


def missing(header: str, delivery: Delivery) -> SignatureInvalid:
    """The refusal of a delivery that lacks its signature."""
    like = [name for name in delivery.headers if "signature" in name or "token" in name or "hmac" in name]
    seen = f" There is {', '.join(sorted(like)[:5])}, which does not count." if like else ""
    return SignatureInvalid(
        f"The header {header} is missing.{seen}", hint="The vendor has no secret yet, or a proxy drops the header."
    )


def _filled(delivery: Delivery, pieces: Sequence[tuple[bytes, str]], now: float) -> Delivery:
    """The same with whatever else the signature in a body covers."""
    for _, name in pieces:
        path = name.removeprefix("json.")
        if path != name and not word(at(delivery.json, path)):
            delivery = delivery.with_json(path, str(int(now)) if path.endswith("timestamp") else uuid.uuid4().hex)
    return delivery


def _there(value: str, name: str) -> str:
    if not value:
        raise SignatureInvalid(f"What is signed too is missing: {name}.")
    return value

"""A scheme of the user's own: what a vendor that nobody knows signs, said in the block."""

from __future__ import annotations

from string import Formatter
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tieline.errors import SignatureInvalid
from tieline.webhooks.delivery import Facts, Reader, Scheme, Webhook, digest
from tieline.webhooks.readers import body, constant, first, header, named, numbered, query
from tieline.webhooks.standard import standard_or_svix
from tieline.webhooks.times import FRESH_SECONDS, Unit, in_header
from tieline.webhooks.verifiers import Encoding, Hmac, InQuery, as_bytes, basic, bearer, from_base64, shared_secret

_FIELDS = {"body", "timestamp", "id", "url"}
_DAY = 86_400
#: What happened, where it does not say.
UNNAMED = "received"

GUIDE = """\
1. Say in the block (`custom`) how the vendor signs. If it can only send a header: `{"sign": "header", "header":
   "X-Secret"}`; if it can only call an address: `{"sign": "query"}`, and register `{url}?token=…`.
2. Put the secret into the block as `webhook_secret`, and give the vendor the address `{url}`.
3. `tieline webhook verify custom …` tells why a delivery would be refused.
"""


class CustomScheme(BaseModel):
    """How deliveries are signed, named and numbered. The defaults are the most usual way."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sign: Literal["hmac", "standard", "header", "bearer", "basic", "query"] = Field(
        "hmac", description="hmac or standard (Standard Webhooks); or what sends the secret itself, which is weaker."
    )
    header: str = Field("X-Signature", description="The header with the signature, or with the secret.")
    prefix: str = Field("", description='What stands before it, such as "sha256=".')
    split: str = Field("", description='What stands between several signatures, such as ",".')
    hash: Literal["sha1", "sha256", "sha384", "sha512"] = Field("sha256", description="Of the HMAC.")
    encoding: Encoding = Field("hex", description="Of the HMAC.")
    signed: str = Field("{body}", description="What is signed: a text with {body}, {timestamp}, {id} and {url}.")
    timestamp: str = Field("", description="The header with the time, if that is signed too.")
    unit: Unit = Field("s", description="How the time is written: s, ms (since 1970), or iso.")
    tolerance: float = Field(FRESH_SECONDS, gt=0, le=_DAY, description="Seconds that it may be old, or early.")
    id: str = Field("", description="The header with the delivery's id, if that is signed too.")
    key: Literal["text", "base64", "hex"] = Field("text", description="How the secret is to be read.")
    parameter: str = Field("token", description="The parameter of the query with the secret.")
    event: str = Field(
        "",
        description='Where the event\'s name is: "header:X-Event", "body:type" or "query:event"; else "received".',
    )
    delivery: str = Field("", description="Where the delivery's number is, written in the same way.")
    parts: str = Field("", description='Dotted path of the list, if a delivery holds several events; "." is the body.')
    who: str = Field("", description="Dotted path of the person, for people to read; more of them go behind a |.")
    when: str = Field("", description="Dotted path of the moment.")
    subject: str = Field("", description="Dotted path of what it is about.")
    link: str = Field("", description="Dotted path of a page to look at.")

    @field_validator("event", "delivery")
    @classmethod
    def _place(cls, place: str) -> str:
        if place and place.partition(":")[0] not in _PLACES:
            raise ValueError("write header:NAME, body:PATH or query:NAME")
        return place

    @model_validator(mode="after")
    def _complete(self) -> Self:
        try:
            used = {name for _, name, _, _ in Formatter().parse(self.signed) if name is not None}
        except ValueError as exc:
            raise ValueError(f"signed cannot be read: {exc}") from None
        if not used <= _FIELDS or "body" not in used:
            raise ValueError("signed holds {body}, and may hold {timestamp}, {id} and {url}")
        if "timestamp" in used and not self.timestamp:
            raise ValueError("name the header with the timestamp that is signed")
        if self.timestamp and "timestamp" not in used:
            raise ValueError("a timestamp that is not signed proves nothing: put {timestamp} into signed")
        if "id" in used and not self.id:
            raise ValueError("name the header with the id that is signed")
        return self

    def webhook(self) -> Webhook:
        """The declaration that this makes."""
        usual = first(header("X-Event"), header("X-Event-Type"), body("event"), body("type"))
        place = self.delivery or (f"header:{self.id}" if self.id else "")
        return Webhook(
            verify=self._verify(),
            event=first(_reader(self.event) if self.event else named(usual), constant(UNNAMED)),
            delivery=numbered(_reader(place)) if place else digest,
            parts=self.parts,
            facts=Facts(who=self.who, when=self.when, subject=self.subject, link=self.link),
            media_types=(),
            guide=GUIDE,
            docs="https://www.standardwebhooks.com/",
        )

    def _verify(self) -> Scheme:
        if self.sign == "hmac":
            return Hmac(
                self.header,
                hash=self.hash,
                encoding=self.encoding,
                prefix=self.prefix,
                split=self.split,
                signed=self.signed,
                timestamp=in_header(self.timestamp, self.unit) if self.timestamp else "",
                id=self.id,
                key={"text": as_bytes, "base64": from_base64, "hex": _from_hex}[self.key],
                tolerance=self.tolerance,
            )
        token: dict[str, Scheme] = {
            "standard": standard_or_svix(),
            "header": shared_secret(self.header, prefix=self.prefix),
            "bearer": bearer(),
            "basic": basic(),
            "query": InQuery(self.parameter),
        }
        return token[self.sign]


_PLACES = {"header": header, "body": body, "query": query}


def _reader(place: str) -> Reader:
    kind, _, name = place.partition(":")
    return _PLACES[kind](name)


def _from_hex(secret: str) -> bytes:
    try:
        key = bytes.fromhex(secret)
    except ValueError:
        key = b""
    if not key:
        raise SignatureInvalid("The secret is not in hex.", hint="Copy it again, whole.")
    return key

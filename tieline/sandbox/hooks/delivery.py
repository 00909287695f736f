"""Who has subscribed, what is sent to them, and what became of it."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from tieline.sandbox.faults import Fault
from tieline.sandbox.happening import Event, Record
from tieline.sandbox.memory import Memory

_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Status = Literal["waiting", "sent", "failed"]

M = TypeVar("M", bound=Memory)


def ulid() -> str:
    """A new id in the form that Zendesk uses for webhooks, such as `01EJFTSCC78X5V07NPY2MHR00M`."""
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return "".join(_BASE32[number >> shift & 31] for shift in range(125, -1, -5))


@dataclass
class Subscription:
    """Somebody who wants to be told.

    `events` are the vendor's names of events, empty for all. `record` is the vendor's own form of the subscription,
    where its API shows one. One that is not `active` is told nothing.
    """

    id: str
    system: str
    url: str
    secret: str
    events: tuple[str, ...] = ()
    active: bool = True
    record: Record = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """One event in a vendor's words: its name, the body, and the number that it keeps however often it is sent."""

    event: str
    body: bytes
    number: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """One request and what came of it.

    `at` is in Unix seconds, `status` is 0 where no answer came, and `problem` then says why: `timeout`, `connection`
    or `redirects`. `headers` are those of the answer.
    """

    at: float
    ms: float
    status: int = 0
    problem: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the receiver has taken it."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's word for yes


@dataclass
class Delivery:
    """A message on its way to one subscriber. Its `number` is ours; the vendor's is in the message."""

    number: int
    subscription: Subscription
    message: Message
    at: float
    fault: Fault | None = None
    invocation: str = field(default_factory=ulid)
    status: Status = "waiting"
    tries: list[Try] = field(default_factory=list)
    request: Mapping[str, str] = field(default_factory=dict)

    @property
    def failures(self) -> int:
        """How many tries have failed since it was last taken."""
        return next((n for n, one in enumerate(reversed(self.tries)) if one.ok), len(self.tries))


@dataclass(frozen=True, slots=True)
class Question:
    """What a vendor asks an address before it subscribes it, and which answer it takes."""

    body: bytes
    headers: Mapping[str, str]
    answered: Callable[[bytes], bool]


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Manner(Generic[M]):
    """How a vendor sends webhooks.

    `messages` is what it sends when something happens, given its memory; `wants` says whether a subscription is about
    a message; `sign` makes the headers of one try at a moment (Unix seconds); `timeout` is how many seconds it waits
    for an answer; `again` says how many seconds after a failed try the next one comes, None for never; `greet` is what
    it asks an address before it subscribes it, given the secret. `address` writes into the body what differs from
    subscriber to subscriber. `docs` is the page. `new_secret` makes a secret of the form that the vendor's have.
    """

    messages: Callable[[Event, M], Iterable[Message]]
    wants: Callable[[Subscription, Message], bool]
    sign: Callable[[Delivery, float], dict[str, str]]
    timeout: float
    again: Callable[[Delivery], float | None]
    docs: str
    greet: Callable[[str], Question] | None = None
    address: Callable[[Subscription, Message], Message] | None = None
    new_secret: Callable[[], str] = _new_secret


def wants(subscription: Subscription, message: Message) -> bool:
    """Whether a subscription names the event, or names none."""
    return not subscription.events or message.event in subscription.events

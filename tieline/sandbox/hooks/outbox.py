"""All webhooks of a sandbox: who has subscribed, and what was sent to them."""

import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import httpx

from tieline.sandbox import registry
from tieline.sandbox.faults import HOOK_KINDS, Faults
from tieline.sandbox.happening import Event
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, Subscription, ulid
from tieline.sandbox.hooks.sender import Sender
from tieline.sandbox.state import State

KEPT = 5_000
"""How many deliveries are remembered; older ones are forgotten."""


class Hooks:
    """Hears what happens in the simulated systems and tells it to whoever has subscribed."""

    def __init__(self, faults: Faults, pace: float = 1.0) -> None:
        """`pace` stretches the waits before another try; 1 is the vendor's own."""
        self.state: State | None = None
        self.faults = faults
        self.subscriptions: dict[str, Subscription] = {}
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)
        self.sent: Counter[str] = Counter()
        self._number = 0
        self._sender = Sender(pace)

    def subscribe(
        self, system: str, url: str, *, secret: str = "", events: Iterable[str] = (), greet: bool = True
    ) -> Subscription:
        """Tell an address of what happens.

        Args:
            system: One that sends webhooks.
            url: Where to.
            secret: What to sign with; empty makes a new one, as Zendesk and Slack do.
            events: The vendor's names of the events to tell; none means all.
            greet: Whether to ask the address first, where the vendor does so (Slack's `url_verification`).

        Raises:
            ValueError: It is no system, no address, or the address did not answer as it must.

        """
        manner = manner_of(system)
        address(url)
        made = Subscription(ulid(), system, url, secret or manner.new_secret(), tuple(events))
        if greet:
            _greet(made, manner)
        self.subscriptions[made.id] = made
        return made

    def unsubscribe(self, number: str) -> bool:
        """Tell an address no more. Returns whether there was such a subscription."""
        return self.subscriptions.pop(number, None) is not None

    def hear(self, event: Event) -> None:
        """Something happened; called in the thread that serves."""
        told = [s for s in self.subscriptions.values() if s.system == event.system and s.active]
        if not told or self.state is None:
            return
        manner = manner_of(event.system)
        for message in manner.messages(event, self.state.memories[event.system]):
            for subscription in told:
                if manner.wants(subscription, message):
                    self.tell(subscription, message)

    def tell(self, subscription: Subscription, message: Message) -> None:
        """Send one subscriber a message."""
        fault = self.faults.pick(subscription.system, f"HOOK {message.event}", HOOK_KINDS)
        self._number += 1
        self._send(Delivery(self._number, subscription, message, time.time(), fault))

    def _send(self, delivery: Delivery) -> None:
        manner = manner_of(delivery.subscription.system)
        if manner.address:
            delivery.message = manner.address(delivery.subscription, delivery.message)
        self.deliveries.append(delivery)
        self.sent[delivery.subscription.system] += 1
        self._sender.send(delivery, manner)

    def find(self, number: int) -> Delivery | None:
        """A delivery by its number."""
        return next((delivery for delivery in reversed(self.deliveries) if delivery.number == number), None)

    def again(self, delivery: Delivery) -> None:
        """Send a delivery once more: the same message, with the same number of the vendor's."""
        delivery.fault, delivery.status = None, "waiting"
        self._sender.send(delivery, manner_of(delivery.subscription.system))

    def counts(self) -> dict[str, int]:
        """How many deliveries there are in each state."""
        found = Counter(delivery.status for delivery in list(self.deliveries))
        return {status: found[status] for status in ("waiting", "sent", "failed")}

    def clear(self) -> None:
        """Forget the deliveries. Subscriptions stay: they are settings of whoever uses the sandbox."""
        self.deliveries.clear()
        self.sent.clear()

    def close(self) -> None:
        """Send no more."""
        self._sender.close()


def manner_of(system: str) -> Manner[Any]:
    """How a system sends webhooks. Errors: `ValueError` when there is none of that name, or it sends none."""
    found = registry.find(system).hooks if system in registry.names() else None
    if found is None:
        senders = ", ".join(vendor.name for vendor in registry.vendors() if vendor.hooks)
        raise ValueError(f"unknown system {system!r}: one of {senders}")
    return found


def address(url: str) -> str:
    """An address that can be told something. Errors: `ValueError`."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        raise ValueError(f"{url!r} is not an address") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError(f"{url!r} is not an address such as http://127.0.0.1:8422/hooks/zendesk/demo")
    return url


def _greet(subscription: Subscription, manner: Manner[Any]) -> None:
    """Ask an address what the vendor asks before it uses one. Errors: `ValueError`."""
    if manner.greet is None:
        return
    asked, url = manner.greet(subscription.secret), subscription.url
    try:
        answer = httpx.post(url, content=asked.body, headers=asked.headers, timeout=manner.timeout, trust_env=False)
    except httpx.HTTPError as error:
        raise ValueError(f"{url} did not answer: {type(error).__name__}") from None
    if not answer.is_success or not asked.answered(answer.content):
        raise ValueError(f"{url} did not give the challenge back: it answered {answer.status_code}")


def listed(subscription: Subscription) -> dict[str, Any]:
    """A subscription as JSON would show it, secret included: it opens nothing but the sandbox."""
    shown = asdict(subscription)
    del shown["record"]
    return shown


def told(delivery: Delivery) -> dict[str, Any]:
    """A delivery as JSON would show it."""
    last = delivery.tries[-1] if delivery.tries else None
    return {
        "number": delivery.number,
        "subscription": delivery.subscription.id,
        "system": delivery.subscription.system,
        "url": delivery.subscription.url,
        "event": delivery.message.event,
        "id": delivery.message.number,
        "status": delivery.status,
        "tries": len(delivery.tries),
        "answer": last.status if last else None,
        "ms": last.ms if last else None,
        "fault": delivery.fault.fault if delivery.fault else None,
    }

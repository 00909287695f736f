"""One connection that can receive, with all that its deliveries are checked against, ready for use."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

import orjson
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from tieline.credentials import Receives
from tieline.observe import HIDDEN, is_secret_name
from tieline.transport.governor import parse_rate
from tieline.webhooks import Delivery, Reply, Webhook

_SECRET_PARAMETER = re.compile(r"key|sig|code|auth|pass|pwd", re.IGNORECASE)


class Receiver:
    """One connection that can receive.

    Args:
        system: Such as "zendesk".
        connection: Its name in the address.
        block_name: Its name in Prefect.
        block: The credentials.
        webhook: How the system's webhooks are read.
    """

    def __init__(self, system: str, connection: str, block_name: str, block: Receives, webhook: Webhook) -> None:
        self.system = system
        self.connection = connection
        self.block_name = block_name
        self.block = block
        self.webhook = webhook
        self.digest = block.digest()
        self.secrets = block.webhook_secrets()
        self.verification = block.webhook.verification
        self.url = block.webhook.url
        self._networks = tuple(block.webhook.allow_from)
        #: Whether it matters where deliveries come from.
        self.guarded = bool(self._networks)
        # What could be found by chance hides nothing: see `tieline.observe.redact`.
        self._hidden = tuple(secret for secret in block.secrets() if len(secret) > 3)  # noqa: PLR2004
        self._rates: list[RateLimitItem] = parse_rate(block.webhook.rate)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage()) if self._rates else None

    def allows(self, client: str) -> bool:
        """Whether deliveries may come from an address."""
        if not self._networks:
            return True
        found = address(client)
        return found is not None and any(found in network for network in self._networks)

    def wait(self) -> float:
        """Take one delivery from the rate; where that is used up, the seconds until there is one again."""
        if self._limiter is None:
            return 0.0
        for rate in self._rates:
            if not self._limiter.hit(rate):
                return max(self._limiter.get_window_stats(rate).reset_time - time.time(), 1.0)
        return 0.0

    def check(self, delivery: Delivery) -> None:
        """Check the signature, unless the block says in so many words that there is none.

        Raises:
            SignatureInvalid: See `Webhook.check`.
        """
        if self.verification != "none":
            self.webhook.check(delivery, self.secrets)

    def handshake(self, delivery: Delivery, *, signed: bool) -> Reply | None:
        """The answer to a request that is no event, if it is one that comes before, or after, the signature's check."""
        reply = greeting(self.webhook, delivery, self.secrets, signed=signed)
        # Else anybody could plant a secret.
        return None if reply is not None and reply.secret and self.verification == "signature" else reply

    def headers(self, headers: Mapping[str, str]) -> str:
        """Headers as they may be written down: JSON, without what logs somebody in."""
        return self._kept({name: HIDDEN if _hides_header(name) else value for name, value in headers.items()})

    def query(self, query: Mapping[str, str]) -> str:
        """A query as it may be written down: JSON, without what logs somebody in."""
        return self._kept({name: HIDDEN if _hides_parameter(name) else value for name, value in query.items()})

    def _kept(self, shown: dict[str, str]) -> str:
        for secret in self._hidden:
            for name, value in shown.items():
                if secret in value:
                    shown[name] = HIDDEN
        return orjson.dumps(shown).decode()


def greeting(webhook: Webhook, delivery: Delivery, secrets: Sequence[str], *, signed: bool) -> Reply | None:
    """What a vendor's handshake is answered with; None where it is none."""
    replies = (one.answer(delivery, secrets) for one in webhook.handshakes if one.signed is signed)
    return next((reply for reply in replies if reply is not None), None)


@lru_cache(4096)
def _hides_header(name: str) -> bool:
    return is_secret_name(name) or "hmac" in name or name.endswith("-sign")


@lru_cache(4096)
def _hides_parameter(name: str) -> bool:
    return is_secret_name(name) or _SECRET_PARAMETER.search(name) is not None


@lru_cache(4096)
def address(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address; None where it is none."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # A socket for both families shows an IPv4 address like this: ::ffff:192.0.2.7
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found

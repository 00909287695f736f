"""What Discord sends an app: interactions, signed with the key whose public half the app's page shows.

Pages: https://discord.com/developers/docs/interactions/receiving-and-responding,
https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
"""

import json
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tieline.sandbox.discord.memory import Server
from tieline.sandbox.happening import Event
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, wants

#: Discord waits three seconds for the first answer, and does not ask twice.
TIMEOUT = 3.0
_KEY = Ed25519PrivateKey.from_private_bytes(b"the simulated Discord's own key.")
#: What the app's page shows; it goes into the block.
PUBLIC_KEY = _KEY.public_key().public_bytes_raw().hex()


def messages(event: Event, _server: Server) -> Iterator[Message]:
    """The interaction."""
    if event.name == "command.given":
        yield Message("application_command", json.dumps(event.record).encode(), event.record["id"])


def sign(delivery: Delivery, now: float) -> dict[str, str]:
    """Ed25519 over the timestamp and the body."""
    return signed(delivery.message.body, now)


def signed(body: bytes, now: float) -> dict[str, str]:
    """The headers of a body."""
    moment = str(int(now))
    signature = _KEY.sign(moment.encode() + body).hex()
    return {
        "content-type": "application/json",
        "user-agent": "Discord-Interactions/1.0 (+https://discord.com)",
        "x-signature-ed25519": signature,
        "x-signature-timestamp": moment,
    }


MANNER = Manner(
    messages,
    wants,
    sign,
    TIMEOUT,
    lambda _: None,
    "https://discord.com/developers/docs/interactions/receiving-and-responding",
    new_secret=lambda: PUBLIC_KEY,
)

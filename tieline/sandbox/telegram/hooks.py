"""What Telegram sends a bot's webhook: updates, with the secret that `setWebhook` was given.

Pages: https://core.telegram.org/bots/api#setwebhook, https://core.telegram.org/bots/api#update
"""

import json
from collections.abc import Iterator

from tieline.sandbox.happening import Event
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, wants
from tieline.sandbox.telegram.memory import Chats

#: It does not say how long it waits, and repeats "a reasonable amount of attempts": here 1, 2, 4 … seconds, five times.
TIMEOUT, TRIES = 10.0, 5


def messages(event: Event, _chats: Chats) -> Iterator[Message]:
    """The update."""
    if event.name == "message.created":
        yield Message("message", json.dumps(event.record).encode(), str(event.record["update_id"]))


def sign(delivery: Delivery, _now: float) -> dict[str, str]:
    """The secret itself."""
    secret = delivery.subscription.secret
    return {"content-type": "application/json", "x-telegram-bot-api-secret-token": secret}


def again(delivery: Delivery) -> float | None:
    """After 1, 2, 4 … seconds."""
    return float(2 ** (delivery.failures - 1)) if delivery.failures <= TRIES else None


MANNER = Manner(messages, wants, sign, TIMEOUT, again, "https://core.telegram.org/bots/api#setwebhook")

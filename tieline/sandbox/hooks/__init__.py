"""Webhooks: what the simulated vendors tell whoever has subscribed, signed and repeated as the vendors do it.

    with running() as sandbox:
        hook = sandbox.hooks.subscribe("zendesk", "http://127.0.0.1:8422/hooks/zendesk/demo")
        ...  # give `hook.secret` to the receiver

Nothing here uses `tieline.webhooks`: a receiver is tested against somebody else's idea of what the vendors document.
A module `hooks` beside each vendor says what it sends, how it signs, how long it waits, and how often it tries again.
"""

from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, Question, Subscription, Try
from tieline.sandbox.hooks.outbox import Hooks

__all__ = ["Delivery", "Hooks", "Manner", "Message", "Question", "Subscription", "Try"]

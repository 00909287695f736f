"""Commands that people type in a chat: what they look like, whichever chat it is, and what is said about them at once.

A verb is a module of `flows/chat/verbs/`; this package reads what was typed, and knows nothing of any chat or verb.
"""

from tieline.chat.command import NAME, Command, Misunderstood, Person, Shared, is_ours, understood
from tieline.chat.grammar import read, usage
from tieline.chat.verb import Argument, Verb, verbs

__all__ = [
    "NAME",
    "Argument",
    "Command",
    "Misunderstood",
    "Person",
    "Shared",
    "Verb",
    "is_ours",
    "read",
    "understood",
    "usage",
    "verbs",
]

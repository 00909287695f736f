"""Microsoft Teams: messages and cards in channels, and what people say to us there."""

from tasks.teams.cards import LARGEST, VERSION, AdaptiveCard, Card, Fact, Link
from tasks.teams.events import Activity
from tasks.teams.messages import list_channels, list_teams, reply_to_message, send_card, send_message
from tasks.teams.models import Channel, Message, Person, Team
from tasks.teams.system import connector
from tieline.webhooks.vendors.teams import read_command

__all__ = [
    "LARGEST",
    "VERSION",
    "Activity",
    "AdaptiveCard",
    "Card",
    "Channel",
    "Fact",
    "Link",
    "Message",
    "Person",
    "Team",
    "connector",
    "list_channels",
    "list_teams",
    "read_command",
    "reply_to_message",
    "send_card",
    "send_message",
]

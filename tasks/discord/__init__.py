"""Discord: messages and files in the channels of a server."""

from tasks.discord.errors import read_error
from tasks.discord.events import AppEvent, Interaction, webhook
from tasks.discord.methods import (
    LONGEST_CONTENT,
    NOBODY,
    AllowedMentions,
    Attachment,
    Channel,
    Message,
    User,
    connector,
    get_channel,
    list_channels,
    list_messages,
    reply_to_message,
    send_file,
    send_message,
    update_message,
)

__all__ = [
    "LONGEST_CONTENT",
    "NOBODY",
    "AllowedMentions",
    "AppEvent",
    "Attachment",
    "Channel",
    "Interaction",
    "Message",
    "User",
    "connector",
    "get_channel",
    "list_channels",
    "list_messages",
    "read_error",
    "reply_to_message",
    "send_file",
    "send_message",
    "update_message",
    "webhook",
]

"""Telegram: what a bot sends, and what it is told."""

from tasks.telegram.commands import declared, read_command
from tasks.telegram.errors import read_error
from tasks.telegram.methods import (
    LARGEST_FILE,
    LONGEST_CAPTION,
    LONGEST_TEXT,
    download_file,
    get_chat,
    list_updates,
    send_document,
    send_message,
    update_commands,
    update_message,
)
from tasks.telegram.models import BotCommand, CallbackQuery, Chat, Document, Message, Update, User
from tasks.telegram.system import connector, webhook
from tasks.telegram.webhooks import WebhookInfo, create_webhook, delete_webhook, get_webhook

__all__ = [
    "LARGEST_FILE",
    "LONGEST_CAPTION",
    "LONGEST_TEXT",
    "BotCommand",
    "CallbackQuery",
    "Chat",
    "Document",
    "Message",
    "Update",
    "User",
    "WebhookInfo",
    "connector",
    "create_webhook",
    "declared",
    "delete_webhook",
    "download_file",
    "get_chat",
    "get_webhook",
    "list_updates",
    "read_command",
    "read_error",
    "send_document",
    "send_message",
    "update_commands",
    "update_message",
    "webhook",
]

"""Telegram: what a bot sends, and what it is told."""

from tasks.telegram.methods import (
    LONGEST_CAPTION,
    LONGEST_TEXT,
    CallbackQuery,
    Chat,
    Document,
    Message,
    Update,
    User,
    connector,
    get_chat,
    list_updates,
    read_error,
    send_document,
    send_message,
    update_message,
    webhook,
)
from tasks.telegram.webhooks import WebhookInfo, create_webhook, delete_webhook, get_webhook

__all__ = [
    "LONGEST_CAPTION",
    "LONGEST_TEXT",
    "CallbackQuery",
    "Chat",
    "Document",
    "Message",
    "Update",
    "User",
    "WebhookInfo",
    "connector",
    "create_webhook",
    "delete_webhook",
    "get_chat",
    "get_webhook",
    "list_updates",
    "read_error",
    "send_document",
    "send_message",
    "update_message",
    "webhook",
]

"""How Telegram speaks, and what it tells us."""

from typing import Any

from blocks.telegram import TelegramCredentials
from tasks.telegram.commands import reply
from tasks.telegram.errors import read_error
from tasks.telegram.models import Update
from tieline import HttpRules, http_connector
from tieline.webhooks import Delivery, Facts, Webhook, body, numbered, shared_secret
from tieline.webhooks.readers import at


def _kind(payload: Any) -> str:
    """An update holds exactly one of these."""
    return next((name for name in connector.events if isinstance(at(payload, name), dict)), "")


def _event(delivery: Delivery) -> str:
    return _kind(delivery.json)


def _fact(*paths: str) -> Any:
    def read(payload: Any) -> str:
        inner = at(payload, _kind(payload) or "-")
        return next((str(found) for path in paths if (found := at(inner, path)) and not isinstance(found, dict)), "")

    return read


webhook = Webhook(
    verify=shared_secret("X-Telegram-Bot-Api-Secret-Token"),
    event=_event,
    delivery=numbered(body("update_id")),
    facts=Facts(
        who=_fact("from.username", "from.first_name", "user.username", "user.first_name", "sender_chat.title"),
        when=_fact("edit_date", "date", "message.date", "boost.add_date", "remove_date"),
        subject=_fact("text", "caption", "data", "query", "chat.title", "question"),
    ),
    guide="""\
`tieline webhook setup telegram` sets the bot's webhook, with a secret of its own. A bot has one: if it leads elsewhere,
it is replaced. By hand, with a long random text of letters, digits, `_` and `-` (at most 256) that is in the block,
too:

    curl "https://api.telegram.org/botTOKEN/setWebhook" \\
      -d url={url} -d secret_token=SECRET -d 'allowed_updates=["message","callback_query"]'

`tieline webhook subscriptions telegram` shows the last error of its deliveries.
""",
    reply=reply,
    caveat="The secret itself is sent, and no time is checked; the update's number tells a copy from a new one.",
    docs="https://core.telegram.org/bots/api#setwebhook",
)


connector = http_connector(
    "telegram",
    block=TelegramCredentials,
    docs="https://core.telegram.org/bots/api",
    # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this; one chat takes one message a
    # second, a group twenty a minute: beyond that Telegram says when.
    rules=HttpRules(rate="30/second", error=read_error),
    webhook=webhook,
)

#: https://core.telegram.org/bots/api#update
connector.event(Update, "message", "edited_message", "channel_post", "edited_channel_post")
connector.event(Update, "business_connection", "business_message", "edited_business_message")
connector.event(Update, "deleted_business_messages", "message_reaction", "message_reaction_count")
connector.event(Update, "inline_query", "chosen_inline_result", "callback_query", "shipping_query")
connector.event(Update, "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member")
connector.event(Update, "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "guest_message")
connector.event(Update, "managed_bot")

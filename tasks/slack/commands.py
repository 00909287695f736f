"""`/tieline …` in Slack: typed as a slash command, by mentioning the app, or on a message by its shortcut.

Pages: https://docs.slack.dev/interactivity/implementing-slash-commands/,
https://docs.slack.dev/interactivity/implementing-shortcuts/, https://docs.slack.dev/reference/events/app_mention
"""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tieline.chat import NAME, Command, Person, Shared, is_ours, read, understood
from tieline.webhooks import Delivery, Reply
from tieline.webhooks.handshakes import as_json
from tieline.webhooks.readers import at

#: Callback ids of message shortcuts: `tieline_summarize`, or `tieline_summarize_thread` for all of the thread.
SHORTCUT = f"{NAME}_"
_MENTION = re.compile(r"^\s*<@[A-Z0-9]+>\s*")
#: `<https://example.com|example.com>`, https://docs.slack.dev/messaging/formatting-message-text/
_LINK = re.compile(r"<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>")


def read_command(payload: Any) -> Command | None:
    """What somebody asks of us; None where it is nothing for us.

    Raises:
        Misunderstood: It makes no sense, or asks for help.
    """
    if is_ours(str(at(payload, "command") or "-")):
        return _slash(payload)
    if at(payload, "type") == "message_action" and str(at(payload, "callback_id")).startswith(SHORTCUT):
        return _shortcut(payload)
    if at(payload, "event.type") == "app_mention" and not at(payload, "event.bot_id"):
        return _mention(payload["event"])
    return None


def reply(delivery: Delivery) -> Reply:
    """What Slack hears at once. To a command of ours it shows a line that only who typed it can see."""
    if not is_ours(delivery.form.get("command", "-")):
        # People see an error where a command or a click is not answered with exactly this.
        return Reply(200)
    _, help_ = understood(read_command, dict(delivery.form))
    return _privately(help_ or "On it …")


def plain(text: str) -> str:
    """A text as it was typed: Slack escapes three letters, and puts links between brackets."""
    return html.unescape(_LINK.sub(r"\1", text))


def _privately(text: str) -> Reply:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return as_json({"response_type": "ephemeral", "text": escaped})


def _slash(form: Mapping[str, Any]) -> Command:
    typed = read(plain(str(form.get("text") or "")))
    who = Person(id=str(form.get("user_id")), name=str(form.get("user_name") or ""))
    return _command(typed, who=who, channel=str(form.get("channel_id")))


def _shortcut(payload: Any) -> Command:
    message = at(payload, "message") or {}
    typed = read(payload["callback_id"].removeprefix(SHORTCUT).replace("_", " "), about=True)
    who = Person(
        id=str(at(payload, "user.id")), name=str(at(payload, "user.username") or at(payload, "user.name") or "")
    )
    return _command(
        typed,
        who=who,
        channel=str(at(payload, "channel.id")),
        thread=str(message.get("thread_ts") or message.get("ts") or ""),
        message=plain(str(message.get("text") or "")),
        files=_files(message.get("files")),
    )


def _mention(event: Mapping[str, Any]) -> Command:
    files = _files(event.get("files"))
    typed = read(_MENTION.sub("", plain(str(event.get("text") or ""))), about=bool(files))
    # The answer hangs on the mention, so that a channel is not flooded.
    thread = str(event.get("thread_ts") or event.get("ts") or "")
    who = Person(id=str(event.get("user")))
    return _command(typed, who=who, channel=str(event.get("channel")), thread=thread, files=files)


def _command(typed: Any, **more: Any) -> Command:
    return Command(verb=typed.verb.name, argument=typed.argument, options=typed.options, **more)


def _files(found: Any) -> tuple[Shared, ...]:
    if not isinstance(found, Sequence):
        return ()
    return tuple(
        Shared(name=str(one.get("name") or "file"), reference=str(one["id"]), size=int(one.get("size") or 0))
        for one in found
        if isinstance(one, Mapping) and one.get("id")
    )

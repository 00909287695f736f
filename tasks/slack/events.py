"""What Slack tells us, and how it signs it: events, commands, clicks and forms."""

from typing import Any

from pydantic import Field

from tasks.slack.commands import reply
from tieline import Model, Webhook
from tieline.webhooks import Delivery, Facts, body, first, form, hmac_sha256, numbered
from tieline.webhooks.handshakes import echoed, says

_VERIFY = hmac_sha256(
    "X-Slack-Signature", prefix="v0=", timestamp="X-Slack-Request-Timestamp", signed="v0:{timestamp}:{body}"
)
_GUIDE = """\
1. At <https://api.slack.com/apps> open (or make) your app. **Basic Information → App Credentials → Signing Secret**
   goes into the block.
2. **Event Subscriptions**: turn on, Request URL `{url}`. Slack asks at once whether we are there; then subscribe to bot
   events such as `message.channels` and `app_mention`.
3. **Interactivity & Shortcuts** and **Slash Commands**: the same address. A command arrives as `slash_command`, a click
   as `block_actions`, a form as `view_submission`. `/tieline` and its message shortcuts: see docs/chat-commands.md.
4. Install the app to the workspace again.

Slack's API for this (`apps.manifest.update`) wants a configuration token of a person, good for twelve hours, and
replaces all of the app's settings: so it is done by hand.
"""


_TYPE = first(body("event.type"), body("type"))


def _event(delivery: Delivery) -> str:
    """`message` and so on; a command is a `slash_command`; a click goes by its type, such as `block_actions`."""
    return _TYPE(delivery) or ("slash_command" if form("command")(delivery) else "")


webhook = Webhook(
    # https://docs.slack.dev/authentication/verifying-requests-from-slack/
    verify=_VERIFY,
    event=_event,
    # A trigger's id is good for one click, https://docs.slack.dev/interactivity/handling-user-interaction/
    delivery=numbered(body("event_id"), body("trigger_id"), form("trigger_id")),
    payload=lambda delivery: delivery.json if delivery.json is not None else dict(delivery.form),
    handshakes=(echoed("challenge", says(body("type"), "url_verification"), key="challenge"),),
    reply=reply,
    media_types=("application/json", "application/x-www-form-urlencoded"),
    facts=Facts(
        who="event.user.real_name|event.user.name|event.user|user.username|user.name|user.id|user_name|user_id",
        when="event_time|event.event_ts|actions.0.action_ts|action_ts",
        subject="event.text|event.channel.name|event.reaction|event.item.channel|event.channel|text|command"
        "|view.title.text|actions.0.text.text|actions.0.action_id|callback_id",
    ),
    guide=_GUIDE,
    docs="https://docs.slack.dev/authentication/verifying-requests-from-slack/",
)


class Happening(Model):
    """What is inside an event; the fields depend on its type."""

    type: str
    user: str | dict[str, Any] | None = None
    channel: str | dict[str, Any] | None = None
    text: str | None = None
    ts: str | None = None
    thread_ts: str | None = None


class Event(Model):
    """One delivery of the Events API, https://docs.slack.dev/apis/events-api/#event-type-structure."""

    event_id: str
    event_time: int
    team_id: str = ""
    event: Happening


class SlashCommand(Model):
    """A command that somebody typed, https://docs.slack.dev/interactivity/implementing-slash-commands/."""

    command: str
    text: str = ""
    user_id: str = ""
    channel_id: str = ""
    trigger_id: str = ""
    response_url: str = ""


class Interaction(Model):
    """A click, a shortcut or a form, https://docs.slack.dev/reference/interaction-payloads/."""

    type: str
    user: dict[str, Any] = Field(default_factory=dict)
    channel: dict[str, Any] | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    callback_id: str | None = None
    actions: tuple[dict[str, Any], ...] = ()
    message: dict[str, Any] | None = None
    view: dict[str, Any] | None = None

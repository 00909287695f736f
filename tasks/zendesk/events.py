"""What Zendesk tells us, and how it names, numbers and signs it.

Two kinds of webhooks come in. An event subscription sends a body that Zendesk writes. A trigger or an automation sends
one that the account's admin writes: let it be `{"type": "ticket.solved", "detail": {"id": "{{ticket.id}}"}}`.
"""

from datetime import datetime
from typing import Any

from pydantic import Field

from tieline import Model, Webhook
from tieline.webhooks import Delivery, Facts, body, header, hmac_sha256, numbered

_PREFIX = "zen:event-type:"
_STATUS_CHANGED, _COMMENT_ADDED = "ticket.status_changed", "ticket.comment_added"
_RECORDS = {"ticket", "user", "organization"}
#: What happens to a whole record. For every other change Zendesk has a type of its own, which is `updated` here.
_WHOLE = {"created", "updated", "solved", "closed", "deleted", "soft_deleted", "permanently_deleted", "merged"}

_TYPE, _CURRENT = body("type"), body("event.current")


def _event(delivery: Delivery) -> str:
    """Our name for an event: `ticket.solved` for `zen:event-type:ticket.status_changed` to SOLVED, and so on."""
    name, status = _TYPE(delivery).removeprefix(_PREFIX), _CURRENT(delivery).lower()
    if name == _STATUS_CHANGED and status in {"solved", "closed"}:
        return f"ticket.{status}"
    if name == _COMMENT_ADDED:
        return "comment.created"
    record, _, what = name.partition(".")
    return f"{record}.updated" if record in _RECORDS and what not in _WHOLE else name


def _number(delivery: Delivery) -> str:
    """The event's own id, which is signed. In what a trigger sends, `id` is what its author calls so, such as the
    ticket's: of that, the id of the invocation tells.
    """
    return body("id")(delivery) if _TYPE(delivery).startswith(_PREFIX) else ""


webhook = Webhook(
    # https://developer.zendesk.com/documentation/webhooks/verifying/
    verify=hmac_sha256(
        "X-Zendesk-Webhook-Signature",
        timestamp="X-Zendesk-Webhook-Signature-Timestamp",
        signed="{timestamp}{body}",
        encoding="base64",
    ),
    event=_event,
    delivery=numbered(_number, header("X-Zendesk-Webhook-Invocation-Id")),
    facts=Facts(
        who="event.comment.author.name|detail.actor_id|detail.requester_id|detail.email|detail.name",
        when="time|detail.updated_at",
        subject="detail.subject|detail.name|detail.email",
        link="detail.url",
    ),
    guide="""\
`tieline webhook setup zendesk` does all this through Zendesk's API. By hand:

1. **Admin Center → Apps and integrations → Actions and webhooks → Webhooks → Create webhook**.
2. Choose **Zendesk events** and the events that you want, such as *Ticket created* and *Ticket priority changed*; or
   **Trigger or automation**, and let its body be `{"type": "ticket.solved", "detail": {"id": "{{ticket.id}}"}}`.
3. Endpoint URL: `{url}`. Method `POST`, format `JSON`, no authentication.
4. Save, then **Reveal secret** on the webhook's page, and put it into the block. Zendesk's *Test webhook* before the
   first save is signed with a secret that everybody knows: it is refused.
""",
    docs="https://developer.zendesk.com/documentation/webhooks/verifying/",
)


class TicketDetail(Model):
    """The ticket, as an event has it: the words are in capitals there."""

    id: int
    subject: str | None = None
    description: str | None = None
    status: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()


class TicketEvent(Model):
    """What a webhook sends; a trigger may send just `type` ("ticket.created") and `detail.id`.

    See https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/
    """

    type: str
    detail: TicketDetail
    event: dict[str, Any] = Field(default_factory=dict)
    time: datetime | None = None

    @property
    def ticket_id(self) -> int:
        """The ticket's number."""
        return self.detail.id


class CommentEvent(TicketEvent):
    """The same, with the comment in `event["comment"]`."""


class RecordDetail(Model):
    """The user or organization."""

    id: int
    name: str | None = None
    email: str | None = None


class RecordEvent(Model):
    """What a webhook about a user or an organization sends.

    See https://developer.zendesk.com/api-reference/webhooks/event-types/user-events/
    """

    type: str
    detail: RecordDetail
    event: dict[str, Any] = Field(default_factory=dict)
    time: datetime | None = None

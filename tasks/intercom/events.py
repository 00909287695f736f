"""What Intercom tells us. https://developers.intercom.com/docs/references/2.16/webhooks/webhook-models."""

from datetime import datetime
from typing import Any

from pydantic import Field

from tasks.intercom.models import Contact, Conversation
from tieline import Model
from tieline.webhooks.vendors import intercom

webhook = intercom.webhook


class Notification(Model):
    """What all notifications have in common.

    See https://developers.intercom.com/docs/webhooks/webhook-notifications
    """

    id: str | None = None
    topic: str
    app_id: str | None = Field(None, description="The workspace.")
    created_at: datetime | None = None


class ConversationItem(Model):
    """The conversation."""

    item: Conversation


class ConversationEvent(Notification):
    """Somebody wrote in a conversation, or did something with it; the parts are those that are new."""

    data: ConversationItem

    @property
    def conversation(self) -> Conversation:
        """The conversation."""
        return self.data.item


class ContactItem(Model):
    """The contact."""

    item: Contact


class ContactEvent(Notification):
    """A contact is new, or was changed."""

    data: ContactItem

    @property
    def contact(self) -> Contact:
        """The contact."""
        return self.data.item


class Ticket(Model):
    """A ticket. Among its attributes are `_default_title_` and `_default_description_`."""

    id: str | None = None
    ticket_id: str | None = Field(None, description="The number that people see.")
    ticket_attributes: dict[str, Any] = Field(default_factory=dict)


class TicketPart(Ticket):
    """A ticket, or something that was done with one."""

    ticket: Ticket | None = None


class TicketItem(Model):
    """The ticket, or what holds it."""

    item: TicketPart


class TicketEvent(Notification):
    """A ticket is new, was closed, or is in another state."""

    data: TicketItem

    @property
    def ticket(self) -> Ticket:
        """The ticket. Where something was done with it, Intercom tells what was done, and the ticket inside of that."""
        return self.data.item.ticket or self.data.item


class Ping(Notification):
    """Intercom looks whether we are there."""

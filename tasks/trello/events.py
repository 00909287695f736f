"""What Trello tells us. https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/."""

from datetime import datetime
from typing import Any

from pydantic import Field

from tasks.trello.models import Member
from tieline import Model
from tieline.webhooks.vendors import trello

webhook = trello.webhook


class Thing(Model):
    """A card, a list or a board, as far as an event tells of it."""

    id: str
    name: str = ""
    shortLink: str | None = None  # noqa: N815 - Trello's word


class What(Model):
    """What an event is about; which of these there are depends on its kind."""

    card: Thing | None = None
    list: Thing | None = None
    listBefore: Thing | None = Field(None, description="Where a card was that has moved.")  # noqa: N815 - Trello's word
    listAfter: Thing | None = Field(None, description="Where it is now.")  # noqa: N815 - Trello's word
    board: Thing | None = None
    text: str | None = Field(None, description="Of a comment.")
    old: dict[str, Any] = Field({}, description="The old values of what has changed.")


class Action(Model):
    """What somebody did."""

    id: str
    type: str = Field(description="Trello's own word, such as updateCard.")
    date: datetime | None = None
    data: What
    memberCreator: Member | None = None  # noqa: N815 - Trello's word


class ActionEvent(Model):
    """Somebody did something on a board.

    See https://developer.atlassian.com/cloud/trello/guides/rest-api/action-types/
    """

    action: Action
    model: Thing | None = Field(None, description="What the webhook watches.")

"""What people say to us in Teams: they name our outgoing webhook in a channel."""

import re
from datetime import datetime
from html import unescape
from typing import Any

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from tieline import Model
from tieline.webhooks.vendors import teams

webhook = teams.webhook

_NAMES = re.compile(r"<at\b[^>]*>.*?</at>", re.DOTALL | re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")


class Activity(Model):
    """A message in which somebody names our outgoing webhook; `text` is HTML.

    Pages: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook,
    https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object
    """

    model_config = ConfigDict(alias_generator=to_camel)

    type: str
    id: str
    text: str = ""
    timestamp: datetime | None = None
    sender: dict[str, Any] = Field(default_factory=dict, alias="from")
    conversation: dict[str, Any] = Field(default_factory=dict)
    channel_data: dict[str, Any] = Field(default_factory=dict)

    @property
    def said(self) -> str:
        """What was said, as plain text, without the names that were called."""
        return " ".join(unescape(_TAGS.sub(" ", _NAMES.sub(" ", self.text))).split())

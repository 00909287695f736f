"""What Teams tells us of teams, channels and messages."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from tieline import Model


class GraphModel(Model):
    """Names as Python writes them; `web_url` is Graph's `webUrl`."""

    model_config = ConfigDict(alias_generator=to_camel)


class Person(GraphModel):
    """Whose login it is, https://learn.microsoft.com/graph/api/user-get."""

    id: str
    display_name: str | None = None
    user_principal_name: str | None = None


class Team(GraphModel):
    """A team, https://learn.microsoft.com/graph/api/resources/team."""

    id: str
    display_name: str | None = None
    description: str | None = None


class Channel(GraphModel):
    """A channel, https://learn.microsoft.com/graph/api/resources/channel."""

    id: str
    display_name: str = ""
    description: str | None = None
    membership_type: str = "standard"
    web_url: str | None = None


class Message(GraphModel):
    """A message in a channel, https://learn.microsoft.com/graph/api/resources/chatmessage."""

    id: str
    reply_to_id: str | None = None
    created_date_time: datetime | None = None
    subject: str | None = None
    web_url: str | None = None
    body: dict[str, Any] = Field(default_factory=dict)

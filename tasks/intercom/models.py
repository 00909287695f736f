"""What Intercom tells us, and what it is told. Times are in seconds on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tieline import Model

Limit = Annotated[int, Field(gt=0)]
ConversationId = Annotated[str, Field(description="The number in the conversation's address, as text.")]
ContactId = Annotated[str, Field(description="Intercom's own id of the contact, such as 6762f0d01bb69f9f2193bb7d.")]
ArticleId = Annotated[int, Field(description="The number in the article's address.", gt=0)]
CollectionId = Annotated[int, Field(description="The collection's number; see list_collections.", gt=0)]
AdminId = Annotated[int, Field(description="The teammate who does it; by default the one whose token it is.", gt=0)]
Attributes = Annotated[dict[str, Any], Field(description="Values of the workspace's own fields, by name.")]
Query = Annotated[
    dict[str, Any],
    Field(
        description='Such as {"field": "state", "operator": "=", "value": "open"}, or {"operator": "AND", "value": '
        "[...]} with several of these.",
    ),
]
State = Literal["published", "draft"]
#: What is nothing is told as null, as "" or as 0.
Number = Annotated[int | None, BeforeValidator(lambda value: value or None)]


class Person(Model):
    """Who wrote something: a contact, a teammate or a bot."""

    type: str
    id: str
    name: str | None = None
    email: str | None = None


class Tag(Model):
    """A tag."""

    id: str
    name: str = ""


class Tags(Model):
    """The tags of something."""

    tags: tuple[Tag, ...] = ()


class Source(Model):
    """How a conversation began."""

    type: str | None = None
    subject: str | None = None
    body: str | None = Field(None, description="HTML, or plain text where that was asked for.")
    author: Person | None = None
    url: str | None = None


class Part(Model):
    """A message, a note, or something that was done in a conversation."""

    id: str = Field(coerce_numbers_to_str=True)
    part_type: str = Field(description="Such as comment, note, assignment, close or open.")
    body: str | None = None
    author: Person | None = None
    created_at: datetime | None = None


class Parts(Model):
    """The latest parts of a conversation, at most 500."""

    conversation_parts: tuple[Part, ...] = ()


class Reference(Model):
    """A contact of a conversation."""

    id: str
    external_id: str | None = None


class Contacts(Model):
    """The contacts of a conversation."""

    contacts: tuple[Reference, ...] = ()


class Conversation(Model):
    """A conversation; its parts are there where one alone was fetched."""

    id: str
    title: str | None = None
    state: str | None = Field(None, description="open, closed or snoozed.")
    read: bool | None = None
    priority: str | None = Field(None, description="priority or not_priority.")
    admin_assignee_id: Number = None
    team_assignee_id: Number = None
    source: Source = Source()
    contacts: Contacts = Contacts()
    tags: Tags = Tags()
    custom_attributes: dict[str, Any] = Field(default_factory=dict)
    conversation_parts: Parts = Parts()
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Message(Model):
    """The first message of a conversation that was begun."""

    id: str
    conversation_id: str


class Contact(Model):
    """A user or a lead."""

    id: str
    external_id: str | None = None
    role: str | None = Field(None, description="user or lead.")
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    custom_attributes: dict[str, Any] = Field(default_factory=dict)
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Note(Model):
    """A note about a contact, for teammates."""

    id: str
    body: str = Field("", description="HTML.")
    author: Person | None = None
    created_at: datetime | None = None


class Company(Model):
    """A company."""

    id: str
    company_id: str | None = Field(None, description="Its id in your own system.")
    name: str | None = None


class Article(Model):
    """An article of the Help Center, in the workspace's language."""

    id: str
    title: str = ""
    description: str | None = None
    body: str | None = Field(None, description="HTML.")
    author_id: int | None = None
    state: str = Field("", description="published or draft.")
    parent_id: int | None = Field(None, description="The collection that it is in.")
    url: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Collection(Model):
    """A collection of articles; one that has a parent is shown inside of it."""

    id: str
    name: str = ""
    description: str | None = None
    parent_id: str | None = None
    help_center_id: int | None = None
    url: str | None = None


class Deleted(Model):
    """What is said of something that is gone."""

    id: str
    deleted: bool


class Workspace(Model):
    """The workspace."""

    id_code: str
    name: str = ""
    region: str = ""


class Admin(Model):
    """A teammate."""

    id: str
    name: str = ""
    email: str | None = None
    app: Workspace | None = Field(None, description="The workspace, where the teammate's own token asked.")


class Team(Model):
    """A team of teammates."""

    id: str
    name: str = ""
    admin_ids: tuple[int, ...] = ()

"""What Trello's API tells us, and what it is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, RootModel

from tieline import Model

CardId = Annotated[str, Field(description="The id of a card, or the short one in its address.", min_length=1)]
BoardId = Annotated[str, Field(description="The id of a board, or the short one in its address.", min_length=1)]
Id = Annotated[str, Field(min_length=1)]
Limit = Annotated[int, Field(gt=0)]
Text = Annotated[str, Field(description="Trello's Markdown.")]
Position = Annotated[
    Literal["top", "bottom"] | Annotated[float, Field(gt=0)],
    Field(description="top, bottom, or a number between those of its neighbours."),
]


def _text(value: Any) -> Any:
    """The text of a comment, one level deeper."""
    return value.get("text") if isinstance(value, Mapping) else value


class Member(Model):
    """A person."""

    id: str
    fullName: str | None = None  # noqa: N815 - Trello's word
    username: str | None = None


class Board(Model):
    """A board."""

    id: str
    name: str
    desc: str = ""
    closed: bool = False
    url: str = ""
    shortLink: str | None = None  # noqa: N815 - Trello's word
    idOrganization: str | None = None  # noqa: N815 - Trello's word


class BoardList(Model):
    """A list of a board."""

    id: str
    name: str
    closed: bool = False
    idBoard: str | None = None  # noqa: N815 - Trello's word


class Label(Model):
    """A label of a board."""

    id: str
    name: str = ""
    color: str | None = None


class Card(Model):
    """A card."""

    id: str
    name: str
    desc: str = ""
    closed: bool = Field(default=False, description="Whether it is in the archive.")
    due: datetime | None = None
    dueComplete: bool = False  # noqa: N815 - Trello's word
    dateLastActivity: datetime | None = None  # noqa: N815 - Trello's word
    idBoard: str | None = None  # noqa: N815 - Trello's word
    idList: str | None = None  # noqa: N815 - Trello's word
    idMembers: tuple[str, ...] = ()  # noqa: N815 - Trello's word
    labels: tuple[Label, ...] = ()
    shortLink: str = ""  # noqa: N815 - Trello's word
    url: str = ""


class CardInList(Card):
    """A card with the list that it is in."""

    list: BoardList | None = None


class CheckItem(Model):
    """One line of a checklist."""

    id: str
    name: str
    state: str = "incomplete"


class Checklist(Model):
    """A checklist of a card."""

    id: str
    name: str
    checkItems: tuple[CheckItem, ...] = ()  # noqa: N815 - Trello's word


class Comment(Model):
    """A comment on a card."""

    id: str
    text: Annotated[str, BeforeValidator(_text), Field(validation_alias="data")]
    date: datetime | None = None
    memberCreator: Member | None = None  # noqa: N815 - Trello's word


class Attachment(Model):
    """A file of a card, or a link."""

    id: str
    name: str = ""
    url: str
    bytes: int | None = None
    mimeType: str | None = None  # noqa: N815 - Trello's word
    isUpload: bool = Field(default=False, description="Whether Trello keeps the file.")  # noqa: N815 - Trello's word


class Hook(Model):
    """A webhook, and how it goes."""

    id: str
    idModel: str  # noqa: N815 - Trello's word
    callbackURL: str  # noqa: N815 - Trello's word
    description: str | None = None
    active: bool = True
    consecutiveFailures: int = 0  # noqa: N815 - Trello's word


class Done(RootModel[dict[str, Any] | list[Any]]):
    """What Trello answers where nothing is to be learned from it."""

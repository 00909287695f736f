"""What the Help Center tells us, and what it is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from tieline import Model, segment

Limit = Annotated[int, Field(gt=0)]
Id = Annotated[int, Field(description="The number in its address.", gt=0)]
Locale = Annotated[
    str, Field(description="A language as Zendesk writes it, such as en-us.", pattern=r"^[A-Za-z0-9-]+$")
]
#: What has a translation for each language.
Kind = Literal["article", "section", "category"]
PLURALS: Mapping[Kind, str] = {"article": "articles", "section": "sections", "category": "categories"}


class Article(Model):
    """An article, in one of its languages."""

    id: int
    title: str
    body: str | None = Field(None, description="HTML.")
    locale: str
    source_locale: str | None = Field(None, description="The language that it was written in first.")
    draft: bool = Field(default=False, description="Whether it is one in this language.")
    section_id: int | None = None
    author_id: int | None = None
    permission_group_id: int | None = Field(None, description="Who may edit and publish it.")
    user_segment_id: int | None = Field(None, description="Who may see it; None: everybody.")
    label_names: tuple[str, ...] = ()
    outdated_locales: tuple[str, ...] = Field((), description="Languages whose translation is marked as outdated.")
    html_url: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    edited_at: datetime | None = Field(None, description="When its text was last edited.")


class Translation(Model):
    """What an article, a section or a category says in one language."""

    id: int
    locale: str
    title: str
    body: str | None = Field(None, description="HTML; the description of a section or a category.")
    draft: bool = False
    outdated: bool = False
    source_id: int | None = None
    html_url: str | None = None
    updated_at: datetime | None = None


class Section(Model):
    """A section, which holds articles."""

    id: int
    name: str
    description: str | None = None
    locale: str
    category_id: int | None = None
    parent_section_id: int | None = None
    html_url: str | None = None


class Category(Model):
    """A category, which holds sections."""

    id: int
    name: str
    description: str | None = None
    locale: str
    html_url: str | None = None


class Label(Model):
    """A label of articles."""

    id: int
    name: str


class Attachment(Model):
    """A file of an article."""

    id: int
    file_name: str
    content_url: str | None = None
    content_type: str | None = None
    size: int | None = Field(None, description="Bytes.")
    inline: bool = Field(default=False, description="It is shown in the text, not listed below it.")


class PermissionGroup(Model):
    """Who may edit, and who may publish."""

    id: int
    name: str
    built_in: bool = False


class UserSegment(Model):
    """Who may see an article."""

    id: int
    name: str
    built_in: bool = False
    user_type: str | None = Field(None, description="signed_in_users or staff.")


class Locales(Model):
    """The languages of a Help Center."""

    locales: tuple[str, ...]
    default_locale: str


def home(locale: str | None = None) -> str:
    """Where the Help Center's paths begin; with a language, what comes back is in that one."""
    return f"/help_center/{segment(locale)}" if locale else "/help_center"

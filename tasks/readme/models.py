"""What ReadMe's API tells us."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tieline import Model

Branch = Annotated[str, Field(description="A version or a branch, such as 1.0 or stable.", min_length=1)]
Slug = Annotated[str, Field(description="The page's part of the address.", min_length=1)]
CategoryUri = Annotated[
    str,
    Field(
        description="The category's uri, as `list_categories` shows it.",
        pattern=r"^/(versions|branches)/[^/]+/categories/(guides|reference)/[^/]+$",
    ),
]
PageUri = Annotated[
    str, Field(description="A page's uri, as `list_pages` shows it.", pattern=r"^/(versions|branches)/")
]
Section = Literal["guides", "reference"]
View = Annotated[Literal["public", "anyone_with_link"], Field(description="Whether the page stands in the navigation.")]
ChangelogType = Literal["none", "added", "fixed", "improved", "deprecated", "removed"]
Text = Annotated[str, Field(description="MDX: Markdown in which { and < begin code.")]
Limit = Annotated[int, Field(gt=0)]

#: Most items of a page of a list.
PAGE = 100


def _inner(name: str) -> BeforeValidator:
    """What ReadMe wraps into an object of one field that matters."""
    return BeforeValidator(lambda value: value.get(name) if isinstance(value, dict) else value)


class Project(Model):
    """A project."""

    name: str
    subdomain: str = ""


class BranchInfo(Model):
    """A version, or a branch of one."""

    name: str
    display_name: str | None = None
    release_stage: str = ""
    state: str = ""
    updated_at: datetime | None = None
    uri: str = ""


class Category(Model):
    """A category: a part of the sidebar."""

    title: str
    section: str = ""
    uri: str = ""


class Listed(Model):
    """A page in a list, without its text."""

    title: str = ""
    slug: str = ""
    uri: str = ""
    parent: Annotated[str | None, _inner("uri")] = None
    updated_at: datetime | None = None


class Content(Model):
    """What stands on a page."""

    body: str | None = ""
    excerpt: str | None = None


class Page(Model):
    """A page of the guides or of the reference."""

    title: str = ""
    slug: str = ""
    type: str = ""
    uri: str = ""
    category: Annotated[str | None, _inner("uri")] = None
    parent: Annotated[str | None, _inner("uri")] = None
    content: Content = Content()
    view: Annotated[str | None, _inner("view")] = Field(None, alias="privacy")
    link: Annotated[str | None, _inner("hub")] = Field(None, alias="href", description="Where readers find it.")
    renderable: dict[str, Any] = Field(
        default_factory=dict, description="`status` is false where ReadMe cannot show it, and `message` says why."
    )
    updated_at: datetime | None = None

    @property
    def body(self) -> str:
        """Its text, as MDX."""
        return self.content.body or ""


class Changelog(Model):
    """An entry of the changelog."""

    title: str = ""
    slug: str = ""
    type: str = "none"
    content: Content = Content()
    view: Annotated[str | None, _inner("view")] = Field(None, alias="privacy")
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Found(Model):
    """A page that a search found."""

    title: str = ""
    slug: str = ""
    section: str = ""
    version: str | None = None
    excerpt: str | None = None
    link: Annotated[str | None, _inner("full")] = Field(None, alias="url")
    uri: str | None = None

"""Spaces, pages, comments, labels and attachments, as far as flows need them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from tieline import ConfigError, Model
from tieline.markup import confluence as markup

PageId = Annotated[str, Field(description="The number in the page's address, as text.", pattern=r"^\d+$")]
SpaceId = Annotated[str, Field(description="The space's number, as text; find_space knows it.", pattern=r"^\d+$")]
Limit = Annotated[int, Field(gt=0)]
Storage = Annotated[str, Field(description="The text in Confluence's storage format; this or markdown.")]
Markdown = Annotated[str, Field(description="The text in Markdown; this or storage.")]

#: Most items of a page that v2 gives out.
PAGE = 250


class Version(Model):
    """One saved state of something."""

    number: int
    message: str = ""
    created_at: datetime | None = Field(None, alias="createdAt")
    author_id: str | None = Field(None, alias="authorId")


class _Text(Model):
    value: str = ""


class Body(Model):
    """A text in the forms that were asked for."""

    storage: _Text = _Text()


class Links(Model):
    """Addresses, relative to `base`."""

    base: str = ""
    webui: str = ""


class _Written(Model):
    """What has a text, a version and an address."""

    id: str
    status: str = ""
    title: str = ""
    version: Version | None = None
    body: Body = Body()
    links: Links = Field(Links(), alias="_links")

    @property
    def storage(self) -> str:
        """The text in storage format."""
        return self.body.storage.value

    @property
    def markdown(self) -> str:
        """The text in Markdown."""
        return markup.to_markdown(self.storage)

    @property
    def number(self) -> int:
        """The number of the version; 0 where it was not told."""
        return self.version.number if self.version else 0


class Page(_Written):
    """A page. Lists leave the text out unless it is asked for."""

    space_id: str = Field("", alias="spaceId")
    parent_id: str | None = Field(None, alias="parentId")
    author_id: str | None = Field(None, alias="authorId")
    created_at: datetime | None = Field(None, alias="createdAt")

    @property
    def link(self) -> str:
        """Where people read it; empty where Confluence did not say on which site."""
        return self.links.base + self.links.webui if self.links.base else ""


class Comment(_Written):
    """A comment below a page."""

    page_id: str | None = Field(None, alias="pageId")


class Space(Model):
    """A space, and the page that it opens with."""

    id: str
    key: str
    name: str = ""
    type: str = ""
    status: str = ""
    homepage_id: str | None = Field(None, alias="homepageId")


class Found(Model):
    """A page, blog post, comment or attachment that a search found."""

    id: str
    type: str = ""
    status: str = ""
    title: str = ""


class Hit(Model):
    """One result of a search; spaces and people are found too, and have no content."""

    title: str = ""
    excerpt: str = ""
    url: str = ""
    content: Found | None = None
    last_modified: datetime | None = Field(None, alias="lastModified")


class Label(Model):
    """A label. `global` ones everybody sees; `my` ones are a person's own."""

    id: str
    name: str
    prefix: str = ""


class Property(Model):
    """A value that is kept with a page, where people do not see it."""

    id: str
    key: str
    value: Any = None
    version: Version


class Attachment(Model):
    """A file on a page. Its size is in bytes."""

    id: str
    title: str
    status: str = ""
    media_type: str = Field("", alias="mediaType")
    file_size: int | None = Field(None, alias="fileSize")
    comment: str = ""
    page_id: str | None = Field(None, alias="pageId")
    blog_post_id: str | None = Field(None, alias="blogPostId")
    version: Version | None = None


def written(storage: str, markdown: str) -> dict[str, str]:
    """A text as requests carry it.

    Raises:
        ConfigError: There is none, or both.
    """
    if bool(storage) == bool(markdown):
        raise ConfigError("Give the text as either storage or markdown.", hint="Nothing was sent.")
    return {"representation": "storage", "value": storage or markup.from_markdown(markdown)}


def says(item: _Written, body: dict[str, str]) -> bool:
    """Whether it reads as what was sent; Confluence adds ids to what it stores, so the texts are never the same."""
    return item.markdown == markup.to_markdown(body["value"])

"""Spaces, pages, comments, labels and attachments, as far as flows need them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from tieline import ConfigError, Model, segment
from tieline.markup import confluence as markup

PageId = Annotated[str, Field(description="The number in the page's address, as text.", pattern=r"^\d+$")]
ContentId = Annotated[
    str, Field(description="A page's number, or the id of a file on a page, such as att123456.", pattern=r"^(att)?\d+$")
]
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


class _Versioned(Model):
    """What has a version and an address."""

    id: str
    status: str = ""
    title: str = ""
    version: Version | None = None
    links: Links = Field(Links(), alias="_links")

    @property
    def number(self) -> int:
        """The number of the version; 0 where it was not told."""
        return self.version.number if self.version else 0

    @property
    def link(self) -> str:
        """Where people see it; empty where Confluence did not say on which site."""
        return self.links.base + self.links.webui if self.links.base else ""


class _Written(_Versioned):
    """What has a text, too."""

    body: Body = Body()

    @property
    def storage(self) -> str:
        """The text in storage format."""
        return self.body.storage.value

    @property
    def markdown(self) -> str:
        """The text in Markdown."""
        return markup.to_markdown(self.storage)


class Page(_Written):
    """A page. Lists leave the text out unless it is asked for."""

    space_id: str = Field("", alias="spaceId")
    parent_id: str | None = Field(None, alias="parentId")
    author_id: str | None = Field(None, alias="authorId")
    created_at: datetime | None = Field(None, alias="createdAt")


class Comment(_Written):
    """A comment below a page, or on a file."""

    page_id: str | None = Field(None, alias="pageId")
    attachment_id: str | None = Field(None, alias="attachmentId")


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


class Attachment(_Versioned):
    """A file on a page, or on a blog post. Its size is in bytes."""

    media_type: str = Field("", alias="mediaType")
    file_size: int | None = Field(None, alias="fileSize")
    comment: str = ""
    page_id: str | None = Field(None, alias="pageId")
    blog_post_id: str | None = Field(None, alias="blogPostId")


def is_file(content_id: str) -> bool:
    """Whether an id is that of a file and not of a page."""
    return content_id.startswith("att")


def place_of(content_id: str, *, number: bool = False) -> str:
    """Where v2 keeps a page, or a file on one, and what belongs to it.

    Args:
        content_id: The page or the file.
        number: Whether v2 wants the number of a file without its letters there.
    """
    kind = "attachments" if is_file(content_id) else "pages"
    return f"/api/v2/{kind}/{segment(content_id.removeprefix('att') if number else content_id)}"


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

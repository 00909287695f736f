"""What Notion's API tells us."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from tasks.notion.properties import read
from tieline import Model
from tieline.markup.notion import plain_text

PageId = Annotated[str, Field(description="The page's id: the 32 hex digits at the end of its address.")]
BlockId = Annotated[str, Field(description="The block's id; a page's id stands for the whole page.")]
DatabaseId = Annotated[str, Field(description="The database's id: the 32 hex digits in its address, before `?v=`.")]
DataSourceId = Annotated[
    str, Field(description="The data source's id; `get_database` lists those of a database, most have one.")
]
Limit = Annotated[int, Field(gt=0)]
#: A block as Notion takes it, see https://developers.notion.com/reference/block.
Blocks = list[dict[str, Any]]


class Page(Model):
    """A page; an entry of a database is one, too."""

    id: str
    url: str | None = None
    parent: dict[str, Any] = Field(default_factory=dict)
    properties: dict[str, Any] = Field(default_factory=dict)
    created_time: datetime | None = None
    last_edited_time: datetime | None = None
    in_trash: bool = False

    @property
    def title(self) -> str:
        """Its title, whatever the property is called."""
        found = (p for p in self.properties.values() if isinstance(p, dict) and p.get("type") == "title")
        return next((plain_text(p.get("title") or []) for p in found), "")

    def values(self) -> dict[str, Any]:
        """Its properties as plain values: texts, numbers, lists of names."""
        return {name: read(value) for name, value in self.properties.items()}


class Block(Model):
    """A block; what is in it stands under the name of its type."""

    id: str
    type: str
    has_children: bool = False
    children: tuple["Block", ...] = ()


class Source(Model):
    """One data source of a database, by name."""

    id: str
    name: str = ""


class Database(Model):
    """A database: a frame around data sources."""

    id: str
    title: tuple[dict[str, Any], ...] = ()
    url: str | None = None
    parent: dict[str, Any] = Field(default_factory=dict)
    data_sources: tuple[Source, ...] = ()


class DataSource(Model):
    """A data source: a table of entries; `properties` are its columns."""

    id: str
    title: tuple[dict[str, Any], ...] = ()
    parent: dict[str, Any] = Field(default_factory=dict)
    properties: dict[str, Any] = Field(default_factory=dict)


class Found(Model):
    """A page or a data source that was found."""

    object: str
    id: str
    url: str | None = None
    properties: dict[str, Any] = Field(default_factory=dict)


class Comment(Model):
    """A comment on a page or a block; those of one discussion answer each other."""

    id: str
    discussion_id: str = ""
    parent: dict[str, Any] = Field(default_factory=dict)
    rich_text: tuple[dict[str, Any], ...] = ()
    created_time: datetime | None = None

    @property
    def text(self) -> str:
        """What it says."""
        return plain_text(self.rich_text)


class FileUpload(Model):
    """A file that was brought to Notion; it is gone after an hour unless a page uses it."""

    id: str
    status: str
    filename: str | None = None
    upload_url: str | None = None
    expiry_time: datetime | None = None

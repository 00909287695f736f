"""What Graph tells us of sites, drives, files, columns and subscriptions."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field, SecretStr
from pydantic.alias_generators import to_camel

from tieline import Model


class GraphModel(Model):
    """Names as Python writes them; `web_url` is Graph's `webUrl`."""

    model_config = ConfigDict(alias_generator=to_camel)


class Site(GraphModel):
    """A SharePoint site, https://learn.microsoft.com/graph/api/resources/site."""

    id: str
    name: str = ""
    display_name: str = ""
    web_url: str = ""


class Drive(GraphModel):
    """A document library or a OneDrive, https://learn.microsoft.com/graph/api/resources/drive."""

    id: str
    name: str = ""
    drive_type: str = ""
    web_url: str = ""
    owner: dict[str, Any] | None = None

    @property
    def owner_name(self) -> str:
        """The person or the group that it belongs to."""
        return named(self.owner)


class FileFacet(GraphModel):
    """What only files have."""

    mime_type: str = ""
    hashes: dict[str, Any] | None = None


class FolderFacet(GraphModel):
    """What only folders have."""

    child_count: int = 0


class Place(GraphModel):
    """The folder that an item is in."""

    drive_id: str = ""
    id: str = ""
    path: str = ""


class ListItem(GraphModel):
    """The row of a file in its library: the values of the library's columns by their API names."""

    id: str = ""
    e_tag: str = ""
    fields: dict[str, Any] = Field(default_factory=dict)


class Item(GraphModel):
    """A file or a folder, https://learn.microsoft.com/graph/api/resources/driveitem.

    `e_tag` changes with anything, `c_tag` with the content only. Deleted items say little more than their id.
    """

    id: str
    name: str = ""
    size: int = 0
    web_url: str = ""
    e_tag: str = ""
    c_tag: str = ""
    created_date_time: datetime | None = None
    last_modified_date_time: datetime | None = None
    last_modified_by: dict[str, Any] | None = None
    parent_reference: Place = Place()
    file: FileFacet | None = None
    folder: FolderFacet | None = None
    deleted: dict[str, Any] | None = None
    #: Only where it was asked for.
    list_item: ListItem | None = None
    #: Whoever has it can read the file for an hour: it is shown to nobody by accident.
    download_url: SecretStr | None = Field(None, alias="@microsoft.graph.downloadUrl", exclude=True)


class Holder(GraphModel):
    """Who has a file checked out, or else who changed it last: the first to ask when it is locked."""

    name: str
    email: str = ""
    checked_out: bool


class Column(GraphModel):
    """A column of a library, https://learn.microsoft.com/graph/api/resources/columndefinition."""

    id: str
    name: str
    display_name: str = ""
    description: str = ""
    hidden: bool = False
    read_only: bool = False
    text: dict[str, Any] | None = None
    choice: dict[str, Any] | None = None


class Subscription(GraphModel):
    """Who is told of changes, and until when, https://learn.microsoft.com/graph/api/resources/subscription."""

    id: str
    resource: str = ""
    change_type: str = ""
    notification_url: str = ""
    expiration_date_time: datetime
    client_state: SecretStr | None = Field(None, exclude=True)


def named(identity: dict[str, Any] | None, what: str = "displayName") -> str:
    """Somebody of an identity set: a person, an app or a group."""
    found = [(identity or {}).get(kind) for kind in ("user", "group", "application", "device")]
    return next((str(one[what]) for one in found if isinstance(one, dict) and one.get(what)), "")

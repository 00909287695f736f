"""What Drive tells us about files and changes, and how little of it we ask for."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from tieline import Model

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"

FileId = Annotated[
    str, Field(description="The long part of a file's link, such as 1sTWaJ_j7PkjzaBWtNc3IzovK5hQf21FbOw.")
]
FolderId = Annotated[str, Field(description='A folder\'s id, from its link; "root" is My Drive.')]
DriveId = Annotated[str, Field(description="A shared drive's id, from its link.")]
Limit = Annotated[int, Field(gt=0)]

#: Drive answers with what it is asked for; without this with id, name and type only.
FILE_FIELDS = (
    "id,name,mimeType,description,parents,driveId,size,md5Checksum,headRevisionId,version,createdTime,modifiedTime,"
    "trashed,webViewLink,properties,appProperties,shortcutDetails(targetId,targetMimeType),"
    "lastModifyingUser(displayName,emailAddress)"
)
#: Files in shared drives are there, too, for who says that they know of them.
EVERYWHERE = {"supportsAllDrives": True}
EVERYTHING = EVERYWHERE | {"includeItemsFromAllDrives": True}


class Drives(Model):
    """Something of Drive's, whose names are written in camelCase there."""

    model_config = ConfigDict(alias_generator=to_camel)


class Person(Drives):
    """Somebody, as far as Drive may tell who."""

    display_name: str = ""
    email_address: str | None = None


class Target(Drives):
    """What a shortcut leads to."""

    target_id: str
    target_mime_type: str = ""


class File(Drives):
    """A file, folder or shortcut, https://developers.google.com/workspace/drive/api/reference/rest/v3/files.

    Documents, spreadsheets and presentations of Google's own have no checksum; `version` grows with every change of
    any file, that of its properties included.
    """

    id: str
    name: str = ""
    mime_type: str = ""
    description: str | None = None
    parents: tuple[str, ...] = ()
    drive_id: str | None = None
    size: int | None = None
    md5_checksum: str | None = Field(None, alias="md5Checksum")
    head_revision_id: str | None = None
    version: int | None = None
    created_time: datetime | None = None
    modified_time: datetime | None = None
    trashed: bool = False
    web_view_link: str | None = None
    properties: dict[str, str] = Field(default_factory=dict)
    app_properties: dict[str, str] = Field(default_factory=dict)
    shortcut_details: Target | None = None
    last_modifying_user: Person | None = None


class Download(Model):
    """A file on the disk.

    `name` is what it is called in Drive, with the ending of the format that it was exported to.
    """

    file: Path
    name: str
    mime_type: str

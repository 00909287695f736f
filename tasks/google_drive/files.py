"""Files and folders: find, read, describe, delete."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import to_json

from tasks.google_drive.models import (
    EVERYTHING,
    EVERYWHERE,
    FILE_FIELDS,
    FOLDER,
    SHORTCUT,
    Download,
    DriveId,
    File,
    FileId,
    FolderId,
    Limit,
)
from tasks.google_drive.system import connector
from tieline import Api, ConfigError, segment

#: Most files of a page.
PAGE = 1000
#: Most bytes of a property, its name and its value together, in UTF-8.
#: https://developers.google.com/workspace/drive/api/guides/properties#limits
LONGEST_PROPERTY = 124

#: What documents of Google's own become: the format that keeps the most, and its ending.
#: https://developers.google.com/workspace/drive/api/guides/ref-export-formats
_OFFICE = "application/vnd.openxmlformats-officedocument"
EXPORTS: Mapping[str, str] = {
    "application/vnd.google-apps.document": f"{_OFFICE}.wordprocessingml.document",
    "application/vnd.google-apps.spreadsheet": f"{_OFFICE}.spreadsheetml.sheet",
    "application/vnd.google-apps.presentation": f"{_OFFICE}.presentationml.presentation",
    "application/vnd.google-apps.drawing": "application/pdf",
    "application/vnd.google-apps.script": "application/vnd.google-apps.script+json",
}
_ENDINGS: Mapping[str, str] = {
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}.presentationml.presentation": ".pptx",
    "application/pdf": ".pdf",
    "application/vnd.google-apps.script+json": ".json",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/rtf": ".rtf",
    "application/epub+zip": ".epub",
    "application/zip": ".zip",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/svg+xml": ".svg",
}
_GOOGLES = "application/vnd.google-apps."


def _short(properties: dict[str, str | None]) -> dict[str, str | None]:
    for name, value in properties.items():
        length = len((name + (value or "")).encode())
        if length > LONGEST_PROPERTY:
            raise ValueError(f"{name!r} and its value are {length} bytes; a property has room for {LONGEST_PROPERTY}")
    return properties


Properties = Annotated[
    dict[str, str | None],
    AfterValidator(_short),
    Field(description="Values by name, 124 bytes together at most; null takes one away, others stay as they are."),
]


def fitting(name: str, value: str) -> str:
    """As much of a value as there is room for in a property of that name.

    Raises:
        ConfigError: The name alone is too long.
    """
    room = LONGEST_PROPERTY - len(name.encode())
    if room < 0:
        raise ConfigError(f"The property's name {name[:40]!r} is longer than {LONGEST_PROPERTY} bytes.")
    return value.encode()[:room].decode(errors="ignore")


def path_of(file_id: str) -> str:
    """Where a file is in the API."""
    return f"/drive/v3/files/{segment(file_id)}"


def quoted(text: str) -> str:
    """A text in a query, https://developers.google.com/workspace/drive/api/guides/search-files."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


@connector.action(scopes=("https://www.googleapis.com/auth/drive.metadata.readonly",))
async def get_file(api: Api, *, file_id: FileId) -> File:
    """Fetch what is known about a file.

    See https://developers.google.com/workspace/drive/api/reference/rest/v3/files/get
    """
    return await api.get(path_of(file_id), into=File, params={"fields": FILE_FIELDS, **EVERYWHERE})


@connector.action(scopes=("https://www.googleapis.com/auth/drive.metadata.readonly",))
async def list_files(
    api: Api, *, q: str = "", folder: FolderId | None = None, drive: DriveId | None = None, limit: Limit = 100
) -> list[File]:
    """List files that are not in the trash.

    Args:
        api: The connection.
        q: Drive's query, such as "mimeType = 'application/pdf' and modifiedTime > '2026-11-21T00:00:00'".
        folder: Only what is directly in this folder.
        drive: Only this shared drive; without one all files that were ever opened, or shared with the account.
        limit: Most files.

    See https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list and
    https://developers.google.com/workspace/drive/api/guides/search-files
    """
    terms = ["trashed = false", f"{quoted(folder)} in parents" if folder else "", f"({q})" if q else ""]
    params = {
        "q": " and ".join(filter(None, terms)),
        "fields": f"nextPageToken,files({FILE_FIELDS})",
        "pageSize": min(limit, PAGE),
        "corpora": "drive" if drive else None,
        "driveId": drive,
        **EVERYTHING,
    }
    return await api.list("/drive/v3/files", into=File, limit=limit, at="files", params=params)


@connector.action(scopes=("https://www.googleapis.com/auth/drive.readonly",))
async def download_file(api: Api, *, file_id: FileId, to: Path, export_as: str | None = None) -> Download:
    """Fetch a file's content to the disk; a document of Google's own is exported.

    Args:
        api: The connection.
        file_id: The file, or a shortcut to it.
        to: Where it goes; what is there is replaced, once the content is complete.
        export_as: The format (MIME type) for a document of Google's own, of 10 MB at most; by default that of
            Microsoft Office.

    Raises:
        ConfigError: It is nothing that can be downloaded, such as a folder.

    See https://developers.google.com/workspace/drive/api/guides/manage-downloads
    """
    params = {"fields": "id,name,mimeType,shortcutDetails(targetId,targetMimeType)", **EVERYWHERE}
    file = await api.get(path_of(file_id), into=File, params=params)
    if file.mime_type == SHORTCUT and file.shortcut_details:
        file = await api.get(path_of(file.shortcut_details.target_id), into=File, params=params)
    if not file.mime_type.startswith(_GOOGLES):
        await api.download_to(path_of(file.id), to, params={"alt": "media", **EVERYWHERE})
        return Download(file=to, name=file.name, mime_type=file.mime_type)
    kind = export_as or EXPORTS.get(file.mime_type)
    if kind is None or file.mime_type == FOLDER:
        what = file.mime_type.removeprefix(_GOOGLES)
        raise ConfigError(f"{file.name!r} is a {what}, which has no content to download.")
    await api.download_to(f"{path_of(file.id)}/export", to, params={"mimeType": kind})
    return Download(file=to, name=file.name + _ENDINGS.get(kind, ""), mime_type=kind)


@connector.action(scopes=("https://www.googleapis.com/auth/drive.metadata",))
async def update_properties(
    api: Api,
    *,
    file_id: FileId,
    properties: Properties | None = None,
    app_properties: Properties | None = None,
    description: str | None = None,
) -> File:
    """Write into a file's own metadata.

    Args:
        api: The connection.
        file_id: The file.
        properties: Seen by all apps, 30 at most.
        app_properties: Seen by this app only, 30 at most.
        description: The text that people see in the details; empty takes it away.

    See https://developers.google.com/workspace/drive/api/guides/properties and
    https://developers.google.com/workspace/drive/api/reference/rest/v3/files/update
    """
    wanted = {"properties": properties, "appProperties": app_properties, "description": description}
    # Written out here, because nulls are left out of JSON elsewhere, and here they mean "take it away".
    content = to_json({name: value for name, value in wanted.items() if value is not None})
    return await api.patch(
        path_of(file_id),
        into=File,
        content=content,
        headers={"content-type": "application/json"},
        params={"fields": FILE_FIELDS, **EVERYWHERE},
        repeatable=True,
    )


@connector.action(scopes=("https://www.googleapis.com/auth/drive.file",))
async def create_folder(api: Api, *, name: str, folder: FolderId | None = None) -> File:
    """Make a folder; there may be others of that name.

    Args:
        api: The connection.
        name: Its name.
        folder: The folder that it is in; by default My Drive.

    See https://developers.google.com/workspace/drive/api/guides/folder
    """
    wanted = {"name": name, "mimeType": FOLDER, "parents": [folder] if folder else None}
    return await api.post("/drive/v3/files", wanted, into=File, params={"fields": FILE_FIELDS, **EVERYWHERE})


@connector.action(scopes=("https://www.googleapis.com/auth/drive.file",))
async def delete_file(api: Api, *, file_id: FileId) -> None:
    """Delete a file for good, past the trash, and a folder with all that is in it.

    See https://developers.google.com/workspace/drive/api/reference/rest/v3/files/delete
    """
    await api.delete(path_of(file_id), into=type(None), params=EVERYWHERE)

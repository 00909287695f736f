"""Files into Drive: small ones in one request, others in pieces."""

import hashlib
import mimetypes
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from tasks.google_drive.models import EVERYWHERE, FILE_FIELDS, File, FolderId
from tasks.google_drive.system import connector
from tieline import Api, ConfigError
from tieline.transport import resumable
from tieline.transport.wire import piece, size

#: What may go in one request together with its name.
#: https://developers.google.com/workspace/drive/api/guides/manage-uploads
LARGEST_AT_ONCE = 5 * 2**20
UNKNOWN = "application/octet-stream"


@connector.action(scopes=("https://www.googleapis.com/auth/drive.file",))
async def upload_file(
    api: Api, *, file: Path | bytes, name: str = "", folder: FolderId | None = None, mime_type: str | None = None
) -> File:
    """Put a file into a folder; there may be others of that name.

    Up to 5 MB go in one request; more goes in pieces, and a piece that is lost is sent again.

    Args:
        api: The connection.
        file: Its path, or its bytes.
        name: Its name in Drive; by default that of the path.
        folder: Where it goes; by default My Drive.
        mime_type: What it is; by default what its name says.

    Raises:
        ConfigError: Bytes without a name, or a path that cannot be read.

    See https://developers.google.com/workspace/drive/api/guides/manage-uploads
    """
    title = name or (file.name if isinstance(file, Path) else "")
    if not title:
        raise ConfigError("The file has no name.", hint="Give a name.")
    kind = mime_type or mimetypes.guess_type(title)[0] or UNKNOWN
    about = {"name": title, "mimeType": kind} | ({"parents": [folder]} if folder else {})
    params = {"fields": FILE_FIELDS, **EVERYWHERE}
    path = f"{api.credentials.home}/upload/drive/v3/files"
    if size(file) > LARGEST_AT_ONCE:
        query = params | {"uploadType": "resumable"}
        return await resumable.upload(api, path, file, json=about, params=query, media_type=kind, into=File)
    content, boundary = related(about, kind, piece(file, 0, LARGEST_AT_ONCE))
    headers = {"content-type": f"multipart/related; boundary={boundary}"}
    query = params | {"uploadType": "multipart"}
    return await api.post(path, content=content, headers=headers, params=query, into=File)


def related(about: dict[str, Any], kind: str, content: bytes) -> tuple[bytes, str]:
    """What is said about a file, and the file, as one body (RFC 2387).

    Args:
        about: What is said about it.
        kind: Its type.
        content: The file.

    Returns:
        The body, and the boundary between its parts, which the file cannot hold: it is a digest of the file.
    """
    boundary = hashlib.sha256(content).hexdigest()
    head = f"--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n".encode() + to_json(about)
    middle = f"\r\n--{boundary}\r\nContent-Type: {kind}\r\n\r\n".encode()
    return head + middle + content + f"\r\n--{boundary}--\r\n".encode(), boundary

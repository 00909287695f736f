"""Files and links of tasks.

https://developers.asana.com/reference/attachments
"""

import mimetypes
from pathlib import Path
from typing import Annotated

from pydantic import Field

from tasks.asana.models import ATTACHMENT_FIELDS, PAGE, Attachment, Gid, Limit
from tasks.asana.system import connector
from tieline import Api, ConfigError, segment
from tieline.transport.multipart import File

READ, WRITE = ("attachments:read",), ("attachments:write",)
FIELDS = {"opt_fields": ATTACHMENT_FIELDS}


@connector.action(scopes=READ)
async def list_attachments(api: Api, *, parent: Gid, limit: Limit = 100) -> list[Attachment]:
    """List the files and links of a task or of a project.

    See https://developers.asana.com/reference/getattachmentsforobject
    """
    query = {"parent": parent, "limit": min(limit, PAGE), **FIELDS}
    return await api.list("/attachments", into=Attachment, limit=limit, at="data", params=query)


@connector.action(scopes=WRITE)
async def upload_attachment(api: Api, *, parent: Gid, file: bytes | Path, filename: str) -> Attachment:
    """Put a file to a task, up to 100 MB.

    Args:
        api: The connection.
        parent: The task or the project.
        file: Its bytes, or where it lies.
        filename: What it shall be called there.

    See https://developers.asana.com/reference/createattachmentforobject
    """
    files = {"file": File(filename, file, mimetypes.guess_type(filename)[0] or "application/octet-stream")}
    form = {"parent": parent}
    return await api.post(
        "/attachments", into=Attachment, at="data", params=FIELDS, form=form, files=files, repeatable=False
    )


@connector.action(scopes=WRITE)
async def add_link(api: Api, *, parent: Gid, url: Annotated[str, Field(pattern="^https?://")], name: str) -> Attachment:
    """Attach an address to a task.

    Args:
        api: The connection.
        parent: The task or the project.
        url: Where it leads to.
        name: What people read.

    See https://developers.asana.com/reference/createattachmentforobject
    """
    form = {"parent": parent, "resource_subtype": "external", "url": url, "name": name}
    # Asana wants this kind of form for links, too.
    return await api.post(
        "/attachments", into=Attachment, at="data", params=FIELDS, form=form, files={}, repeatable=False
    )


@connector.action(scopes=READ)
async def download_attachment(api: Api, *, attachment: Gid, file: Path) -> Path:
    """Fetch a file of any size; it appears on the disk when it is complete.

    Args:
        api: The connection.
        attachment: Its gid, as `list_attachments` gives it.
        file: Where it goes; what is there is replaced.

    Raises:
        ConfigError: It is a link, so Asana has no file.

    See https://developers.asana.com/reference/getattachment
    """
    found = await api.get(f"/attachments/{segment(attachment)}", into=Attachment, at="data", params=FIELDS)
    if found.host != "asana" or not found.download_url:
        raise ConfigError("Asana does not keep this file.", hint="Its address is in `view_url`.")
    return await api.download_to(found.download_url, file, login=False)


@connector.action(scopes=("attachments:delete",))
async def delete_attachment(api: Api, *, attachment: Gid) -> None:
    """Take a file or a link away. See https://developers.asana.com/reference/deleteattachment."""
    await api.delete(f"/attachments/{segment(attachment)}", into=dict, at="data")

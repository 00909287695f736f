"""Files on pages."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from tasks.confluence.models import PAGE, Attachment, Limit, PageId, place_of
from tasks.confluence.system import connector
from tieline import Api, ConfigError, Model, segment
from tieline.transport.multipart import File

AttachmentId = Annotated[str, Field(description="Such as att123456.", pattern=r"^att\d+$")]


class Uploaded(Model):
    """A file as REST v1 tells of it."""

    id: str
    title: str
    status: str = ""


@connector.action(scopes=("read:attachment:confluence",))
async def list_attachments(
    api: Api, *, page_id: PageId, filename: str | None = None, limit: Limit = 100
) -> list[Attachment]:
    """List the files on a page.

    Args:
        api: The connection.
        page_id: The page.
        filename: Only the file of this name.
        limit: Most files.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-attachment/#api-pages-id-attachments-get
    """
    params = {"filename": filename, "limit": min(limit, PAGE)}
    path = f"/api/v2/pages/{segment(page_id)}/attachments"
    return await api.list(path, into=Attachment, limit=limit, at="results", params=params)


@connector.action(scopes=("read:attachment:confluence",))
async def get_attachment(api: Api, *, attachment_id: AttachmentId) -> Attachment:
    """Fetch what is known of a file, without its content.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-attachment/#api-attachments-id-get
    """
    return await api.get(place_of(attachment_id), into=Attachment)


@connector.action(scopes=("delete:attachment:confluence",))
async def delete_attachment(api: Api, *, attachment_id: AttachmentId) -> None:
    """Move a file with all its versions to the trash, from where people can restore it.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-attachment/#api-attachments-id-delete
    """
    await api.delete(place_of(attachment_id, number=True), into=type(None))


@connector.action(scopes=("read:attachment:confluence", "readonly:content.attachment:confluence"))
async def download_attachment(api: Api, *, attachment_id: AttachmentId, file: Path) -> Path:
    """Fetch a file, of any size.

    Args:
        api: The connection.
        attachment_id: The file in Confluence.
        file: Where it goes; what is there is replaced once the file is complete.

    Raises:
        ConfigError: It cannot be written there.

    See https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---attachments/#api-wiki-rest-api-content-id-child-attachment-attachmentid-download-get
    """
    found = await api.get(place_of(attachment_id), into=Attachment)
    parent = found.page_id or found.blog_post_id or ""
    path = f"/rest/api/content/{segment(parent)}/child/attachment/{segment(found.id)}/download"
    return await api.download_to(path, file)


@connector.action(scopes=("write:confluence-file",))
async def upload_attachment(
    api: Api,
    *,
    page_id: PageId,
    file: Path | bytes,
    filename: str = "",
    media_type: str = "application/octet-stream",
    comment: str | None = None,
) -> Uploaded:
    """Put a file on a page; where there is one of that name, it becomes its next version.

    Args:
        api: The connection.
        page_id: The page.
        file: Its path, or its bytes.
        filename: Its name on the page; by default that of the path.
        media_type: What it is, such as application/pdf.
        comment: What is said of this version.

    Raises:
        ConfigError: Bytes without a name, or a path that cannot be read.

    See https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---attachments/#api-wiki-rest-api-content-id-child-attachment-put
    """
    name = filename or (file.name if isinstance(file, Path) else "")
    if not name:
        raise ConfigError("The file has no name.", hint="Give a filename.")
    path = f"/rest/api/content/{segment(page_id)}/child/attachment"
    made = await api.put(
        path,
        form={"minorEdit": "true", "comment": comment},
        files={"file": File(name, file, media_type)},
        # Without this Confluence takes a form for one that a browser was tricked into.
        headers={"X-Atlassian-Token": "nocheck"},
        into=list[Uploaded],
        at="results",
        # A second one would be one more version of the same file.
        repeatable=False,
    )
    return made[0]

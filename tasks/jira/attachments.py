"""Files of issues.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/
"""

import mimetypes
from pathlib import Path

from tasks.jira.issues import READ, WRITE
from tasks.jira.models import Attachment, IssueKey
from tasks.jira.system import connector
from tieline import Api, segment
from tieline.transport.multipart import File


@connector.action(scopes=READ)
async def list_attachments(api: Api, *, issue_key: IssueKey) -> list[Attachment]:
    """List all files of an issue.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get
    """
    path, query = f"/issue/{segment(issue_key)}", {"fields": "attachment"}
    return await api.get(path, into=list[Attachment], at="fields.attachment", params=query)


@connector.action(scopes=READ)
async def download_attachment(api: Api, *, attachment_id: str, file: Path) -> Path:
    """Fetch a file of any size; it appears on the disk when it is complete.

    Args:
        api: The connection.
        attachment_id: Its id, as `list_attachments` gives it.
        file: Where it goes; what is there is replaced.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-attachment-content-id-get
    """
    # Asked first, because what comes next is taken as it is: a page for a login would look like a file.
    found = await api.get(f"/attachment/{segment(attachment_id)}", into=Attachment)
    return await api.download_to(f"/attachment/content/{found.id}", file, params={"redirect": False})


@connector.action(scopes=WRITE)
async def upload_attachment(api: Api, *, issue_key: IssueKey, file: bytes | Path, filename: str) -> Attachment:
    """Put a file to an issue.

    Args:
        api: The connection.
        issue_key: The issue.
        file: Its bytes, or where it lies.
        filename: What it shall be called there.

    See https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-issue-issueidorkey-attachments-post
    """
    media_type = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    files = {"file": File(filename, file, media_type)}
    # Without this header Jira takes the form for one that another page has sent in the name of its reader.
    headers = {"X-Atlassian-Token": "no-check"}
    path = f"/issue/{segment(issue_key)}/attachments"
    (made,) = await api.post(path, into=tuple[Attachment], files=files, headers=headers)
    return made

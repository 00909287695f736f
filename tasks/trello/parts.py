"""Checklists and attachments of cards.

https://developer.atlassian.com/cloud/trello/rest/api-group-checklists/
"""

import mimetypes
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote

from pydantic import Field

from tasks.trello.boards import READ, WRITE
from tasks.trello.models import Attachment, CardId, CheckItem, Checklist, Done, Id, Limit
from tasks.trello.system import connector
from tieline import Api, ConfigError, segment
from tieline.transport.multipart import File


@connector.action(scopes=READ)
async def list_checklists(api: Api, *, card_id: CardId, limit: Limit = 100) -> list[Checklist]:
    """List the checklists of a card, with all their lines.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-checklists-get
    """
    return (await api.get(f"/cards/{segment(card_id)}/checklists", into=list[Checklist]))[:limit]


@connector.action(scopes=WRITE)
async def add_checklist(api: Api, *, card_id: CardId, name: str, items: list[str] | None = None) -> Checklist:
    """Put a checklist onto a card, line by line; where one is refused, those before it stay.

    Args:
        api: The connection.
        card_id: The card.
        name: What stands above it.
        items: Its lines.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-checklists-post
    """
    path = f"/cards/{segment(card_id)}/checklists"
    made = await api.post(path, {"name": name}, into=Checklist, repeatable=False)
    path = f"/checklists/{segment(made.id)}/checkItems"
    lines = [await api.post(path, {"name": item}, into=CheckItem, repeatable=False) for item in items or []]
    return made.model_copy(update={"checkItems": tuple(lines)})


@connector.action(scopes=WRITE)
async def update_check_item(
    api: Api,
    *,
    card_id: CardId,
    item_id: Id,
    state: Literal["complete", "incomplete"] | None = None,
    name: str | None = None,
) -> CheckItem:
    """Tick a line of a checklist, or write it anew.

    Args:
        api: The connection.
        card_id: The card.
        item_id: The line.
        state: complete or incomplete.
        name: Another text.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-checkitem-idcheckitem-put
    """
    path = f"/cards/{segment(card_id)}/checkItem/{segment(item_id)}"
    return await api.put(path, {"state": state, "name": name}, into=CheckItem)


@connector.action(scopes=READ)
async def list_attachments(api: Api, *, card_id: CardId, limit: Limit = 100) -> list[Attachment]:
    """List the files and links of a card.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-attachments-get
    """
    return (await api.get(f"/cards/{segment(card_id)}/attachments", into=list[Attachment]))[:limit]


@connector.action(scopes=WRITE)
async def add_link(
    api: Api, *, card_id: CardId, url: Annotated[str, Field(pattern="^https?://")], name: str | None = None
) -> Attachment:
    """Attach an address to a card.

    Args:
        api: The connection.
        card_id: The card.
        url: Where it leads to.
        name: What people read, up to 256 characters.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-attachments-post
    """
    path = f"/cards/{segment(card_id)}/attachments"
    return await api.post(path, {"url": url, "name": name}, into=Attachment, repeatable=False)


@connector.action(scopes=WRITE)
async def upload_attachment(api: Api, *, card_id: CardId, file: bytes | Path, filename: str) -> Attachment:
    """Put a file to a card.

    Args:
        api: The connection.
        card_id: The card.
        file: Its bytes, or where it lies.
        filename: What it shall be called there.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-attachments-post
    """
    media_type = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    path, files = f"/cards/{segment(card_id)}/attachments", {"file": File(filename, file, media_type)}
    return await api.post(path, into=Attachment, form={"name": filename}, files=files, repeatable=False)


@connector.action(scopes=READ)
async def download_attachment(api: Api, *, card_id: CardId, attachment_id: Id, file: Path) -> Path:
    """Fetch a file of any size; it appears on the disk when it is complete.

    Args:
        api: The connection.
        card_id: The card.
        attachment_id: Its id, as `list_attachments` gives it.
        file: Where it goes; what is there is replaced.

    Raises:
        ConfigError: It is a link, so Trello has no file.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-attachments-idattachment-get
    """
    at = f"/cards/{segment(card_id)}/attachments/{segment(attachment_id)}"
    found = await api.get(at, into=Attachment)
    if not found.isUpload:
        raise ConfigError("It is a link, and not a file that Trello keeps.", hint="Its address is in `url`.")
    # Its name stands at the end of its address, which is another host's.
    name = unquote(found.url.rpartition("/")[2])
    return await api.download_to(f"{at}/download/{segment(name)}", file)


@connector.action(scopes=WRITE)
async def delete_attachment(api: Api, *, card_id: CardId, attachment_id: Id) -> None:
    """Take a file or a link from a card.

    See https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-id-attachments-idattachment-delete
    """
    await api.delete(f"/cards/{segment(card_id)}/attachments/{segment(attachment_id)}", into=Done)

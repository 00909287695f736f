"""Files and folders."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from tasks.sharepoint.models import GraphModel, Holder, Item, named
from tasks.sharepoint.system import PAGE, DriveId, ItemId, Limit, at_path, connector, item
from tieline import Api, ConfigError
from tieline.errors import NotFound
from tieline.transport.parts import send_parts
from tieline.transport.wire import size

#: Larger files go up in parts: what Graph's page on simple uploads names as its limit.
SIMPLE_BYTES = 4 * 2**20
#: Parts must be multiples of 320 KiB, and less than 60 MiB.
PART_BYTES = 32 * 320 * 1024
#: Graph's word for "there is no such file".
MISSING = "itemNotFound"
_WITH_FIELDS = "listItem($expand=fields)"

FilePath = Annotated[str, Field(description="Below the drive's top, such as Reports/2026/plan.pdf.", min_length=1)]
Taken = Literal["fail", "replace", "rename"]


class _Publication(GraphModel):
    checked_out_by: dict[str, Any] | None = None


class _Held(Item):
    publication: _Publication = _Publication()


@connector.action(scopes=("Files.Read.All",))
async def list_items(
    api: Api, *, drive_id: DriveId, folder_id: ItemId = "root", fields: bool = False, limit: Limit = 200
) -> list[Item]:
    """List what is in a folder, without what is in its folders (see `list_changes` for all of a drive).

    Args:
        api: The connection.
        drive_id: The drive.
        folder_id: The folder.
        fields: Whether the values of the library's columns come along, as `list_item.fields`.
        limit: Most of them.

    See https://learn.microsoft.com/graph/api/driveitem-list-children
    """
    params = {"$top": min(limit, PAGE), "$expand": _WITH_FIELDS if fields else None}
    return await api.list(f"{item(drive_id, folder_id)}/children", into=Item, limit=limit, at="value", params=params)


@connector.action(scopes=("Files.Read.All",))
async def get_item(api: Api, *, drive_id: DriveId, item_id: ItemId, fields: bool = False) -> Item:
    """Fetch what is known of a file or a folder.

    Args:
        api: The connection.
        drive_id: The drive.
        item_id: The file or folder.
        fields: Whether the values of the library's columns come along, as `list_item.fields`.

    See https://learn.microsoft.com/graph/api/driveitem-get
    """
    params = {"$expand": _WITH_FIELDS} if fields else None
    return await api.get(item(drive_id, item_id), into=Item, params=params)


@connector.action(scopes=("Files.Read.All",))
async def find_item(api: Api, *, drive_id: DriveId, path: FilePath) -> Item | None:
    """Look a file or a folder up by its path; None if there is none. See https://learn.microsoft.com/graph/api/driveitem-get."""
    return await api.find(at_path(drive_id, path), into=Item, missing=MISSING)


@connector.action(scopes=("Files.Read.All",))
async def find_holder(api: Api, *, drive_id: DriveId, item_id: ItemId) -> Holder | None:
    """Find out who has a locked file: who checked it out, or else who changed it last; None if nobody is named.

    Graph names nobody who merely has a file open.

    See https://learn.microsoft.com/graph/api/resources/publicationfacet
    """
    said = await api.get(item(drive_id, item_id), params={"$select": "id,publication,lastModifiedBy"}, into=_Held)
    taken = said.publication.checked_out_by
    who = taken or said.last_modified_by
    if not named(who):
        return None
    return Holder(name=named(who), email=named(who, "email"), checked_out=bool(taken))


@connector.action(scopes=("Files.Read.All",))
async def download_item(
    api: Api, *, drive_id: DriveId, item_id: ItemId, to: Path, most_bytes: Annotated[int, Field(gt=0)] | None = None
) -> Path:
    """Save a file's content to the disk, however large; it appears there only when it is complete.

    Args:
        api: The connection.
        drive_id: The drive.
        item_id: The file.
        to: Where it goes; what is there is replaced.
        most_bytes: Larger files are not read further; by default there is no limit.

    Raises:
        NotFound: It is a folder or a notebook, which have no content, or it is gone.
        BadAnswer: It is larger than `most_bytes`.

    See https://learn.microsoft.com/graph/api/driveitem-get-content
    """
    # Not `/content`, which redirects to this same address: we follow no redirect.
    found = await api.get(item(drive_id, item_id), into=Item)
    if found.download_url is None:
        raise NotFound(f"{found.name or item_id} has no content to download.", hint="Only files have one.")
    return await api.download_to(found.download_url.get_secret_value(), to, cap=most_bytes, login=False)


@connector.action(scopes=("Files.ReadWrite.All",))
async def upload_item(
    api: Api, *, drive_id: DriveId, path: FilePath, file: Path | bytes, taken: Taken = "replace"
) -> Item:
    """Put a file into a drive; folders on its path that are missing are made. Above 4 MB it goes up in parts.

    Args:
        api: The connection.
        drive_id: The drive.
        path: Where it goes, with its name.
        file: The path of a file on this machine, or bytes.
        taken: What happens if there is a file of that name: `replace` makes a new version of it.

    Raises:
        Conflict: There is one, and `taken` is `fail`.
        Locked: Somebody has it open.

    See https://learn.microsoft.com/graph/api/driveitem-put-content and
    https://learn.microsoft.com/graph/api/driveitem-createuploadsession
    """
    target, params = at_path(drive_id, path), {"@microsoft.graph.conflictBehavior": taken}
    length = size(file)
    if length > SIMPLE_BYTES:
        session = await api.post(
            f"{target}:/createUploadSession", {"item": params}, at="uploadUrl", into=str, repeatable=True
        )
        answer = await send_parts(api, session, file, length=length, part=PART_BYTES)
        return api.read(answer, into=Item)
    return await api.put(
        f"{target}:/content",
        content=file,
        params=params,
        headers={"content-type": "application/octet-stream"},
        into=Item,
        # A second try would meet the file of the first.
        repeatable=taken == "replace",
    )


@connector.action(scopes=("Files.ReadWrite.All",))
async def create_folder(api: Api, *, drive_id: DriveId, name: str, parent_id: ItemId = "root") -> Item:
    """Make a folder.

    Args:
        api: The connection.
        drive_id: The drive.
        name: Its name.
        parent_id: The folder that it goes into.

    Raises:
        Conflict: There is one of that name.

    See https://learn.microsoft.com/graph/api/driveitem-post-children
    """
    if not name.strip():
        raise ConfigError("The folder has no name.", hint="Nothing was sent.")
    folder = {"name": name, "folder": {}, "@microsoft.graph.conflictBehavior": "fail"}
    return await api.post(f"{item(drive_id, parent_id)}/children", folder, into=Item, repeatable=False)

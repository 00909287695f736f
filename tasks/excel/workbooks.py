"""Workbooks, and sessions with them."""

from typing import Annotated

from pydantic import Field

from blocks._microsoft import below, site_address
from tasks.excel.models import DriveId, GraphModel, ItemId, Operation, Session, SessionId, Workbook
from tasks.excel.system import READING, WRITING, connector, told, within, workbook
from tieline import Api, ConfigError, segment
from tieline.errors import BadAnswer

#: Graph's word for "there is no such file".
MISSING = "itemNotFound"
_SEEN = {"$select": "id,name,size,eTag,cTag,webUrl,parentReference"}
_ACCEPTED = 202
#: A large workbook takes minutes to open; Graph is asked at least every four minutes, and best every half.
OPENING_SECONDS, OPENING_PAUSE = 240.0, 30.0


class _Named(GraphModel):
    id: str


@connector.action(scopes=READING)
async def get_workbook(api: Api, *, drive_id: DriveId, item_id: ItemId) -> Workbook:
    """Fetch what is known of a workbook's file; its `c_tag` tells whether its content has changed.

    See https://learn.microsoft.com/graph/api/driveitem-get
    """
    return await api.get(f"/drives/{segment(drive_id)}/items/{segment(item_id)}", into=Workbook, params=_SEEN)


@connector.action(scopes=READING)
async def find_workbook(
    api: Api,
    *,
    path: Annotated[str, Field(min_length=1, description="With its folders, such as Reports/2026/orders.xlsx.")],
    site: Annotated[str, Field(description="A SharePoint site: its ID, or HOST:/sites/NAME.")] = "",
    drive_id: Annotated[str, Field(description="A library that is not the site's first one.")] = "",
) -> Workbook | None:
    """Look a workbook up by its path in a site, in a drive, or in one's own OneDrive; None if there is none.

    Args:
        api: The connection.
        path: Below the drive's top.
        site: The site, in whose first library it is.
        drive_id: The drive. With neither, it is in one's own OneDrive.

    Raises:
        ConfigError: Both are given.
        NotFound: There is no such site.

    See https://learn.microsoft.com/graph/api/driveitem-get and https://learn.microsoft.com/graph/api/site-getbypath
    """
    if site and drive_id:
        raise ConfigError("A site and a drive are given.", hint="The drive alone is enough. Nothing was sent.")
    drive = f"/drives/{segment(drive_id)}" if drive_id else "/me/drive"
    if site:
        number = site if ":" not in site else (await api.get(f"/sites/{site_address(site)}", into=_Named)).id
        drive = f"/sites/{site_address(number)}/drive"
    return await api.find(f"{drive}/root:/{below(path)}", into=Workbook, missing=MISSING, params=_SEEN)


@connector.action(scopes=WRITING)
async def create_session(api: Api, *, drive_id: DriveId, item_id: ItemId, persist: bool = True) -> Session:
    """Open a session, which makes calls faster; it ends by itself some minutes after the last call.

    Calls of one workbook are best made one after another: Microsoft throttles what is written side by side.

    Args:
        api: The connection.
        drive_id: The drive.
        item_id: The workbook.
        persist: Whether changes are kept. Without, they are made in a copy that vanishes with the session.

    Raises:
        BadAnswer: The workbook could not be opened, and Graph does not say why.

    See https://learn.microsoft.com/graph/api/workbook-createsession and
    https://learn.microsoft.com/graph/workbook-best-practice
    """
    path, wanted = workbook(drive_id, item_id, "createSession"), {"persistChanges": persist}
    # A second session does no harm, and Microsoft says to repeat a 504.
    answer = await api.send("POST", path, wanted, headers={"prefer": "respond-async"}, repeatable=True)
    if answer.status_code != _ACCEPTED:
        return api.read(answer, into=Session)
    done = await api.poll(
        answer.headers.get("location", ""),
        into=Operation,
        until=lambda one: one.status in ("succeeded", "failed"),
        seconds=OPENING_SECONDS,
        longest=OPENING_PAUSE,
    )
    if done.status == "failed" or not done.resource_location:
        raise told(done.error, answer.status_code) or BadAnswer("Excel could not open the workbook.")
    return await api.get(done.resource_location, into=Session)


@connector.action(kind="write", scopes=WRITING)
async def refresh_session(api: Api, *, drive_id: DriveId, item_id: ItemId, session_id: SessionId) -> None:
    """Keep a session from ending. See https://learn.microsoft.com/graph/api/workbook-refreshsession.

    Raises:
        NotFound: It is over; a new one may be made.
    """
    path = workbook(drive_id, item_id, "refreshSession")
    await api.post(path, {}, into=type(None), headers=within(session_id), repeatable=True)


@connector.action(kind="write", scopes=WRITING)
async def close_session(api: Api, *, drive_id: DriveId, item_id: ItemId, session_id: SessionId) -> None:
    """End a session. See https://learn.microsoft.com/graph/api/workbook-closesession."""
    path = workbook(drive_id, item_id, "closeSession")
    await api.post(path, {}, into=type(None), headers=within(session_id), repeatable=True)

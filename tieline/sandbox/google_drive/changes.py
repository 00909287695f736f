"""What changed, and the channels that are told.

Pages: https://developers.google.com/workspace/drive/api/guides/manage-changes,
https://developers.google.com/workspace/drive/api/guides/push
"""

import secrets
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.google_drive import files, memory
from tieline.sandbox.google_drive.memory import Drive
from tieline.sandbox.google_drive.wire import DriveError, body_of, drive_of, flag, invalid, number, shown, uri
from tieline.sandbox.happening import Record
from tieline.sandbox.hooks import Hooks, Message
from tieline.sandbox.hooks.outbox import address

MOST = 1000
LONGEST_TOKEN = 256
USUAL_LIFE = timedelta(hours=1)
LONGEST_LIFE = {"changes": timedelta(days=7), "file": timedelta(days=1)}


def _end(drive: Drive) -> int:
    """The number that the next change gets."""
    return drive.forgotten + len(drive.changes) + 1


async def show_start(request: Request) -> Response:
    """GET /drive/v3/changes/startPageToken."""
    token = str(_end(drive_of(request)))
    return JSONResponse({"kind": "drive#startPageToken", "startPageToken": token})


async def list_changes(request: Request) -> Response:
    """GET /drive/v3/changes: of each file the newest change only."""
    drive, size = drive_of(request), number(request, "pageSize", 100, MOST)
    start = _place(drive, request.query_params.get("pageToken", ""))
    everywhere = flag(request, "includeItemsFromAllDrives")
    shared = request.query_params.get("driveId")
    newest = {change["fileId"]: at for at, change in enumerate(drive.changes)}
    wanted = [
        at
        for at in range(start, len(drive.changes))
        if newest[drive.changes[at]["fileId"]] == at
        and _in_scope(drive, drive.changes[at], shared, everywhere=everywhere)
    ]
    page: Record = {"kind": "drive#changeList"}
    page["changes"] = [_seen(drive, drive.changes[at]) for at in wanted[:size]]
    if len(wanted) > size:
        page["nextPageToken"] = str(drive.forgotten + wanted[size] + 1)
    else:
        page["newStartPageToken"] = str(_end(drive))
    usual = (
        f"kind,nextPageToken,newStartPageToken,changes(kind,changeType,type,fileId,removed,time,file({files.USUAL}))"
    )
    return shown(request, page, usual)


def _place(drive: Drive, token: str) -> int:
    """Where the list goes on. Errors: 400 for a token that was never given out, 410 for one from too long ago."""
    if not token:
        raise DriveError(400, "required", "Required parameter: pageToken", "pageToken")
    if not token.isascii() or not token.isdigit() or not 1 <= int(token[:15]) <= _end(drive):
        raise invalid("pageToken")
    if int(token) <= drive.forgotten:
        raise DriveError(410, "pageTokenExpired", "The page token has expired.", "pageToken")
    return int(token) - drive.forgotten - 1


def _in_scope(drive: Drive, change: Record, shared: str | None, *, everywhere: bool) -> bool:
    home = drive.files.get(change["fileId"], {}).get("driveId")
    return home == shared if shared else everywhere or not home


def _seen(drive: Drive, change: Record) -> Record:
    file = drive.files.get(change["fileId"])
    made = {"kind": "drive#change", "changeType": "file", "type": "file"}
    made |= {"fileId": change["fileId"], "removed": change["removed"], "time": change["time"]}
    return made if file is None else made | {"file": memory.seen(drive, file)}


def _hooks(request: Request) -> Hooks:
    hooks: Hooks = request.scope["sandbox_front"].hooks
    return hooks


def end_channels(request: Request) -> None:
    """Stop the channels whose time is over."""
    now, hooks = drive_of(request).clock(), _hooks(request)
    ended = [one.id for one in hooks.subscriptions.values() if "ends" in one.record and one.record["ends"] <= now]
    for one in ended:
        hooks.unsubscribe(one)


async def watch_changes(request: Request) -> Response:
    """POST /drive/v3/changes/watch."""
    token = request.query_params.get("pageToken", "")
    _place(drive_of(request), token)
    return await _open(request, "changes", f"/drive/v3/changes?alt=json&pageToken={token}")


async def watch_file(request: Request) -> Response:
    """POST /drive/v3/files/{id}/watch."""
    file = files.found(request)
    return await _open(request, "file", f"/drive/v3/files/{file['id']}?alt=json", file["id"])


async def _open(request: Request, kind: str, path: str, file_id: str = "") -> Response:
    wanted, hooks = await body_of(request), _hooks(request)
    channel_id, token = wanted.get("id"), wanted.get("token", "")
    if not isinstance(channel_id, str) or not channel_id:
        raise DriveError(400, "required", "Required", "entity.id")
    if wanted.get("type") not in ("web_hook", "webhook"):
        raise DriveError(400, "unknownType", "Unknown channel type", "entity.type")
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise invalid("entity.token")
    if any(one.record.get("id") == channel_id for one in hooks.subscriptions.values()):
        raise DriveError(400, "channelIdNotUnique", f"Channel id {channel_id} not unique", "entity.id")
    try:
        url = address(wanted.get("address", ""))
    except ValueError:
        raise DriveError(400, "push.webhookUrlNotHttps", "WebHook callback must be HTTPS", "entity.address") from None
    ends = _ends(drive_of(request).clock(), wanted.get("expiration"), LONGEST_LIFE[kind])
    record = {
        "id": channel_id,
        "resourceId": secrets.token_urlsafe(20),
        "resourceUri": uri(request, path),
        "until": format_datetime(ends.astimezone(UTC), usegmt=True),
        "ends": ends,
        "file": file_id,
    }
    made = hooks.subscribe("google_drive", url)
    made.secret, made.record = token, record
    hooks.tell(made, Message("sync", b"", "1"))
    said = {name: record[name] for name in ("id", "resourceId", "resourceUri")}
    expiration = str(int(ends.timestamp() * 1000))
    return JSONResponse({"kind": "api#channel", **said, "token": token, "expiration": expiration})


def _ends(now: datetime, wanted: object, longest: timedelta) -> datetime:
    """When a channel ends: as was asked for, but not after the longest that Drive allows."""
    text = str(wanted if wanted is not None else int((now + USUAL_LIFE).timestamp() * 1000))
    if not text.isascii() or not text.isdigit() or len(text) > len("9999999999999"):
        raise invalid("entity.expiration")
    asked = datetime.fromtimestamp(int(text) / 1000, UTC)
    if asked <= now:
        raise invalid("entity.expiration", "Invalid expiration time")
    return min(asked, now + longest)


async def stop_channel(request: Request) -> Response:
    """POST /drive/v3/channels/stop."""
    wanted, hooks = await body_of(request), _hooks(request)
    for one in hooks.subscriptions.values():
        if one.record.get("id") == wanted.get("id") and one.record.get("resourceId") == wanted.get("resourceId"):
            hooks.unsubscribe(one.id)
            return Response(status_code=204)
    raise DriveError(404, "notFound", f"Channel '{wanted.get('id')}' not found for project 'sandbox'", "entity.id")

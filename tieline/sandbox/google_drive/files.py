"""Files: list, show, download, export, create without content, change, delete.

Pages: https://developers.google.com/workspace/drive/api/reference/rest/v3/files and below
"""

import base64

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.google_drive import exports, memory, query
from tieline.sandbox.google_drive.memory import Drive
from tieline.sandbox.google_drive.wire import (
    DriveError,
    body_of,
    drive_of,
    flag,
    invalid,
    is_texts,
    not_found,
    number,
    shown,
)
from tieline.sandbox.happening import Record

USUAL = "kind,id,name,mimeType"
"""What is shown of a file to who does not say what is wanted."""

MOST = 1000
LONGEST_PROPERTY = 124
WRITABLE = (
    "name",
    "mimeType",
    "description",
    "parents",
    "properties",
    "appProperties",
    "trashed",
    "starred",
    "createdTime",
    "modifiedTime",
    "id",
    "shortcutDetails",
)


def found(request: Request) -> Record:
    """The file that the path names. Errors: 404, also for one in a shared drive that is not asked for."""
    drive, file_id = drive_of(request), request.path_params["id"]
    file = drive.files.get(drive.root if file_id == "root" else file_id)
    if file is None or (file.get("driveId") and not flag(request, "supportsAllDrives")):
        raise not_found(file_id)
    return file


def allowed(file: Record, capability: str) -> None:
    """Errors: 403 where this account may not do that with a file."""
    if not file["capabilities"][capability]:
        message = f"The user does not have sufficient permissions for file {file['id']}."
        raise DriveError(403, "insufficientFilePermissions", message)


def metadata(drive: Drive, values: Record) -> Record:
    """The fields that can be written. Errors: 400, 403 and 404."""
    for name in ("name", "mimeType", "description"):
        if not isinstance(values.get(name, ""), str):
            raise invalid(name)
    for name in ("properties", "appProperties"):
        if name in values and not is_texts(values[name]):
            raise invalid(name)
        for key, value in values.get(name, {}).items():
            if len((key + (value or "")).encode()) > LONGEST_PROPERTY:
                message = "The combined length of the property key and value exceeds the maximum of 124 bytes."
                raise DriveError(400, "badRequest", message)
    chosen = {name: values[name] for name in WRITABLE if name in values}
    if "trashed" in chosen:
        chosen["explicitlyTrashed"] = chosen["trashed"] = chosen["trashed"] is True
    if "parents" in chosen:
        chosen["parents"] = [_folder(drive, parent) for parent in _one(chosen["parents"])]
    if "shortcutDetails" in chosen:
        chosen["shortcutDetails"] = _target(drive, chosen["shortcutDetails"])
    return chosen


def _one(parents: object) -> list[str]:
    if not isinstance(parents, list) or len(parents) != 1 or not isinstance(parents[0], str):
        raise invalid("parents", "A file must have exactly one parent.")
    return parents


def _folder(drive: Drive, parent: str) -> str:
    folder = drive.files.get(drive.root if parent == "root" else parent)
    if folder is None:
        raise not_found(parent)
    if folder["mimeType"] != memory.FOLDER:
        raise DriveError(403, "parentNotAFolder", "The specified parent is not a folder.", "parents")
    if not folder["capabilities"]["canEdit"]:
        message = "Insufficient permissions for the specified parent."
        raise DriveError(403, "insufficientParentPermissions", message)
    return str(folder["id"])


def _target(drive: Drive, details: object) -> Record:
    number_ = details.get("targetId") if isinstance(details, dict) else None
    if number_ not in drive.files:
        raise not_found(str(number_))
    return {"targetId": number_, "targetMimeType": drive.files[str(number_)]["mimeType"]}


async def list_files(request: Request) -> Response:
    """GET /drive/v3/files, those changed last first."""
    drive, asked = drive_of(request), request.query_params
    try:
        wanted = query.test_of(drive, asked["q"]) if asked.get("q", "").strip() else lambda _: True
    except (ValueError, TypeError, RecursionError):
        raise invalid("q") from None
    everywhere = flag(request, "includeItemsFromAllDrives")
    if everywhere and not flag(request, "supportsAllDrives"):
        message = "The includeItemsFromAllDrives parameter requires supportsAllDrives."
        raise DriveError(403, "teamDrivesNotSupported", message)
    shared, size = asked.get("driveId"), number(request, "pageSize", 100, MOST)
    if (asked.get("corpora") == "drive") != bool(shared):
        raise invalid("driveId", "The driveId parameter must be specified if and only if corpora is set to drive.")
    files = [
        file
        for file in drive.files.values()
        if file["id"] != drive.root
        and (file.get("driveId") == shared if shared else everywhere or not file.get("driveId"))
        and wanted(file)
    ]
    files.sort(key=lambda file: (file["modifiedTime"], file["id"]), reverse=True)
    start = _start(asked.get("pageToken"), files)
    page: Record = {"kind": "drive#fileList", "incompleteSearch": False}
    page["files"] = [memory.seen(drive, file) for file in files[start : start + size]]
    if start + size < len(files):
        page["nextPageToken"] = "~!!~" + base64.urlsafe_b64encode(files[start + size]["id"].encode()).decode()
    usual = f"kind,incompleteSearch,nextPageToken,files({USUAL})"
    return shown(request, page, usual)


def _start(token: str | None, files: list[Record]) -> int:
    if not token:
        return 0
    try:
        number_ = base64.urlsafe_b64decode(token.removeprefix("~!!~")).decode()
    except ValueError:
        raise invalid("pageToken") from None
    found_at = next((at for at, file in enumerate(files) if file["id"] == number_), None)
    if found_at is None:
        raise invalid("pageToken")
    return found_at


async def show_file(request: Request) -> Response:
    """GET /drive/v3/files/{id}: what is known about it, or with `alt=media` its content."""
    drive, file = drive_of(request), found(request)
    if request.query_params.get("alt") != "media":
        return shown(request, memory.seen(drive, file), USUAL)
    if file["mimeType"].startswith(memory.GOOGLES):
        message = "Only files with binary content can be directly downloaded. Use Export with Docs Editors files."
        raise DriveError(403, "fileNotDownloadable", message, "alt")
    if not file["capabilities"]["canDownload"]:
        raise DriveError(403, "cannotDownloadFile", "This file cannot be downloaded by the user.")
    return Response(drive.contents[file["id"]], media_type=file["mimeType"])


async def export_file(request: Request) -> Response:
    """GET /drive/v3/files/{id}/export."""
    drive, file_id = drive_of(request), request.path_params["id"]
    # This method has no supportsAllDrives: it finds files everywhere.
    file, wanted = drive.files.get(file_id), request.query_params.get("mimeType", "")
    if file is None:
        raise not_found(file_id)
    if not wanted:
        raise DriveError(400, "required", "Required parameter: mimeType", "mimeType")
    if not file["mimeType"].startswith(memory.GOOGLES):
        raise DriveError(403, "fileNotExportable", "Export only supports Docs Editors files.")
    made = exports.export(file["mimeType"], wanted, drive.contents.get(file_id, b""))
    if made is None:
        raise DriveError(400, "badRequest", "The requested conversion is not supported.", "convertTo")
    if len(made) > exports.LARGEST:
        raise DriveError(403, "exportSizeLimitExceeded", "This file is too large to be exported.")
    return Response(made, media_type=wanted)


async def create_file(request: Request) -> Response:
    """POST /drive/v3/files: a folder, a shortcut, or a file without content."""
    drive, values = drive_of(request), await body_of(request)
    return shown(request, memory.seen(drive, make(drive, values, None)), USUAL)


def make(drive: Drive, values: Record, content: bytes | None) -> Record:
    """A new file. Errors: 409 where there is one of that id."""
    chosen = metadata(drive, values)
    if chosen.get("id") in drive.files:
        raise DriveError(409, "fileIdInUse", "A file already exists with the provided ID.")
    parent = drive.files[chosen["parents"][0]] if "parents" in chosen else None
    if parent is not None and parent.get("driveId"):
        chosen["driveId"] = parent["driveId"]
    plain = chosen.get("mimeType", "").startswith(memory.GOOGLES)
    return memory.add(drive, chosen, b"" if content is None and not plain else content)


async def update_file(request: Request) -> Response:
    """PATCH /drive/v3/files/{id}: what is said about it."""
    drive, file = drive_of(request), found(request)
    allowed(file, "canEdit")
    values = metadata(drive, await body_of(request))
    if "parents" in values or "id" in values:
        message = "The parents field is not directly writable in update requests. Use the addParents and removeParents"
        raise DriveError(403, "fieldNotWritable", f"{message} parameters instead.")
    memory.change(drive, file, values)
    return shown(request, memory.seen(drive, file), USUAL)


async def delete_file(request: Request) -> Response:
    """DELETE /drive/v3/files/{id}: for good."""
    drive, file = drive_of(request), found(request)
    allowed(file, "canDelete")
    memory.remove(drive, file)
    return Response(status_code=204)


async def show_about(request: Request) -> Response:
    """GET /drive/v3/about: it answers only to who says what is wanted."""
    if not request.query_params.get("fields"):
        message = "The 'fields' parameter is required for this method."
        raise DriveError(400, "required", message, "fields")
    return shown(request, {"kind": "drive#about", "user": drive_of(request).me}, "*")


async def nothing(request: Request) -> Response:
    """What the API does not know: 404, as Google says it of any address."""
    error = {"message": "Not Found", "domain": "global", "reason": "notFound"}
    body = {"error": {"code": 404, "message": f"Not Found: {request.method}", "errors": [error]}}
    return JSONResponse(body, 404)

"""Google Drive, as of https://developers.google.com/workspace/drive/api/reference/rest/v3 on 2026-11-22."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

GUIDES = "https://developers.google.com/workspace/drive/api/guides"
HOOK = "secret-hook-789"
FOLDER = "0B7_folder"
ID = "1sTWaJ_j7PkjzaBWtNc3IzovK5hQf21FbOw"
WHERE = f"/drive/v3/files/{ID}"
FIELDS = (
    "id,name,mimeType,description,parents,driveId,size,md5Checksum,headRevisionId,version,createdTime,modifiedTime,"
    "trashed,webViewLink,properties,appProperties,shortcutDetails(targetId,targetMimeType),"
    "lastModifyingUser(displayName,emailAddress)"
)
ALL = {"supportsAllDrives": "true"}
DOWNLOAD = {"fields": "id,name,mimeType,shortcutDetails(targetId,targetMimeType)", **ALL}
TO = Path(tempfile.gettempdir()) / "tieline-contract-google-drive"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HERE = "https://tieline.example.com/hooks/google_drive/main"
CHANGE = {"changeType": "file", "fileId": ID, "removed": False, "time": "2026-11-21T09:30:00.000Z"}
CHANNEL = {
    "kind": "api#channel",
    "id": "4ba78bf0",
    "resourceId": "ret08u3rv24htgh289g",
    "resourceUri": "https://www.googleapis.com/drive/v3/changes?alt=json&pageToken=33",
    "expiration": "1795953600000",
}
BOUNDARY = hashlib.sha256(b"hello").hexdigest()
UPLOAD = (
    f"--{BOUNDARY}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
    f'{{"name":"note.txt","mimeType":"text/plain","parents":["{FOLDER}"]}}'
    f"\r\n--{BOUNDARY}\r\nContent-Type: text/plain\r\n\r\nhello\r\n--{BOUNDARY}--\r\n"
).encode()
FILE = {
    "id": ID,
    "name": "Offer.pdf",
    "mimeType": "application/pdf",
    "description": "What it costs.",
    "parents": [FOLDER],
    "size": "5",
    "md5Checksum": "5d41402abc4b2a76b9719d911017c592",
    "headRevisionId": "0B7_revision",
    "version": "7",
    "createdTime": "2026-11-20T08:00:00.000Z",
    "modifiedTime": "2026-11-21T09:30:00.000Z",
    "trashed": False,
    "webViewLink": f"https://drive.google.com/file/d/{ID}/view",
    "properties": {"tags": "offer"},
    "lastModifyingUser": {"displayName": "Ann", "emailAddress": "ann@example.com"},
}


def patched(body: dict[str, Any], answer: dict[str, Any]) -> tuple[Exchange]:
    """A PATCH of a file."""
    return (Exchange(f"PATCH {WHERE}", query={"fields": FIELDS, **ALL}, json=body, response={**FILE, **answer}),)


def about(kind: str, name: str = "Offer") -> Exchange:
    """What a download asks first."""
    answer = {"id": ID, "name": name, "mimeType": kind}
    return Exchange(f"GET {WHERE}", query=DOWNLOAD, response=answer)


def changes(token: str, size: str, answer: dict[str, Any]) -> Exchange:
    """A page of changes."""
    query = {
        "pageToken": token,
        "fields": f"nextPageToken,newStartPageToken,changes(changeType,fileId,removed,time,file({FIELDS}))",
        "pageSize": size,
        "includeItemsFromAllDrives": "true",
        **ALL,
    }
    return Exchange("GET /drive/v3/changes", query=query, response=answer)


def notification(state: str, uri: str = f"https://www.googleapis.com{WHERE}", **more: str) -> Event:
    """A message of a channel: headers, and no body."""
    headers = {
        "x-goog-channel-id": "4ba78bf0",
        "x-goog-channel-expiration": "Sun, 29 Nov 2026 12:00:00 GMT",
        "x-goog-message-number": "10",
        "x-goog-resource-id": "ret08u3rv24htgh289g",
        "x-goog-resource-state": state,
        "x-goog-resource-uri": uri,
    }
    return Event(None, headers | more, docs=f"{GUIDES}/push#understanding-notification-events")


contract = Contract(
    base="https://www.googleapis.com",
    checked_with="Google's discovery document drive.v3 of 2026-11-06",
    tokens="https://oauth2.googleapis.com/token",
    credentials={
        "client_id": "1234.apps.googleusercontent.com",
        "client_secret": "GOCSPX-secret-client",
        "refresh_token": "1//secret-refresh",
        "webhook_secret": HOOK,
    },
    health=Exchange(
        "GET /drive/v3/about",
        query={"fields": "user(displayName,emailAddress)"},
        response={"user": {"displayName": "Ann", "emailAddress": "ann@example.com"}},
    ),
    logins={
        "refresh token": (
            {"client_id": "1234", "client_secret": "x", "refresh_token": "1//y"},
            {"authorization": "Bearer token-1"},
        )
    },
    actions={
        "get_file": Case(
            {"file_id": ID},
            (Exchange(f"GET {WHERE}", query={"fields": FIELDS, **ALL}, response=FILE),),
            {"id": ID, "mime_type": "application/pdf", "size": 5, "version": 7, "properties": {"tags": "offer"}},
        ),
        "list_files": Case(
            {"q": "mimeType = 'application/pdf'", "folder": FOLDER, "limit": 2},
            (
                Exchange(
                    "GET /drive/v3/files",
                    query={
                        "q": f"trashed = false and '{FOLDER}' in parents and (mimeType = 'application/pdf')",
                        "fields": f"nextPageToken,files({FIELDS})",
                        "pageSize": "2",
                        "includeItemsFromAllDrives": "true",
                        **ALL,
                    },
                    response={"files": [FILE], "nextPageToken": "~!!~next"},
                ),
                Exchange(
                    "GET /drive/v3/files",
                    query={
                        "q": f"trashed = false and '{FOLDER}' in parents and (mimeType = 'application/pdf')",
                        "fields": f"nextPageToken,files({FIELDS})",
                        "pageSize": "2",
                        "includeItemsFromAllDrives": "true",
                        "pageToken": "~!!~next",
                        **ALL,
                    },
                    response={"files": [{"id": "2", "name": "Plan"}]},
                ),
            ),
            [{"id": ID}, {"id": "2", "name": "Plan"}],
        ),
        "list_files: of a shared drive": Case(
            {"drive": "0ADrive"},
            (
                Exchange(
                    "GET /drive/v3/files",
                    query={
                        "q": "trashed = false",
                        "fields": f"nextPageToken,files({FIELDS})",
                        "pageSize": "100",
                        "corpora": "drive",
                        "driveId": "0ADrive",
                        "includeItemsFromAllDrives": "true",
                        **ALL,
                    },
                    response={"files": []},
                ),
            ),
            [],
        ),
        "download_file": Case(
            {"file_id": ID, "to": str(TO)},
            (
                about("application/pdf", "Offer.pdf"),
                Exchange(f"GET {WHERE}", query={"alt": "media", **ALL}, response=b"%PDF-"),
            ),
            {"file": str(TO), "name": "Offer.pdf", "mime_type": "application/pdf"},
        ),
        "download_file: a document of Google's": Case(
            {"file_id": ID, "to": str(TO)},
            (
                about("application/vnd.google-apps.document"),
                Exchange(f"GET {WHERE}/export", query={"mimeType": DOCX}, response=b"PK"),
            ),
            {"name": "Offer.docx", "mime_type": DOCX},
        ),
        "update_properties": Case(
            {"file_id": ID, "properties": {"tags": "offer, 2026"}, "description": "What it costs."},
            patched(
                {"properties": {"tags": "offer, 2026"}, "description": "What it costs."},
                {"properties": {"tags": "offer, 2026"}},
            ),
            {"properties": {"tags": "offer, 2026"}, "description": "What it costs."},
        ),
        "update_properties: one is taken away": Case(
            {"file_id": ID, "app_properties": {"digest": "5d41", "old": None}},
            patched({"appProperties": {"digest": "5d41", "old": None}}, {"appProperties": {"digest": "5d41"}}),
            {"app_properties": {"digest": "5d41"}},
            docs=f"{GUIDES}/properties (null takes a property away; the description for machines knows texts only)",
        ),
        "upload_file": Case(
            {"file": b"hello", "name": "note.txt", "folder": FOLDER},
            (
                Exchange(
                    "POST /upload/drive/v3/files",
                    query={"uploadType": "multipart", "fields": FIELDS, **ALL},
                    raw=UPLOAD,
                    sends={"content-type": f"multipart/related; boundary={BOUNDARY}"},
                    response={"id": "4", "name": "note.txt", "mimeType": "text/plain"},
                ),
            ),
            {"id": "4", "name": "note.txt", "mime_type": "text/plain"},
        ),
        "create_folder": Case(
            {"name": "Summaries", "folder": FOLDER},
            (
                Exchange(
                    "POST /drive/v3/files",
                    query={"fields": FIELDS, **ALL},
                    json={"name": "Summaries", "mimeType": "application/vnd.google-apps.folder", "parents": [FOLDER]},
                    response={"id": "3", "name": "Summaries", "mimeType": "application/vnd.google-apps.folder"},
                ),
            ),
            {"id": "3", "name": "Summaries"},
        ),
        "get_start_page_token": Case(
            {},
            (Exchange("GET /drive/v3/changes/startPageToken", query=ALL, response={"startPageToken": "33"}),),
            "33",
        ),
        "list_changes": Case(
            {"page_token": "33", "limit": 1200},
            (
                changes("33", "1000", {"changes": [{**CHANGE, "file": FILE}], "nextPageToken": "40"}),
                changes("40", "1000", {"changes": [{**CHANGE, "removed": True}], "newStartPageToken": "41"}),
            ),
            {"changes": [{"file_id": ID, "file": {"id": ID}}, {"removed": True}], "page_token": "41", "more": False},
        ),
        "list_changes: not all at once": Case(
            {"page_token": "33", "limit": 1},
            (changes("33", "1", {"changes": [CHANGE], "nextPageToken": "34"}),),
            {"page_token": "34", "more": True},
        ),
        "create_channel": Case(
            {"url": HERE, "page_token": "33", "channel_id": "4ba78bf0", "expires": "2026-11-29T12:00:00Z"},
            (
                Exchange(
                    "POST /drive/v3/changes/watch",
                    query={"pageToken": "33", "includeItemsFromAllDrives": "true", **ALL},
                    json={
                        "id": "4ba78bf0",
                        "type": "web_hook",
                        "address": HERE,
                        "token": HOOK,
                        "expiration": "1795953600000",
                    },
                    response=CHANNEL,
                ),
            ),
            {"id": "4ba78bf0", "resource_id": "ret08u3rv24htgh289g", "expiration": "2026-11-29T12:00:00Z"},
        ),
        "create_channel: of one file": Case(
            {"url": HERE, "file_id": ID, "channel_id": "4ba78bf0"},
            (
                Exchange(
                    f"POST {WHERE}/watch",
                    query=ALL,
                    json={"id": "4ba78bf0", "type": "web_hook", "address": HERE, "token": HOOK},
                    response=CHANNEL,
                ),
            ),
            {"id": "4ba78bf0"},
        ),
        "delete_channel": Case(
            {"channel_id": "4ba78bf0", "resource_id": "ret08u3rv24htgh289g"},
            (
                Exchange(
                    "POST /drive/v3/channels/stop",
                    json={"id": "4ba78bf0", "resourceId": "ret08u3rv24htgh289g"},
                    status=204,
                ),
            ),
        ),
        "delete_file": Case({"file_id": ID}, (Exchange(f"DELETE {WHERE}", query=ALL, status=204),)),
    },
    events={
        "change": notification("change", "https://www.googleapis.com/drive/v3/changes?alt=json&pageToken=33"),
        "add": notification("add"),
        "update": notification("update", **{"x-goog-changed": "content,properties"}),
        "trash": notification("trash"),
        "untrash": notification("untrash"),
        "remove": notification("remove"),
    },
    sign=lambda _raw, _now: {"x-goog-channel-token": HOOK},
)

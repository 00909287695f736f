"""The simulated Discord: one server, its channels and their messages, under `/discord/api/v10`.

Reference: https://discord.com/developers/docs/reference
"""

import json
import re
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox import forms
from tieline.sandbox.discord import application, hooks, interactions, seed, wire
from tieline.sandbox.discord.memory import Server
from tieline.sandbox.discord.wire import DiscordError, failed, server_of, wrong_field
from tieline.sandbox.happening import Record
from tieline.sandbox.memory import without_notes
from tieline.sandbox.vendor import Vendor

LONGEST_CONTENT = 2000
LARGEST_FILE = 10 * 2**20
MOST_LISTED = 100
LONGEST_TITLE, LONGEST_DESCRIPTION = 256, 4096
#: Those of chat commands, and of menus, which may have capitals.
_NAME = re.compile(r"[-_'\w ]{1,32}")
_KINDS = {"everyone", "roles", "users"}


async def me(request: Request) -> Response:
    """GET /users/@me."""
    return JSONResponse(server_of(request).me)


async def list_channels(request: Request) -> Response:
    """GET /guilds/{id}/channels."""
    server = server_of(request)
    if request.path_params["id"] != server.id:
        raise DiscordError(404, 10004, "Unknown Guild")
    return JSONResponse([without_notes(channel) for channel in server.channels.values()])


async def get_channel(request: Request) -> Response:
    """GET /channels/{id}."""
    return JSONResponse(without_notes(_channel(request)))


async def list_messages(request: Request) -> Response:
    """GET /channels/{id}/messages: newest first, older than `before`."""
    channel, limit = _channel(request), request.query_params.get("limit", "50")
    if not limit.isdecimal() or not 1 <= int(limit) <= MOST_LISTED:
        raise wrong_field("limit", "NUMBER_TYPE_MAX", f"int value should be between 1 and {MOST_LISTED}.")
    found = server_of(request).messages[channel["id"]][::-1]
    before = request.query_params.get("before", "")
    if before.isdecimal():
        found = [message for message in found if int(message["id"]) < int(before)]
    return JSONResponse([without_notes(message) for message in found[: int(limit)]])


async def create_message(request: Request) -> Response:
    """POST /channels/{id}/messages: JSON, or a form with `payload_json` and files."""
    server, channel = server_of(request), _channel(request)
    if not channel["sandbox_writable"]:
        raise DiscordError(403, 50013, "Missing Permissions")
    body, files = await _body(request)
    content = _content(body)
    boxes = _embeds(body)
    if not content and not files and not boxes:
        raise DiscordError(400, 50006, "Cannot send an empty message")
    _check_mentions(body)
    answered = body.get("message_reference")
    if answered is not None and _find(server, channel, answered) is None:
        raise wrong_field("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    kept = [server.keep(file.data, file.name) for file in files]
    said = server.add(channel["id"], server.me, content, attachments=kept, embeds=boxes, sandbox_body=body)
    return JSONResponse(without_notes(said))


async def update_message(request: Request) -> Response:
    """PATCH /channels/{id}/messages/{message}: the bot's own only."""
    server, channel = server_of(request), _channel(request)
    message = _find(server, channel, {"message_id": request.path_params["message"]})
    if message is None:
        raise DiscordError(404, 10008, "Unknown Message")
    if message["author"]["id"] != server.me["id"]:
        raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
    body, _ = await _body(request)
    _check_mentions(body)
    message |= {"content": _content(body), "edited_timestamp": server.now()}
    return JSONResponse(without_notes(message))


async def update_response(request: Request) -> Response:
    """PATCH /webhooks/{application}/{token}/messages/@original: the answer comes in the place of "thinking…"."""
    server, names = server_of(request), request.path_params
    known = server.interactions.get(names["token"])
    if known is None or server.clock() - known["at"] > interactions.LIVES:
        raise DiscordError(401, 50027, "Invalid Webhook Token")
    body, _ = await _body(request)
    content, boxes = _content(body), _embeds(body)
    if not content and not boxes:
        raise DiscordError(400, 50006, "Cannot send an empty message")
    _check_mentions(body)
    message = known.get("message") or server.add(known["channel"], server.me, "")
    known["message"] = message
    message |= {"content": content, "embeds": boxes, "edited_timestamp": server.now()}
    return JSONResponse(without_notes(message))


async def overwrite_commands(request: Request) -> Response:
    """PUT /applications/{id}/commands."""
    server, listed = server_of(request), json.loads(await request.body())
    if request.path_params["id"] != interactions.APPLICATION:
        raise DiscordError(403, 50001, "Missing Access")
    if not isinstance(listed, list) or not all(_NAME.fullmatch(str(one.get("name"))) for one in listed):
        raise wrong_field("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
    server.commands = [{"id": server.next_id(), "application_id": interactions.APPLICATION, **one} for one in listed]
    return JSONResponse(server.commands)


def _embeds(body: Record) -> list[Record]:
    boxes = body.get("embeds") or []
    for box in boxes:
        if len(box.get("title") or "") > LONGEST_TITLE or len(box.get("description") or "") > LONGEST_DESCRIPTION:
            raise wrong_field("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {LONGEST_DESCRIPTION} or fewer in length.")
    return list(boxes)


def _channel(request: Request) -> Record:
    channel = server_of(request).channels.get(request.path_params["id"])
    if channel is None:
        raise DiscordError(404, 10003, "Unknown Channel")
    if not channel["sandbox_visible"]:
        raise DiscordError(403, 50001, "Missing Access")
    return channel


def _find(server: Server, channel: Record, reference: Any) -> Record | None:
    number = reference.get("message_id") if isinstance(reference, dict) else None
    return next((message for message in server.messages[channel["id"]] if message["id"] == number), None)


async def _body(request: Request) -> tuple[Record, list[forms.File]]:
    kind, raw = request.headers.get("content-type", ""), await request.body()
    files: list[forms.File] = []
    if kind.startswith("multipart/form-data"):
        fields = forms.parse(kind, raw)
        files = [value for _, value in fields if isinstance(value, forms.File)]
        raw = next(
            (value.encode() for name, value in fields if name == "payload_json" and isinstance(value, str)), b"{}"
        )
    if any(len(file.data) > LARGEST_FILE for file in files):
        raise DiscordError(413, 40005, "Request entity too large")
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise DiscordError(400, 50109, "The request body contains invalid JSON.")
    return body, files


def _content(body: Record) -> str:
    content = body.get("content") or ""
    if not isinstance(content, str):
        raise wrong_field("content", "BASE_TYPE_STRING", "Could not interpret as string.")
    if len(content) > LONGEST_CONTENT:
        raise wrong_field("content", "BASE_TYPE_MAX_LENGTH", f"Must be {LONGEST_CONTENT} or fewer in length.")
    return content.strip()


def _check_mentions(body: Record) -> None:
    allowed = body.get("allowed_mentions") or {}
    parse = allowed.get("parse", []) if isinstance(allowed, dict) else None
    if not isinstance(parse, list) or not all(isinstance(kind, str) and kind in _KINDS for kind in parse):
        raise wrong_field("allowed_mentions", "BASE_TYPE_CHOICES", f"Value must be one of {sorted(_KINDS)}.")
    if any(kind in parse and allowed.get(kind) for kind in ("users", "roles")):
        raise wrong_field(
            "allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse and ids exclude each other"
        )


async def nowhere(_request: Request, _error: Exception) -> Response:
    """No such route, or not with this method."""
    status = _error.status_code if isinstance(_error, HTTPException) else 404
    return JSONResponse({"message": f"{status}: Not Found", "code": 0}, status)


_BASE = "/api/v10"
_ROUTES = [
    Route(f"{_BASE}/users/@me", me, methods=["GET"]),
    Route(f"{_BASE}/guilds/{{id}}/channels", list_channels, methods=["GET"]),
    Route(f"{_BASE}/applications/@me", application.show, methods=["GET"]),
    Route(f"{_BASE}/applications/@me", application.edit, methods=["PATCH"]),
    Route(f"{_BASE}/applications/{{id}}/commands", overwrite_commands, methods=["PUT"]),
    Route(f"{_BASE}/webhooks/{{id}}/{{token}}/messages/@original", update_response, methods=["PATCH"]),
    Route(f"{_BASE}/channels/{{id}}", get_channel, methods=["GET"]),
    Route(f"{_BASE}/channels/{{id}}/messages", list_messages, methods=["GET"]),
    Route(f"{_BASE}/channels/{{id}}/messages", create_message, methods=["POST"]),
    Route(f"{_BASE}/channels/{{id}}/messages/{{message}}", update_message, methods=["PATCH"]),
]
_APP = Starlette(routes=_ROUTES, exception_handlers={DiscordError: failed, HTTPException: nowhere})

vendor = Vendor(
    name="discord",
    title="Discord",
    app=_APP,
    memory=Server,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
    controls=interactions.CONTROLS,
)

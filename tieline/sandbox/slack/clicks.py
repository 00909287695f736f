"""Buttons of the simulated Slack: somebody clicks one, and the app is told, with what is typed beside it.

Pages: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload,
https://docs.slack.dev/reference/block-kit/block-elements/button-element
"""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tieline.sandbox import forms
from tieline.sandbox.happening import Record
from tieline.sandbox.slack.commands import answers_to
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.slack.messages import shown
from tieline.sandbox.vendor import state_of

#: Of the forms on the page: which message, and which button. The other fields are what is typed.
MESSAGE, BUTTON = "ts", "button"


def name_of(block: Record, element: Record) -> str:
    """What a field or a button is called on the page."""
    return f"{block.get('block_id', '')}/{element.get('action_id', '')}"


def _buttons(message: Record) -> Iterator[tuple[Record, Record]]:
    for block in message.get("blocks", []):
        elements = block.get("elements", []) if block.get("type") == "actions" else [block.get("accessory") or {}]
        yield from ((block, one) for one in elements if one.get("type") == "button")


def _fields(message: Record) -> Iterator[tuple[Record, Record]]:
    for block in message.get("blocks", []):
        if block.get("type") == "input":
            yield block, block["element"]


def _click(request: Request, where: tuple[str, str], button: str, typed: Mapping[str, str], user_id: str = "") -> str:
    """Somebody clicks a button; the trigger that the app gets. HTTP 404 where there is no such button or person."""
    workspace, (channel_id, ts) = state_of(request)[Workspace], where
    channel, user = workspace.channels.get(channel_id), workspace.users.get(user_id or workspace.human_id)
    message = next((one for one in workspace.messages.get(channel_id, ()) if one["ts"] == ts), None)
    found = next((one for one in _buttons(message or {}) if name_of(*one) == button), None)
    if channel is None or user is None or message is None or found is None:
        raise HTTPException(404)
    block, element = found
    values: dict[str, Any] = {}
    for around, field in _fields(message):
        kind, said = field.get("type"), typed.get(name_of(around, field), "")
        values.setdefault(around["block_id"], {})[field["action_id"]] = {"type": kind, "value": said or None}
    payload = {
        "type": "block_actions",
        "user": {"id": user["id"], "username": user["name"], "name": user["name"], "team_id": workspace.team["id"]},
        "api_app_id": "A0SBX000000",
        "token": "sandbox-verification-token",
        "container": {"type": "message", "message_ts": ts, "channel_id": channel_id, "is_ephemeral": False},
        "trigger_id": workspace.new_trigger(),
        "team": {"id": workspace.team["id"], "domain": "lumora"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel_id, "name": channel["name"]},
        "message": shown(message),
        "state": {"values": values},
        "response_url": answers_to(request, channel_id, user["id"]),
        "actions": [{**element, "block_id": block["block_id"], "action_ts": f"{workspace.clock().timestamp():.6f}"}],
    }
    workspace.tell("button.clicked", payload)
    return str(payload["trigger_id"])


async def click_on_page(request: Request) -> Response:
    """POST /channels/{id}/click: the visitor clicks."""
    channel = request.path_params["id"]
    sent = {name: str(value) for name, value in forms.parse(_type(request), await request.body())}
    _click(request, (channel, sent.pop(MESSAGE, "")), sent.pop(BUTTON, ""), sent)
    return RedirectResponse(f"/channels/{channel}", 303)


async def click_by_control(request: Request) -> Response:
    """POST /_sandbox/slack/click: {"channel": "C0…", "ts": "…", "action_id": "…"}.

    "user" is the id of who clicks; "typed" is what stands in the fields, by their action_id.
    """
    asked, workspace = await request.json(), state_of(request)[Workspace]
    where = asked.get("channel", ""), asked.get("ts", "")
    message = next((one for one in workspace.messages.get(where[0], []) if one["ts"] == where[1]), {})
    names = {element.get("action_id"): name_of(block, element) for block, element in _buttons(message)}
    typed = {
        name_of(block, one): asked.get("typed", {}).get(one.get("action_id"), "") for block, one in _fields(message)
    }
    button = names.get(asked.get("action_id"), "")
    trigger = _click(request, where, button, typed, asked.get("user", ""))
    return JSONResponse({"trigger_id": trigger}, 202)


def _type(request: Request) -> str:
    return request.headers.get("content-type", "")


PAGES = [Route("/channels/{id}/click", click_on_page, methods=["POST"])]
CONTROLS = [Route("/click", click_by_control, methods=["POST"])]

"""Slash commands of the simulated Slack: somebody types one, and the app answers through the address that came with it.

Pages: https://docs.slack.dev/interactivity/implementing-slash-commands/,
https://docs.slack.dev/interactivity/handling-user-interaction/#message_responses
"""

import json
import secrets
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tieline.sandbox.happening import Record
from tieline.sandbox.slack import blocks
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.slack.messages import add_message
from tieline.sandbox.slack.wire import SlackError
from tieline.sandbox.vendor import state_of

ANSWERS, LIVES = 5, timedelta(minutes=30)


async def give_command(request: Request) -> Response:
    """POST /_sandbox/slack/command: {"channel": "support-triage", "text": "summarize …"}; "user" is an id."""
    workspace, asked = state_of(request)[Workspace], await request.json()
    channel = next((one for one in workspace.channels.values() if one["name"] == asked.get("channel")), None)
    user = workspace.users.get(asked.get("user") or workspace.human_id)
    if channel is None or user is None:
        return JSONResponse({"error": "there is no such channel or user"}, 400)
    form = {
        "token": "sandbox-verification-token",
        "team_id": workspace.team["id"],
        "team_domain": "lumora",
        "channel_id": channel["id"],
        "channel_name": channel["name"],
        "user_id": user["id"],
        "user_name": user["name"],
        "command": asked.get("command", "/tieline"),
        "text": asked.get("text", ""),
        "api_app_id": "A0SBX000000",
        "is_enterprise_install": "false",
        "response_url": answers_to(request, channel["id"], user["id"]),
        "trigger_id": workspace.new_trigger(),
    }
    workspace.tell("command.given", form)
    return JSONResponse({"trigger_id": form["trigger_id"]}, 202)


def answers_to(request: Request, channel: str, user: str) -> str:
    """A new `response_url`, for what somebody did in a channel."""
    workspace, key = state_of(request)[Workspace], secrets.token_urlsafe(18)
    workspace.responses[key] = {"channel": channel, "user": user, "at": workspace.clock(), "used": 0}
    return f"{str(request.base_url).rstrip('/')}/slack/commands/{key}"


async def take_answer(request: Request) -> Response:
    """The target of a `response_url`: needs no token, works five times, for half an hour."""
    workspace = state_of(request)[Workspace]
    known = workspace.responses.get(request.path_params["key"])
    if known is None or workspace.clock() - known["at"] > LIVES:
        return JSONResponse({"ok": False, "error": "expired_url"}, 404)
    if known["used"] >= ANSWERS:
        return JSONResponse({"ok": False, "error": "used_url"}, 404)
    try:
        said: dict[str, Any] = json.loads(await request.body())
        message = _message(said)
    except (ValueError, AttributeError):
        return PlainTextResponse("invalid_payload", 400)
    except SlackError as error:
        return PlainTextResponse(str(error), 400)
    known["used"] += 1
    message["user"] = workspace.bot_id
    if said.get("response_type") == "in_channel":
        add_message(workspace, known["channel"], message)
    else:
        workspace.whispers.append({**message, "channel": known["channel"], "to": known["user"]})
    return PlainTextResponse("ok")


def _message(said: dict[str, Any]) -> Record:
    if not said.get("text") and not said.get("blocks"):
        raise SlackError("no_text")
    if "blocks" in said:
        blocks.check(said["blocks"])
    return {name: said[name] for name in ("text", "blocks", "thread_ts") if name in said}


ROUTES = [Route("/commands/{key}", take_answer, methods=["POST"])]
CONTROLS = [Route("/command", give_command, methods=["POST"])]

"""Commands of the simulated Discord: somebody gives one, sees "thinking…", and then the answer in its place.

Pages: https://discord.com/developers/docs/interactions/receiving-and-responding,
https://discord.com/developers/docs/interactions/application-commands#bulk-overwrite-global-application-commands
"""

import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.discord.memory import Server
from tieline.sandbox.vendor import state_of

LIVES = timedelta(minutes=15)
APPLICATION = "1290000000000000000"


async def give_command(request: Request) -> Response:
    """POST /_sandbox/discord/command: {"channel": "support", "verb": "summarize", "options": {"what": "…"}}."""
    server, asked = state_of(request)[Server], await request.json()
    channel = next((one for one in server.channels.values() if one["name"] == asked.get("channel")), None)
    if channel is None:
        return JSONResponse({"error": "there is no such channel"}, 400)
    number, token = server.next_id(), secrets.token_urlsafe(40)
    given = asked.get("options") or {}
    options = [{"name": name, "type": 4 if isinstance(one, int) else 3, "value": one} for name, one in given.items()]
    payload = {
        "id": number,
        "application_id": APPLICATION,
        "type": 2,
        "token": token,
        "version": 1,
        "guild_id": server.id,
        "channel_id": channel["id"],
        "member": {"user": {"id": "7", "username": "ann", "global_name": "Ann"}, "roles": [], "permissions": "0"},
        "data": {
            "id": "1",
            "name": "tieline",
            "type": 1,
            "options": [{"name": asked.get("verb", "help"), "type": 1, "options": options}],
        },
    }
    server.interactions[token] = {"channel": channel["id"], "at": server.clock()}
    server.tell("command.given", payload)
    return JSONResponse({"id": number}, 202)


CONTROLS = [Route("/command", give_command, methods=["POST"])]

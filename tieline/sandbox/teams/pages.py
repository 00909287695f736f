"""What people see of the simulated Teams: its channels, and what is written there."""

import json
import re
from datetime import datetime
from html import unescape

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tieline.sandbox.happening import Record
from tieline.sandbox.pages import Place, show
from tieline.sandbox.teams.cards import card
from tieline.sandbox.teams.wire import CARD, teams_of

#: `/teams` is where the simulated system itself lives.
HOME = "/conversations/teams"
_TAGS = re.compile(r"<[^>]*>")


async def list_channels(request: Request) -> Response:
    """GET /conversations/teams: goes to the channel with the latest message."""
    teams = teams_of(request)
    latest = max(teams.channels, key=lambda channel: max((one["id"] for one in teams.messages[channel]), default=""))
    return RedirectResponse(f"{HOME}/{latest}", 307)


async def show_channel(request: Request) -> Response:
    """GET /conversations/teams/{id}: the messages by thread, oldest first."""
    teams = teams_of(request)
    channel = teams.channels.get(request.path_params["id"])
    if channel is None:
        raise HTTPException(404)
    messages = sorted(teams.messages[channel["id"]], key=lambda one: (one["replyToId"] or one["id"], one["id"]))
    places = [
        Place(f"{HOME}/{number}", one["displayName"], len(teams.messages[number]))
        for number, one in teams.channels.items()
    ]
    about = [teams.teams[channel["sandbox_team"]]["displayName"]]
    if channel["id"] == teams.workflow_channel:
        about += ["the workflow posts here", *(f"it could not post: {why}" for why in teams.failed_runs[-1:])]
    shown = [_shown(one) for one in messages]
    return show(request, "channel.html", title=channel["displayName"], about=about, places_in=places, messages=shown)


def _shown(message: Record) -> dict[str, object]:
    by = message["from"]["user"] or message["from"]["application"]
    content = message["body"]["content"]
    if message["body"]["contentType"] == "html":
        content = unescape(_TAGS.sub(" ", content)).strip()
    said = [Markup("<p>{}</p>").format(content)] if content else []
    cards = [one["content"] for one in message["attachments"] if one.get("contentType") == CARD]
    return {
        "author": by["displayName"],
        "bot": message["from"]["user"] is None,
        "at": datetime.fromisoformat(message["createdDateTime"]).astimezone(),
        "reply": message["replyToId"] is not None,
        "parts": [*said, *(card(json.loads(one) if isinstance(one, str) else one) for one in cards)],
    }


ROUTES = [Route(HOME, list_channels), Route(f"{HOME}/{{id}}", show_channel)]

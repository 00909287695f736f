"""Who the simulated Teams lets in, and what it takes.

Pages: https://learn.microsoft.com/graph/api/chatmessage-post (permissions, cards),
https://learn.microsoft.com/microsoftteams/limits-specifications-teams (28 KB a post)
"""

import json
from typing import Any

from starlette.requests import Request

from tieline.sandbox.graph import APP, GraphError, bearer
from tieline.sandbox.happening import Record
from tieline.sandbox.teams.memory import Teams
from tieline.sandbox.vendor import state_of

LOGIN = {
    "tenant_id": "2432b57b-0abd-43db-aa7b-16eadd115d34",
    "client_id": "3f6b8c1e-94d2-4a7e-8c55-7d0a9b1e2f43",
    "client_secret": "sandbox-teams-secret",
    "refresh_token": "sandbox-teams-refresh",
    "sig": "sandbox-teams-signature",
}
"""`sig` stands in the workflow's address."""

CARD = "application/vnd.microsoft.card.adaptive"
LARGEST = 28 * 1024
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")


def teams_of(request: Request) -> Teams:
    """The simulated Teams."""
    return state_of(request)[Teams]


def channel_of(request: Request) -> Record:
    """The channel that the path names. Errors: 404."""
    channel = teams_of(request).channels.get(request.path_params["channel"])
    if channel is None or channel["sandbox_team"] != request.path_params["team"]:
        raise GraphError(404, "NotFound", "NotFound")
    return channel


def check_writer(request: Request) -> None:
    """Only people write in channels. Errors: 403."""
    if bearer(request).startswith(APP):
        said = "Missing role permissions on the request. API requires one of 'Teamwork.Migrate.All'."
        raise GraphError(403, "Forbidden", said)


def check_size(raw: bytes) -> None:
    """Errors: 413."""
    if len(raw) > LARGEST:
        raise GraphError(413, "MessageSizeTooBig", "Message size too large.")


def check_message(message: Record) -> tuple[Record, list[Record]]:
    """The body and the attachments of a message. Errors: 400."""
    body, attached = message.get("body"), message.get("attachments", [])
    if not isinstance(body, dict) or not isinstance(body.get("content"), str) or not body["content"]:
        raise _bad("Missing body content.")
    if body.setdefault("contentType", "text") not in ("text", "html"):
        raise _bad("contentType must be text or html.")
    if not isinstance(attached, list) or not all(isinstance(one, dict) for one in attached):
        raise _bad("attachments must be a list of objects.")
    for one in attached:
        if f'<attachment id="{one.get("id")}"></attachment>' not in body["content"]:
            raise _bad("Attachment id is not in the body.")
        if one.get("contentType") == CARD and (wrong := wrong_card(_read(one.get("content")))):
            raise _bad(wrong)
    return body, attached


def wrong_card(card: Any) -> str:
    """What keeps Teams from showing a card; nothing where all is well."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return "It is no Adaptive Card."
    if card.get("version") not in VERSIONS:
        return f"Version {card.get('version')!r} of Adaptive Cards is not supported."
    body = card.get("body", [])
    if not isinstance(body, list) or not all(isinstance(one, dict) and "type" in one for one in body):
        return "Each element of the body needs a type."
    return ""


def _read(content: Any) -> Any:
    try:
        return json.loads(content)
    except (TypeError, ValueError, RecursionError):
        return None


def _bad(said: str) -> GraphError:
    return GraphError(400, "BadRequest", said)

"""The app itself: its public key, and the address that its interactions go to.

Pages: https://discord.com/developers/docs/resources/application#edit-current-application,
https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint
"""

import json
import time
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.discord import hooks
from tieline.sandbox.discord.interactions import APPLICATION
from tieline.sandbox.discord.memory import Server
from tieline.sandbox.discord.wire import DiscordError, server_of, wrong_field

_FIELD = "interactions_endpoint_url"
_PING = b'{"type":1}'


async def show(request: Request) -> Response:
    """GET /applications/@me."""
    return JSONResponse(_shown(server_of(request)))


async def edit(request: Request) -> Response:
    """PATCH /applications/@me, as far as it is simulated: an address is tried before it is kept."""
    server = server_of(request)
    try:
        body: Any = json.loads(await request.body())
    except ValueError:
        raise DiscordError(400, 50109, "The request body contains invalid JSON.") from None
    if isinstance(body, dict) and _FIELD in body:
        if body[_FIELD] is not None and not await _answers(str(body[_FIELD])):
            said = "The specified interactions endpoint url could not be verified."
            raise wrong_field(_FIELD, "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID", said)
        server.endpoint = body[_FIELD]
    return JSONResponse(_shown(server))


async def _answers(url: str) -> bool:
    """Whether a PING is answered with a PONG there, and one that is signed wrongly is refused with 401."""
    headers = hooks.signed(_PING, time.time())
    forged = {**headers, "x-signature-ed25519": "0" * len(headers["x-signature-ed25519"])}
    try:
        async with httpx.AsyncClient(timeout=hooks.TIMEOUT, trust_env=False) as http:
            pong = await http.post(url, content=_PING, headers=headers)
            refused = await http.post(url, content=_PING, headers=forged)
            return bool(pong.json() == {"type": 1}) and refused.status_code == httpx.codes.UNAUTHORIZED
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False


def _shown(server: Server) -> dict[str, Any]:
    return {
        "id": APPLICATION,
        "name": server.me["username"],
        "description": "",
        "verify_key": hooks.PUBLIC_KEY,
        _FIELD: server.endpoint,
    }

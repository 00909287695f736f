"""How apps act for people in Atlassian's cloud (3LO), whichever the product: the login, and the gateway of its API.

Pages: https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/,
https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tieline.sandbox import consent
from tieline.sandbox.consent import Consents, Desk
from tieline.sandbox.vendor import state_of

CLIENT = {"client_id": "sandbox-3lo-app", "client_secret": "sandbox-3lo-secret"}
CLOUD = "1324a887-45db-1bf4-1e99-ef0ff456d421"
SITE = "https://sandbox.atlassian.net"
TOKEN_SECONDS, REFRESH_DAYS = 3600, 90
_DESK = Desk(
    "Atlassian",
    CLIENT["client_id"],
    offline=lambda query: "offline_access" in query["scope"].split(),
    needs={"audience": "api.atlassian.com", "prompt": "consent", "state": ""},
)


@dataclass
class Apps(Consents):
    """What Atlassian remembers of apps: until when tokens are good, and for what.

    `refresh` holds refresh tokens; each is good for one use.
    """

    access: dict[str, tuple[datetime, frozenset[str]]] = field(default_factory=dict)
    refresh: dict[str, tuple[datetime, frozenset[str]]] = field(default_factory=dict)

    def scopes_of(self, authorization: str) -> frozenset[str] | None:
        """What the token in that header is good for; None if it is good no more."""
        until, scopes = self.access.get(authorization.removeprefix("Bearer ").strip(), (None, frozenset()))
        return None if until is None or until <= self.clock() else scopes

    def use(self, token: str) -> frozenset[str] | None:
        """What a refresh token is good for, for the last time; None if it was not good."""
        until, scopes = self.refresh.pop(token, (self.clock(), frozenset()))
        return scopes if until > self.clock() else None


def with_apps(
    app: ASGIApp, memory: type[Apps], product: str, allowed: Callable[[Scope, frozenset[str]], bool]
) -> ASGIApp:
    """The API of a product, which people reach with their own login, and apps through the gateway.

    Args:
        app: The API. What comes through the gateway has `sandbox_app` in its scope.
        memory: The product's memory.
        product: As the gateway calls it.
        allowed: Whether scopes are enough for a request.
    """
    gateway = f"/ex/{product}/{CLOUD}"
    login = Starlette(
        routes=[
            consent.page("/authorize", memory, _DESK),
            Route("/oauth/token", partial(_token, memory), methods=["POST"]),
            Route("/oauth/token/accessible-resources", partial(_resources, memory)),
        ]
    )

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/authorize" or path.startswith("/oauth/"):
            await login(scope, receive, send)
        elif not path.startswith(f"{gateway}/"):
            await app(scope, receive, send)
        else:
            scopes = _apps(scope, memory).scopes_of(Headers(scope=scope).get("authorization", ""))
            inner = {
                **scope,
                "path": path.removeprefix(gateway),
                "raw_path": scope["raw_path"].removeprefix(gateway.encode()),
                "sandbox_base": scope["sandbox_base"] + gateway,
                "sandbox_app": True,
            }
            if scopes is None:
                await _refused(401, "Unauthorized")(scope, receive, send)
            elif not allowed(inner, scopes):
                await _refused(401, "Unauthorized; scope does not match")(scope, receive, send)
            else:
                await app(inner, receive, send)

    return serve


def _apps(scope: Scope, memory: type[Apps]) -> Apps:
    return state_of(Request(scope))[memory]


async def _token(memory: type[Apps], request: Request) -> Response:
    """POST /oauth/token, with JSON: for a code, or for a refresh token, which is disabled by it."""
    apps = state_of(request)[memory]
    try:
        sent: Any = json.loads(await request.body())
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        return _no_token(400, "invalid_request", "The body must be JSON.")
    form = {str(name): value for name, value in sent.items() if isinstance(value, str)}
    if {name: form.get(name) for name in CLIENT} != CLIENT:
        return _no_token(401, "access_denied", "Unauthorized")
    if form.get("grant_type") == "authorization_code":
        grant = apps.redeem(form, CLIENT["client_id"])
        scopes = grant.scopes if grant else None
    elif form.get("grant_type") == "refresh_token":
        scopes = apps.use(form.get("refresh_token", ""))
    else:
        return _no_token(400, "unsupported_grant_type", "Unsupported grant type")
    if scopes is None:
        return _no_token(403, "invalid_grant", "Unknown or invalid refresh token.")
    return _given(apps, scopes)


async def _resources(memory: type[Apps], request: Request) -> Response:
    """GET /oauth/token/accessible-resources: the sites that the person has chosen."""
    scopes = state_of(request)[memory].scopes_of(request.headers.get("authorization", ""))
    if scopes is None:
        return _refused(401, "Unauthorized")
    shown = sorted(scopes - {"offline_access"})
    return JSONResponse([{"id": CLOUD, "url": SITE, "name": "sandbox", "scopes": shown, "avatarUrl": ""}])


def _given(apps: Apps, scopes: frozenset[str]) -> Response:
    access, another = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    apps.access[access] = (apps.clock() + timedelta(seconds=TOKEN_SECONDS), scopes)
    said = {"access_token": access, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"}
    if "offline_access" in scopes:
        apps.refresh[another] = (apps.clock() + timedelta(days=REFRESH_DAYS), scopes)
        said["refresh_token"] = another
    return JSONResponse({**said, "scope": " ".join(sorted(scopes))})


def _no_token(status: int, error: str, said: str) -> Response:
    return JSONResponse({"error": error, "error_description": said}, status)


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"code": status, "message": message}, status)

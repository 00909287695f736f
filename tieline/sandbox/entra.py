"""How one logs in at Microsoft Entra ID: tokens of apps and people, the page of consent, and codes for other devices.

Pages: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow,
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code,
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tieline.sandbox import consent, forms
from tieline.sandbox.graph import APP, Device, Directory
from tieline.sandbox.vendor import base_url, state_of

TOKEN_SECONDS = 3599
REFRESH_DAYS = 90
DEVICE_SECONDS, INTERVAL = 900, 5
SCOPE = "https://graph.microsoft.com/.default"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_BASE = "/{tenant}/oauth2/v2.0"


def routes(memory: type[Directory], login: Mapping[str, str]) -> list[BaseRoute]:
    """The endpoints of a directory whose only app is the one of `login`."""

    def directory_of(request: Request) -> Directory:
        return state_of(request)[memory]

    async def token(request: Request) -> Response:
        """POST /{tenant}/oauth2/v2.0/token."""
        return _token(directory_of(request), request.path_params["tenant"], await _form(request), login)

    async def device_code(request: Request) -> Response:
        """POST /{tenant}/oauth2/v2.0/devicecode."""
        sent = await _form(request)
        if sent.get("client_id") != login["client_id"]:
            return _no_token(400, "unauthorized_client", "AADSTS700016: There is no such application in the directory.")
        if not sent.get("scope"):
            return _no_token(400, "invalid_request", "AADSTS900144: The request must contain the parameter: 'scope'.")
        code, typed = secrets.token_urlsafe(24), secrets.token_hex(4).upper()
        directory = directory_of(request)
        directory.devices[code] = Device(typed, sent["scope"], directory.clock() + timedelta(seconds=DEVICE_SECONDS))
        page = f"{base_url(request)}/{request.path_params['tenant']}/oauth2/v2.0/deviceauth"
        told = {"user_code": typed, "device_code": code, "verification_uri": page, "expires_in": DEVICE_SECONDS}
        return JSONResponse({**told, "interval": INTERVAL, "message": f"Open {page} and enter the code {typed}."})

    async def device_page(request: Request) -> Response:
        """The page where people type in a code, and consent."""
        if request.method == "POST":
            sent = await _form(request)
            for device in directory_of(request).devices.values():
                if device.typed == sent.get("user_code", "").strip().upper():
                    device.decision = sent.get("decision", "")
        fields = '<input name="user_code"><button name="decision" value="allow">Allow</button>'
        deny = '<button name="decision" value="deny">Deny</button>'
        return HTMLResponse(f"<!doctype html><title>Code</title><form method=post>{fields}{deny}</form>")

    desk = consent.Desk(
        "Microsoft",
        login["client_id"],
        offline=lambda query: "offline_access" in query["scope"].split(),
        hosts=frozenset({"localhost"}),
    )
    return [
        Route(f"{_BASE}/token", token, methods=["POST"]),
        Route(f"{_BASE}/devicecode", device_code, methods=["POST"]),
        Route(f"{_BASE}/deviceauth", device_page, methods=["GET", "POST"]),
        consent.page(f"{_BASE}/authorize", memory, desk),
    ]


def _token(directory: Directory, tenant: str, form: dict[str, str], login: Mapping[str, str]) -> Response:
    if (tenant, form.get("client_id")) != (login["tenant_id"], login["client_id"]):
        return _no_token(400, "unauthorized_client", "AADSTS700016: There is no such application in the directory.")
    grant = _GRANTS.get(form.get("grant_type", ""))
    if grant is None:
        return _no_token(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.")
    return grant(directory, form, login)


def _as_app(directory: Directory, form: dict[str, str], login: Mapping[str, str]) -> Response:
    if SCOPE not in form.get("scope", ""):
        return _no_token(400, "invalid_scope", "AADSTS1002012: The scope must end with /.default.")
    if form.get("client_secret") != login["client_secret"]:
        return _no_token(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
    return JSONResponse(_given(directory, APP))


def _by_refresh_token(directory: Directory, form: dict[str, str], login: Mapping[str, str]) -> Response:
    if SCOPE not in form.get("scope", ""):
        return _no_token(400, "invalid_scope", "AADSTS70011: The provided value for scope is not valid.")
    if not _is_good(directory, form.get("refresh_token", ""), login["refresh_token"]):
        return _no_token(400, "invalid_grant", "AADSTS70008: The refresh token has expired.")
    return JSONResponse(_given(directory) | _refresh(directory))


def _by_code(directory: Directory, form: dict[str, str], login: Mapping[str, str]) -> Response:
    if form.get("client_secret", login["client_secret"]) != login["client_secret"]:
        return _no_token(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
    granted = directory.redeem(form, login["client_id"])
    if granted is None:
        return _no_token(400, "invalid_grant", "AADSTS70008: The provided authorization code is expired or redeemed.")
    scope = {"scope": " ".join(sorted(granted.scopes - {"offline_access"}))}
    return JSONResponse(_given(directory) | scope | (_refresh(directory) if granted.offline else {}))


def _by_device(directory: Directory, form: dict[str, str], _login: Mapping[str, str]) -> Response:
    code = form.get("device_code", "")
    device = directory.devices.get(code)
    if device is None:
        return _no_token(400, "bad_verification_code", "AADSTS70019: The code is not known.")
    if device.until <= directory.clock():
        return _no_token(400, "expired_token", "AADSTS70020: The code has expired.")
    if not device.decision:
        return _no_token(400, "authorization_pending", "AADSTS70016: The user has not authenticated yet.")
    del directory.devices[code]
    if device.decision != "allow":
        return _no_token(400, "authorization_declined", "AADSTS70000: The user declined.")
    scopes = set(device.scope.split())
    more = _refresh(directory) if "offline_access" in scopes else {}
    return JSONResponse(_given(directory) | {"scope": " ".join(sorted(scopes - {"offline_access"}))} | more)


_GRANTS = {
    "authorization_code": _by_code,
    "client_credentials": _as_app,
    "refresh_token": _by_refresh_token,
    DEVICE: _by_device,
}


def _given(directory: Directory, kind: str = "sandbox-person-") -> dict[str, object]:
    token = f"{kind}{secrets.token_urlsafe(24)}"
    directory.tokens[token] = directory.clock() + timedelta(seconds=TOKEN_SECONDS)
    return {"token_type": "Bearer", "expires_in": TOKEN_SECONDS, "access_token": token}


def _refresh(directory: Directory) -> dict[str, object]:
    """Each use brings another one, https://learn.microsoft.com/entra/identity-platform/refresh-tokens."""
    another = f"sandbox-{secrets.token_urlsafe(24)}"
    directory.refresh[another] = directory.clock() + timedelta(days=REFRESH_DAYS)
    return {"refresh_token": another}


def _is_good(directory: Directory, token: str, known: str) -> bool:
    """Whether a refresh token lets in: the one that everybody knows, or one that was given in the last 90 days."""
    return token == known or directory.refresh.get(token, directory.clock()) > directory.clock()


def _no_token(status: int, error: str, said: str) -> Response:
    return JSONResponse({"error": error, "error_description": said}, status)


async def _form(request: Request) -> dict[str, str]:
    fields = forms.parse(request.headers.get("content-type", ""), await request.body())
    return {name: value for name, value in fields if isinstance(value, str)}

"""The page on which a person lets an app act for them, and the code that comes of it, whichever vendor it is.

Pages: https://www.rfc-editor.org/rfc/rfc6749#section-4.1, https://www.rfc-editor.org/rfc/rfc7636; what a vendor wants
besides, such as Google's access_type and prompt, it says with `Desk`.
"""

import base64
import hashlib
import html
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tieline.sandbox import forms
from tieline.sandbox.memory import Memory
from tieline.sandbox.vendor import state_of

LIVES = timedelta(minutes=10)
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://127.0.0.1:* http://localhost:*"


@dataclass(frozen=True)
class Grant:
    """What somebody has consented to: for which app, and how its code is redeemed."""

    client_id: str
    redirect_uri: str
    challenge: str
    scopes: frozenset[str]
    offline: bool
    until: datetime


@dataclass
class Consents(Memory):
    """The codes that were given, and not redeemed."""

    codes: dict[str, Grant] = field(default_factory=dict)

    def redeem(self, form: Mapping[str, str], client_id: str) -> Grant | None:
        """What a code grants: once, soon, to who asked for it, at the same address; None for anything else."""
        grant = self.codes.pop(form.get("code", ""), None)
        if grant is None or grant.until <= self.clock() or grant.client_id != client_id:
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        verifies = base64.urlsafe_b64encode(digest).decode().rstrip("=") == grant.challenge
        if grant.redirect_uri != form.get("redirect_uri") or (grant.challenge and not verifies):
            return None
        return grant


@dataclass(frozen=True)
class Desk:
    """How a vendor asks. `hosts` are the machines in redirect addresses that the app has registered.

    `needs` are parameters that have to be there, with their values if these are given; `offline` says whether a refresh
    token is meant.
    """

    title: str
    client_id: str
    offline: Callable[[Mapping[str, str]], bool] = lambda _query: True
    needs: Mapping[str, str] = field(default_factory=dict)
    hosts: frozenset[str] = LOOPBACK


def page(path: str, memory: type[Consents], desk: Desk) -> Route:
    """The page of a vendor, which asks with GET, and takes the answer with POST."""
    return Route(path, _endpoint(memory, desk), methods=["GET", "POST"])


def _endpoint(memory: type[Consents], desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    async def consent(request: Request) -> Response:
        query, consents = dict(request.query_params), state_of(request)[memory]
        wrong = _unknown(query, desk)
        if wrong:  # nobody is led to an address that was not registered
            return _shown(f"<h1>{desk.title}</h1><p>{html.escape(wrong)}</p>", 400)
        back = {"state": query["state"]} if "state" in query else {}
        missing = _incomplete(query, desk)
        if missing:
            return _led(query, {"error": missing, **back})
        if request.method == "GET":
            return _shown(_asked(query, desk))
        sent = dict(forms.parse(request.headers.get("content-type", ""), await request.body()))
        if sent.get("decision") != "allow":
            return _led(query, {"error": "access_denied", **back})
        code = secrets.token_urlsafe(24)
        consents.codes[code] = Grant(
            query["client_id"],
            query["redirect_uri"],
            query.get("code_challenge", ""),
            frozenset(query["scope"].split()),
            desk.offline(query),
            consents.clock() + LIVES,
        )
        return _led(query, {"code": code, **back})

    return consent


def _unknown(query: Mapping[str, str], desk: Desk) -> str:
    if query.get("client_id") != desk.client_id:
        return "invalid_client: the app is not registered here."
    address = urlsplit(query.get("redirect_uri", ""))
    if address.scheme != "http" or address.hostname not in desk.hosts or address.path not in ("", "/"):
        return "redirect_uri_mismatch: the redirect address is not one of those that the app has registered."
    return ""


def _incomplete(query: Mapping[str, str], desk: Desk) -> str:
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    if not query.get("scope"):
        return "invalid_scope"
    if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
        return "invalid_request"
    needed = all(query.get(name) and query[name] == (value or query[name]) for name, value in desk.needs.items())
    return "" if needed else "invalid_request"


def _asked(query: Mapping[str, str], desk: Desk) -> str:
    scopes = "".join(f"<li>{html.escape(scope)}" for scope in query["scope"].split())
    return (
        f"<h1>{desk.title}</h1><p>The app <b>{html.escape(query['client_id'])}</b> wants to act for you:</p>"
        f'<ul>{scopes}</ul><form method="post"><button name="decision" value="allow">Allow</button> '
        '<button name="decision" value="deny">Deny</button></form>'
    )


def _shown(body: str, status: int = 200) -> Response:
    whole = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Consent</title>{body}'
    return HTMLResponse(whole, status, {"content-security-policy": _POLICY})


def _led(query: Mapping[str, str], answer: Mapping[str, str]) -> Response:
    return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer)}", 302)

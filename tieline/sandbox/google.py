"""How one logs in at Google, whichever of its products: refresh tokens, and assertions of service accounts.

Pages: https://developers.google.com/identity/protocols/oauth2/web-server#offline,
https://developers.google.com/identity/protocols/oauth2/service-account#httprest
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox import forms
from tieline.sandbox.consent import Consents, Desk
from tieline.sandbox.happening import Record
from tieline.sandbox.vendor import state_of

LOGIN = {
    "client_id": "sandbox.apps.googleusercontent.com",
    "client_secret": "GOCSPX-sandbox",
    "refresh_token": "1//sandbox",
}
AUTH = "https://www.googleapis.com/auth/"

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
#: Where people consent. This person has before, so that without `prompt=consent` no refresh token comes of it.
DESK = Desk(
    "Google",
    LOGIN["client_id"],
    offline=lambda query: (query.get("access_type"), query.get("prompt")) == ("offline", "consent"),
)
LIVES = timedelta(seconds=3599)
LONGEST = timedelta(hours=1)
BITS = 2048


@dataclass
class Accounts(Consents):
    """What Google remembers of who may log in.

    `tokens` says until when an access token is good, and for which scopes; `keys` holds the public keys of service
    accounts, by e-mail address; `me` is the person whose refresh token it is; `refresh` holds the refresh tokens of
    those who have consented, and for what.
    """

    me: Record = field(default_factory=dict)
    tokens: dict[str, tuple[datetime, frozenset[str]]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    refresh: dict[str, frozenset[str]] = field(default_factory=dict)

    def scopes_of(self, authorization: str) -> frozenset[str] | None:
        """What the token in that header is good for; None if it is good no more."""
        until, scopes = self.tokens.get(authorization.removeprefix("Bearer ").strip(), (None, frozenset()))
        return None if until is None or until <= self.clock() else scopes


class _Refused(Exception):  # noqa: N818 - an answer to the caller, not a failure of ours
    """The endpoint's word and its sentence."""


def new_account(accounts: Accounts) -> Record:
    """A service account with a new key, as the console's JSON file holds it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    number = secrets.token_hex(4)
    email = f"sandbox-{number}@lumora.iam.gserviceaccount.com"
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    accounts.keys[email] = public.decode()
    return {
        "type": "service_account",
        "project_id": "lumora",
        "private_key_id": number,
        "private_key": private.decode(),
        "client_email": email,
        "client_id": "100000000000000000000",
        "token_uri": AUDIENCE,
        "universe_domain": "googleapis.com",
    }


def token_endpoint(memory: type[Accounts], granted: str) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a product, whose refresh token is good for the scope `granted`."""

    async def give_token(request: Request) -> Response:
        """POST /token."""
        sent = forms.parse(request.headers.get("content-type", ""), await request.body())
        form = {name: value for name, value in sent if isinstance(value, str)}
        accounts = state_of(request)[memory]
        more: dict[str, str] = {}
        try:
            if form.get("grant_type") == GRANT:
                scopes = _by_assertion(accounts, form)
            elif form.get("grant_type") == "authorization_code":
                scopes, more = _by_code(accounts, form)
            else:
                scopes = _by_refresh_token(accounts, form, granted)
        except _Refused as refused:
            word, sentence = refused.args
            status = 401 if word == "invalid_client" else 400
            return JSONResponse({"error": word, "error_description": sentence}, status)
        token = f"ya29.{secrets.token_urlsafe(24)}"
        accounts.tokens[token] = (accounts.clock() + LIVES, scopes)
        said = {"access_token": token, "expires_in": int(LIVES.total_seconds()), "token_type": "Bearer"}
        return JSONResponse(said | more | {"scope": " ".join(sorted(scopes))})

    return give_token


def _by_code(accounts: Accounts, form: dict[str, str]) -> tuple[frozenset[str], dict[str, str]]:
    """What was consented to, and the refresh token if there is one."""
    _check_client(form)
    grant = accounts.redeem(form, LOGIN["client_id"])
    if grant is None:
        raise _Refused("invalid_grant", "Malformed auth code.")
    if not grant.offline:
        return grant.scopes, {}
    token = f"1//{secrets.token_urlsafe(24)}"
    accounts.refresh[token] = grant.scopes
    return grant.scopes, {"refresh_token": token}


def _check_client(form: dict[str, str]) -> None:
    login = (LOGIN["client_id"], LOGIN["client_secret"])
    if (form.get("client_id"), form.get("client_secret")) != login:
        raise _Refused("invalid_client", "The OAuth client was not found.")


def _by_refresh_token(accounts: Accounts, form: dict[str, str], granted: str) -> frozenset[str]:
    if form.get("grant_type") != "refresh_token":
        raise _Refused("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')[:60]}")
    _check_client(form)
    if form.get("refresh_token") in accounts.refresh:
        return accounts.refresh[form["refresh_token"]]
    if form.get("refresh_token") != LOGIN["refresh_token"]:
        raise _Refused("invalid_grant", "Token has been expired or revoked.")
    return frozenset({AUTH + granted})


def _by_assertion(accounts: Accounts, form: dict[str, str]) -> frozenset[str]:
    assertion = form.get("assertion", "")
    try:
        issuer = jwt.decode(assertion, options={"verify_signature": False}).get("iss")
        public = accounts.keys.get(str(issuer))
        if public is None:
            raise _Refused("invalid_grant", "Invalid grant: account not found")
        # Not by PyJWT's clock: the sandbox has one of its own.
        claims = jwt.decode(
            assertion,
            public,
            algorithms=["RS256"],
            audience=AUDIENCE,
            options={"verify_exp": False, "verify_iat": False, "require": ["iss", "aud", "iat", "exp"]},
        )
    except jwt.PyJWTError:
        raise _Refused("invalid_grant", "Invalid JWT Signature.") from None
    now, since, until = accounts.clock().timestamp(), claims["iat"], claims["exp"]
    if not all(isinstance(moment, int) for moment in (since, until)):
        raise _Refused("invalid_grant", "Invalid JWT: iat and exp must be numbers.")
    if until <= now or until - since > LONGEST.total_seconds():
        raise _Refused("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes).")
    if claims.get("sub") not in (None, accounts.me["emailAddress"]):
        raise _Refused("unauthorized_client", "Client is unauthorized to retrieve access tokens using this method.")
    scopes = frozenset(str(claims.get("scope", "")).split())
    if not scopes:
        raise _Refused("invalid_scope", "Empty or missing scope not allowed.")
    return scopes

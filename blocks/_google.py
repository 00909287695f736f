"""What the blocks of Google Workspace have in common: how they log in."""

import json
import time
from abc import ABC
from typing import Any, Self

import jwt
from pydantic import Field, SecretStr, field_validator, model_validator

from tieline.credentials import Address
from tieline.errors import ConfigError
from tieline.login import CodeFlow, LogsIn
from tieline.transport.oauth import OAuth2

AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
TOKENS = "https://oauth2.googleapis.com/token"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: An assertion lives an hour at most, and so does the token that it is exchanged for.
LIFE_SECONDS = 3600


class GoogleCredentials(LogsIn, ABC):
    """A service account, or an OAuth client with somebody's refresh token.

    A service account sees only what is shared with its e-mail address. With a subject it acts for that person, where
    an administrator has allowed it the scopes (Admin console, Security, API controls, Domain-wide delegation).
    """

    service_account: SecretStr = Field(
        SecretStr(""),
        description="The whole JSON of a service account's key, made under IAM & Admin, Service Accounts.",
    )
    subject: str = Field("", description="Whom the service account acts for, by e-mail address.")
    client_id: str = Field("", description="Id of an OAuth client, instead of a service account.")
    client_secret: SecretStr = Field(SecretStr(""), description="The OAuth client's secret.")
    refresh_token: SecretStr = Field(SecretStr(""), description="What the OAuth client got when the person consented.")
    scopes: list[str] = Field(description="What a service account or a login asks for.")
    token_url: Address = Field("", description="Another token endpoint than Google's.")

    @field_validator("service_account")
    @classmethod
    def _key(cls, value: SecretStr) -> SecretStr:
        if value:
            _account(value)
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        client = bool(self.client_id), bool(self.client_secret), bool(self.refresh_token)
        if any(client) == bool(self.service_account):
            raise ValueError("give either service_account, or client_id, client_secret and refresh_token")
        if any(client) and not all(client):
            raise ValueError("client_id, client_secret and refresh_token belong together")
        if self.subject and not self.service_account:
            raise ValueError("only a service_account acts for a subject")
        return self

    @property
    def token_endpoint(self) -> str:
        """Where tokens come from: Google, or `/token` below the other host that was given."""
        return self.token_url or (f"{self.url}/token" if self.url else TOKENS)

    def code_flow(self) -> CodeFlow:
        """Google's login for programs on one's own machine, https://developers.google.com/identity/protocols/oauth2/native-app.

        Who only reads, and chose no scopes, is asked for what the actions need that read.
        """
        usual = self.read_only and self.scopes == type(self).model_fields["scopes"].get_default()
        return CodeFlow(
            system="Google",
            authorize=f"{self.url}/o/oauth2/v2/auth" if self.url else AUTHORIZE,
            token=self.token_endpoint,
            client_id=self.client_id,
            client_secret=self.client_secret,
            register="At https://console.cloud.google.com/auth/clients make a client of the type Desktop app: it takes "
            "every port.",
            docs="https://developers.google.com/identity/protocols/oauth2/native-app",
            scopes=None if usual else tuple(self.scopes),
            # Or one who has consented before is given no refresh token: .../oauth2/web-server#offline.
            parameters={"access_type": "offline", "prompt": "consent"},
            host="127.0.0.1",
            any_port=True,
        )

    def auth(self) -> OAuth2:
        """A token for a signed assertion, or for the refresh token."""
        return OAuth2(self.token_endpoint, self._form, system="Google")

    def _form(self) -> dict[str, str]:
        """https://developers.google.com/identity/protocols/oauth2/service-account and .../web-server#offline."""
        if self.service_account:
            return {"grant_type": GRANT, "assertion": self._assertion()}
        return {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.client_secret.get_secret_value(),
            "refresh_token": self.refresh_token.get_secret_value(),
        }

    def _assertion(self) -> str:
        account, now = _account(self.service_account), int(time.time())
        claims = {
            "iss": account["client_email"],
            "scope": " ".join(self.scopes),
            "aud": account.get("token_uri") or TOKENS,
            "iat": now,
            "exp": now + LIFE_SECONDS,
        }
        if self.subject:
            claims["sub"] = self.subject
        try:
            return jwt.encode(
                claims, account["private_key"], algorithm="RS256", headers={"kid": account.get("private_key_id", "")}
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            # Below the message of the library there may be the key.
            wrong = ConfigError(
                "The private key in service_account cannot sign.",
                hint="Paste the whole JSON file as Google made it.",
            )
        raise wrong


def _account(secret: SecretStr) -> dict[str, Any]:
    """The key file. Errors: `ValueError`, which repeats nothing of it."""
    try:
        account = json.loads(secret.get_secret_value())
    except ValueError:
        account = None
    if not isinstance(account, dict) or not all(
        isinstance(account.get(name), str) for name in ("client_email", "private_key")
    ):
        raise ValueError("must be the JSON of a service account's key, with client_email and private_key")
    return account

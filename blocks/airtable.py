"""Credentials for Airtable."""

from datetime import timedelta
from typing import ClassVar, Self

import httpx
from pydantic import Field, HttpUrl, SecretStr, model_validator

from tieline.credentials import Address, Receives, Refreshes
from tieline.login import CodeFlow, LogsIn
from tieline.transport.auth import Bearer
from tieline.transport.oauth import OAuth2

AUTHORIZE = "https://airtable.com/oauth2/v1/authorize"
TOKENS = "https://airtable.com/oauth2/v1/token"


class AirtableCredentials(Receives, Refreshes, LogsIn):
    """A personal access token, or an OAuth integration that a person has let in.

    Either reaches the bases and workspaces alone that it was given, and there no more than its person may.
    """

    _block_type_name = "Airtable Credentials"
    _block_type_slug = "airtable-credentials"
    _documentation_url = HttpUrl("https://airtable.com/developers/web/api/authentication")
    _api_path: ClassVar[str] = "/v0"
    #: Each use brings another one: https://airtable.com/developers/web/api/oauth-reference#token-expiry-refresh-tokens
    _unused: ClassVar[timedelta | None] = timedelta(days=60)

    token: SecretStr = Field(
        SecretStr(""),
        description="Personal access token (pat...), made at https://airtable.com/create/tokens with scopes and bases.",
    )
    client_id: str = Field("", description="Client ID of an OAuth integration, instead of a token.")
    client_secret: SecretStr = Field(
        SecretStr(""), description="The integration's client secret; empty if it was registered without one."
    )
    refresh_token: SecretStr = Field(
        SecretStr(""), description="Of a person who let the integration act for them; good for 60 days after each use."
    )
    token_url: Address = Field("", description="Another token endpoint than Airtable's.")
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="The MAC secret of a webhook, in base64: Airtable makes it, and says it once, when the webhook is "
        "made.",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        integration = bool(self.client_id), bool(self.refresh_token)
        if any((*integration, bool(self.client_secret))) == bool(self.token):
            raise ValueError("give either a token, or client_id and refresh_token")
        if not self.token and not all(integration):
            raise ValueError("client_id and refresh_token belong together")
        return self

    @property
    def base_url(self) -> str:
        """Airtable's host, the same for all bases."""
        return "https://api.airtable.com"

    @property
    def token_endpoint(self) -> str:
        """Where tokens come from: Airtable, or the same path on the other host that was given."""
        return self.token_url or (f"{self.url}/oauth2/v1/token" if self.url else TOKENS)

    def code_flow(self) -> CodeFlow:
        """Airtable's login, https://airtable.com/developers/web/api/oauth-reference#authorization-request."""
        return CodeFlow(
            system="Airtable",
            authorize=f"{self.url}/oauth2/v1/authorize" if self.url else AUTHORIZE,
            token=self.token_endpoint,
            client_id=self.client_id,
            client_secret=self.client_secret,
            register="At https://airtable.com/create/oauth open the integration, and give it the redirect address and "
            "the scopes.",
            docs="https://airtable.com/developers/web/api/oauth-reference",
            secret_in_header=True,
        )

    def auth(self) -> httpx.Auth:
        """The token as a bearer, or one of the integration's, which lives an hour.

        See https://airtable.com/developers/web/api/oauth-reference#token-expiry-refresh-tokens
        """
        if self.token:
            return Bearer(self.token)
        # "Required if your integration has a client_secret", and forbidden if it does not.
        login = (self.client_id, self.client_secret.get_secret_value()) if self.client_secret else None
        return OAuth2(self.token_endpoint, self._form, login=login, system="Airtable", block=self)

    def _form(self) -> dict[str, str]:
        form = {"grant_type": "refresh_token", "refresh_token": self.newest_token}
        return form if self.client_secret else {**form, "client_id": self.client_id}

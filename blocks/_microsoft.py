"""What the blocks of Microsoft Graph have in common."""

from abc import ABC
from datetime import timedelta
from typing import ClassVar
from urllib.parse import quote

from pydantic import Field, SecretStr

from tieline import segment
from tieline.credentials import Address, Receives, Refreshes
from tieline.login import CodeFlow, LogsIn
from tieline.transport.oauth import OAuth2

#: What the app was granted in Entra ID; asking for less one by one is not possible without a person.
_GRANTED = "https://graph.microsoft.com/.default"


class GraphCredentials(Receives, Refreshes, LogsIn, ABC):
    """An app that is registered in Microsoft Entra ID, acting for itself or, with a refresh token, for a person."""

    _api_path: ClassVar[str] = "/v1.0"
    #: Each use brings another one; the old one stays good for as long as it would have been.
    #: https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-lifetime
    _unused: ClassVar[timedelta | None] = timedelta(days=90)

    tenant_id: str = Field(description="Directory (tenant) ID, shown on the app's overview page in Entra ID.")
    client_id: str = Field(description="Application (client) ID, shown beside it.")
    client_secret: SecretStr = Field(
        SecretStr(""), description="The value (not the ID) of a client secret, made under Certificates & secrets."
    )
    refresh_token: SecretStr = Field(
        SecretStr(""),
        description="Of a person who let the app act for them (scope offline_access); empty if it acts for itself.",
    )
    login_url: Address = Field(
        "https://login.microsoftonline.com",
        description="Where tokens come from; national clouds and the sandbox have another.",
    )

    @property
    def base_url(self) -> str:
        """Microsoft Graph's host, the same for all tenants."""
        return "https://graph.microsoft.com"

    def code_flow(self) -> CodeFlow:
        """Microsoft's login, https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow.

        Of `http://localhost` it takes every port: https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
        """
        endpoints = f"{self.login_url}/{self.tenant_id}/oauth2/v2.0"
        return CodeFlow(
            system="Microsoft Entra ID",
            authorize=f"{endpoints}/authorize",
            token=f"{endpoints}/token",
            client_id=self.client_id,
            client_secret=self.client_secret,
            register="In Entra ID, on the app's page Authentication, add http://localhost, as Web if the app has a "
            "client secret, else as Mobile and desktop application.",
            docs="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow",
            always=("offline_access",),
            any_port=True,
            device=f"{endpoints}/devicecode",
        )

    def auth(self) -> OAuth2:
        """Tokens of the tenant's own endpoint, for the app or for the person."""
        endpoint = f"{self.login_url}/{self.tenant_id}/oauth2/v2.0/token"
        return OAuth2(endpoint, self._form, system="Microsoft Entra ID", block=self)

    def _form(self) -> dict[str, str]:
        form = {"client_id": self.client_id, "scope": _GRANTED}
        if self.client_secret:
            form["client_secret"] = self.client_secret.get_secret_value()
        if self.refresh_token:
            return {**form, "grant_type": "refresh_token", "refresh_token": self.newest_token}
        return {**form, "grant_type": "client_credentials"}


def site_address(site: str) -> str:
    """A site's ID, or `HOST:/sites/NAME`, as it stands in a path."""
    host, _, path = site.partition(":")
    return f"{host}:/{below(path)}" if path else quote(host, safe=",")


def below(path: str) -> str:
    """A path of folders as it stands in an address; nothing in it can lead out of it."""
    return "/".join(segment(name) for name in path.strip("/").split("/"))

"""Credentials for GitLab."""

from typing import ClassVar, Self

import httpx
from pydantic import Field, HttpUrl, SecretStr, model_validator

from tieline.credentials import Address, Receives, Refreshes
from tieline.login import CodeFlow, LogsIn
from tieline.transport.auth import ApiKey
from tieline.transport.oauth import OAuth2


class GitLabCredentials(Receives, Refreshes, LogsIn):
    """An access token of a person, a project or a group, or an OAuth application that a person has let in.

    A token of a project or a group belongs to no person, and reaches nothing else.
    """

    _block_type_name = "GitLab Connection Credentials"
    _block_type_slug = "gitlab-connection-credentials"
    _documentation_url = HttpUrl("https://docs.gitlab.com/api/rest/authentication/")
    _api_path: ClassVar[str] = "/api/v4"

    url: Address = Field(
        "", description="A GitLab of your own, such as https://gitlab.acme.com, with its path if it has one."
    )
    token: SecretStr = Field(
        SecretStr(""),
        description="Personal, project or group access token (glpat-...) with the scope api, or read_api to read only.",
    )
    client_id: str = Field("", description="Application ID of an OAuth application, instead of a token.")
    client_secret: SecretStr = Field(SecretStr(""), description="The application's secret.")
    refresh_token: SecretStr = Field(
        SecretStr(""), description="Of a person who let the application act for them (scope api)."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Of the webhook: its signing token (whsec_...), or its secret token."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        app = bool(self.client_id), bool(self.client_secret), bool(self.refresh_token)
        if any(app) == bool(self.token):
            raise ValueError("give either a token, or client_id, client_secret and refresh_token")
        if any(app) and not all(app):
            raise ValueError("client_id, client_secret and refresh_token belong together")
        return self

    @property
    def base_url(self) -> str:
        """gitlab.com."""
        return "https://gitlab.com"

    def code_flow(self) -> CodeFlow:
        """GitLab's login, https://docs.gitlab.com/api/oauth2/#authorization-code-with-proof-key-for-code-exchange-pkce."""
        return CodeFlow(
            system="GitLab",
            authorize=f"{self.home}/oauth/authorize",
            token=f"{self.home}/oauth/token",
            client_id=self.client_id,
            client_secret=self.client_secret,
            register="In GitLab, under User settings, Applications, give the application the redirect address and the "
            "scope api, or read_api.",
            docs="https://docs.gitlab.com/api/oauth2/",
            scopes=("read_api",) if self.read_only else ("api",),  # the second includes the first
        )

    def auth(self) -> httpx.Auth:
        """The token in GitLab's own header, or the application's, which lives two hours.

        See https://docs.gitlab.com/api/oauth2/#authorization-code-flow
        """
        if self.token:
            return ApiKey("PRIVATE-TOKEN", self.token)
        return OAuth2(f"{self.home}/oauth/token", self._form, system="GitLab", block=self)

    def _form(self) -> dict[str, str]:
        client = {"client_id": self.client_id, "client_secret": self.client_secret.get_secret_value()}
        return {**client, "grant_type": "refresh_token", "refresh_token": self.newest_token}

"""Credentials for Microsoft Teams: a workflow that posts for us, or Microsoft Graph."""

from typing import Self

import httpx
from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from blocks._microsoft import GraphCredentials
from tieline.credentials import TakesCommands

_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
_OLD = ".webhook.office.com"


class TeamsCredentials(TakesCommands, GraphCredentials):
    """A workflow that posts in one channel or chat, or a person for whom an app may post in channels, or both."""

    _block_type_name = "Teams Credentials"
    _block_type_slug = "teams-credentials"
    _documentation_url = HttpUrl("https://learn.microsoft.com/graph/api/chatmessage-post")

    workflow_url: SecretStr = Field(
        SecretStr(""),
        description="Address of a workflow, whole: in Teams, Workflows, made from a template that posts when a webhook "
        "request is received. Whoever knows it can post; no other field is needed.",
    )
    tenant_id: str = Field("", description="Directory (tenant) ID, shown on the app's overview page in Entra ID.")
    client_id: str = Field("", description="Application (client) ID, shown beside it.")
    refresh_token: SecretStr = Field(
        SecretStr(""),
        description="Of a person who let the app act for them (scope offline_access), in whose name it posts. Without "
        "it the app lists teams and channels, but Microsoft lets no app write there as itself.",
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="The security token that Teams showed when the outgoing webhook was made, as it is."
    )

    @field_validator("workflow_url")
    @classmethod
    def _workflow(cls, secret: SecretStr) -> SecretStr:
        given = secret.get_secret_value().strip()
        url = _parsed(given)
        if given and ((url.scheme != "https" and url.host not in _HERE) or not url.host or url.userinfo):
            raise ValueError("must be the whole address of a workflow, and begin with https://")
        if url.host.endswith(_OLD):
            raise ValueError("is an Office 365 connector, which Microsoft retires: make a workflow in its place")
        if given and "sig" not in url.params:
            raise ValueError("has lost its end: copy it once more, the part with sig= included")
        return SecretStr(given)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        graph = self.tenant_id, self.client_id, self.client_secret or self.refresh_token
        if any(graph) and not all(graph):
            raise ValueError("for Microsoft Graph give tenant_id, client_id, and a client_secret or a refresh_token")
        if not any(graph) and not self.workflow_url:
            raise ValueError("give a workflow_url, or what Microsoft Graph needs: tenant_id, client_id, refresh_token")
        return self

    @property
    def workflow_host(self) -> str:
        """The host of the workflow's address, which is no secret; empty without one."""
        return _parsed(self.workflow_url.get_secret_value()).host

    def secrets(self) -> tuple[str, ...]:
        """Every secret in here; the signature within the address is one by itself."""
        signature = _parsed(self.workflow_url.get_secret_value()).params.get("sig", "")
        return (*super().secrets(), *filter(None, [signature]))


def _parsed(address: str) -> httpx.URL:
    try:
        return httpx.URL(address)
    except httpx.InvalidURL:
        return httpx.URL()

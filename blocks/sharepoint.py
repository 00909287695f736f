"""Credentials for SharePoint and OneDrive, through Microsoft Graph."""

from typing import Self

from pydantic import Field, HttpUrl, SecretStr, model_validator

from blocks._microsoft import GraphCredentials


class SharePointCredentials(GraphCredentials):
    """An app that is registered in Microsoft Entra ID, acting for itself or, with a refresh token, for a person."""

    _block_type_name = "SharePoint Credentials"
    _block_type_slug = "sharepoint-credentials"
    _documentation_url = HttpUrl("https://learn.microsoft.com/graph/auth-v2-service")

    client_id: str = Field(
        description="Application (client) ID, shown beside it. The app needs the permissions of the actions used; "
        "or, to reach no more than it must, Sites.Selected alone, and a role (read, write) at each of its sites."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="A long random text, at most 128 characters; Microsoft repeats it in each notification.",
    )
    site: str = Field(
        "root",
        description="The site that a login is tried with: its ID, or HOST:/sites/NAME. An app that may see selected "
        "sites only (Sites.Selected, the least that works) needs one of those.",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.client_secret and not self.refresh_token:
            raise ValueError("give a client_secret, or a refresh_token, or both")
        return self

"""Credentials for Google Drive."""

from pydantic import Field, HttpUrl, SecretStr

from blocks._google import GoogleCredentials
from tieline.credentials import Receives


class GoogleDriveCredentials(Receives, GoogleCredentials):
    """A service account, or an OAuth client with somebody's refresh token.

    A service account sees only what is shared with its e-mail address. With a subject it acts for that person, where
    an administrator has allowed it the scopes (Admin console, Security, API controls, Domain-wide delegation).
    """

    _block_type_name = "Google Drive Credentials"
    _block_type_slug = "google-drive-credentials"
    _documentation_url = HttpUrl("https://developers.google.com/workspace/drive/api/guides/about-auth")

    scopes: list[str] = Field(
        ["https://www.googleapis.com/auth/drive"],
        description="What a service account or a login asks for; drive.readonly is enough to list and download.",
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Token that channels are opened with, and that each notification must carry."
    )

    @property
    def base_url(self) -> str:
        """Google's host, the same for everybody."""
        return "https://www.googleapis.com"

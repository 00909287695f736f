"""Credentials for Google Sheets."""

from pydantic import Field, HttpUrl

from blocks._google import GoogleCredentials


class GoogleSheetsCredentials(GoogleCredentials):
    """A service account, or an OAuth client with somebody's refresh token.

    A service account sees only spreadsheets that are shared with its e-mail address.
    """

    _block_type_name = "Google Sheets Credentials"
    _block_type_slug = "google-sheets-credentials"
    _documentation_url = HttpUrl("https://developers.google.com/workspace/sheets/api/scopes")

    scopes: list[str] = Field(
        ["https://www.googleapis.com/auth/spreadsheets"],
        description="What a service account or a login asks for; spreadsheets.readonly is enough to read.",
    )

    spreadsheet: str = Field(
        description="Id of a spreadsheet that a login is tried with, the long part of its link: Sheets cannot be asked "
        "who somebody is."
    )

    @property
    def base_url(self) -> str:
        """Google's host, the same for everybody."""
        return "https://sheets.googleapis.com"

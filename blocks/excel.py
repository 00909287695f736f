"""Credentials for Excel workbooks on SharePoint and OneDrive, through Microsoft Graph."""

from pydantic import Field, HttpUrl, SecretStr

from blocks._microsoft import GraphCredentials


class ExcelCredentials(GraphCredentials):
    """An app that is registered in Microsoft Entra ID, acting for a person whose workbooks it may change."""

    _block_type_name = "Excel Credentials"
    _block_type_slug = "excel-credentials"
    _documentation_url = HttpUrl("https://learn.microsoft.com/graph/excel-concept-overview")

    refresh_token: SecretStr = Field(
        min_length=1,
        description="Of the person who let the app act for them (scopes Files.ReadWrite and offline_access; "
        "Sites.ReadWrite.All for workbooks in sites). Microsoft lets no app change workbooks as itself.",
    )

"""Credentials for Jira Cloud."""

from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr

from blocks._atlassian import AtlassianCredentials


class JiraCredentials(AtlassianCredentials):
    """A Jira Cloud site, and the e-mail address and API token of the account that acts."""

    _block_type_name = "Jira Credentials"
    _block_type_slug = "jira-credentials"
    _documentation_url = HttpUrl("https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/")
    _api_path: ClassVar[str] = "/rest/api/3"

    webhook_secret: SecretStr = Field(SecretStr(""), description="The secret of the webhook, as it was typed in Jira.")

"""Credentials for Jira Cloud."""

from dataclasses import replace
from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr

from blocks._atlassian import AtlassianCredentials
from tieline.login import CodeFlow


class JiraCredentials(AtlassianCredentials):
    """A Jira Cloud site, and an account's e-mail address and API token, or an OAuth app that a person has let in."""

    _block_type_name = "Jira Credentials"
    _block_type_slug = "jira-credentials"
    _documentation_url = HttpUrl("https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/")
    _api_path: ClassVar[str] = "/rest/api/3"
    _product: ClassVar[str] = "jira"

    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="The secret of the webhook, as it was typed in Jira; an app's are signed with client_secret.",
    )

    def webhook_secrets(self) -> tuple[str, ...]:
        """Every secret that is good at the moment; what an app is told is signed with the app's own."""
        app = self.client_secret.get_secret_value()
        return (*super().webhook_secrets(), *filter(None, [app]))

    def code_flow(self) -> CodeFlow:
        """The login; what is Jira's alone are the scopes, for webhooks of the site are no app's business."""
        writing = () if self.read_only else ("write:jira-work", "manage:jira-webhook")
        return replace(super().code_flow(), scopes=("read:jira-user", "read:jira-work", *writing))

"""Credentials for Webflow."""

from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Bearer


class WebflowCredentials(Receives, HttpCredentials):
    """A token for one Webflow site, or the access token of an app."""

    _block_type_name = "Webflow Site Credentials"
    _block_type_slug = "webflow-site-credentials"
    _documentation_url = HttpUrl("https://developers.webflow.com/data/reference/authentication/site-token")
    _api_path: ClassVar[str] = "/v2"

    token: SecretStr = Field(
        description="Site token, made under Site settings, Apps & integrations, API access; or an app's access token."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="The app's client secret; for a webhook made with a site token, the secretKey it was made with.",
    )

    @property
    def base_url(self) -> str:
        """Webflow's host, the same for all sites."""
        return "https://api.webflow.com"

    def auth(self) -> Bearer:
        """The token, as a bearer."""
        return Bearer(self.token)

"""Credentials for Intercom."""

from typing import Literal

from pydantic import Field, HttpUrl, SecretStr

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Bearer

#: Each request names the version that it was written for; this one is what Intercom's own clients ask for. See
#: https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/update-your-api-version
VERSION = "2.14"
_HOSTS = {"us": "api.intercom.io", "eu": "api.eu.intercom.io", "au": "api.au.intercom.io"}


class IntercomCredentials(Receives, HttpCredentials):
    """An Intercom workspace, and the access token of an app of yours in it."""

    _block_type_name = "Intercom Credentials"
    _block_type_slug = "intercom-credentials"
    _documentation_url = HttpUrl("https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/")

    access_token: SecretStr = Field(
        description="Shown in the Developer Hub, in your app under Configure, Authentication."
    )
    region: Literal["us", "eu", "au"] = Field("us", description="Where the workspace's data is hosted.")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="The app's client secret, shown in the Developer Hub under Basic information."
    )

    @property
    def base_url(self) -> str:
        """The host of the region."""
        return f"https://{_HOSTS[self.region]}"

    def auth(self) -> Bearer:
        """The token, as a bearer."""
        return Bearer(self.access_token)

    def headers(self) -> dict[str, str]:
        """The version of the API."""
        return {"Intercom-Version": VERSION}

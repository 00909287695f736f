"""Credentials for systems that only send us webhooks: those for which no connector is there yet."""

from pydantic import Field, HttpUrl

from tieline.credentials import Receives
from tieline.webhooks.custom import CustomScheme


class WebhookCredentials(Receives):
    """What a system signs its webhooks with. Call it `SYSTEM-CONNECTION`, such as `github-main`."""

    _block_type_name = "Webhook Credentials"
    _block_type_slug = "webhook-credentials"
    _documentation_url = HttpUrl("https://www.standardwebhooks.com/")

    system: str = Field(description="The system's one word, as `tieline webhook list` shows it, such as github.")
    custom: CustomScheme = Field(
        CustomScheme(), description='How deliveries are signed; it is read only where the system is "custom".'
    )

"""Credentials for Freshdesk."""

from typing import ClassVar

from pydantic import Field, HttpUrl, SecretStr, field_validator

from tieline.credentials import HttpCredentials, Receives
from tieline.transport.auth import Basic


class FreshdeskCredentials(Receives, HttpCredentials):
    """A Freshdesk account and the API key of one of its agents."""

    _block_type_name = "Freshdesk Credentials"
    _block_type_slug = "freshdesk-credentials"
    _documentation_url = HttpUrl("https://developers.freshdesk.com/api/#authentication")
    _api_path: ClassVar[str] = "/api/v2"

    domain: str = Field("", description="The part before .freshdesk.com in your account's address.")
    api_key: SecretStr = Field(description="Found under Profile settings, View API key.")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Shared secret that an automation rule sends in the header X-Tieline-Secret."
    )

    @field_validator("domain")
    @classmethod
    def _bare(cls, domain: str) -> str:
        return domain.strip().removeprefix("https://").rstrip("/").removesuffix(".freshdesk.com")

    @property
    def base_url(self) -> str:
        """The account's host."""
        return f"https://{self.domain}.freshdesk.com"

    def auth(self) -> Basic:
        """The key is the user, and any password will do."""
        return Basic(self.api_key.get_secret_value(), "X")

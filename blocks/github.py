"""Credentials for GitHub."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

import httpx
import jwt
from pydantic import Field, HttpUrl, SecretStr, model_validator

from tieline.credentials import Address, HttpCredentials, Receives
from tieline.errors import ConfigError
from tieline.transport.auth import Bearer
from tieline.transport.oauth import USUAL_SECONDS, OAuth2

#: Each request names the version that it was written for; see https://docs.github.com/rest/about-the-rest-api/api-versions.
VERSION = "2022-11-28"
#: A JWT may live ten minutes. It is made a minute old, because GitHub refuses one from the future.
JWT_SECONDS, EARLIER_SECONDS = 540, 60


class GitHubCredentials(Receives, HttpCredentials):
    """A fine-grained personal access token, or a GitHub App as it is installed at one account.

    An App has limits of its own, belongs to no person, and is the only one that may write check runs.
    """

    _block_type_name = "GitHub Connection Credentials"
    _block_type_slug = "github-connection-credentials"
    _documentation_url = HttpUrl("https://docs.github.com/rest/authentication/authenticating-to-the-rest-api")

    url: Address = Field(
        "", description="The API of a GitHub Enterprise Server, such as https://github.acme.com/api/v3."
    )
    token: SecretStr = Field(
        SecretStr(""),
        description="Fine-grained personal access token (github_pat_...), made under Settings, Developer settings.",
    )
    app_id: str = Field("", description="Id or client id of a GitHub App, instead of a token.")
    private_key: SecretStr = Field(SecretStr(""), description="The App's private key, the whole PEM file.")
    installation_id: str = Field(
        "",
        description="Where the App is installed: the number at the end of the installation's address.",
        pattern=r"^\d*$",
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="The secret of the webhook, as it was typed in GitHub."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        app = bool(self.app_id), bool(self.private_key), bool(self.installation_id)
        if any(app) == bool(self.token):
            raise ValueError("give either a token, or app_id, private_key and installation_id")
        if any(app) and not all(app):
            raise ValueError("app_id, private_key and installation_id belong together")
        return self

    @property
    def base_url(self) -> str:
        """The API of github.com."""
        return "https://api.github.com"

    def auth(self) -> httpx.Auth:
        """The token, or one of the App's installation, which lives an hour."""
        return InstallationToken(self) if self.app_id else Bearer(self.token)

    def headers(self) -> dict[str, str]:
        """GitHub's own media type, and the version of its API."""
        return {"accept": "application/vnd.github+json", "X-GitHub-Api-Version": VERSION}

    def assertion(self) -> str:
        """The JWT by which an App says who it is.

        Raises:
            ConfigError: The key cannot sign.

        See https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
        """
        now = int(time.time())
        claims = {"iat": now - EARLIER_SECONDS, "exp": now + JWT_SECONDS, "iss": self.app_id}
        try:
            return jwt.encode(claims, self.private_key.get_secret_value(), algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError):
            # Below the message of the library there may be the key.
            wrong = ConfigError(
                "The private_key of the GitHub App cannot sign.",
                hint="Paste the whole .pem file as GitHub made it, with its BEGIN and END lines.",
            )
        raise wrong


class InstallationToken(OAuth2):
    """Logs in as an App's installation; a token is kept until shortly before it ends.

    See https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
    """

    _advice = "Check app_id, private_key and installation_id, and that the App is still installed there."

    def __init__(self, block: GitHubCredentials) -> None:
        url = f"{block.address}/app/installations/{block.installation_id}/access_tokens"
        super().__init__(url, dict, system="GitHub")
        self._block = block

    def _ask(self) -> httpx.Request:
        headers = {
            **self._block.headers(),
            "Authorization": f"Bearer {self._block.assertion()}",
            "User-Agent": "tieline",
        }
        return httpx.Request("POST", self._url, headers=headers)

    def _granted(self, said: Mapping[str, Any]) -> tuple[Any, float]:
        return said.get("token"), _seconds_until(said.get("expires_at"))


def _seconds_until(moment: Any) -> float:
    try:
        until = datetime.fromisoformat(str(moment))
    except ValueError:
        return USUAL_SECONDS
    return max((until - datetime.now(UTC)).total_seconds(), 0.0) if until.tzinfo else USUAL_SECONDS

"""Credentials for Trello."""

from collections.abc import Generator
from typing import ClassVar

import httpx
from pydantic import Field, HttpUrl, SecretStr

from tieline.credentials import HttpCredentials, Receives

#: Stands in paths for the token, which only the login puts there.
OUR_TOKEN = "/tokens/mine"  # noqa: S105 - that is a path


class TrelloCredentials(Receives, HttpCredentials):
    """The API key of a Power-Up, and a token that a person has given it."""

    _block_type_name = "Trello Credentials"
    _block_type_slug = "trello-credentials"
    _documentation_url = HttpUrl("https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/")
    _api_path: ClassVar[str] = "/1"

    api_key: str = Field(description="The API key of your Power-Up, from https://trello.com/power-ups/admin.")
    token: SecretStr = Field(description="The token that the link beside the API key leads to.")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="The secret beside the API key: Trello signs its webhooks with it."
    )

    @property
    def base_url(self) -> str:
        """The API of all boards."""
        return "https://api.trello.com"

    def auth(self) -> httpx.Auth:
        """Key and token in a header, where no log of addresses can have them."""
        return KeyAndToken(self.api_key, self.token)


class KeyAndToken(httpx.Auth):
    """The header, and the token in the path of what belongs to it.

    See https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/#passing-token-and-key-in-api-requests
    """

    def __init__(self, key: str, token: SecretStr) -> None:
        self._key, self._token = key, token.get_secret_value()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Log in."""
        request.headers["Authorization"] = f'OAuth oauth_consumer_key="{self._key}", oauth_token="{self._token}"'
        before, mine, after = request.url.path.partition(OUR_TOKEN)
        if mine:
            request.url = request.url.copy_with(path=f"{before}/tokens/{self._token}{after}")
        yield request

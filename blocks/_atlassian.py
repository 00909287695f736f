"""What the blocks of Atlassian's cloud have in common."""

from abc import ABC
from datetime import timedelta
from typing import ClassVar, Self

import httpx
from pydantic import Field, SecretStr, field_validator, model_validator

from tieline.credentials import Receives, Refreshes
from tieline.errors import ConfigError
from tieline.login import CodeFlow, LogsIn, Look
from tieline.transport.auth import Basic
from tieline.transport.oauth import OAuth2

LOGIN, GATEWAY = "https://auth.atlassian.com", "https://api.atlassian.com"
_HOST = ".atlassian.net"


class AtlassianCredentials(Receives, Refreshes, LogsIn, ABC):
    """A site in Atlassian's cloud, and an account's e-mail address and API token, or an app that a person let in."""

    #: Each use brings another one: https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/
    _unused: ClassVar[timedelta | None] = timedelta(days=90)
    _brought: ClassVar[tuple[str, ...]] = ("refresh_token", "cloud_id")
    #: The product, as the gateway calls it.
    _product: ClassVar[str]

    site: str = Field("", description="Your site's address, such as https://acme.atlassian.net, or just acme.")
    email: str = Field("", description="E-mail address of the account that acts, within its permissions.")
    api_token: SecretStr = Field(
        SecretStr(""),
        description="Made at https://id.atlassian.com/manage-profile/security/api-tokens; one with scopes also needs "
        "the url https://api.atlassian.com/ex/PRODUCT/CLOUD-ID, where PRODUCT is jira or confluence.",
    )
    client_id: str = Field("", description="Client ID of an OAuth 2.0 app, instead of an e-mail address and a token.")
    client_secret: SecretStr = Field(SecretStr(""), description="The app's secret.")
    refresh_token: SecretStr = Field(
        SecretStr(""), description="Of a person who let the app act for them; good for 90 days after each use."
    )
    cloud_id: str = Field("", description="Which site the app acts on, by its ID in Atlassian's cloud.")

    @field_validator("site")
    @classmethod
    def _bare(cls, site: str) -> str:
        return _name(site)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        app = self.client_id, self.client_secret, self.refresh_token, self.cloud_id
        account = self.email, self.api_token
        if any(app) == any(account):
            raise ValueError("give either email and api_token, or client_id, client_secret, refresh_token and cloud_id")
        if any(app) and not all(app):
            raise ValueError("client_id, client_secret, refresh_token and cloud_id belong together")
        if any(account) and not all(account):
            raise ValueError("email and api_token belong together")
        if any(account) and not self.site and not self.url:
            raise ValueError("give the site")
        return self

    @property
    def base_url(self) -> str:
        """The site's host."""
        return f"https://{self.site}{_HOST}"

    @property
    def home(self) -> str:
        """Where the API is: the site; for an app the gateway, and there the site by its number."""
        if not self.refresh_token:
            return super().home
        return f"{self.url or GATEWAY}/ex/{self._product}/{self.cloud_id}"

    @property
    def pages(self) -> str:
        """Where people look: the site, and not a proxy or a gateway of its API."""
        return self.base_url if self.site else self.home

    def code_flow(self) -> CodeFlow:
        """Atlassian's login (3LO), https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/."""
        login = self.url or LOGIN
        return CodeFlow(
            system="Atlassian",
            authorize=f"{login}/authorize",
            token=f"{login}/oauth/token",
            client_id=self.client_id,
            client_secret=self.client_secret,
            register="At https://developer.atlassian.com/console/myapps give the app the redirect address under "
            "Authorization, and the scopes under Permissions.",
            docs="https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/",
            always=("offline_access",),
            parameters={"audience": "api.atlassian.com", "prompt": "consent"},
            pkce=False,  # no page of Atlassian's says that it takes one
            json=True,
        )

    async def settle(self, look: Look, known: frozenset[str]) -> None:
        """Find out which site it is, https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/#accessing-the-api.

        Raises:
            ConfigError: The login reaches no site of this product, not the one that was given, or several.
        """
        found = await look(f"{self.url or GATEWAY}/oauth/token/accessible-resources")
        sites = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        ours = [one for one in sites if any(self._product in str(scope) for scope in one.get("scopes") or ())]
        reached = {str(one["id"]): _name(str(one.get("url", ""))) for one in ours if one.get("id")}
        if "cloud_id" in known:
            chosen = [self.cloud_id] if self.cloud_id in reached else []
        else:
            chosen = [number for number, name in reached.items() if not self.site or name == self.site]
        if len(chosen) != 1:
            names = ", ".join(sorted(reached.values())) or "none"
            raise ConfigError(
                f"It is not clear which {self.title_of_type()} site is meant; the login reaches {names}.",
                hint="Log in once more with --field site=NAME, and choose that site on Atlassian's page.",
            )
        self.cloud_id = chosen[0]
        self.site = self.site or reached[self.cloud_id]

    def auth(self) -> httpx.Auth:
        """The e-mail address as user, the API token as password; or the app's token, which lives an hour."""
        if not self.refresh_token:
            return Basic(self.email, self.api_token.get_secret_value())
        return OAuth2(f"{self.url or LOGIN}/oauth/token", self._form, system="Atlassian", block=self, json=True)

    def _form(self) -> dict[str, str]:
        """https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/."""
        client = {"client_id": self.client_id, "client_secret": self.client_secret.get_secret_value()}
        return {**client, "grant_type": "refresh_token", "refresh_token": self.newest_token}


def _name(site: str) -> str:
    """A site's name, from its address."""
    return site.strip().removeprefix("https://").partition("/")[0].removesuffix(_HOST)

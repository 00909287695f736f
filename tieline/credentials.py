"""What every block with credentials has in common."""

from __future__ import annotations

import hashlib
from abc import ABC
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import httpx
from prefect.blocks.core import Block
from prefect.client.schemas.objects import BlockType
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from tieline import logo


def _absolute(url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if url and (parsed.scheme not in {"http", "https"} or not parsed.host):
        raise ValueError("must be an address such as https://example.com/api")
    return url.rstrip("/")


#: An http address without a slash at its end, or nothing.
Address = Annotated[str, AfterValidator(_absolute)]


class Credentials(Block, ABC):
    """Where a system lives and how to log in to it. Secrets are `SecretStr`, and never leave a block.

    Bases of several blocks name `ABC` among their own bases: those Prefect does not offer as a block.
    """

    # What was given may be a secret, and a refusal of it goes to logs and screens.
    model_config = ConfigDict(hide_input_in_errors=True)

    #: Fields that Tieline itself keeps up to date, and nobody types in.
    _kept: ClassVar[tuple[str, ...]] = ()

    read_only: bool = Field(
        default=False,
        description="Refuse every action that writes or deletes, whatever the login itself may do.",
    )

    @classmethod
    def get_code_example(cls) -> str:
        """How to use a saved one, as the Prefect UI shows it."""
        system = cls.__module__.rpartition(".")[2]
        return (
            f"```python\nfrom blocks.{system} import {cls.__name__}\nfrom tasks import {system}\n\n"
            f'block = await {cls.__name__}.aload("BLOCK_NAME")\n'
            f"print(await {system}.connector.identity(block))\n```"
        )

    @classmethod
    def _to_block_type(cls) -> BlockType:
        """What Prefect keeps about this type, with a logo that needs no network.

        The logo is in the description, which the UI shows as Markdown. In `logo_url` Prefect's client accepts nothing
        but http addresses, also when it reads: a picture there would break `prefect block type ls` for everybody.
        """
        made = super()._to_block_type()
        made.description = f"{made.description}\n\n![{cls.title_of_type()}]({logo.data_url(cls.title_of_type())})\n\n"
        return made

    @classmethod
    def title_of_type(cls) -> str:
        """How people call what this leads to, such as "Zendesk"."""
        return (cls._block_type_name or cls.__name__).removesuffix(" Credentials")

    @property
    def title(self) -> str:
        """How people call this connection, such as "Zendesk 'support'"."""
        return f"{self.title_of_type()} {self.connection!r}"

    @property
    def connection(self) -> str:
        """The name it was saved under."""
        return self._block_document_name or "unsaved"

    def digest(self) -> str:
        """A name for exactly these values, that tells nothing about them. What we keep up to date is left out."""
        kept = tuple(f".{name}" for name in self._kept)
        lines = (f"{path}={value}" for path, value in _leaves("", self) if not path.startswith(kept))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def logins(self) -> tuple[str, ...]:
        """The fields that we log in with, by name: secrets that are set, without that of the webhooks."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name != "webhook_secret"}
        return tuple(name for name, value in values.items() if isinstance(value, SecretStr) and value)

    def secrets(self) -> tuple[str, ...]:
        """Every secret in here, for redaction."""
        return tuple(v.get_secret_value() for _, v in _leaves("", self, keep=True) if isinstance(v, SecretStr) and v)


class Inbound(BaseModel):
    """How strict we are with what comes in. What is usual needs none of this."""

    verification: Literal["signature", "handshake", "none"] = Field(
        "signature",
        description='"handshake" lets the next handshake of the vendor set the secret. "none" takes everything from '
        "everybody who knows the address.",
    )
    more_secrets: list[SecretStr] = Field(
        [], description="Other secrets that are good too, such as the old one while it is replaced."
    )
    allow_from: list[IPv4Network | IPv6Network] = Field(
        [], description="Networks that it may come from, such as 192.0.2.0/24; empty means all."
    )
    rate: str = Field("", description='Deliveries that we take in, such as "600/minute"; empty means no limit.')
    url: Address = Field("", description="The address as the vendor knows it, for vendors that sign it too (Trello).")


class Receives(Credentials, ABC):
    """Credentials of a system that sends us webhooks."""

    webhook_secret: SecretStr = Field(SecretStr(""), description="What the vendor signs its webhooks with.")
    webhook: Inbound = Field(Inbound(), description="How strict we are with what comes in.")

    def webhook_secrets(self) -> tuple[str, ...]:
        """Every secret that is good at the moment."""
        held = (self.webhook_secret, *self.webhook.more_secrets)
        return tuple(secret.get_secret_value() for secret in held if secret)


class Commands(BaseModel):
    """What people may ask for in a chat. Only what the vendor has signed counts as theirs."""

    users: list[str] = Field([], description="Ids of the people who may give commands; empty means everybody in there.")
    channels: list[str] = Field([], description="Ids of the channels where commands are taken; empty means all.")
    sources: list[str] = Field(
        [],
        description='Connections whose documents may be asked about by their links, such as "sharepoint/main". '
        "Everybody who may give commands can read them then.",
    )
    documentation: list[str] = Field(
        [], description='Documentation projects that may be updated from the chat, such as "app"; none if empty.'
    )
    model: str = Field("embedded", description="The saved language model that answers; embedded needs none.")
    budget_usd: float = Field(0.10, ge=0, description="What one command may spend on the model, in US dollars.")


class TakesCommands(Receives, ABC):
    """Credentials of a chat in which people can give us commands."""

    commands: Commands = Field(Commands(), description="Who may give commands in the chat, and what these may use.")


class HttpCredentials(Credentials, ABC):
    """Credentials of a system that is reached over HTTP."""

    url: Address = Field("", description="Another host to use, with a path if need be, such as a sandbox or a proxy.")
    verify: str = Field("", description="File with the CA certificates to trust (PEM), if not the usual ones.")
    rate: str = Field("", description='Calls that your plan allows, such as "400/minute", if not the usual rate.')

    #: Where the vendor's API begins on its host; `url` replaces the host and keeps this.
    _api_path: ClassVar[str] = ""

    @property
    def base_url(self) -> str:
        """The vendor's own host, such as "https://slack.com"."""
        return ""

    @property
    def home(self) -> str:
        """Where the system lives: its own host, or the other one that was given."""
        return self.url or self.base_url

    @property
    def address(self) -> str:
        """Where requests go."""
        return self.home + self._api_path

    def auth(self) -> httpx.Auth | None:
        """How to log in; see `tieline.transport.auth`."""
        return None

    def headers(self) -> dict[str, str]:
        """Headers that each request carries, such as an API version."""
        return {}


class Refreshed(BaseModel):
    """The newest refresh token, where each use of one brings another."""

    token: SecretStr = Field(SecretStr(""), description="What the vendor gave last.")
    instead_of: str = Field("", description="A digest of the refresh_token that it began with.")
    at: datetime | None = Field(None, description="When the vendor gave it.")


class Refreshes(HttpCredentials, ABC):
    """Credentials that may hold a person's refresh token, which the vendor replaces each time that it is used.

    What was typed in stays as it is, and says whose login this is; what came in its place is kept beside it. So a new
    login counts at once, and a new token changes nothing for calls that are under way.
    """

    if TYPE_CHECKING:
        # Each block declares it, in the place where people are asked for it.
        refresh_token: SecretStr
    refreshed: Refreshed = Field(
        Refreshed(), description="The newest refresh token. Tieline keeps it up to date: leave it alone."
    )

    _kept: ClassVar[tuple[str, ...]] = ("refreshed",)
    #: How long a refresh token lives that nobody uses, where the vendor says so.
    _unused: ClassVar[timedelta | None] = None

    @property
    def newest_token(self) -> str:
        """The refresh token to use."""
        typed = self.refresh_token.get_secret_value()
        return self.refreshed.token.get_secret_value() if self.refreshed.instead_of == _mark(typed) else typed

    def take_token(self, token: str) -> None:
        """Use another refresh token from now on, in place of the one that was typed in; nothing is saved."""
        typed = self.refresh_token.get_secret_value()
        self.refreshed = Refreshed(token=SecretStr(token), instead_of=_mark(typed), at=datetime.now(UTC))

    def login_ends(self) -> datetime | None:
        """When the login ends unless it is used before; None where that is not known."""
        at = self.refreshed.at if self.newest_token != self.refresh_token.get_secret_value() else None
        return at + self._unused if at and self._unused else None


def _mark(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def _leaves(path: str, value: Any, *, keep: bool = False) -> Iterator[tuple[str, Any]]:
    """Every plain value below a model; secrets opened, or kept as they are."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _leaves(f"{path}.{name}", getattr(value, name), keep=keep)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(f"{path}.{name}", item, keep=keep)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _leaves(f"{path}.{number}", item, keep=keep)
    elif isinstance(value, SecretStr) and not keep:
        yield path, value.get_secret_value()
    else:
        yield path, value

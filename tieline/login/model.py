"""What a vendor's login in a browser needs; a block declares it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import SecretStr

from tieline.credentials import HttpCredentials

if TYPE_CHECKING:
    from tieline.connector import Connector


#: GET an address with the new token: the JSON of its answer.
Look = Callable[[str], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class CodeFlow:
    """A vendor's authorization-code flow (RFC 6749, section 4.1; RFC 8252; RFC 7636).

    Args:
        system: How people call who asks them, such as "Google".
        authorize: The page where people consent.
        token: The token endpoint.
        client_id: The id of the app that was registered there.
        client_secret: Its secret, if it has one.
        register: Where the app is registered, and as what, as a sentence.
        docs: The vendor's page.
        scopes: What to ask for; None for what the connector's actions need.
        always: What to ask for besides, such as `offline_access`.
        parameters: What else the page wants to be told.
        pkce: Whether the vendor takes a code challenge (S256).
        secret_in_header: Whether the secret goes into a header (RFC 6749, section 2.3.1) and not into the form.
        host: The name of this machine in the redirect address, as the vendor knows it.
        any_port: Whether the vendor takes every port in it. Otherwise it must be registered as it is.
        json: Whether the token endpoint is sent JSON, and not a form.
        device: The device authorization endpoint, where the vendor has one (RFC 8628).
    """

    system: str
    authorize: str
    token: str
    client_id: str
    register: str
    docs: str
    client_secret: SecretStr = field(default_factory=lambda: SecretStr(""))
    scopes: tuple[str, ...] | None = None
    always: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    pkce: bool = True
    secret_in_header: bool = False
    host: Literal["127.0.0.1", "localhost"] = "localhost"
    any_port: bool = False
    json: bool = False
    device: str = ""


class LogsIn(HttpCredentials, ABC):
    """Credentials that may hold the refresh token of a person, who gave it by logging in."""

    if TYPE_CHECKING:
        # Each block declares it, in the place where people are asked for it.
        refresh_token: SecretStr

    #: The fields that a login brings. Until then other values stand for them.
    _brought: ClassVar[tuple[str, ...]] = ("refresh_token",)

    @abstractmethod
    def code_flow(self) -> CodeFlow:
        """The vendor's login; the refresh token is not known yet, and only stands for the one to come."""

    async def settle(self, look: Look, known: frozenset[str]) -> None:
        """Set the other fields that a login brings, if there are any.

        Args:
            look: Asks the vendor as the person who has just logged in.
            known: Which of them were known before.
        """


def scopes_of(flow: CodeFlow, connector: Connector[Any, Any], *, read_only: bool) -> tuple[str, ...]:
    """What is asked for: what the actions need, of those that the connection may run, and no more.

    Args:
        flow: The vendor's login.
        connector: The system.
        read_only: Whether only what reads is to be run.
    """
    cards = connector.actions.values()
    needed = {scope for card in cards if card.kind == "read" or not read_only for scope in card.scopes}
    chosen = tuple(sorted(needed)) if flow.scopes is None else flow.scopes
    return (*chosen, *flow.always)

"""A made-up vendor that can be asked to tell us of events, and that can be cut off at any step."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import HttpUrl, SecretStr

from tieline.connector import Connector, http_connector
from tieline.credentials import HttpCredentials, Receives
from tieline.errors import NotFound
from tieline.subscriptions import Subscription, Subscriptions, Wanted


class VendorCredentials(Receives, HttpCredentials):
    """Credentials of a made-up vendor."""

    _block_type_name = "Telling Credentials"
    _block_type_slug = "telling-credentials"
    _documentation_url = HttpUrl("https://telling.test/docs")


class Killed(BaseException):
    """The process ends here."""


class Vendor(Subscriptions[VendorCredentials]):
    """What it has on record, and the secret that each was made with.

    Args:
        lists: Whether it tells what it has.
        renews: Whether it lets one live on.
        gives: Whether it makes the secrets.
        once: Whether it says each of them only when it is made.
    """

    prefix = "v:"
    usual = ("a", "b")

    def __init__(self, *, lists: bool = True, renews: bool = True, gives: bool = False, once: bool = False) -> None:
        self.lists, self.renews = lists, renews
        self.gives_secret = gives  # type: ignore[misc]
        self.secret_is_said_once = once  # type: ignore[misc]
        self.live: dict[str, Subscription] = {}
        self.secrets: dict[str, str] = {}
        self.step: Callable[[str], None] = lambda _: None
        self.days = 3
        self._numbers = itertools.count(1)

    async def resources(self, credentials: VendorCredentials) -> Sequence[str]:
        assert credentials
        return ("drive",)

    async def subscribe(self, credentials: VendorCredentials, wanted: Wanted) -> Subscription:
        self.step("before subscribe")
        number = f"n{next(self._numbers)}" if self.lists else wanted.number
        assert number not in self.live, "a number was used twice"
        made = Subscription(
            number, wanted.resource, wanted.url, wanted.events, self._end(), detail=f"about {wanted.resource}"
        )
        self.live[number] = made
        self.secrets[number] = f"given-{number}" if self.gives_secret else credentials.webhook_secret.get_secret_value()
        self.step("after subscribe")
        return replace(made, secret=SecretStr(self.secrets[number])) if self.secret_is_said_once else made

    async def renew(self, credentials: VendorCredentials, number: str) -> Subscription | None:
        assert credentials
        self.step("before renew")
        if not self.renews:
            return None
        self._known(number)
        self.live[number] = replace(self.live[number], expires_at=self._end())
        self.step("after renew")
        return self.live[number]

    async def unsubscribe(self, credentials: VendorCredentials, number: str, detail: str) -> None:
        assert credentials
        self.step("before unsubscribe")
        self._known(number)
        assert detail == self.live[number].detail
        del self.live[number]
        self.step("after unsubscribe")

    async def find_all(self, credentials: VendorCredentials) -> Sequence[Subscription] | None:
        assert credentials
        return [*self.live.values()] if self.lists else None

    async def get_secret(self, credentials: VendorCredentials, number: str) -> SecretStr:
        assert credentials
        assert not self.secret_is_said_once
        self.step("before get_secret")
        return SecretStr(self.secrets[number])

    def _end(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.days)

    def _known(self, number: str) -> None:
        if number not in self.live:
            raise NotFound("There is no such subscription.", status=404)


class Trying(Vendor):
    """Tries the address while it makes one, with a key that it has always had."""

    secret_comes_first = True

    def __init__(self) -> None:
        super().__init__(gives=True)

    async def get_secret(self, credentials: VendorCredentials, number: str) -> SecretStr:
        assert credentials
        assert not number
        return SecretStr("the key")


class House:
    """The connector of a vendor, and one saved connection: `main`."""

    def __init__(self, vendor: Vendor, secret: str = "") -> None:
        self.block = VendorCredentials(webhook_secret=SecretStr(secret))
        self.connector: Connector[Any, Any] = http_connector("telling", block=VendorCredentials, docs="")
        self.connector.subscriptions = vendor
        self.connector.load = self._load

    async def _load(self, _: str) -> Any:
        return self.block

    async def change(self, changed: Any, *_: str) -> None:
        """In place of Prefect."""
        self.block = changed

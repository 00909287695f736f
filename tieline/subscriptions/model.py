"""How a connector declares that its vendor can be asked to tell us of events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from pydantic import SecretStr

from tieline.credentials import Receives

C = TypeVar("C", bound=Receives)


@dataclass(frozen=True)
class Wanted:
    """What a vendor is asked for.

    Args:
        connection: The name of the saved connection, for vendors that show names to people.
        url: Where it shall send to.
        resource: What it shall tell of; empty where there is only everything.
        events: Which events, in the vendor's words; empty where there is no choice.
        number: A number of ours that was never used before, for vendors that let us choose.
    """

    connection: str
    url: str
    resource: str
    events: tuple[str, ...]
    number: str


@dataclass(frozen=True)
class Subscription:
    """What a vendor has on record.

    Args:
        id: The vendor's number of it.
        resource: What it tells of.
        url: Where it sends to.
        events: Which events; empty where the vendor does not say.
        expires_at: When it ends by itself, if it does, with a zone.
        detail: What else the vendor wants to hear when it is to be ended. It is kept, and no secret.
        active: Whether it is switched on.
        trouble: What the vendor says about its deliveries, if they fail.
        secret: What it signs with, where the vendor says that only now that it is made.
    """

    id: str
    resource: str = ""
    url: str = ""
    events: tuple[str, ...] = ()
    expires_at: datetime | None = None
    detail: str = ""
    active: bool = True
    trouble: str = ""
    secret: SecretStr | None = None


class Subscriptions(ABC, Generic[C]):
    """What one vendor's API can do. The block holds the secret that deliveries are verified with.

    The first argument of each method is the block. All of them may raise what `tieline.errors` lists.
    """

    #: The events to ask for if nobody says which, in the vendor's words.
    usual: ClassVar[tuple[str, ...]] = ()
    #: What the vendor puts before the names of its events, and people leave out.
    prefix: ClassVar[str] = ""
    #: Whether the vendor makes the secret, and does not take ours; see `get_secret`.
    gives_secret: ClassVar[bool] = False
    #: Whether that comes with a subscription that was just made, and never again.
    secret_is_said_once: ClassVar[bool] = False
    #: Whether the vendor tries the address while it makes one: then the block must hold the secret before.
    secret_comes_first: ClassVar[bool] = False
    #: What can be subscribed to, for people; empty where there is only everything.
    resource: ClassVar[str] = ""

    async def resources(self, credentials: C) -> Sequence[str]:  # noqa: ARG002 - others look there
        """What to subscribe to if nobody says what."""
        return ("",)

    @abstractmethod
    async def subscribe(self, credentials: C, wanted: Wanted) -> Subscription:
        """Make one, for as long as the vendor allows."""

    @abstractmethod
    async def unsubscribe(self, credentials: C, number: str, detail: str) -> None:
        """End one. `NotFound` means that it has ended."""

    async def renew(self, credentials: C, number: str) -> Subscription | None:  # noqa: ARG002 - others need them
        """Let one live as long as a new one would. `NotFound` means that it has ended.

        Returns:
            Its new life; None where the vendor cannot do that, and another one has to be made in its place.
        """
        return None

    async def find_all(self, credentials: C) -> Sequence[Subscription] | None:  # noqa: ARG002 - as above
        """All that the vendor has on record for this login; None where it does not tell."""
        return None

    async def get_secret(self, credentials: C, number: str) -> SecretStr:
        """What the vendor signs with, where it chooses that itself and can be asked."""
        raise NotImplementedError

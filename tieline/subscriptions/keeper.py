"""Make subscriptions, keep them alive, and end them.

Each step is written down before the vendor is asked, so that whoever comes after a crash knows what may be there. What
is replaced ends only when what comes in its place is there: two that overlap tell us twice, a gap tells us nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
import uuid
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from tieline import connections
from tieline.credentials import Receives
from tieline.errors import (
    AuthFailed,
    ConfigError,
    Conflict,
    NotFound,
    Rejected,
    StoreUnavailable,
    TielineError,
    UnknownName,
)
from tieline.store.leases import lease
from tieline.store.tables import SubscriptionRow
from tieline.subscriptions import rows
from tieline.subscriptions.model import Subscription, Subscriptions, Wanted
from tieline.subscriptions.outcome import Did, Outcome, moment

if TYPE_CHECKING:
    from tieline.connector import Connector

#: It is renewed when so much of its life is left.
LEFT = 1 / 3
_BYTES = 32


def random_secret() -> str:
    """A secret that nobody can guess, of letters and digits that every vendor takes."""
    return secrets.token_hex(_BYTES)


class Keeper:
    """The subscriptions of one connection. Only one process at a time works on them.

    Args:
        connector: The system; its vendor can be asked.
        connection: The name of the saved connection.
    """

    def __init__(self, connector: Connector[Any, Any], connection: str) -> None:
        if connector.subscriptions is None:
            raise ConfigError(
                f"{connector.title} has no API for webhooks that we can use.",
                hint=f"Do it by hand: tieline webhook guide {connector.name}",
            )
        self._connector, self._connection = connector, connection
        self._vendor: Subscriptions[Any] = connector.subscriptions

    async def hold(self, url: str, events: Sequence[str] = (), resources: Sequence[str] = ()) -> list[Outcome]:
        """Have the vendor tell an address of ours, once.

        Args:
            url: Where to.
            events: Which events, in the vendor's words; by default the usual ones. What was chosen before is replaced.
            resources: What of; by default what was chosen before, or else what is usual.

        Raises:
            ConfigError: There is no such connection, or the block cannot be saved.
            ConnectorError: The vendor refused, or did not answer.
        """
        async with self._alone():
            credentials = await self._credentials(new_secret=True)
            known = {row.resource: row for row in await self._rows()}
            wanted = resources or tuple(known) or await self._vendor.resources(credentials)
            there = await self._vendor.find_all(credentials)
            return [
                await self._hold(credentials, known.get(one) or self._row(one), there, url, self._names(events))
                for one in dict.fromkeys(wanted)
            ]

    async def renew(self, at_once: Collection[str] = ()) -> list[Outcome]:
        """Look after all of them: what is about to end is renewed, and what the vendor has lost is made again.

        Args:
            at_once: Vendor's numbers of those to renew although they are not about to end.

        Returns:
            What became of each; errors are in there, too.
        """
        try:
            async with self._alone():
                return await self._renew_all(at_once)
        except StoreUnavailable as exc:  # whoever is busy with them writes the rows, and nobody else
            return [self._outcome(row, "failed", str(exc)) for row in await self._rows()]

    async def remove(self, resource: str | None = None) -> list[Outcome]:
        """End them, at the vendor and here.

        Args:
            resource: Only that of this; by default all of the connection.

        Raises:
            UnknownName: There is none.
            ConnectorError: The vendor refused, or did not answer; what it still has is still kept here.
        """
        async with self._alone():
            held = await self._rows()
            chosen = [row for row in held if resource in (None, row.resource)]
            if not chosen:
                where = f"subscription of {self._connector.name}/{self._connection}"
                raise UnknownName(where, resource or "at all", [row.resource for row in held])
            try:
                credentials: Any = await self._credentials()
            except UnknownName:
                credentials = None  # nobody can log in any more; the vendor's end by themselves, or never
            return [await self._removed(credentials, row) for row in chosen]

    # ------------------------------------------------------------ one of them

    async def _hold(
        self,
        credentials: Receives,
        row: SubscriptionRow,
        there: Sequence[Subscription] | None,
        url: str,
        events: tuple[str, ...],
    ) -> Outcome:
        was = row.vendor_id
        self._look(row, there)
        if (row.url, tuple(row.events), row.secret) != (url, events, self._mark(credentials)):
            _retire(row)
        row.url, row.events = url, list(events)
        if row.vendor_id:
            await self._end(credentials, row)
            return await self._settled(row, "kept")
        new = row.id is None
        try:
            did = await self._make(credentials, row, there)
        except (ConfigError, Rejected, AuthFailed, NotFound, Conflict):
            if new:  # it was refused, so nothing is there; with other errors it may be, and is looked for
                await asyncio.to_thread(rows.delete, row)
            raise
        return await self._settled(row, "replaced" if was and did == "made" else did)

    async def _renew_all(self, at_once: Collection[str]) -> list[Outcome]:
        held = await self._rows()
        try:
            credentials = await self._credentials()
            there = await self._vendor.find_all(credentials)
        except TielineError as exc:
            return [await self._failed(row, exc) for row in held]
        return [await self._renewed(credentials, row, there, at_once) for row in held]

    async def _renewed(
        self,
        credentials: Receives,
        row: SubscriptionRow,
        there: Sequence[Subscription] | None,
        at_once: Collection[str],
    ) -> Outcome:
        try:
            trouble = self._look(row, there)
            if row.secret != self._mark(credentials):
                _retire(row)
            did: Did = "kept"
            if row.vendor_id and (_is_due(row) or row.vendor_id in at_once):
                was = row.vendor_id
                did = await self._prolong(credentials, row)
                # Or one that has ended since the list was read would be taken for what an earlier try has left.
                there = there and [one for one in there if one.id != was]
            if not row.vendor_id:
                did = "replaced" if row.ending else "made again"
                await self._make(credentials, row, there)
            await self._end(credentials, row)
        except TielineError as exc:
            return await self._failed(row, exc)
        return await self._settled(row, did, trouble)

    async def _prolong(self, credentials: Receives, row: SubscriptionRow) -> Did:
        """Renew it; afterwards it has no number where another one has to be made."""
        try:
            renewed = await self._vendor.renew(credentials, row.vendor_id)
        except NotFound:
            row.vendor_id = ""
            return "made again"
        if renewed is None:
            _retire(row)
            return "replaced"
        _live(row, renewed)
        return "renewed"

    async def _make(self, credentials: Receives, row: SubscriptionRow, there: Sequence[Subscription] | None) -> Did:
        """Have one at the vendor: one that an earlier try has left there, or a new one."""
        mark = self._mark(credentials)
        left, lost = self._left(row, there), row.making
        # One that is there is ours if we know its secret: because it was made when the block had the present one.
        can_ask = self._vendor.gives_secret and not self._vendor.secret_is_said_once
        known = can_ask or bool(not self._vendor.gives_secret and lost and row.secret == mark)
        mine = next((one for one in left if known and set(one.events) in (set(), set(row.events))), None)
        row.ending = [*row.ending, *([one.id, one.detail] for one in left if one is not mine)]
        row.making, row.secret = uuid.uuid4().hex, mark
        kept = await asyncio.to_thread(rows.save, row)
        row.id = kept.id
        wanted = Wanted(self._connection, row.url, row.resource, tuple(row.events), row.making)
        if self._vendor.secret_comes_first:
            await self._take_secret(await self._vendor.get_secret(credentials, ""))
        made = mine or await self._vendor.subscribe(credentials, wanted)
        if self._vendor.gives_secret and not self._vendor.secret_comes_first:
            await self._take_secret(made.secret or await self._vendor.get_secret(credentials, made.id))
        if lost and there is None:
            # The earlier try may have made one: it is about the same, and so the vendor calls for the same detail.
            row.ending = [*row.ending, [lost, made.detail]]
        row.making, row.detail = "", made.detail
        row.vendor_id = made.id
        _live(row, made)
        await asyncio.to_thread(rows.save, row)
        await self._end(credentials, row)
        return "adopted" if mine else "made"

    def _left(self, row: SubscriptionRow, there: Sequence[Subscription] | None) -> list[Subscription]:
        """What the vendor has for the same address, and is not known here."""
        known = {number for number, _ in row.ending}
        return [
            one
            for one in there or ()
            if one.url == row.url and one.resource == row.resource and one.id not in known and one.active
        ]

    def _look(self, row: SubscriptionRow, there: Sequence[Subscription] | None) -> str:
        """Compare it with what the vendor has on record; it has no number afterwards if it is gone.

        Returns:
            What the vendor says about its deliveries.

        Raises:
            ConfigError: Somebody has switched it off there.
        """
        if not row.vendor_id:
            return ""
        if there is None:
            if row.expires_at is not None and row.expires_at <= time.time():
                row.vendor_id = ""
            return ""
        found = next((one for one in there if one.id == row.vendor_id and one.url in ("", row.url)), None)
        if found is None:
            row.vendor_id = ""
            return ""
        if not found.active:
            raise ConfigError(
                f"Somebody has switched it off at {self._connector.title}.",
                hint=f"Switch it on there, or end it: tieline webhook remove {row.system} --connection "
                f"{row.connection}",
            )
        if found.expires_at is not None:
            row.expires_at = found.expires_at.timestamp()
        return found.trouble

    async def _end(self, credentials: Receives, row: SubscriptionRow) -> None:
        """End the older ones, now that there is one in their place."""
        while row.ending:
            (number, detail), *rest = row.ending
            if number != row.vendor_id:
                await self._unsubscribe(credentials, number, detail)
            row.ending = rest
            await asyncio.to_thread(rows.save, row)

    async def _unsubscribe(self, credentials: Receives, number: str, detail: str) -> None:
        try:
            await self._vendor.unsubscribe(credentials, number, detail)
        except NotFound:
            return  # it has ended by itself

    async def _removed(self, credentials: Receives | None, row: SubscriptionRow) -> Outcome:
        why = ""
        if credentials is None:
            why = "There is no such connection any more, so nothing was ended at the vendor."
        else:
            if row.making and not row.vendor_id:
                there = await self._vendor.find_all(credentials)
                row.ending = [*row.ending, *([one.id, one.detail] for one in self._left(row, there))]
            _retire(row)
            await self._end(credentials, row)
        await asyncio.to_thread(rows.delete, row)
        return self._outcome(row, "removed", why)

    # ------------------------------------------------------------ what they have in common

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        async with lease(lease_of(self._connector.name, self._connection)):
            yield

    async def _rows(self) -> list[SubscriptionRow]:
        return await asyncio.to_thread(rows.every, self._connector.name, self._connection)

    def _row(self, resource: str) -> SubscriptionRow:
        return SubscriptionRow(
            system=self._connector.name, connection=self._connection, resource=resource, url="", events=[], ending=[]
        )

    def _names(self, events: Sequence[str]) -> tuple[str, ...]:
        prefix = self._vendor.prefix
        return tuple(sorted({one if one.startswith(prefix) else prefix + one for one in events or self._vendor.usual}))

    async def _credentials(self, *, new_secret: bool = False) -> Receives:
        """The block as it is now.

        Args:
            new_secret: Give it a secret if it has none.
        """
        connections.forget(self._connection)
        block: Receives = await self._connector.credentials(self._connection)
        if new_secret and not block.webhook_secret and not self._vendor.gives_secret:
            block = await self._change(block, SecretStr(random_secret()), ())
        return block

    async def _take_secret(self, secret: SecretStr) -> None:
        """Save what the vendor signs with; what is on its way, or is about something else, is signed with others."""
        block = await self._credentials()  # as it is now: another subscription may just have brought a secret, too
        if secret != block.webhook_secret:
            old = (block.webhook_secret, *block.webhook.more_secrets)
            await self._change(block, secret, [one for one in old if one and one != secret])

    async def _change(self, block: Receives, secret: SecretStr, older: Collection[SecretStr]) -> Receives:
        inbound = {"verification": "signature", "more_secrets": [*older]}
        values = {"webhook_secret": secret, "webhook": block.webhook.model_copy(update=inbound)}
        changed = block.model_copy(update=values)
        await connections.change(changed, *values)
        return changed

    def _mark(self, block: Receives) -> str:
        """A digest that tells when the block has another secret: then the vendor must be told, too."""
        if self._vendor.gives_secret:
            return ""
        secret = block.webhook_secret.get_secret_value()
        return hashlib.sha256(f"{self._connector.name}/{self._connection}/{secret}".encode()).hexdigest()[:16]

    async def _settled(self, row: SubscriptionRow, did: Did, trouble: str = "") -> Outcome:
        row.trouble, row.checked_at = trouble, time.time()
        await asyncio.to_thread(rows.save, row)
        return self._outcome(row, did, trouble)

    async def _failed(self, row: SubscriptionRow, exc: TielineError) -> Outcome:
        row.trouble = str(exc)
        await asyncio.to_thread(rows.save, row)
        return self._outcome(row, "failed", row.trouble)

    def _outcome(self, row: SubscriptionRow, did: Did, why: str) -> Outcome:
        return Outcome(
            row.system,
            row.connection,
            row.resource,
            did,
            row.vendor_id,
            row.url,
            tuple(name.removeprefix(self._vendor.prefix) for name in row.events),
            moment(row.expires_at),
            why,
        )


def lease_of(system: str, connection: str) -> str:
    """The lease of whoever works on the subscriptions of a connection."""
    return f"subscriptions/{system}/{connection}"


def _live(row: SubscriptionRow, given: Subscription) -> None:
    """A new life begins."""
    row.began_at = row.checked_at = time.time()
    row.expires_at = given.expires_at.timestamp() if given.expires_at else None


def _retire(row: SubscriptionRow) -> None:
    """Let it be replaced: it ends when another one is there."""
    if row.vendor_id:
        row.ending = [*row.ending, [row.vendor_id, row.detail]]
        row.vendor_id = ""


def _is_due(row: SubscriptionRow) -> bool:
    return row.expires_at is not None and row.expires_at - time.time() <= LEFT * (row.expires_at - row.began_at)

"""Refresh tokens that the vendor replaces each time that one is used (RFC 9700, section 4.14).

Who loses the new one has lost the login. So only one process at a time uses the token of a saved connection, reads it
from the block first, and saves what came back before anything is done with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from tieline import connections
from tieline.credentials import Refreshes
from tieline.errors import AuthFailed, ConfigError
from tieline.observe import log

_NEVER = datetime.min.replace(tzinfo=UTC)


class Rotation:
    """The refresh token of a block.

    Args:
        block: The block. If it was never saved, its token is replaced in memory only: whoever has it saves it later.
    """

    def __init__(self, block: Refreshes) -> None:
        self._block = block
        self._saved = block._block_document_id is not None  # noqa: SLF001 - Prefect's name
        #: Whether the newest token is in memory only, because the Prefect server did not take it.
        self._pending = False

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Have the token to oneself, as it is now.

        Raises:
            ConfigError: The Prefect server cannot be reached, so that another token could not be kept.
            StoreUnavailable: Another process had it all the time.
        """
        if not self._saved:
            yield
            return
        from tieline.store.leases import lease  # noqa: PLC0415 - 200 ms, and few logins need it

        block = self._block
        async with lease(f"login/{block.get_block_type_slug()}/{block.connection}"):
            await self.look()
            yield

    async def look(self) -> bool:
        """Read the block again.

        Returns:
            Whether another token is to be used now.
        """
        if not self._saved:
            return False
        block, before = self._block, self._block.newest_token
        there = await connections.read(type(block), block.connection)
        same = there.refresh_token == block.refresh_token
        if self._pending and same and (there.refreshed.at or _NEVER) <= (block.refreshed.at or _NEVER):
            await self._save()
            return False
        self._pending = False
        block.refresh_token, block.refreshed = there.refresh_token, there.refreshed
        return block.newest_token != before

    async def keep(self, token: str) -> None:
        """Keep another token. If the Prefect server does not take it, it is used all the same, and saved later."""
        if token == self._block.newest_token:
            return
        self._block.take_token(token)
        if not self._saved:
            return
        self._pending = True
        try:
            await _to_the_end(self._save())
        except ConfigError as exc:
            log().error(
                "A new refresh token could not be saved. It is lost if this process ends before it can be.",
                connection=self._block.title,
                why=str(exc),
            )

    async def _save(self) -> None:
        await connections.change(self._block, "refreshed")
        self._pending = False

    def ended(self, why: str, status: int) -> AuthFailed:
        """That somebody has to log in again."""
        block = self._block
        system = type(block).__module__.rpartition(".")[2]
        return AuthFailed(
            f"The login of {block.title} is over: {why}.",
            hint=f"Somebody has to log in again: tieline connect {system} --name {block.connection} --login --replace",
            status=status,
        )


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Finish it. Who is cancelled is so afterwards, or somebody else would be next before the token is saved."""
    task, cancelled = asyncio.ensure_future(work), None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as exc:
            cancelled = exc
    if cancelled is not None and not task.cancelled() and task.exception() is None:
        raise cancelled
    task.result()

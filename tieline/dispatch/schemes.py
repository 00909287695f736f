"""How the deliveries of one connection are read; of the system `custom`, as the connection's block says."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from concurrent.futures import Future

from tieline import connections, registry
from tieline.credentials import Receives
from tieline.errors import ConfigError, UnknownName
from tieline.observe import log
from tieline.webhooks import Webhook, find, webhook_of

CUSTOM = "custom"
#: The type of block for systems that have no connector.
COMMON = "webhook-credentials"
#: The longest that we wait for Prefect to hand out a block, and for how long we do not ask again when it did not.
LOOK_SECONDS = 5.0
AGAIN_SECONDS = 5.0

_away: dict[str, float] = {}


class Away(Exception):  # noqa: N818 - reads as what happened
    """How a delivery is read stands in a block, and Prefect does not hand it out at the moment."""


def scheme_of(system: str, connection: str) -> Webhook:
    """How a connection's deliveries are read. Blocks are kept for half a minute.

    Raises:
        Away: Prefect cannot be reached.
        UnknownName: There is no such system, or no such connection any more.
    """
    if system != CUSTOM:
        return find(system)
    if connection in away():
        raise Away
    kind = next(kind for kind in registry.blocks(of=Receives) if kind.get_block_type_slug() == COMMON)
    try:
        block = _load(kind, f"{CUSTOM}-{connection}")
    except UnknownName:
        raise
    except (ConfigError, TimeoutError) as exc:
        if connection not in _away:
            why = str(exc) or "Prefect does not answer."
            log().warning("deliveries wait until their block can be read", block=f"{CUSTOM}-{connection}", reason=why)
        _away[connection] = time.monotonic() + AGAIN_SECONDS
        raise Away from None
    _away.pop(connection, None)
    return webhook_of(system, block)


def away() -> tuple[str, ...]:
    """The connections of `custom` that we need not ask for now."""
    return tuple(name for name, until in tuple(_away.items()) if until > time.monotonic())


def forget() -> None:
    """Ask for all of them again."""
    _away.clear()


def _load(kind: type[Receives], name: str) -> Receives:
    """Load a block, wherever we are called from: Prefect can only be asked in an event loop."""
    found: Future[Receives] = Future()
    context = contextvars.copy_context()  # Prefect keeps in it which server is meant

    async def load() -> Receives:
        return await asyncio.wait_for(connections.load(kind, name), LOOK_SECONDS)

    def run() -> None:
        try:
            found.set_result(context.run(asyncio.run, load()))
        except BaseException as exc:  # noqa: BLE001 - whoever waits shall know
            found.set_exception(exc)

    threading.Thread(target=run, name="tieline-block", daemon=True).start()
    return found.result()

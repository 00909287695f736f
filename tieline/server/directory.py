"""The connections that can receive: read from Prefect's blocks, and kept while Prefect is away."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from tieline import connections, registry
from tieline.credentials import Receives
from tieline.errors import ConfigError, TielineError
from tieline.observe import log
from tieline.server.receiver import Receiver
from tieline.webhooks import webhook_of

if TYPE_CHECKING:
    from prefect.client.schemas.objects import BlockDocument

#: How old what we know of the blocks may become.
KEEP_SECONDS = 30.0
#: And when somebody is refused, because the block may have changed since: not asked more often than this.
FRESH_SECONDS = 5.0
#: The longest that anybody waits for that.
LOOK_SECONDS = 2.0
START_SECONDS = 30.0
PAGE = 200
#: The type of block for systems that have no connector.
COMMON = "webhook-credentials"

Receivers = Mapping[tuple[str, str], Receiver]


class Found(NamedTuple):
    """What there is.

    Args:
        receivers: The connections that can receive.
        problems: Blocks that cannot be used, and why.
    """

    receivers: Receivers
    problems: Mapping[str, str] = {}


def read_blocks(before: Receivers) -> Found:
    """Every connection that can receive. Not to be called from a running event loop.

    Args:
        before: What was found the last time; what has not changed is taken from there.

    Raises:
        ConfigError: Prefect cannot be reached.
    """
    kinds = {kind.get_block_type_slug(): kind for kind in registry.blocks(of=Receives)}
    found: dict[tuple[str, str], Receiver] = {}
    problems: dict[str, str] = {}
    for document in asyncio.run(_documents()):
        slug = document.block_type.slug if document.block_type else ""
        if slug not in kinds or not document.name:
            continue
        try:
            receiver = _receiver(kinds[slug], document)
        except (ValidationError, TielineError) as exc:
            problems[f"{slug}/{document.name}"] = _said(exc)
            continue
        key = (receiver.system, receiver.connection)
        known = before.get(key)
        if key not in found or slug != COMMON:  # a system's own type of block comes before the common one
            found[key] = known if known is not None and known.digest == receiver.digest else receiver
    return Found(found, problems)


def _receiver(kind: type[Receives], document: BlockDocument) -> Receiver:
    block = kind.model_validate(document.data)
    name = document.name or ""
    if kind.get_block_type_slug() != COMMON:
        system, connection = kind.__module__.rpartition(".")[2], name
    else:
        system = str(getattr(block, "system", ""))
        if not name.startswith(f"{system}-"):
            raise ConfigError(f"The block {name!r} should be called {system}-CONNECTION, such as {system}-main.")
        connection = name.removeprefix(f"{system}-")
    return Receiver(system, connection, name, block, webhook_of(system, block))


async def _documents() -> Sequence[BlockDocument]:
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - half a second

    found: list[Any] = []
    with connections.reaching():
        async with get_client(httpx_settings={"timeout": 10}) as client:
            while True:
                page = await client.read_block_documents(offset=len(found), limit=PAGE, include_secrets=True)
                found += page
                if len(page) < PAGE:
                    return found


def _said(exc: Exception) -> str:
    """What is wrong with a block. Not the error's own words: those quote the values."""
    if isinstance(exc, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors(include_input=False))
    return str(exc)


async def _in_thread(do: Callable[[Receivers], Found], before: Receivers) -> Found:
    """Call something in a thread that the process does not wait for when it ends: Prefect is asked patiently."""
    done: concurrent.futures.Future[Found] = concurrent.futures.Future()
    context = contextvars.copy_context()  # Prefect keeps in it which server is meant

    def run() -> None:
        try:
            done.set_result(context.run(do, before))
        except BaseException as exc:  # noqa: BLE001 - whoever waits shall know
            done.set_exception(exc)

    threading.Thread(target=run, daemon=True, name="tieline-directory").start()
    return await asyncio.wrap_future(done)


class Directory:
    """Finds connections without waiting.

    All blocks are read together, every half minute and in a thread of its own. So a name that nobody has costs Prefect
    nothing, and a delivery never waits. Who is about to be refused waits for one more look, at most every five seconds:
    a new connection or another secret works at once, and a wrong name takes as long as a wrong signature.

    Args:
        read: Reads the blocks.
    """

    def __init__(self, read: Callable[[Receivers], Found] = read_blocks) -> None:
        self._read = read
        self.receivers: Receivers = {}
        self._problems: Mapping[str, str] = {}
        #: Whether Prefect answered the last time.
        self.reachable = self._tried = False
        self._looked_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read the blocks, and keep reading them. Prefect gets time for the first answer, but not for ever."""
        await self.look(0)
        if self._looking is not None:
            await asyncio.wait([self._looking], timeout=START_SECONDS)
        self._keeper = asyncio.create_task(self._keep())

    def stop(self) -> None:
        """Stop reading."""
        for task in (self._keeper, self._looking):
            if task is not None:
                task.cancel()

    def get(self, system: str, connection: str) -> Receiver | None:
        """A connection, as it was when we last looked."""
        return self.receivers.get((system, connection))

    def of(self, system: str) -> Receiver | None:
        """Any connection of a system."""
        return next((one for (name, _), one in self.receivers.items() if name == system), None)

    async def look(self, oldest: float | None = None) -> bool:
        """Look again, unless we did within the last seconds.

        Args:
            oldest: How old what we know may be, in seconds; FRESH_SECONDS if it is not said.

        Returns:
            Whether what we know is that fresh.
        """
        due = self._looked_at + (FRESH_SECONDS if oldest is None else oldest)
        if self._looking is None and time.monotonic() >= due:
            self._looking = asyncio.create_task(self._look())
        if self._looking is not None:
            # It goes on when nobody waits for it any more: an answer must not take as long as Prefect can.
            await asyncio.wait([self._looking], timeout=LOOK_SECONDS)
        return self.reachable and self._looking is None

    async def set_secret(self, receiver: Receiver, secret: str) -> None:
        """Keep a secret that the vendor has told us, and let no other handshake change it.

        Raises:
            ConfigError: The block cannot be saved.
        """
        block = await connections.load(type(receiver.block), receiver.block_name)
        changed = block.model_copy(
            update={
                "webhook_secret": type(block.webhook_secret)(secret),
                "webhook": block.webhook.model_copy(update={"verification": "signature"}),
            }
        )
        await connections.change(changed, "webhook_secret", "webhook")
        await self.look(0)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            await self.look(KEEP_SECONDS / 2)

    async def _look(self) -> None:
        try:
            # In a thread, because reading many blocks keeps a processor busy for longer than an answer may take.
            found = await _in_thread(self._read, self.receivers)
        except Exception as exc:  # noqa: BLE001 - whatever it is, what is known stays in use
            why = str(exc) if isinstance(exc, TielineError) else type(exc).__name__
            if self.reachable or not self._tried:
                log().warning("The blocks cannot be read. Those that were read before stay in use.", why=why)
            self.reachable = False
        else:
            for block, why in found.problems.items():
                if self._problems.get(block) != why:
                    log().warning("A block cannot be used to receive.", block=block, why=why)
            self.receivers, self._problems = found
            self.reachable = True
        finally:
            self._tried = True
            self._looked_at = time.monotonic()
            self._looking = None

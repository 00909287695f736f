"""`/hooks/{system}/{connection}`: what a vendor sends is verified, written down, and then acknowledged.

This is plain ASGI: an acknowledgement costs less than FastAPI's handling of a request.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
import traceback

from tieline.errors import SignatureInvalid, StoreUnavailable, TielineError, Unverifiable
from tieline.inbox.writer import Writer
from tieline.observe import log
from tieline.server import answers, payload
from tieline.server.answers import Answer, Denied, Refusal
from tieline.server.directory import Directory
from tieline.server.receiver import Receiver, greeting
from tieline.server.request import Bodies, Gone, Proxies, Receive, Scope, Send, headers_of, query_of
from tieline.server.watch import Watch
from tieline.settings import Settings
from tieline.webhooks import Delivery, Reply, fetch

PREFIX = "/hooks/"
METHODS = frozenset({"POST", "GET", "HEAD"})
#: Seconds after which a vendor may ask again where we cannot say yet whether it may.
AGAIN_SECONDS = 10.0
_DUMMY = b"nobody has this secret"


class Hooks:
    """The endpoint.

    Args:
        directory: Where connections are found.
        writer: Where deliveries are written down.
        settings: Sizes and proxies.
    """

    def __init__(self, directory: Directory, writer: Writer, settings: Settings) -> None:
        self._directory = directory
        self._writer = writer
        self._bodies = Bodies(settings.max_hook_bytes)
        self._proxies = Proxies(settings.trusted_proxies)
        self._planting = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()
        self.watch = Watch()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever happens, it is not a 500."""
        began = time.perf_counter()
        try:
            answer = await self._answer(scope, receive)
        except Gone:
            return
        except Exception as exc:  # noqa: BLE001 - a mistake of ours must not lose an event: the vendor sends it again
            log().error("The gateway has made a mistake.", kind=type(exc).__name__, where=origin(exc))
            answer = answers.wait(503, "Something went wrong here.", AGAIN_SECONDS)
        await send(answer.start)
        await send(answer.body)
        self.watch.took(time.perf_counter() - began)

    async def finish(self) -> None:
        """Wait for what is done in the background."""
        if self._background:
            await asyncio.wait(self._background)
        self.watch.flush()

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        system, slash, connection = scope["path"].removeprefix(PREFIX).partition("/")
        if not slash or not system or not connection or "/" in connection:
            return answers.NOTHING_HERE
        if scope["method"] not in METHODS:
            return answers.METHOD
        headers = headers_of(scope)
        try:
            raw = await self._bodies.read(headers, receive)
            known = self._directory.get(system, connection)
            url = (known.url if known else "") or self._proxies.url(scope, headers)
            delivery = Delivery(headers, raw, query_of(scope), url, scope["method"])
            return await self._taken_in(system, connection, delivery, scope)
        except Refusal as exc:
            self._note(system, connection, exc.reason, exc.detail)
            return exc.answer
        except Denied as exc:
            client = self._proxies.client(scope, headers)
            self._note(system, connection, exc.reason, f"From {client}. {exc.detail}".strip())
            return answers.DENIED if scope["method"] == "POST" else answers.METHOD

    def _note(self, system: str, connection: str, reason: str, detail: str) -> None:
        if self._directory.get(system, connection):
            self.watch.refused(system, connection, reason, detail)
        else:
            # Counters for names that anybody can make up would fill the memory.
            self.watch.refused("", "", reason, f"{system[:50]}/{connection[:50]}: {detail}")

    async def _taken_in(self, system: str, connection: str, delivery: Delivery, scope: Scope) -> Answer:
        receiver = self._directory.get(system, connection)
        try:
            receiver, reply = await self._admitted(receiver, system, delivery, scope)
        except Denied as exc:
            # The block may have changed since it was read; see `Directory`.
            fresh = await self._directory.look()
            now = self._directory.get(system, connection)
            if now is receiver and fresh:
                raise
            if now is receiver:
                said = answers.wait(503, "Who may send here is not known at the moment.", AGAIN_SECONDS)
                raise Refusal(said, f"{exc.reason}, and Prefect does not answer") from None
            receiver, reply = await self._admitted(now, system, delivery, scope)
        reply = reply or payload.signed_handshake(receiver, delivery)
        if reply is not None:
            return await self._greeted(receiver, reply)
        return await self._kept(receiver, delivery)

    async def _admitted(
        self, receiver: Receiver | None, system: str, delivery: Delivery, scope: Scope
    ) -> tuple[Receiver, Reply | None]:
        """The connection that may receive this; with the answer, where it is a handshake that needs no signature.

        Raises:
            Denied: It may not.
            Refusal: Not now.
        """
        barred = (
            receiver is not None
            and receiver.guarded
            and not receiver.allows(self._proxies.client(scope, delivery.headers))
        )
        if receiver is None or barred:
            # A handshake that tells a stranger nothing is answered, or it would tell which names there are.
            other = receiver or self._directory.of(system)
            reply = greeting(other.webhook, delivery, (), signed=False) if other else None
            if other is not None and reply is not None and not reply.secret:
                return other, reply
            _as_if(delivery)
            raise Denied("address not allowed" if barred else "unknown connection")
        seconds = receiver.wait()
        if seconds:
            raise Refusal(answers.wait(429, "These are too many deliveries.", seconds), "too many")
        reply = receiver.handshake(delivery, signed=False)
        if reply is None:
            await self._verified(receiver, delivery)
        return receiver, reply

    async def _verified(self, receiver: Receiver, delivery: Delivery) -> None:
        if delivery.method != "POST":
            raise Denied("no delivery")
        if receiver.verification != "none" and not receiver.secrets:
            _as_if(delivery)
            raise Denied("no secret in the block")
        try:
            if receiver.webhook.prepare is not None:
                await receiver.webhook.prepare(delivery, receiver.secrets)
            receiver.check(delivery)
        except Unverifiable as exc:
            said = answers.wait(503, "This cannot be checked at the moment.", AGAIN_SECONDS)
            raise Refusal(said, "signature cannot be checked", str(exc)) from None
        except SignatureInvalid as exc:
            raise Denied("signature refused", str(exc)) from None
        except Exception as exc:  # noqa: BLE001 - it fails closed, whatever made it fail
            raise Denied("signature not readable", type(exc).__name__) from None

    async def _greeted(self, receiver: Receiver, reply: Reply) -> Answer:
        if reply.secret and receiver.verification == "handshake":
            await self._planted(receiver, reply.secret)
        if reply.notice:
            log().warning(reply.notice, system=receiver.system, connection=receiver.connection)
        if reply.confirm:
            task = asyncio.create_task(_confirm(reply.confirm, receiver))
            self._background.add(task)
            task.add_done_callback(self._background.discard)
        self.watch.greeted(receiver.system, receiver.connection)
        return answers.from_reply(reply)

    async def _planted(self, receiver: Receiver, secret: str) -> None:
        async with self._planting:
            now = self._directory.get(receiver.system, receiver.connection)
            if now is None or now.verification != "handshake":
                raise Denied("another handshake was faster")
            try:
                await self._directory.set_secret(now, secret)
            except TielineError as exc:
                said = answers.wait(503, "This cannot be kept at the moment.", AGAIN_SECONDS)
                raise Refusal(said, "secret of the handshake not saved", str(exc)) from None

    async def _kept(self, receiver: Receiver, delivery: Delivery) -> Answer:
        arrival = payload.arrival(receiver, delivery, time.time())
        try:
            await self._writer.put(arrival)
        except StoreUnavailable as exc:
            said = answers.wait(503, "This cannot be kept at the moment.", exc.retry_after)
            raise Refusal(said, "store cannot be written to", str(exc)) from None
        self.watch.accepted(receiver.system, receiver.connection)
        return payload.acknowledgement(receiver, delivery)


async def _confirm(url: str, receiver: Receiver) -> None:
    """Fetch what a vendor asks us to fetch, in a request that was signed. It tries again if we do not."""
    if not await fetch.get(url):
        log().warning("A subscription was not confirmed.", system=receiver.system, connection=receiver.connection)


def origin(exc: BaseException) -> str:
    """Where in the code an error happened. Its words are left out: they can quote what came in."""
    frames = traceback.extract_tb(exc.__traceback__)[-3:]
    return " > ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)


def _as_if(delivery: Delivery) -> None:
    """Take as long as checking a signature does."""
    hmac.compare_digest(hmac.digest(_DUMMY, delivery.raw, hashlib.sha256), bytes(32))

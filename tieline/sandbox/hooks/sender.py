"""Sends deliveries from a thread of its own, with the vendor's patience, and with the faults that were asked for."""

import asyncio
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tieline.sandbox.faults import Fault
from tieline.sandbox.hooks.delivery import Delivery, Manner, Try

AT_ONCE = 64
"""Requests that are under way at the same time."""

_END_SECONDS = 5

_How = Callable[[Delivery, float], Awaitable[Try]]


@dataclass
class _Crowd:
    """Deliveries that are held back until there are enough of them."""

    size: int = 0
    complete: asyncio.Event = field(default_factory=asyncio.Event)


class Sender:
    """A thread that sends. It starts with the first delivery, and ends with `close`."""

    def __init__(self, pace: float = 1.0) -> None:
        """`pace` stretches the waits before another try: 0.01 makes a minute of them less than a second."""
        self.pace = pace
        self._lock = threading.Lock()
        self._running: tuple[threading.Thread, _Loop] | None = None

    def send(self, delivery: Delivery, manner: Manner[Any]) -> None:
        """Send a delivery soon; callable from any thread."""
        with self._lock:
            if self._running is None:
                loop = _Loop(self.pace)
                thread = threading.Thread(target=asyncio.run, args=(loop.serve(),), daemon=True, name="sandbox hooks")
                thread.start()
                loop.ready.wait()
                self._running = thread, loop
            self._running[1].begin(delivery, manner)

    def close(self) -> None:
        """Stop at once: what is under way or waits for another try is given up."""
        with self._lock:
            if self._running is not None:
                thread, loop = self._running
                loop.end()
                thread.join(_END_SECONDS)
                self._running = None


class _Loop:
    """What runs in the thread."""

    def __init__(self, pace: float) -> None:
        self.ready = threading.Event()
        self._pace = pace
        self._tasks: set[asyncio.Task[None]] = set()
        self._crowds: dict[str, _Crowd] = {}
        self._held: dict[str, asyncio.Event] = {}

    async def serve(self) -> None:
        """Send until told to end."""
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._secure = ssl.create_default_context()
        # A client for each request under way: one that is shared looks through all of its connections each time.
        self._free: list[httpx.AsyncClient] = []
        self.ready.set()
        await self._ending.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for client in self._free:
            await client.aclose()

    def begin(self, delivery: Delivery, manner: Manner[Any]) -> None:
        """Send one more; called from other threads."""
        self._loop.call_soon_threadsafe(self._start, delivery, manner)

    def end(self) -> None:
        """Stop; called from other threads."""
        self._loop.call_soon_threadsafe(self._ending.set)

    def _start(self, delivery: Delivery, manner: Manner[Any]) -> None:
        task = self._loop.create_task(self._deliver(delivery, manner))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery, manner: Manner[Any]) -> None:
        """Send one delivery until it is taken, or the vendor would give up."""
        kind = delivery.fault.fault if delivery.fault else ""
        if delivery.fault is not None:
            await self._hold_back(delivery, delivery.fault)
        wait = await self._try(delivery, manner, _drop if kind == "drop" else self._post)
        self._let_pass(delivery)
        while wait is not None:
            await asyncio.sleep(wait * self._pace)
            wait = await self._try(delivery, manner, self._post)
        if kind == "duplicate":
            await self._try(delivery, manner, self._post)

    async def _hold_back(self, delivery: Delivery, fault: Fault) -> None:
        """Wait as a fault says: for a while, for the next one to pass, or for enough others."""
        to = delivery.subscription.id
        if fault.fault == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault.fault == "reorder" and to not in self._held:
            passed = self._held[to] = asyncio.Event()
            await _at_most(fault.seconds, passed)
            self._held.pop(to, None)
        elif fault.fault == "burst":
            crowd = self._crowds.setdefault(to, _Crowd())
            crowd.size += 1
            if crowd.size >= fault.count:
                crowd.complete.set()
            await _at_most(fault.seconds, crowd.complete)
            self._crowds.pop(to, None)
            crowd.complete.set()

    def _let_pass(self, delivery: Delivery) -> None:
        """Let the one go that was to come after this one."""
        held = self._held.pop(delivery.subscription.id, None)
        if held is not None:
            held.set()

    async def _try(self, delivery: Delivery, manner: Manner[Any], how: _How) -> float | None:
        """Send once and write down what came of it. Returns the seconds until the next try, None for no other."""
        async with self._slots:
            delivery.request = manner.sign(delivery, time.time())
            tried = await how(delivery, manner.timeout)
        delivery.tries = [*delivery.tries, tried]
        wait = None if tried.ok else manner.again(delivery)
        delivery.status = "sent" if tried.ok else "failed" if wait is None else "waiting"
        return wait

    async def _post(self, delivery: Delivery, timeout: float) -> Try:  # noqa: ASYNC109 - the vendor's timeout
        """One request as it should be."""
        at, began = time.time(), time.perf_counter()
        url, headers = delivery.subscription.url, dict(delivery.request)
        client = self._free.pop() if self._free else httpx.AsyncClient(trust_env=False, verify=self._secure)
        try:
            answer = await client.post(url, content=delivery.message.body, headers=headers, timeout=timeout)
        except httpx.TimeoutException:
            return Try(at, _since(began), problem="timeout")
        except httpx.HTTPError:
            return Try(at, _since(began), problem="connection")
        finally:
            self._free.append(client)
        return Try(at, _since(began), answer.status_code, headers=dict(answer.headers))


async def _drop(delivery: Delivery, timeout: float) -> Try:  # noqa: ASYNC109 - as above
    """Send the request, and hang up before the answer comes: the receiver has it, and the vendor does not know."""
    at, began, url = time.time(), time.perf_counter(), httpx.URL(delivery.subscription.url)
    secure = ssl.create_default_context() if url.scheme == "https" else None
    body = delivery.message.body
    lines = [f"POST {url.raw_path.decode()} HTTP/1.1", f"host: {url.netloc.decode()}", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in delivery.request.items()]
    try:
        async with asyncio.timeout(timeout):
            port = url.port or (443 if secure else 80)
            _, writer = await asyncio.open_connection(url.host, port, ssl=secure)
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
    except OSError:
        pass  # nobody was there to be hung up on; a timeout is one of these too
    return Try(at, _since(began), problem="connection")


async def _at_most(seconds: float, event: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)

"""Serves the sandbox on loopback: for as long as a block lasts, or until somebody stops it."""

import contextlib
import logging
import socket
import threading
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

import httpx
import uvicorn

from tieline.errors import TielineError
from tieline.sandbox import registry
from tieline.sandbox.app import create_app
from tieline.sandbox.faults import Fault, Faults
from tieline.sandbox.front import Front
from tieline.sandbox.happening import Listener
from tieline.sandbox.hooks import Hooks
from tieline.sandbox.limits import Limit
from tieline.sandbox.state import State

HOST = "127.0.0.1"
#: How long we wait for the thread that serves; requests under way get a second.
END_SECONDS = 5.0


class Sandbox:
    """A sandbox that serves in a thread. Use it as `with` or as `async with`; leaving the block stops it."""

    def __init__(self, app: Front, port: int = 0, host: str = HOST) -> None:
        """Take the port (0: any free one), but do not serve yet. Errors: `TielineError` when it is taken."""
        self.app = app
        self._socket = _listen(host, port)
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        self._server = _server(app)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True, name="sandbox")

    def url_of(self, system: str) -> str:
        """Where a simulated system lives, such as `http://127.0.0.1:8421/zendesk`."""
        return f"{self.url}/{registry.find(system).name}"

    def connection(self, system: str) -> dict[str, str]:
        """The fields of a block that leads to a simulated system: address and login."""
        return registry.find(system).fields(self.url_of(system))

    @property
    def state(self) -> State:
        """What the simulated systems remember."""
        return self.app.state

    @property
    def faults(self) -> Faults:
        """What goes wrong."""
        return self.app.faults

    @property
    def hooks(self) -> Hooks:
        """Who is told of what happens, and what they were told."""
        return self.app.hooks

    def write(self, system: str, tickets: int, rate: float = 0.0, seed: int = 0) -> None:
        """Let customers write, from now on; see `Customers.flood`. Callable from any thread while it serves."""
        url = f"{self.url}/_sandbox/tickets"
        asked = {"system": system, "count": tickets, "rate": rate, "seed": seed}
        httpx.post(url, json=asked, trust_env=False).raise_for_status()

    def start(self) -> Self:
        """Serve; returns when the first request can be sent."""
        self._thread.start()
        # The socket listens already, so a caller's first request waits in its backlog: nothing to poll for.
        return self

    def stop(self) -> None:
        """Stop serving and wait for the thread to end."""
        self._server.should_exit = True
        # Not for ever: a signal that ends this process may come while it imports, and Python keeps its lock then.
        self._thread.join(END_SECONDS)
        self._socket.close()
        self.app.hooks.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Blocks the loop for the moment that the server needs to stop; nothing else runs then.
        self.stop()


def running(
    port: int = 0,
    *,
    seed: int = 1,
    tickets: int = 300,
    faults: Iterable[Fault] = (),
    limits: Mapping[str, Limit] | None = None,
    listeners: Iterable[Listener] = (),
    pace: float = 1.0,
) -> Sandbox:
    """Serve a sandbox for the length of a `with` or `async with` block. See `create_app` for what can be set."""
    app = create_app(seed, tickets, faults=faults, limits=limits, listeners=listeners, pace=pace)
    return Sandbox(app, port)


def serve(host: str = HOST, port: int = 8421, *, seed: int = 1, tickets: int = 300) -> None:
    """Run a sandbox until it is interrupted (Ctrl-C). Errors: `TielineError` when the port is taken."""
    # uvicorn stops in an orderly way on Ctrl-C, and then raises it once more.
    with _listen(host, port) as listening, contextlib.suppress(KeyboardInterrupt):
        app = create_app(seed, tickets)
        try:
            _server(app).run([listening])
        finally:
            app.hooks.close()


def _listen(host: str, port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only where the protocol is named; else an answer takes 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise TielineError(
            f"The sandbox cannot listen on {host}:{port}: {error.strerror}.",
            hint="Something else uses that port. Choose another one, or stop what runs there.",
        ) from error
    listening.listen(128)
    return listening


def _server(app: Front) -> uvicorn.Server:
    logging.getLogger("uvicorn.error").addFilter(_unexpected)
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    return uvicorn.Server(config)


def _unexpected(record: logging.LogRecord) -> bool:
    """Whether a complaint of uvicorn is news: `cut` leaves answers unfinished, `slow` outlives the server."""
    message = record.getMessage()
    return "without completing response" not in message and "timeout graceful shutdown" not in message

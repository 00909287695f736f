"""Serves the gateway until somebody ends it; what was begun is brought to its end."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Callable

import uvicorn

from tieline.errors import ConfigError
from tieline.server.app import Gateway
from tieline.server.protocol import Bounded

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 30
DRAIN_SECONDS = 15


def listen(host: str, port: int) -> socket.socket:
    """A socket that clients can connect to.

    Args:
        host: A name or an address of this machine.
        port: 0 takes any that is free.

    Raises:
        ConfigError: It cannot be had.
    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(where)
            made.listen(BACKLOG)
        except OSError:
            made.close()
            raise
    except OSError as exc:
        raise ConfigError(
            f"The gateway cannot listen on {host}:{port}: {exc.strerror}.",
            hint="Choose another --host or --port, or stop the program that has it.",
        ) from None
    return made


def serve(app: Gateway, listening: socket.socket, started: Callable[[], None]) -> None:
    """Serve until SIGTERM or Ctrl-C. Then nobody is let in any more, and whoever is in gets an answer.

    Args:
        app: The gateway.
        listening: See `listen`.
        started: Called when the connections are known and deliveries are taken in.
    """
    _allow_many()
    config = uvicorn.Config(
        app,
        loop="asyncio" if sys.platform == "win32" else "uvloop",
        http=Bounded,
        ws="none",
        lifespan="on",
        access_log=False,
        # What it warns of is in the hands of strangers: a line for each request that is no HTTP.
        log_level="error",
        # We look at these headers ourselves: uvicorn would believe everybody on this machine.
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    with listening, contextlib.suppress(KeyboardInterrupt):
        _Server(config, started).run([listening])


def _allow_many() -> None:
    """As many open connections as the system lets us have: 1024, as is usual, are taken quickly by who means ill."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on every system

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._say = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._say()

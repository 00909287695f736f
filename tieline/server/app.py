"""The application: hooks, pages on which people decide, health and metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from tieline import store
from tieline.chat import verbs
from tieline.errors import StoreUnavailable
from tieline.inbox.writer import Writer
from tieline.observe import log
from tieline.server import approvals
from tieline.server.directory import Directory
from tieline.server.hooks import PREFIX, Hooks
from tieline.server.receiver import address
from tieline.settings import settings
from tieline.store.direct import Direct

#: So long one examination is good for all who ask.
HEALTH_SECONDS = 1.0


class Health(BaseModel):
    """How the gateway is doing."""

    store: bool
    """Whether deliveries can be written down; if not, they are turned away."""
    prefect: bool
    """Whether Prefect answers; if not, connections that are known go on receiving."""
    connections: int
    """How many can receive."""
    oldest_waiting_seconds: float | None
    """Age of the oldest delivery that nobody has looked at; None where there is none, or nobody can say."""


class Gateway(FastAPI):
    """FastAPI, except for the hooks: those pay for nothing that they do not need."""

    hooks: Hooks | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self.hooks is not None and scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self.hooks(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Examination:
    """Looks after the gateway's health, but not for each who asks."""

    def __init__(self, directory: Directory, writer: Writer) -> None:
        self._directory = directory
        self._writer = writer
        self._at = float("-inf")
        self._found: Health | None = None
        self._one_at_a_time = asyncio.Lock()

    async def health(self) -> Health:
        """How the gateway is doing."""
        async with self._one_at_a_time:
            if self._found is None or time.monotonic() - self._at > HEALTH_SECONDS:
                self._found = await self._examined()
                self._at = time.monotonic()
            return self._found

    async def _examined(self) -> Health:
        reachable = await self._directory.look()
        try:
            oldest, writable = await self._writer.run(_oldest), True
        except StoreUnavailable:
            oldest, writable = None, False
        return Health(
            store=writable,
            prefect=reachable,
            connections=len(self._directory.receivers),
            oldest_waiting_seconds=None if oldest is None else max(0.0, round(time.time() - oldest, 3)),
        )


def create_app(*, writer: Writer | None = None, directory: Directory | None = None) -> Gateway:
    """The gateway as an ASGI application.

    Args:
        writer: Writes deliveries down; by default into the store of the settings.
        directory: Finds connections; by default in Prefect's blocks.

    Raises:
        ConfigError: The store cannot be opened, or a setting cannot be used.
    """
    store.engine()  # brings the tables up to date
    writer, directory = writer or Writer(), directory or Directory()
    hooks = Hooks(directory, writer, settings())

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await directory.start()
        await asyncio.to_thread(_warm)
        try:
            yield
        finally:
            await hooks.finish()
            await asyncio.to_thread(writer.close)
            directory.stop()

    app = Gateway(title="Tieline gateway", lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.hooks = hooks
    app.include_router(approvals.router)
    examination = Examination(directory, writer)

    @app.get("/health")
    async def health(request: Request, response: Response) -> Any:
        """How the gateway is doing; 503 while deliveries cannot be written down."""
        if not _inside(request):
            return Response(status_code=404)
        found = await examination.health()
        response.status_code = 200 if found.store else 503
        return found

    @app.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Counters, for Prometheus."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest  # noqa: PLC0415 - only where it is asked for

        if not _inside(request):
            return Response(status_code=404)
        return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})

    return app


def _warm() -> None:
    """Import what commands from chats are read with, so that the first one is answered as fast as the others."""
    try:
        verbs()
    except Exception as exc:  # noqa: BLE001 - whatever is wrong with a scenario, deliveries are taken in
        log().error("Commands from chats cannot be read.", kind=type(exc).__name__)


def _inside(request: Request) -> bool:
    """Whether somebody asks from our own network, and not through a proxy: the names of connections are not for all."""
    found = address(request.client.host) if request.client else None
    passed_on = {"x-forwarded-for", "forwarded"} & set(request.headers)
    return found is not None and found.is_private and not passed_on


def _oldest(database: Direct) -> float | None:
    # It also shows that a transaction that writes can be made.
    found = database.execute("SELECT received_at FROM deliveries WHERE state = 'received' ORDER BY id LIMIT 1")
    return float(found[0][0]) if found else None

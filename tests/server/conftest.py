"""A gateway in this process, with connections that need no Prefect."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import select

from blocks.freshdesk import FreshdeskCredentials
from blocks.zendesk import ZendeskCredentials
from tieline import store
from tieline.credentials import Inbound, Receives
from tieline.errors import ConfigError
from tieline.inbox.tables import DeliveryRow
from tieline.inbox.writer import Writer
from tieline.server import create_app
from tieline.server.directory import Directory, Found
from tieline.server.receiver import Receiver
from tieline.webhooks import Delivery, Handshake, Reply, Webhook, body, digest, hmac_sha256
from tieline.webhooks.find import find

SECRET = "zendesk-signing-secret"
FRESHDESK_SECRET = "freshdesk-shared-secret"
HOOK = "/hooks/zendesk/support"


def zendesk(secret: str = SECRET, **inbound: Any) -> ZendeskCredentials:
    return ZendeskCredentials(
        subdomain="acme",
        oauth_token=SecretStr("oauth-token"),
        webhook_secret=SecretStr(secret),
        webhook=Inbound(**inbound),
    )


def freshdesk(**inbound: Any) -> FreshdeskCredentials:
    return FreshdeskCredentials(
        url="https://acme.freshdesk.com",
        api_key=SecretStr("freshdesk-api-key"),
        webhook_secret=SecretStr(FRESHDESK_SECRET),
        webhook=Inbound(**inbound),
    )


def event(number: object = 1, **fields: Any) -> bytes:
    return json.dumps(
        {"id": f"e{number}", "type": "zen:event-type:ticket.created", "detail": {"id": "7"}} | fields
    ).encode()


def signed(raw: bytes, *, secret: str = SECRET, now: float | None = None) -> dict[str, str]:
    """Headers as Zendesk sends them."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() if now is None else now))
    made = base64.b64encode(hmac.digest(secret.encode(), moment.encode() + raw, hashlib.sha256)).decode()
    return {
        "content-type": "application/json",
        "x-zendesk-webhook-signature": made,
        "x-zendesk-webhook-signature-timestamp": moment,
    }


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def rows() -> list[DeliveryRow]:
    with store.session() as db:
        return list(db.exec(select(DeliveryRow).order_by(DeliveryRow.id)))  # type: ignore[arg-type]


def receiver(system: str, connection: str, block: Receives, webhook: Webhook | None = None) -> Receiver:
    return Receiver(system, connection, connection, block, webhook or find(system))


def _planting(delivery: Delivery, _: Sequence[str]) -> Reply | None:
    secret = delivery.headers.get("x-hook-secret", "")
    return Reply(204, headers={"x-hook-secret": secret}, secret=secret) if secret else None


def _probing(delivery: Delivery, _: Sequence[str]) -> Reply | None:
    token = delivery.query.get("validationToken", "")
    return Reply(200, token.encode(), "text/plain") if token else None


def _challenging(delivery: Delivery, _: Sequence[str]) -> Reply | None:
    challenge = body("challenge")(delivery)
    return Reply(200, challenge.encode(), "text/plain", notice="Somebody asked.") if challenge else None


#: A vendor that does everything that vendors do.
SHAKING = Webhook(
    verify=hmac_sha256("X-Sign"),
    event=body("event"),
    delivery=digest,
    handshakes=(Handshake(_planting, signed=False), Handshake(_probing, signed=False), Handshake(_challenging)),
    reply=lambda _: Reply(200, b"<Ack>true</Ack>", "text/xml"),
)


@dataclass
class House:
    """What the gateway of a test stands on; may be changed while it runs."""

    receivers: dict[tuple[str, str], Receiver] = field(default_factory=dict)
    prefect: bool = True
    looks: int = 0

    def add(self, one: Receiver) -> None:
        self.receivers[one.system, one.connection] = one

    def read(self, _: object) -> Found:
        self.looks += 1
        if not self.prefect:
            raise ConfigError("The Prefect server cannot be reached.")
        return Found(dict(self.receivers))

    @asynccontextmanager
    async def open(self, writer: Writer | None = None, **transport: Any) -> AsyncIterator[httpx.AsyncClient]:
        """A client of a gateway."""
        self.directory = Directory(self.read)
        app = create_app(writer=writer, directory=self.directory)
        async with app.router.lifespan_context(app):
            carrier = httpx.ASGITransport(app, **transport)
            async with httpx.AsyncClient(transport=carrier, base_url="http://gateway.test") as client:
                yield client


@pytest.fixture
def house() -> House:
    made = House()
    made.add(receiver("zendesk", "support", zendesk()))
    made.add(receiver("freshdesk", "support", freshdesk()))
    made.add(receiver("shaking", "main", zendesk(verification="signature"), SHAKING))
    return made


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.open() as made:
        yield made


Post = Callable[..., Any]


@pytest.fixture
def post(client: httpx.AsyncClient) -> Post:
    """Sends a delivery as Zendesk does."""

    async def send(raw: bytes, path: str = HOOK, **headers: str) -> httpx.Response:
        return await client.post(path, content=raw, headers=signed(raw) | named(headers))

    return send

"""The front door: every request is numbered here, counted, spoiled when a fault says so, and logged."""

import asyncio
import re
import time
import uuid
from collections.abc import Sequence
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tieline.sandbox.customers import Customers
from tieline.sandbox.faults import Fault
from tieline.sandbox.happening import REQUEST_ID
from tieline.sandbox.hooks import Hooks
from tieline.sandbox.limits import Limit, Window
from tieline.sandbox.state import Logged, State
from tieline.sandbox.vendor import Vendor, cost_of

_SORRY = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1><p>This page is not JSON.</p>"


#: Where the vendors themselves show a ticket to an agent.
_AGENTS_PAGE = re.compile(r"/(zendesk/agent|freshdesk/a)/tickets/(?P<id>\d+)")


class Front:
    """An ASGI app: `/zendesk`, `/jira` and the like are the vendors, everything else the pages.

    Faults and rate limits concern the vendors only.
    """

    def __init__(
        self,
        state: State,
        vendors: Sequence[Vendor[Any]],
        pages: ASGIApp,
        hooks: Hooks,
    ) -> None:
        """`pages` serves everything that is not a vendor's."""
        self.state = state
        self.hooks = hooks
        self.customers = Customers(state)
        self.vendors = {vendor.name: vendor for vendor in vendors}
        self.pages = pages
        self.faults = hooks.faults
        self.windows = {vendor.name: Window() for vendor in vendors}

    def limit(self, system: str, limit: Limit) -> None:
        """Set how many calls one vendor allows; its window starts anew."""
        self.windows[system] = Window(limit)

    def reset(self) -> None:
        """Back to the start: records, request log, deliveries, faults and windows. Subscriptions stay."""
        self.customers.stop()
        self.state.begin()
        self.faults.clear()
        self.hooks.clear()
        self.windows = {name: Window(window.limit) for name, window in self.windows.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer the server's start and stop messages."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        system = scope["path"].split("/", 2)[1]
        vendor = self.vendors.get(system)
        scope["sandbox"] = self.state
        scope["sandbox_front"] = self
        page = _AGENTS_PAGE.fullmatch(scope["path"])
        if page:
            await RedirectResponse(f"/tickets/{system}/{page['id']}")(scope, receive, send)
        elif vendor is None:
            await self.pages(scope, receive, send)
        else:
            await self._vendor(vendor, scope, receive, send)

    async def _vendor(self, vendor: Vendor[Any], scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id") or uuid.uuid4().hex
        path = scope["path"][len(vendor.name) + 1 :]
        raw = scope.get("raw_path", scope["path"].encode())[len(vendor.name) + 1 :]
        outer = {**scope, "path": path, "raw_path": raw, "root_path": ""}
        outer["sandbox_base"] = f"{scope['scheme']}://{headers.get('host', 'localhost')}/{vendor.name}"
        shown = vendor.shown(path)
        fault = self.faults.pick(vendor.name, f"{scope['method']} {shown}")
        answer = _Answer(send, request_id, whole=fault is not None and fault.fault in ("cut", "json"))
        token = REQUEST_ID.set(request_id)
        try:
            await self._serve(vendor, fault, outer, receive, answer)
        finally:
            REQUEST_ID.reset(token)
        # Written down before the answer ends, so that who has the answer finds it in the log.
        self.state.record_request(
            Logged(
                request_id,
                self.state.clock(),
                vendor.name,
                scope["method"],
                shown,
                _without_token(scope["query_string"].decode("latin-1")),
                answer.status,
                round((time.perf_counter() - started) * 1000, 2),
                answer.bytes,
                fault.fault if fault else None,
            )
        )
        await answer.finish(fault)

    async def _serve(
        self, vendor: Vendor[Any], fault: Fault | None, scope: Scope, receive: Receive, answer: "_Answer"
    ) -> None:
        window = self.windows[vendor.name]
        budget = window.take()

        def extra() -> dict[str, str]:
            cost = cost_of(scope)
            return vendor.headers(window.spend(cost - 1) if cost > 1 else budget, scope)

        answer.extra = extra
        kind = fault.fault if fault else ""
        if budget.exceeded:
            await vendor.limited(budget.reset)(scope, receive, answer)
        elif fault and kind == "429":
            await vendor.limited(round(fault.seconds))(scope, receive, answer)
        elif kind == "500":
            await vendor.broken()(scope, receive, answer)
        elif kind == "html":
            await HTMLResponse(_SORRY)(scope, receive, answer)
        else:
            if fault and kind == "slow":
                await asyncio.sleep(fault.seconds)
            await vendor.app(scope, receive, answer)


class _Answer:
    """Stands between an app and the server: adds headers, counts, and can hold an answer back to spoil it."""

    def __init__(self, send: Send, request_id: str, *, whole: bool) -> None:
        self.send = send
        self.request_id = request_id
        self.whole = whole
        self.kept: list[Message] = []
        self.extra: Any = dict
        self.status = 0
        self.bytes = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.request_id
            for name, value in self.extra().items():
                headers[name] = value
        else:
            self.bytes += len(message.get("body", b""))
        last = message["type"] == "http.response.body" and not message.get("more_body", False)
        if self.whole or last:
            self.kept.append(message)
        else:
            await self.send(message)

    async def finish(self, fault: Fault | None) -> None:
        """Send what was kept back: the end of an answer, or half of one that is to be spoilt."""
        if not self.whole or fault is None:
            for message in self.kept:
                await self.send(message)
            return
        start = self.kept[0]
        body = b"".join(message.get("body", b"") for message in self.kept[1:])
        half = body[: len(body) // 2]
        if fault.fault == "json":
            MutableHeaders(scope=start)["content-length"] = str(len(half))
        await self.send(start)
        # A promised body that never comes makes the server close the connection: that is the cut.
        await self.send({"type": "http.response.body", "body": half, "more_body": fault.fault == "cut"})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _without_token(query: str) -> str:
    """The query string without credentials."""
    return "&".join(part for part in query.split("&") if not part.startswith(("token=", "sig=")))

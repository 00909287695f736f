"""Print every contract's requests as JSON lines, to be checked against vendors' own descriptions.

python -m tests.contracts --dump [SYSTEM ...]
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import Iterator
from typing import Any

import httpx

from tests.contracts import Contract, Exchange, load
from tests.contracts.play import Vendor
from tieline import observe, registry
from tieline.transport import clients, governor


def _line(system: str, request: httpx.Request) -> dict[str, Any]:
    raw, kind = request.content, request.headers.get("content-type", "")
    body: Any = None
    if raw:
        try:
            body = json.loads(raw) if "json" in kind else raw.decode()
        except ValueError:
            body = {"$b64": base64.b64encode(raw).decode()}
    url = str(request.url.copy_with(query=None))
    headers = {k: v for k, v in request.headers.items() if k != "host"}
    query = list(request.url.params.multi_items())
    return {"system": system, "method": request.method, "url": url, "headers": headers, "query": query, "body": body}


def _play(system: str, contract: Contract) -> Iterator[httpx.Request]:
    connector = registry.connector(system)
    block = connector.block(**contract.credentials)
    plays: list[tuple[Exchange, ...]] = [(contract.health,)]
    calls: list[Any] = [lambda: connector.identity(block)]
    for name, case in contract.actions.items():
        action = connector.actions[name.partition(":")[0]]
        plays.append(case.wire)
        calls.append(lambda action=action, case=case: action.execute(block, case.input))
    for wire, call in zip(plays, calls, strict=True):
        vendor = Vendor(contract, wire)
        clients.transport = vendor
        governor.forget()
        asyncio.run(call())
        yield from vendor.seen


def _forget(call: observe.Call) -> None:
    """Playing a contract is no call worth a record."""


def main(arguments: list[str]) -> int:
    """Print the requests of all systems, or of those named."""
    if "--dump" not in arguments:
        sys.stderr.write(__doc__ or "")
        return 2
    observe.record = _forget
    wanted = [a for a in arguments if not a.startswith("-")]
    for system, contract in load().items():
        if wanted and system not in wanted:
            continue
        for request in _play(system, contract):
            sys.stdout.write(json.dumps(_line(system, request)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

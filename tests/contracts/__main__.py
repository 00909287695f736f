"""Check every contract's requests with vendors' own descriptions.

python -m tests.contracts --dump [SYSTEM ...]            print them, as JSON lines
python -m tests.contracts --check PROGRAM [SYSTEM ...]   let it check them; list what no contract explains
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from tests.contracts import Case, Contract, load
from tests.contracts.described import unexplained, verdicts
from tests.contracts.play import Vendor
from tieline import observe, registry
from tieline.transport import clients, governor


def _line(system: str, case: str, docs: str, request: httpx.Request) -> dict[str, Any]:
    raw, kind = request.content, request.headers.get("content-type", "")
    body: Any = None
    if raw:
        try:
            body = json.loads(raw) if "json" in kind else raw.decode()
        except ValueError:
            body = {"$b64": base64.b64encode(raw).decode()}
    return {
        "system": system,
        "case": case,
        "docs": docs,
        "method": request.method,
        "url": str(request.url.copy_with(query=None)),
        "headers": {k: v for k, v in request.headers.items() if k != "host"},
        "query": list(request.url.params.multi_items()),
        "body": body,
    }


def _play(system: str, contract: Contract) -> Iterator[dict[str, Any]]:
    connector = registry.connector(system)
    block = connector.block(**contract.credentials)
    for name, case in {"health": Case({}, (contract.health,)), **contract.actions}.items():
        vendor = Vendor(contract, case.wire)
        clients.transport = vendor
        governor.forget()
        action = connector.actions.get(name.partition(":")[0])
        asyncio.run(action.execute(block, case.input) if action else connector.identity(block))
        for step, request in zip(case.wire, vendor.seen, strict=True):
            yield _line(system, name, step.docs or case.docs, request)


def _forget(call: observe.Call) -> None:
    """Playing a contract is no call worth a record."""


def _check(program: str, contracts: Mapping[str, Contract]) -> int:
    requests = [line for system, contract in contracts.items() for line in _play(system, contract)]
    found = verdicts(program, requests)
    left = list(unexplained(requests, found, {system: contract.beyond for system, contract in contracts.items()}))
    tally = Counter(verdict["status"] for verdict in found)
    sys.stdout.writelines(f"{line}\n" for line in left)
    counted = ", ".join(f"{number} {status}" for status, number in sorted(tally.items()))
    sys.stdout.write(f"{len(found)} requests: {counted}. Not explained: {len(left)}.\n")
    return 1 if left else 0


def main(arguments: list[str]) -> int:
    """Print or check the requests of all systems, or of those named."""
    observe.record = _forget
    match arguments:
        case ["--dump", *wanted]:
            for system, contract in _wanted(wanted):
                sys.stdout.writelines(json.dumps(line) + "\n" for line in _play(system, contract))
            return 0
        case ["--check", program, *wanted]:
            return _check(program, dict(_wanted(wanted)))
    sys.stderr.write(__doc__ or "")
    return 2


def _wanted(names: list[str]) -> Iterator[tuple[str, Contract]]:
    return ((system, contract) for system, contract in load().items() if not names or system in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Hold what a program found in the requests of the contracts against what the contracts say themselves.

A vendor's description for machines is often older, or poorer, than its pages. Where they differ the page is right, and
the contract names it: in the `docs` of a case or a request, or in `beyond` for all requests of a system.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def verdicts(program: str, requests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the program says of each request.

    Args:
        program: Called as `PROGRAM FILE --json`, with one request a line, as `--dump` prints them. It answers with one
            line for each: `{"status": "OK" or another word, "errors": [texts], "warnings": [texts]}`.
        requests: The requests.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(request) + "\n" for request in requests)
        file.flush()
        done = subprocess.run([program, file.name, "--json"], stdout=subprocess.PIPE, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def unexplained(
    requests: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]], beyond: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    """A line for each request of which something was found that the contract names no page for.

    Args:
        requests: As `--dump` prints them.
        found: The verdicts, in the same order.
        beyond: What each system's contract says for all its requests.
    """
    for request, verdict in zip(requests, found, strict=True):
        known = beyond.get(request["system"], {})
        left = [
            fault
            for fault in (*verdict["errors"], *verdict["warnings"])
            if not request["docs"] and not any(words in fault for words in known)
        ]
        if left and verdict["status"] != "NOSPEC":
            where = f"{request['system']} {request['case']}: {request['method']} {request['url']}"
            yield f"{verdict['status']} {where}: {'; '.join(left)}"

"""Prefect's client, for a server that is only busy for a moment.

On SQLite, Prefect's server answers 503 where two requests want to write at once. Its client then waits for two seconds,
and after that for four, eight and more: far longer than the other write takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

#: Seconds until a refused request is sent again; Prefect's client does so five times.
PAUSES = (0.03, 0.1, 0.4, 1.5, 5.0)
_TRIES = "tieline.tries"


async def _soon(response: httpx.Response) -> None:
    """Say when to ask again, where the server does not."""
    if response.status_code != httpx.codes.SERVICE_UNAVAILABLE or "Retry-After" in response.headers:
        return
    tries = response.request.extensions.setdefault(_TRIES, [])
    response.headers["Retry-After"] = str(PAUSES[min(len(tries), len(PAUSES) - 1)])
    tries.append(response.status_code)


def patient(**httpx_settings: Any) -> dict[str, Any]:
    """Settings for `get_client`, with which it asks a busy server again soon.

    Args:
        httpx_settings: More of them.
    """
    return httpx_settings | {"event_hooks": {"response": [_soon]}}


def make_patient(client: PrefectClient) -> None:
    """The same for a client that somebody else has made."""
    client._client.event_hooks = {"response": [_soon]}  # noqa: SLF001 - Prefect's worker takes no settings for its client

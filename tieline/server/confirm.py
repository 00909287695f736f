"""Doing what a vendor asks for to complete a handshake."""

import httpx

from tieline.observe import log

SECONDS = 10.0


async def confirm(url: str, system: str, connection: str) -> None:
    """Fetch an address that came in a signed request (SNS: the subscription's). What is answered does not matter."""
    try:
        async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False) as client:
            (await client.get(url)).raise_for_status()
    except httpx.HTTPError as exc:
        log().warning("A subscription was not confirmed.", system=system, connection=connection, why=type(exc).__name__)
    else:
        log().info("A subscription was confirmed.", system=system, connection=connection)

"""Fetches what a vendor offers under an address in a delivery: a certificate, or the confirmation of a subscription."""

from __future__ import annotations

import httpx

from tieline.transport import clients

SECONDS = 5.0
_LARGEST = 65_536


async def get(url: str) -> bytes:
    """What is there. The caller has made sure that the host is the vendor's; a redirect leads nowhere.

    Args:
        url: An https address.

    Returns:
        At most 64 KiB; b"" if there is more, or nothing.
    """
    if not url.startswith("https://"):
        return b""
    try:
        # A client of its own: what it fetches is none of a connection's business, and it carries no credentials.
        async with (
            httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, transport=clients.transport) as client,
            client.stream("GET", url) as answer,
        ):
            content = b""
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > _LARGEST:
                    return b""
            return content if answer.is_success else b""
    except httpx.HTTPError:
        return b""

"""A logo for everything that has a name: its initial on a colored square, in an address that is the picture."""

from __future__ import annotations

import base64
import colorsys
import hashlib


def data_url(title: str) -> str:
    """The logo as a `data:` address, which a browser shows without asking anybody.

    Args:
        title: What it stands for; the same title always gets the same color.
    """
    return "data:image/svg+xml;base64," + base64.b64encode(svg(title).encode()).decode()


def svg(title: str) -> str:
    """The logo as SVG."""
    initial = next((sign for sign in title if sign.isalnum()), "?").upper()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48">'
        f'<rect width="48" height="48" rx="11" fill="{color(title)}"/>'
        '<text x="24" y="34" font-family="sans-serif" font-size="28" font-weight="700" fill="#fff"'
        ' text-anchor="middle">'
        f"{initial}</text></svg>"
    )


def color(title: str) -> str:
    """A color that white text can be read on, such as "#2d6fb0"."""
    number = int.from_bytes(hashlib.sha256(title.encode()).digest()[:4])
    hue, shade = number % 360 / 360, 0.36 + number // 360 % 3 * 0.05
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, shade, 0.6))

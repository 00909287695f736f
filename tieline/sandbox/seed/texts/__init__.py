"""The words of the seeded world: one TOML file per category, and what they have in common."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def texts(name: str) -> dict[str, Any]:
    """One file of this folder, without its `.toml`."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))

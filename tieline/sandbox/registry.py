"""Which systems are simulated: each package of this folder that is not the sandbox's own. There is no list of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tieline.sandbox.vendor import Vendor

OWN = frozenset({"git", "hooks", "pages", "seed"})
"""Packages that are about all systems."""


@cache
def names() -> tuple[str, ...]:
    """Every simulated system, in alphabetical order; nothing is imported."""
    found = {module.name for module in iter_modules(import_module("tieline.sandbox").__path__) if module.ispkg}
    return tuple(sorted(found - OWN))


def vendors() -> tuple[Vendor[Any], ...]:
    """Every simulated system."""
    return tuple(find(name) for name in names())


@cache
def find(name: str) -> Vendor[Any]:
    """A simulated system by its name.

    Raises:
        ValueError: There is none of that name, or its package declares no `vendor` or one of another name.
    """
    if name not in names():
        raise ValueError(f"unknown system {name!r}: one of {', '.join(names())}")
    vendor: Vendor[Any] | None = getattr(import_module(f"tieline.sandbox.{name}"), "vendor", None)
    if vendor is None or vendor.name != name:
        raise ValueError(f"tieline/sandbox/{name}/__init__.py must declare `vendor = Vendor({name!r}, ...)`")
    return vendor


def logins(name: str) -> Mapping[str, str]:
    """The logins that a simulated system takes, such as `{"token": ...}`. They open nothing but the sandbox."""
    return find(name).logins

"""Find connectors by name. Listing them reads a directory; a connector is imported only when it is asked for."""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieline.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from tieline.connector import Action, Connector


@cache
def _folder() -> Path:
    spec = find_spec("tasks")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError("The package `tasks` is not installed.", hint="Install Tieline again.")
    folder = Path(next(iter(spec.submodule_search_locations)))
    if not (folder.parent / "tieline").is_dir():
        raise ConfigError(
            f"The package `tasks` in {folder} is not Tieline's.",
            hint="Another package of that name comes first on sys.path: rename it, or run from another folder.",
        )
    return folder


@cache
def names() -> tuple[str, ...]:
    """Every connected system, in alphabetical order; nothing is imported."""
    modules = {file.stem for file in _folder().glob("*.py")} | {
        file.parent.name for file in _folder().glob("*/__init__.py")
    }
    return tuple(sorted(name for name in modules if not name.startswith("_")))


def sources(name: str) -> tuple[Path, ...]:
    """The files of a connector: one module, or those of a package where one would be too long.

    Raises:
        UnknownName: There is no such system.
    """
    _known(name)
    module = _folder() / f"{name}.py"
    return (module,) if module.exists() else tuple(sorted(module.with_suffix("").glob("*.py")))


@cache
def summary(name: str) -> str:
    """What a system is for: the first line of its module's docstring; nothing is imported."""
    text = ast.get_docstring(ast.parse(sources(name)[0].read_text("utf-8"))) or ""
    return text.partition("\n")[0]


def connector(name: str) -> Connector[Any, Any]:
    """One connector.

    Raises:
        UnknownName: There is no such system.
    """
    _known(name)
    found: Connector[Any, Any] = import_module(f"tasks.{name}").connector
    return found


def action(full_name: str) -> Action:
    """One action, by a name such as "freshdesk.get_ticket".

    Raises:
        UnknownName: There is no such system or action.
    """
    system, dot, verb = full_name.partition(".")
    if not dot:
        raise ConfigError(
            f"{full_name!r} is not the name of an action.", hint=f"Write it like {names()[0]}.get_ticket."
        )
    found = connector(system)
    if verb not in found.actions:
        raise UnknownName(f"action of {system}", verb, found.actions)
    return found.actions[verb]


def _known(name: str) -> None:
    if name not in names():
        raise UnknownName("system", name, names())

"""Find connectors, blocks, flows and deployments by name: the one place that looks into the folders above the engine.

Listing reads a directory; a module is imported only when it is asked for.
"""

from __future__ import annotations

import ast
from abc import ABC
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from tieline.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.blocks.core import Block
    from prefect.deployments.runner import RunnerDeployment

    from tieline.connector import Action, Connector
    from tieline.credentials import Credentials
    from tieline.dispatch.triggers import Trigger

B = TypeVar("B", bound="Block")


@cache
def folder(package: str) -> Path:
    """Where one of our packages lives, such as "tasks".

    Raises:
        ConfigError: It is not installed, or is somebody else's.
    """
    spec = find_spec(package)
    if spec is None:
        raise ConfigError(f"The package {package!r} is not installed.", hint="Install Tieline again.")
    found = Path(next(iter(spec.submodule_search_locations or [spec.origin or ""])))
    if found.resolve().parent != Path(__file__).resolve().parents[1]:
        raise ConfigError(
            f"The package {package!r} in {found} is not Tieline's.",
            hint="Another package of that name comes first on sys.path: rename it, or run from another folder.",
        )
    return found


@cache
def modules(package: str) -> tuple[str, ...]:
    """The names of what is in a package, in alphabetical order; nothing is imported."""
    found = {file.stem for file in folder(package).glob("*.py")}
    found |= {file.parent.name for file in folder(package).glob("*/__init__.py")}
    return tuple(sorted(name for name in found if not name.startswith("_")))


def names() -> tuple[str, ...]:
    """Every connected system, in alphabetical order; nothing is imported."""
    return modules("tasks")


def sources(name: str) -> tuple[Path, ...]:
    """The files of a connector: one module, or those of a package where one would be too long.

    Raises:
        UnknownName: There is no such system.
    """
    _known(name)
    module = folder("tasks") / f"{name}.py"
    return (module,) if module.exists() else tuple(sorted(module.with_suffix("").glob("*.py")))


@cache
def summary(name: str) -> str:
    """What a system is for: the first line of its module's docstring; nothing is imported."""
    text = ast.get_docstring(ast.parse(sources(name)[0].read_text("utf-8"))) or ""
    return text.partition("\n")[0]


@dataclass(frozen=True)
class Outline:
    """How much there is in a connector.

    Args:
        summary: What the system is for.
        actions: How many actions there are.
        events: How many events there are.
    """

    summary: str
    actions: int
    events: int


@cache
def outline(name: str) -> Outline:
    """How much there is in a connector; its files are read, not imported.

    Raises:
        UnknownName: There is no such system.
    """
    body = [node for file in sources(name) for node in ast.parse(file.read_text("utf-8")).body]
    functions = [node for node in body if isinstance(node, ast.AsyncFunctionDef)]
    calls = [node.value for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    return Outline(
        summary(name),
        sum(any(_names(mark, "action") for mark in node.decorator_list) for node in functions),
        sum(len(node.args) - 1 for node in calls if _names(node, "event"))
        # A feed tells that a file was created, updated or deleted.
        + 3 * any(_names(mark, "feed") for node in functions for mark in node.decorator_list),
    )


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


@overload
def blocks() -> tuple[type[Credentials], ...]: ...
@overload
def blocks(of: type[B]) -> tuple[type[B], ...]: ...
def blocks(of: type[Block] | None = None) -> tuple[type[Block], ...]:
    """Every type of block that can be made.

    Args:
        of: Those that are of this type; by default all credentials. Prefect's `Block` is everything.
    """
    from tieline.credentials import Credentials  # noqa: PLC0415 - Prefect takes two seconds

    kinds = [kind for name in modules("blocks") for kind in vars(import_module(f"blocks.{name}")).values()]
    return tuple(
        dict.fromkeys(
            kind
            for kind in kinds
            if isinstance(kind, type) and issubclass(kind, of or Credentials)
            if kind.__module__.startswith("blocks.") and ABC not in kind.__bases__
        )
    )


def flow(name: str) -> Flow[..., Any]:
    """A scenario's flow; it is called like its module.

    Raises:
        UnknownName: There is no such scenario.
    """
    if name not in modules("flows"):
        raise UnknownName("flow", name, modules("flows"))
    found: Flow[..., Any] = getattr(import_module(f"flows.{name}"), name)
    return found


def modules_in(package: str) -> list[ModuleType]:
    """The modules of a package of ours, in alphabetical order, imported: what is found by listing.

    Args:
        package: Such as "flows.chat.verbs".
    """
    above, _, inner = package.partition(".")
    files = folder(above).joinpath(*inner.split(".")).glob("*.py")
    names = sorted(file.stem for file in files if not file.stem.startswith("_"))
    return [import_module(f"{package}.{name}") for name in names]


def deployments() -> list[RunnerDeployment]:
    """Every deployment of every scenario. Not to be called from a running event loop: Prefect would make promises."""
    found = [one for module in _scenarios() for one in getattr(module, "deployments", ())]
    return [trigger.deployment for trigger in triggers()] + found


def triggers() -> tuple[Trigger, ...]:
    """Every trigger of every scenario: which events start which flows.

    Raises:
        ConfigError: Two have the same name.
    """
    found: dict[str, Trigger] = {}
    for module in _scenarios():
        for trigger in getattr(module, "triggers", ()):
            if trigger.name in found:
                raise ConfigError(
                    f"Two triggers have the name {trigger.name!r}.",
                    hint="Give one of them another, with `name` in on_event.",
                )
            found[trigger.name] = trigger
    return tuple(found.values())


def _scenarios() -> list[ModuleType]:
    """The modules that say when flows run: those that are shipped, or those that are named.

    Raises:
        ConfigError: One of those that are named is not there.
    """
    from tieline.settings import settings  # noqa: PLC0415 - pydantic takes a while, and what only lists names needs none

    named = [name.strip() for name in settings().deployments.split(",") if name.strip()]
    shipped = [f"deployments.{name}" for name in modules("deployments")]
    try:
        return [import_module(name) for name in named or shipped]
    except ModuleNotFoundError as exc:
        if exc.name is None or not any(f"{name}.".startswith(f"{exc.name}.") for name in named):
            raise
        raise ConfigError(
            f"TIELINE_DEPLOYMENTS names {exc.name}, and there is no such module.",
            hint="Write module names with commas between them, such as deployments.ticket_categorization,acme.runs.",
        ) from None


def _known(name: str) -> None:
    if name not in names():
        raise UnknownName("system", name, names())


def _names(node: ast.expr, attribute: str) -> bool:
    """Whether it is `connector.attribute`, called or not."""
    node = node.func if isinstance(node, ast.Call) else node
    return isinstance(node, ast.Attribute) and node.attr == attribute and ast.unparse(node.value) == "connector"

"""How good a connector is, computed: bronze, silver, gold. `tieline doctor` shows it.

Every rule of a level, and of those below it, must be done, or exempt for a reason that the contract gives.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tieline import registry

if TYPE_CHECKING:
    from tieline.connector import Connector

State = Literal["done", "todo", "exempt"]
LEVELS = ("bronze", "silver", "gold")


@dataclass(frozen=True)
class Verdict:
    """Whether a connector keeps one rule.

    Args:
        rule: The rule's name.
        level: The level that it belongs to.
        state: Whether it is kept.
        said: What is missing, or why it does not apply.
    """

    rule: str
    level: str
    state: State
    said: str = ""


@dataclass(frozen=True)
class _Subject:
    connector: Connector[Any, Any]
    contract: Any
    suite: str


def verdicts(system: str) -> list[Verdict]:
    """What is done and what is to do for one system.

    Raises:
        UnknownName: There is no such system.
    """
    contract, suite = _contract(system)
    subject = _Subject(registry.connector(system), contract, suite)
    exempt = getattr(contract, "exempt", {})
    found = []
    for rule, (level, judge) in _RULES.items():
        missing = judge(subject)
        state: State = "done" if not missing else "exempt" if rule in exempt or missing.startswith("none") else "todo"
        found.append(Verdict(rule, level, state, exempt.get(rule, missing) if state == "exempt" else missing))
    return found


def level(found: list[Verdict]) -> str:
    """The highest level whose rules, and those of the levels below, are all kept; empty where that is none."""
    reached = ""
    for name in LEVELS:
        if any(one.level == name and one.state == "todo" for one in found):
            break
        reached = name
    return reached


def checkout() -> Path | None:
    """The folder that the project was checked out to, if it was: contracts are not installed."""
    root = registry.folder("tasks").parent
    spec = find_spec("tests")
    inside = spec is not None and root / "tests" in map(Path, spec.submodule_search_locations or ())
    return root if inside and (root / "tests" / "contracts").is_dir() else None


def _contract(system: str) -> tuple[Any, str]:
    """A system's contract, or where its own suite is."""
    if checkout() is None:
        return None, ""
    contracts = import_module("tests.contracts")
    if system in contracts.ELSEWHERE:
        return None, contracts.ELSEWHERE[system]
    if find_spec(f"tests.contracts.{system}") is None:
        return None, ""
    return import_module(f"tests.contracts.{system}").contract, ""


# ---------------------------------------------------------------- rules: what is missing, or nothing


def _covered(subject: _Subject) -> str:
    if subject.suite:
        return ""
    if subject.contract is None:
        return "no contract, or this is not a checkout"
    played = {name.partition(":")[0] for name in subject.contract.actions} | set(subject.contract.events)
    return _list("no case for", {*subject.connector.actions, *subject.connector.events} - played)


def _health(subject: _Subject) -> str:
    return "" if subject.connector.check else "no health check"


def _page(subject: _Subject) -> str:
    page = registry.folder("tasks").parent / "docs" / "systems" / f"{subject.connector.name}.md"
    return "" if page.exists() else f"no docs/systems/{subject.connector.name}.md"


def _events(subject: _Subject) -> str:
    if not subject.connector.events:
        return "none: it sends no events"
    if subject.contract is None:
        return "no contract"
    if subject.contract.sign is None:
        return "no signed example"
    return _list("no vendor's page for", {name for name, event in subject.contract.events.items() if not event.docs})


def _idempotency(subject: _Subject) -> str:
    """Every POST and PATCH says what a second one would do."""
    return _list("not declared by", set(_unsaid(subject.connector)))


def _unsaid(connector: Connector[Any, Any]) -> Iterator[str]:
    for file in registry.sources(connector.name):
        for node in ast.parse(file.read_text("utf-8")).body:
            action = connector.actions.get(getattr(node, "name", ""))
            if action is not None and action.kind != "read" and any(map(_says_nothing, ast.walk(node))):
                yield action.fn.__name__


def _says_nothing(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"api.post", "api.patch"}
        and not {"repeatable", "keyed", "check"} & {keyword.arg for keyword in node.keywords}
    )


def _scopes(subject: _Subject) -> str:
    if subject.suite:
        return "none: it has many vendors"
    return _list("no scopes at", {name for name, one in subject.connector.actions.items() if not one.scopes})


def _checked(subject: _Subject) -> str:
    if subject.suite:
        return f"none: see {subject.suite}"
    if subject.contract is not None and subject.contract.checked_with:
        return ""
    return "not checked with the vendor's own description or a real server"


def _list(what: str, names: set[str]) -> str:
    shown = ", ".join(sorted(names)[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")  # noqa: PLR2004 - a line
    return f"{what} {shown}" if names else ""


_RULES: dict[str, tuple[str, Callable[[_Subject], str]]] = {
    "contract": ("bronze", _covered),
    "health": ("bronze", _health),
    "docs": ("bronze", _page),
    "events": ("silver", _events),
    "idempotency": ("silver", _idempotency),
    "scopes": ("silver", _scopes),
    "checked": ("gold", _checked),
}

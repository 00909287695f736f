"""The code of flows: what is imported before it is needed, where it lies, and what is wrong with it."""

from __future__ import annotations

import traceback
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieline import registry
from tieline.errors import ConfigError

if TYPE_CHECKING:
    from prefect import Flow

OURS = ("tieline", "blocks", "tasks", "flows", "deployments")
HINT = "Correct it: the worker takes it up by itself when the file is saved."


def preload(entrypoints: list[str]) -> list[str]:
    """Import every deployment's flow, and these.

    Args:
        entrypoints: Flows that were run before, such as "flows.ticket_categorization.ticket_categorization".

    Returns:
        What could not be imported and why, a sentence for each.
    """
    wrong = []
    for name in registry.modules("deployments"):
        try:
            import_module(f"deployments.{name}")
        except Exception as exc:  # noqa: BLE001 - any error in somebody's module
            wrong.append(why(exc, f"deployments.{name}"))
    for entrypoint in entrypoints:
        try:
            flow_at(entrypoint)
        except ConfigError as exc:
            wrong.append(str(exc))
    return list(dict.fromkeys(wrong))


def flow_at(entrypoint: str) -> Flow[..., Any]:
    """The flow at an entrypoint.

    Args:
        entrypoint: A module path such as "flows.ticket_categorization.ticket_categorization", or a file and a name such
            as "flows/ticket_categorization.py:ticket_categorization", from where the worker was started.

    Raises:
        ConfigError: It cannot be imported, or is no flow.
    """
    from prefect.flows import load_flow_from_entrypoint  # noqa: PLC0415 - half a second

    try:
        return load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
    except Exception as exc:
        raise ConfigError(why(exc, entrypoint), hint=HINT) from exc


def why(exc: BaseException, what: str) -> str:
    """Why something could not be imported, with the file and the line."""
    cause = exc
    while cause.__cause__ is not None:
        cause = cause.__cause__
    said = str(cause).strip().partition("\n")[0]
    if isinstance(cause, SyntaxError) and cause.filename:
        where = f"{cause.filename}, line {cause.lineno}"
        said = cause.msg
    else:
        frames = traceback.extract_tb(cause.__traceback__)
        own = [one for one in frames if _project(one.filename)] or frames
        where = f"{own[-1].filename}, line {own[-1].lineno}" if own else ""
    return f"{what} cannot be imported: {type(cause).__name__}: {said}{f' ({where})' if where else ''}."


def folders(entrypoints: list[str]) -> set[Path]:
    """Where the code lies that runs: our packages, and those of other entrypoints."""
    found = {registry.folder(package) for package in OURS}
    for entrypoint in entrypoints:
        if ":" in entrypoint:
            found.add(Path(entrypoint.rpartition(":")[0]).resolve().parent)
            continue
        spec = find_spec(entrypoint.partition(".")[0])
        if spec is not None:
            inside = spec.submodule_search_locations or []
            found |= {Path(place) for place in inside} or {Path(spec.origin or "").parent}
    return {place for place in found if place.is_dir()}


def _project(file: str) -> bool:
    return not any(part in file for part in ("site-packages", "<frozen", "importlib", f"{Path(__file__)}"))

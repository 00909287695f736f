"""Writes the generated documents: one page for each system, their index, all commands, and all webhooks.

python -m tieline.docs [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from tieline import registry
from tieline.cli import reference
from tieline.connector import Action, Connector
from tieline.feeds import EVENTS
from tieline.login import LogsIn
from tieline.webhooks import guide

FOLDER = Path(__file__).parent.parent / "docs" / "systems"
NOTICE = "<!-- Written by `make docs` from the code: change that instead. -->"


def pages() -> dict[Path, str]:
    """Every generated page, by its path."""
    made = {FOLDER / f"{name}.md": _page(registry.connector(name)) for name in registry.names()}
    made[FOLDER / "README.md"] = _index()
    made[FOLDER.parent / "commands.md"] = reference.page(NOTICE)
    made[FOLDER.parent / "webhooks.md"] = guide.page(NOTICE)
    return made


def _index() -> str:
    rows = [
        f"| [{registry.connector(name).title}]({name}.md) | {registry.summary(name)} "
        f"| {len(registry.connector(name).actions)} | {len(registry.connector(name).told)} |"
        for name in registry.names()
    ]
    head = ["# Systems", "", NOTICE, "", "| system | what it does | actions | events |", "|---|---|--:|--:|"]
    return "\n".join([*head, *rows, ""])


def _page(connector: Connector[Any, Any]) -> str:
    parts = [
        f"# {connector.title}",
        NOTICE,
        registry.summary(connector.name),
        f"The vendor's documentation: <{connector.docs}>",
        "\n".join(_connection(connector)),
        "\n".join(_actions(connector)),
        "\n".join(_events(connector)),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _connection(connector: Connector[Any, Any]) -> Iterator[str]:
    blocks = _blocks(connector)
    yield "## Connect"
    yield ""
    yield f"`tieline connect {connector.name}` asks for these fields, tries them, and saves them as a block:"
    for block in blocks:
        doc = (block.__doc__ or "").strip().partition("\n")[0]
        yield from ["", f"**{block.get_block_type_name()}**: {doc}", "", "| field | | |", "|---|---|---|"]
        for name, field in block.model_fields.items():
            if name in block._kept:  # noqa: SLF001 - ours
                continue
            yield f"| `{name}` | {_kind(field)} | {_cell(field.description or '')} |"
        if issubclass(block, LogsIn):
            page = "[logging in](../logging-in.md)"
            yield from ["", f"`tieline connect {connector.name} --login` brings the `refresh_token`: {page}."]


def _blocks(connector: Connector[Any, Any]) -> list[Any]:
    """The block types of a system: its own, or those that its own is the base of."""
    return [connector.block]


def _kind(field: FieldInfo) -> str:
    words = ["secret"] if field.annotation in {SecretStr, SecretStr | None} else []
    return ", ".join([*words, "required" if field.is_required() else "optional"])


def _actions(connector: Connector[Any, Any]) -> Iterator[str]:
    yield "## Actions"
    yield ""
    name = connector.name
    yield f"Each is a Prefect task: `from tasks import {name}`, then `await {name}.…(connection, …)`,"
    yield f"and a command: `tieline call {name}.… --connection NAME key=value`."
    for action in connector.actions.values():
        yield from _action(action)


def _action(action: Action) -> Iterator[str]:
    short = action.name.partition(".")[2]
    yield from ["", f"### `{short}`", "", f"{action.summary} *({action.kind})*"]
    if action.scopes:
        yield from ["", f"Needs: {', '.join(f'`{scope}`' for scope in action.scopes)}."]
    properties = action.input_schema.get("properties", {})
    if properties:
        required = set(action.input_schema.get("required", []))
        yield from ["", "| parameter | type | |", "|---|---|---|"]
        for name, schema in properties.items():
            need = "" if name in required else _default(schema)
            said = " ".join(filter(None, [schema.get("description", ""), need]))
            yield f"| `{name}` | {_cell(_type(schema))} | {_cell(said)} |"


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(one) for one in schema["anyOf"] if one.get("type") != "null"))
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")


def _default(schema: dict[str, Any]) -> str:
    value = schema.get("default")
    return "Optional." if value in (None, "", [], {}) else f"By default {value}."


def _events(connector: Connector[Any, Any]) -> Iterator[str]:
    if not connector.told:
        return
    yield from ["## Events", "", "| event | carries |", "|---|---|"]
    for name, model in connector.told.items():
        doc = (model.__doc__ or "").strip().partition("\n")[0]
        yield f"| `{connector.name}.{name}` | {_cell(doc)} |"
    if connector.changes:
        yield from ["", f"`{'`, `'.join(EVENTS)}` are found by looking: see [feeds](../feeds.md)."]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` say which are out of date."""
    wanted = pages()
    old = [p for p, text in wanted.items() if not p.exists() or p.read_text("utf-8") != text]
    stray = [path for path in FOLDER.glob("*.md") if path not in wanted]
    if "--check" in arguments:
        for path in [*old, *stray]:
            sys.stderr.write(f"{path.relative_to(FOLDER.parent.parent)} is out of date: run `make docs`.\n")
        return 1 if old or stray else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text, "utf-8")
    for path in stray:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

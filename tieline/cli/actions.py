"""`tieline actions`: what a connected system can do."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from tieline import registry
from tieline.cli import values
from tieline.cli.screen import as_json, note, out, pairs, panel, plain, table

if TYPE_CHECKING:
    from tieline.connector import Action

KIND_COLORS = {"read": "green", "write": "yellow", "delete": "red"}


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Systems")(actions)


def system_names(incomplete: str) -> list[str]:
    """For shell completion."""
    return [name for name in registry.names() if name.startswith(incomplete)]


def actions(
    system: str = typer.Argument(
        metavar="SYSTEM",
        help="Such as freshdesk; or one action, such as freshdesk.get_ticket.",
        autocompletion=system_names,
    ),
    json: bool = typer.Option(False, "--json", help="Print JSON, with the schemas of inputs and results."),
) -> None:
    """Show what a system can do, and what each action takes."""
    name, dot, _ = system.partition(".")
    found = [registry.action(system)] if dot else list(registry.connector(name).actions.values())
    if json:
        cards = [_card(action) for action in found]
        as_json(cards[0] if dot else cards)
    elif dot:
        _one(found[0])
    else:
        _many(name, found)


def _many(system: str, found: list[Action]) -> None:
    shown = table("Action", "Kind", "Parameters", "What it does")
    for action in found:
        color = KIND_COLORS[action.kind]
        shown.add_row(
            f"[bold]{action.name}[/]", f"[{color}]{action.kind}[/]", _parameters(action), Text(_first_sentence(action))
        )
    out.print(shown)
    connector = registry.connector(system)
    if connector.told:
        out.print(pairs([("Events", Text(", ".join(connector.told)))]))
    note(
        f"Bold parameters are required. More about one: tieline actions {found[0].name}. "
        f"The vendor's documentation: {connector.docs}"
    )


def _one(action: Action) -> None:
    shown = table("Parameter", "Type", "Default", "What it is")
    schema = action.input_schema
    for name, info in action.input.model_fields.items():
        field = schema["properties"][name]
        choices = ", ".join(member for kind in values.enums(info.annotation) for member in kind.__members__)
        default = info.default.name if isinstance(info.default, Enum) else plain(field.get("default"))
        shown.add_row(
            f"[bold]{name}[/]",
            Text(choices or _type(field, schema.get("$defs", {}))),
            "[bold]required[/]" if info.is_required() else Text(default),
            Text(_described(field)),
        )
    example = " ".join(f"{name}=…" for name in schema.get("required", ()))
    color = KIND_COLORS[action.kind]
    out.print(panel(Text(action.docs), f"{action.name} [{color}]({action.kind})[/]", color="cyan"))
    out.print(shown)
    note(f"Call it: tieline call {action.name} --connection NAME {example}")


def _card(action: Action) -> dict[str, Any]:
    return {
        "name": action.name,
        "kind": action.kind,
        "summary": action.summary,
        "docs": action.docs,
        "scopes": action.scopes,
        "input_schema": action.input_schema,
        "output_schema": action.output_schema,
    }


def _first_sentence(action: Action) -> str:
    return action.summary.partition(" See http")[0]


def _parameters(action: Action) -> Text:
    fields = action.input.model_fields
    shown = [Text(name, style="bold" if field.is_required() else "dim") for name, field in fields.items()]
    return Text(", ").join(shown)


def _described(field: dict[str, Any]) -> str:
    """A field's description; that of an optional one may stand inside."""
    return next((part["description"] for part in (field, *field.get("anyOf", ())) if "description" in part), "")


def _type(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    """A JSON Schema type in few words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return _type(definitions.get(name, {}), definitions)
    if "anyOf" in field:
        return " or ".join(_type(one, definitions) for one in field["anyOf"] if one.get("type") != "null")
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}), definitions)}"
    return str(field.get("format") or field.get("type", "anything"))

"""`tieline connect`: make a connection, try it, and save it."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from typing import TYPE_CHECKING, Any, get_args

import typer
from rich.prompt import Prompt
from rich.text import Text

from tieline.cli import kinds, logging_in, values
from tieline.cli.actions import system_names
from tieline.cli.screen import err, note, out, pairs, panel
from tieline.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

    from tieline.connector import Identity
    from tieline.credentials import Credentials

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Connections")(connect)


def connect(  # noqa: PLR0917 - what people type
    system: str = typer.Argument(
        metavar="SYSTEM", help="Such as freshdesk, or language/openai.", autocompletion=system_names
    ),
    name: str = typer.Option(
        "default", "--name", "-n", metavar="NAME", help="What to call it: small letters, digits and dashes."
    ),
    given: list[str] = typer.Option(
        [],
        "--field",
        "-f",
        metavar="KEY=VALUE",
        help="A field, instead of being asked for it. [cyan]KEY=@file[/] reads it from a file, and "
        "[cyan]TIELINE_SYSTEM_KEY[/] in the environment gives it too: the ways for secrets.",
    ),
    replace: bool = typer.Option(False, "--replace", help="Replace the connection of that name."),
    login: bool = typer.Option(
        False,
        "--login",
        help="Log in in a browser (OAuth), which brings the refresh_token. With --replace, what the connection has is "
        "kept.",
    ),
    port: int | None = typer.Option(
        None, "--port", min=1, max=65535, metavar="PORT", help="Where the browser comes back to, on this machine."
    ),
    device: bool = typer.Option(
        False, "--device", help="Log in with a code that is typed in on another device, where the vendor has that."
    ),
) -> None:
    """Make a connection: ask for what the system needs, log in once to try it, and save it as a Prefect block."""
    from tieline import connections, prefect_server

    if not NAME.fullmatch(name):
        raise ConfigError(
            f"A connection cannot be called {name!r}.", hint="Use small letters, digits and dashes, such as support-eu."
        )
    kind = kinds.choose(system)
    texts = _from_environment(kind) | values.split(given)
    for key in texts:
        if key not in kind.block.model_fields:
            raise UnknownName(f"field of {kind.title}", key, kind.block.model_fields)
    if port is not None and not login:
        raise typer.BadParameter("It belongs to --login.", param_hint="--port")
    with prefect_server.connected(note):
        _refuse_taken(kind, name, replace)
        if login or device:
            logging_in.check(kind, texts)
            credentials = _made(kind, name, texts, logging_in.before(kind, name, texts, replace=replace))
            asyncio.run(logging_in.log_in(kind, credentials, port, device=device))
        else:
            credentials = _made(kind, name, texts)
        with err.status(f"Logging in to {kind.title} …"):
            identity = asyncio.run(_tried(kind, credentials))
        asyncio.run(connections.save(credentials, name, replace=replace))
    _show(kind, name, identity)


def _refuse_taken(kind: kinds.Kind, name: str, replace: bool) -> None:
    from tieline import connections

    if not replace and name in asyncio.run(connections.saved(kind.block)):
        raise ConfigError(
            f"There is a {kind.title} connection {name!r} already.",
            hint="Choose another --name, or give --replace.",
        )


def _made(kind: kinds.Kind, name: str, texts: dict[str, str], known: Mapping[str, Any] | None = None) -> Credentials:
    block = kind.block
    found = {**(known or {}), **values.read(texts, block.model_fields)}
    for field, problem in _problems(block, found).items():
        if field in found:
            raise ConfigError(f"The field {field!r} of {kind.title} {problem}.", hint=_help(block.model_fields[field]))
    if sys.stdin.isatty():
        found = _asked(kind, found)
    try:
        made: Credentials = block(**found)
    except ValueError as exc:
        raise _incomplete(kind, found, exc) from None
    made._block_document_name = name  # noqa: SLF001 - so that errors call it by its name
    return made


def _asked(kind: kinds.Kind, found: dict[str, Any]) -> dict[str, Any]:
    """The fields, those that were not given asked for."""
    from tieline.credentials import HttpCredentials

    block = kind.block
    err.print(f"[bold]Connect {kind.title}[/]  [dim]{kind.block._documentation_url or kind.connector.docs}[/]")  # noqa: SLF001 - Prefect's name
    open_fields = [name for name in block.model_fields if name not in found and name not in block._kept]  # noqa: SLF001 - ours
    usual = [name for name in open_fields if name not in HttpCredentials.model_fields]
    found = found | {name: value for name in usual if (value := _ask(block, name)) is not None}
    rare = [name for name in open_fields if name not in usual]
    if rare and typer.confirm(f"\nSet {', '.join(rare)} too? Seldom needed", default=False, err=True):
        found = found | {name: value for name in rare if (value := _ask(block, name)) is not None}
    return found


def _ask(block: type[Credentials], name: str) -> Any:
    """One field; None leaves it as it is by default."""
    field = block.model_fields[name]
    optional = not field.is_required()
    err.print(Text(f"\n{_help(field)}{' Enter leaves it out.' if optional else ''}", style="dim"))
    while True:
        text = Prompt.ask(f"[bold cyan]{name}[/]", password=_secret(field), default="", show_default=False, console=err)
        if not text and optional:
            return None
        value = values.one(text, field)
        problem = "is needed" if not text else _problems(block, {name: value}).get(name)
        if not problem:
            return value
        err.print(f"[red]That cannot be used: it {problem}.[/]")


def _problems(block: type[Credentials], found: dict[str, Any]) -> dict[str, str]:
    """What is wrong with each field, those that are missing included; never the value."""
    from pydantic import ValidationError

    try:
        block(**found)
    except ValidationError as exc:
        return {str(e["loc"][0]): _sentence(e["msg"]) for e in exc.errors(include_input=False) if e["loc"]}
    return {}


def _sentence(message: str) -> str:
    said = message.removeprefix("Value error, ").removeprefix("Input ")
    return "is needed" if said == "Field required" else said[:1].lower() + said[1:]


def _incomplete(kind: kinds.Kind, found: dict[str, Any], exc: ValueError) -> ConfigError:
    missing = [field for field in _problems(kind.block, found) if field not in found]
    if not missing:
        said = "; ".join(_sentence(e["msg"]) for e in exc.errors()) if hasattr(exc, "errors") else type(exc).__name__
        return ConfigError(
            f"These fields do not make a {kind.title} connection: {said}.", hint="Correct them and try again."
        )
    ways = "; ".join(f"--field {field}=… or {_variable(kind, field)}" for field in missing)
    return ConfigError(
        f"{kind.title} needs {', '.join(missing)}, and nobody is there to be asked.",
        hint=f"Give {ways}; or run it in a terminal.",
    )


def _from_environment(kind: kinds.Kind) -> dict[str, str]:
    given = {field: os.environ.get(_variable(kind, field)) for field in kind.block.model_fields}
    return {field: value for field, value in given.items() if value is not None}


def _variable(kind: kinds.Kind, field: str) -> str:
    return f"TIELINE_{kind.connector.name}_{field}".upper()


def _help(field: FieldInfo) -> str:
    return field.description or "See the documentation."


def _secret(field: FieldInfo) -> bool:
    from pydantic import SecretBytes, SecretStr

    return any(kind in (SecretStr, SecretBytes) for kind in (field.annotation, *get_args(field.annotation)))


async def _tried(kind: kinds.Kind, credentials: Credentials) -> Identity | None:
    return await kind.connector.identity(credentials) if kind.connector.check else None


def _show(kind: kinds.Kind, name: str, identity: Identity | None) -> None:
    rows = [("Saved as", Text(f"{kind.system}/{name}"))]
    if identity is not None:
        rows.append(("Logged in as", Text(" ".join(filter(None, [identity.name, identity.detail])))))
    rows.append(("Use it", Text(f"tieline call {kind.connector.name}.ACTION --connection {kind.reference(name)} …")))
    out.print(panel(pairs(rows), f"{kind.title} is connected"))

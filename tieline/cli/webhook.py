"""`tieline webhook`: what vendors push at us: who can, how to register it, and why it is refused."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from tieline.cli import subscriptions
from tieline.cli.screen import as_json, note, out, pairs, panel, show_error, table
from tieline.errors import SignatureInvalid, UnknownName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tieline.webhooks import Delivery, Webhook

HOST = "https://YOUR-HOST"

group = typer.Typer(
    help="Webhooks: what vendors push at us, how to register it, and why it is refused.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    subscriptions.add_to(group)
    app.add_typer(group, name="webhook", rich_help_panel="Webhooks")


def _names() -> list[str]:
    from tieline.webhooks import systems

    return list(systems())


_SYSTEM = typer.Argument(metavar="SYSTEM", help="Such as github; see tieline webhook list.", autocompletion=_names)
_SECRET = typer.Option(
    ...,
    "--secret",
    "-s",
    metavar="SECRET",
    envvar="TIELINE_WEBHOOK_SECRET",
    help="The secret; better [cyan]-[/] (asked for, or read from standard input), [cyan]@FILE[/], or "
    "[cyan]TIELINE_WEBHOOK_SECRET[/] in the environment: what is typed here stays in the shell's history.",
)
_BODY = typer.Option(..., "--body", "-b", metavar="FILE", exists=True, dir_okay=False, help="The body's bytes.")
_URL = typer.Option("", "--url", metavar="URL", help="Our address as the vendor knows it, where it is signed (Trello).")
_NOW = typer.Option(None, "--now", metavar="UNIX", help="The time in Unix seconds, if not the present.")
_CUSTOM = typer.Option("", "--custom", metavar="JSON", help="How it is signed, for the system custom.")
_CONNECTION = typer.Option("main", "--connection", "-c", metavar="NAME", help="The connection that receives it.")
_PUBLIC = typer.Option(HOST, "--url", metavar="PUBLIC", help="Where the world reaches the gateway.")


@group.command("list")
def show_list(json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Every system that can push at us, what it signs, and how many of its events we know."""
    from tieline.webhooks import events, find, systems
    from tieline.webhooks.guide import says

    found = [(name, find(name), events(name)) for name in systems()]
    if json:
        as_json(
            [
                {"system": name, "kind": one.kind, "signs": says(one), "docs": one.docs, "events": list(known)}
                for name, one, known in found
            ]
        )
        return
    shown = table("System", "Signs", "Events")
    for name, webhook, known in found:
        style = "yellow" if webhook.kind == "token" else ""
        shown.add_row(f"[bold]{name}[/]", Text(says(webhook).replace("`", ""), style), str(len(known) or "any"))
    out.print(shown)
    note("Yellow: the secret itself is sent. tieline webhook guide SYSTEM tells how to register one.")


@group.command()
def sign(
    system: str = _SYSTEM,
    secret: str = _SECRET,
    *,
    body: Path = _BODY,
    event: str = typer.Option("", "--event", metavar="NAME", help="The event's name, where a header holds it."),
    url: str = _URL,
    now: float | None = _NOW,
    custom: str = _CUSTOM,
) -> None:
    """Sign a body as the vendor does, and print the headers as JSON: for tries and tests.

    Where the vendor signs with a private key, give that. What is signed inside the body changes the body: then the
    JSON holds the new one, too, under `body`; a secret in the address stands under `query`.
    """
    from tieline.webhooks import Delivery

    webhook = _webhook(system, custom)
    unsigned = _named(webhook, Delivery({}, body.read_bytes(), url=url), event)
    try:
        signed = webhook.sign(unsigned, _secret(secret), _time(now)) if webhook.sign else unsigned
    except ValueError:
        raise typer.BadParameter("It is no private key of this vendor's kind.", param_hint="--secret") from None
    more: dict[str, Any] = {"query": dict(signed.query)} if signed.query else {}
    if signed.raw != unsigned.raw:
        more["body"] = signed.raw.decode(errors="replace")
    as_json({"headers": dict(signed.headers), **more} if more else dict(signed.headers))


@group.command()
def verify(
    system: str = _SYSTEM,
    secret: str = _SECRET,
    *,
    body: Path = _BODY,
    headers: Path = typer.Option(
        ..., "--headers", "-H", metavar="FILE.json", exists=True, dir_okay=False, help="The headers, as a JSON object."
    ),
    url: str = _URL,
    query: str = typer.Option("", "--query", metavar="QUERY", help="What stood behind the question mark."),
    now: float | None = _NOW,
    custom: str = _CUSTOM,
) -> None:
    """Tell why a webhook is refused, or what is in it. Exits with 0 if it is genuine, 1 if not, 2 for wrong usage."""
    import asyncio
    from urllib.parse import parse_qsl

    from tieline.webhooks import Delivery
    from tieline.webhooks.explain import reasons

    webhook, key, moment = _webhook(system, custom), _secret(secret), _time(now)
    delivery = Delivery(_headers(headers), body.read_bytes(), dict(parse_qsl(query)), url)
    if _handshake(webhook, delivery, [key], signed=False):
        return
    if webhook.prepare:
        asyncio.run(webhook.prepare(delivery, [key]))
    try:
        webhook.check(delivery, key, now=moment)
    except SignatureInvalid as exc:
        show_error(exc)
        for reason in reasons(webhook, delivery, key, moment):
            out.print(Text(f"• {reason}"))
        raise typer.Exit(1) from None
    if not _handshake(webhook, delivery, [key], signed=True):
        _show(webhook, delivery)


@group.command()
def guide(system: str = _SYSTEM, connection: str = _CONNECTION, url: str = _PUBLIC) -> None:
    """How to register a webhook at the vendor."""
    from rich.markdown import Markdown

    from tieline.webhooks.guide import whole

    out.print(Markdown(whole(system, _webhook(system), connection, url)))


@group.command()
def secret(
    system: str = _SYSTEM,
    connection: str = _CONNECTION,
    *,
    value: str = typer.Option(
        "",
        "--secret",
        "-s",
        metavar="SECRET",
        help="As for verify: [cyan]-[/], [cyan]@FILE[/], or the secret.",
    ),
    generate: bool = typer.Option(False, "--generate", help="Make a long random one, and print it for the vendor."),
    keep: bool = typer.Option(False, "--keep-old", help="Let the old one be good, too, until it is cleared."),
    handshake: bool = typer.Option(False, "--handshake", help="Let the vendor's handshake set it (Asana, Notion)."),
    show: bool = typer.Option(False, "--show", help="Print the one that is saved: Notion wants to see it."),
) -> None:
    """Save what a vendor signs with, in the connection's block; without a connector, the block is made."""
    from tieline import prefect_server
    from tieline.cli import hooks
    from tieline.subscriptions.keeper import random_secret

    _webhook(system)
    if sum([bool(value), generate, handshake, show]) != 1:
        raise typer.BadParameter("Give one of --secret, --generate, --handshake and --show.")
    with prefect_server.connected(note):
        if show:
            out.print(Text(hooks.saved_secret(system, connection)))
            return
        new = random_secret() if generate else "" if handshake else _secret(value)
        hooks.save_secret(system, connection, new, keep=keep, handshake=handshake)
    if generate:
        out.print(Text(new))
    note(f"{system}/{connection} " + ("waits for the vendor's handshake." if handshake else "has its secret."))


def _webhook(system: str, custom: str = "") -> Webhook:
    from pydantic import ValidationError

    from tieline.webhooks import find
    from tieline.webhooks.custom import CustomScheme

    try:
        if system == "custom" and custom:
            return CustomScheme.model_validate_json(custom).webhook()
        return find(system)
    except UnknownName as exc:
        raise typer.BadParameter(str(exc), param_hint="SYSTEM") from None
    except ValidationError as exc:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())
        raise typer.BadParameter(wrong, param_hint="--custom") from None


def _secret(given: str) -> str:
    """The secret itself, from where it was said to be; a file's and the input's last line break is not part of it."""
    if given == "-":
        typed = typer.prompt("Secret", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.read()
        return str(typed).removesuffix("\n")
    if given.startswith("@"):
        try:
            return Path(given[1:]).read_text("utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError):
            raise typer.BadParameter(f"{given[1:]} cannot be read.", param_hint="--secret") from None
    return given


def _named(webhook: Webhook, delivery: Delivery, event: str) -> Delivery:
    """The delivery with the header that names its event."""
    if not event:
        return delivery
    if not webhook.named_by:
        raise typer.BadParameter("This vendor names the event in the body.", param_hint="--event")
    # `issues.opened`: the second word is in GitHub's and Sentry's bodies.
    short = delivery.with_headers({webhook.named_by: event.partition(".")[0]})
    return short if webhook.event(short) == event else delivery.with_headers({webhook.named_by: event})


def _time(now: float | None) -> float:
    return time.time() if now is None else now


def _headers(file: Path) -> dict[str, str]:
    """Headers as they were recorded: names to values, or to lists of values."""
    import orjson

    try:
        found = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise typer.BadParameter('It is no JSON object such as {"X-Signature": "…"}.', param_hint="--headers")
    inner = found["headers"] if isinstance(found.get("headers"), dict) else found
    return {
        str(name).lower(): ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in inner.items()
    }


def _handshake(webhook: Webhook, delivery: Delivery, secrets: Sequence[str], *, signed: bool) -> bool:
    """Whether it is a handshake; if so, what we would answer is shown."""
    for shake in webhook.handshakes:
        reply = shake.answer(delivery, secrets) if shake.signed is signed else None
        if reply is not None:
            text = reply.body.decode(errors="replace") or "nothing"
            confirm = f"we fetch {reply.confirm}" if reply.confirm else ""
            rows = {"We answer": f"{reply.status}, {text}", "Notice": reply.notice, "Then": confirm}
            shown = pairs((name, Text(value)) for name, value in rows.items() if value)
            out.print(panel(shown, "A handshake" + ("" if signed else ", which is not signed")))
            return True
    return False


def _show(webhook: Webhook, delivery: Delivery) -> None:
    from tieline.webhooks import facts_of
    from tieline.webhooks.delivery import DIGEST

    number, names, first = webhook.delivery(delivery), *_parts(webhook, delivery)
    digest = " (a digest: the vendor gives no number)" if number.startswith(DIGEST) else ""
    told = facts_of(webhook, first)
    rows = {
        "Event": webhook.event(delivery) or "It has no name.",
        "Holds": ", ".join(names),
        "Delivery": number + digest,
        "Who": told.who,
        "When": told.when.isoformat() if told.when else "",
        "Subject": told.subject,
        "Link": told.link,
    }
    out.print(panel(pairs((name, Text(value)) for name, value in rows.items() if value), "It is genuine"))
    if webhook.caveat:
        note(webhook.caveat)


def _parts(webhook: Webhook, delivery: Delivery) -> tuple[list[str], Any]:
    """The names of its events, where it holds several, and the payload of the first one."""
    from tieline.webhooks.readers import at

    payload = webhook.read(delivery)
    if not webhook.parts:
        return [], payload
    found = payload if webhook.parts == "." else at(payload, webhook.parts)
    parts = found if isinstance(found, list) else []
    names = [webhook.part_event(part) for part in parts] if webhook.part_event else []
    return names, parts[0] if parts else None

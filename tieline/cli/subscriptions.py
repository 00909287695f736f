"""`tieline webhook setup`, `subscriptions` and `remove`: what vendors were asked to tell us of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from tieline.cli.actions import system_names
from tieline.cli.screen import as_json, note, out, pairs, panel, table

if TYPE_CHECKING:
    from datetime import timedelta

    from tieline.store.tables import SubscriptionRow
    from tieline.subscriptions.outcome import Outcome

_SYSTEM = typer.Argument(metavar="SYSTEM", help="Such as sharepoint.", autocompletion=system_names)
_CONNECTION = typer.Option("main", "--connection", "-c", metavar="NAME", help="The connection that receives it.")
_DAY, _HOUR, _MINUTE = 86_400, 3600, 60


def add_to(group: typer.Typer) -> None:
    """Add the commands to those of `tieline webhook`."""
    group.command()(setup)
    group.command("subscriptions")(show)
    group.command()(remove)


def setup(
    system: str = _SYSTEM,
    connection: str = _CONNECTION,
    url: str = typer.Option(..., "--url", metavar="PUBLIC", help="Where the world reaches the gateway, with https."),
    events: list[str] = typer.Option([], "--event", metavar="NAME", help="Only these events, in the vendor's words."),
    resources: list[str] = typer.Option(
        [],
        "--resource",
        metavar="WHAT",
        help="Only this: a drive's id for sharepoint; changes, drive/ID or file/ID "
        "for google_drive. By default what was chosen before, or all there is.",
    ),
) -> None:
    """Have the vendor tell us of events, through its API, and save the secret; where there is none, tell how to do it.

    It may be repeated: there is one webhook for the same thing, and another address replaces the one before.
    """
    from tieline import prefect_server
    from tieline.cli import hooks, webhook
    from tieline.webhooks import find
    from tieline.webhooks.guide import address

    found = find(system)
    if not hooks.can_subscribe(system):
        note(f"{system} has no API for this that we can use. By hand:")
        webhook.guide(system, connection, url)
        return
    with prefect_server.connected(note):
        made = hooks.subscribe(system, connection, address(system, connection, url), events, resources)
    for one in made:
        _show(one)
    if any(one.expires_at for one in made):
        note("It ends by itself: the flow renew-subscriptions keeps it alive (tieline up, or tieline deploy).")
    if found.caveat:
        note(found.caveat)


def show(
    system: str = typer.Argument("", metavar="[SYSTEM]", help="Only of this.", autocompletion=system_names),
    json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """What vendors were asked to tell us of, how long it lasts, and what is wrong. Exits with 1 if anything is."""
    from tieline.subscriptions import rows
    from tieline.subscriptions.outcome import moment

    found = rows.every(system)
    if json:
        as_json(
            [
                {
                    **one.model_dump(include={"system", "connection", "resource", "url", "events", "trouble"}),
                    "id": one.vendor_id,
                    "began_at": moment(one.began_at),
                    "expires_at": moment(one.expires_at),
                    "checked_at": moment(one.checked_at),
                }
                for one in found
            ]
        )
    elif found:
        _list(found)
    else:
        note("There is none yet. Make one: tieline webhook setup SYSTEM --url https://YOUR-HOST")
    if any(one.trouble or _over(one) for one in found):
        raise typer.Exit(1)


def remove(
    system: str = _SYSTEM,
    connection: str = _CONNECTION,
    resource: str = typer.Option(None, "--resource", metavar="WHAT", help="Only this; by default all of NAME."),
) -> None:
    """Have the vendor tell us no more, and forget it."""
    from tieline import prefect_server
    from tieline.cli import hooks

    with prefect_server.connected(note):
        gone = hooks.unsubscribe(system, connection, resource)
    for one in gone:
        note(f"{one.name} is ended. {one.why}".rstrip())


_DONE = {
    "made": "made",
    "adopted": "which an earlier try had left there",
    "kept": "which was there already",
    "replaced": "made in place of the one before",
    "made again": "made again: the vendor had lost it",
}


def _show(one: Outcome) -> None:
    from tieline.webhooks.guide import title

    rows = {
        "Webhook": f"{one.id}, {_DONE.get(one.did, one.did)}",
        "Tells of": one.resource,
        "Events": ", ".join(one.events),
        "Sends to": one.url,
        "Ends": f"{one.expires_at:%Y-%m-%d %H:%M} UTC, in {_span(one.expires_at - datetime.now(UTC))}"
        if one.expires_at
        else "",
        "Secret": f"saved in {one.system}/{one.connection}",
    }
    shown = pairs((name, Text(value)) for name, value in rows.items() if value)
    out.print(panel(shown, f"{title(one.system)} tells us"))


def _list(found: list[SubscriptionRow]) -> None:
    from tieline.subscriptions.outcome import moment

    now = datetime.now(UTC)
    shown = table("Subscription", "Tells of", "Ends in", "Renewed", "Trouble")
    for one in found:
        ends, began = moment(one.expires_at), moment(one.began_at or None)
        left = Text("never") if ends is None else Text(_span(ends - now), "red" if ends <= now else "")
        if not one.vendor_id:
            left = Text("there is none", "red")
        trouble = one.trouble or ("It was not renewed in time." if _over(one) else "")
        shown.add_row(
            f"[bold]{one.system}/{one.connection}[/]",
            Text(one.resource or "everything"),
            left,
            Text(f"{_span(now - began)} ago" if began else "-"),
            Text(trouble, "red") if trouble else Text("-", "dim"),
        )
    out.print(shown)


def _over(one: SubscriptionRow) -> bool:
    return one.expires_at is not None and one.expires_at <= datetime.now(UTC).timestamp()


def _span(length: timedelta) -> str:
    """Such as "6 d 3 h"."""
    seconds = max(int(length.total_seconds()), 0)
    days, hours, minutes = seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // _MINUTE
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"

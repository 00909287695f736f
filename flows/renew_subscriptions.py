"""Keep alive what ends by itself: what vendors were asked to tell us of, and logins that end when nobody uses them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import flow, get_run_logger, runtime, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE

from tieline import TielineError, connections, registry, settle
from tieline.credentials import Refreshes
from tieline.subscriptions import rows
from tieline.subscriptions.keeper import Keeper
from tieline.subscriptions.outcome import Outcome, moment

KEY = "renew-subscriptions"
LOGIN = "the login"
#: A login is used when so much is left of the time that it lives unused.
LEFT = timedelta(days=30)


class NotKeptAlive(TielineError):  # noqa: N818 - reads as what happened
    """Something is about to end, or has ended, and a person has to look."""


def _run_name() -> str:
    """What a run is about, for lists of runs."""
    asked = runtime.flow_run.parameters.get("at_once") or []
    return f"{len(asked)} at once" if asked else "what is about to end"


@flow(name=KEY, flow_run_name=_run_name, persist_result=False)
async def renew_subscriptions(at_once: list[str] | None = None) -> list[Outcome]:
    """Renew every subscription that is about to end, make again what a vendor has lost, and use logins that would end.

    What could not be kept alive is tried again by the next run.

    Args:
        at_once: Vendors' numbers of subscriptions to renew although they are not about to end.

    Returns:
        What became of each.

    Raises:
        NotKeptAlive: Something could not be kept alive. The others are done; it lists what ends when, and why.
    """
    wanted = frozenset(at_once or ())
    held = await asyncio.to_thread(rows.every)
    pairs = sorted({(row.system, row.connection) for row in held})
    numbers = {row.vendor_id for row in held}
    found = await asyncio.gather(*(renew_connection(*pair, at_once=wanted) for pair in pairs))
    outcomes = [one for many in found for one in many] + await use_logins()
    for number in sorted(wanted - numbers):
        get_run_logger().warning("The subscription %s was not made by tieline webhook setup: nobody renews it.", number)
    await settle(_told(held, outcomes, wanted))
    await acreate_table_artifact([_row(one) for one in outcomes], KEY, _says(outcomes))
    failed = [one for one in outcomes if one.did == "failed"]
    if failed:
        lines = "\n".join(f"- {one.name} {_ends(one)}: {one.why}" for one in failed)
        raise NotKeptAlive(f"{len(failed)} of {len(outcomes)} could not be kept alive.\n{lines}\n")
    get_run_logger().info(_says(outcomes))
    return outcomes


@task(name="renew-connection", task_run_name="{system}/{connection}", cache_policy=NO_CACHE, persist_result=False)
async def renew_connection(system: str, connection: str, at_once: Collection[str] = ()) -> list[Outcome]:
    """Look after the subscriptions of one connection; see `tieline.subscriptions`."""
    try:
        outcomes = await Keeper(registry.connector(system), connection).renew(at_once)
    except TielineError as exc:  # the connector is gone, or its vendor cannot be asked any more
        held = await asyncio.to_thread(rows.every, system, connection)
        outcomes = [
            Outcome(
                system,
                connection,
                row.resource,
                "failed",
                row.vendor_id,
                expires_at=moment(row.expires_at),
                why=str(exc),
            )
            for row in held
        ]
    for one in outcomes:
        if one.did != "kept":
            get_run_logger().info("%s: %s. %s", one.name, one.did, one.why)
    return outcomes


@task(name="use-logins", cache_policy=NO_CACHE, persist_result=False)
async def use_logins() -> list[Outcome]:
    """Log in where a login ends when nobody uses it for long, so that it does not."""
    found: list[Outcome] = []
    for kind in registry.blocks(of=Refreshes):
        system = kind.__module__.rpartition(".")[2]
        for name in await connections.saved(kind):
            found += await _used(system, kind, name)
    return found


async def _used(system: str, kind: type[Refreshes], name: str) -> list[Outcome]:
    try:
        block = await connections.read(kind, name)
        if not block.refresh_token:
            return []
        ends = block.login_ends()
        if ends is not None and ends - datetime.now(UTC) > LEFT:
            return [Outcome(system, name, LOGIN, "kept", expires_at=ends)]
        await registry.connector(system).identity(block)
        ends = (await connections.read(kind, name)).login_ends()
    except TielineError as exc:
        return [Outcome(system, name, LOGIN, "failed", why=str(exc))]
    return [Outcome(system, name, LOGIN, "renewed", expires_at=ends)]


def _told(held: Sequence[Any], outcomes: Sequence[Outcome], wanted: Collection[str]) -> dict[str, Exception | None]:
    """What became of those that had to be renewed at once."""
    by_name = {(one.system, one.connection, one.resource): one for one in outcomes}
    told: dict[str, Exception | None] = dict.fromkeys(wanted)
    for row in held:
        one = by_name.get((row.system, row.connection, row.resource))
        if row.vendor_id in told and one is not None and one.did == "failed":
            told[row.vendor_id] = NotKeptAlive(one.why)
    return told


def _ends(one: Outcome) -> str:
    """When it ends, in words."""
    if not one.id and one.resource != LOGIN:
        return "is not there, and tells nothing"
    if one.expires_at is None:
        return "does not work" if one.resource == LOGIN else "does not end by itself"
    hours = (one.expires_at - datetime.now(UTC)).total_seconds() / 3600
    if hours <= 0:
        return "has ended"
    return f"ends on {one.expires_at:%Y-%m-%d at %H:%M} UTC, in {hours:.0f} hours"


def _row(one: Outcome) -> dict[str, str]:
    return {
        "Connection": f"{one.system}/{one.connection}",
        "Of": one.resource or "everything",
        "Done": one.did,
        "Ends": f"{one.expires_at:%Y-%m-%d %H:%M} UTC" if one.expires_at else "-",
        "Trouble": one.why,
    }


def _says(outcomes: Sequence[Outcome]) -> str:
    counts = Counter(one.did for one in outcomes)
    became = ", ".join(f"{count} {did}" for did, count in counts.items())
    return f"{len(outcomes)} subscriptions and logins: {became}." if outcomes else "There is nothing to keep alive."

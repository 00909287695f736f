"""Find out what has changed where systems say no more than that something did, or nothing at all."""

from __future__ import annotations

from prefect import flow, get_run_logger, runtime

from tieline import ConfigError, each
from tieline.feeds import look, memory
from tieline.feeds.look import Looked

KEY = "find-changes"


def _run_name() -> str:
    """Where a run looks, such as "sharepoint/team", for lists of runs."""
    asked = runtime.flow_run.parameters
    return " ".join(filter(None, (asked.get("source") or "all that is followed", asked.get("place"))))


@flow(name=KEY, flow_run_name=_run_name, persist_result=False)
async def find_changes(source: str = "", place: str = "") -> list[Looked]:
    """Ask what has changed since the last look, and put it into the inbox, where triggers take it from.

    The first look at a place learns what is there, and tells nothing of it; from then on the place is followed.

    Args:
        source: System and connection, such as "sharepoint/team"; leave it empty for all that are followed.
        place: A drive; leave it empty for all drives of the connection that are followed, or for all it has if none is.

    Returns:
        What was found, for each place.

    Raises:
        ConfigError: There is no such connection, or the drive is none of its.
        ConnectorError: A system could not be asked. What was found elsewhere is in the inbox. Where several failed, the
            log tells of each.
    """
    wanted = await _places(source, place)
    found = await each(wanted, _look)
    for one in found:
        if isinstance(one, Looked):
            get_run_logger().info(one.line)
    failed = [one for one in found if isinstance(one, Exception)]
    if failed:
        raise failed[0]
    return [one for one in found if isinstance(one, Looked)]


async def _look(where: tuple[str, str]) -> Looked:
    try:
        return await look.look(*where)
    except Exception as exc:
        # The run can fail with one error only.
        get_run_logger().error("%s: %s", " ".join(filter(None, where)), exc)
        raise


async def _places(source: str, place: str) -> list[tuple[str, str]]:
    if not source:
        return [(one.source, one.place) for one in memory.feeds()]
    connector, name = look.split(source)
    followed = [one.place for one in memory.feeds(connector.name, name)]
    if place in followed:
        return [(source, place)]
    if followed and not place:
        return [(source, one) for one in followed]
    there = await look.places(source)
    if place and place not in there:
        # Whoever can send a notification must not choose where we look.
        raise ConfigError(
            f"{place!r} is no drive of {source}.",
            hint=f"If it should be looked at: tieline feed follow {source} --place {place}",
        )
    return [(source, one) for one in there if not place or one == place]

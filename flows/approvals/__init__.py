"""Where approvals are shown: in Slack and Teams, and as a form on Prefect's pages."""

from __future__ import annotations

import asyncio

from flows.approvals import form, slack, teams
from tieline import ConfigError
from tieline.approvals import Approval
from tieline.approvals.notices import Notice, shown

#: The place that needs no connection.
FORM = "prefect"


async def show(approval: Approval, place: str) -> None:
    """Show an approval that waits; and note where, so that what is decided can be shown there, too.

    Args:
        approval: The approval.
        place: "prefect", "slack/team/C0123" or "teams/docs/ann@example.com".

    Raises:
        ConfigError: There is no such place.
        ConnectorError: The chat refused, or did not answer.
    """
    system, connection, target = _read(place)
    if system == FORM:
        reference = await form.begin(approval)
    elif system == "slack":
        reference = await slack.show(approval, connection, target)
    else:
        reference = await teams.show(approval, connection, target)
    await asyncio.to_thread(shown, approval.id, place, reference)


async def close(approval: Approval, notice: Notice) -> None:
    """Show what was decided where it was asked.

    Args:
        approval: As it is now.
        notice: Where it is shown. A card in Teams stays as it is; its link says what was decided.

    Raises:
        ConnectorError: The chat refused, or did not answer.
    """
    system, connection, _ = _read(notice.place)
    if system == FORM:
        await form.end(approval, notice.reference)
    elif system == "slack":
        await slack.close(approval, connection, notice.reference)


def _read(place: str) -> tuple[str, str, str]:
    if place == FORM:
        return place, "", ""
    system, _, rest = place.partition("/")
    connection, _, target = rest.partition("/")
    if system not in {"slack", "teams"} or not connection or not target:
        raise ConfigError(
            f"People cannot be asked at {place!r}.",
            hint='Write "prefect", "slack/CONNECTION/CHANNEL" or "teams/CONNECTION/PERSON".',
        )
    return system, connection, target

"""Decide what somebody clicks on in Slack."""

from __future__ import annotations

import asyncio
from typing import cast

from prefect import flow

from blocks.slack import SlackCredentials
from flows.approvals import slack as shown
from flows.approvals.slack import Click
from flows.chat.slack import escaped
from tasks import slack
from tieline import ConfigError, TielineError, approvals, each
from tieline.approvals import AlreadyDecided, Decision
from tieline.errors import Permanent
from tieline.inbox.recall import recall

KEY = "approval-click"


@flow(name=KEY, flow_run_name="clicks in slack/{connection}", persist_result=False)
async def approval_click(connection: str, deliveries: list[str]) -> None:
    """Decide what somebody clicked on in Slack, if they may. That it was decided is shown by the event that this makes.

    Args:
        connection: The saved connection.
        deliveries: Slack's numbers of the clicks; what was typed is read from the inbox.

    Raises:
        ConnectorError: Slack could not be asked who it was, or the answer could not be sent.
    """

    async def one(delivery: str) -> None:
        click = shown.read((await recall("slack", connection, delivery)).payload)
        if click is not None:
            await handle(connection, click)

    await each(deliveries, one)


async def handle(connection: SlackCredentials | str, click: Click) -> None:
    """Decide as somebody clicked, or tell them why not. Errors: see `approval_click`."""
    try:
        await _decide(connection, click)
    except (ConfigError, AlreadyDecided, NotAllowed, Permanent) as exc:
        # Also where an earlier try of this work has decided: then it is their own decision that they are told of.
        await slack.send_response(connection, response_url=click.response_url, text=escaped(str(exc)))


async def _decide(connection: SlackCredentials | str, click: Click) -> None:
    found = await asyncio.to_thread(approvals.get, click.approval)
    name = connection if isinstance(connection, str) else connection.connection
    # Another workspace knows other people by the same ids, and its secret signs whatever it likes.
    asked_here = any(place.startswith(f"slack/{name}/") for place in (*found.places, *found.escalate_to))
    if not asked_here or not await shown.may_decide(connection, found, click.user):
        raise NotAllowed(
            f"You are not among those who decide on {found.id}; nothing was decided.",
            hint="Whoever asked can name you as an approver.",
        )
    who = f"{click.name} ({click.user})" if click.name else click.user
    decision = cast("Decision", click.decision)
    await asyncio.to_thread(lambda: approvals.decide(found.id, decision, by=who, via="slack", reason=click.reason))


class NotAllowed(TielineError):  # noqa: N818 - reads as what happened
    """Somebody clicked who is not to decide."""

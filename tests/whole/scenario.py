"""A scenario for tests and benchmarks: each new issue on GitHub, and each new ticket, is told to a chat, once.

Found through `TIELINE_DEPLOYMENTS`, as scenarios of other people are.
"""

from __future__ import annotations

from prefect import flow

from tasks import slack
from tieline import each
from tieline.dispatch import on_event

CHAT = "sink"


@flow(name="announce", persist_result=False)
async def announce(numbers: list[int]) -> None:
    """Tell a chat about issues or tickets, by their numbers."""

    async def tell(number: int) -> None:
        await slack.send_message(CHAT, channel="C0SINK", text=str(number))

    await each(numbers, tell)


triggers = [
    on_event(
        "github.issues.opened",
        announce,
        name="announce-issues",
        map={"numbers": ["{payload.issue.number}"]},
        batch="numbers",
    ),
    on_event(
        "zendesk.ticket.created",
        announce,
        name="announce-tickets",
        map={"numbers": ["{payload.detail.id}"]},
        batch="numbers",
    ),
]

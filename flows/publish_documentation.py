"""Publish documentation that was approved, and take back what was not."""

from __future__ import annotations

import asyncio
from typing import Literal

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_table_artifact
from pydantic import Field

from flows.documentation.moved import settle
from flows.documentation.project import check, load
from flows.documentation.publish import SCENARIO, drop_proposal, place_of
from flows.documentation.review import Proposal
from tieline import ConfigError, Input, approvals, each
from tieline.store.leases import lease

KEY = "publish-documentation"
#: How long it waits for a run that works on the same branch, in seconds.
PATIENCE_SECONDS = 900.0


class Published(Input):
    """What became of one approval."""

    approval: str
    project: str
    did: Literal["published", "dropped", "asked"] = Field(
        description="Dropped is what was not approved, and what something newer has been published in place of. Asked: "
        "somebody has written there since, so it waits for a decision once more."
    )
    asked: str = Field("", description="The approval that it waits for now.")
    pages: tuple[str, ...] = Field((), description="What was written; what was there already is not.")


@flow(name=KEY, persist_result=False)
async def publish_documentation(approved: list[str]) -> list[Published]:
    """Publish what `docs_on_push` has proposed and somebody has decided on.

    Running it again writes what is missing, and nothing twice.

    Args:
        approved: Approvals that were decided, such as "tiku-mora"; of those that were rejected, or that nobody decided
            in time, the pull requests are closed.

    Returns:
        What became of each.

    Raises:
        ConfigError: It is none of ours, or nobody has decided yet.
        ConnectorError: A target failed.
    """
    found = await each(approved, _handle)
    done = [one for one in found if isinstance(one, Published)]
    get_run_logger().info(", ".join(f"{one.project}: {one.did}" for one in done))
    await acreate_table_artifact([one.model_dump(mode="json") for one in done], KEY)
    return done


async def _handle(number: str) -> Published:
    approval = approvals.get(number)
    if approval.scenario != SCENARIO:
        raise ConfigError(f"The approval {number!r} is about {approval.scenario}, and not about documentation.")
    proposal = Proposal.model_validate(approval.proposal)
    if approval.state == "waiting":
        raise ConfigError(
            f"Nobody has decided on {number!r} yet.", hint=f"tieline approvals approve {number}, or reject."
        )
    async with lease(place_of(proposal.project, proposal.branch), patience=PATIENCE_SECONDS):
        return await _done(approval, proposal)


async def _done(approval: approvals.Approval, proposal: Proposal) -> Published:
    dropped = Published(approval=approval.id, project=proposal.project, did="dropped")
    if approval.state != "approved":
        if await asyncio.to_thread(_has_followed, proposal):
            return dropped
        await drop_proposal(proposal, f"{approval.state.capitalize()} by {approval.decided_by}: {approval.reason}")
        return dropped
    project = await load(proposal.project)
    await check(proposal.project, project)
    there = {(one.connection, one.place) for one in project.targets}
    gone = [one.name for one in proposal.parts if (one.connection, one.place) not in there]
    if gone:
        raise ConfigError(
            f"The project {proposal.project!r} does not publish to {', '.join(gone)} any more.",
            hint="Run docs_on_push again: it proposes what the project says now.",
        )
    written, asked = await settle(project.review, proposal, approval)
    if asked is not None:
        return dropped.model_copy(update={"did": "asked", "asked": asked.id})
    if written is None:
        return dropped
    pages = tuple(f"{one.path} {one.did}" for one in written)
    return Published(approval=approval.id, project=proposal.project, did="published", pages=pages)


def _has_followed(proposal: Proposal) -> bool:
    """Whether its pull requests are those of another proposal by now, on which nobody has decided."""
    return any(Proposal.model_validate(one.proposal).request == proposal.request for one in approvals.waiting(SCENARIO))

"""Take it for a decision when somebody merges, or closes, a pull request with documentation."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import BeforeValidator, Field

from flows.documentation.publish import SCENARIO
from flows.documentation.review import Proposal
from flows.publishing import Proposing, target
from tieline import Input, approvals, each

KEY = "documentation-reviewed"


class Review(Input):
    """What somebody did with a pull request of ours."""

    source: str = Field(description='The connection that it came in through, such as "github/docs".')
    repository: str
    branch: str = Field(description="That the pull request is of.")
    merged: Annotated[bool, BeforeValidator(lambda said: said in {True, "pull_request.merged"})] = Field(
        description="False: it was closed without. The name of the event says it too."
    )
    by: str = ""


@flow(name=KEY, persist_result=False)
async def documentation_reviewed(reviews: list[Review]) -> list[str]:
    """Write down as approved what was merged, and as rejected what was closed; publishing goes on from there.

    Args:
        reviews: What was done with pull requests. One that is none of ours, or was decided before, changes nothing.

    Returns:
        The approvals that were decided.
    """
    decided: list[str] = []

    async def one(subject: dict[str, object]) -> None:
        review = Review.model_validate(subject)
        system = review.source.partition("/")[0]
        for waiting in await asyncio.to_thread(approvals.waiting, SCENARIO):
            proposal = Proposal.model_validate(waiting.proposal)
            if proposal.request == review.branch and await _is_there(proposal, review):
                decision: approvals.Decision = "approve" if review.merged else "reject"
                reason = "" if review.merged else "The pull request was closed."
                by = review.by or f"somebody at {system}"
                with suppress(approvals.AlreadyDecided):  # at this moment, in another place
                    await asyncio.to_thread(approvals.decide, waiting.id, decision, by=by, via=system, reason=reason)
                    decided.append(waiting.id)

    await each([one.model_dump(mode="json") for one in reviews], one)
    get_run_logger().info(f"{len(decided)} decided.")
    return decided


async def _is_there(proposal: Proposal, review: Review) -> bool:
    """Whether it was our pull request: names of branches anybody can choose in a fork, and ours is open then."""
    system = review.source.partition("/")[0]
    for part in proposal.parts:
        repository = part.place.partition("@")[0].partition(":")[0]
        if (part.how, part.connection.partition("/")[0], repository) == ("pull_request", system, review.repository):
            where = target(part.connection, part.place)
            if isinstance(where, Proposing) and await where.proposed(proposal.request) is None:
                return True
    return False

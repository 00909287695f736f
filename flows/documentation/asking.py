"""Asks people whether something may be published: as an approval, and as pull requests where a target has them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from blocks.documentation_project import Review
from flows.documentation.publish import SCENARIO
from flows.documentation.review import Proposal
from flows.documentation.shares import Part, Share
from flows.publishing import Proposing
from tieline import approvals


def missing(shares: Sequence[Share]) -> tuple[Part, ...]:
    """Of each target's part what is not there yet: no more than that is approved."""
    return tuple(
        one.part.model_copy(update={"pages": tuple(draft.page for draft in one.drafts)}) for one in shares if one.drafts
    )


async def opened(proposal: Proposal, shares: Sequence[Share], title: str, text: str) -> tuple[Proposal, str]:
    """Open, or bring up to date, the pull requests of targets that are to have some.

    Returns:
        The proposal with their commits, and the address of the first; "" where there is none.

    Raises:
        Conflict: Somebody else has written on such a branch.
    """
    commits: dict[str, str] = {}
    first = ""
    for one in shares:
        if one.part.how == "pull_request" and one.drafts and isinstance(one.target, Proposing):
            told = f"{text}\n\nMerging this publishes the other pages too; closing it drops them."
            made = await one.target.propose(proposal.request, one.drafts, title, told)
            commits[one.part.name], first = made.head, first or made.link
    return proposal.model_copy(update={"commits": commits}), first


async def ask(review: Review, key: str, proposal: Proposal, *, title: str, told: str, link: str) -> approvals.Approval:
    """Ask those whom a project names.

    Args:
        review: Who they are, and how long they have.
        key: What was asked before is not asked again.
        proposal: What would be published.
        title: What it is about, in a line.
        told: All that they need to know, in Markdown.
        link: A pull request, or what else there is to look at.
    """
    return await asyncio.to_thread(
        approvals.ask,
        SCENARIO,
        key,
        title,
        summary=told,
        link=link,
        proposal=proposal,
        text=proposal.news or None,
        places=review.places,
        approvers=review.approvers,
        due_in=timedelta(hours=review.hours),
        remind_in=timedelta(hours=review.remind_hours),
        escalate_in=timedelta(hours=review.escalate_hours) if review.escalate_to else None,
        escalate_to=review.escalate_to,
    )

"""Publishes what was approved, or takes back what was not."""

from __future__ import annotations

import asyncio

from flows.documentation.review import Proposal
from flows.documentation.shares import Part, publish, share
from flows.publishing import Proposing, Written
from flows.publishing.together import outcome_of
from tieline.errors import Conflict
from tieline.store import bookmarks

SCENARIO = "docs_on_push"


def place_of(project: str, branch: str) -> str:
    """What approvals and bookmarks of a branch begin with."""
    return f"{SCENARIO}/{project}/{branch}"


async def publish_proposal(proposal: Proposal, edited: str | None = None) -> list[Written]:
    """Publish what was approved, and remember how far the documentation has come. Again, it does what is missing.

    Args:
        proposal: What was approved.
        edited: The news as the person wants it who has approved.

    Raises:
        Conflict: Somebody has edited what is to be replaced, or has closed the pull request.
        ConnectorError: A target failed; what was written stays.
    """
    proposal = proposal if edited is None else proposal.reworded(edited)
    written: list[Written] = []
    for part in proposal.parts:
        if part.how == "pull_request":
            written += await _merge(proposal, part, again=edited is not None)
        else:
            written += await publish(part, proposal.message)
    await asyncio.to_thread(bookmarks.put, place_of(proposal.project, proposal.branch), proposal.head)
    return written


async def drop_proposal(proposal: Proposal, why: str) -> None:
    """Close the pull requests of what was not approved.

    Raises:
        ConnectorError: A target failed.
    """
    for part in proposal.parts:
        where = (await share(part)).target
        if part.how == "pull_request" and isinstance(where, Proposing):
            await where.withdraw(proposal.request, why)


async def _merge(proposal: Proposal, part: Part, *, again: bool) -> list[Written]:
    found = await share(part)
    if not found.drafts or not isinstance(found.target, Proposing):
        return []  # somebody has merged it: that is how it was approved
    commit = proposal.commits.get(part.name, "")
    if again or not commit:
        made = await found.target.propose(proposal.request, found.drafts, proposal.message, proposal.message)
        commit = made.head
    link = await found.target.accept(proposal.request, commit)
    if not link:
        raise Conflict(
            f"The pull request of {proposal.request} at {part.name} is closed, and was not merged.",
            hint="Open it again, or run the flow once more.",
        )
    return outcome_of(found.drafts, link)

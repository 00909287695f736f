"""Publishes what was approved, or takes back what was not."""

from __future__ import annotations

import asyncio
from datetime import datetime

from flows.documentation.review import Proposal
from flows.documentation.shares import Part, publish, share
from flows.publishing import Proposing, Written, target
from flows.publishing.together import outcome_of
from tieline.approvals import Approval
from tieline.errors import Conflict
from tieline.store import bookmarks

SCENARIO = "docs_on_push"


def place_of(project: str, branch: str) -> str:
    """What approvals and bookmarks of a branch begin with."""
    return f"{SCENARIO}/{project}/{branch}"


async def publish_proposal(proposal: Proposal, approval: Approval) -> list[Written] | None:
    """Publish what was approved, and remember how far the documentation has come. Again, it does what is missing.

    Only one process at a time may do so for a branch: it holds the lease of `place_of`.

    Args:
        proposal: What was approved.
        approval: Where; the news is as the person wants it who has approved.

    Returns:
        What was written. None: what was asked for later is published already, and holds it.

    Raises:
        Conflict: Somebody has edited what is to be replaced, or has closed the pull request.
        ConnectorError: A target failed; what was written stays.
    """
    place, edited = place_of(proposal.project, proposal.branch), approval.edited
    proposal = proposal if edited is None else proposal.reworded(edited)
    latest = await asyncio.to_thread(bookmarks.read, f"{place} asked")
    if latest and approval.asked_at < datetime.fromisoformat(latest):
        return None
    await asyncio.to_thread(bookmarks.put, f"{place} asked", approval.asked_at.isoformat())
    written: list[Written] = []
    for part in proposal.parts:
        if part.how == "pull_request":
            written += await _merge(proposal, part, again=edited is not None)
        else:
            written += await publish(part, proposal.message)
    await asyncio.to_thread(bookmarks.put, place, proposal.head)
    return written


async def drop_proposal(proposal: Proposal, why: str) -> None:
    """Close the pull requests of what was not approved.

    Raises:
        ConnectorError: A target failed.
    """
    for part in proposal.parts:
        where = target(part.connection, part.place)
        if part.how == "pull_request" and isinstance(where, Proposing):
            await where.withdraw(proposal.request, why)


async def _merge(proposal: Proposal, part: Part, *, again: bool) -> list[Written]:
    found = await share(part)
    if not isinstance(found.target, Proposing):
        return []
    if found.conflicts and await found.target.is_open(proposal.request):
        first = found.conflicts[0]
        raise Conflict(f"{first.where}, {first.path}: {first.why}")
    if not found.drafts:
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

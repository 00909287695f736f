"""Publishes what was approved, or takes back what was not."""

from __future__ import annotations

import asyncio
from datetime import datetime

from flows.documentation.review import Proposal
from flows.documentation.shares import Share, publish, share, unexpected
from flows.publishing import Proposing, Written, target
from flows.publishing.together import outcome_of
from tieline import approvals
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
        proposal: What was approved, in the words of whoever approved it.
        approval: Where.

    Returns:
        What was written. None: what was asked for later is published already, and holds it.

    Raises:
        Conflict: Somebody has edited what is to be replaced, or has closed the pull request.
        ConnectorError: A target failed; what was written stays.
    """
    place = place_of(proposal.project, proposal.branch)
    latest = await asyncio.to_thread(bookmarks.read, f"{place} asked")
    if latest and approval.asked_at < datetime.fromisoformat(latest):
        return None
    await asyncio.to_thread(bookmarks.put, f"{place} asked", approval.asked_at.isoformat())
    await begin(place, approval)
    shares = [await share(part) for part in proposal.parts]
    for one in shares:  # before anything is written: better nothing than half of it
        if one.part.how != "pull_request" or await _is_open(proposal, one):
            unexpected(one, proposal.left)
    written: list[Written] = []
    for one in sorted(shares, key=lambda one: one.part.how != "pull_request"):  # what may be refused comes first
        if one.part.how == "pull_request":
            written += await _merge(proposal, one, again=approval.edited is not None)
        else:
            written += await publish(one, proposal.message, proposal.left)
    await asyncio.to_thread(bookmarks.put, place, proposal.head)
    await asyncio.to_thread(bookmarks.put, _publishing(place), "")
    return written


async def begin(place: str, approval: Approval) -> None:
    """Remember by which approval the change of a branch is being published, until that is over."""
    await asyncio.to_thread(bookmarks.put, _publishing(place), approval.id)


def under_way(place: str, base: str, head: str) -> Approval | None:
    """The approval by which a change is being published, where that has begun and is not over.

    Args:
        place: See `place_of`.
        base: The commit that was documented until now.
        head: The commit that is to be documented.
    """
    number = bookmarks.read(_publishing(place))
    found = approvals.get(number) if number else None
    if found is None or found.state == "withdrawn":
        return None
    its = Proposal.model_validate(found.proposal)
    return found if (its.base, its.head) == (base, head) else None


def waiting_of(place: str, key: str) -> list[Approval]:
    """Other questions about a branch that wait for a decision, the oldest first.

    Args:
        place: See `place_of`.
        key: That of the question which is not meant.
    """
    return [
        one
        for one in approvals.waiting(SCENARIO)
        # Another branch may have a name that begins like this one's.
        if one.key.startswith(f"{place}/") and one.key != key and one.key.count("/") == key.count("/")
    ]


async def drop_proposal(proposal: Proposal, why: str) -> None:
    """Close the pull requests of what was not approved.

    Raises:
        ConnectorError: A target failed.
    """
    for part in proposal.parts:
        where = target(part.connection, part.place)
        if part.how == "pull_request" and isinstance(where, Proposing):
            await where.withdraw(proposal.request, why)


def _publishing(place: str) -> str:
    return f"{place} publishing"


async def _is_open(proposal: Proposal, found: Share) -> bool:
    return isinstance(found.target, Proposing) and await found.target.proposed(proposal.request) is not None


async def _merge(proposal: Proposal, found: Share, *, again: bool) -> list[Written]:
    if not found.drafts or not isinstance(found.target, Proposing):
        return []  # somebody has merged it: that is how it was approved
    commit = proposal.commits.get(found.part.name, "")
    if again or not commit:
        made = await found.target.propose(proposal.request, found.drafts, proposal.message, proposal.message)
        commit = made.head
    link = await found.target.accept(proposal.request, commit)
    if not link:
        raise Conflict(f"The pull request of {proposal.request} at {found.part.name} is closed, and was not merged.")
    return outcome_of(found.drafts, link)

"""Publishes what was approved; where somebody has written there since, it asks once more, with what has moved.

Each approval is asked about anew at most once, and that question only after somebody has decided: it goes on only as
long as people do, and of a branch never more than one question is open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from blocks.documentation_project import Review
from flows.documentation.asking import ask, opened
from flows.documentation.publish import begin, drop_proposal, place_of, publish_proposal, waiting_of
from flows.documentation.review import Proposal, conflicts, targets
from flows.documentation.shares import Share, share
from flows.markup import escaped
from flows.publishing import Proposing, Written
from tieline import approvals
from tieline.approvals import Approval
from tieline.errors import Conflict

_APPROVED = "\n\n## What was approved\n\n"
_ONCE_MORE = "Once more: "


class Settled(NamedTuple):
    """What became of something that was approved.

    Args:
        written: What was written. None: nothing, since something newer is published, or there is a new question.
        asked: The new question.
    """

    written: list[Written] | None
    asked: Approval | None = None


async def settle(review: Review, proposal: Proposal, approval: Approval) -> Settled:
    """Publish what was approved, or ask about it once more. Errors but for `Conflict`: see `publish_proposal`.

    Args:
        review: Who is asked.
        proposal: What was proposed.
        approval: How it was approved.
    """
    proposal = proposal if approval.edited is None else proposal.reworded(approval.edited)
    key = f"{approval.key}~"
    asked = await asyncio.to_thread(approvals.find, key)
    if asked is not None:
        return Settled(None, asked)
    try:
        return Settled(await publish_proposal(proposal, approval))
    except Conflict as exc:
        place = place_of(proposal.project, proposal.branch)
        newer = await asyncio.to_thread(waiting_of, place, approval.key)
        if newer:  # it holds this one, too
            return Settled(None, newer[-1])
        asked = await _ask(review, key, proposal, approval, str(exc))
        await begin(place, asked)
        return Settled(None, asked)


async def _ask(review: Review, key: str, proposal: Proposal, approval: Approval, why: str) -> Approval:
    shares = [await share(part) for part in proposal.parts]
    left = tuple(one.name for each in shares for one in each.conflicts)
    title = _ONCE_MORE + approval.title.removeprefix(_ONCE_MORE)
    told = f"{approval.id} was {escaped(approval.verdict)}. It cannot be published as it was approved: {escaped(why)}"
    told = "\n\n".join([told, "What is missing there now, and would be written:", *targets(shares), *conflicts(shares)])
    proposal, link, more = await _requests(proposal.model_copy(update={"left": left}), approval, shares, (title, told))
    before, _, first = approval.summary.partition(_APPROVED)
    told = "\n\n".join(filter(None, [told, more])) + _APPROVED + (first or before)
    return await ask(review, key, proposal, title=title, told=told, link=link or approval.link)


async def _requests(
    proposal: Proposal, approval: Approval, shares: Sequence[Share], words: tuple[str, str]
) -> tuple[Proposal, str, str]:
    """Put the pages on new branches, from where the documentation is now; but what others have written stays as it is.

    Returns:
        The proposal with the commits that would be merged, where to look, and what is to be known about it.
    """
    theirs = [one for one in shares if await _written_by_others(proposal, one, words)]
    if not theirs:
        await drop_proposal(proposal, "It could not be merged as it was approved, and goes on in a new one.")
        anew = proposal.model_copy(update={"request": f"{proposal.request}-{approval.id}", "commits": {}})
        return *await opened(anew, shares, *words), ""
    commits, link = dict(proposal.commits), ""
    for one in theirs:
        there = await one.target.proposed(proposal.request) if isinstance(one.target, Proposing) else None
        if there is not None:
            commits[one.part.name], link = there.head, link or there.link
    more = "Others have written on the branch of the pull request: approving this merges it with what they wrote."
    return proposal.model_copy(update={"commits": commits}), link, more


async def _written_by_others(proposal: Proposal, found: Share, words: tuple[str, str]) -> bool:
    if found.part.how != "pull_request" or not found.drafts or not isinstance(found.target, Proposing):
        return False
    there = await found.target.proposed(proposal.request)
    if there is None or there.head == proposal.commits.get(found.part.name):
        return False
    try:
        await found.target.propose(proposal.request, found.drafts, *words)
    except Conflict:
        return True
    return False

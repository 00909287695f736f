"""Documents one change of one project: reads, compares, asks, publishes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Literal, NamedTuple

from pydantic import Field

from blocks.documentation_project import DocumentationProject
from flows.code_hosts import Host, host
from flows.documentation import context, prose
from flows.documentation.asking import ask, missing, opened
from flows.documentation.discussion import gist
from flows.documentation.gone import with_gone
from flows.documentation.moved import settle
from flows.documentation.pages import Documentation, FileLink, documentation, entry, is_generated
from flows.documentation.project import projects
from flows.documentation.publish import SCENARIO, drop_proposal, place_of, under_way, waiting_of
from flows.documentation.review import Proposal, headline, nobody_needed, page
from flows.documentation.shares import Part, Share, parts, share
from flows.documentation.sources import Sources, read_all, read_change
from flows.documentation.usage import section, usage
from flows.publishing import Written
from tieline import Input, NotFound, approvals
from tieline.language.code import Mention, Symbol, mentions
from tieline.store import bookmarks

#: Pages of each target that are looked through for names that changed.
_SEARCHED = 200
#: Names that other pages are searched for.
_NAMES = 50
_SURE = 0.5
_NOTHING = "No file that counts has changed."

Status = Literal["published", "waiting", "planned", "unchanged", "gone", "answered", "failed"]


class Outcome(Input):
    """What became of one change of one project."""

    project: str
    branch: str
    base: str = ""
    head: str = ""
    status: Status
    headline: str = ""
    breaking: int = 0
    pages: tuple[str, ...] = Field((), description="What was written, or would be.")
    conflicts: tuple[str, ...] = Field((), description="What was left alone, because people have edited it.")
    approval: str = Field("", description="The approval that decides, if one does.")
    link: str = Field("", description="A pull request, or what else there is to look at.")
    reason: str = ""
    told: str = Field("", description="All of it, in Markdown, as people who decide read it.")


class _Work(NamedTuple):
    """A change, read and compared."""

    sources: Sources
    found: Documentation
    shares: tuple[Share, ...]
    told: str

    @property
    def conflicts(self) -> tuple[str, ...]:
        return tuple(f"{one.where}, {one.path}" for each in self.shares for one in each.conflicts)

    @property
    def takes_away(self) -> bool:
        """Whether pages go that no change of code has taken away."""
        return self.sources.comparison is None and any(
            not draft.page.text for one in self.shares for draft in one.drafts
        )

    @property
    def drafted(self) -> tuple[str, ...]:
        names = [f"{one.part.name}: {draft.page.path}" for one in self.shares for draft in one.drafts]
        return tuple(dict.fromkeys(names))


class Scribe:
    """Documents a project.

    Args:
        name: The project's name.
        project: What is documented, and where.
        discussion: What people said about it, for the changelog; it is never published without a person.
        dry_run: Write nothing, ask nobody.
    """

    def __init__(self, name: str, project: DocumentationProject, *, discussion: str = "", dry_run: bool) -> None:
        self._name, self._project, self._discussion, self._dry_run = name, project, discussion, dry_run
        source = project.source
        self._host: Host = host(source.connection, source.repository)

    async def push(self, branch: str, before: str, *, everything: bool) -> Outcome:
        """Document what a branch has come to.

        Args:
            branch: Which one.
            before: Where it was before, for a branch that was never documented; empty: all of it is documented.
            everything: Make the whole reference anew.

        Raises:
            ConnectorError: A system failed; it is worth another try, or a person has to look.
        """
        place = place_of(self._name, branch)
        head = await self._host.find_head(branch)
        if head is None:
            return self._outcome(branch, "gone", reason="The branch is gone.")
        known = await asyncio.to_thread(bookmarks.read, place)
        if before and not known and not self._dry_run:
            # What is rejected, or never decided, is part of the next proposal.
            await asyncio.to_thread(bookmarks.put, place, before)
        base = "" if everything else known or before
        if base == head:
            return self._outcome(branch, "unchanged", base=base, head=head, reason="This commit is documented.")
        sources, reason = await self._read(base, head)
        if not sources.concerns:  # so it is with our own commits: pages are no source code
            return await self._unchanged(self._outcome(branch, "unchanged", base=base, head=head, reason=_NOTHING))
        work = await self._compared(sources, branch)
        outcome = self._outcome(branch, "planned", work, base=base, head=head, reason=reason)
        if not work.drafted and not work.conflicts:
            return await self._unchanged(outcome.model_copy(update={"reason": "No page says anything else now."}))
        return outcome if self._dry_run else await self._decide(work, outcome)

    async def _unchanged(self, outcome: Outcome) -> Outcome:
        """The commit counts as documented, without a word."""
        if not self._dry_run:
            await asyncio.to_thread(bookmarks.put, place_of(self._name, outcome.branch), outcome.head)
        return outcome.model_copy(update={"status": "unchanged"})

    async def request(self, number: int, into: str, head: str) -> Outcome:
        """Say on a pull request what it would change.

        Args:
            number: The pull request.
            into: The branch that it shall go into.
            head: Its newest commit.

        Raises:
            ConnectorError: A system failed.
        """
        source = self._project.source
        sources, reason = await self._read(await self._host.head(into), head)
        if not sources.concerns:
            return self._outcome(into, "unchanged", head=head, reason=_NOTHING)
        link = self._linker(into)
        found = await asyncio.to_thread(documentation, sources, link)
        used = await usage(self._host, source.paths, head, found.changes)
        told = page(found, sources.comparison, (), skipped=sources.skipped, used=section(used, self._linker(head)))
        outcome = self._outcome(into, "planned", head=head, reason=reason).model_copy(
            update={"headline": headline(found, sources.comparison), "breaking": len(found.breaking), "told": told}
        )
        if self._dry_run:
            return outcome
        text = f"## Documentation: {outcome.headline}\n\n{told.replace(chr(10) + '## ', chr(10) + '### ')}".rstrip()
        # Not found by what stands in it: anybody may write the same.
        ours = f"{SCENARIO}/{self._name} comment {source.answer_with} {source.repository}#{number}"
        before = await asyncio.to_thread(bookmarks.read, ours)
        said = await host(source.answer_with, source.repository).comment(number, text, before)
        await asyncio.to_thread(bookmarks.put, ours, said)
        return outcome.model_copy(update={"status": "answered"})

    async def _read(self, base: str, head: str) -> tuple[Sources, str]:
        paths = self._project.source.paths
        if base:
            try:
                return await read_change(self._host, paths, base, head), ""
            except NotFound:
                reason = f"The commit {base[:7]} is gone, so all of it was read anew, without a changelog."
        else:
            reason = ""
        return await read_all(self._host, paths, head), reason

    async def _compared(self, sources: Sources, branch: str) -> _Work:
        """The pages, and what of them each target does not have yet."""
        link = self._linker(branch)
        found = await asyncio.to_thread(documentation, sources, link)
        pages = list(found.pages)
        used = await usage(self._host, self._project.source.paths, sources.head, found.changes)
        if sources.comparison is not None:
            issues = await context.issues(self._project, sources.comparison)
            means = await prose.meaning(self._project, found, sources.comparison, issues, used)
            said = await gist(self._project, self._discussion) if self._discussion else ""
            more = {"": means, "Issues": context.listed(issues), "Discussion": said}
            told = entry(sources.comparison, branch, found.changes, link, more)
            pages += [("changelog", told)] if told else []
        parted = parts(self._project, pages)
        if sources.comparison is None and not sources.skipped:  # what could not be read is not gone
            parted = await self._without_gone(parted)
        shares = tuple([await share(part) for part in parted])
        spoken = await self._mentions(found, sources, shares)
        suggested = await prose.suggestions(self._project, found, spoken)
        where = [(one, at) for one, at, _ in spoken]
        text = page(found, sources.comparison, shares, where, skipped=sources.skipped, used=section(used, link))
        return _Work(sources, found, shares, "\n\n".join(filter(None, [text, suggested])))

    async def _without_gone(self, parted: Sequence[Part]) -> list[Part]:
        """Also take away what is there of modules that are gone; not where another project may have made it."""
        others = [one for name, one in (await projects()).items() if name != self._name]
        theirs = {(each.connection, each.place) for one in others for each in one.targets}
        return [
            part if (of.connection, of.place) in theirs else await with_gone(of, part)
            for of, part in zip(self._project.targets, parted, strict=True)
        ]

    async def _mentions(
        self, found: Documentation, sources: Sources, shares: Sequence[Share]
    ) -> list[tuple[Mention, str, str]]:
        """Lines of pages that people wrote and that name what changed: where they are, and the whole page."""
        changed = [one for one in found.changes if one.kind != "added"][:_NAMES]
        if not changed:
            return []
        about: dict[str, Symbol] = {one.name: one for module in sources.before for one in module.symbols}
        symbols = [about.get(one.name, one) for one in changed]
        spoken: list[tuple[Mention, str, str]] = []
        for one in shares:
            pages = await one.target.search([change.name.rpartition(".")[2] for change in changed], _SEARCHED)
            links = {each.path: (each.link, each.text) for each in pages if not is_generated(each.path, each.title)}
            texts = {path: text for path, (_, text) in links.items()}
            told = await asyncio.to_thread(mentions, texts, symbols)
            spoken += [(each, *links[each.page]) for each in told if each.score >= _SURE]
        return spoken

    async def _decide(self, work: _Work, outcome: Outcome) -> Outcome:
        """Publish it, where the project's rules say that nobody is needed; else ask."""
        proposal = self._proposal(work, outcome)
        place = place_of(self._name, outcome.branch)
        begun = await asyncio.to_thread(under_way, place, outcome.base, outcome.head)
        if begun is not None:  # it was agreed to, or is being asked about once more: what is missing is no new question
            return await self._go_on(begun, outcome)
        key = await asyncio.to_thread(_key, place, outcome.head, proposal)
        await _supersede(place, key, proposal, f"{outcome.head[:7]} came after it; its proposal holds both.")
        known = await asyncio.to_thread(approvals.find, key)
        if known is not None and known.state in {"rejected", "expired"}:
            return _refused(outcome, known)
        # What was said in a chat was not said for the public, and pages that no change of code has taken away may be
        # somebody else's: people look at it, whatever the rules.
        rules = () if self._discussion or work.takes_away else self._project.review.auto
        rule = nobody_needed(rules, work.found, work.sources.comparison, work.shares)
        if rule is None:
            proposal, link = await opened(proposal, work.shares, _title(outcome), outcome.told)
            outcome = outcome.model_copy(update={"link": link})
        asked = await ask(
            self._project.review, key, proposal, title=_title(outcome), told=outcome.told, link=outcome.link
        )
        if asked.state == "waiting" and rule is not None:
            asked = await asyncio.to_thread(approvals.decide, asked.id, "approve", by=f"rule {rule}", via="rule")
        return await self._go_on(asked, outcome)

    async def _go_on(self, asked: approvals.Approval, outcome: Outcome) -> Outcome:
        """What a decision makes of a change: it is published, or asked about once more, or left."""
        if asked.state == "approved":
            proposal = Proposal.model_validate(asked.proposal)
            written, once_more = await settle(self._project.review, proposal, asked)
            if once_more is None:
                return outcome.model_copy(
                    update={"status": "published", "approval": asked.id, "pages": tuple(map(_said, written or ()))}
                )
            asked = once_more
        if asked.state == "waiting":
            return outcome.model_copy(update={"status": "waiting", "approval": asked.id, "link": asked.link})
        return _refused(outcome, asked)

    def _proposal(self, work: _Work, outcome: Outcome) -> Proposal:
        since = outcome.base[:7] or f"all-{outcome.head[:7]}"
        return Proposal(
            project=self._name,
            branch=outcome.branch,
            base=outcome.base,
            head=outcome.head,
            request=f"tieline/{self._name}/{outcome.branch}-{since}",
            parts=missing(work.shares),
        )

    def _linker(self, branch: str) -> FileLink:
        return lambda path: self._host.link(branch, path)

    def _outcome(
        self,
        branch: str,
        status: Status,
        work: _Work | None = None,
        *,
        base: str = "",
        head: str = "",
        reason: str = "",
    ) -> Outcome:
        made = Outcome(project=self._name, branch=branch, base=base, head=head, status=status, reason=reason)
        if work is None:
            return made
        return made.model_copy(
            update={
                "headline": headline(work.found, work.sources.comparison),
                "breaking": len(work.found.breaking),
                "pages": work.drafted,
                "conflicts": work.conflicts,
                "told": work.told,
            }
        )


def _key(place: str, head: str, proposal: Proposal) -> str:
    """What an approval is known by: all of what is approved, so that nobody can make something else of that name."""
    digest = hashlib.sha256("".join(one.model_dump_json() for one in proposal.parts).encode()).hexdigest()
    key = f"{place}/{head[:12]}-{digest}"
    # Taken back when the branch moved on, and now the branch has come back.
    while (there := approvals.find(key)) is not None and there.state == "withdrawn":
        key += "+"
    return key


async def _supersede(place: str, key: str, proposal: Proposal, why: str) -> None:
    """What waits for a decision about an older commit need not be decided any more."""
    for one in await asyncio.to_thread(waiting_of, place, key):
        older = Proposal.model_validate(one.proposal)
        if older.request != proposal.request:
            await drop_proposal(older, why)  # first, for nobody would look at it again
        await asyncio.to_thread(approvals.withdraw, one.key, why)


def _refused(outcome: Outcome, asked: approvals.Approval) -> Outcome:
    why = f"{asked.state.capitalize()} by {asked.decided_by}: {asked.reason}"
    return outcome.model_copy(update={"status": "unchanged", "approval": asked.id, "reason": why})


def _title(outcome: Outcome) -> str:
    return f"Documentation of {outcome.project}, {outcome.branch} at {outcome.head[:7]}: {outcome.headline}"


def _said(one: Written) -> str:
    return f"{one.path} {one.did}"

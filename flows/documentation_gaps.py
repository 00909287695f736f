"""Propose an entry of documentation for what customers had to ask, because no page says it."""

from __future__ import annotations

import asyncio
from typing import Literal

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_table_artifact
from pydantic import Field

from blocks.documentation_project import DocumentationProject
from flows.documentation import questions
from flows.documentation.asking import ask, missing, opened
from flows.documentation.project import check, load, projects
from flows.documentation.publish import SCENARIO
from flows.documentation.review import Proposal, conflicts, targets
from flows.documentation.shares import parts, share
from flows.helpdesks import Solution, Ticket, help_desk
from flows.markup import escaped, linked
from flows.publishing import Page, target
from tieline import ConfigError, Input, NotFound, approvals, each
from tieline.language.answers import foreign
from tieline.language.code import markdown
from tieline.language.gaps import Nearest, asked, nearest
from tieline.language.languages import detect
from tieline.language.text import content_words
from tieline.store.leases import lease

KEY = "documentation-gaps"
#: Pages of each target that are compared with a question, and words that they are searched for.
_SEARCHED, _WORDS = 200, 20
#: How long a ticket waits for another run about the same project, in seconds.
PATIENCE_SECONDS = 300.0

Status = Literal["waiting", "known", "answered", "unanswered", "planned", "gone"]


class Gap(Input):
    """What became of one ticket in one project."""

    ticket: int
    project: str
    status: Status
    nearest: str = Field("", description="The page that is nearest to the question.")
    score: float = Field(0.0, description="How near, as a cosine.")
    approval: str = ""
    link: str = ""
    reason: str = ""


@flow(name=KEY, flow_run_name="solved at {helpdesk}", persist_result=False)
async def documentation_gaps(
    helpdesk: str, tickets: list[int], project: str = "", *, dry_run: bool = False
) -> list[Gap]:
    """Compare what customers asked with what the documentation says, and propose what it does not.

    The projects count that name the help desk in `questions_from`. An entry has the question and the agent's last
    public answer without personal data, and always waits for a person. A ticket is proposed once, whatever becomes of
    it.

    Args:
        helpdesk: The help desk, as system and saved connection, such as "zendesk/questions".
        tickets: Numbers of solved tickets.
        project: One documentation project; by default all that name the help desk.
        dry_run: Propose nothing, and say what would be.

    Returns:
        What became of each ticket in each project.

    Raises:
        ConfigError: The project does not name the help desk, or a connection has rights that it should not.
        ConnectorError: A system failed; the ticket is tried again.
    """
    known = {project: await load(project)} if project else await projects()
    wanted = {name: one for name, one in known.items() if helpdesk in one.questions_from}
    if project and not wanted:
        raise ConfigError(
            f"The project {project!r} takes no questions from {helpdesk}.", hint="Name it in its questions_from."
        )
    done: list[Gap] = []

    async def handle(number: int) -> None:
        for name, one in wanted.items():
            done.append(await _Search(name, one, helpdesk, dry_run=dry_run).handle(number))

    await each(tickets, handle, at_once=1)
    waiting = sum(one.status == "waiting" for one in done)
    get_run_logger().info(f"{len(tickets)} tickets, {waiting} entries proposed.")
    await acreate_table_artifact([_row(one) for one in done], KEY)
    return done


class _Search:
    """Looks for answers in the pages of a project."""

    def __init__(self, name: str, project: DocumentationProject, helpdesk: str, *, dry_run: bool) -> None:
        self._name, self._project, self._helpdesk, self._dry_run = name, project, helpdesk, dry_run

    async def handle(self, number: int) -> Gap:
        """Look at one ticket.

        Raises:
            ConnectorError: A system failed.
        """
        known = await asyncio.to_thread(approvals.find, self._key(number))
        if known is not None:
            return self._gap(number, "known", approval=known.id, link=known.link, reason=known.verdict)
        await check(self._name, self._project)
        desk = help_desk(self._helpdesk)
        ticket = (await desk.read([number])).get(number)
        if isinstance(ticket, Exception):
            raise ticket
        solution = await self._solution(number) if ticket else None
        if ticket is None:
            return self._gap(number, "gone", reason="The ticket is gone.")
        if solution is None or not solution.text.strip():
            return self._gap(number, "unanswered", reason="No agent has answered it in public.")
        # One after the other, so that the same question asked twice is proposed once.
        async with lease(f"{SCENARIO}/{self._name}/questions", patience=PATIENCE_SECONDS):
            return await self._compare(ticket, solution)

    async def _solution(self, number: int) -> Solution | None:
        try:
            return await help_desk(self._helpdesk).solution(number)
        except NotFound:
            return None

    async def _compare(self, ticket: Ticket, solution: Solution) -> Gap:
        question = f"{ticket.subject}\n\n{ticket.text}"
        near = await asyncio.to_thread(nearest, question, await self._pages(question))
        page, score = (near.page, near.score) if near else ("", 0.0)
        if near is not None and near.answers:
            return self._gap(ticket.id, "answered", nearest=page, score=score)
        made = self._gap(ticket.id, "planned", nearest=page, score=score)
        if self._dry_run:
            return made
        return await self._propose(
            ticket, await questions.entry(self._project, self._helpdesk, ticket, solution), made, near
        )

    async def _pages(self, question: str) -> dict[str, str]:
        """What the targets say that may answer it, and what waits for a decision already."""
        words = sorted(set(content_words(asked(question))), key=len, reverse=True)[:_WORDS]
        found: dict[str, str] = {}
        for one in self._project.targets:
            for page in await target(one.connection, one.place).search(words, _SEARCHED):
                found[f"{one.connection} {page.path}"] = f"{page.title}\n\n{page.text}"
        for approval in await asyncio.to_thread(approvals.waiting, SCENARIO):
            if approval.key.startswith(self._key("")):
                found[f"the proposal {approval.id}"] = approval.text or ""
        return found

    async def _propose(self, ticket: Ticket, entry: Page, made: Gap, near: Nearest | None) -> Gap:
        shares = [await share(part) for part in parts(self._project, [("questions", entry)])]
        drafted = missing(shares)
        if not drafted:
            return made.model_copy(update={"status": "known", "reason": "The page of questions has it already."})
        about = f"{self._helpdesk} {ticket.id}"
        proposal = Proposal(
            project=self._name,
            branch=f"question:{self._helpdesk}/{ticket.id}",  # no branch of code can be called that
            base="",
            head=str(ticket.id),
            about="An answer to a question of customers",
            request=f"tieline/{self._name}/{entry.region}",
            parts=drafted,
        )
        title = f"Documentation of {self._name}: an answer to {about}"
        # The ticket itself is for those who decide, and not for those who can read the pull request.
        told = "\n\n".join([*targets(shares), *conflicts(shares), entry.text])
        proposal, link = await opened(proposal, shares, "A question that is not answered", told)
        why = _why(ticket, near)
        approval = await ask(
            self._project.review,
            self._key(ticket.id),
            proposal,
            title=title,
            told=f"{why}\n\n{told}",
            link=link or ticket.link,
        )
        return made.model_copy(update={"status": "waiting", "approval": approval.id, "link": approval.link})

    def _key(self, number: int | str) -> str:
        """What the approval of a ticket is called; what those of all tickets of a help desk begin with."""
        return f"{SCENARIO}/{self._name}/question:{self._helpdesk}/{number}"

    def _gap(self, number: int, status: Status, **more: object) -> Gap:
        return Gap.model_validate({"ticket": number, "project": self._name, "status": status, **more})


def _why(ticket: Ticket, near: Nearest | None) -> str:
    """Why it is proposed, for the people who decide."""
    who = linked(f"Ticket {ticket.id}", ticket.link)
    parts = [f"{who} was solved, and no page answers it."]
    if near is not None:
        parts.append(f"Nearest is {markdown.code(near.page)} ({near.score:.2f}).")
    language = detect(f"{ticket.subject}\n{ticket.text}")
    parts += [foreign(language)] if language.foreign else []
    parts.append("Look for names and other personal data that may be left.")
    return " ".join(parts)


def _row(one: Gap) -> dict[str, str | float]:
    return {
        "ticket": one.ticket,
        "project": escaped(one.project),
        "outcome": one.status,
        "nearest": escaped(one.nearest),
        "score": one.score,
        "approval": one.approval,
        "see": linked("there", one.link) if one.link else "",
        "why": escaped(one.reason),
    }

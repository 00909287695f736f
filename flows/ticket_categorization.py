"""Label support tickets, so that they reach the right team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any, Literal

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import acreate_progress_artifact, acreate_table_artifact, aupdate_progress_artifact
from pydantic import Field

from flows.helpdesks import Change, HelpDesk, Level, Ticket, concurrently, help_desk, higher
from flows.markup import escaped
from flows.support_categories import DEFAULT_CATEGORIES, TicketCategory
from flows.windows import recent
from tasks import language, slack
from tieline import ConfigError, ConnectorError, Input, NotFound, settle
from tieline.errors import UnknownName
from tieline.language.answers import Choice
from tieline.language.budget import Budget
from tieline.language.categories import Category, check_categories

if TYPE_CHECKING:
    from pandas import DataFrame

KEY = "ticket-categorization"
NEEDS_REVIEW = "needs-review"
BATCH = 100

Status = Literal["changed", "planned", "unchanged", "needs-review", "gone", "failed"]


class TicketOutcome(Input):
    """What became of one ticket."""

    ticket_id: int
    subject: str = ""
    category: str | None = None
    confidence: float = 0.0
    tags: tuple[str, ...] = Field((), description="The category's tags, whether they were added or not.")
    status: Status
    changes: tuple[str, ...] = Field((), description="What was changed, or would be in a dry run.")
    reason: str = ""
    link: str = ""


class Categorization(Input):
    """What became of a run."""

    helpdesk: str
    model: str
    dry_run: bool
    outcomes: tuple[TicketOutcome, ...]

    def count(self, *status: Status) -> int:
        """How many tickets ended like this."""
        return sum(outcome.status in status for outcome in self.outcomes)

    def frame(self) -> DataFrame:
        """The outcomes as a table, a row for each ticket."""
        from pandas import DataFrame  # noqa: PLC0415 - half a second, for those who want it

        return DataFrame([outcome.model_dump() for outcome in self.outcomes])


def _run_name() -> str:
    """What a run is about, such as "zendesk/support: new in the last hour", for lists of runs."""
    asked = runtime.flow_run.parameters
    numbers = asked.get("tickets") or []
    about = asked.get("query") or ", ".join(map(str, numbers[:3])) + (" …" if len(numbers) > 3 else "")  # noqa: PLR2004
    return f"{asked['helpdesk']}: {shorten(about, 80, placeholder=' …')}{' (dry run)' * bool(asked.get('dry_run'))}"


@flow(name=KEY, flow_run_name=_run_name, persist_result=False)
async def ticket_categorization(
    helpdesk: str,
    tickets: list[int] | None = None,
    query: str = "",
    *,
    categories: list[TicketCategory] | None = None,
    model: str = "embedded",
    confidence_threshold: Annotated[float, Field(ge=0, le=1)] = 0.5,
    add_note: bool = False,
    dry_run: bool = False,
    slack_connection: str = "",
    slack_channel: str = "",
    limit: Annotated[int, Field(gt=0)] = 1000,
    budget_usd: float | None = None,
) -> Categorization:
    """Read tickets, find each one's category, and write it back as tags, priority, group and note.

    Running it again changes nothing on a ticket that is as this run left it.

    Args:
        helpdesk: The help desk, as system and saved connection, such as "zendesk/support".
        tickets: Numbers of tickets. Leave it empty to give a query.
        query: Such as "new in the last hour" or "updated in the last 2 days", or one in the help desk's own language.
        categories: What tickets can be about, and what follows from it; leave it out for the ten that are shipped.
        model: "embedded", or the name of a saved language model.
        confidence_threshold: Below this a ticket gets the tag `needs-review`, and nothing else.
        add_note: Leave an internal note that says why.
        dry_run: Write nothing, and show what would be changed.
        slack_connection: Where to post a digest; empty for none.
        slack_channel: The channel for it.
        limit: Most tickets that a query may take in.
        budget_usd: What the run may spend on a model, in US dollars.

    Returns:
        What became of each ticket, in order.

    Raises:
        ConfigError: Something about the parameters is wrong; nothing was changed.
        ConnectorError: The help desk could not be asked for the tickets at all.
        BudgetSpent: The budget is spent; the tickets before that are done, and shown in the artifact.
    """
    categories = list(DEFAULT_CATEGORIES) if categories is None else categories
    check_categories(categories)
    if bool(tickets) == bool(query):
        raise ConfigError("Which tickets?", hint="Give either numbers of tickets, or a query.")
    if bool(slack_connection) != bool(slack_channel):
        raise ConfigError("A digest needs both slack_connection and slack_channel.")
    desk = help_desk(helpdesk)
    # A wrong name is found now, and not when half of the tickets are done.
    await language.connector.credentials(model)
    if slack_connection:
        await slack.connector.credentials(slack_connection)
    sorter = _Sorter(desk, categories, await _groups(desk, categories), model, confidence_threshold, add_note=add_note)
    found, outcomes, unread = await _read(desk, tickets or [], query, limit)
    await settle(unread)
    progress = await acreate_progress_artifact(0.0, KEY + "-progress", f"{len(found)} tickets of {helpdesk}")

    def result() -> Categorization:
        return Categorization(helpdesk=helpdesk, model=model, dry_run=dry_run, outcomes=tuple(outcomes))

    try:
        with Budget(usd=budget_usd) if budget_usd is not None else nullcontext():
            for start in range(0, len(found), BATCH):
                some = found[start : start + BATCH]
                plans = await sorter.plan(some)
                outcomes += plans_only(plans) if dry_run else await sorter.apply(plans)
                # Tickets that events brought are done now, whatever becomes of the others.
                await settle({ticket.id: sorter.failures.get(ticket.id) for ticket in some})
                await aupdate_progress_artifact(progress, 100 * min(1.0, (start + BATCH) / len(found)))
    finally:
        # Also when the budget is spent or the help desk fails halfway: what was done is to be seen.
        get_run_logger().info(digest(result()))
        await acreate_table_artifact(_table(result()), KEY, digest(result()))
    if slack_connection and outcomes:
        await slack.send_message(slack_connection, channel=slack_channel, text=digest(result()))
    return result()


class _Plan(Input):
    """What shall happen to one ticket."""

    ticket: Ticket
    change: Change = Change()
    choice: Choice
    status: Status
    says: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def outcome(self, status: Status, reason: str = "") -> TicketOutcome:
        """What became of it."""
        return TicketOutcome(
            ticket_id=self.ticket.id,
            subject=self.ticket.subject,
            category=self.choice.category,
            confidence=self.choice.confidence,
            tags=self.tags,
            status=status,
            changes=self.says,
            reason=reason or self.choice.reason,
            link=self.ticket.link,
        )


class _Sorter:
    """Finds each ticket's category, decides what follows from it, and does it."""

    def __init__(
        self,
        desk: HelpDesk,
        categories: Sequence[TicketCategory],
        groups: Mapping[str, int],
        model: str,
        threshold: float,
        *,
        add_note: bool,
    ) -> None:
        self._desk, self._groups, self._model = desk, groups, model
        self._threshold, self._add_note = threshold, add_note
        self.failures: dict[int, ConnectorError] = {}
        self._categories = {category.name: category for category in categories}
        # A model gets to know what a category is, not what we do with it.
        known = set(Category.model_fields)
        self._plain = [Category(**category.model_dump(include=known)) for category in categories]

    async def plan(self, tickets: Sequence[Ticket]) -> list[_Plan]:
        """What shall happen to each ticket; nothing is written."""
        texts = [f"{ticket.subject}\n\n{ticket.text}".strip() for ticket in tickets]
        choices = await self._choices(texts)
        unsure = [
            n
            for n, choice in enumerate(choices)
            if isinstance(choice, Choice) and self._asks_urgency(tickets[n], choice)
        ]
        # Not a task run for each text: what matters about them is in the ticket's outcome.
        analyses = await concurrently(unsure, lambda n: language.analyze.fn(self._model, text=texts[n]))
        plans = []
        for n, (ticket, choice) in enumerate(zip(tickets, choices, strict=True)):
            analysis = analyses.get(n)
            if isinstance(choice, ConnectorError):
                plans.append(self._unread(ticket, choice))
            elif isinstance(analysis, ConnectorError):
                plans.append(self._unread(ticket, analysis))
            else:
                urgent = analysis is not None and analysis.urgency == "urgent"
                plans.append(self._decide(ticket, choice, urgent=urgent))
        return plans

    def _unread(self, ticket: Ticket, error: ConnectorError) -> _Plan:
        self.failures[ticket.id] = error
        return _Plan(ticket=ticket, choice=Choice(category=None, confidence=0.0, reason=str(error)), status="failed")

    async def _choices(self, texts: Sequence[str]) -> list[Choice | ConnectorError]:
        """All texts at once; or, where the model fails on that, each alone, so that one does not stop the others."""
        try:
            return [*await language.categorize(self._model, texts=list(texts), categories=self._plain)]
        except ConnectorError:
            alone = await concurrently(
                range(len(texts)),
                lambda n: language.categorize.fn(self._model, texts=[texts[n]], categories=self._plain),
            )
        return [one if isinstance(one, ConnectorError) else one[0] for one in alone.values()]

    async def apply(self, plans: Sequence[_Plan]) -> list[TicketOutcome]:
        """Write what was planned; each ticket stands alone."""
        changes = {plan.ticket.id: plan.change for plan in plans if plan.says}
        failures = await self._desk.write([plan.ticket for plan in plans], changes) if changes else {}
        self.failures |= {number: error for number, error in failures.items() if not isinstance(error, NotFound)}
        outcomes = []
        for plan in plans:
            error = failures.get(plan.ticket.id)
            status: Status = plan.status if error is None else "gone" if isinstance(error, NotFound) else "failed"
            outcomes.append(plan.outcome(status, str(error or "")))
        return outcomes

    def _decide(self, ticket: Ticket, choice: Choice, *, urgent: bool) -> _Plan:
        category = self._category(choice)
        if category is None:
            change = Change(add_tags=_missing((NEEDS_REVIEW,), ticket))
            nearest = self._categories.get(choice.category or "")
            return _Plan(
                ticket=ticket,
                change=change,
                choice=choice,
                status=NEEDS_REVIEW,
                says=_says(change, ticket, ""),
                tags=nearest.tags_to_add if nearest else (),
            )
        tags = _missing(category.tags_to_add, ticket)
        change = Change(
            add_tags=tags,
            priority=_raised(category, ticket, urgent=urgent),
            group_id=self._groups[category.group] if category.group and ticket.group_id is None else None,
            note=_note(category, choice) if self._add_note and tags else "",
        )
        says = _says(change, ticket, category.group)
        status: Status = "changed" if says else "unchanged"
        return _Plan(ticket=ticket, change=change, choice=choice, status=status, says=says, tags=category.tags_to_add)

    def _category(self, choice: Choice) -> TicketCategory | None:
        """The category, if the model is sure enough of it."""
        return self._categories.get(choice.category or "") if choice.confidence >= self._threshold else None

    def _asks_urgency(self, ticket: Ticket, choice: Choice) -> bool:
        """Whether it makes a difference that the text is urgent."""
        category = self._category(choice)
        return category is not None and _raised(category, ticket, urgent=True) != _raised(
            category, ticket, urgent=False
        )


def _raised(category: TicketCategory, ticket: Ticket, *, urgent: bool) -> Level | None:
    """The level the category's rule asks for, if that is more than the ticket has: a run never calms a ticket."""
    asked = higher(category.priority.at_least, category.priority.when_urgent if urgent else None)
    raised = higher(ticket.priority, asked)
    return raised if raised != ticket.priority else None


def plans_only(plans: Sequence[_Plan]) -> list[TicketOutcome]:
    """What a dry run shows."""
    return [plan.outcome("planned" if plan.status == "changed" else plan.status) for plan in plans]


async def _groups(desk: HelpDesk, categories: Sequence[TicketCategory]) -> dict[str, int]:
    """The ids of the groups that the categories name."""
    wanted = {category.group for category in categories if category.group}
    if not wanted:
        return {}
    known = await desk.groups()
    for name in sorted(wanted - set(known)):
        raise UnknownName("group", name, known)
    return known


async def _read(
    desk: HelpDesk, numbers: Sequence[int], query: str, limit: int
) -> tuple[list[Ticket], list[TicketOutcome], dict[int, ConnectorError | None]]:
    """The tickets, what became of those that cannot be read, and why; None where a ticket is gone."""
    if query:
        return await desk.find(recent(query), limit), [], {}
    read = await desk.read(list(dict.fromkeys(numbers)))
    found = [one for one in read.values() if isinstance(one, Ticket)]
    lost = [
        TicketOutcome(ticket_id=n, status="gone", reason="There is no such ticket.") for n in numbers if n not in read
    ]
    errors = {number: one for number, one in read.items() if isinstance(one, ConnectorError)}
    failed = [TicketOutcome(ticket_id=n, status="failed", reason=str(error)) for n, error in errors.items()]
    return found, [*lost, *failed], {**{one.ticket_id: None for one in lost}, **errors}


def _missing(tags: Sequence[str], ticket: Ticket) -> tuple[str, ...]:
    return tuple(tag for tag in tags if tag not in ticket.tags)


def _note(category: TicketCategory, choice: Choice) -> str:
    sure = f"{choice.confidence:.0%}"
    return f"Category: {category.name} ({sure} sure, by {choice.model or 'the model'}).\n{choice.reason}"


def _says(change: Change, ticket: Ticket, group: str) -> tuple[str, ...]:
    """A change in words."""
    says = [f"tag +{tag}" for tag in change.add_tags]
    if change.priority:
        says.append(f"priority {ticket.priority or 'none'} → {change.priority}")
    if change.group_id is not None:
        says.append(f"group → {group}")
    if change.note:
        says.append("note")
    return tuple(says)


def digest(result: Categorization) -> str:
    """A run in a few lines, in Slack's and Markdown's common tongue."""
    counts = {
        "would be changed" if result.dry_run else "changed": result.count("changed", "planned"),
        "as they should be": result.count("unchanged"),
        "need a look": result.count("needs-review"),
        "could not be done": result.count("gone", "failed"),
    }
    became = ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing to do"
    lines = [f"{len(result.outcomes)} tickets of {result.helpdesk}: {became}."]
    found = Counter(
        o.category for o in result.outcomes if o.category and o.status in {"changed", "planned", "unchanged"}
    )
    lines += [f"• {category}: {count}" for category, count in found.most_common()]
    return "\n".join(lines)


def _table(result: Categorization) -> list[dict[str, Any]]:
    return [
        {
            "ticket": f"[{o.ticket_id}]({o.link})" if o.link else str(o.ticket_id),
            "subject": escaped(o.subject),
            "category": escaped(o.category or ""),
            "confidence": f"{o.confidence:.0%}",
            "outcome": o.status,
            "what changed": escaped(", ".join(o.changes)),
            "why": escaped(o.reason),
        }
        for o in result.outcomes
    ]

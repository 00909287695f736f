"""Say where discussions stand, in their own place: what was decided, what is still open, and who does what."""

from __future__ import annotations

from contextlib import nullcontext
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any, Literal

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from pydantic import Field

from flows.documents.gist import digest
from flows.markup import escaped
from flows.threads import Entry, Note, Place, Thread, noted, place
from flows.windows import recent
from tasks import language
from tieline import ConfigError, ConnectorError, Input, NotFound, each
from tieline.language.budget import Budget
from tieline.language.comments import Comment

if TYPE_CHECKING:
    from pandas import DataFrame

KEY = "comment-summarization"
#: Changes when the same discussion would get another summary from us.
VERSION = 1
AT_ONCE = 4
SHOWN = 20

Length = Literal["short", "medium", "long"]
SENTENCES: dict[Length, int] = {"short": 2, "medium": 4, "long": 10}
Status = Literal["summarized", "planned", "unchanged", "too-short", "closed", "gone", "failed"]
#: Help desks have numbers for tickets.
Reference = Annotated[str, Field(min_length=1, coerce_numbers_to_str=True)]


class ThreadOutcome(Input):
    """What became of one discussion."""

    thread: str
    name: str = ""
    status: Status
    comments: int = 0
    summary: str = ""
    decisions: tuple[Entry, ...] = ()
    questions: tuple[Entry, ...] = Field((), description="What was asked, and not answered since.")
    actions: tuple[Entry, ...] = ()
    private: bool = Field(default=False, description="It is shown nowhere but in its place.")
    written: tuple[str, ...] = Field((), description="What was written.")
    reason: str = ""
    link: str = ""


class Discussions(Input):
    """What became of a run."""

    where: str
    model: str
    dry_run: bool
    outcomes: tuple[ThreadOutcome, ...]

    def count(self, *status: Status) -> int:
        """How many discussions ended like this."""
        return sum(outcome.status in status for outcome in self.outcomes)

    def frame(self) -> DataFrame:
        """The outcomes as a table, a row for each discussion."""
        from pandas import DataFrame  # noqa: PLC0415 - half a second, for those who want it

        return DataFrame([outcome.model_dump() for outcome in self.outcomes])


def _run_name() -> str:
    """What a run is about, such as "jira/work: OPS-7, OPS-9", for lists of runs."""
    asked = runtime.flow_run.parameters
    names = [str(name) for name in asked.get("threads") or []]
    about = asked.get("query") or ", ".join(names[:3]) + " …" * (len(names) > 3)  # noqa: PLR2004
    return f"{asked['where']}: {shorten(about, 80, placeholder=' …')}{' (dry run)' * bool(asked.get('dry_run'))}"


@flow(name=KEY, flow_run_name=_run_name, persist_result=False)
async def comment_summarization(
    where: str,
    threads: list[Reference] | None = None,
    query: str = "",
    *,
    length: Length = "medium",
    at_least: Annotated[int, Field(ge=1)] = 3,
    add_comment: bool = False,
    model: str = "embedded",
    dry_run: bool = False,
    again: bool = False,
    limit: Annotated[int, Field(gt=0)] = 100,
    budget_usd: float | None = None,
) -> Discussions:
    """Read discussions, find out what they have come to, and write it where those who discuss look.

    A discussion in which nothing was said since the last summary is left alone.

    Args:
        where: The place, as system and saved connection, such as "jira/work", "zendesk/support" or "slack/team".
        threads: Issues, tickets or threads: keys, numbers, or links of Slack. Leave it empty to give a query.
        query: Such as "updated in the last day", or one in the place's own words: JQL, a search, a channel of Slack.
        length: Of the summary: two, four or ten sentences.
        at_least: Comments that there must be; fewer need no summary.
        add_comment: In Jira, also leave a comment, and keep it up to date.
        model: "embedded", or the name of a saved language model.
        dry_run: Write nothing, and show what would be written.
        again: Also do what has not changed.
        limit: Most discussions that a query may take in.
        budget_usd: What the run may spend on a model, in US dollars.

    Returns:
        What became of each discussion, in order.

    Raises:
        ConfigError: Something about the parameters is wrong; nothing was written.
        ConnectorError: The place could not be asked for its discussions at all.
        BudgetSpent: The budget is spent; the discussions before that are done, and shown in the artifact.
    """
    if bool(threads) == bool(query):
        raise ConfigError("Which discussions?", hint="Give either references, or a query.")
    forum = place(where)
    # A wrong name is found now, and not when half of the discussions are done.
    await language.connector.credentials(model)
    reader = _Reader(forum, model, SENTENCES[length], at_least, add_comment=add_comment, dry_run=dry_run, again=again)
    found = list(dict.fromkeys(threads or await forum.find(recent(query), limit)))
    outcomes: dict[str, ThreadOutcome] = {}

    async def one(reference: str) -> None:
        try:
            outcomes[reference] = await reader.handle(reference)
        except (ConnectorError, ConfigError) as exc:
            outcomes[reference] = ThreadOutcome(thread=reference, status="failed", reason=str(exc))
            raise

    def result() -> Discussions:
        done = tuple(outcomes[reference] for reference in found if reference in outcomes)
        return Discussions(where=where, model=model, dry_run=dry_run, outcomes=done)

    try:
        with Budget(usd=budget_usd) if budget_usd is not None else nullcontext():
            await each(found, one, at_once=AT_ONCE)
    finally:
        # Also when the budget is spent or the place fails halfway: what was done is to be seen.
        get_run_logger().info(says(result()))
        await acreate_table_artifact(_table(result()), KEY, says(result()))
        await acreate_markdown_artifact(_page(result()), KEY + "-summaries", says(result()))
    return result()


class _Reader:
    """Reads a discussion, finds out what it has come to, and writes it back."""

    def __init__(
        self,
        forum: Place,
        model: str,
        sentences: int,
        at_least: int,
        *,
        add_comment: bool,
        dry_run: bool,
        again: bool,
    ) -> None:
        self._forum, self._model, self._sentences, self._at_least = forum, model, sentences, at_least
        self._add_comment, self._dry_run, self._again = add_comment, dry_run, again
        self._wishes = digest(str((VERSION, model, sentences, add_comment)))

    async def handle(self, reference: str) -> ThreadOutcome:
        """Do one discussion.

        Raises:
            ConnectorError: The place or the model failed; it is worth another try, or a person has to look.
        """
        try:
            thread = await self._forum.get(reference)
            return await self._sum_up(thread)
        except NotFound as exc:
            return ThreadOutcome(thread=reference, status="gone", reason=str(exc))

    async def _sum_up(self, thread: Thread) -> ThreadOutcome:
        if thread.closed:
            return _outcome(thread, "closed", reason=thread.closed)
        if len(thread.messages) < self._at_least:
            return _outcome(thread, "too-short", reason=f"There are fewer than {self._at_least} comments.")
        mark = self._wishes + thread.content
        if self._is_done(thread, mark):
            return _outcome(thread, "unchanged", reason="Nothing was said since the last summary.")
        comments = [Comment(id=one.id, text=one.text, by=one.by, at=one.at) for one in thread.messages]
        said = await language.summarize_discussion(self._model, comments=comments, sentences=self._sentences)
        note = noted(said, thread, mark, as_comment=self._add_comment)
        written = () if self._dry_run else await self._forum.write(thread, note)
        return _outcome(
            thread,
            "planned" if self._dry_run else "summarized",
            note=note,
            written=written,
            reason=" ".join((*thread.notes, *said.notes)),
        )

    def _is_done(self, thread: Thread, mark: str) -> bool:
        """Whether there is nothing to write. Where notes pile up, other wishes alone are no reason for another one."""
        if self._again:
            return False
        return thread.mark == mark or (not self._forum.rewrites and thread.mark.endswith(thread.content))


def _outcome(
    thread: Thread, status: Status, *, note: Note | None = None, reason: str = "", written: tuple[str, ...] = ()
) -> ThreadOutcome:
    found = note or Note()
    return ThreadOutcome(
        thread=thread.id,
        name=thread.name,
        status=status,
        comments=len(thread.messages),
        summary=found.summary,
        decisions=found.decisions,
        questions=found.questions,
        actions=found.actions,
        private=thread.private,
        written=written,
        reason=reason,
        link=thread.link,
    )


def says(result: Discussions) -> str:
    """A run in a few lines, in Slack's and Markdown's common tongue; nothing of what was said."""
    counts = {
        "would be summed up" if result.dry_run else "summed up": result.count("summarized", "planned"),
        "unchanged": result.count("unchanged"),
        "too short": result.count("too-short"),
        "closed": result.count("closed"),
        "gone": result.count("gone"),
        "failed": result.count("failed"),
    }
    became = ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing to do"
    decided = sum(len(one.decisions) for one in result.outcomes)
    asked = sum(len(one.questions) for one in result.outcomes)
    found = f"\n{decided} decisions, {asked} open questions." if decided or asked else ""
    return f"{len(result.outcomes)} discussions of {result.where}: {became}.{found}"


def _table(result: Discussions) -> list[dict[str, Any]]:
    return [
        {
            "discussion": f"[{escaped(o.name or o.thread)}]({o.link})" if o.link else escaped(o.thread),
            "outcome": o.status,
            "comments": o.comments,
            "decisions": len(o.decisions),
            "open questions": len(o.questions),
            "to do": len(o.actions),
            "written": ", ".join(o.written),
            "why": escaped(o.reason),
        }
        for o in result.outcomes
    ]


def _page(result: Discussions) -> str:
    """What the discussions have come to, for people to read. What is private stays in its place."""
    parts = [f"# {says(result).splitlines()[0]}"]
    found = [one for one in result.outcomes if one.status in {"summarized", "planned"}]
    for o in found[:SHOWN]:
        title = escaped(o.name or o.thread)
        parts.append(f"## {f'[{title}]({o.link})' if o.link else title}")
        if o.private:
            parts.append("*Not everybody may read these comments: see there.*")
            continue
        parts.append(escaped(o.summary))
        for name, entries in {"Decisions": o.decisions, "Open questions": o.questions, "To do": o.actions}.items():
            if entries:
                parts.append("\n".join([f"**{name}**", "", *map(_line, entries)]))
    return "\n\n".join(parts)


def _line(entry: Entry) -> str:
    source = escaped(entry.source)
    return f"- {escaped(entry.said)} ({f'[{source}]({entry.link})' if entry.link else source})"

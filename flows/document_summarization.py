"""Say what documents say, in their own place: a summary and tags, where people look for the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any, Literal

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from pydantic import Field

from flows.documents import Citation, Commented, Item, Reply, place
from flows.documents.gist import Wishes, check
from flows.documents.place import NOT_ANSWERED
from flows.documents.reader import DocumentOutcome, Reader, Status
from flows.markup import escaped, linked
from flows.windows import recent
from tieline import ConfigError, ConnectorError, Input, each
from tieline.language.budget import Budget
from tieline.language.model import Style

if TYPE_CHECKING:
    from pandas import DataFrame

KEY = "document-summarization"
AT_ONCE = 4
SHOWN = 20
#: Rows of the table; a browser shows no more with ease.
ROWS = 1000
#: Documents of a run from which on their outcomes go without passages, so that memory does not grow with the run.
LIGHT_FROM = 1000

Length = Literal["short", "medium", "long"]
SENTENCES: dict[Length, int] = {"short": 2, "medium": 4, "long": 10}
Question = Annotated[str, Field(min_length=1, max_length=1000)]
#: Some places have numbers for pages.
Reference = Annotated[str, Field(min_length=1, coerce_numbers_to_str=True)]


class Summarization(Input):
    """What became of a run."""

    source: str
    model: str
    dry_run: bool
    outcomes: tuple[DocumentOutcome, ...]

    def count(self, *status: Status) -> int:
        """How many documents ended like this."""
        return sum(outcome.status in status for outcome in self.outcomes)

    def frame(self) -> DataFrame:
        """The outcomes as a table, a row for each document."""
        from pandas import DataFrame  # noqa: PLC0415 - half a second, for those who want it

        return DataFrame([outcome.model_dump() for outcome in self.outcomes])


def _run_name() -> str:
    """What a run is about, such as "files/inbox: report.pdf", for lists of runs."""
    asked = runtime.flow_run.parameters
    names = asked.get("documents") or []
    about = asked.get("query") or ", ".join(names[:3]) + " …" * (len(names) > 3) or "all"  # noqa: PLR2004
    return f"{asked['source']}: {shorten(about, 80, placeholder=' …')}{' (dry run)' * bool(asked.get('dry_run'))}"


@flow(name=KEY, flow_run_name=_run_name, persist_result=False)
async def document_summarization(
    source: str,
    documents: list[Reference] | None = None,
    query: str = "",
    *,
    summarize: bool = True,
    length: Length = "medium",
    style: Style = "prose",
    language: Annotated[str, Field(max_length=40)] = "",
    tags: Annotated[int, Field(ge=0, le=50)] = 5,
    vocabulary: list[str] | None = None,
    questions: Annotated[list[Question], Field(max_length=20)] | None = None,
    extract_text: bool = False,
    comment: bool = False,
    model: str = "embedded",
    dry_run: bool = False,
    again: bool = False,
    limit: Annotated[int, Field(gt=0)] = 1000,
    budget_usd: float | None = None,
) -> Summarization:
    """Read documents, find out what they say, and write it back to where they lie.

    A document that is as the last run left it, and is to get the same, is not read again.

    Args:
        source: Where the documents are, as system and saved connection, such as "files/inbox".
        documents: References of documents, such as paths; leave it empty to give a query.
        query: Such as "updated in the last day", or one in the place's own words (for folders: "*.pdf"). Neither
            documents nor a query means all there are.
        summarize: Write a summary.
        length: Of the summary: two, four or ten sentences.
        style: Of the summary: "prose", "bullets" for a line for each sentence, or "headline" for one line.
        language: Of the summary, such as "German" or "de"; leave it out for the document's own. The embedded engine
            writes English only.
        tags: How many tags at most; 0 for none.
        vocabulary: Tags to choose from; leave it out for words of the document itself.
        questions: What to ask each document; they are followed, so they must come from somebody you trust. The embedded
            engine quotes the sentences nearest to a question; a model answers. Both name the passages.
        extract_text: Write the whole text back, too, where the place can hold it.
        comment: Also say it in a comment, where the place has comments.
        model: "embedded", or the name of a saved language model.
        dry_run: Write nothing, and show what would be written.
        again: Also do what has not changed.
        limit: Most documents that a query may take in.
        budget_usd: What the run may spend on a model, in US dollars.

    Returns:
        What became of each document, in order.

    Raises:
        ConfigError: Something about the parameters is wrong; nothing was written.
        ConnectorError: The place could not be asked for its documents at all.
        BudgetSpent: The budget is spent; the documents before that are done, and shown in the artifact.
    """
    if documents and query:
        raise ConfigError("Which documents?", hint="Give references, or a query, but not both.")
    if not (summarize or tags or questions or extract_text):
        raise ConfigError("There is nothing to find out.", hint="Ask for a summary, tags, answers, or the text.")
    where = place(source)
    if comment and not isinstance(where, Commented):
        raise ConfigError(f"{source} has no comments.", hint="Leave out `comment`: all is written elsewhere anyway.")
    wishes = Wishes(
        model=model,
        sentences=SENTENCES[length] if summarize else 0,
        style=style,
        language=language,
        tags=tags,
        vocabulary=tuple(vocabulary or ()),
        questions=tuple(questions or ()),
        extract_text=extract_text,
    )
    await check(wishes)
    reader = Reader(where, wishes, comment=comment, dry_run=dry_run, again=again)
    found: Sequence[Item | str] = list(dict.fromkeys(documents or ())) or await where.find(recent(query), limit)
    order = [item if isinstance(item, str) else item.id for item in found]
    whole = frozenset(order if len(order) <= LIGHT_FROM else order[:SHOWN])
    outcomes: dict[str, DocumentOutcome] = {}

    async def one(item: Item | str) -> None:
        name = item if isinstance(item, str) else item.id
        try:
            outcome = await reader.handle(item)
            outcomes[name] = outcome if name in whole else outcome.light()
        except (ConnectorError, ConfigError) as exc:
            outcomes[name] = DocumentOutcome(document=name, status="failed", reason=str(exc))
            raise

    def result() -> Summarization:
        ended = tuple(outcomes[name] for name in order if name in outcomes)
        return Summarization(source=source, model=model, dry_run=dry_run, outcomes=ended)

    try:
        with Budget(usd=budget_usd) if budget_usd is not None else nullcontext():
            await each(found, one, at_once=AT_ONCE)
    finally:
        # Also when the budget is spent or the place fails halfway: what was done is to be seen.
        get_run_logger().info(says(result()))
        await acreate_table_artifact(_table(result()), KEY, says(result()) + _left_out(result()))
        await acreate_markdown_artifact(_page(result()), KEY + "-summaries", says(result()))
    return result()


def says(result: Summarization) -> str:
    """A run in a few lines, in Slack's and Markdown's common tongue."""
    counts = {
        "would be summarized" if result.dry_run else "summarized": result.count("summarized", "planned"),
        "unchanged": result.count("unchanged"),
        "cannot be read": result.count("unreadable"),
        "gone": result.count("gone"),
        "failed": result.count("failed"),
    }
    became = ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing to do"
    tags = Counter(tag for outcome in result.outcomes for tag in outcome.tags)
    lines = [f"{len(result.outcomes)} documents of {result.source}: {became}."]
    if tags:
        lines.append("Most about: " + ", ".join(escaped(tag) for tag, _ in tags.most_common(8)) + ".")
    return "\n".join(lines)


def _left_out(result: Summarization) -> str:
    """How many documents the table does not show."""
    return f"\nThe table shows {ROWS:,} of them, trouble first." if len(result.outcomes) > ROWS else ""


def _table(result: Summarization) -> list[dict[str, Any]]:
    shown: Sequence[DocumentOutcome] = result.outcomes
    if len(shown) > ROWS:
        shown = sorted(shown, key=lambda o: o.status not in {"failed", "unreadable", "gone"})[:ROWS]
    return [
        {
            "document": linked(o.name or o.document, o.link) if o.link else escaped(o.document),
            "outcome": o.status,
            "summary": escaped(shorten(o.summary, 200, placeholder=" …")),
            "tags": ", ".join(map(escaped, o.tags)),
            **{one.question: escaped(shorten(one.answer or NOT_ANSWERED, 200, placeholder=" …")) for one in o.answers},
            "written": escaped(", ".join(o.written)),
            "why": escaped(o.reason),
        }
        for o in shown
    ]


def _page(result: Summarization) -> str:
    """The summaries and answers, each with its source, for people to read."""
    parts = [f"# {says(result).splitlines()[0]}"]
    for o in [one for one in result.outcomes if one.summary or one.answers][:SHOWN]:
        parts.append(f"## {linked(o.name, o.link) if o.link else escaped(o.document)}")
        sources = [f"- {escaped(one.text)} *({_at(one)})*" for one in o.sources]
        parts.append("\n".join(sources) or escaped(o.summary))
        if o.tags:
            parts.append(" · ".join(map(escaped, o.tags)))
        parts += [_answer(one) for one in o.answers]
    return "\n\n".join(part for part in parts if part)


def _answer(reply: Reply) -> str:
    """A question, its answer, and the passages that it comes from."""
    lines = [f"**{escaped(reply.question)}**", "", escaped(reply.answer) if reply.answer else f"*{NOT_ANSWERED}*"]
    if reply.quoted:
        lines[-1] = f"*Nearest in the document:* {lines[-1]}"
    cited = [f"> {escaped(shorten(one.passage, 500, placeholder=' …'))} *({_at(one)})*" for one in reply.citations]
    return "\n".join((*lines, *(line for quote in cited for line in ("", quote))))


def _at(source: Citation) -> str:
    page = f"page {source.page}" if source.page is not None else ""
    return ", ".join(part for part in (page, escaped(source.heading)) if part) or "text"

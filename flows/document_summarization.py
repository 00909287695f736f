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

from flows.documents import Item, Note, Place, Source, place
from flows.documents.gist import VERSION, digest, gist
from flows.windows import recent
from tasks import language
from tieline import ConfigError, ConnectorError, Input, NotFound, each
from tieline.language.budget import Budget
from tieline.language.documents import Document, DocumentError, read_document

if TYPE_CHECKING:
    from pandas import DataFrame

KEY = "document-summarization"
AT_ONCE = 4
SHOWN = 20

Length = Literal["short", "medium", "long"]
SENTENCES: dict[Length, int] = {"short": 2, "medium": 4, "long": 10}
Status = Literal["summarized", "planned", "unchanged", "gone", "unreadable", "failed"]


class DocumentOutcome(Input):
    """What became of one document."""

    document: str
    name: str = ""
    status: Status
    summary: str = ""
    tags: tuple[str, ...] = ()
    sources: tuple[Source, ...] = Field((), description="Each sentence of the summary, and the passage it comes from.")
    written: tuple[str, ...] = Field((), description="What was written, and where.")
    pages: int | None = None
    reason: str = ""
    link: str = ""


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
    documents: list[str] | None = None,
    query: str = "",
    *,
    summarize: bool = True,
    length: Length = "medium",
    tags: Annotated[int, Field(ge=0, le=50)] = 5,
    vocabulary: list[str] | None = None,
    extract_text: bool = False,
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
        tags: How many tags at most; 0 for none.
        vocabulary: Tags to choose from; leave it out for words of the document itself.
        extract_text: Write the whole text back, too, where the place can hold it.
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
    if not (summarize or tags or extract_text):
        raise ConfigError("There is nothing to find out.", hint="Ask for a summary, for tags, or for the text.")
    where = place(source)
    # A wrong name is found now, and not when half of the documents are done.
    await language.connector.credentials(model)
    reader = _Reader(
        where,
        model,
        SENTENCES[length] if summarize else 0,
        tags,
        vocabulary or [],
        extract_text=extract_text,
        dry_run=dry_run,
        again=again,
    )
    found: Sequence[Item | str] = list(dict.fromkeys(documents or ())) or await where.find(recent(query), limit)
    outcomes: dict[str, DocumentOutcome] = {}

    async def one(item: Item | str) -> None:
        name = item if isinstance(item, str) else item.id
        try:
            outcomes[name] = await reader.handle(item)
        except ConnectorError as exc:
            outcomes[name] = DocumentOutcome(document=name, status="failed", reason=str(exc))
            raise

    def result() -> Summarization:
        return Summarization(source=source, model=model, dry_run=dry_run, outcomes=tuple(outcomes.values()))

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
    """Reads a document, finds out what it says, and writes it back."""

    def __init__(
        self,
        where: Place,
        model: str,
        sentences: int,
        tags: int,
        vocabulary: Sequence[str],
        *,
        extract_text: bool,
        dry_run: bool,
        again: bool,
    ) -> None:
        self._where, self._model, self._sentences = where, model, sentences
        self._tags, self._vocabulary = tags, list(vocabulary)
        self._extract_text, self._dry_run, self._again = extract_text, dry_run, again
        self._wishes = digest(str((VERSION, model, sentences, tags, sorted(vocabulary), extract_text)))

    async def handle(self, found: Item | str) -> DocumentOutcome:
        """Do one document.

        Raises:
            ConnectorError: The place or the model failed; it is worth another try, or a person has to look.
        """
        try:
            item = await self._where.get(found) if isinstance(found, str) else found
            if self._is_done(item, f"{self._wishes}.{digest(item.version)}."):
                return _outcome(item, "unchanged", reason="It is as the last run left it.")
            content = await self._where.fetch(item)
        except NotFound as exc:
            name = found if isinstance(found, str) else found.id
            return DocumentOutcome(document=name, status="gone", reason=str(exc))
        try:
            document = await read_document(content, name=item.name)
        except DocumentError as exc:
            return _outcome(item, "unreadable", reason=str(exc))
        # Its text and not its bytes: SharePoint puts the columns that we fill into documents of Office.
        same = digest(document.text)
        if self._is_done(item, f"{self._wishes}.", same):
            return _outcome(item, "unchanged", reason="Its text is as the last run left it.")
        note, reason = await self._note(document, f"{self._wishes}.{digest(item.version)}.{same}")
        written = () if self._dry_run else await self._where.write(item, note)
        return _outcome(
            item,
            "planned" if self._dry_run else "summarized",
            summary=note.summary,
            tags=note.tags,
            sources=note.sources,
            written=written,
            pages=document.pages,
            reason=reason,
        )

    def _is_done(self, item: Item, begins: str, ends: str = "") -> bool:
        return not self._again and bool(item.mark) and item.mark.startswith(begins) and item.mark.endswith(ends)

    async def _note(self, document: Document, mark: str) -> tuple[Note, str]:
        """What is to be written back, and what people should know about it."""
        said = await gist(self._model, document, self._sentences) if self._sentences else None
        found = (
            await language.extract_tags(self._model, text=document.text, vocabulary=self._vocabulary, limit=self._tags)
            if self._tags
            else None
        )
        # A model may answer with a tag that nobody has asked for.
        chosen = tuple(tag for tag in found.tags if not self._vocabulary or tag in self._vocabulary) if found else ()
        note = Note(
            summary=said.summary if said else "",
            sources=said.sources if said else (),
            tags=chosen,
            text=document.text if self._extract_text else "",
            model=said.model if said else found.model if found else "",
            mark=mark,
        )
        return note, " ".join(dict.fromkeys((*(said.notes if said else ()), *(found.notes if found else ()))))


def _outcome(item: Item, status: Status, **more: Any) -> DocumentOutcome:
    return DocumentOutcome(document=item.id, name=item.name, status=status, link=item.link, **more)


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
        lines.append("Most about: " + ", ".join(tag for tag, _ in tags.most_common(8)) + ".")
    return "\n".join(lines)


def _table(result: Summarization) -> list[dict[str, Any]]:
    return [
        {
            "document": f"[{o.name or o.document}]({o.link})" if o.link else o.document,
            "outcome": o.status,
            "summary": shorten(o.summary, 200, placeholder=" …"),
            "tags": ", ".join(o.tags),
            "written": ", ".join(o.written),
            "why": o.reason,
        }
        for o in result.outcomes
    ]


def _page(result: Summarization) -> str:
    """The summaries, each sentence with its source, for people to read."""
    parts = [f"# {says(result).splitlines()[0]}"]
    for o in [one for one in result.outcomes if one.summary][:SHOWN]:
        parts.append(f"## {f'[{o.name}]({o.link})' if o.link else o.document}")
        parts += [f"- {_escaped(one.text)} *({_at(one)})*" for one in o.sources] or [_escaped(o.summary)]
        if o.tags:
            parts.append(" ".join(f"`{tag}`" for tag in o.tags))
    return "\n\n".join(parts)


def _at(source: Source) -> str:
    page = f"page {source.page}" if source.page is not None else ""
    return ", ".join(part for part in (page, _escaped(source.heading)) if part) or "text"


def _escaped(text: str) -> str:
    """Text from a document, without being Markdown or HTML in our page."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>()#+!|" else letter for letter in " ".join(text.split()))

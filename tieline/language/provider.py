"""A model provider behind the same functions as the embedded engine, through pydantic-ai.

See https://ai.pydantic.dev/models/. Importing pydantic-ai takes two seconds, so this module is imported when a
provider is opened, and not before.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import jsonschema  # type: ignore[import-untyped]
from pydantic import BaseModel
from pydantic_ai import Agent, ModelRetry, StructuredDict
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings
from pydantic_core import to_json

from tieline import observe
from tieline.errors import BadAnswer, ConnectorError
from tieline.language import budget, memory, prompts, sections
from tieline.language.answers import Analysis, Answered, Choice, Discussion, Structured, Summary, Tags, Written
from tieline.language.categories import Category
from tieline.language.comments import Comment
from tieline.language.entities import entities
from tieline.language.faults import translated
from tieline.language.model import Form, Style
from tieline.language.prompts import Ask
from tieline.language.questions import nearest
from tieline.language.tables import LanguageAnswerRow
from tieline.settings import settings
from tieline.transport.retry import retrying

AT_ONCE = 8  # questions under way for a list of texts
ATTEMPTS = 3
CORRECTIONS = 2  # times that a model may correct an answer that does not have the form asked for


@dataclass(frozen=True)
class Reply:
    """What a model said, and what it took."""

    output: Any
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    milliseconds: float
    cached: bool = False


class ProviderModel:
    """Asks a provider's model, keeps its answers, and stays within the budgets that hold.

    Args:
        model: As pydantic-ai knows it.
        connection: The name of the block, for errors, metrics and what is spent.
        max_tokens: Longest answer.
        seconds: Longest time for one request.
        free: It runs on one's own machine.
        secrets: What must not show in an error.
    """

    def __init__(
        self,
        model: Model[Any],
        *,
        connection: str,
        max_tokens: int = 2_000,
        seconds: float = 60.0,
        free: bool = False,
        secrets: Sequence[str] = (),
    ) -> None:
        self._model, self._connection, self._free, self._secrets = model, connection, free, tuple(secrets)
        wanted = ModelSettings(max_tokens=max_tokens, timeout=seconds, max_retries=0)
        # Retries are ours (see `transport/retry.py`); a client that cannot be told so keeps its own.
        self._settings = cast("ModelSettings", {k: v for k, v in wanted.items() if k not in model.unsupported_settings})

    @property
    def name(self) -> str:
        """Provider and model, such as openai:gpt-5-mini."""
        return self._model.model_id

    async def categorize(self, texts: Sequence[str], categories: Sequence[Category]) -> list[Choice]:
        """Ask for the category of each text, eight at a time."""
        asks = [prompts.categorize(text, categories) for text in texts]
        return await _all(self._categorize, asks)

    async def _categorize(self, ask: Ask) -> Choice:
        if not ask.read.text:
            return Choice.empty().model_copy(update={"model": self.name})
        reply = await self.reply(ask)
        said = reply.output
        none = said["category"] == prompts.NONE
        return Choice(
            category=None if none else said["category"],
            confidence=0.0 if none else said["confidence"],
            language=said["language"],
            reason=said["reason"],
            **self._told(ask, reply),
        )

    async def summarize(self, text: str, *, sentences: int, style: Style = "prose", language: str = "") -> Summary:
        """Ask for a summary."""
        ask = prompts.summarize(text, sentences, style, language)
        if not ask.read.text:
            return Summary(text="", kind="written", model=self.name, notes=("The text is empty.",))
        reply = await self.reply(ask)
        return Summary(text=reply.output.strip(), kind="written", **self._told(ask, reply))

    async def summarize_discussion(self, comments: Sequence[Comment], *, sentences: int) -> Discussion:
        """Ask what a discussion has come to: a long one part by part, and then of the notes about all parts."""
        parts, replies = sections.divided(comments), list[Reply]()
        if not parts:
            return Discussion(summary="", model=self.name, notes=("Nothing was said.",))
        notes = (f"Read in {len(parts)} parts.",) if len(parts) > 1 else ()
        while True:
            asks = [prompts.summarize_discussion(part, sentences, notes=bool(replies)) for part in parts]
            answers = await _all(self.reply, asks)
            replies += answers
            if len(parts) == 1:
                return sections.answer(answers[0].output, comments, **self._told_of(replies), notes=notes)
            parts = sections.notes([one.output for one in answers], comments)

    async def ask(self, passages: Sequence[str], *, question: str) -> Answered:
        """Ask a question about the passages that are nearest to it; an answer that names none of them is left out."""
        near = nearest(passages, question)
        ask = prompts.ask({number + 1: passages[number] for number in near}, question)
        if not ask.read.text:
            return Answered(kind="none", model=self.name, notes=("The text is empty.",))
        reply = await self.reply(ask)
        named = tuple(dict.fromkeys(n - 1 for n in reply.output["passages"] if n - 1 in near))
        text, told = reply.output["answer"].strip(), self._told(ask, reply)
        if not text or not named:
            unfounded = ("The model named no passage for its answer, which is left out.",) if text else ()
            return Answered(kind="none", **told | {"notes": (*told["notes"], *unfounded)})
        return Answered(text=text, kind="written", passages=named, **told)

    async def extract_tags(self, text: str, *, vocabulary: Sequence[str], limit: int) -> Tags:
        """Ask for tags."""
        ask = prompts.extract_tags(text, vocabulary, limit)
        if not ask.read.text:
            return Tags(tags=(), model=self.name, notes=("The text is empty.",))
        reply = await self.reply(ask)
        unique = tuple(dict.fromkeys(tag.strip() for tag in reply.output["tags"] if tag.strip()))
        return Tags(tags=unique[:limit], **self._told(ask, reply))

    async def analyze(self, text: str) -> Analysis:
        """Ask for mood, language and urgency; things named are told by their form, as the embedded engine does."""
        ask = prompts.analyze(text)
        if not ask.read.text:
            return Analysis(sentiment=None, language="und", urgency="normal", model=self.name)
        reply = await self.reply(ask)
        return Analysis(**reply.output, entities=entities(ask.read.text), **self._told(ask, reply))

    async def generate(self, prompt: str, *, text: str) -> Written:
        """Ask for a text."""
        ask = prompts.generate(prompt, text)
        reply = await self.reply(ask)
        return Written(text=reply.output, **self._told(ask, reply))

    async def answer(self, text: str, *, question: str, form: Form) -> Structured:
        """Ask for an answer in a given form."""
        ask = prompts.answer(text, question, form)
        reply = await self.reply(ask)
        return Structured(value=reply.output, **self._told(ask, reply))

    async def reply(self, ask: Ask) -> Reply:
        """One question: from the cache, or from the model.

        Raises:
            BudgetSpent: A budget that holds here is spent.
            ConnectorError: The provider did not answer, or refused.
        """
        started = time.perf_counter()
        key = ask.key(f"{self.name} {json.dumps(self._settings, sort_keys=True)}")
        row = await memory.recall(key)
        if row:
            return Reply(json.loads(row.answer), row.input_tokens, row.output_tokens, 0.0, _since(started), cached=True)
        budget.check()
        output, messages = await self._call(ask, started)
        reply = self._reply(output, messages, started)
        tokens = reply.input_tokens + reply.output_tokens
        budget.add(reply.cost_usd, tokens)
        await memory.add_spent(self._connection, usd=reply.cost_usd, tokens=tokens)
        await memory.keep(self._row(key, ask, reply))
        return reply

    async def _call(self, ask: Ask, started: float) -> tuple[Any, Sequence[ModelMessage]]:
        """Ask the provider, again if need be, and note the call."""
        tries, outcome, status = 0, "ok", 200
        try:
            async for attempt in retrying(repeatable=True, seconds=settings().call_seconds, attempts=ATTEMPTS):
                with attempt:
                    tries += 1
                    return await self._once(ask)
        except ConnectorError as error:
            error.system, error.connection, error.action = "language", self._connection, ask.name
            outcome, status = type(error).__name__, error.status or 0
            raise
        finally:
            self._record(ask, outcome, status or None, tries, started)
        raise BadAnswer("The provider was not asked.")  # pragma: no cover - `reraise` leaves the loop

    async def _once(self, ask: Ask) -> tuple[Any, Sequence[ModelMessage]]:
        agent = _agent(ask)
        with translated(self._model.model_name, self._secrets):
            run = await agent.run(ask.user, model=self._model, model_settings=self._settings)
            return _plain(run.output), run.new_messages()

    def _record(self, ask: Ask, outcome: str, status: int | None, tries: int, started: float) -> None:
        request_id, flow_run_id = observe.next_request_id()
        observe.record(
            observe.Call(
                request_id=request_id,
                system="language",
                connection=self._connection,
                action=ask.name,
                outcome=outcome,
                status=status,
                tries=tries,
                milliseconds=_since(started),
                bytes_sent=len(ask.system.encode()) + len(ask.user.encode()),
                bytes_received=0,  # the vendors' own clients do not tell
                flow_run_id=flow_run_id,
            )
        )

    def _reply(self, output: Any, messages: Sequence[ModelMessage], started: float) -> Reply:
        responses = [m for m in messages if isinstance(m, ModelResponse)]
        return Reply(
            output,
            sum(r.usage.input_tokens for r in responses),
            sum(r.usage.output_tokens for r in responses),
            0.0 if self._free else _price(responses),
            _since(started),
        )

    def _row(self, key: str, ask: Ask, reply: Reply) -> LanguageAnswerRow:
        return LanguageAnswerRow(
            key=key,
            model=self.name,
            action=ask.name,
            answer=to_json(reply.output).decode(),
            input_tokens=reply.input_tokens,
            output_tokens=reply.output_tokens,
            cost_usd=reply.cost_usd,
            at=datetime.now(UTC),
        )

    def _told(self, ask: Ask, reply: Reply) -> dict[str, Any]:
        return {**self._told_of([reply]), "notes": ask.read.notes}

    def _told_of(self, replies: Sequence[Reply]) -> dict[str, Any]:
        """Who answered and what it took, all replies together."""
        costs = [reply.cost_usd for reply in replies]
        return {
            "model": self.name,
            "milliseconds": sum(reply.milliseconds for reply in replies),
            "input_tokens": sum(reply.input_tokens for reply in replies),
            "output_tokens": sum(reply.output_tokens for reply in replies),
            "cost_usd": None if None in costs else sum(cost for cost in costs if cost is not None),
            "cached": all(reply.cached for reply in replies),
        }


def _agent(ask: Ask) -> Agent[object, Any]:
    if not isinstance(ask.form, dict):
        return Agent(output_type=ask.form, instructions=ask.system, retries=CORRECTIONS)
    schema = ask.form
    agent: Agent[object, Any] = Agent(output_type=StructuredDict(schema), instructions=ask.system, retries=CORRECTIONS)

    @agent.output_validator
    def fits(value: dict[str, Any]) -> dict[str, Any]:  # StructuredDict shows the schema, but does not check it
        wrong = next(iter(jsonschema.Draft202012Validator(schema).iter_errors(value)), None)
        if wrong is not None:
            raise ModelRetry(f"{wrong.json_path}: {wrong.message}")
        return value

    return agent


def _plain(output: Any) -> Any:
    """As it would come back from the cache."""
    return output.model_dump(mode="json") if isinstance(output, BaseModel) else output


def _price(responses: Sequence[ModelResponse]) -> float | None:
    """US dollars, by the price list of `genai-prices`; None when a model is not on it."""
    try:
        return float(sum(r.cost().total_price for r in responses))
    except (LookupError, ValueError, AssertionError):
        return None


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)


async def _all(work: Any, asks: Sequence[Ask]) -> list[Any]:
    """A few at a time; when one fails the others are stopped, and its own error is raised."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(ask: Ask) -> Any:
        async with gate:
            return await work(ask)

    try:
        async with asyncio.TaskGroup() as group:
            jobs = [group.create_task(one(ask)) for ask in asks]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [job.result() for job in jobs]

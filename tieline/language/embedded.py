"""The embedded engine behind the same functions as a model provider: no key, no download, no network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from tieline.errors import ConfigError
from tieline.language.analyze import analyze
from tieline.language.answers import (
    Analysis,
    Answer,
    Answered,
    Choice,
    Discussion,
    Structured,
    Summary,
    Tags,
    Written,
)
from tieline.language.categories import Category
from tieline.language.categorize import categorizer
from tieline.language.comments import Comment
from tieline.language.discuss import discuss
from tieline.language.embeddings import WordVectors
from tieline.language.languages import ENGLISH, named
from tieline.language.model import Form, Style
from tieline.language.questions import answer_from
from tieline.language.summarize import summarize
from tieline.language.tags import extract_tags

A = TypeVar("A", bound=Answer)

NAME = f"embedded:{WordVectors.name}"
NEEDS_A_MODEL = (
    "Use a local model, which costs nothing: install Ollama, run `ollama pull llama3.2`, and save an Ollama block; "
    "or save a block with the key of a provider, such as OpenAI, Anthropic or Gemini. Then give its name, "
    'such as "ollama/local" or "openai/main", in place of "embedded".'
)


class EmbeddedModel:
    """Word vectors, tf-idf and rules. It reads English; it chooses and scores, but does not write."""

    name = NAME

    async def categorize(self, texts: Sequence[str], categories: Sequence[Category]) -> list[Choice]:
        """Sort each text into a category; thousands a second.

        Raises:
            ConfigError: The list of categories is empty, or has twins.
        """
        return await _timed(lambda: categorizer(tuple(categories)).categorize(texts))

    async def summarize(self, text: str, *, sentences: int, style: Style = "prose", language: str = "") -> Summary:
        """Choose the sentences that say most; a headline is the one that says most.

        Raises:
            ConfigError: The summary is wanted in another language than English.
        """
        if language and named(language) != ENGLISH.name:
            raise ConfigError(
                f"The embedded engine reads English and translates nothing, so it writes no {named(language)}.",
                hint=NEEDS_A_MODEL,
            )
        return (await _timed(lambda: [summarize(text, sentences=sentences, style=style)]))[0]

    async def ask(self, passages: Sequence[str], *, question: str) -> Answered:
        """Quote the sentences that are nearest to the question, by words and meaning."""
        return (await _timed(lambda: [answer_from(passages, question)]))[0]

    async def summarize_discussion(self, comments: Sequence[Comment], *, sentences: int) -> Discussion:
        """Find decisions, open questions and promises by set phrases and by what follows."""
        return (await _timed(lambda: [discuss(comments, sentences=sentences)]))[0]

    async def extract_tags(self, text: str, *, vocabulary: Sequence[str], limit: int) -> Tags:
        """Choose phrases of the text, or tags of the vocabulary."""
        return (await _timed(lambda: [extract_tags(text, vocabulary=vocabulary, limit=limit)]))[0]

    async def analyze(self, text: str) -> Analysis:
        """Tell mood, language, urgency and things named, by rules."""
        return (await _timed(lambda: [analyze(text)]))[0]

    async def generate(self, prompt: str, *, text: str) -> Written:  # noqa: ARG002 - the protocol's
        """Refuse.

        Raises:
            ConfigError: Always; it names the two ways to get a model that writes.
        """
        raise ConfigError(
            "The embedded engine reads text but cannot write any: `generate` needs a model.", hint=NEEDS_A_MODEL
        )

    async def answer(self, text: str, *, question: str, form: Form) -> Structured:
        """Fill fields that can be chosen or scored: booleans, choices, levels, and lists of choices.

        Raises:
            ConfigError: The form has a field that must be written, such as a free text.
        """
        from tieline.language.decisions import decide  # noqa: PLC0415 - pydantic-ai costs 2 s; only this needs it

        started = time.perf_counter()
        answer = await decide(text, question=question, form=form)
        return answer.model_copy(update=_who(time.perf_counter() - started))


async def _timed(work: Callable[[], list[A]]) -> list[A]:
    """Work in a thread, so that a long list does not hold up the event loop; each answer says who and how long."""
    started = time.perf_counter()
    answers = await asyncio.to_thread(work)
    update = _who((time.perf_counter() - started) / max(1, len(answers)))
    return [answer.model_copy(update=update) for answer in answers]


def _who(seconds: float) -> dict[str, object]:
    return {"model": NAME, "milliseconds": round(seconds * 1000, 3), "cost_usd": 0.0}

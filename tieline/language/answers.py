"""What the language functions answer. Each says who answered, how sure, how fast, and at what cost."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from tieline.language.languages import Language


class Answer(BaseModel):
    """What every answer carries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field("", description="Who answered, such as embedded:wordllama-l2-supercat-256 or openai:gpt-5-mini.")
    confidence: float | None = Field(None, ge=0, le=1, description="How sure, where that can be told.")
    milliseconds: float = Field(0.0, ge=0, description="Time this answer took; in a batch, its share.")
    input_tokens: int | None = Field(None, ge=0, description="Tokens read, where the model counts them.")
    output_tokens: int | None = Field(None, ge=0, description="Tokens written, where the model counts them.")
    cost_usd: float | None = Field(None, ge=0, description="Price in US dollars, where it is known.")
    cached: bool = Field(default=False, description="The same was asked before; this answer cost nothing.")
    notes: tuple[str, ...] = Field((), description="What a reader should know, such as that a long text was cut.")


class Choice(Answer):
    """The category of a text."""

    category: str | None = Field(description="The best category; none when the text cannot be judged at all.")
    confidence: float = Field(ge=0, le=1, description="Probability that the category is right.")
    probabilities: dict[str, float] = Field(
        {}, description="Each category's probability; what is missing to 1 belongs to none of them."
    )
    language: str = Field("und", description="ISO 639 code of the text's language; und when undetermined.")
    reason: str = Field("", description="Why this category, or why none.")

    @classmethod
    def empty(cls) -> Self:
        """For a text with nothing in it."""
        return cls(category=None, confidence=0.0, reason="The text is empty.")

    @classmethod
    def unread(cls, language: Language, notes: tuple[str, ...] = ()) -> Self:
        """For a text in a language that the engine does not read."""
        return cls(category=None, confidence=0.0, language=language.code, reason=foreign(language), notes=notes)


class Summary(Answer):
    """The gist of a text."""

    text: str = Field(description="The summary; empty when the text is.")
    kind: Literal["sentences", "key sentences", "written"] = Field(
        description="Sentences of the text itself, key sentences of a conversation, or written by a model."
    )
    sentences: tuple[str, ...] = Field((), description="The sentences chosen, in the order of the text.")


class Answered(Answer):
    """The answer to a question about a text."""

    text: str = Field("", description="The answer; empty where the text does not hold one.")
    kind: Literal["quotation", "written", "none"] = Field(
        description="Sentences of the text itself, found by likeness; written by a model; or not answered in the text."
    )
    passages: tuple[int, ...] = Field((), description="The passages that it comes from, by their position from 0.")


class Tags(Answer):
    """Words or phrases that a text is about."""

    tags: tuple[str, ...] = Field(description="Best first.")
    scores: dict[str, float] = Field({}, description="How well each fits, from 0 to 1, where known.")


Mood = Literal["negative", "neutral", "positive"]
Urgency = Literal["low", "normal", "high", "urgent"]


class Entity(BaseModel):
    """Something named in a text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = Field(
        description="email, url, phone, order, invoice, ticket, amount, date, time, version, error, ip or file."
    )
    text: str = Field(description="As it stands in the text.")


class Analysis(Answer):
    """Mood, language, urgency and things named."""

    sentiment: Mood | None = Field(description="None when the engine does not read the language.")
    sentiment_score: float | None = Field(None, ge=-1, le=1, description="From -1, very negative, to 1, very positive.")
    language: str = Field(description="ISO 639 code; und when undetermined.")
    urgency: Urgency = Field(description="How soon somebody should look at it.")
    urgency_reasons: tuple[str, ...] = Field((), description="What in the text says so.")
    entities: tuple[Entity, ...] = Field((), description="In the order of the text, each once.")


class Point(BaseModel):
    """Something that was said in a discussion, and where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(description="What was said; in the words of the comment, or of the model.")
    comment: str = Field(description="The id of the comment that it comes from.")
    by: str = Field("", description="Who wrote that comment.")
    at: datetime | None = Field(None, description="When.")


class ActionItem(Point):
    """Something that somebody is to do."""

    owner: str = Field("", description="Who; empty when nobody was named.")
    due: str = Field("", description="By when, as it was said, such as Friday.")


class Discussion(Answer):
    """What a discussion has come to."""

    summary: str = Field(description="The gist; empty when nothing was said.")
    decisions: tuple[Point, ...] = Field((), description="What was decided and still holds, oldest first.")
    questions: tuple[Point, ...] = Field((), description="What was asked and not answered since, oldest first.")
    actions: tuple[ActionItem, ...] = Field((), description="What somebody is to do, oldest first.")


class Written(Answer):
    """Text that a model wrote."""

    text: str


class Structured(Answer):
    """An answer in the form that was asked for."""

    value: dict[str, Any] = Field(description="Validated against the model that was asked for.")


def foreign(language: Language) -> str:
    """What to tell people about a text in another language."""
    return (
        f"The text is in {language.name} ({language.code}); the embedded engine reads English only. "
        "Use a model provider or Ollama for it."
    )

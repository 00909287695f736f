"""What a language task sees, whoever answers: the embedded engine, a provider, or a pool of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from tieline.language.answers import Analysis, Answered, Choice, Discussion, Structured, Summary, Tags, Written
from tieline.language.categories import Category
from tieline.language.comments import Comment

#: The form an answer shall have: a pydantic model, or a JSON Schema of type object.
Form = type[BaseModel] | dict[str, Any]

#: How a summary looks: running text, a list, or one line.
Style = Literal["prose", "bullets", "headline"]

#: How a pool chooses: the next one when one fails, or by weight.
Balance = Literal["ordered", "weighted"]


class LanguageModel(Protocol):
    """Something that reads text, and perhaps writes some."""

    @property
    def name(self) -> str:
        """Who answers, such as embedded:wordllama-l2-supercat-256 or openai:gpt-5-mini."""

    async def categorize(self, texts: Sequence[str], categories: Sequence[Category]) -> list[Choice]:
        """Sort each text into a category."""

    async def summarize(self, text: str, *, sentences: int, style: Style = "prose", language: str = "") -> Summary:
        """Say the gist of a text in a few sentences, in its own language or in another."""

    async def ask(self, passages: Sequence[str], *, question: str) -> Answered:
        """Answer a question from passages of a text, and say from which."""

    async def summarize_discussion(self, comments: Sequence[Comment], *, sentences: int) -> Discussion:
        """Say what a discussion has come to: decisions, open questions, who does what."""

    async def extract_tags(self, text: str, *, vocabulary: Sequence[str], limit: int) -> Tags:
        """Say what a text is about in a few tags."""

    async def analyze(self, text: str) -> Analysis:
        """Tell mood, language, urgency and things named."""

    async def generate(self, prompt: str, *, text: str) -> Written:
        """Write what the prompt asks for, about the text."""

    async def answer(self, text: str, *, question: str, form: Form) -> Structured:
        """Answer a question about a text in a given form."""

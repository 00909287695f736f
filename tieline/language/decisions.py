"""The embedded engine as a pydantic-ai decision model: the same `Agent(output_type=…)` runs on it and on a provider.

A decision model chooses and scores; it does not write. See https://ai.pydantic.dev/models/decision/.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel
from pydantic_ai import Agent, StructuredDict
from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import ModelResponse
from pydantic_ai.models.decision import (
    ChoiceAnswer,
    ChoiceQuestion,
    DecisionAnswer,
    DecisionModel,
    DecisionModelSettings,
    DecisionQuestion,
    DecisionRequest,
    DecisionResponse,
    NoulAnswer,
    NoulQuestion,
    ScoreAnswer,
    ScoreQuestion,
    UnfillableRoute,
)

from tieline.errors import ConfigError
from tieline.language.answers import Structured, foreign
from tieline.language.embeddings import Vectors, WordVectors, word_vectors
from tieline.language.languages import detect
from tieline.language.model import Form
from tieline.language.text import passage

READ = 8_000  # characters
_TEMPERATURE = 0.06  # as in `categorize`, where it was measured
_YES_AT = 0.25  # nearness of a text to a statement from which it is more likely true than not


class EmbeddedDecisionModel(DecisionModel[None]):
    """Answers by how near a text is to the description of each answer."""

    @property
    def client(self) -> None:
        """There is none: nothing is sent."""

    @property
    def model_name(self) -> str:
        """The word vectors' name."""
        return WordVectors.name

    @property
    def system(self) -> str:
        """Who provides it."""
        return "embedded"

    @property
    def base_url(self) -> str:
        """It has no address."""
        return ""

    async def decide(
        self,
        request: DecisionRequest,
        model_settings: DecisionModelSettings,  # noqa: ARG002 - the base's; there is nothing to set
    ) -> DecisionResponse:
        """Answer every question about the text."""
        text = request.state if isinstance(request.state, str) else json.dumps(request.state, ensure_ascii=False)
        vector = word_vectors().embed([passage(text, READ).text])[0]
        answers = {name: _answer(name, question, vector) for name, question in request.questions.items()}
        return DecisionResponse(answers=answers, model_name=self.model_name)


async def decide(text: str, *, question: str, form: Form) -> Structured:
    """Fill a form about a text, by nearness.

    Raises:
        ConfigError: The text is empty, or the form has a field that must be written.
    """
    read = passage(text, READ)
    if not read.text:
        raise ConfigError("There is no text to answer from.")
    output: Any = StructuredDict(form) if isinstance(form, dict) else form
    agent: Agent[object, Any] = Agent(EmbeddedDecisionModel(), output_type=output, instructions=question or None)
    try:
        run = await agent.run(read.text)
    except (UserError, UnfillableRoute) as exc:
        raise ConfigError(
            f"The embedded engine cannot fill this form: {exc}",
            hint="It fills booleans, choices (Literal or Enum), levels and lists of choices; give a model for more.",
        ) from None
    language = detect(read.text)
    value = run.output.model_dump(mode="json") if isinstance(run.output, BaseModel) else dict(run.output)
    return Structured(
        value=value,
        confidence=0.0 if language.foreign else _confidence(run.new_messages()),
        notes=(*read.notes, foreign(language)) if language.foreign else read.notes,
    )


def _confidence(messages: Sequence[Any]) -> float | None:
    """That of the field that is least sure."""
    details = next((m.provider_details for m in reversed(messages) if isinstance(m, ModelResponse)), None) or {}
    found = [v for v in (details.get("confidence") or {}).values() if isinstance(v, int | float)]
    return round(min(found), 4) if found else None


def _answer(name: str, question: DecisionQuestion, vector: Vectors) -> DecisionAnswer:
    if isinstance(question, ChoiceQuestion):
        labels = list(question.criteria)
        shares = _shares([_described(label, question.criteria[label]) for label in labels], vector)
        best = max(range(len(labels)), key=shares.__getitem__)
        return ChoiceAnswer(
            choice=labels[best], confidence=shares[best], probabilities=dict(zip(labels, shares, strict=True))
        )
    if isinstance(question, ScoreQuestion):
        shares = _shares([_text(level) for level in question.criteria], vector)
        score = sum(level * share for level, share in enumerate(shares))
        return ScoreAnswer(score=score, confidence=max(shares), probabilities=dict(enumerate(shares)))
    return NoulAnswer(noul=_yes(name, question, vector))


def _yes(name: str, question: NoulQuestion, vector: Vectors) -> float:
    """How likely a yes is: by what yes and no mean where that is said, else by nearness to the question."""
    criteria = question.criteria
    if criteria and criteria.true is not None and criteria.false is not None:
        return _shares([_text(criteria.true), _text(criteria.false)], vector)[0]
    statement = _text(question.instructions) if question.instructions else name.replace("_", " ")
    near = float(word_vectors().embed([statement])[0] @ vector)
    return float(1 / (1 + np.exp((_YES_AT - near) / _TEMPERATURE)))


def _shares(descriptions: Sequence[str], vector: Vectors) -> list[float]:
    near = word_vectors().embed(descriptions).astype(np.float64) @ vector
    strength = np.exp((near - near.max()) / _TEMPERATURE)
    shares: list[float] = (strength / strength.sum()).tolist()
    return shares


def _described(label: str, description: Any) -> str:
    return f"{label}. {_text(description)}" if description else label


def _text(value: Any) -> str:
    return value if isinstance(value, str) else " ".join(_strings(value))


def _strings(value: Any) -> list[str]:
    """The texts in a question's JSON, without the names of its parts."""
    if isinstance(value, dict):
        return [s for item in value.values() for s in _strings(item)]
    if isinstance(value, list):
        return [s for item in value for s in _strings(item)]
    return [str(value)] if value is not None else []

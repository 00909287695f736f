"""Language: sort, summarize, tag, question and analyze texts, and write some; embedded, or with a model provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import uuid4

from pydantic import Field

from blocks.language import load
from tieline import Connector, Identity
from tieline.language.answers import Analysis, Answered, Choice, Discussion, Structured, Summary, Tags, Written
from tieline.language.categories import Category
from tieline.language.comments import Comment
from tieline.language.credentials import LanguageCredentials
from tieline.language.forms import FormInput
from tieline.language.model import LanguageModel, Style

SummaryLanguage = Annotated[
    str,
    Field(
        max_length=40,
        pattern=r"^[^\W\d_]*([ -][^\W\d_]+)*$",
        description='Such as "German" or "de"; empty for that of the text.',
    ),
]
Text = Annotated[str, Field(description="Plain text, Markdown or HTML.")]


@asynccontextmanager
async def open_model(credentials: LanguageCredentials, _action: str) -> AsyncIterator[LanguageModel]:
    """Open the model for one action."""
    async with credentials.open_model() as model:
        yield model


connector = Connector(
    "language",
    block=LanguageCredentials,  # type: ignore[type-abstract]  # of several types, which `load` knows
    open=open_model,
    load=load,
    docs="https://ai.pydantic.dev/models/",
)


@connector.health
async def check(model: LanguageModel) -> Identity:
    """Sort one short text: a provider is asked, and its key is seen to work."""
    asked = f"I was charged twice. ({uuid4()})"  # never asked before, so the answer is not from the cache
    answer = await model.categorize([asked], [Category(name="Billing"), Category(name="Other")])
    return Identity(name=model.name, detail=f"answered in {answer[0].milliseconds:.0f} ms")


@connector.action(kind="read")
async def categorize(
    model: LanguageModel,
    *,
    texts: Annotated[list[Text], Field(description="The texts to sort.")],
    categories: Annotated[list[Category], Field(description="At least one, with different names.")],
) -> list[Choice]:
    """Sort texts into categories, each with a confidence.

    Args:
        model: "embedded", or a language block, or its name.
        texts: The texts; the answers come in their order.
        categories: What they can be sorted into; the more is said about each, the better.

    Raises:
        ConfigError: The list of categories is empty, or has twins.
        BudgetSpent: See `tieline.language.budget`; so for every action here.
        ConnectorError: The provider did not answer, or refused; so for every action here.
    """
    return await model.categorize(texts, categories)


@connector.action(kind="read")
async def summarize(
    model: LanguageModel,
    *,
    text: Text,
    sentences: Annotated[int, Field(ge=1, le=50, description="How many at most.")] = 3,
    style: Annotated[Style, Field(description="Running text, a list, or one line.")] = "prose",
    language: SummaryLanguage = "",
) -> Summary:
    """Say the gist of a text in a few sentences.

    The embedded engine chooses sentences of the text; a provider writes its own.

    Args:
        model: "embedded", or a language block, or its name.
        text: The text.
        sentences: How many at most; a headline has one.
        style: "prose", "bullets" (lines that begin with a dash) or "headline".
        language: In which language; by default in that of the text.

    Raises:
        ConfigError: The embedded engine was asked to write another language than English.
    """
    return await model.summarize(text, sentences=sentences, style=style, language=language)


@connector.action(kind="read")
async def ask(
    model: LanguageModel,
    *,
    passages: Annotated[list[Text], Field(description="The text, in parts that can be pointed at.")],
    question: Annotated[str, Field(min_length=1, max_length=1000, description="From somebody you trust.")],
) -> Answered:
    """Answer a question about a text, and say from which passages.

    The embedded engine quotes the sentences that are nearest to the question, which may miss the point; a provider
    writes an answer. Where the text does not answer it, the answer is empty, and so it is where none of the passages
    that were given to a model is named for it.

    Args:
        model: "embedded", or a language block, or its name.
        passages: The text in parts, such as `Document.passages`. Of a long one those nearest to the question are read.
        question: What to find out. It is followed, so it must come from somebody you trust; the passages are not.
    """
    return await model.ask(passages, question=question)


@connector.action(kind="read")
async def summarize_discussion(
    model: LanguageModel,
    *,
    comments: Annotated[list[Comment], Field(description="Oldest first, each with an id of its own.")],
    sentences: Annotated[int, Field(ge=1, le=50, description="How many the summary may have.")] = 3,
) -> Discussion:
    """Say what a discussion has come to: the gist, decisions, open questions, and who does what.

    Every point names the comment that it comes from; what a model says without one is left out.
    """
    return await model.summarize_discussion(comments, sentences=sentences)


@connector.action(kind="read")
async def extract_tags(
    model: LanguageModel,
    *,
    text: Text,
    vocabulary: Annotated[list[str], Field(description="Tags to choose from; empty for free tags.")] = [],  # noqa: B006 - never changed; pydantic shows it in the schema
    limit: Annotated[int, Field(ge=1, le=50, description="How many at most.")] = 5,
) -> Tags:
    """Say what a text is about in a few tags, free or from a vocabulary."""
    return await model.extract_tags(text, vocabulary=vocabulary, limit=limit)


@connector.action(kind="read")
async def analyze(model: LanguageModel, *, text: Text) -> Analysis:
    """Tell mood, language, urgency and the things named in a text."""
    return await model.analyze(text)


@connector.action(kind="read")
async def generate(
    model: LanguageModel,
    *,
    prompt: Annotated[str, Field(min_length=1, description="What to write; from somebody you trust.")],
    text: Annotated[str, Field(description="What to write about; from anybody.")] = "",
) -> Written:
    """Write a text. It needs a model; the embedded engine cannot write.

    Args:
        model: A language block, or its name.
        prompt: What to write. It is followed, so it must come from somebody you trust.
        text: A text of anybody's. It is given to the model as data that is not to be followed.

    Raises:
        ConfigError: The embedded engine was asked; the error names the two ways to get a model.
    """
    return await model.generate(prompt, text=text)


@connector.action(kind="read")
async def answer_structured(
    model: LanguageModel,
    *,
    text: Text,
    form: Annotated[FormInput, Field(description="A pydantic model, or a JSON Schema of type object.")],
    question: Annotated[str, Field(description="What to find out, where the form does not say.")] = "",
) -> Structured:
    """Answer a question about a text in a given form.

    The embedded engine fills booleans, choices, levels and lists of choices; a provider fills any form.

    Raises:
        ConfigError: The embedded engine was asked for a form with a field that must be written.
        BadAnswer: The model could not bring its answer into the form.
    """
    return await model.answer(text, question=question, form=form)

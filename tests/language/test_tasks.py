"""The tasks as callers see them: by block or by name, through the registry, and inside a Prefect flow's context."""

from typing import Any, Literal

import pytest
from prefect import Task
from pydantic import BaseModel, Field, SecretStr, ValidationError

from blocks.language import (
    KINDS,
    EmbeddedEngine,
    ModelPool,
    OllamaCredentials,
    OpenAICredentials,
    PoolMember,
    load,
)
from tasks import language
from tieline import connections, registry
from tieline.credentials import Credentials
from tieline.errors import ConfigError, UnknownName
from tieline.language.categories import Category

CATEGORIES = [Category(name="Billing", topics=("charged twice",)), Category(name="Login", topics=("forgot password",))]
NAMES = {
    "categorize",
    "summarize",
    "summarize_discussion",
    "ask",
    "extract_tags",
    "analyze",
    "generate",
    "answer_structured",
}


class Form(BaseModel):
    """Triage of a support ticket."""

    queue: Literal["billing and payments", "login and passwords"] = Field(description="Who handles the ticket?")


def saved(monkeypatch: pytest.MonkeyPatch, blocks: dict[str, Credentials]) -> None:
    """Blocks by "kind/name", in place of a Prefect server."""

    def named(kind: type[Credentials]) -> dict[str, Credentials]:
        return {name.partition("/")[2]: block for name, block in blocks.items() if type(block) is kind}

    async def names(kind: type[Credentials]) -> list[str]:
        return sorted(named(kind))

    async def one(kind: type[Credentials], name: str) -> Credentials:
        if name not in named(kind):
            raise UnknownName("connection", name, named(kind))
        return named(kind)[name]

    monkeypatch.setattr(connections, "saved", names)
    monkeypatch.setattr(connections, "load", one)


async def test_a_list_is_sorted_by_the_embedded_engine() -> None:
    answers = await language.categorize.fn(
        "embedded", texts=["You charged me twice", "I forgot my password", ""], categories=CATEGORIES
    )
    assert [a.category for a in answers] == ["Billing", "Login", None]
    assert answers[0].model == "embedded:wordllama-l2-supercat-256"
    assert answers[0].cost_usd == 0
    assert answers[0].milliseconds > 0


async def test_every_function_works_embedded() -> None:
    text = "The export is broken since the update. Please fix it, it is urgent. Write to a@b.com."
    assert (await language.summarize.fn("embedded", text=text, sentences=1)).sentences
    assert (await language.extract_tags.fn("embedded", text=text)).tags
    assert (await language.analyze.fn(EmbeddedEngine(), text=text)).urgency == "urgent"
    answer = await language.answer_structured.fn("embedded", text="I cannot log in, my password is wrong", form=Form)
    assert answer.value == {"queue": "login and passwords"}
    assert 0.5 < (answer.confidence or 0) <= 1


async def test_generate_says_honestly_that_it_needs_a_model() -> None:
    with pytest.raises(ConfigError) as caught:
        await language.generate.fn("embedded", prompt="Write a reply")
    assert "needs a model" in str(caught.value)
    assert "Ollama" in caught.value.hint
    assert "key of a provider" in caught.value.hint


async def test_a_language_that_must_be_written_needs_a_model() -> None:
    text = "The lift had broken, and customers waited for twelve days."
    for language_ in ("en", "English"):
        assert (await language.summarize.fn("embedded", text=text, language=language_)).text == text
    with pytest.raises(ConfigError, match="writes no German") as caught:
        await language.summarize.fn("embedded", text=text, language="de")
    assert "Ollama" in caught.value.hint


async def test_styles_of_a_summary() -> None:
    text = "The lift had broken in May. Customers waited for twelve days. The shop in Lyon sold most bicycles."
    bullets = await language.summarize.fn("embedded", text=text, sentences=2, style="bullets")
    assert [line[:2] for line in bullets.text.splitlines()] == ["- ", "- "]
    headline = await language.summarize.fn("embedded", text=text, sentences=3, style="headline")
    assert len(headline.sentences) == 1


async def test_a_text_is_asked_by_the_embedded_engine() -> None:
    found = await language.ask.fn("embedded", passages=["The lift had broken."], question="What had broken?")
    assert (found.kind, found.text, found.cost_usd) == ("quotation", "The lift had broken.", 0)


async def test_a_form_that_must_be_written_is_refused() -> None:
    class Free(BaseModel):
        """A note."""

        note: str

    with pytest.raises(ConfigError, match="note"):
        await language.answer_structured.fn("embedded", text="hello", form=Free)


async def test_another_language_makes_a_structured_answer_unsure() -> None:
    answer = await language.answer_structured.fn("embedded", text="Ich habe mein Passwort vergessen", form=Form)
    assert answer.confidence == 0
    assert "German" in answer.notes[0]


@pytest.mark.parametrize("categories", ([], [CATEGORIES[0], CATEGORIES[0]]))
async def test_bad_categories_are_refused(categories: list[Category]) -> None:
    with pytest.raises(ConfigError):
        await language.categorize.fn("embedded", texts=["x"], categories=categories)


# ---------------------------------------------------------------- the registry


def test_the_registry_lists_the_actions() -> None:
    assert "language" in registry.names()
    actions = registry.connector("language").actions
    assert set(actions) == NAMES
    assert all(action.kind == "read" for action in actions.values())
    assert all(isinstance(action.task, Task) and action.task.name == action.name for action in actions.values())
    assert all(action.summary.endswith(".") for action in actions.values())
    for action in actions.values():
        assert action.input_schema["type"] == "object"
        assert action.output_schema


async def test_an_action_runs_from_json_to_json() -> None:
    schema = {
        "type": "object",
        "title": "Refund",
        "description": "Whether money is wanted back.",
        "properties": {"refund": {"type": "boolean", "description": "The customer wants a refund."}},
        "required": ["refund"],
    }
    run = registry.action("language.answer_structured").execute
    answer = await run("embedded", {"text": "I want a refund for my order", "form": schema})
    assert answer["value"] == {"refund": True}
    with pytest.raises(ConfigError, match="JSON Schema"):
        await run("embedded", {"text": "x", "form": {"type": "string"}})


async def test_the_health_check_tells_who_answers() -> None:
    identity = await language.connector.identity("embedded")
    assert identity.name.startswith("embedded:")


# ---------------------------------------------------------------- names of models


def ollama() -> OllamaCredentials:
    return OllamaCredentials(model="llama3.2")


def openai() -> OpenAICredentials:
    return OpenAICredentials(model="gpt-5-mini", api_key=SecretStr("sk-secret"))


async def test_kind_and_name(monkeypatch: pytest.MonkeyPatch) -> None:
    block = openai()
    saved(monkeypatch, {"openai/main": block, "ollama/main": ollama()})
    assert await load("openai/main") is block


async def test_a_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    block = ollama()
    saved(monkeypatch, {"openai/main": openai(), "ollama/local": block})
    assert await load("local") is block


async def test_a_name_of_two_kinds_is_ambiguous(monkeypatch: pytest.MonkeyPatch) -> None:
    saved(monkeypatch, {"openai/main": openai(), "ollama/main": ollama()})
    with pytest.raises(ConfigError, match="openai/main or ollama/main"):
        await load("main")


async def test_an_unknown_name_gets_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    saved(monkeypatch, {"openai/main": openai()})
    with pytest.raises(UnknownName, match="openai/main"):
        await load("openai-main")
    with pytest.raises(UnknownName, match="Did you mean openai"):
        await load("opena/main")
    with pytest.raises(UnknownName):
        await load("openai/other")


async def test_no_model_saved_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    saved(monkeypatch, {})
    with pytest.raises(UnknownName, match='use "embedded"'):
        await load("main")


# ---------------------------------------------------------------- blocks


@pytest.mark.parametrize("block", (*KINDS.values(), EmbeddedEngine))
def test_each_block_describes_itself(block: type[Credentials]) -> None:
    assert block._block_type_name
    assert block._block_type_slug
    assert str(block._documentation_url).startswith("https://")
    assert (block.get_description() or "").endswith(".")
    for name, field in block.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_slugs_and_kinds_are_different() -> None:
    assert len({block.get_block_type_slug() for block in KINDS.values()}) == len(KINDS) == 10


def test_secrets_do_not_show() -> None:
    assert "sk-secret" not in repr(openai())
    assert openai().secrets() == ("sk-secret",)


@pytest.mark.parametrize("url", ("localhost:1", "ftp://x", "nonsense"))
def test_an_address_must_be_one(url: str) -> None:
    with pytest.raises(ValidationError, match="must be an address"):
        OllamaCredentials(url=url)


@pytest.mark.parametrize("names", ([], ["main"], ["nobody/main"], ["pool/other"], ["openai/a", "openai/a"]))
def test_a_pool_takes_known_models_once(names: list[str]) -> None:
    with pytest.raises(ValidationError):
        ModelPool(members=[PoolMember(connection=name) for name in names])


async def test_a_pool_of_saved_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    saved(monkeypatch, {})
    pool = ModelPool(members=[PoolMember(connection="openai/gone"), PoolMember(connection="embedded")])
    (answer,) = await language.categorize.fn(pool, texts=["You charged me twice"], categories=CATEGORIES)
    assert (answer.category, answer.model) == ("Billing", "embedded:wordllama-l2-supercat-256")


async def test_a_wrong_certificate_file_is_named() -> None:
    block = openai().model_copy(update={"verify": "/nowhere/ca.pem"})
    with pytest.raises(ConfigError, match=r"/nowhere/ca\.pem.*`verify`"):
        await language.generate.fn(block, prompt="x")


def test_a_block_of_something_else_is_refused() -> None:
    async def run(block: Any) -> None:
        await language.analyze.fn(block, text="x")

    with pytest.raises(ConfigError, match="cannot use a int"):
        run(7).send(None)

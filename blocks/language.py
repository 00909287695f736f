"""Language models: the engine that ships with Tieline, model providers, and pools of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, field_validator

from tieline.credentials import Address
from tieline.errors import ConfigError
from tieline.language.credentials import LanguageCredentials, ProviderCredentials, find
from tieline.language.model import Balance, LanguageModel

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model

EMBEDDED = "embedded"
_PYDANTIC_AI = "https://ai.pydantic.dev/models/"


class EmbeddedEngine(LanguageCredentials):
    """The engine that ships with Tieline: no key, no download. It reads English, and does not write."""

    _block_type_name = "Embedded Language Engine"
    _block_type_slug = "embedded-language-engine"
    _documentation_url = HttpUrl("https://github.com/dleemiller/WordLlama")
    kind: ClassVar[str] = EMBEDDED

    @property
    def connection(self) -> str:
        """Its name, which needs no saved block."""
        return EMBEDDED

    def open_model(self) -> AbstractAsyncContextManager[LanguageModel]:
        """There is nothing to open."""
        from tieline.language.embedded import EmbeddedModel  # noqa: PLC0415 - numpy, which other blocks do not need

        return nullcontext(EmbeddedModel())


class OpenAICredentials(ProviderCredentials):
    """A model of OpenAI, and a key."""

    _block_type_name = "OpenAI Credentials"
    _block_type_slug = "openai-credentials"
    _documentation_url = HttpUrl(f"{_PYDANTIC_AI}openai/")
    kind: ClassVar[str] = "openai"

    api_key: SecretStr = Field(description="Found at platform.openai.com under API keys.")

    def build(self, http: httpx2.AsyncClient | None) -> Model[Any]:
        """The chat completions API, which proxies speak too."""
        from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415 - 2 s; so below
        from pydantic_ai.providers.openai import OpenAIProvider  # noqa: PLC0415

        base = self.url or "https://api.openai.com/v1"
        provider = OpenAIProvider(base_url=base, api_key=self.api_key.get_secret_value(), http_client=http)
        return OpenAIChatModel(self.model, provider=provider)


class AnthropicCredentials(ProviderCredentials):
    """A model of Anthropic, and a key."""

    _block_type_name = "Anthropic Credentials"
    _block_type_slug = "anthropic-credentials"
    _documentation_url = HttpUrl(f"{_PYDANTIC_AI}anthropic/")
    kind: ClassVar[str] = "anthropic"

    api_key: SecretStr = Field(description="Found in the Anthropic console under API keys.")

    def build(self, http: httpx2.AsyncClient | None) -> Model[Any]:
        """The messages API."""
        from pydantic_ai.models.anthropic import AnthropicModel  # noqa: PLC0415
        from pydantic_ai.providers.anthropic import AnthropicProvider  # noqa: PLC0415

        base = self.url or "https://api.anthropic.com"
        provider = AnthropicProvider(base_url=base, api_key=self.api_key.get_secret_value(), http_client=http)
        return AnthropicModel(self.model, provider=provider)


class GeminiCredentials(ProviderCredentials):
    """A model of Google's Gemini API, and a key of Google AI Studio."""

    _block_type_name = "Gemini Credentials"
    _block_type_slug = "gemini-credentials"
    _documentation_url = HttpUrl(f"{_PYDANTIC_AI}google/")
    kind: ClassVar[str] = "gemini"

    api_key: SecretStr = Field(description="Found in Google AI Studio under API keys.")

    def build(self, http: httpx2.AsyncClient | None) -> Model[Any]:
        """The Gemini API."""
        from pydantic_ai.models.google import GoogleModel  # noqa: PLC0415
        from pydantic_ai.providers.google import GoogleProvider  # noqa: PLC0415

        key = self.api_key.get_secret_value()
        return GoogleModel(
            self.model, provider=GoogleProvider(api_key=key, base_url=self.url or None, http_client=http)
        )


class VertexAICredentials(ProviderCredentials):
    """A model of Google's Vertex AI, and the service account that may use it."""

    _block_type_name = "Vertex AI Credentials"
    _block_type_slug = "vertex-ai-credentials"
    _documentation_url = HttpUrl(f"{_PYDANTIC_AI}google/")
    kind: ClassVar[str] = "vertex-ai"

    project: str = Field(min_length=1, description="The Google Cloud project's id.")
    location: str = Field("global", min_length=1, description="The region, such as europe-west4, or global.")
    service_account: SecretStr = Field(
        SecretStr(""), description="The service account's key (JSON); empty for the machine's own account."
    )

    def build(self, http: httpx2.AsyncClient | None) -> Model[Any]:
        """The Gemini API of a Google Cloud project."""
        from pydantic_ai.models.google import GoogleModel  # noqa: PLC0415
        from pydantic_ai.providers.google_cloud import GoogleCloudProvider  # noqa: PLC0415

        provider = GoogleCloudProvider(
            credentials=self._account(),
            project=self.project,
            location=self.location,
            base_url=self.url or None,
            http_client=http,
        )
        return GoogleModel(self.model, provider=provider)

    def _account(self) -> Any:
        from google.oauth2.service_account import Credentials as ServiceAccount  # noqa: PLC0415

        if not self.service_account.get_secret_value():
            return None
        try:
            info = json.loads(self.service_account.get_secret_value())
            return ServiceAccount.from_service_account_info(info)  # type: ignore[no-untyped-call]
        except (ValueError, KeyError):
            raise ConfigError(
                f"The field `service_account` of {self.title} is not a service account's key.",
                hint="Paste the whole JSON file that Google Cloud gave you.",
            ) from None


class BedrockCredentials(ProviderCredentials):
    """A model on Amazon Bedrock, and an AWS key or a Bedrock API key."""

    _block_type_name = "Amazon Bedrock Credentials"
    _block_type_slug = "bedrock-credentials"
    _documentation_url = HttpUrl(f"{_PYDANTIC_AI}bedrock/")
    kind: ClassVar[str] = "bedrock"

    region: str = Field(min_length=1, description="The AWS region, such as eu-central-1.")
    access_key_id: str = Field("", description="The AWS access key's id; empty for the machine's own role.")
    secret_access_key: SecretStr = Field(SecretStr(""), description="The AWS secret access key.")
    session_token: SecretStr = Field(SecretStr(""), description="The AWS session token, for keys that expire.")
    api_key: SecretStr = Field(SecretStr(""), description="A Bedrock API key, in place of an AWS key.")

    def build(self, http: httpx2.AsyncClient | None) -> Model[Any]:  # noqa: ARG002 - boto3 has its own client
        """The Converse API; `http` is not used, since boto3 brings its own client."""
        from pydantic_ai.models.bedrock import BedrockConverseModel  # noqa: PLC0415
        from pydantic_ai.providers.bedrock import BedrockProvider  # noqa: PLC0415

        shared: dict[str, Any] = {"base_url": self.url or None, "region_name": self.region}
        shared |= {"aws_read_timeout": self.timeout_seconds}
        if self.api_key.get_secret_value():
            provider = BedrockProvider(api_key=self.api_key.get_secret_value(), **shared)
        else:
            provider = BedrockProvider(
                aws_access_key_id=self.access_key_id or None,
                aws_secret_access_key=self.secret_access_key.get_secret_value() or None,
                aws_session_token=self.session_token.get_secret_value() or None,
                **shared,
            )
        return BedrockConverseModel(self.model, provider=provider)


class AzureOpenAICredentials(ProviderCredentials):
    """A deployment of Azure OpenAI, and a key."""

    _block_type_name = "Azure OpenAI Credentials"
    _block_type_slug = "azure-openai-credentials"
    _documentation_url = HttpUrl(f"{_PYDANTIC_AI}openai/#azure-ai-foundry")
    kind: ClassVar[str] = "azure-openai"

    model: str = Field(min_length=1, description="The deployment's name.")
    url: Address = Field(min_length=1, description="The resource's endpoint, such as https://NAME.openai.azure.com.")
    api_key: SecretStr = Field(description="Found at the resource under Keys and Endpoint.")
    api_version: str = Field("2024-10-21", description="The API's version; not used when the endpoint ends in /v1.")

    def build(self, http: httpx2.AsyncClient | None) -> Model[Any]:
        """The chat completions API of a deployment."""
        from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415
        from pydantic_ai.providers.azure import AzureProvider  # noqa: PLC0415

        v1 = self.url.endswith("/v1")
        provider = AzureProvider(
            azure_endpoint=self.url,
            api_key=self.api_key.get_secret_value(),
            api_version=None if v1 else self.api_version,
            http_client=http,
        )
        return OpenAIChatModel(self.model, provider=provider)


class OllamaCredentials(ProviderCredentials):
    """A model that runs on your own machine with Ollama: no key, no cost."""

    _block_type_name = "Ollama Credentials"
    _block_type_slug = "ollama-credentials"
    _documentation_url = HttpUrl(f"{_PYDANTIC_AI}ollama/")
    _free: ClassVar[bool] = True
    kind: ClassVar[str] = "ollama"

    model: str = Field("llama3.2", min_length=1, description="The model's name, as `ollama list` shows it.")
    url: Address = Field("http://localhost:11434", min_length=1, description="Where Ollama listens.")
    api_key: SecretStr = Field(SecretStr(""), description="A key, where a proxy before Ollama wants one.")

    def build(self, http: httpx2.AsyncClient | None) -> Model[Any]:
        """Ollama's chat completions API."""
        from pydantic_ai.models.ollama import OllamaModel  # noqa: PLC0415
        from pydantic_ai.providers.ollama import OllamaProvider  # noqa: PLC0415

        base = self.url if self.url.endswith("/v1") else f"{self.url}/v1"
        key = self.api_key.get_secret_value() or "none"
        return OllamaModel(self.model, provider=OllamaProvider(base_url=base, api_key=key, http_client=http))


class HuggingFaceCredentials(ProviderCredentials):
    """A model on Hugging Face, and a token."""

    _block_type_name = "Hugging Face Credentials"
    _block_type_slug = "huggingface-credentials"
    _documentation_url = HttpUrl(f"{_PYDANTIC_AI}huggingface/")
    kind: ClassVar[str] = "huggingface"

    token: SecretStr = Field(description="Found at huggingface.co under Settings, Access Tokens.")
    provider: str = Field("auto", description="Who runs the model, such as together; auto for your own order.")

    def build(self, http: httpx2.AsyncClient | None) -> Model[Any]:  # noqa: ARG002 - huggingface_hub has its own
        """The inference providers; `http` is not used, since huggingface_hub brings its own client."""
        from pydantic_ai.models.huggingface import HuggingFaceModel  # noqa: PLC0415
        from pydantic_ai.providers.huggingface import HuggingFaceProvider  # noqa: PLC0415

        key = self.token.get_secret_value()
        provider = (
            HuggingFaceProvider(api_key=key, base_url=self.url)
            if self.url
            else HuggingFaceProvider(api_key=key, provider_name=self.provider)
        )
        return HuggingFaceModel(self.model, provider=provider)


class OpenAICompatibleCredentials(ProviderCredentials):
    """A model on any server that speaks OpenAI's API, such as vLLM, LM Studio or LiteLLM."""

    _block_type_name = "OpenAI-compatible Credentials"
    _block_type_slug = "openai-compatible-credentials"
    _documentation_url = HttpUrl(f"{_PYDANTIC_AI}openai/#openai-compatible-models")
    kind: ClassVar[str] = "openai-compatible"

    url: Address = Field(min_length=1, description="The server's address, mostly ending in /v1.")
    api_key: SecretStr = Field(SecretStr(""), description="The server's key, where it wants one.")

    def build(self, http: httpx2.AsyncClient | None) -> Model[Any]:
        """The chat completions API."""
        from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415
        from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider  # noqa: PLC0415

        key = self.api_key.get_secret_value() or "none"
        provider = OpenAICompatibleProvider("compatible", base_url=self.url, api_key=key, http_client=http)
        return OpenAIChatModel(self.model, provider=provider)


class PoolMember(BaseModel):
    """One model of a pool, and how much of the work it gets."""

    model_config = ConfigDict(extra="forbid")

    connection: str = Field(min_length=1, description='A saved block, such as "openai/main", or "embedded".')
    weight: float = Field(1.0, gt=0, description="Share of the work next to the others' when balanced by weight.")
    daily_usd: float | None = Field(None, ge=0, description="US dollars that it may take on a day (UTC).")
    daily_tokens: int | None = Field(None, ge=0, description="Tokens that it may take on a day (UTC).")


class ModelPool(LanguageCredentials):
    """Several models behind one name. When one fails, rests or has spent its budget, the next one answers."""

    _block_type_name = "Language Model Pool"
    _block_type_slug = "language-model-pool"
    _documentation_url = HttpUrl(_PYDANTIC_AI)
    kind: ClassVar[str] = "pool"

    members: list[PoolMember] = Field(min_length=1, description="The models, in the order in which they are asked.")
    balance: Balance = Field("ordered", description="Ask in this order, or share the work out by weight.")

    @field_validator("members")
    @classmethod
    def _known(cls, members: list[PoolMember]) -> list[PoolMember]:
        names = [member.connection for member in members]
        for name in names:
            kind = name.rpartition("/")[0]
            if name != EMBEDDED and (kind not in KINDS or kind == ModelPool.kind):
                raise ValueError(f"{name!r} must be written like openai/main, and cannot be a pool")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"a model can be a member once: {', '.join(twice)}")
        return members

    @asynccontextmanager
    async def open_model(self) -> AsyncIterator[LanguageModel]:
        """Open the pool; its members are opened when they are asked."""
        from tieline.language.pool import PoolModel, Seat  # noqa: PLC0415 - the store, which other blocks do not need

        async with AsyncExitStack() as stack:
            seats = [
                Seat(
                    connection=member.connection,
                    open=partial(_open_member, member.connection),
                    weight=member.weight,
                    daily_usd=member.daily_usd,
                    daily_tokens=member.daily_tokens,
                )
                for member in self.members
            ]
            yield PoolModel(seats, self.balance, stack)


KINDS: dict[str, type[LanguageCredentials]] = {
    block.kind: block
    for block in (
        OpenAICredentials,
        AnthropicCredentials,
        GeminiCredentials,
        VertexAICredentials,
        BedrockCredentials,
        AzureOpenAICredentials,
        OllamaCredentials,
        HuggingFaceCredentials,
        OpenAICompatibleCredentials,
        ModelPool,
    )
}


async def load(name: str) -> LanguageCredentials:
    """The embedded engine, or a saved block.

    Args:
        name: "embedded"; or kind and name, such as "openai/main"; or the name alone, when only one block has it.

    Raises:
        UnknownName: There is no such kind, or no such block.
        ConfigError: Blocks of several kinds have this name, or Prefect cannot be reached.
    """
    return EmbeddedEngine() if name == EMBEDDED else await find(name, KINDS)


@asynccontextmanager
async def _open_member(name: str) -> AsyncIterator[LanguageModel]:
    block = await load(name)
    async with block.open_model() as model:
        yield model

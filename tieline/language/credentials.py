"""What the blocks of all language models have in common, and how one is found by name."""

from __future__ import annotations

import asyncio
import ssl
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from tieline import connections
from tieline.credentials import Address, Credentials
from tieline.errors import ConfigError, UnknownName
from tieline.language.model import LanguageModel

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model


class LanguageCredentials(Credentials, ABC):
    """Something that reads text, and perhaps writes some."""

    #: What stands before the name in "openai/main".
    kind: ClassVar[str] = ""

    @property
    def label(self) -> str:
        """Kind and name, such as "openai/main"."""
        return f"{self.kind}/{self.connection}"

    @abstractmethod
    def open_model(self) -> AbstractAsyncContextManager[LanguageModel]:
        """Make it ready, for as long as the context lasts."""


class ProviderCredentials(LanguageCredentials, ABC):
    """A model of a provider."""

    model: str = Field(min_length=1, description="The model's name, as the provider lists it.")
    url: Address = Field("", description="Another address to use, such as a proxy or a simulator.")
    verify: str = Field("", description="File with the CA certificates to trust (PEM), if not the usual ones.")
    max_tokens: int = Field(2_000, gt=0, description="Longest answer, in tokens.")
    timeout_seconds: float = Field(60.0, gt=0, description="Longest time for one request, in seconds.")

    #: Runs on one's own machine.
    _free: ClassVar[bool] = False

    @abstractmethod
    def build(self, http: httpx2.AsyncClient | None) -> Model[Any]:
        """The model as pydantic-ai knows it.

        Args:
            http: To be used in place of the vendor's own client, where one is given and the vendor allows it.
        """

    @asynccontextmanager
    async def open_model(self) -> AsyncIterator[LanguageModel]:
        """Open connections to the provider.

        Raises:
            ConfigError: A field cannot be used.
        """
        from tieline.language.faults import translated  # noqa: PLC0415 - pydantic-ai costs 2 s
        from tieline.language.provider import ProviderModel  # noqa: PLC0415 - as above

        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(self._trusting()) if self.verify else None
            with translated(self.title, self.secrets()):
                model = await stack.enter_async_context(self.build(http))
            yield ProviderModel(
                model,
                connection=self.label,
                max_tokens=self.max_tokens,
                seconds=self.timeout_seconds,
                free=self._free,
                secrets=self.secrets(),
            )

    def _trusting(self) -> httpx2.AsyncClient:
        """A client that trusts the block's own CA file."""
        import httpx2  # noqa: PLC0415 - the vendors' clients use it; only they need it

        try:
            context = ssl.create_default_context(cafile=self.verify)
        except (OSError, ssl.SSLError) as exc:
            raise ConfigError(
                f"The certificate file {self.verify!r} of {self.title} cannot be used: {exc}.",
                hint="Put the path of a PEM file in the field `verify`, or leave it empty.",
            ) from None
        return httpx2.AsyncClient(verify=context, timeout=self.timeout_seconds)


async def find(name: str, kinds: Mapping[str, type[LanguageCredentials]]) -> LanguageCredentials:
    """A saved block.

    Args:
        name: Kind and name, such as "openai/main"; or the name alone, when only one block has it.
        kinds: The block types, by what stands before the name.

    Raises:
        UnknownName: There is no such kind, or no such block.
        ConfigError: Blocks of several kinds have this name.
    """
    kind, slash, bare = name.rpartition("/")
    if slash:
        if kind not in kinds:
            raise UnknownName("kind of language model", kind, kinds)
        return await connections.load(kinds[kind], bare)
    saved = dict(zip(kinds, await asyncio.gather(*(connections.saved(block) for block in kinds.values())), strict=True))
    owners = [kind for kind, names in saved.items() if name in names]
    if len(owners) == 1:
        return await connections.load(kinds[owners[0]], name)
    known = [f"{kind}/{each}" for kind, names in saved.items() for each in names]
    if owners:
        choices = " or ".join(f"{kind}/{name}" for kind in owners)
        raise ConfigError(f"Several language models are called {name!r}.", hint=f"Say which: {choices}.")
    hint = "" if known else 'There is none yet: use "embedded", or save a block such as Ollama or OpenAI.'
    raise UnknownName("language model", name, ["embedded", *known], hint=hint)

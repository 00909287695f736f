"""Each provider's block against its own wire format, as the simulator aimock speaks it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from blocks.language import (
    AnthropicCredentials,
    AzureOpenAICredentials,
    BedrockCredentials,
    GeminiCredentials,
    HuggingFaceCredentials,
    OllamaCredentials,
    OpenAICompatibleCredentials,
    OpenAICredentials,
    VertexAICredentials,
)
from tasks import language
from tests.language.conftest import Simulator
from tieline.errors import AuthFailed, NotFound, Rejected, Unavailable
from tieline.language.categories import Category
from tieline.language.credentials import ProviderCredentials
from tieline.transport import clock

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("database")]

CATEGORIES = [Category(name="Billing"), Category(name="Other")]
KEY = SecretStr("test-key-that-must-not-show")

BLOCKS: dict[str, Callable[[str], ProviderCredentials]] = {
    "openai": lambda url: OpenAICredentials(model="gpt-4o-mini", api_key=KEY, url=f"{url}/v1"),
    "anthropic": lambda url: AnthropicCredentials(model="claude-haiku-4-5", api_key=KEY, url=url),
    "gemini": lambda url: GeminiCredentials(model="gemini-2.5-flash", api_key=KEY, url=url),
    "bedrock": lambda url: BedrockCredentials(
        model="us.amazon.nova-lite-v1:0", region="us-east-1", access_key_id="AKIA", secret_access_key=KEY, url=url
    ),
    "azure-openai": lambda url: AzureOpenAICredentials(model="gpt-4o-mini", api_key=KEY, url=url),
    "ollama": lambda url: OllamaCredentials(model="llama3.2", url=url),
    "huggingface": lambda url: HuggingFaceCredentials(model="Qwen/Qwen3-8B", token=KEY, url=f"{url}/v1"),
    "openai-compatible": lambda url: OpenAICompatibleCredentials(model="local", api_key=KEY, url=f"{url}/v1"),
}
PATHS = {
    "openai": "/v1/chat/completions",
    "anthropic": "/v1/messages",
    "gemini": "/v1beta/models/gemini-2.5-flash:generateContent",
    "bedrock": "/model/us.amazon.nova-lite-v1%3A0/converse",
    "azure-openai": "/openai/deployments/gpt-4o-mini/chat/completions",
    "ollama": "/v1/chat/completions",
    "huggingface": "/v1/chat/completions",
    "openai-compatible": "/v1/chat/completions",
}
PRICED = {"openai", "anthropic", "gemini", "bedrock", "azure-openai"}


@pytest.mark.parametrize("kind", BLOCKS)
async def test_a_text_is_sorted(simulator: Simulator, kind: str) -> None:
    block = BLOCKS[kind](simulator.url)
    (answer,) = await language.categorize.fn(block, texts=[f"I was charged twice, {kind}."], categories=CATEGORIES)
    assert (answer.category, answer.confidence) == ("Billing", 0.9)
    assert (answer.input_tokens, answer.output_tokens) == (120, 20)
    if kind in PRICED:
        assert answer.cost_usd
    else:
        assert answer.cost_usd == (0.0 if kind == "ollama" else None)
    request = simulator.requests()[-1]
    assert request["path"].partition("?")[0].lower() == PATHS[kind].lower()
    assert f"charged twice, {kind}." in json.dumps(request["body"])


@pytest.mark.parametrize("kind", BLOCKS)
async def test_a_text_is_written(simulator: Simulator, kind: str) -> None:
    written = await language.generate.fn(BLOCKS[kind](simulator.url), prompt=f"Say it kindly, {kind}.")
    assert written.text == "The customer was charged twice."
    assert written.model.endswith(BLOCKS[kind](simulator.url).model)


@pytest.mark.parametrize(("status", "error"), ((400, Rejected), (401, AuthFailed), (404, NotFound), (500, Unavailable)))
@pytest.mark.parametrize("kind", ("openai", "anthropic", "gemini", "azure-openai", "ollama", "huggingface"))
async def test_errors_are_ours(
    simulator: Simulator, kind: str, status: int, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sleep(_: float) -> None:
        return

    monkeypatch.setattr(clock, "sleep", sleep)
    with pytest.raises(error) as caught:
        await language.summarize.fn(BLOCKS[kind](simulator.url), text=f"Please answer {status}.")
    assert f"simulated {status}" in str(caught.value)
    assert KEY.get_secret_value() not in str(caught.value)


async def test_the_health_check_asks_each_time(simulator: Simulator) -> None:
    block = BLOCKS["ollama"](simulator.url)
    before = len(simulator.requests())
    identities = [await language.connector.identity(block) for _ in range(2)]
    assert {identity.name for identity in identities} == {"ollama:llama3.2"}
    assert len(simulator.requests()) == before + 2


async def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(_: float) -> None:
        return

    monkeypatch.setattr(clock, "sleep", sleep)
    with pytest.raises(Unavailable, match="Check the address"):
        await language.generate.fn(BLOCKS["ollama"]("http://127.0.0.1:9"), prompt="x")


@pytest.fixture
def google(simulator: Simulator) -> Iterator[str]:
    """Google's sign-in, which gives everybody a token, and its API at v1beta1, which the simulator has at v1."""

    class Google(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == "/token":
                answer = json.dumps({"access_token": "ya29.token", "expires_in": 3600, "token_type": "Bearer"}).encode()
            else:
                assert self.headers["authorization"] == "Bearer ya29.token"
                headers = {"content-type": "application/json"}
                answer = httpx.post(
                    simulator.url + self.path.replace("v1beta1", "v1"), content=body, headers=headers
                ).content
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Google) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


async def test_vertex_signs_in_with_its_service_account(simulator: Simulator, google: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    account = {
        "type": "service_account",
        "client_email": "tieline@p.iam.gserviceaccount.com",
        "private_key": pem,
        "token_uri": f"{google}/token",
    }
    block = VertexAICredentials(
        model="gemini-2.5-flash",
        project="p",
        location="europe-west4",
        service_account=SecretStr(json.dumps(account)),
        url=google,
    )
    (answer,) = await language.categorize.fn(block, texts=["I was charged twice, vertex."], categories=CATEGORIES)
    assert answer.category == "Billing"
    request = simulator.requests()[-1]
    assert "/projects/p/locations/europe-west4/publishers/google/models/gemini-2.5-flash" in request["path"]

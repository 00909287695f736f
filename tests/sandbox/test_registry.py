"""A system is simulated because its package is there, and declares itself."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import tieline.sandbox
from tieline.cli.sandbox import connections
from tieline.sandbox import Fault, registry, running

PARROT = """
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.memory import Memory
from tieline.sandbox.vendor import Vendor, state_of


@dataclass
class Cage(Memory):
    words: list[str] = field(default_factory=list)

    def counts(self):
        return {"words": len(self.words)}


async def say(request: Request) -> Response:
    return JSONResponse(state_of(request)[Cage].words)


vendor = Vendor(
    name="parrot",
    title="The Parrot",
    app=Starlette(routes=[Route("/words", say)]),
    memory=Cage,
    seed=lambda cage: cage.words.append("hello"),
    logins={"token": "cracker"},
    limited=lambda seconds: Response(status_code=429),
    broken=lambda: Response(status_code=500),
    controls=[Route("/words", say)],
)
"""


@pytest.fixture
def add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose packages are simulated systems too."""
    monkeypatch.setattr(tieline.sandbox, "__path__", [*tieline.sandbox.__path__, str(tmp_path)])
    registry.names.cache_clear()
    yield tmp_path
    registry.names.cache_clear()
    registry.find.cache_clear()
    sys.modules.pop("tieline.sandbox.parrot", None)


def declare(folder: Path, text: str) -> None:
    (folder / "parrot").mkdir()
    (folder / "parrot/__init__.py").write_text(text)


def test_a_package_is_enough(add: Path) -> None:
    declare(add, PARROT)
    with running(tickets=10, faults=[Fault("500", system="parrot", match="never")]) as sandbox:
        with TestClient(sandbox.app) as http:
            assert http.get("/parrot/words").json() == ["hello"]
            assert http.get("/_sandbox/parrot/words").json() == ["hello"]
            assert http.get("/_sandbox/state").json()["counts"]["parrot"] == {"words": 1}
            assert "The Parrot" in http.get("/").text
            http.post("/_sandbox/reset")
            assert http.get("/parrot/words").json() == ["hello"]
        assert sandbox.connection("parrot") == {"url": f"{sandbox.url}/parrot", "token": "cracker"}
        assert connections(sandbox)["parrot"]["url"] == f"{sandbox.url}/parrot"


@pytest.mark.parametrize("text", ("", PARROT.replace('name="parrot"', 'name="polly"')))
def test_a_package_that_declares_nothing_of_its_name_is_refused(add: Path, text: str) -> None:
    declare(add, text)
    with pytest.raises(ValueError, match=r"tieline/sandbox/parrot/__init__\.py must declare"):
        registry.vendors()


def test_every_simulated_system_has_a_connector_and_its_connection_fits() -> None:
    from tieline import registry as connectors  # noqa: PLC0415 - only here

    with running(tickets=10) as sandbox:
        for system, fields in connections(sandbox).items():
            assert connectors.connector(system).block(**fields).url == sandbox.url_of(system)

"""Connectors, the registry and saved connections: found by name, checked before anything is sent."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from pydantic import Field, SecretStr

from tests.engine.probe import SECRET, ProbeCredentials, Vendor, answer
from tieline import connections, errors, registry
from tieline.connector import Identity, http_connector
from tieline.errors import AuthFailed, ConfigError, TielineError, UnknownName
from tieline.transport.api import Api, segment

connector = http_connector("probe", block=ProbeCredentials, docs="https://probe.test/docs")


@connector.action
async def get_thing(
    api: Api, *, thing_id: Annotated[int, Field(gt=0)], color: str | None = None, parts: list[str] | None = None
) -> dict[str, Any]:
    """Fetch one thing.

    Args:
        api: The system.
        thing_id: Its number.
        color: Which of its colors.
        parts: Which of its parts.
    """
    found: dict[str, Any] = await api.get(f"/things/{segment(thing_id)}", params={"color": color, "parts": parts})
    return found


@connector.action
async def get_two(api: Api, *, first: int, second: int) -> list[Any]:
    """Fetch two things."""
    return [await api.get(f"/things/{first}"), await api.get(f"/things/{second}")]


@connector.health
async def check(api: Api) -> Identity:
    """Ask who we are."""
    return Identity(name=(await api.get("/me"))["name"])


CARD = connector.actions["get_thing"]


# ---------------------------------------------------------------- parameters


@pytest.mark.parametrize(
    ("params", "said"),
    (
        ({"thing_id": 1, "colour": "red"}, r"no parameter of probe.get_thing 'colour'. Did you mean color\?"),
        ({"thing_id": 1, "zzz": 1}, r"There are: color, parts, thing_id\."),
        ({}, "thing_id: Field required. Nothing was sent"),
        ({"thing_id": 0}, "thing_id: Input should be greater than 0"),
        ({"thing_id": "seven"}, "thing_id: Input should be a valid integer"),
        ({"thing_id": 1, "parts": "a"}, "parts: Input should be a valid list"),
        ({"thing_id": 1, "color": ["red"]}, "color: Input should be a valid string"),
    ),
)
async def test_a_wrong_parameter_is_said_so_and_nothing_is_sent(params: dict[str, Any], said: str) -> None:
    vendor = Vendor(answer())
    with pytest.raises(ConfigError, match=said):
        await CARD.execute(ProbeCredentials(), params)
    assert vendor.seen == []


async def test_the_value_of_a_wrong_parameter_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as raised:
        await CARD.execute(ProbeCredentials(), {"thing_id": SECRET})
    assert SECRET not in str(raised.value)


async def test_right_parameters_are_read_from_json_and_only_those_given_are_passed() -> None:
    vendor = Vendor(answer(200, {"id": 7}))
    assert await CARD.execute(ProbeCredentials(), {"thing_id": "7", "parts": ["a", "b"]}) == {"id": 7}
    assert vendor.seen[0].url.raw_path == b"/things/7?parts=a&parts=b"


def test_a_card_describes_its_parameters() -> None:
    schema = CARD.input_schema
    assert schema["properties"]["thing_id"]["description"] == "Its number."
    assert schema["required"] == ["thing_id"]
    assert CARD.kind == "read"
    assert CARD.summary == "Fetch one thing."


@pytest.mark.parametrize("connection", (7, None, {"key": "x"}))
async def test_what_is_no_connection_is_said_so(connection: Any) -> None:
    with pytest.raises(ConfigError, match=r"Give a ProbeCredentials block"):
        await get_thing.fn(connection, thing_id=1)


async def test_a_block_of_another_system_is_said_so() -> None:
    from blocks.freshdesk import FreshdeskCredentials  # noqa: PLC0415 - any other will do

    with pytest.raises(ConfigError, match="Probe cannot use a FreshdeskCredentials"):
        await get_thing.fn(FreshdeskCredentials(api_key=SecretStr("x")), thing_id=1)  # type: ignore[arg-type]


async def test_the_calls_of_an_action_are_numbered() -> None:
    vendor = Vendor(answer())
    await get_two.fn(ProbeCredentials(), first=1, second=2)
    first, second = (request.headers["x-request-id"].split(".") for request in vendor.seen)
    assert first[0] == second[0]
    assert (first[1], second[1]) == ("1", "2")


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    "name", [n for n, c in vars(errors).items() if isinstance(c, type) and issubclass(c, TielineError)]
)
def test_an_error_survives_the_way_to_another_process(name: str) -> None:
    kind = getattr(errors, name)
    made = kind("system", "zendsk", ["zendesk"]) if kind is UnknownName else kind("It broke.", hint="Mend it.")
    if isinstance(made, errors.ConnectorError):
        made.system, made.action, made.retry_after, made.fields = "probe", "act", 3.0, {"a": "b"}
    again = pickle.loads(pickle.dumps(made))
    assert type(again) is kind
    assert str(again) == str(made)
    assert vars(again) == vars(made)


# ---------------------------------------------------------------- the registry


def run(code: str, *, path: Path | None = None) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False, cwd=path
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_listing_the_systems_imports_none_of_them() -> None:
    code = """
        import json, sys
        import tieline
        from tieline import registry
        names = registry.names()
        said = [registry.summary(name) for name in names]
        heavy = ("httpx", "prefect", "pandas", "sqlalchemy", "numpy", "redis", "limits", "fastapi", "rich")
        loaded = [m for m in sys.modules if m in heavy or m.startswith(("tasks.", "blocks."))]
        print(json.dumps([names, said, loaded]))
    """
    names, said, loaded = run(code)
    assert "freshdesk" in names
    assert names == sorted(names)
    assert all(said)
    assert loaded == []


def test_a_connector_needs_neither_the_prefect_server_nor_pandas() -> None:
    code = """
        import json, sys
        from tieline import registry
        registry.connector("freshdesk")
        heavy = ("prefect.server.api", "prefect.server.database.orm_models", "pandas", "sqlmodel", "alembic", "redis")
        print(json.dumps([m for m in heavy if m in sys.modules]))
    """
    assert run(code) == []


def test_an_unknown_name_is_met_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"no system 'freshdsk'. Did you mean freshdesk\?") as raised:
        registry.connector("freshdsk")
    assert raised.value.nearest == ["freshdesk"]
    with pytest.raises(UnknownName, match="Did you mean get_ticket"):
        registry.action("freshdesk.get_tickt")
    with pytest.raises(UnknownName, match="no system"):
        registry.action("../evil.x")
    with pytest.raises(ConfigError, match="Write it like"):
        registry.action("get_ticket")
    with pytest.raises(UnknownName):
        registry.summary("freshdsk")


@pytest.mark.parametrize("shape", ("tasks/__init__.py", "tasks.py"))
def test_the_tasks_of_somebody_else_are_refused(shape: str, tmp_path: Path) -> None:
    (tmp_path / shape).parent.mkdir(exist_ok=True)
    (tmp_path / shape).write_text("")
    (tmp_path / "tieline").mkdir()  # even if they keep a folder of our name beside them
    code = """
        import json
        from importlib import util
        found = util.find_spec("tieline").origin
        from tieline import registry
        from tieline.errors import ConfigError
        try:
            registry.names()
        except ConfigError as exc:
            print(json.dumps(str(exc)))
    """
    assert "is not Tieline's" in run(code, path=tmp_path)


# ---------------------------------------------------------------- saved connections


class Saved:
    """A Prefect server, as far as loading goes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.loads = 0
        self.key = "first-key"
        self.clock = [100.0]
        monkeypatch.setattr(time, "monotonic", lambda: self.clock[0])
        monkeypatch.setattr(ProbeCredentials, "aload", self.aload)

    async def aload(self, name: str) -> ProbeCredentials:
        self.loads += 1
        block = ProbeCredentials(key=SecretStr(self.key))
        block._block_document_name = name
        return block


async def test_a_connection_is_kept_for_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    saved = Saved(monkeypatch)
    Vendor(answer(200, {"name": "Ann"}))
    for seconds, loads in ((0, 1), (29, 1), (2, 2)):
        saved.clock[0] += seconds
        await connector.identity("main")
        assert saved.loads == loads


async def test_a_refused_login_reads_the_block_again(monkeypatch: pytest.MonkeyPatch) -> None:
    saved = Saved(monkeypatch)

    def reply(request: httpx.Request) -> httpx.Response:
        return answer(200 if request.headers["authorization"] == "Bearer second-key" else 401, {"name": "Ann"})

    Vendor(reply)
    with pytest.raises(AuthFailed):
        await connector.identity("main")
    saved.key = "second-key"
    assert (await connector.identity("main")).name == "Ann"
    assert saved.loads == 2


async def test_a_refused_login_given_as_a_block_reads_it_again_too(monkeypatch: pytest.MonkeyPatch) -> None:
    saved = Saved(monkeypatch)
    block = await connections.load(ProbeCredentials, "main")
    other = await connections.load(ProbeCredentials, "other")
    Vendor(answer(401))
    with pytest.raises(AuthFailed):
        await connector.identity(block)
    assert await connections.load(ProbeCredentials, "main") is not block
    assert await connections.load(ProbeCredentials, "other") is other
    assert saved.loads == 3


def test_threads_forget_and_load_without_colliding() -> None:
    stop, failed = threading.Event(), []

    def churn() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            connections._kept["", ProbeCredentials, str(number % 50)] = (0.0, ProbeCredentials.model_construct())
            try:
                connections.forget(str(number % 7) if number % 2 else None)
            except (KeyError, RuntimeError) as exc:
                failed.append(exc)
                return

    threads = [threading.Thread(target=churn) for _ in range(4)]
    for thread in threads:
        thread.start()
    stop.wait(0.3)
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []


def refusal(status: int) -> httpx.HTTPStatusError:
    request = httpx.Request("GET", "http://127.0.0.1/api")
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(status, request=request))


@pytest.mark.parametrize(
    ("failure", "said"),
    (
        (httpx.ConnectError("refused"), "Prefect server at .* cannot be reached .*tieline up"),
        (RuntimeError("no server"), "cannot be reached"),
        (refusal(401), "answered 401.*profile"),
        (ValueError(f"bad value {SECRET}"), "does not fit its block any more"),
    ),
)
async def test_a_connection_that_cannot_be_loaded_is_said_so(
    failure: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def aload(_: str) -> Any:
        raise failure

    monkeypatch.setattr(ProbeCredentials, "aload", aload)
    with pytest.raises(ConfigError, match=said) as raised:
        await connector.identity("main")
    assert SECRET not in str(raised.value)

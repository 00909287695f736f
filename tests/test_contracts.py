"""Every connector keeps its contract, and every contract covers its connector."""

from __future__ import annotations

import ast
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import prefect
import pytest
from prefect import Task
from sqlmodel import select

from tests.conftest import Clock
from tests.contracts import Case, Contract, Event, Exchange, load
from tests.contracts.play import Vendor, part_of
from tieline import errors, observe, registry, store
from tieline.connector import Action, Connector
from tieline.store.tables import CallRow
from tieline.transport import clients
from tieline.transport.paging import dig
from tieline.webhooks import Delivery

CONTRACTS = load()
SYSTEMS = list(CONTRACTS)
CASES = [(system, case) for system, contract in CONTRACTS.items() for case in contract.actions]
#: One case per action is enough for what every action must survive.
ACTIONS = [(system, case) for system, case in CASES if ":" not in case]
EVENTS = [(system, event) for system, contract in CONTRACTS.items() for event in contract.events]
NOW = 1_800_000_000.0

VERBS = frozenset(
    ["get", "find", "list", "search", "read", "query", "download"]
    + ["create", "update", "upsert", "add", "assign", "move", "send", "reply", "upload", "append", "run", "bulk"]
    + ["delete", "remove"]
)


def play(system: str, *wire: Exchange, **fields: Any) -> tuple[Connector[Any, Any], Any, Vendor]:
    """The connector, a block with the contract's credentials, and the vendor behind it."""
    contract, connector = CONTRACTS[system], registry.connector(system)
    vendor = Vendor(contract, wire)
    clients.transport = vendor
    return connector, connector.block(**{**contract.credentials, **fields}), vendor


async def run(system: str, name: str, *wire: Exchange) -> tuple[Case, Any, Vendor]:
    case = CONTRACTS[system].actions[name]
    connector, block, vendor = play(system, *(wire or case.wire))
    output = await connector.actions[name.partition(":")[0]].execute(block, case.input)
    return case, output, vendor


# ---------------------------------------------------------------- the contract covers the connector


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_contract_covers_every_action_and_event(system: str) -> None:
    connector, contract = registry.connector(system), CONTRACTS[system]
    assert {name.partition(":")[0] for name in contract.actions} == set(connector.actions)
    assert set(contract.events) == set(connector.events)
    assert connector.check is not None
    assert connector.docs.startswith("https://")
    assert connector.name == system


@pytest.mark.parametrize(("system", "name"), ACTIONS)
def test_an_action_is_a_documented_task(system: str, name: str) -> None:
    action: Action = registry.connector(system).actions[name]
    assert isinstance(action.task, Task)
    assert action.task.name == f"{system}.{name}"
    assert action.task.retries == 0
    assert action.summary.endswith(".")
    assert "https://" in action.docs, "name the vendor's page"
    verb = name.partition("_")[0]
    assert verb in VERBS or verb in CONTRACTS[system].own_words
    assert action.input_schema["additionalProperties"] is False
    assert action.output_schema is not None


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_block_describes_every_field(system: str) -> None:
    block = registry.connector(system).block
    assert (block.__doc__ or "").strip().endswith(".")
    assert block._documentation_url is not None
    slug = block._block_type_slug or ""
    assert slug.startswith(system.replace("_", "-"))
    assert slug.endswith("-credentials")
    for name, field in block.model_fields.items():
        assert (field.description or "").endswith("."), f"{name} needs a description"


def test_no_block_takes_the_name_of_one_that_prefect_registers_itself() -> None:
    """A Prefect server knows the blocks of Prefect's own collections, and puts them back at each start."""
    shipped = Path(prefect.__file__).parent / "server" / "collection_blocks_data.json"
    collections = json.loads(shipped.read_text("utf-8"))["collections"].values()
    theirs = {
        one for types in collections for slug, kind in types["block_types"].items() for one in (slug, kind["name"])
    }
    assert theirs
    for block in registry.blocks():
        assert not {block.get_block_type_slug(), block.get_block_type_name()} & theirs


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_differs_from_a_description_is_explained_by_a_page(system: str) -> None:
    contract = CONTRACTS[system]
    cases, events = contract.actions.values(), contract.events.values()
    steps = [contract.health, *(step for case in cases for step in case.wire)]
    of = [*(case.docs for case in cases), *(event.docs for event in events), *(step.docs for step in steps)]
    for page in (*of, *contract.beyond.values()):
        assert not page or page.startswith("https://"), page


_FORBIDDEN = (ast.Try, ast.While)
_FORBIDDEN_MODULES = {"httpx", "tenacity", "logging", "os", "time", "asyncio", "requests", "pandas", "numpy"}


@pytest.mark.parametrize("system", registry.names())
def test_a_connector_leaves_the_engine_its_work(system: str) -> None:
    trees = [ast.parse(file.read_text("utf-8")) for file in registry.sources(system)]
    for node in (node for tree in trees for node in ast.walk(tree)):
        assert not isinstance(node, _FORBIDDEN), (
            f"line {getattr(node, 'lineno', 0)}: retries and errors are the engine's"
        )
        if isinstance(node, ast.Import):
            assert not {alias.name.partition(".")[0] for alias in node.names} & _FORBIDDEN_MODULES
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in _FORBIDDEN_MODULES


# ---------------------------------------------------------------- the connector keeps the contract


@pytest.mark.parametrize(("system", "name"), CASES)
@pytest.mark.usefixtures("still")
async def test_action(system: str, name: str) -> None:
    case, output, vendor = await run(system, name)
    assert part_of(case.output, output), output
    assert not vendor.left, "the action stopped early"
    ids = [request.headers["x-request-id"] for request in vendor.seen]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("system", SYSTEMS)
async def test_health(system: str) -> None:
    connector, block, vendor = play(system, CONTRACTS[system].health)
    identity = await connector.identity(block)
    assert identity.name
    assert not vendor.left


@pytest.mark.parametrize(("system", "login"), [(s, name) for s, c in CONTRACTS.items() for name in c.logins])
async def test_login(system: str, login: str) -> None:
    fields, headers = CONTRACTS[system].logins[login]
    connector = registry.connector(system)
    vendor = Vendor(CONTRACTS[system], (CONTRACTS[system].health,))
    clients.transport = vendor
    await connector.identity(connector.block(**fields))
    for name, value in headers.items():
        assert vendor.seen[0].headers.get(name) == value


@pytest.mark.parametrize(("system", "name"), ACTIONS)
@pytest.mark.parametrize(
    ("status", "error"),
    (
        (401, errors.AuthFailed),
        (403, errors.AuthFailed),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (422, errors.Rejected),
        (302, errors.BadAnswer),
    ),
)
async def test_what_will_not_help_is_not_repeated(
    system: str, name: str, status: int, error: type[errors.ConnectorError]
) -> None:
    case = CONTRACTS[system].actions[name]
    # A token that is refused is replaced once: it may have been revoked.
    asked = 2 if status == httpx.codes.UNAUTHORIZED and CONTRACTS[system].tokens else 1
    refusal = Exchange("", status=status, headers={"location": "https://elsewhere.test/"})
    connector, block, vendor = play(system, *[refusal] * asked)
    with pytest.raises(error) as raised:
        await connector.actions[name].execute(block, case.input)
    assert len(vendor.seen) == asked
    assert (raised.value.system, raised.value.action, raised.value.status) == (system, name, status)
    assert raised.value.request_id == vendor.seen[0].headers["x-request-id"]


@pytest.mark.parametrize(("system", "name"), ACTIONS)
async def test_it_waits_as_long_as_told(system: str, name: str, still: Clock) -> None:
    refused = Exchange("", status=429, headers={"retry-after": "7"})
    case, output, vendor = await run(system, name, refused, *CONTRACTS[system].actions[name].wire)
    assert still.waits[0] == pytest.approx(7.0)
    assert part_of(case.output, output)
    assert vendor.seen[0].headers["x-request-id"] == vendor.seen[1].headers["x-request-id"]


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(("system", "name"), ACTIONS)
async def test_an_outage_is_not_answered_with_a_second_write(system: str, name: str) -> None:
    """After a 500 a read is tried again; a write only where twice is as good as once."""
    connector, block, vendor = play(system, *[Exchange("", status=500)] * 20)
    with pytest.raises(errors.Unavailable):
        await connector.actions[name].execute(block, CONTRACTS[system].actions[name].input)
    first = vendor.seen[0]
    repeats = [request for request in vendor.seen if (request.method, request.url) == (first.method, first.url)]
    safe = first.method not in {"POST", "PATCH"} or "idempotency-key" in first.headers or _says(system, name, "True")
    safe |= registry.connector(system).actions[name].kind == "read"
    safe &= not _says(system, name, "False")
    assert len(repeats) == (5 if safe else 1)


def _says(system: str, name: str, value: str) -> bool:
    """Whether the action's own code says that doing it twice is as good as once, or that it is not."""
    source = "".join(file.read_text("utf-8") for file in registry.sources(system))
    return f"repeatable={value}" in source.partition(f"async def {name}(")[2].partition("\n\n\n")[0]


@pytest.mark.parametrize(("system", "name"), ACTIONS)
@pytest.mark.parametrize("answer", (b"<html>Sign in</html>", b'{"cut": ', b'"a word"'))
async def test_an_answer_that_is_none_is_said_so(system: str, name: str, answer: bytes) -> None:
    connector, block, _ = play(system, *[Exchange("", response=answer, headers={"content-type": "text/html"})] * 2)
    with pytest.raises(errors.ConnectorError) as raised:
        await connector.actions[name].execute(block, CONTRACTS[system].actions[name].input)
    assert isinstance(raised.value, errors.BadAnswer)
    assert "Sign in" not in str(raised.value)


# ---------------------------------------------------------------- webhooks


def signed(system: str, event: Event, now: float = NOW) -> tuple[Connector[Any, Any], Delivery, str]:
    contract = CONTRACTS[system]
    assert contract.sign is not None
    signature = contract.sign(event.raw, now)
    raw, headers = event.raw, dict(event.headers)
    if isinstance(signature, bytes):
        raw = signature
    else:
        headers |= signature
    delivery = Delivery({name.lower(): value for name, value in headers.items()}, raw, url=contract.address)
    return registry.connector(system), delivery, contract.credentials["webhook_secret"]


@pytest.mark.parametrize(("system", "name"), EVENTS)
def test_event(system: str, name: str) -> None:
    connector, delivery, secret = signed(system, CONTRACTS[system].events[name])
    assert connector.webhook is not None
    connector.webhook.check(delivery, secret, now=NOW)
    assert connector.webhook.event(delivery) == name
    assert connector.webhook.delivery(delivery)
    payload = connector.webhook.read(delivery)
    # What holds several events is taken apart before anybody reads it.
    parts = dig(payload, connector.webhook.parts) if connector.webhook.parts else [payload]
    connector.events[name].model_validate(parts[0])


@pytest.mark.parametrize(("system", "name"), EVENTS)
def test_a_forged_event_is_refused(system: str, name: str) -> None:
    connector, delivery, secret = signed(system, CONTRACTS[system].events[name])
    assert connector.webhook is not None
    nameless = Delivery({}, CONTRACTS[system].events[name].raw)
    for forged, key in ((delivery, "another"), (delivery, ""), (nameless, secret), (nameless, "")):
        with pytest.raises(errors.SignatureInvalid):
            connector.webhook.check(forged, key, now=NOW)


@pytest.mark.parametrize("system", [s for s in SYSTEMS if CONTRACTS[s].events])
def test_a_tampered_body_or_an_old_one_is_refused(system: str) -> None:
    event = next(iter(CONTRACTS[system].events.values()))
    connector, delivery, secret = signed(system, event)
    _, other, _ = signed(system, Event({"other": 1}))
    assert connector.webhook is not None
    if delivery.headers == {**event.headers, **other.headers}:
        # The vendor signs nothing: a shared secret in a header is all there is.
        return
    with pytest.raises(errors.SignatureInvalid):
        connector.webhook.check(replace(delivery, raw=delivery.raw + b" "), secret, now=NOW)
    _, later, _ = signed(system, event, NOW + 1)
    if later.headers != delivery.headers:
        with pytest.raises(errors.SignatureInvalid):
            connector.webhook.check(delivery, secret, now=NOW + 3600)


# ---------------------------------------------------------------- secrets


def _secrets(contract: Contract) -> list[str]:
    return [v for v in contract.credentials.values() if isinstance(v, str) and "secret" in v]


@pytest.mark.parametrize("system", SYSTEMS)
async def test_secrets_stay_in_the_block(
    system: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """An angry vendor sends our own credentials back in an error: they are in no message, log, record or repr."""
    contract = CONTRACTS[system]
    secrets = _secrets(contract)
    assert secrets, "name them so in the contract"
    caplog.set_level(logging.DEBUG)
    echo = {"message": " ".join(secrets), "error": " ".join(secrets), "errors": [{"field": "x", "message": secrets[0]}]}
    connector, block, _ = play(system, Exchange("", status=400, response=echo))
    with pytest.raises(errors.ConnectorError) as raised:
        await connector.identity(block)
    observe.flush()
    with store.session() as db:
        rows = [row.model_dump() for row in db.exec(select(CallRow)).all()]
    assert len(rows) == 1
    captured = capfd.readouterr()
    shown = [str(raised.value), repr(raised.value), repr(block), str(block), repr(rows), caplog.text, *captured]
    shown += [repr(raised.value.fields), str(raised.value.__dict__)]
    for secret in secrets:
        assert not any(secret in text for text in shown)


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_list_does_not_lead_credentials_elsewhere(system: str) -> None:
    connector, block, vendor = play(system)
    api = connector.open(block, "probe")
    async with api as session:
        with pytest.raises(errors.BadAnswer, match="another host"):
            await session.get("https://evil.test/steal")
    assert vendor.seen == []
    assert isinstance(vendor, httpx.AsyncBaseTransport)

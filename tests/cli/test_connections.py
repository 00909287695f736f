"""Commands that talk to a real Prefect server, and through saved connections to the sandbox."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from tests.cli.conftest import Run, answer, start
from tests.engine.servers import postgres_server
from tieline import registry
from tieline.sandbox import Fault, Sandbox, logins
from tieline.sandbox.freshdesk.memory import FreshdeskDesk

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]

KEY = logins("freshdesk")["api_key"]


def connect(tieline: Run, sandbox: Sandbox, name: str, *words: str) -> None:
    fields = ("--field", f"url={sandbox.url_of('freshdesk')}", "--field", f"api_key={KEY}")
    tieline("connect", "freshdesk", "--name", name, *fields, *words)


# ---------------------------------------------------------------- connect


def test_a_connection_is_tried_and_saved(tieline: Run, sandbox: Sandbox) -> None:
    result = tieline(
        "connect",
        "freshdesk",
        "--name",
        "new",
        "--replace",
        "--field",
        f"url={sandbox.url_of('freshdesk')}",
        TIELINE_FRESHDESK_API_KEY=KEY,
    )
    assert "agent@sandbox.test" in result.stdout
    assert KEY not in result.output
    assert answer(tieline("check", "freshdesk/new", "--json"))[0]["ok"]


def test_a_folder_is_looked_at_and_saved(tieline: Run, tmp_path: Path) -> None:
    result = tieline("connect", "files", "--name", "folder", "--replace", "--field", f"url=file://{tmp_path}")
    assert str(tmp_path) in result.stdout
    assert answer(tieline("check", "files/folder", "--json"))[0]["ok"]
    said = tieline("connect", "files", "--name", "nowhere", "--field", f"url=file://{tmp_path}/no", code=1).output
    assert "not there" in said


def test_a_database_is_tried_and_saved(tieline: Run, tmp_path: Path) -> None:
    connect_sql = ("connect", "sql", "--replace", "--name", "local")
    sqlite3.connect(tmp_path / "shop.db").close()
    given = {"dialect": "sqlite", "database": str(tmp_path / "shop.db")}
    assert "shop.db" in tieline(*connect_sql, *fields_of(given)).stdout
    assert answer(tieline("call", "sql.list_tables", "--connection", "local", "--json")) == []
    with postgres_server() as url:
        there = make_url(url)
        (tmp_path / "password.txt").write_text(f"{there.password}\n", "utf-8")
        given = {"dialect": "postgresql", "host": "127.0.0.1", "port": str(there.port), "database": "postgres"}
        given |= {"user": str(there.username), "password": f"@{tmp_path}/password.txt", "tls": "false"}
        connected = tieline(*connect_sql, *fields_of(given))
        assert str(there.password) not in connected.output
        assert answer(tieline("check", "sql/local", "--json"))[0]["ok"]


def fields_of(given: Mapping[str, str]) -> list[str]:
    return [word for name, value in given.items() for word in ("--field", f"{name}={value}")]


def test_a_secret_can_come_from_a_file(tieline: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n", "utf-8")
    fields = ("--field", f"url={sandbox.url_of('freshdesk')}", "--field", f"api_key=@{tmp_path / 'key'}")
    assert KEY not in tieline("connect", "freshdesk", "--name", "from-file", "--replace", *fields).output


def test_what_is_refused_is_not_saved(tieline: Run, sandbox: Sandbox) -> None:
    fields = ("--field", f"url={sandbox.url_of('freshdesk')}", "--field", "api_key=wrong-key-123")
    said = tieline("connect", "freshdesk", "--name", "refused", *fields, code=1).output
    assert "401" in said
    assert "Check api_key on the block Freshdesk 'refused'" in said
    assert "wrong-key-123" not in said
    assert "There is no Freshdesk connection 'refused'" in tieline("check", "freshdesk/refused", code=1).output


def test_one_that_is_there_is_replaced_only_when_told(tieline: Run, sandbox: Sandbox) -> None:
    connect(tieline, sandbox, "twice")
    fields = ("--field", f"url={sandbox.url_of('freshdesk')}", "--field", f"api_key={KEY}")
    assert "--replace" in tieline("connect", "freshdesk", "--name", "twice", *fields, code=1).output
    connect(tieline, sandbox, "twice", "--replace")


@pytest.mark.parametrize(
    ("fields", "said"),
    (
        ([], "api_key"),
        (["ul=https://x.test"], "Did you mean url?"),
        (["url=nonsense", "api_key=not-to-be-shown"], "https://example.com/api"),
    ),
)
def test_fields_that_cannot_be_used(fields: list[str], said: str, tieline: Run) -> None:
    words = [word for field in fields for word in ("--field", field)]
    output = tieline("connect", "freshdesk", "--name", "never", *words, code=1).output
    assert said in output
    assert "not-to-be-shown" not in output


def test_fields_that_do_not_go_together(tieline: Run) -> None:
    fields = ("--field", "subdomain=acme", "--field", "api_token=not-to-be-shown")
    output = tieline("connect", "zendesk", "--name", "never", *fields, code=1).output
    assert "email" in output
    assert "not-to-be-shown" not in output


# ---------------------------------------------------------------- check


def test_every_connection_is_checked(tieline: Run, sandbox: Sandbox) -> None:
    connect(tieline, sandbox, "good", "--replace")
    # Other tests save connections on the same server, and some lead nowhere.
    found = {one["connection"]: one for one in answer(tieline("check", "--all", "--json", code=(0, 1)))}
    assert found["freshdesk/good"]["ok"]
    assert "Tieline Agent" in tieline("check", "freshdesk", code=(0, 1)).stdout


def test_one_that_fails_is_shown_beside_those_that_work(tieline: Run, sandbox: Sandbox) -> None:
    connect(tieline, sandbox, "good", "--replace")
    connect(tieline, sandbox, "as-good", "--replace")
    sandbox.faults.add(Fault("html", system="freshdesk", times=1))
    shown = tieline("check", "freshdesk", code=1).stdout
    assert "fails" in shown
    assert "works" in shown


def test_a_name_that_nobody_has(tieline: Run, sandbox: Sandbox) -> None:
    connect(tieline, sandbox, "support", "--replace")
    assert "Did you mean support" in tieline("check", "freshdesk/suport", code=1).output
    assert "Did you mean support" in tieline(
        "call", "freshdesk.get_ticket", "-c", "suport", "ticket_id=1", code=1
    ).output.replace("\n", " ")


# ---------------------------------------------------------------- call


def test_an_action_is_called(tieline: Run, sandbox: Sandbox) -> None:
    connect(tieline, sandbox, "support", "--replace")
    number = next(iter(sandbox.state[FreshdeskDesk].tickets))
    words = ("freshdesk.update_ticket", "-c", "support", f"ticket_id={number}")
    changed = answer(tieline("call", *words, "tags=a,b c", "status=pending", "--json"))
    assert (changed["tags"], changed["status"]) == (["a", "b c"], 3)
    assert sandbox.state[FreshdeskDesk].tickets[number].fields["tags"] == ["a", "b c"]
    assert "a, b c" in tieline("call", "freshdesk.get_ticket", "-c", "support", f"ticket_id={number}").stdout


def test_a_list_is_a_table(tieline: Run, sandbox: Sandbox) -> None:
    connect(tieline, sandbox, "support", "--replace")
    shown = tieline("call", "freshdesk.list_tickets", "-c", "support", "limit=5").stdout
    assert "freshdesk.list_tickets: 5" in shown
    assert "subject" in shown
    nobody = ("call", "freshdesk.find_contact", "-c", "support", "email=nobody@x.test")
    assert "There is none" in tieline(*nobody).stdout


def test_what_the_vendor_refuses_is_shown_as_an_error(tieline: Run, sandbox: Sandbox) -> None:
    connect(tieline, sandbox, "support", "--replace")
    said = tieline("call", "freshdesk.get_ticket", "-c", "support", "ticket_id=99999999", code=1).stderr
    assert "freshdesk.get_ticket" in said
    assert "404" in said
    assert KEY not in said


# ---------------------------------------------------------------- Prefect


async def test_every_block_type_is_registered() -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - after the server is there

    async with get_client() as client:
        for kind in registry.blocks():
            await kind.aregister_type_and_schema()
        known = {kind.slug: kind for kind in await client.read_block_types()}
    for block in registry.blocks():
        registered = known[block.get_block_type_slug()]
        assert (registered.description or "").startswith(block.get_description() or "?")
        assert "](data:image/svg+xml;base64," in (registered.description or "")
        assert registered.documentation_url
        assert "aload" in (registered.code_example or "")
    assert not {"credentials", "http-credentials", "httpcredentials"} & set(known), "a base is no block"


def test_blocks_register(tieline: Run) -> None:
    assert "freshdesk-credentials" in tieline("blocks", "register").stdout


def test_deployments_get_schedules_and_triggers(tieline: Run, prefect_server: str) -> None:
    assert "work pool" in tieline("deploy", "--pool", "nowhere", code=1).output
    assert "zendesk-hourly" in tieline("deploy").stdout
    wanted = registry.deployments()
    # Other tests deploy to the same server.
    those = {
        "deployments": {"name": {"any_": [one.name for one in wanted]}},
        "work_pools": {"name": {"any_": ["tieline"]}},
    }
    with httpx.Client(base_url=prefect_server, trust_env=False) as http:
        found = {one["name"]: one for one in http.post("/deployments/filter", json=those).raise_for_status().json()}
        automations = http.post("/automations/filter", json={}).raise_for_status().json()
    assert set(found) == {one.name for one in wanted}
    assert found["zendesk-hourly"]["schedules"][0]["schedule"]["cron"]
    ours = {one["id"] for one in found.values()}
    started = [one for one in automations if ours & {action.get("deployment_id") for action in one["actions"]}]
    assert len(started) == sum(len(one.triggers) for one in wanted)


# ---------------------------------------------------------------- what is broken


def finished(*words: str, **environment: str | None) -> tuple[int, str, str]:
    process = start(*words, **environment)
    stdout, stderr = process.communicate(timeout=120)
    return process.returncode, stdout, stderr


def test_a_server_that_is_gone_is_named_and_so_is_who_named_it(tmp_path: Path) -> None:
    code, _, said = finished("check", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert code == 1
    assert "http://127.0.0.1:9/api" in said
    assert "the environment variable PREFECT_API_URL" in said
    (tmp_path / "profiles.toml").write_text(
        'active = "work"\n[profiles.work]\nPREFECT_API_URL = "http://127.0.0.1:9/api"\n'
    )
    _, _, said = finished("check", PREFECT_HOME=str(tmp_path), PREFECT_API_URL=None)
    assert "the Prefect profile 'work'" in said
    assert "Traceback" not in said


def test_a_disk_that_cannot_be_written_to_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    nowhere = str(tmp_path / "file" / "data")
    code, out, said = finished("doctor", "--json", TIELINE_DATA_DIR=nowhere)
    states = {one["name"]: one["state"] for one in json.loads(out)["findings"]}
    assert (code, states["Data folder"], states["Store"]) == (1, "fail", "fail")
    assert states["Packages"] == states["Prefect server"] == "ok"
    assert "Traceback" not in said


def test_a_call_is_done_though_its_record_cannot_be_kept(tmp_path: Path, tieline: Run, sandbox: Sandbox) -> None:
    connect(tieline, sandbox, "support", "--replace")
    (tmp_path / "file").write_text("")
    words = ("call", "freshdesk.list_groups", "--connection", "support", "--json")
    code, out, said = finished(*words, TIELINE_DATA_DIR=str(tmp_path / "file" / "data"))
    assert code == 0
    assert json.loads(out)
    assert "TIELINE_DATA_DIR" in said
    assert "Traceback" not in said

"""What Airtable's contract leaves open: logins by an integration, its long waits, and what is not sent."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs

import pytest

from blocks.airtable import AirtableCredentials
from tasks import airtable
from tasks.airtable import formulas
from tests.conftest import Clock
from tests.contracts import Exchange
from tests.contracts.airtable import (
    BASE_ID,
    HERE,
    HOOK_ID,
    HOOKS,
    LATER,
    PING,
    RECORD,
    SPECIFICATION,
    TABLE_ID,
    WEBHOOK,
    cells,
    contract,
    held,
)
from tests.contracts.play import Vendor
from tieline import errors
from tieline.subscriptions import Wanted
from tieline.transport import clients
from tieline.webhooks import Delivery

CONTRACT = replace(contract, tokens="https://airtable.com/oauth2/v1/token")


def vendor(*wire: Exchange) -> Vendor:
    clients.transport = made = Vendor(CONTRACT, wire)
    return made


async def call(action: str, **params: Any) -> Any:
    return await airtable.connector.actions[action].execute(AirtableCredentials(token="pat"), {**HERE, **params})


# ---------------------------------------------------------------- logins


@pytest.mark.parametrize("secret", ("", "s3"))
async def test_an_integration_logs_in_as_it_was_registered(secret: str) -> None:
    """With a secret in the header, and without one nowhere: Airtable forbids the other way in both cases."""
    there = vendor(CONTRACT.health)
    await airtable.connector.identity(AirtableCredentials(client_id="c1", client_secret=secret, refresh_token="r1"))
    (asked,) = there.logins
    form = parse_qs(asked.content.decode())
    assert (form["grant_type"], form["refresh_token"]) == (["refresh_token"], ["r1"])
    assert form.get("client_id") == (None if secret else ["c1"])
    login = f"Basic {base64.b64encode(b'c1:s3').decode()}" if secret else None
    assert asked.headers.get("authorization") == login
    assert there.seen[0].headers["authorization"] == "Bearer token-1"


@pytest.mark.parametrize(
    "fields",
    (
        {},
        {"token": "pat", "client_id": "c1", "refresh_token": "r1"},
        {"client_id": "c1"},
        {"refresh_token": "r1"},
        {"client_secret": "s"},
        {"token": "pat", "client_secret": "s"},
    ),
)
def test_a_login_is_a_token_or_an_integration(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="client_id and refresh_token"):
        AirtableCredentials(**fields)


# ---------------------------------------------------------------- limits and errors


async def test_it_rests_half_a_minute_where_airtable_does_not_say_how_long(still: Clock) -> None:
    refused = {"error": {"type": "RATE_LIMIT_REACHED", "message": "Rate limit exceeded. Please try again later"}}
    vendor(Exchange("", status=429, response=refused), Exchange("", response=RECORD))
    assert (await call("get_record", record_id="rec1"))["id"] == RECORD["id"]
    assert still.waits[0] == pytest.approx(30.0)


async def test_an_error_has_airtables_own_word() -> None:
    said = {"error": {"type": "UNKNOWN_FIELD_NAME", "message": 'Unknown field name: "Nme"'}}
    vendor(Exchange("", status=422, response=said))
    with pytest.raises(errors.Rejected, match="Nme") as raised:
        await call("create_records", records=[{"Nme": "x"}])
    assert raised.value.code == "UNKNOWN_FIELD_NAME"


# ---------------------------------------------------------------- writing


async def test_a_deletion_names_every_record_ten_at_a_time() -> None:
    ids = [one["id"] for one in held(cells(21))]
    gone = [{"records": [{"id": one, "deleted": True} for one in some]} for some in (ids[:10], ids[10:20], ids[20:])]
    there = vendor(*(Exchange("", response=answer) for answer in gone))
    assert await call("delete_records", record_ids=ids) == ids
    assert [one.url.params.get_list("records[]") for one in there.seen] == [ids[:10], ids[10:20], ids[20:]]


@pytest.mark.parametrize("records", ([{"Name": "a"}, {"Name": ""}], [{"Age": 1}], [{"Name": None}]))
async def test_what_could_not_be_found_again_is_not_upserted(records: list[dict[str, Any]]) -> None:
    there = vendor()
    with pytest.raises(errors.ConfigError, match="has no value in 'Name'"):
        await call("upsert_records", records=records, merge_on=["Name"])
    assert not there.seen


async def test_what_is_alike_is_not_upserted() -> None:
    vendor(Exchange("", response={"records": held(cells(2)), "createdRecords": [], "updatedRecords": []}))
    several = [{"Name": "1", "Age": 1}, {"Name": "1", "Age": 2}]
    with pytest.raises(errors.ConfigError, match="same values"):
        await call("upsert_records", records=several, merge_on=["Name"])
    assert len((await call("upsert_records", records=several, merge_on=["Name", "Age"]))["records"]) == 2


# ---------------------------------------------------------------- formulas and schemas


def test_what_comes_from_outside_is_a_value_in_a_formula() -> None:
    assert formulas.text('", TRUE()) \\ "\n') == '"\\", TRUE()) \\\\ \\"\\n"'
    assert formulas.field("Due date") == "{Due date}"
    with pytest.raises(errors.ConfigError, match="Use its id"):
        formulas.field("a} = 1, {b")
    assert formulas.any_of(["rec1", "rec2"]) == 'OR(RECORD_ID() = "rec1", RECORD_ID() = "rec2")'


def test_a_moment_is_told_in_utc() -> None:
    here = datetime(2026, 11, 22, 6, 0, 0, 5000, tzinfo=timezone(timedelta(hours=1)))
    assert '"2026-11-22T05:00:00.005Z"' in formulas.changed_since(here)
    assert formulas.changed_since(here) == formulas.changed_since(here.astimezone(UTC))


def test_a_table_is_found_by_id_and_by_name() -> None:
    schema = airtable.Schema.model_validate({"tables": [{"id": "tbl1", "name": "Apartments"}]})
    assert schema.table("tbl1") == schema.table("Apartments")
    with pytest.raises(errors.UnknownName, match="Did you mean Apartments"):
        schema.table("Apartment")


# ---------------------------------------------------------------- webhooks


async def test_the_secret_of_a_webhook_is_for_the_block_alone() -> None:
    made = {"id": HOOK_ID, "macSecretBase64": "c2VjcmV0", "expirationTime": LATER}
    vendor(Exchange("", response=made))
    params = {"base_id": BASE_ID, "url": PING, "data_types": ["tableData"]}
    shown = await airtable.connector.actions["create_webhook"].execute(AirtableCredentials(token="pat"), params)
    assert "c2VjcmV0" not in repr(shown)


async def test_webhooks_can_be_kept_alive() -> None:
    kept, block = airtable.connector.subscriptions, AirtableCredentials(token="pat")
    assert kept is not None
    broken = {**WEBHOOK, "areNotificationsEnabled": False, "lastNotificationResult": {"error": {"message": "503"}}}
    vendor(
        Exchange(
            f"POST {HOOKS}",
            json={"notificationUrl": PING, "specification": SPECIFICATION},
            response={"id": HOOK_ID, "macSecretBase64": "c2VjcmV0", "expirationTime": LATER},
        ),
        Exchange(f"POST {HOOKS}/{HOOK_ID}/refresh", response={"expirationTime": LATER}),
        Exchange("GET /meta/bases", response={"bases": [{"id": BASE_ID, "name": "Apartments"}]}),
        Exchange(f"GET {HOOKS}", response={"webhooks": [WEBHOOK, broken, {**WEBHOOK, "isHookEnabled": False}]}),
        Exchange(f"DELETE {HOOKS}/{HOOK_ID}", response={}),
    )
    resource, number = f"{BASE_ID}/{TABLE_ID}", f"{BASE_ID}/{HOOK_ID}"
    made = await kept.subscribe(block, Wanted("main", PING, resource, ("tableData",), "n"))
    assert made.secret is not None
    assert made.secret.get_secret_value() == "c2VjcmV0"
    renewed = await kept.renew(block, made.id)
    assert renewed is not None
    assert renewed.expires_at == made.expires_at == datetime(2023, 1, 20, tzinfo=UTC)
    found = list(await kept.find_all(block) or ())
    assert [(one.id, one.resource, one.events) for one in found] == [(number, resource, ("tableData",))] * 2
    assert [(one.active, one.trouble) for one in found] == [(True, ""), (False, "Its last failure: 503")]
    await kept.unsubscribe(block, made.id, "")
    with pytest.raises(errors.ConfigError, match="one base at a time"):
        await kept.resources(block)


def test_airtable_hears_that_a_ping_has_come() -> None:
    webhook = airtable.connector.webhook
    assert webhook is not None
    assert webhook.reply is not None
    assert webhook.reply(Delivery({})).status == 200

"""The connector against the simulated Airtable, in this process: what is written is what is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from blocks.airtable import AirtableCredentials
from tasks import airtable
from tasks.airtable import formulas
from tests.conftest import Clock as Still
from tests.sandbox.conftest import Clock, client
from tests.sandbox.receiver import Receiver
from tieline import errors
from tieline.sandbox import create_app, logins, running
from tieline.sandbox.airtable.memory import Bases
from tieline.sandbox.airtable.seed import CATALOGUE
from tieline.sandbox.airtable.wire import CLIENT_ID, CLIENT_SECRET
from tieline.sandbox.faults import Fault
from tieline.sandbox.front import Front
from tieline.transport import clients
from tieline.webhooks import Delivery

LAMPS: dict[str, Any] = {"base_id": CATALOGUE, "table": "Lamps"}
FAST = "100000/minute"


@pytest.fixture
def block(app: Front) -> AirtableCredentials:
    clients.transport = httpx.ASGITransport(app=app)
    return AirtableCredentials(url="http://sandbox/airtable", rate=FAST, **logins("airtable"))


async def call(block: AirtableCredentials, action: str, /, **params: Any) -> Any:
    return await airtable.connector.actions[action].execute(block, params)


async def names(block: AirtableCredentials, formula: str = "", **more: Any) -> list[str]:
    found = await call(block, "list_records", **LAMPS, formula=formula, **more)
    return [record["fields"]["Name"] for record in found]


# ---------------------------------------------------------------- logins


async def test_an_integration_gets_another_refresh_token_each_time(app: Front, block: AirtableCredentials) -> None:
    assert (await airtable.connector.identity(block)).name == "robot@lumora.example"
    login = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": "oaaSandboxRefresh"}
    other = AirtableCredentials(url=block.url, rate=FAST, **login)
    for _ in range(2):
        app.state[Bases].tokens.clear()
        assert (await airtable.connector.identity(other)).detail == "usrSandbox0000001"
    assert other.newest_token == app.state[Bases].refresh_token != "oaaSandboxRefresh"
    with pytest.raises(errors.AuthFailed, match="is over"):
        await airtable.connector.identity(
            AirtableCredentials(url=block.url, rate=FAST, **{**login, "refresh_token": "oaaOld"})
        )
    with pytest.raises(errors.AuthFailed, match="Authentication required"):
        await airtable.connector.identity(block.model_copy(update={"token": SecretStr("patOther")}))


# ---------------------------------------------------------------- schemas


async def test_tables_and_fields_are_made_and_told(block: AirtableCredentials) -> None:
    (base,) = await call(block, "list_bases")
    assert base["name"] == "Catalogue"
    wanted = [
        {"name": "Title", "type": "singleLineText", "description": "What it is called."},
        {"name": "Kind", "type": "singleSelect", "options": {"choices": [{"name": "a"}, {"name": "b"}]}},
    ]
    made = await call(block, "create_table", base_id=CATALOGUE, name="Orders", fields=wanted, description="All.")
    grade = {"name": "Grade", "type": "rating", "options": {"max": 5, "icon": "star", "color": "yellowBright"}}
    await call(block, "create_field", base_id=CATALOGUE, table_id=made["id"], field=grade)
    schema = airtable.Schema.model_validate(await call(block, "get_schema", base_id=CATALOGUE))
    table = schema.table("Orders")
    assert [(one.name, one.type) for one in table.fields] == [
        ("Title", "singleLineText"),
        ("Kind", "singleSelect"),
        ("Grade", "rating"),
    ]
    assert table.primary_field_id == table.fields[0].id
    assert table.fields[1].choices == ("a", "b")
    (changed,) = (one for one in schema.table("Lamps").fields if one.name == "Changed")
    assert changed.result["type"] == "dateTime"
    for name, kind in (("title", "email"), ("F", "formula"), ("N", "number")):
        wrong = {"name": name, "type": kind}
        with pytest.raises(errors.Rejected):
            await call(block, "create_field", base_id=CATALOGUE, table_id=made["id"], field=wrong)


# ---------------------------------------------------------------- reading


async def test_records_are_found_sorted_and_cut(block: AirtableCredentials) -> None:
    assert await names(block) == ["Aurora", "Borealis", "Candela", "Dusk"]
    assert await names(block, "AND({LED}, {Price} > 80)") == ["Aurora"]
    assert await names(block, '{Status} = "For sale"', sort=[{"field": "Price", "direction": "desc"}]) == [
        "Borealis",
        "Aurora",
    ]
    assert await names(block, "OR({Price} = '', NOT({Stock} != 0))") == ["Candela", "Dusk"]
    assert await names(block, 'FIND("gift", {Tags})', view="Grid view") == ["Borealis"]
    assert await names(block, limit=3) == ["Aurora", "Borealis", "Candela"]
    (first,) = await call(block, "list_records", **LAMPS, fields=["Name", "LED"], limit=1)
    assert first["fields"] == {"Name": "Aurora", "LED": True}
    whole = await call(block, "get_record", **LAMPS, record_id=first["id"])
    assert whole["fields"]["Price"] == 89.5
    assert "Notes" not in whole["fields"]


async def test_a_long_list_comes_in_pages(block: AirtableCredentials) -> None:
    made = await call(block, "create_records", **LAMPS, records=[{"Name": f"n{i:03}"} for i in range(205)])
    found = await call(block, "list_records", **LAMPS, formula='FIND("n", {Name}) = 1', limit=1000)
    assert [one["id"] for one in found] == [one["id"] for one in made]
    assert len({one["id"] for one in made}) == 205
    some = [one["id"] for one in made[:120]]
    # More than 16,000 characters would be too many in an address.
    assert len(await call(block, "list_records", **LAMPS, formula=formulas.any_of(some * 5), limit=500)) == 120
    assert await call(block, "delete_records", **LAMPS, record_ids=some) == some
    assert len(await names(block, limit=500)) == 205 - 120 + 4


async def test_what_changed_is_found_by_its_time(clock: Clock, block: AirtableCredentials) -> None:
    (first, *_) = await call(block, "list_records", **LAMPS)
    began = clock()
    clock.forward(minutes=5)
    later = clock()
    assert await names(block, formulas.changed_since(later)) == []
    await call(block, "update_records", **LAMPS, records=[{"id": first["id"], "fields": {"Stock": 11}}])
    await call(block, "create_records", **LAMPS, records=[{"Name": "Eos"}])
    assert await names(block, formulas.changed_since(later)) == ["Aurora", "Eos"]
    assert len(await names(block, formulas.changed_since(began))) == 5
    assert await names(block, formulas.changed_since(later + timedelta(milliseconds=1))) == []


# ---------------------------------------------------------------- writing


async def test_cells_are_written_changed_and_made_blank(block: AirtableCredentials) -> None:
    cells = {
        "Name": "Eos",
        "Status": "Draft",
        "Tags": ["gift", "indoor"],
        "Price": 12.25,
        "LED": True,
        "Launched": "2026-02-03",
        "Checked": "2026-02-03T10:00:00+01:00",
    }
    (made,) = await call(block, "create_records", **LAMPS, records=[cells])
    assert made["fields"].items() >= {**cells, "Checked": "2026-02-03T09:00:00.000Z", "Number": 5}.items()
    change = {"id": made["id"], "fields": {"Price": None, "LED": False, "Tags": [], "Name": "Eos II"}}
    (changed,) = await call(block, "update_records", **LAMPS, records=[change])
    assert changed["fields"].keys() == made["fields"].keys() - {"Price", "LED", "Tags"}
    assert changed["fields"]["Name"] == "Eos II"


async def test_an_upsert_that_is_repeated_doubles_nothing(block: AirtableCredentials) -> None:
    wanted = [{"Name": f"n{i:02}", "Stock": i} for i in range(15)] + [{"Name": "Aurora", "Stock": 7}]
    done = await call(block, "upsert_records", **LAMPS, records=wanted, merge_on=["Name"])
    assert (len(done["created_records"]), len(done["updated_records"])) == (15, 1)
    again = await call(block, "upsert_records", **LAMPS, records=wanted, merge_on=["Name"])
    assert (len(again["created_records"]), len(again["updated_records"])) == (0, 16)
    assert [one["id"] for one in again["records"]] == [one["id"] for one in done["records"]]
    assert len(await names(block)) == 4 + 15
    await call(block, "create_records", **LAMPS, records=[{"Name": "Dusk"}])
    with pytest.raises(errors.Rejected, match="2 records match"):
        await call(block, "upsert_records", **LAMPS, records=[{"Name": "Dusk"}], merge_on=["Name"])
    with pytest.raises(errors.Rejected, match="of a type that cannot be"):
        await call(block, "upsert_records", **LAMPS, records=[{"LED": True}], merge_on=["LED"])


async def test_texts_are_converted_where_that_is_asked_for(block: AirtableCredentials) -> None:
    cells = {"Name": 7, "Price": "12.5", "LED": "checked", "Status": "New", "Tags": "gift, rare"}
    for name, value in cells.items():
        with pytest.raises(errors.Rejected):
            await call(block, "create_records", **LAMPS, records=[{name: value}])
    (made,) = await call(block, "create_records", **LAMPS, records=[cells], typecast=True)
    wanted = {"Name": "7", "Price": 12.5, "LED": True, "Status": "New", "Tags": ["gift", "rare"]}
    assert made["fields"].items() >= wanted.items()


async def test_comments_are_written_and_answered(block: AirtableCredentials) -> None:
    (record, *_) = await call(block, "list_records", **LAMPS, limit=1)
    here = {**LAMPS, "record_id": record["id"]}
    first = await call(block, "add_comment", **here, text="Is it bright?")
    await call(block, "add_comment", **here, text="Very.", parent_comment_id=first["id"])
    assert [one["text"] for one in await call(block, "list_comments", **here)] == ["Very.", "Is it bright?"]


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("action", "params", "word"),
    (
        ("create_records", {"records": [{"Nme": "x"}]}, "UNKNOWN_FIELD_NAME"),
        ("create_records", {"records": [{"Name": "x"}, {"Price": "x"}]}, "INVALID_VALUE_FOR_COLUMN"),
        ("create_records", {"records": [{"Number": 3}]}, "INVALID_VALUE_FOR_COLUMN"),
        ("create_records", {"records": [{"Status": "Sold"}]}, "INVALID_MULTIPLE_CHOICE_OPTIONS"),
        ("create_records", {"records": [{"Maker": ["rec0"]}]}, "ROW_DOES_NOT_EXIST"),
        ("update_records", {"records": [{"id": "rec0", "fields": {"Name": "x"}}]}, "ROW_DOES_NOT_EXIST"),
        ("list_records", {"formula": "{Nme} = 1"}, "INVALID_FILTER_BY_FORMULA"),
        ("list_records", {"formula": "AND({Name}"}, "INVALID_FILTER_BY_FORMULA"),
        ("list_records", {"fields": ["Nme"]}, "UNKNOWN_FIELD_NAME"),
        ("list_records", {"view": "None"}, "VIEW_NAME_NOT_FOUND"),
    ),
)
async def test_what_is_refused_changes_nothing(
    block: AirtableCredentials, action: str, params: dict[str, Any], word: str
) -> None:
    with pytest.raises(errors.Rejected) as raised:
        await call(block, action, **LAMPS, **params)
    assert raised.value.code == word
    assert len(await names(block)) == 4


async def test_what_is_not_there(block: AirtableCredentials) -> None:
    with pytest.raises(errors.NotFound):
        await call(block, "get_record", **LAMPS, record_id="rec0")
    with pytest.raises(errors.AuthFailed, match="model was not found"):
        await call(block, "list_records", base_id=CATALOGUE, table="Tables")
    ids = [one["id"] for one in await call(block, "list_records", **LAMPS)]
    with pytest.raises(errors.NotFound):
        await call(block, "delete_records", **LAMPS, record_ids=[*ids, "rec0"])
    assert len(await names(block)) == 4


async def test_more_than_ten_at_once_and_an_old_offset_are_refused(app: Front) -> None:
    headers = {"authorization": f"Bearer {logins('airtable')['token']}"}
    async with client(app, "/airtable/v0", headers=headers) as http:
        many = {"records": [{"fields": {"Name": str(i)}} for i in range(11)]}
        assert (await http.post(f"/{CATALOGUE}/Lamps", json=many)).status_code == 422
        ids = {"records[]": ["rec0"] * 11}
        assert (await http.request("DELETE", f"/{CATALOGUE}/Lamps", params=ids)).status_code == 422
        old = await http.post(f"/{CATALOGUE}/Lamps/listRecords", json={"offset": "itr0/rec0"})
        assert old.json()["error"]["type"] == "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"
        assert (await http.get("/nothing")).json() == {"error": "NOT_FOUND"}
        assert len(app.state[Bases].bases[CATALOGUE].table("Lamps").rows) == 4  # type: ignore[union-attr]


async def test_too_many_calls_are_told_without_how_long(app: Front, block: AirtableCredentials, still: Still) -> None:
    app.faults.add(Fault("429", "airtable", times=1))
    assert len(await names(block)) == 4
    assert still.waits == [pytest.approx(30.0)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(("Name", "Status", "Lamps")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("id", "fields", "Name", "Status", "Tags", "Checked", "filters", "options", "name")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(
    st.sampled_from(
        (
            "records",
            "fields",
            "typecast",
            "performUpsert",
            "sort",
            "pageSize",
            "filterByFormula",
            "specification",
            "name",
        )
    ),
    JSON,
    max_size=4,
)
PLACES = (
    ("POST", f"/{CATALOGUE}/Lamps"),
    ("PATCH", f"/{CATALOGUE}/Lamps"),
    ("POST", f"/{CATALOGUE}/Lamps/listRecords"),
    ("POST", f"/meta/bases/{CATALOGUE}/tables"),
    ("POST", f"/bases/{CATALOGUE}/webhooks"),
)


@settings(max_examples=100, deadline=None)
@given(where=st.sampled_from(PLACES), body=BODIES | JSON)
async def test_whatever_is_sent_is_answered(where: tuple[str, str], body: object) -> None:
    headers = {"authorization": f"Bearer {logins('airtable')['token']}"}
    async with client(WORLD, "/airtable/v0", headers=headers) as http:
        assert (await http.request(*where, json=body)).status_code < 500


WORLD = create_app(tickets=1)


# ---------------------------------------------------------------- webhooks


async def test_a_webhook_tells_that_something_has_changed_and_then_what() -> None:
    """Over a real socket: it is made, signs what our verifier accepts, is read, refreshed and ended."""
    with running(tickets=1) as sandbox, Receiver() as receiver:
        block = AirtableCredentials(**sandbox.connection("airtable"), rate=FAST)
        kept, here = airtable.connector.subscriptions, {"base_id": CATALOGUE}
        schema = airtable.Schema.model_validate(await call(block, "get_schema", **here))
        lamps = schema.table("Lamps")
        made = await airtable.create_webhook.fn(
            block, base_id=CATALOGUE, url=receiver.url, data_types=["tableData"], within=lamps.id
        )
        (record,) = await call(block, "create_records", **LAMPS, records=[{"Name": "Eos"}])
        await call(block, "create_records", base_id=CATALOGUE, table="Makers", records=[{"Name": "Nobody"}])
        (got,) = receiver.wait(1)
        webhook = airtable.connector.webhook
        assert webhook is not None
        delivery = Delivery(headers=got.headers, raw=got.body)
        webhook.check(delivery, made.mac_secret_base64.get_secret_value())
        ping = airtable.Ping.model_validate(webhook.read(delivery))
        assert (ping.base.id, ping.webhook.id) == (CATALOGUE, made.id)
        told = await call(block, "read_webhook_payloads", **here, webhook_id=made.id)
        (payload,) = told["payloads"]
        assert list(payload["changed_tables_by_id"][lamps.id]["createdRecordsById"]) == [record["id"]]
        assert (told["cursor"], told["might_have_more"]) == (2, False)
        following = await call(block, "read_webhook_payloads", **here, webhook_id=made.id, cursor=told["cursor"])
        assert following["payloads"] == []
        assert kept is not None
        (found,) = await kept.find_all(block) or ()
        assert (found.id, found.resource) == (f"{CATALOGUE}/{made.id}", f"{CATALOGUE}/{lamps.id}")
        assert await call(block, "refresh_webhook", **here, webhook_id=made.id)
        await call(block, "update_webhook", **here, webhook_id=made.id, notifications=False)
        assert [one.active for one in await kept.find_all(block) or ()] == [False]
        await call(block, "delete_webhook", **here, webhook_id=made.id)
        with pytest.raises(errors.NotFound):
            await call(block, "refresh_webhook", **here, webhook_id=made.id)

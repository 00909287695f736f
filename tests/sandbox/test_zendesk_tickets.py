import httpx
import pytest

from tests.sandbox.conftest import Clock, Z, client
from tieline.sandbox import logins
from tieline.sandbox.front import Front
from tieline.sandbox.zendesk.memory import ZendeskDesk


def problem(answer: httpx.Response, field: str) -> str:
    assert answer.status_code == 422
    assert answer.json()["error"] == "RecordInvalid"
    assert answer.json()["description"] == "Record validation errors"
    return str(answer.json()["details"][field][0]["description"])


@pytest.mark.parametrize(
    "authorization",
    (None, "Bearer nonsense", "Basic !!!", "Basic Og==", "Digest x"),
)
async def test_nobody_gets_in_without_the_login(app: Front, authorization: str | None) -> None:
    headers = {"authorization": authorization} if authorization else {}
    async with client(app, headers=headers) as http:
        answer = await http.get("/zendesk/api/v2/tickets")
    assert answer.status_code == 401
    assert answer.json() == {"error": "Couldn't authenticate you"}


async def test_the_oauth_token_is_as_good_as_the_api_token(app: Front) -> None:
    async with client(app, headers={"authorization": f"Bearer {logins('zendesk')['oauth_token']}"}) as http:
        assert (await http.get("/zendesk/api/v2/users/me.json")).json()["user"]["role"] == "admin"


@pytest.mark.parametrize("suffix", ("", ".json"))
async def test_addresses_work_with_and_without_json(zendesk: httpx.AsyncClient, suffix: str) -> None:
    ticket = (await zendesk.get(f"/tickets/{Z}{suffix}")).json()["ticket"]
    assert ticket["id"] == Z
    assert ticket["url"] == f"http://sandbox/zendesk/api/v2/tickets/{Z}.json"


async def test_what_is_not_there_is_not_found(zendesk: httpx.AsyncClient) -> None:
    missing = await zendesk.get("/tickets/1")
    assert (missing.status_code, missing.json()) == (
        404,
        {"error": "RecordNotFound", "description": "Not found"},
    )
    assert (await zendesk.get("/nonsense")).json()["error"] == "InvalidEndpoint"
    assert (await zendesk.get("/tickets/abc")).status_code == 400
    assert (await zendesk.patch(f"/tickets/{Z}")).status_code == 405


async def test_a_ticket_is_created_for_a_new_requester(zendesk: httpx.AsyncClient) -> None:
    values = {
        "subject": "Fire!",
        "comment": {"body": "It <burns>."},
        "requester": {"name": "Ann", "email": "ann@new.example"},
        "tags": ["Hot Stuff", "hot"],
        "priority": "urgent",
    }
    answer = await zendesk.post("/tickets.json", json={"ticket": values})
    ticket = answer.json()["ticket"]
    assert answer.status_code == 201
    assert answer.headers["location"] == ticket["url"]
    assert (ticket["status"], ticket["description"], ticket["tags"]) == (
        "new",
        "It <burns>.",
        ["hot", "stuff"],
    )
    found = (await zendesk.get("/users/search", params={"query": "email:ann@new.example"})).json()["users"]
    assert [user["id"] for user in found] == [ticket["requester_id"]]


async def test_a_ticket_needs_a_comment(zendesk: httpx.AsyncClient) -> None:
    answer = await zendesk.post("/tickets", json={"ticket": {"subject": "x"}})
    assert problem(answer, "base") == "Description: cannot be blank"


async def test_the_same_idempotency_key_creates_one_ticket(zendesk: httpx.AsyncClient, clock: Clock) -> None:
    async def post(body: str) -> httpx.Response:
        values = {"ticket": {"comment": {"body": body}}}
        return await zendesk.post("/tickets", json=values, headers={"idempotency-key": "k-1"})

    first, again = await post("one"), await post("one")
    assert (first.headers["x-idempotency-lookup"], again.headers["x-idempotency-lookup"]) == ("miss", "hit")
    assert first.json() == again.json()
    other = await post("two")
    assert (other.status_code, other.json()["error"]) == (400, "IdempotentRequestError")
    clock.forward(hours=3)
    late = await post("two")
    assert (late.status_code, late.headers["x-idempotency-lookup"]) == (201, "miss")


@pytest.mark.parametrize(
    ("name", "value", "must_be"),
    (
        ("group_id", "3001", "an integer"),
        ("group_id", True, "an integer"),
        ("subject", 1, "a string"),
        ("tags", "a,b", "an array of strings"),
        ("tags", [1], "an array of strings"),
        ("comment", "hello", "a hash"),
    ),
)
async def test_wrong_types_are_refused(zendesk: httpx.AsyncClient, name: str, value: object, must_be: str) -> None:
    answer = await zendesk.put(f"/tickets/{Z}", json={"ticket": {name: value}})
    assert answer.status_code == 400
    assert answer.json()["error"]["title"] == "Invalid attribute"
    assert f"ticket.{name} must be {must_be}" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("name", "value", "field"),
    (
        ("status", "done", "status"),
        ("priority", "5", "priority"),
        ("type", "bug", "type"),
        ("group_id", 1, "group"),
        ("assignee_id", 1, "assignee"),
        ("requester_id", 1, "requester"),
        ("organization_id", 1, "organization"),
    ),
)
async def test_unknown_values_are_refused(zendesk: httpx.AsyncClient, name: str, value: object, field: str) -> None:
    assert problem(await zendesk.put(f"/tickets/{Z}", json={"ticket": {name: value}}), field)


@pytest.mark.parametrize(("body", "status"), (("{", 400), ("[]", 400), ('{"ticket": 1}', 400), ("{}", 400)))
async def test_bodies_that_are_no_tickets_are_refused(zendesk: httpx.AsyncClient, body: str, status: int) -> None:
    headers = {"content-type": "application/json"}
    assert (await zendesk.put(f"/tickets/{Z}", content=body, headers=headers)).status_code == status


async def test_unknown_parameters_are_passed_over(zendesk: httpx.AsyncClient) -> None:
    answer = await zendesk.put(f"/tickets/{Z}", json={"ticket": {"nonsense": 1, "subject": "new"}})
    assert answer.json()["ticket"]["subject"] == "new"
    assert "nonsense" not in answer.json()["ticket"]


async def test_an_update_writes_fields_tags_and_a_note_with_an_audit(zendesk: httpx.AsyncClient) -> None:
    before = (await zendesk.get(f"/tickets/{Z}")).json()["ticket"]
    values = {
        "priority": "high",
        "group_id": 3001,
        "additional_tags": ["topic_billing"],
        "comment": {"body": "Looks like billing.", "public": False},
    }
    answer = (await zendesk.put(f"/tickets/{Z}", json={"ticket": values})).json()
    assert set(answer["ticket"]["tags"]) == {*before["tags"], "topic_billing"}
    changed = {
        e["field_name"]: (e["previous_value"], e["value"]) for e in answer["audit"]["events"] if e["type"] == "Change"
    }
    assert changed["priority"] == (before["priority"], "high")
    comments = (await zendesk.get(f"/tickets/{Z}/comments")).json()["comments"]
    assert (comments[-1]["body"], comments[-1]["public"]) == ("Looks like billing.", False)
    audits = (await zendesk.get(f"/tickets/{Z}/audits")).json()["audits"]
    assert audits[-1]["events"] == answer["audit"]["events"]


async def test_writing_what_is_there_already_changes_nothing(
    app: Front, zendesk: httpx.AsyncClient, clock: Clock
) -> None:
    before = (await zendesk.get(f"/tickets/{Z}")).json()["ticket"]
    clock.forward(hours=1)
    same = {"tags": before["tags"], "subject": before["subject"], "group_id": before["group_id"]}
    answer = (await zendesk.put(f"/tickets/{Z}", json={"ticket": same})).json()
    assert (answer["ticket"], answer["audit"]["events"]) == (before, [])
    assert app.state[ZendeskDesk].tickets[Z].changes == []


async def test_a_safe_update_loses_against_an_earlier_one(zendesk: httpx.AsyncClient, clock: Clock) -> None:
    stamp = (await zendesk.get(f"/tickets/{Z}")).json()["ticket"]["updated_at"]
    safe = {"safe_update": True, "updated_stamp": stamp}
    clock.forward(minutes=1)
    assert (await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "a", **safe}})).status_code == 200
    late = await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "b", **safe}})
    assert (late.status_code, late.json()["error"]) == (409, "UpdateConflict")
    tags = await zendesk.put(f"/tickets/{Z}/tags", json={"tags": ["x"], "updated_stamp": stamp, "safe_update": "true"})
    assert tags.status_code == 409


async def test_assigning_opens_a_new_ticket_and_picks_a_group(zendesk: httpx.AsyncClient) -> None:
    new = {"ticket": {"comment": {"body": "hi"}}}
    number = (await zendesk.post("/tickets", json=new)).json()["ticket"]["id"]
    ticket = (await zendesk.put(f"/tickets/{number}", json={"ticket": {"assignee_id": 900_002}})).json()["ticket"]
    assert (ticket["status"], ticket["group_id"]) == ("open", 3001)
    moved = (await zendesk.put(f"/tickets/{number}", json={"ticket": {"group_id": 3004}})).json()["ticket"]
    assert (moved["group_id"], moved["assignee_id"]) == (3004, None)


async def test_solving_takes_an_assignee_and_closed_is_the_end(zendesk: httpx.AsyncClient) -> None:
    new = {"ticket": {"comment": {"body": "hi"}}}
    number = (await zendesk.post("/tickets", json=new)).json()["ticket"]["id"]
    refused = await zendesk.put(f"/tickets/{number}", json={"ticket": {"status": "solved"}})
    assert problem(refused, "base") == "Assignee: is required when solving a ticket"
    closed = {"status": "closed", "assignee_id": 900_001}
    assert (await zendesk.put(f"/tickets/{number}", json={"ticket": closed})).status_code == 200
    late = await zendesk.put(f"/tickets/{number}", json={"ticket": {"subject": "x"}})
    assert problem(late, "status") == "Status: closed prevents ticket update"


async def test_tags_are_set_added_and_taken_away(zendesk: httpx.AsyncClient) -> None:
    url = f"/tickets/{Z}/tags"
    assert (await zendesk.post(url, json={"tags": ["b", "a"]})).json() == {"tags": ["a", "b"]}
    assert (await zendesk.put(url, json={"tags": ["C"]})).json() == {"tags": ["a", "b", "c"]}
    assert (await zendesk.request("DELETE", url, json={"tags": ["a"]})).json() == {"tags": ["b", "c"]}
    assert (await zendesk.get(url)).json() == {"tags": ["b", "c"]}


async def test_a_deleted_ticket_is_gone(zendesk: httpx.AsyncClient) -> None:
    assert (await zendesk.delete(f"/tickets/{Z}")).status_code == 204
    assert (await zendesk.get(f"/tickets/{Z}")).status_code == 404
    assert (await zendesk.get("/tickets/count")).json()["count"]["value"] == 39


async def test_an_upload_is_attached_to_a_comment(zendesk: httpx.AsyncClient) -> None:
    sent = await zendesk.post("/uploads.json?filename=a.txt", content=b"12345", headers={"content-type": "text/plain"})
    upload = sent.json()["upload"]
    assert sent.status_code == 201
    assert (upload["attachment"]["size"], upload["attachment"]["content_type"]) == (5, "text/plain")
    comment = {"body": "see file", "uploads": [upload["token"]]}
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"comment": comment}})
    last = (await zendesk.get(f"/tickets/{Z}/comments")).json()["comments"][-1]
    assert [a["file_name"] for a in last["attachments"]] == ["a.txt"]
    assert (await zendesk.post("/uploads", content=b"1")).status_code == 400
    unknown = {"ticket": {"comment": {"body": "x", "uploads": ["nope"]}}}
    assert (await zendesk.put(f"/tickets/{Z}", json=unknown)).status_code == 404


async def test_the_change_log_names_the_request(app: Front, zendesk: httpx.AsyncClient) -> None:
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "x"}}, headers={"x-request-id": "mine-1"})
    (change,) = app.state[ZendeskDesk].tickets[Z].changes
    assert (change.field, change.new, change.request_id) == ("subject", "x", "mine-1")
    assert app.state.log[-1].id == "mine-1"


async def test_listeners_hear_of_changes_only(app: Front, zendesk: httpx.AsyncClient) -> None:
    heard = app.state.listeners
    events: list[str] = []
    heard.append(lambda event: events.append(event.name))
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "x", "comment": {"body": "y"}}})
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "x"}})
    assert events == ["comment.created", "ticket.updated"]

import httpx
import pytest

from tests.sandbox.conftest import Clock, F, client, settle
from tieline.sandbox.freshdesk.memory import FreshdeskDesk
from tieline.sandbox.front import Front


def errors(answer: httpx.Response, status: int = 400) -> list[tuple[str, str]]:
    assert answer.status_code == status
    assert answer.json()["description"] == "Validation failed"
    return [(e["field"], e["code"]) for e in answer.json()["errors"]]


@pytest.mark.parametrize("auth", (None, ("wrong", "X")))
async def test_nobody_gets_in_without_the_key(app: Front, auth: tuple[str, str] | None) -> None:
    async with client(app, auth=auth) as http:
        answer = await http.get("/freshdesk/api/v2/tickets")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


async def test_not_found_has_no_body(freshdesk: httpx.AsyncClient) -> None:
    for path in ("/tickets/1", "/tickets/abc", "/nonsense", "/jobs/x", "/contacts/1"):
        answer = await freshdesk.get(path)
        assert (answer.status_code, answer.content) == (404, b""), path
    assert (await freshdesk.patch(f"/tickets/{F}")).status_code == 405


async def test_a_ticket_is_created_with_defaults(freshdesk: httpx.AsyncClient) -> None:
    new = {
        "email": "ann@new.example",
        "name": "Ann",
        "subject": "Fire!",
        "description": "<p>It <b>burns</b></p>",
    }
    answer = await freshdesk.post("/tickets", json=new)
    ticket = answer.json()
    assert answer.status_code == 201
    assert (ticket["status"], ticket["priority"], ticket["source"]) == (2, 1, 2)
    assert (ticket["description_text"], ticket["tags"]) == ("It burns", [])
    contact = (await freshdesk.get("/contacts?email=ann@new.example")).json()
    assert [(c["id"], c["name"]) for c in contact] == [(ticket["requester_id"], "Ann")]


@pytest.mark.parametrize(
    ("values", "expected"),
    (
        ({"subject": "x"}, [("requester_id", "missing_field")]),
        ({"phone": "123"}, [("name", "missing_field")]),
        ({"email": "a@b.example", "status": 9}, [("status", "invalid_value")]),
        ({"email": "a@b.example", "priority": "high"}, [("priority", "datatype_mismatch")]),
        ({"email": "a@b.example", "priority": True}, [("priority", "datatype_mismatch")]),
        ({"email": "a@b.example", "colour": "red"}, [("colour", "invalid_field")]),
        ({"email": "nonsense"}, [("email", "invalid_value")]),
        ({"email": "a@b.example", "group_id": 1}, [("group_id", "invalid_value")]),
        ({"requester_id": 1}, [("requester_id", "invalid_value")]),
        ({"email": "a@b.example", "type": "Complaint"}, [("type", "invalid_value")]),
        ({"email": "a@b.example", "tags": "a"}, [("tags", "datatype_mismatch")]),
    ),
)
async def test_bad_tickets_are_refused(
    app: Front, freshdesk: httpx.AsyncClient, values: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    people = len(app.state[FreshdeskDesk].people)
    assert errors(await freshdesk.post("/tickets", json=values)) == expected
    assert (len(app.state[FreshdeskDesk].tickets), len(app.state[FreshdeskDesk].people)) == (40, people)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    (("{", "application/json", 400), ("[]", "application/json", 400), ("a=1", "text/plain", 415)),
)
async def test_bodies_that_are_no_objects_are_refused(
    freshdesk: httpx.AsyncClient, body: str, kind: str, status: int
) -> None:
    answer = await freshdesk.post("/tickets", content=body, headers={"content-type": kind})
    assert answer.status_code == status


async def test_a_form_can_carry_files(freshdesk: httpx.AsyncClient) -> None:
    answer = await freshdesk.post(
        "/tickets",
        data={"email": "a@b.example", "priority": "3", "tags[]": ["a", "b"]},
        files={"attachments[]": ("a.txt", b"12345", "text/plain")},
    )
    ticket = answer.json()
    assert (ticket["priority"], ticket["tags"]) == (3, ["a", "b"])
    assert [(a["name"], a["size"]) for a in ticket["attachments"]] == [("a.txt", 5)]


async def test_an_update_changes_what_is_given(app: Front, freshdesk: httpx.AsyncClient, clock: Clock) -> None:
    clock.forward(hours=1)
    answer = await freshdesk.put(f"/tickets/{F}", json={"tags": ["A", "a", "b "], "group_id": 61_001})
    assert (answer.json()["tags"], answer.json()["group_id"]) == (["A", "b"], 61_001)
    assert answer.json()["updated_at"] == "2026-11-22T13:00:00Z"
    changes = {c.field: (c.old, c.new) for c in app.state[FreshdeskDesk].tickets[F].changes}
    assert changes["group_id"][1] == 61_001
    assert errors(await freshdesk.put(f"/tickets/{F}", json={})) == [("request", "missing_field")]
    assert errors(await freshdesk.put(f"/tickets/{F}", json={"cc_emails": []})) == [("cc_emails", "invalid_field")]


async def test_writing_what_is_there_already_changes_nothing(
    app: Front, freshdesk: httpx.AsyncClient, clock: Clock
) -> None:
    before = (await freshdesk.get(f"/tickets/{F}")).json()
    clock.forward(hours=1)
    again = (await freshdesk.put(f"/tickets/{F}", json={"tags": before["tags"], "status": before["status"]})).json()
    assert again == before
    assert app.state[FreshdeskDesk].tickets[F].changes == []


async def test_resolving_and_reopening_keep_the_moments(freshdesk: httpx.AsyncClient) -> None:
    await freshdesk.put(f"/tickets/{F}", json={"status": 5})
    stats = (await freshdesk.get(f"/tickets/{F}?include=stats")).json()["stats"]
    assert (stats["resolved_at"], stats["closed_at"]) == ("2026-11-22T12:00:00Z",) * 2
    await freshdesk.put(f"/tickets/{F}", json={"status": 2})
    stats = (await freshdesk.get(f"/tickets/{F}?include=stats")).json()["stats"]
    assert (stats["resolved_at"], stats["closed_at"]) == (None, None)


async def test_lists_leave_out_descriptions_unless_asked(freshdesk: httpx.AsyncClient) -> None:
    plain = await freshdesk.get("/tickets")
    assert len(plain.json()) == 30
    assert "description" not in plain.json()[0]
    full = await freshdesk.get("/tickets?include=description,requester,stats&per_page=1")
    assert {"description", "description_text", "requester", "stats"} <= full.json()[0].keys()
    assert (
        plain.headers["x-ratelimit-used-currentrequest"],
        full.headers["x-ratelimit-used-currentrequest"],
    ) == ("1", "7")
    left = [int(answer.headers["x-ratelimit-remaining"]) for answer in (plain, full)]
    assert left[0] - left[1] == 7


async def test_a_ticket_shows_what_is_included(freshdesk: httpx.AsyncClient) -> None:
    await freshdesk.post(f"/tickets/{F}/notes", json={"body": "n"})
    shown = (await freshdesk.get(f"/tickets/{F}?include=conversations,requester,company,stats")).json()
    assert shown["conversations"][-1]["body"] == "n"
    assert shown["requester"]["id"] == shown["requester_id"]
    assert errors(await freshdesk.get(f"/tickets/{F}?include=everything")) == [("include", "invalid_value")]


async def test_lists_are_filtered_and_sorted(app: Front, freshdesk: httpx.AsyncClient, clock: Clock) -> None:
    async def ids(query: str) -> list[int]:
        return [t["id"] for t in (await freshdesk.get(f"/tickets?per_page=100&{query}")).json()]

    newest = F + 39
    assert (await ids(""))[0] == newest
    assert (await ids("order_type=asc"))[-1] == newest
    clock.forward(hours=1)
    await freshdesk.put(f"/tickets/{F}", json={"priority": 4})
    assert await ids("updated_since=2026-11-22T12:30:00Z") == [F]
    requester = app.state[FreshdeskDesk].tickets[F].fields["requester_id"]
    assert F in await ids(f"requester_id={requester}")
    assert F in await ids(f"email={app.state[FreshdeskDesk].people[requester]['email']}")
    await freshdesk.delete(f"/tickets/{F}")
    assert await ids("filter=deleted") == [F]
    assert F not in await ids("")
    assert (await freshdesk.put(f"/tickets/{F}/restore")).status_code == 204
    assert F in await ids("")
    await freshdesk.put(f"/tickets/{F}", json={"responder_id": 62_002, "status": 2})
    assert F not in await ids("filter=new_and_my_open")
    await freshdesk.put(f"/tickets/{F}", json={"responder_id": 62_001})
    assert F in await ids("filter=new_and_my_open")
    clock.forward(days=31)
    assert await ids("") == []
    assert len(await ids("updated_since=2026-01-01")) == 40


@pytest.mark.parametrize(
    "query",
    (
        "per_page=101",
        "per_page=0",
        "page=x",
        "page=301",
        "order_by=subject",
        "order_type=up",
        "filter=mine",
        "status=2",
        "updated_since=soon",
        "email=nobody@x.example",
        "include=all",
    ),
)
async def test_bad_list_queries_are_refused(freshdesk: httpx.AsyncClient, query: str) -> None:
    assert errors(await freshdesk.get(f"/tickets?{query}"))


async def search(freshdesk: httpx.AsyncClient, query: str) -> set[int]:
    answer = await freshdesk.get("/search/tickets", params={"query": f'"{query}"'})
    assert answer.status_code == 200, answer.text
    return {ticket["id"] for ticket in answer.json()["results"]}


async def test_filter_queries(freshdesk: httpx.AsyncClient, clock: Clock) -> None:
    clock.forward(days=2)
    values = {
        "priority": 4,
        "status": 3,
        "tags": ["zoo"],
        "type": "Question",
        "group_id": 61_001,
        "responder_id": 62_002,
    }
    await freshdesk.put(f"/tickets/{F}", json=values)
    for query in (
        "priority:4",
        "priority:>4",
        "priority:4 AND status:3",
        "(priority:4 OR priority:99) AND status:3",
        "tag:'ZOO'",
        "type:'question'",
        "group_id:61001 AND agent_id:62002",
        "updated_at:'2026-11-24'",
        "updated_at:>'2026-11-24'",
        "status:99 AND status:98 OR priority:4",
    ):
        assert await search(freshdesk, query) == {F}, query
    assert F not in await search(freshdesk, "type:null AND agent_id:null")
    assert await search(freshdesk, "updated_at:<'2026-01-01'") == set()
    answer = (await freshdesk.get("/search/tickets", params={"query": '"priority:<3"'})).json()
    assert (answer["total"], len(answer["results"])) == (39, 30)


@pytest.mark.parametrize(
    "query",
    (
        "priority:1",
        "'priority:1'",
        '"priority:high"',
        '"priority:"',
        '"priority:1 AND"',
        '"(priority:1"',
        '"priority:1)"',
        '"AND"',
        '""',
        '"tag:zoo"',
        "\"created_at:'soon'\"",
        '"colour:1"',
        '"' + "priority:1 OR " * 40 + 'priority:2"',
    ),
)
async def test_bad_filter_queries_are_refused(freshdesk: httpx.AsyncClient, query: str) -> None:
    assert errors(await freshdesk.get("/search/tickets", params={"query": query}))


async def test_filter_pages_end_at_ten(freshdesk: httpx.AsyncClient) -> None:
    assert errors(await freshdesk.get("/search/tickets", params={"query": '"priority:1"', "page": 11}))


async def test_notes_are_private_and_replies_go_out(app: Front, freshdesk: httpx.AsyncClient) -> None:
    note = await freshdesk.post(f"/tickets/{F}/notes", json={"body": "<b>hm</b>"})
    assert (note.status_code, note.json()["private"], note.json()["body_text"]) == (201, True, "hm")
    public = await freshdesk.post(f"/tickets/{F}/notes", json={"body": "x", "private": False})
    assert public.json()["private"] is False
    reply = await freshdesk.post(f"/tickets/{F}/reply", json={"body": "On it.", "cc_emails": ["c@x.example"]})
    requester = app.state[FreshdeskDesk].tickets[F].fields["requester_id"]
    assert reply.json()["to_emails"] == [app.state[FreshdeskDesk].people[requester]["email"]]
    assert errors(await freshdesk.post(f"/tickets/{F}/notes", json={})) == [("body", "missing_field")]
    assert errors(await freshdesk.post(f"/tickets/{F}/reply", json={"body": "x", "private": True})) == [
        ("private", "invalid_field")
    ]
    listed = (await freshdesk.get(f"/tickets/{F}/conversations")).json()
    assert [c["id"] for c in listed][-3:] == [note.json()["id"], public.json()["id"], reply.json()["id"]]


async def test_time_entries(freshdesk: httpx.AsyncClient) -> None:
    url = f"/tickets/{F}/time_entries"
    entry = await freshdesk.post(url, json={"time_spent": "01:30", "note": "read", "billable": False})
    assert (entry.status_code, entry.json()["timer_running"], entry.json()["agent_id"]) == (
        201,
        False,
        62_001,
    )
    assert (await freshdesk.post(url, json={"note": "running"})).json()["timer_running"] is True
    assert errors(await freshdesk.post(url, json={"time_spent": "90"})) == [("time_spent", "invalid_value")]
    assert errors(await freshdesk.post(url, json={"agent_id": 1})) == [("agent_id", "invalid_value")]
    assert len((await freshdesk.get(url)).json()) == 2


@pytest.mark.usefixtures("jobs_at_once")
async def test_many_tickets_are_updated_by_a_job(app: Front, freshdesk: httpx.AsyncClient) -> None:
    action = {"ids": [F, F + 1, 77], "properties": {"priority": 3}, "reply": {"body": "Patience."}}
    started = await freshdesk.post("/tickets/bulk_update", json={"bulk_action": action})
    assert started.status_code == 202
    assert started.json()["href"].endswith(f"/freshdesk/api/v2/jobs/{started.json()['job_id']}")
    await settle()
    assert (await freshdesk.get(started.json()["href"])).json()["status"] == "COMPLETED"
    ticket = app.state[FreshdeskDesk].tickets[F + 1]
    assert (ticket.fields["priority"], ticket.comments[-1]["body"]) == (3, "Patience.")


@pytest.mark.parametrize(
    "body",
    (
        {},
        {"bulk_action": 1},
        {"bulk_action": {"ids": [F]}},
        {"bulk_action": {"ids": [], "properties": {"priority": 1}}},
        {"bulk_action": {"ids": ["a"], "properties": {"priority": 1}}},
        {"bulk_action": {"ids": [F], "properties": {"priority": 9}}},
        {"bulk_action": {"ids": [F], "properties": {"colour": 1}}},
    ),
)
async def test_bad_bulk_updates_are_refused(freshdesk: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert errors(await freshdesk.post("/tickets/bulk_update", json=body))


async def test_contacts_are_created_once(freshdesk: httpx.AsyncClient) -> None:
    new = {"name": "Ann", "email": "ann@x.example", "company_id": 63_001}
    first = await freshdesk.post("/contacts", json=new)
    assert (first.status_code, first.json()["company_id"]) == (201, 63_001)
    assert errors(await freshdesk.post("/contacts", json=new), 409) == [("email", "duplicate_value")]
    assert errors(await freshdesk.post("/contacts", json={"name": "A"})) == [("email", "missing_field")]
    assert errors(await freshdesk.post("/contacts", json={"email": "b@x.example"})) == [("name", "missing_field")]
    assert len((await freshdesk.get("/contacts?_updated_since=2026-11-22T12:00:00Z")).json()) == 1
    assert [c["name"] for c in (await freshdesk.get("/contacts?state=unverified")).json()] == ["Ann"]
    assert errors(await freshdesk.get("/contacts?state=asleep")) == [("state", "invalid_value")]
    changed = await freshdesk.put(f"/contacts/{first.json()['id']}", json={"job_title": "Boss"})
    assert changed.json()["job_title"] == "Boss"


async def test_everything_else_is_listed(freshdesk: httpx.AsyncClient) -> None:
    for path in ("companies", "groups", "agents", "contacts"):
        first = (await freshdesk.get(f"/{path}")).json()[0]
        assert (await freshdesk.get(f"/{path}/{first['id']}")).json() == first
        assert errors(await freshdesk.get(f"/{path}?colour=red")) == [("colour", "invalid_field")]
    assert (await freshdesk.get("/agents/me")).json()["contact"]["email"] == "agent@sandbox.test"
    assert (await freshdesk.get("/agents?email=imani@lumora.example")).json()[0]["contact"]["name"] == "Imani Okafor"

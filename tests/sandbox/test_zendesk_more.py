from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Clock, Z, settle
from tieline.sandbox.front import Front
from tieline.sandbox.zendesk.memory import ZendeskDesk


async def job(zendesk: httpx.AsyncClient, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200
    started = answer.json()["job_status"]
    assert (started["status"], started["results"]) == ("queued", None)
    await settle()
    done: dict[str, Any] = (await zendesk.get(started["url"])).json()["job_status"]
    assert (done["status"], done["progress"]) == ("completed", done["total"])
    return done


@pytest.mark.usefixtures("jobs_at_once")
async def test_many_tickets_are_created_by_a_job(zendesk: httpx.AsyncClient) -> None:
    tickets = [{"subject": "a", "comment": {"body": "x"}}, {"subject": "no comment"}]
    done = await job(zendesk, await zendesk.post("/tickets/create_many", json={"tickets": tickets}))
    good, bad = done["results"]
    assert good == {"id": Z + 40, "index": 0}
    assert (bad["error"], bad["details"]) == ("RecordInvalid", "Description: cannot be blank")


@pytest.mark.usefixtures("jobs_at_once")
async def test_one_change_goes_to_many_tickets(app: Front, zendesk: httpx.AsyncClient) -> None:
    answer = await zendesk.put(
        f"/tickets/update_many.json?ids={Z},{Z + 1},77",
        json={"ticket": {"additional_tags": ["bulk"]}},
        headers={"x-request-id": "bulk-1"},
    )
    done = await job(zendesk, answer)
    assert [(r["id"], r["success"]) for r in done["results"]] == [(Z, True), (Z + 1, True), (77, False)]
    ticket = app.state[ZendeskDesk].tickets[Z + 1]
    assert "bulk" in ticket.fields["tags"]
    assert ticket.changes[-1].request_id == "bulk-1"


@pytest.mark.usefixtures("jobs_at_once")
async def test_each_ticket_can_have_its_own_change(app: Front, zendesk: httpx.AsyncClient) -> None:
    tickets = [{"id": Z, "subject": "one"}, {"id": Z + 1, "subject": "two"}]
    await job(zendesk, await zendesk.put("/tickets/update_many", json={"tickets": tickets}))
    assert [app.state[ZendeskDesk].tickets[Z + i].fields["subject"] for i in (0, 1)] == ["one", "two"]


async def test_bulk_takes_a_hundred_at_most(zendesk: httpx.AsyncClient) -> None:
    ids = ",".join(str(n) for n in range(101))
    assert (await zendesk.put(f"/tickets/update_many?ids={ids}", json={"ticket": {}})).status_code == 400
    many = [{"comment": {"body": "x"}}] * 101
    assert (await zendesk.post("/tickets/create_many", json={"tickets": many})).status_code == 400
    assert (await zendesk.get(f"/tickets/show_many?ids={ids}")).status_code == 400
    assert (await zendesk.put("/tickets/update_many?ids=a", json={"ticket": {}})).status_code == 400
    assert (await zendesk.get("/job_statuses/unknown")).status_code == 404


async def test_show_many_leaves_out_what_is_not_there(zendesk: httpx.AsyncClient) -> None:
    found = (await zendesk.get(f"/tickets/show_many?ids={Z},77,{Z + 2}")).json()["tickets"]
    assert [ticket["id"] for ticket in found] == [Z, Z + 2]


async def search(zendesk: httpx.AsyncClient, query: str) -> set[int]:
    answer = await zendesk.get("/search.json", params={"query": query})
    assert answer.status_code == 200
    assert all(r["result_type"] == "ticket" for r in answer.json()["results"])
    return {r["id"] for r in answer.json()["results"]}


async def test_search_by_properties(app: Front, zendesk: httpx.AsyncClient, clock: Clock) -> None:
    clock.forward(days=3)
    values = {"subject": "Green elephant", "priority": "high", "tags": ["zoo"], "group_id": 3001}
    await zendesk.put(f"/tickets/{Z}", json={"ticket": values})
    everything = set(app.state[ZendeskDesk].tickets)
    mail = app.state[ZendeskDesk].people[app.state[ZendeskDesk].tickets[Z].fields["requester_id"]]["email"]
    only = {
        "tags:zoo",
        "tags:zoo status<solved",
        'subject:"green elephant"',
        '"green elephant"',
        "elephant",
        "priority:high",
        "priority>normal",
        "group:Billing",
        "updated>1hours",
        "updated>=2026-11-25",
        "updated:2026-11-25",
    }
    for query in only:
        assert await search(zendesk, f"type:ticket {query}") == {Z}, query
    assert Z in await search(zendesk, f"type:ticket requester:{mail}")
    assert await search(zendesk, "type:ticket -tags:zoo") == everything - {Z}
    assert await search(zendesk, "type:ticket tags:zoo tags:nothing") == {Z}
    assert await search(zendesk, "type:ticket created>1hours") == set()
    assert await search(zendesk, "type:ticket assignee:none -elephant") <= everything - {Z}


async def test_bad_searches_are_refused(zendesk: httpx.AsyncClient) -> None:
    assert (await zendesk.get("/search")).status_code == 400
    assert (await zendesk.get("/search?query=type:ticket created>tomorrow")).status_code == 422
    far = await zendesk.get("/search?query=type:ticket&page=11")
    assert (far.status_code, far.json()["error"]) == (422, "invalid")
    assert (await zendesk.get("/search/export?query=a")).status_code == 400
    assert (await zendesk.get("/search/export?query=type:ticket&filter[type]=ticket")).status_code == 422


async def test_search_sorts_and_counts(zendesk: httpx.AsyncClient) -> None:
    query = {"query": "type:ticket", "sort_by": "created_at", "sort_order": "asc"}
    answer = (await zendesk.get("/search", params=query)).json()
    ids = [r["id"] for r in answer["results"]]
    assert (answer["count"], ids) == (40, sorted(ids))
    assert (await zendesk.get("/search/count?query=type:ticket")).json() == {"count": 40}


async def test_users_are_created_once(zendesk: httpx.AsyncClient) -> None:
    new = {"user": {"name": "Ann", "email": "ann@x.example"}}
    first = await zendesk.post("/users", json=new)
    assert (first.status_code, first.json()["user"]["role"]) == (201, "end-user")
    again = await zendesk.post("/users", json=new)
    assert again.status_code == 422
    assert again.json()["details"]["email"][0]["error"] == "DuplicateValue"
    renamed = {"user": {"name": "Anna", "email": "ANN@x.example"}}
    upsert = await zendesk.post("/users/create_or_update", json=renamed)
    assert (upsert.status_code, upsert.json()["user"]["id"]) == (200, first.json()["user"]["id"])
    other = {"user": {"name": "Bo", "email": "bo@x.example"}}
    assert (await zendesk.post("/users/create_or_update", json=other)).status_code == 201


@pytest.mark.parametrize(
    ("user", "status"),
    (
        ({"email": "a@b.example"}, 422),
        ({"name": "A", "email": "nonsense"}, 422),
        ({"name": "A", "role": "king"}, 422),
        ({"name": "A", "organization_id": 1}, 422),
        ({"name": 1}, 400),
    ),
)
async def test_bad_users_are_refused(zendesk: httpx.AsyncClient, user: dict[str, object], status: int) -> None:
    assert (await zendesk.post("/users", json={"user": user})).status_code == status


async def test_users_are_found(zendesk: httpx.AsyncClient) -> None:
    async def ids(**query: str) -> list[int]:
        return [u["id"] for u in (await zendesk.get("/users/search", params=query)).json()["users"]]

    assert await ids(query="imani") == [900_002]
    assert await ids(query="email:imani@lumora.example") == [900_002]
    assert await ids(query="nobody at all") == []
    assert await ids(external_id="x") == []
    assert (await zendesk.get("/users/search")).status_code == 400


async def test_a_macro_shows_its_effect_and_changes_nothing(app: Front, zendesk: httpx.AsyncClient) -> None:
    macros = (await zendesk.get("/macros")).json()["macros"]
    escalate = next(macro for macro in macros if macro["title"] == "Escalate")
    assert (await zendesk.get("/macros/active")).json()["macros"] == macros
    before = dict(app.state[ZendeskDesk].tickets[Z].fields)
    answer = (await zendesk.get(f"/tickets/{Z}/macros/{escalate['id']}/apply")).json()
    ticket = answer["result"]["ticket"]
    assert (ticket["priority"], ticket["group_id"]) == ("high", 3003)
    assert "escalated" in ticket["tags"]
    assert app.state[ZendeskDesk].tickets[Z].fields == before
    assert (await zendesk.get(f"/tickets/{Z}/macros/1/apply")).status_code == 404


async def test_comments_can_be_listed_newest_first(zendesk: httpx.AsyncClient, clock: Clock) -> None:
    for text in ("one", "two"):
        clock.forward(minutes=1)
        await zendesk.put(f"/tickets/{Z}", json={"ticket": {"comment": {"body": text}}})
    comments = (await zendesk.get(f"/tickets/{Z}/comments?sort_order=desc")).json()["comments"]
    assert [c["body"] for c in comments[:2]] == ["two", "one"]


async def test_the_rate_headers_are_there(zendesk: httpx.AsyncClient) -> None:
    one, many = await zendesk.get(f"/tickets/{Z}"), await zendesk.get("/tickets")
    assert int(one.headers["x-rate-limit-remaining"]) == int(one.headers["x-rate-limit"]) - 1
    assert "ratelimit-reset" not in one.headers
    assert many.headers["ratelimit-remaining"] == many.headers["x-rate-limit-remaining"]
    assert 1 <= int(many.headers["ratelimit-reset"]) <= 60


@pytest.mark.parametrize("path", ("organizations", "groups", "users", "macros"))
async def test_everything_else_is_listed_and_shown(zendesk: httpx.AsyncClient, path: str) -> None:
    records = (await zendesk.get(f"/{path}")).json()[path]
    one = (await zendesk.get(records[0]["url"])).json()
    assert one[path.removesuffix("s")] == records[0]


async def test_the_export_ends_a_minute_ago(zendesk: httpx.AsyncClient, clock: Clock) -> None:
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "Just now"}})
    assert (await zendesk.get("/incremental/tickets/cursor?start_time=99999999999")).status_code == 422
    assert (await zendesk.get("/incremental/tickets/cursor")).status_code == 400
    first = (await zendesk.get("/incremental/tickets/cursor.json?start_time=0&per_page=30")).json()
    assert (len(first["tickets"]), first["end_of_stream"]) == (30, False)
    rest = (await zendesk.get("/incremental/tickets/cursor", params={"cursor": first["after_cursor"]})).json()
    assert (Z in {one["id"] for one in rest["tickets"]}, rest["end_of_stream"]) == (False, True)
    clock.forward(minutes=2)
    await zendesk.delete(f"/tickets/{Z + 1}")
    clock.forward(minutes=2)
    later = (await zendesk.get("/incremental/tickets/cursor", params={"cursor": rest["after_cursor"]})).json()
    assert [(one["id"], one["status"]) for one in later["tickets"]] == [(Z, "new"), (Z + 1, "deleted")]
    assert (await zendesk.get("/incremental/tickets/cursor?cursor=x")).status_code == 400


@pytest.mark.usefixtures("jobs_at_once")
async def test_deleted_tickets_are_listed(zendesk: httpx.AsyncClient, clock: Clock) -> None:
    done = await job(zendesk, await zendesk.delete(f"/tickets/destroy_many?ids={Z + 2},7"))
    assert [one["success"] for one in done["results"]] == [True, False]
    clock.forward(minutes=1)
    await zendesk.delete(f"/tickets/{Z}")
    listed = (await zendesk.get("/deleted_tickets?sort_by=deleted_at&sort_order=desc")).json()["deleted_tickets"]
    assert [one["id"] for one in listed] == [Z, Z + 2]
    assert (await zendesk.get("/deleted_tickets?sort_by=status")).status_code == 400


async def test_fields_of_tickets_are_listed(zendesk: httpx.AsyncClient) -> None:
    fields = (await zendesk.get("/ticket_fields")).json()["ticket_fields"]
    assert [one["title"] for one in fields if one["removable"]] == ["Product"]
    values = [{"id": fields[-1]["id"], "value": "desk_lamp"}]
    for sent in (values, []):
        answer = await zendesk.put(f"/tickets/{Z}", json={"ticket": {"custom_fields": sent}})
        assert answer.json()["ticket"]["custom_fields"] == values

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.conftest import F, Z
from tieline.sandbox import Fault, Limit, Sandbox, create_app, logins, running
from tieline.sandbox.faults import Faults
from tieline.sandbox.front import Front
from tieline.sandbox.limits import Window
from tieline.sandbox.zendesk.memory import ZendeskDesk

LOGIN = (f"{logins('zendesk')['email']}/token", logins("zendesk")["api_token"])


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running(tickets=20) as sandbox:
        yield sandbox


@pytest.fixture
def http(served: Sandbox) -> Iterator[httpx.Client]:
    served.faults.clear()
    with httpx.Client(base_url=f"{served.url_of('zendesk')}/api/v2", auth=LOGIN) as client:
        yield client


async def test_429_in_each_vendors_form(
    app: Front, zendesk: httpx.AsyncClient, freshdesk: httpx.AsyncClient, slack: httpx.AsyncClient
) -> None:
    app.faults.add(Fault("429", seconds=7))
    answers = [await zendesk.get("/tickets"), await freshdesk.get("/tickets"), await slack.post("/auth.test")]
    assert [(a.status_code, a.headers["retry-after"]) for a in answers] == [(429, "7")] * 3
    assert answers[0].json()["error"] == "APIRateLimitExceeded"
    assert "message" in answers[1].json()
    assert answers[2].json() == {"ok": False, "error": "ratelimited"}


async def test_500_does_not_do_the_work(app: Front, zendesk: httpx.AsyncClient, slack: httpx.AsyncClient) -> None:
    app.faults.add(Fault("500"))
    answer = await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "x"}})
    assert answer.status_code == 500
    assert app.state[ZendeskDesk].tickets[Z].changes == []
    assert (await slack.post("/auth.test")).json()["error"] == "internal_error"


async def test_html_where_json_should_be(app: Front, freshdesk: httpx.AsyncClient) -> None:
    app.faults.add(Fault("html", "freshdesk"))
    answer = await freshdesk.get(f"/tickets/{F}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_broken_json_does_the_work(app: Front, zendesk: httpx.AsyncClient) -> None:
    app.faults.add(Fault("json"))
    answer = await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "x"}})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert app.state[ZendeskDesk].tickets[Z].fields["subject"] == "x"


def test_a_cut_connection_does_the_work(served: Sandbox, http: httpx.Client) -> None:
    served.faults.add(Fault("cut", "zendesk", "^PUT ", times=1))
    with pytest.raises(httpx.RemoteProtocolError):
        http.put(f"/tickets/{Z}", json={"ticket": {"subject": "cut"}})
    assert http.get(f"/tickets/{Z}").json()["ticket"]["subject"] == "cut"


def test_slow_answers_come_too_late(served: Sandbox, http: httpx.Client) -> None:
    served.faults.add(Fault("slow", seconds=5, times=1))
    with pytest.raises(httpx.ReadTimeout):
        http.get("/tickets", timeout=0.05)
    assert http.get("/tickets").status_code == 200


def test_a_fault_hits_what_it_matches_as_often_as_it_says() -> None:
    faults = Faults(rules=[Fault("500", "slack", r"^POST .*chat\.", times=2)])
    line = "POST /api/chat.postMessage"
    assert faults.pick("zendesk", line) is None
    assert faults.pick("slack", "GET /api/chat.postMessage") is None
    assert [faults.pick("slack", line) is not None for _ in range(3)] == [True, True, False]


def test_chance_is_seeded() -> None:
    def hits(seed: int) -> list[bool]:
        faults = Faults(seed, [Fault("500", rate=0.3)])
        return [faults.pick("slack", "GET /") is not None for _ in range(300)]

    assert hits(1) == hits(1)
    assert hits(1) != hits(2)
    assert 60 < sum(hits(1)) < 120


@pytest.mark.parametrize(
    "wrong",
    (
        {"fault": "418"},
        {"fault": "500", "system": "unheard"},
        {"fault": "500", "rate": 0},
        {"fault": "500", "rate": 2},
        {"fault": "500", "times": 0},
        {"fault": "slow", "seconds": -1},
        {"fault": "500", "match": "("},
        {"fault": "500", "when": 1},
        {},
    ),
)
async def test_faults_that_make_no_sense_are_refused(pages: httpx.AsyncClient, wrong: dict[str, object]) -> None:
    answer = await pages.post("/_sandbox/faults", json=wrong)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert (await pages.get("/_sandbox/faults")).json() == {"faults": []}


async def test_faults_are_added_listed_and_removed(pages: httpx.AsyncClient, zendesk: httpx.AsyncClient) -> None:
    added = await pages.post("/_sandbox/faults", json={"fault": "500", "system": "zendesk", "times": 5})
    assert added.status_code == 201
    assert (await zendesk.get("/tickets")).status_code == 500
    assert (await pages.get("/_sandbox/faults")).json()["faults"][0]["hits"] == 1
    assert (await pages.delete("/_sandbox/faults")).status_code == 204
    assert (await zendesk.get("/tickets")).status_code == 200


async def test_limits_are_kept(
    pages: httpx.AsyncClient, freshdesk: httpx.AsyncClient, zendesk: httpx.AsyncClient
) -> None:
    body = {"system": "freshdesk", "calls": 3, "seconds": 60}
    assert (await pages.put("/_sandbox/limits", json=body)).status_code == 204
    statuses = [(await freshdesk.get("/agents/me")).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = await freshdesk.get("/agents/me")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert (await zendesk.get("/users/me")).status_code == 200
    assert (await pages.put("/_sandbox/limits", json={"system": "unheard", "calls": 1})).status_code == 400
    assert (await pages.put("/_sandbox/limits", json={"system": "slack"})).status_code == 400
    assert (await pages.put("/_sandbox/limits", content="{")).status_code == 400


def test_a_window_opens_again() -> None:
    now = [100.0]
    window = Window(Limit(2, 10), lambda: now[0])
    assert [window.take().remaining for _ in range(2)] == [1, 0]
    assert window.take().exceeded
    now[0] += 9.5
    assert (window.take().exceeded, window.take().reset) == (True, 1)
    now[0] += 0.5
    assert not window.take().exceeded


def test_limits_and_faults_can_be_there_from_the_start() -> None:
    app = create_app(tickets=10, faults=[Fault("500")], limits={"slack": Limit(1)})
    assert (app.faults.listed()[0]["fault"], app.windows["slack"].limit) == ("500", Limit(1))


async def test_the_log_knows_the_fault_but_no_secret(
    app: Front, pages: httpx.AsyncClient, zendesk: httpx.AsyncClient, slack: httpx.AsyncClient
) -> None:
    app.faults.add(Fault("500", "zendesk"))
    await zendesk.get("/tickets?per_page=3")
    await slack.get("/auth.test?token=xoxb-secret")
    log = (await pages.get("/_sandbox/requests?limit=5")).json()["requests"]
    assert [(r["system"], r["status"], r["fault"]) for r in log] == [
        ("slack", 200, None),
        ("zendesk", 500, "500"),
    ]
    assert (log[1]["path"], log[1]["query"]) == ("/api/v2/tickets", "per_page=3")
    text = json.dumps(log)
    assert not any(secret in text for secret in ("secret", logins("zendesk")["api_token"], "Basic"))
    only = (await pages.get("/_sandbox/requests?system=zendesk")).json()["requests"]
    assert [r["system"] for r in only] == ["zendesk"]
    assert (await pages.get("/_sandbox/requests?limit=x")).status_code == 400


async def test_reset_brings_everything_back(app: Front, pages: httpx.AsyncClient, zendesk: httpx.AsyncClient) -> None:
    before = dict(app.state[ZendeskDesk].tickets[Z].fields)
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "x"}})
    app.faults.add(Fault("500", "slack"))
    assert (await pages.post("/_sandbox/reset")).status_code == 204
    assert app.state[ZendeskDesk].tickets[Z].fields == before
    assert (app.faults.listed(), len(app.state.log)) == ([], 0)


async def test_the_state_has_counts_and_truth(pages: httpx.AsyncClient, zendesk: httpx.AsyncClient) -> None:
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "x"}})
    state = (await pages.get("/_sandbox/state")).json()
    assert (state["counts"]["zendesk"]["tickets"], state["counts"]["zendesk"]["changed"]) == (40, 1)
    assert len(state["truth"]["freshdesk"]) == 40
    assert state["served"] == {"zendesk": 1}

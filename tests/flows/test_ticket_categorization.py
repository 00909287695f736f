"""The scenario, on a real Prefect server and a simulated Zendesk and Freshdesk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from prefect import flow

from flows.helpdesks import Change, Failures, Ticket, help_desk, higher
from flows.support_categories import PriorityRule, TicketCategory
from flows.ticket_categorization import NEEDS_REVIEW, Categorization, TicketOutcome, digest, ticket_categorization
from flows.windows import Window, recent
from tasks import freshdesk, zendesk
from tests.shown import artifact
from tieline.errors import ConfigError, NotFound, UnknownName
from tieline.sandbox import Sandbox
from tieline.sandbox.desks import Desk
from tieline.sandbox.faults import Fault
from tieline.sandbox.freshdesk.memory import FreshdeskDesk
from tieline.sandbox.slack.memory import Workspace

pytestmark = pytest.mark.prefect
DESKS = ("zendesk", "freshdesk")

CATEGORIES = [
    TicketCategory(
        name="Parcels",
        topics=("parcel has not arrived", "tracking of a delivery"),
        tags=("parcels",),
        priority=PriorityRule(at_least="high", when_urgent="urgent"),
    ),
    TicketCategory(name="Passwords", topics=("forgot my password", "cannot log in to my account")),
]
PARCEL = ("Where is my parcel?", "The tracking of my delivery has not moved, and the parcel has not arrived.")
PASSWORD = ("Forgot my password", "I cannot log in to my account, I forgot my password.")


def desk_of(sandbox: Sandbox, system: str) -> Desk:
    return sandbox.state.desks[system]


async def write_in(system: str, subject: str, text: str) -> int:
    """A customer writes to a help desk; the ticket's number."""
    if system == "zendesk":
        made: Any = await zendesk.create_ticket.fn(
            "support", subject=subject, body=text, requester_email="a@example.com", requester_name="Ann"
        )
    else:
        made = await freshdesk.create_ticket.fn("support", subject=subject, description=text, email="a@example.com")
    return int(made.id)


def fields(sandbox: Sandbox, system: str, number: int) -> dict[str, Any]:
    return desk_of(sandbox, system).tickets[number].fields


def writes(sandbox: Sandbox) -> int:
    """Requests so far that may have changed something."""
    return sum(logged.method != "GET" for logged in sandbox.state.log)


async def run(system: str, *numbers: int, **options: Any) -> Categorization:
    options = {"categories": CATEGORIES, "confidence_threshold": 0.3, **options}
    result: Categorization = await ticket_categorization(f"{system}/support", tickets=list(numbers), **options)
    return result


@pytest.mark.parametrize("system", DESKS)
async def test_tickets_get_their_category_and_a_second_run_changes_nothing(sandbox: Sandbox, system: str) -> None:
    parcel, password = await write_in(system, *PARCEL), await write_in(system, *PASSWORD)
    result = await run(system, parcel, password, add_note=True)
    assert [(o.ticket_id, o.category, o.status) for o in result.outcomes] == [
        (parcel, "Parcels", "changed"),
        (password, "Passwords", "changed"),
    ]
    assert "parcels" in fields(sandbox, system, parcel)["tags"]
    assert fields(sandbox, system, parcel)["priority"] in {"high", 3}
    assert "passwords" in fields(sandbox, system, password)["tags"]
    assert fields(sandbox, system, password)["priority"] not in {"high", 3}
    notes = len(desk_of(sandbox, system).tickets[parcel].comments)

    before = writes(sandbox)
    again = await run(system, parcel, password, add_note=True)
    assert [o.status for o in again.outcomes] == ["unchanged", "unchanged"]
    assert writes(sandbox) == before
    assert len(desk_of(sandbox, system).tickets[parcel].comments) == notes


@pytest.mark.parametrize("system", DESKS)
async def test_an_outcome_links_to_the_page_that_agents_use(sandbox: Sandbox, system: str) -> None:
    number = await write_in(system, *PARCEL)
    result = await run(system, number, dry_run=True)
    async with httpx.AsyncClient(follow_redirects=True) as client:
        page = await client.get(result.outcomes[0].link)
    assert page.status_code == 200
    assert str(page.url) == f"{sandbox.url}/tickets/{system}/{number}"
    assert PARCEL[0] in page.text


@pytest.mark.parametrize("system", DESKS)
async def test_the_note_is_internal_and_says_why(sandbox: Sandbox, system: str) -> None:
    number = await write_in(system, *PARCEL)
    await run(system, number, add_note=True)
    note = desk_of(sandbox, system).tickets[number].comments[-1]
    assert "Category: Parcels" in (note.get("plain_body") or note["body_text"])
    assert note.get("public", False) is False
    assert note.get("private", True) is True


async def test_a_note_that_a_killed_run_left_is_not_written_twice(sandbox: Sandbox) -> None:
    number = await write_in("freshdesk", *PARCEL)
    await run("freshdesk", number, add_note=True)
    # As if the run had been killed after the note: the tags never arrived.
    sandbox.state[FreshdeskDesk].tickets[number].fields["tags"] = []
    await run("freshdesk", number, add_note=True)
    assert len(sandbox.state[FreshdeskDesk].tickets[number].comments) == 1
    assert "parcels" in fields(sandbox, "freshdesk", number)["tags"]


@pytest.mark.parametrize("system", DESKS)
async def test_a_dry_run_writes_nothing_and_shows_the_plan(sandbox: Sandbox, system: str) -> None:
    number = await write_in(system, *PARCEL)
    before = writes(sandbox)
    result = await run(system, number, dry_run=True)
    assert writes(sandbox) == before
    assert result.outcomes[0].status == "planned"
    assert "tag +parcels" in result.outcomes[0].changes
    assert any("priority" in change for change in result.outcomes[0].changes)


@pytest.mark.parametrize("system", DESKS)
async def test_an_unsure_one_only_gets_a_tag(sandbox: Sandbox, system: str) -> None:
    number = await write_in(system, "A remark", "The museum in Lisbon was closed, and the weather is lovely in June.")
    await run(system, number, confidence_threshold=0.9, add_note=True)
    assert fields(sandbox, system, number)["tags"] == [NEEDS_REVIEW]
    assert fields(sandbox, system, number)["priority"] not in {"high", 3}


@pytest.mark.parametrize("system", DESKS)
@pytest.mark.usefixtures("sandbox")
async def test_what_is_empty_or_german_needs_a_look(system: str) -> None:
    text = "Guten Tag, mein Paket ist leider noch nicht angekommen. Wo bleibt die Lieferung? Mit freundlichen Grüßen"
    german = await write_in(system, "Wo ist mein Paket?", text)
    log = await write_in(system, "It broke", "2026-01-01 12:00:00 ERROR socket closed\n" * 25_000)
    result = await run(system, german, log)
    outcome = {o.ticket_id: o for o in result.outcomes}
    assert outcome[german].status == "needs-review"
    assert "German" in outcome[german].reason
    assert outcome[log].status in {"needs-review", "changed"}


@pytest.mark.parametrize("system", DESKS)
@pytest.mark.usefixtures("sandbox")
async def test_a_ticket_that_is_gone_does_not_stop_the_others(system: str) -> None:
    number = await write_in(system, *PARCEL)
    result = await run(system, 999_999, number)
    assert {o.ticket_id: o.status for o in result.outcomes} == {999_999: "gone", number: "changed"}


@pytest.mark.parametrize("system", DESKS)
async def test_a_ticket_that_goes_meanwhile_does_not_stop_the_others(sandbox: Sandbox, system: str) -> None:
    numbers = [await write_in(system, *PARCEL) for _ in range(6)]
    desk = help_desk(f"{system}/support")

    @flow
    async def look() -> dict[int, Any]:
        return dict(await desk.read(numbers))

    read = await look()
    desk_of(sandbox, system).tickets[numbers[2]].deleted = True
    tickets = [one for one in read.values() if isinstance(one, Ticket)]

    @flow
    async def write() -> Failures:
        return await desk.write(tickets, {number: Change(add_tags=("parcels",)) for number in numbers})

    failures = await write()
    assert list(failures) == [numbers[2]]
    assert isinstance(failures[numbers[2]], NotFound)
    assert all("parcels" in fields(sandbox, system, n)["tags"] for n in numbers if n != numbers[2])


async def test_one_that_cannot_be_written_does_not_stop_the_others(sandbox: Sandbox) -> None:
    numbers = [await write_in("freshdesk", *PARCEL), await write_in("freshdesk", *PASSWORD)]
    sandbox.faults.add(Fault(system="freshdesk", match=f"PUT /api/v2/tickets/{numbers[0]}", fault="500"))
    result = await run("freshdesk", *numbers)
    assert [o.status for o in result.outcomes] == ["failed", "changed"]
    assert "500" in result.outcomes[0].reason


async def test_tickets_that_shall_look_alike_are_changed_by_jobs_and_looked_at_once(sandbox: Sandbox) -> None:
    numbers = [await write_in("freshdesk", *letter) for letter in (PARCEL, PASSWORD) for _ in range(6)]
    begun = len(sandbox.state.log)
    result = await run("freshdesk", *numbers)
    sent = [(logged.method, logged.path) for logged in list(sandbox.state.log)[begun:]]
    assert result.count("changed") == len(numbers)
    assert sent.count(("POST", "/api/v2/tickets/bulk_update")) == 2
    assert sent.count(("GET", "/api/v2/tickets")) == 1
    assert not [path for method, path in sent if method == "PUT"]


async def test_jobs_are_recognized_after_many_other_changes(sandbox: Sandbox) -> None:
    """Freshdesk lists the newest tickets first; ours are older ones."""
    numbers = [await write_in("freshdesk", *PARCEL) for _ in range(4)]
    for number in [await write_in("freshdesk", *PASSWORD) for _ in range(120)]:
        fields(sandbox, "freshdesk", number)["tags"] = ["passwords"]
    begun = len(sandbox.state.log)
    await run("freshdesk", *numbers)
    assert not [logged.path for logged in list(sandbox.state.log)[begun:] if logged.method == "PUT"]


@pytest.mark.parametrize("system", DESKS)
async def test_tags_of_others_stay(sandbox: Sandbox, system: str) -> None:
    number = await write_in(system, *PARCEL)
    fields(sandbox, system, number)["tags"] = ["vip"]
    await run(system, number)
    assert set(fields(sandbox, system, number)["tags"]) == {"vip", "parcels"}


@pytest.mark.parametrize("system", DESKS)
async def test_groups_are_named_and_only_set_where_there_is_none(sandbox: Sandbox, system: str) -> None:
    groups = {group["name"]: number for number, group in desk_of(sandbox, system).groups.items()}
    name, another = sorted(groups)[:2]
    parcels = CATEGORIES[0].model_copy(update={"group": name})
    free, taken = await write_in(system, *PARCEL), await write_in(system, *PARCEL)
    fields(sandbox, system, free)["group_id"] = None
    fields(sandbox, system, taken)["group_id"] = other = groups[another]
    await run(system, free, taken, categories=[parcels])
    assert fields(sandbox, system, free)["group_id"] == groups[name]
    assert fields(sandbox, system, taken)["group_id"] == other
    with pytest.raises(UnknownName, match="group"):
        await run(system, free, categories=[CATEGORIES[0].model_copy(update={"group": name + "x"})])


@pytest.mark.parametrize("system", DESKS)
async def test_a_query_of_the_recent_past(sandbox: Sandbox, system: str) -> None:
    number = await write_in(system, *PARCEL)
    result = await ticket_categorization(
        f"{system}/support", query="new in the last hour", categories=CATEGORIES, dry_run=True
    )
    found = {o.ticket_id for o in result.outcomes}
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    young = {t.id for t in desk_of(sandbox, system).living() if t.fields["created_at"] >= hour_ago}
    assert number in found
    assert found == young


@pytest.mark.parametrize("system", DESKS)
@pytest.mark.usefixtures("sandbox")
async def test_a_run_ends_with_a_table_and_a_finished_progress_bar(system: str) -> None:
    number = await write_in(system, f"{PARCEL[0]} [here](https://evil.test)", PARCEL[1])
    await run(system, number)
    table = (await artifact("ticket-categorization")).data
    assert str(number) in table
    assert "evil.test" in table
    # Prefect shows a cell as Markdown.
    assert "[here](" not in table
    assert "Parcels" in table
    assert (await artifact("ticket-categorization-progress")).data == "100"


async def test_slack_gets_a_digest(sandbox: Sandbox) -> None:
    number = await write_in("zendesk", *PARCEL)
    await run("zendesk", number, slack_connection="team", slack_channel="#support-digest")
    said = [message["text"] for messages in sandbox.state[Workspace].messages.values() for message in messages]
    assert any("1 tickets of zendesk/support: 1 changed" in text and "Parcels: 1" in text for text in said)


@pytest.mark.parametrize(
    ("options", "says"),
    (
        ({"tickets": []}, "Which tickets"),
        ({"tickets": [1], "query": "new in the last hour"}, "Which tickets"),
        ({"tickets": [1], "slack_connection": "team"}, "slack_channel"),
        ({"tickets": [1], "categories": [CATEGORIES[0], CATEGORIES[0]]}, "same name"),
        ({"tickets": [1], "helpdesk": "zendesk"}, "names no help desk"),
        ({"tickets": [1], "helpdesk": "zendsk/support"}, "Did you mean zendesk"),
        ({"tickets": [1], "helpdesk": "zendesk/suport"}, "Did you mean support"),
        ({"tickets": [1], "model": "gpt"}, "gpt"),
    ),
)
async def test_bad_parameters_are_refused_before_anything_changes(
    sandbox: Sandbox, options: dict[str, Any], says: str
) -> None:
    before = writes(sandbox)
    with pytest.raises(ConfigError, match=says):
        await ticket_categorization(**{"helpdesk": "zendesk/support", **options})
    assert writes(sandbox) == before


def test_queries_of_the_recent_past_are_read() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert recent("new in the last hour", now) == Window(what="new", since=now - timedelta(hours=1))
    assert recent(" Updated in the last 3 days ", now) == Window(what="updated", since=now - timedelta(days=3))
    assert recent("priority:4 AND status:2", now) == "priority:4 AND status:2"
    for count in ("9999999", "9" * 5000):
        with pytest.raises(ConfigError, match="before all times"):
            recent(f"new in the last {count} days", now)


def test_levels_compare() -> None:
    assert higher("low", "urgent") == "urgent"
    assert higher(None, "low") == "low"
    assert higher(None, None) is None


def test_a_digest_counts() -> None:
    outcomes = tuple(TicketOutcome(ticket_id=i, category="A", status="changed") for i in range(2))
    result = Categorization(helpdesk="zendesk/x", model="embedded", dry_run=False, outcomes=outcomes)
    assert digest(result).splitlines()[1] == "• A: 2"
    assert result.frame()["category"].tolist() == ["A", "A"]


@pytest.mark.parametrize("tag", ("two words", "", "a,b"))
def test_a_tag_that_no_help_desk_takes_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="spaces"):
        TicketCategory(name="X", tags=(tag,))

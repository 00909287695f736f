from collections import Counter
from datetime import UTC, datetime, timedelta
from string import Formatter

import pytest

from tieline.sandbox import create_app
from tieline.sandbox.freshdesk.memory import FreshdeskDesk
from tieline.sandbox.seed import CATEGORIES
from tieline.sandbox.seed.cast import TEAMS
from tieline.sandbox.seed.letters import letters
from tieline.sandbox.seed.texts import texts
from tieline.sandbox.state import State
from tieline.sandbox.zendesk.memory import ZendeskDesk

NAMED = {
    "billing": "billing",
    "account": "account",
    "bug": "bug",
    "shipping": "shipping",
    "refund": "refund",
    "feature": "feature",
    "api": "api",
    "outage": "outage",
    "cancel": "cancel",
    "howto": "how",
}
"""The word by which each category would give itself away."""


def world(seed: int = 1, tickets: int = 300) -> State:
    return create_app(seed, tickets, clock=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC)).state


def test_the_same_seed_gives_the_same_world() -> None:
    one, two, other = world(), world(), world(2)
    assert one.truth == two.truth
    assert one.truth != other.truth
    for desk in ("zendesk", "freshdesk"):
        tickets = [[t.fields for t in state.desks[desk].tickets.values()] for state in (one, two)]
        assert tickets[0] == tickets[1]


@pytest.mark.parametrize("vendor", ("zendesk", "freshdesk"))
def test_every_ticket_has_a_truth_and_categories_are_even(vendor: str) -> None:
    state = world()
    truth = {number: slug for (system, number), slug in state.truth.items() if system == vendor}
    assert truth.keys() == state.desks[vendor].tickets.keys()
    counts = Counter(truth.values())
    assert set(counts) == set(CATEGORIES)
    assert 25 <= min(counts.values()) <= max(counts.values()) <= 36


def test_ids_of_the_two_desks_never_meet() -> None:
    state = world()
    assert not state[ZendeskDesk].tickets.keys() & state[FreshdeskDesk].tickets.keys()


@pytest.mark.parametrize("vendor", ("zendesk", "freshdesk"))
def test_no_two_letters_are_alike(vendor: str) -> None:
    written = letters(1, vendor, 300)
    assert len({letter.body for letter in written}) >= 299
    assert len({letter.customer.email for letter in written}) > 120
    for slug in CATEGORIES:
        situations = Counter(
            letter.subject.lower().removeprefix("re: ") for letter in written if letter.category == slug
        )
        assert situations.most_common(1)[0][1] <= 2


@pytest.mark.parametrize("slug", CATEGORIES)
def test_most_letters_do_not_name_their_category(slug: str) -> None:
    mine = [x for vendor in ("zendesk", "freshdesk") for x in letters(1, vendor, 300) if x.category == slug]
    naming = sum(NAMED[slug] in f"{x.subject} {x.body}".lower() for x in mine)
    assert naming <= len(mine) / 2


@pytest.mark.parametrize("slug", CATEGORIES)
def test_texts_are_rich_and_their_placeholders_known(slug: str) -> None:
    known = {"name", "first", "company", "email", "order", "invoice", "amount", "n", "phone", *texts("facts")}
    deck = texts(slug)
    assert (len(deck["stories"]), len(deck["details"]) >= 15, len(deck["asks"]) >= 12) == (30, True, True)
    for text in [*(part for story in deck["stories"] for part in story), *deck["details"], *deck["asks"]]:
        assert {name for _, name, _, _ in Formatter().parse(text) if name} <= known, text


def test_some_letters_are_hard() -> None:
    bodies = [t.fields["description"] for t in world().desks["zendesk"].tickets.values()]
    assert "" in bodies
    assert max(map(len, bodies)) > 100_000
    assert any("Mit freundlichen" in body for body in bodies)
    assert any("I AM DONE" in body for body in bodies)


def test_there_is_something_new_in_the_last_hour() -> None:
    newest = max(t.fields["created_at"] for t in world().desks["freshdesk"].tickets.values())
    assert datetime.fromisoformat(newest) > datetime(2026, 11, 22, 12, tzinfo=UTC) - timedelta(hours=1)


@pytest.mark.parametrize("tickets", (0, 1, 9, 30))
def test_small_worlds_work(tickets: int) -> None:
    state = world(tickets=tickets)
    assert len(state[ZendeskDesk].tickets) == len(state[FreshdeskDesk].tickets) == tickets


def test_each_category_has_a_team_everywhere() -> None:
    state = world(tickets=1)
    for desk in (state[ZendeskDesk], state[FreshdeskDesk]):
        assert {group["name"] for group in desk.groups.values()} == {*TEAMS.values(), "Triage"}


def test_seeded_references_lead_somewhere() -> None:
    state = world()
    for ticket in state[ZendeskDesk].tickets.values():
        assert ticket.fields["requester_id"] in state[ZendeskDesk].people
        assert ticket.fields["organization_id"] in (None, *state[ZendeskDesk].organizations)
        assert ticket.fields["assignee_id"] in (None, *state[ZendeskDesk].agents)
    for ticket in state[FreshdeskDesk].tickets.values():
        assert ticket.fields["requester_id"] in state[FreshdeskDesk].people
        assert ticket.fields["responder_id"] in (None, *state[FreshdeskDesk].agents)

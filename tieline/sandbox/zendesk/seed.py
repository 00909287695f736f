"""Fills the simulated Zendesk."""

from datetime import timedelta
from random import Random

from tieline.sandbox.desks import Desk, Ticket
from tieline.sandbox.happening import Record, stamp
from tieline.sandbox.seed.cast import AGENTS, TEAMS, TRIAGE, companies, domain
from tieline.sandbox.seed.letters import FIRST_ANSWER, Letter, letters
from tieline.sandbox.zendesk.exports import SYSTEM_FIELDS, add_field
from tieline.sandbox.zendesk.memory import ZendeskDesk
from tieline.sandbox.zendesk.rules import FIRST_TICKET, blank

_MACROS: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "Close and redirect",
        "howto",
        {"status": "solved", "comment_value": "Please see our help pages on this."},
    ),
    ("Ask for the order", "shipping", {"status": "pending", "comment_value": "What is your order number?"}),
    ("Escalate", "bug", {"priority": "high", "current_tags": "escalated", "group_id": "bug"}),
    (
        "Hand to billing",
        "billing",
        {"priority": "low", "comment_value": "We have passed this on to billing."},
    ),
    (
        "Known incident",
        "outage",
        {"priority": "urgent", "current_tags": "incident", "comment_value": "We are on it."},
    ),
    ("Take it back", "refund", {"group_id": "refund", "current_tags": "return_requested"}),
    ("For the roadmap", "feature", {"comment_mode_is_public": "false", "comment_value": "For the roadmap."}),
)
"""Title, team, and what the macro sets."""


def populate(desk: ZendeskDesk) -> None:
    """Groups, agents, organizations, macros, users and tickets."""
    _organize(desk)
    chance = Random(f"{desk.world.seed}:zendesk:desk")  # noqa: S311 - simulation, not secrecy
    for i, letter in enumerate(letters(desk.world.seed, "zendesk", desk.world.tickets)):
        ticket = _ticket(desk, chance, FIRST_TICKET + i, letter)
        desk.tickets[ticket.id] = ticket
        desk.world.truth["zendesk", ticket.id] = letter.category


def _organize(desk: ZendeskDesk) -> None:
    for kind in SYSTEM_FIELDS:
        add_field(desk, kind, kind.capitalize())
    add_field(desk, "tagger", "Product", "Desk lamp", "Floor lamp", "Spare part")
    long_ago = stamp(desk.clock() - timedelta(days=400))
    for i, (slug, name) in enumerate([*TEAMS.items(), ("triage", TRIAGE)]):
        desk.groups[3001 + i] = {
            "id": 3001 + i,
            "name": name,
            "description": f"Team for {slug}",
            "default": slug == "triage",
            "deleted": False,
            "is_public": True,
            "created_at": long_ago,
            "updated_at": long_ago,
        }
    slugs = {slug: 3001 + i for i, slug in enumerate([*TEAMS, "triage"])}
    desk.me = 900_001
    _agent(desk, desk.me, ("Tieline Agent", "agent@sandbox.test"), list(desk.groups), long_ago)
    desk.people[desk.me]["role"] = "admin"
    for i, (name, *teams) in enumerate(AGENTS):
        email = f"{name.split()[0].lower()}@lumora.example"
        groups = [slugs[team] for team in (*teams, "triage")]
        _agent(desk, 900_002 + i, (name, email), groups, long_ago)
    for i, company in enumerate(companies()):
        desk.organizations[5001 + i] = {
            "id": 5001 + i,
            "name": company,
            "domain_names": [domain(company)],
            "details": "",
            "notes": "",
            "group_id": None,
            "external_id": None,
            "shared_tickets": False,
            "shared_comments": False,
            "tags": [],
            "organization_fields": {},
            "created_at": long_ago,
            "updated_at": long_ago,
        }
    for i, (title, slug, actions) in enumerate(_MACROS):
        desk.macros[4001 + i] = {
            "id": 4001 + i,
            "title": title,
            "description": f"For {TEAMS[slug]}",
            "active": True,
            "default": False,
            "position": i + 1,
            "restriction": None,
            "actions": [
                {"field": f, "value": str(slugs.get(v, v)) if f == "group_id" else v} for f, v in actions.items()
            ],
            "created_at": long_ago,
            "updated_at": long_ago,
        }


def _agent(desk: Desk, number: int, who: tuple[str, str], groups: list[int], at: str) -> None:
    name, email = who
    desk.people[number] = {
        **_person(number, name, email, None, at),
        "role": "agent",
        "default_group_id": groups[0],
        "verified": True,
    }
    desk.agents[number] = {"id": number, "name": name, "group_ids": groups}


def _person(number: int, name: str, email: str, organization: int | None, at: str) -> Record:
    return {
        "id": number,
        "name": name,
        "email": email,
        "created_at": at,
        "updated_at": at,
        "time_zone": "UTC",
        "iana_time_zone": "Etc/UTC",
        "locale": "en-US",
        "role": "end-user",
        "verified": True,
        "active": True,
        "suspended": False,
        "phone": None,
        "organization_id": organization,
        "external_id": None,
        "details": "",
        "notes": "",
        "tags": [],
        "user_fields": {},
    }


def _customer(desk: Desk, letter: Letter, at: str) -> Record:
    customer = letter.customer
    known = desk.person_by_email(customer.email)
    if known is None:
        company = next((o["id"] for o in desk.organizations.values() if o["name"] == customer.company), None)
        number = max(desk.people) + 1
        known = desk.people[number] = _person(number, customer.name, customer.email, company, at)
    return known


def _ticket(desk: Desk, chance: Random, number: int, letter: Letter) -> Ticket:
    came = desk.clock() - timedelta(minutes=letter.minutes)
    person = _customer(desk, letter, stamp(came - timedelta(days=chance.randint(1, 300))))
    fields = blank(number, stamp(came)) | {
        "via": {"channel": "email", "source": {"from": {"address": person["email"]}, "to": {}, "rel": None}},
        "subject": letter.subject,
        "raw_subject": letter.subject,
        "description": letter.body,
        "recipient": "support@lumora.example",
        "requester_id": person["id"],
        "submitter_id": person["id"],
        "organization_id": person["organization_id"],
        "tags": chance.choice(([], [], [], ["vip"], ["newsletter"], ["mobile"])),
        "priority": chance.choice((None, None, None, "normal", "low")),
    }
    ticket = Ticket(fields)
    ticket.comments.append(_comment(desk, person["id"], letter.body, stamp(came), public=True))
    if chance.random() < 0.15:  # noqa: PLR2004 - some are being worked on already
        agent = chance.choice([a for a in desk.agents if a != desk.me])
        answer = came + timedelta(minutes=min(letter.minutes, chance.randint(1, 60)))
        fields |= {
            "assignee_id": agent,
            "group_id": max(desk.groups),
            "status": chance.choice(("open", "pending")),
        }
        fields["updated_at"] = stamp(answer)
        text = FIRST_ANSWER.format(name=letter.customer.first)
        ticket.comments.append(_comment(desk, agent, text, stamp(answer), public=True))
    return ticket


def _comment(desk: Desk, author: int, text: str, at: str, *, public: bool) -> Record:
    return {
        "id": next(desk.ids) + 7_000_000,
        "type": "Comment",
        "author_id": author,
        "body": text,
        "html_body": "",
        "plain_body": text,
        "public": public,
        "attachments": [],
        "audit_id": next(desk.ids) + 7_000_000,
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": at,
        "metadata": {"system": {}, "custom": {}},
    }

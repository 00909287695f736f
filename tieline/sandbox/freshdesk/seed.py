"""Fills the simulated Freshdesk."""

from datetime import timedelta
from html import escape
from random import Random

from tieline.sandbox.desks import Desk, Ticket
from tieline.sandbox.freshdesk import rules
from tieline.sandbox.happening import Record, stamp
from tieline.sandbox.seed.cast import AGENTS, TEAMS, TRIAGE, companies, domain
from tieline.sandbox.seed.letters import Letter, letters


def populate(desk: Desk) -> None:
    """Groups, agents, companies, contacts and tickets."""
    _organize(desk)
    chance = Random(f"{desk.world.seed}:freshdesk:desk")  # noqa: S311 - simulation, not secrecy
    for i, letter in enumerate(letters(desk.world.seed, "freshdesk", desk.world.tickets)):
        ticket = _ticket(desk, chance, rules.FIRST_TICKET + i, letter)
        desk.tickets[ticket.id] = ticket
        desk.world.truth["freshdesk", ticket.id] = letter.category


def _organize(desk: Desk) -> None:
    long_ago = stamp(desk.clock() - timedelta(days=400))
    slugs = {slug: 61_001 + i for i, slug in enumerate([*TEAMS, "triage"])}
    people = [("Tieline Agent", "agent@sandbox.test", list(slugs.values()))]
    people += [
        (name, f"{name.split()[0].lower()}@lumora.example", [slugs[team] for team in (*teams, "triage")])
        for name, *teams in AGENTS
    ]
    for i, (name, email, groups) in enumerate(people):
        desk.agents[62_001 + i] = _agent(62_001 + i, name, email, groups, long_ago)
    desk.me = 62_001
    for slug, number in slugs.items():
        desk.groups[number] = {
            "id": number,
            "name": TEAMS.get(slug, TRIAGE),
            "description": f"Team for {slug}",
            "business_hour_id": None,
            "escalate_to": None,
            "unassigned_for": None,
            "agent_ids": [a["id"] for a in desk.agents.values() if number in a["group_ids"]],
            "group_type": "support_agent_group",
            "auto_ticket_assign": 0,
            "created_at": long_ago,
            "updated_at": long_ago,
        }
    for i, company in enumerate(companies()):
        desk.organizations[63_001 + i] = {
            "id": 63_001 + i,
            "name": company,
            "description": None,
            "note": None,
            "domains": [domain(company)],
            "health_score": None,
            "account_tier": None,
            "renewal_date": None,
            "industry": None,
            "custom_fields": {},
            "created_at": long_ago,
            "updated_at": long_ago,
        }


def _agent(number: int, name: str, email: str, groups: list[int], at: str) -> Record:
    contact = {
        "active": True,
        "email": email,
        "job_title": None,
        "language": "en",
        "last_login_at": at,
        "mobile": None,
        "name": name,
        "phone": None,
        "time_zone": "UTC",
        "created_at": at,
        "updated_at": at,
    }
    return {
        "id": number,
        "available": True,
        "occasional": False,
        "signature": None,
        "ticket_scope": 1,
        "type": "support_agent",
        "group_ids": groups,
        "role_ids": [],
        "skill_ids": [],
        "available_since": None,
        "contact": contact,
        "created_at": at,
        "updated_at": at,
    }


def _contact(desk: Desk, letter: Letter, at: str) -> Record:
    customer = letter.customer
    known = desk.person_by_email(customer.email)
    if known is None:
        company = next((o["id"] for o in desk.organizations.values() if o["name"] == customer.company), None)
        number = max(desk.people, default=70_000) + 1
        known = desk.people[number] = rules.contact_form(number, at) | {
            "name": customer.name,
            "email": customer.email,
            "company_id": company,
            "active": True,
        }
    return known


def markup(text: str) -> str:
    """Plain text as the HTML that a mail client would send."""
    return f"<div>{escape(text, quote=False).replace(chr(10), '<br>')}</div>" if text else ""


def _ticket(desk: Desk, chance: Random, number: int, letter: Letter) -> Ticket:
    came = desk.clock() - timedelta(minutes=letter.minutes)
    contact = _contact(desk, letter, stamp(came - timedelta(days=chance.randint(1, 300))))
    fields = rules.blank(number, stamp(came)) | {
        "subject": letter.subject,
        "description": markup(letter.body),
        "description_text": letter.body,
        "requester_id": contact["id"],
        "company_id": contact["company_id"],
        "to_emails": ["support@lumora.example"],
        "support_email": "support@lumora.example",
        "tags": chance.choice(([], [], [], ["vip"], ["newsletter"], ["mobile"])),
        "priority": chance.choice((1, 1, 1, 2)),
    }
    fields["due_by"] = stamp(came + timedelta(hours=rules.DUE[fields["priority"]]))
    fields["fr_due_by"] = stamp(came + timedelta(hours=rules.DUE[fields["priority"]] // 2))
    ticket = Ticket(fields)
    if chance.random() < 0.15:  # noqa: PLR2004 - some are being worked on already
        _answer(desk, chance, ticket, letter)
    return ticket


def _answer(desk: Desk, chance: Random, ticket: Ticket, letter: Letter) -> None:
    agent = chance.choice([number for number in desk.agents if number != desk.me])
    at = stamp(desk.clock() - timedelta(minutes=letter.minutes - min(letter.minutes, chance.randint(1, 60))))
    text = f"Hi {letter.customer.first}, thanks for writing. Somebody is looking at this and will be in touch."
    ticket.fields |= {
        "responder_id": agent,
        "group_id": max(desk.groups),
        "status": chance.choice((rules.OPEN, rules.PENDING)),
        "updated_at": at,
        "first_responded_at": at,
    }
    ticket.comments.append(
        {
            "id": next(desk.ids) + 8_000_000,
            "body": markup(text),
            "body_text": text,
            "incoming": False,
            "private": False,
            "user_id": agent,
            "support_email": "support@lumora.example",
            "source": 0,
            "ticket_id": ticket.id,
            "to_emails": [letter.customer.email],
            "from_email": "support@lumora.example",
            "cc_emails": [],
            "bcc_emails": [],
            "attachments": [],
            "created_at": at,
            "updated_at": at,
        }
    )

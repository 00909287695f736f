"""Who takes part: the shop's teams and agents, its customers and their companies. All of them are invented."""

from dataclasses import dataclass
from random import Random

CATEGORIES = (
    "billing",
    "account",
    "bug",
    "shipping",
    "refund",
    "feature",
    "api",
    "outage",
    "cancel",
    "howto",
)
"""The slugs that the seeded truth uses."""

TEAMS = {
    "billing": "Billing",
    "account": "Accounts & Access",
    "bug": "Engineering",
    "shipping": "Shipping",
    "refund": "Returns & Refunds",
    "feature": "Product",
    "api": "Integrations",
    "outage": "Reliability",
    "cancel": "Retention",
    "howto": "Customer Care",
}
"""One team per category; `TRIAGE` is where mail lands before anybody read it."""

TRIAGE = "Triage"

AGENTS = (
    ("Imani Okafor", "billing", "refund"),
    ("Jonas Lindqvist", "account", "howto"),
    ("Priya Raman", "bug", "outage"),
    ("Diego Fuentes", "shipping", "refund"),
    ("Hannah Weiss", "feature", "howto"),
    ("Tomasz Zielinski", "api", "bug"),
    ("Aiko Tanaka", "outage", "api"),
    ("Louise Bernard", "cancel", "billing"),
    ("Sami Haddad", "howto", "account"),
    ("Grace Muthoni", "refund", "shipping"),
)
"""Agents and the two teams each is in; all of them are in triage too."""

COMPANIES = (
    "Alder & Finch", "Bluebell Hotels", "Cobalt Dental", "Dunmore Schools", "Eastgate Clinics", "Fennel Street Cafes",
    "Granite Gyms", "Harbor Lane Studio", "Ivory Row Offices", "Juniper Retail", "Kestrel Logistics", "Larkspur Events",
    "Mossgrove Farms", "Northfield Theatre", "Oakhurst Council", "Pebble Bay Spa", "Quarry Hill Climbing",
    "Rowan Property", "Saltmarsh Brewing", "Thistle Books", "Umbra Galleries", "Verity Law", "Willow & Wren", "Yarrow Yoga",
)  # fmt: skip

_FIRST = (
    "Ada", "Ahmed", "Aisha", "Alejandro", "Amelie", "Anders", "Anika", "Arjun", "Beatriz", "Ben", "Bronwyn", "Carla", "Chen",
    "Chiara", "Daniel", "Deepa", "Dmitri", "Eilidh", "Elena", "Emeka", "Erik", "Fatima", "Femi", "Finn", "Gabriela", "Giulia",
    "Hassan", "Helen", "Hiroshi", "Ingrid", "Ismail", "Jack", "Jasmine", "Joana", "Kofi", "Lars", "Leila", "Liam", "Lucia",
    "Magda", "Malik", "Maria", "Mei", "Miguel", "Nadia", "Niamh", "Nikolai", "Noor", "Olivia", "Oscar", "Paula", "Petra", "Rahul",
    "Rosa", "Sean", "Sofia", "Stefan", "Tariq", "Thandi", "Ursula", "Victor", "Wei", "Yara", "Yusuf", "Zoe",
)  # fmt: skip

_LAST = (
    "Abara", "Almeida", "Andersson", "Baker", "Banerjee", "Bianchi", "Boateng", "Byrne", "Carter", "Castillo", "Chowdhury",
    "Clarke", "Costa", "Dahl", "Davies", "Dubois", "Edwards", "Eriksen", "Farrell", "Fischer", "Gallo", "Garcia", "Grant",
    "Gupta", "Hansen", "Harris", "Hoffmann", "Hughes", "Ibrahim", "Ito", "Jansen", "Kaya", "Kelly", "Khan", "Kim", "Kowalski",
    "Larsen", "Lopez", "Mackenzie", "Martin", "Mbeki", "Mensah", "Moreau", "Murray", "Nakamura", "Novak", "Nwosu", "Olsen",
    "Ortiz", "Park", "Patel", "Pereira", "Petrov", "Quinn", "Rossi", "Sato", "Schmidt", "Sharma", "Silva", "Singh", "Stewart",
    "Svensson", "Taylor", "Torres", "Vargas", "Walsh", "Weber", "Wright", "Yilmaz", "Young", "Zhang",
)  # fmt: skip

_MAIL = ("example.com", "example.org", "example.net", "mail.example", "post.example")


@dataclass(frozen=True)
class Customer:
    """Somebody who writes to support."""

    name: str
    email: str
    company: str | None

    @property
    def first(self) -> str:
        """The given name."""
        return self.name.split(" ", 1)[0]


def domain(company: str) -> str:
    """A company's mail domain (`.example` is reserved: nobody owns it)."""
    letters = "".join(c for c in company.lower().replace("&", "and") if c.isalnum())
    return f"{letters}.example"


def customers(chance: Random, count: int) -> list[Customer]:
    """Different people; about a third of them write for a company."""
    names = [f"{first} {last}" for first in _FIRST for last in _LAST]
    chance.shuffle(names)
    result = []
    for name in names[:count]:
        company = chance.choice(COMPANIES) if chance.random() < 0.35 else None  # noqa: PLR2004 - a share
        host = domain(company) if company else chance.choice(_MAIL)
        local = name.lower().replace(" ", chance.choice((".", "_", "")))
        result.append(Customer(name, f"{local}@{host}", company))
    return result

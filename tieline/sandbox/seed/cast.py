"""Who takes part: the shop's teams and agents, its customers and their companies. All are invented."""

from dataclasses import dataclass
from random import Random

from tieline.sandbox.seed.texts import texts

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


def companies() -> list[str]:
    """The names of all companies that are customers."""
    return list(texts("people")["companies"])


def domain(company: str) -> str:
    """A company's mail domain (`.example` is reserved: nobody owns it)."""
    letters = "".join(c for c in company.lower().replace("&", "and") if c.isalnum())
    return f"{letters}.example"


def customers(chance: Random, count: int) -> list[Customer]:
    """Different people; about a third of them write for a company."""
    names = [f"{first} {last}" for first in texts("people")["first"] for last in texts("people")["last"]]
    chance.shuffle(names)
    result = []
    for name in names[:count]:
        company = chance.choice(companies()) if chance.random() < 0.35 else None  # noqa: PLR2004 - a share
        host = domain(company) if company else chance.choice(texts("people")["mail_hosts"])
        local = name.lower().replace(" ", chance.choice((".", "_", "")))
        result.append(Customer(name, f"{local}@{host}", company))
    return result

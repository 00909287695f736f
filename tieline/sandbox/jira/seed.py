"""Fills the simulated Jira: two projects, the same agents, a few issues and what was said about them."""

from tieline.sandbox.happening import Record
from tieline.sandbox.jira.issues import add_issue, status
from tieline.sandbox.jira.memory import Site
from tieline.sandbox.jira.talk import add_comment
from tieline.sandbox.seed.cast import AGENTS

_PROJECTS = {"OPS": "Operations", "SHOP": "Web shop"}
_ISSUES = (
    (
        "OPS",
        "Bug",
        "Parcels are stuck in the Hamburg depot",
        "The carrier's feed has sent nothing since Friday.",
        "In Progress",
    ),
    (
        "OPS",
        "Task",
        "Move the nightly export to the new host",
        "The old one goes away at the end of the month.",
        "To Do",
    ),
    ("SHOP", "Bug", "Checkout says 0x3F to some customers", "It happens after the second address is added.", "To Do"),
    ("SHOP", "Story", "Show the delivery date in the cart", "Support is asked for it every day.", "Done"),
)
_TALK = (
    "I asked the carrier. They had a strike, and restart the feed tonight.",
    "Decision: we write to everybody who waits longer than five days.",
    "Open: who pays for the replacements?",
)


def populate(site: Site) -> None:
    """People, projects, issues and comments."""
    site.me = _person(site, "Tieline", "tieline@sandbox.test")
    for name, *_ in AGENTS:
        _person(site, name, f"{name.split()[0].lower()}@lumora.example")
    for number, (key, name) in enumerate(_PROJECTS.items(), 10_000):
        site.projects[key] = {"id": str(number), "key": key, "name": name, "projectTypeKey": "software"}
    for project, kind, summary, text, where in _ISSUES:
        issue = add_issue(site, project, kind, {"summary": summary, "description": _document(text)})
        issue["fields"]["status"] = status(where)
    first = next(iter(site.issues.values()))
    for text in _TALK:
        add_comment(site, first, _document(text))


def _person(site: Site, name: str, email: str) -> str:
    number = f"5b10sandbox{len(site.people):013d}"
    site.people[number] = {"accountId": number, "displayName": name, "emailAddress": email, "active": True}
    return number


def _document(text: str) -> Record:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }

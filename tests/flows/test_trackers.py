"""Trackers: what names an issue in a text, and the issue behind it; Jira and GitHub are simulated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from blocks.asana import AsanaCredentials
from blocks.github import GitHubCredentials
from blocks.jira import JiraCredentials
from blocks.linear import LinearCredentials
from blocks.trello import TrelloCredentials
from flows.trackers import Issue, Tracker, tracker
from tests.contracts import Exchange, asana, linear, trello
from tests.contracts.play import Vendor
from tests.test_contracts import CONTRACTS
from tieline import connections, errors
from tieline.sandbox import Sandbox, running
from tieline.sandbox.github.memory import GitHub
from tieline.sandbox.jira.memory import Site
from tieline.transport import clients

FAST = "100000/minute"
#: A tracker is asked here outside of a flow, where Prefect has no place for what its tasks log.
pytestmark = pytest.mark.filterwarnings("ignore:Logger 'prefect.task_runs' attempted:UserWarning")

BLOCKS: dict[str, type[BaseModel]] = {
    "asana": AsanaCredentials,
    "linear": LinearCredentials,
    "trello": TrelloCredentials,
}
SHORT = "3CsPkqOF"


@pytest.fixture(scope="module")
def places() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


@pytest.fixture
def simulated(prefect_server: str, places: Sandbox) -> Sandbox:
    """A sandbox, and the connections `work` and `docs` that lead to its Jira and its GitHub."""
    assert prefect_server
    JiraCredentials(**places.connection("jira"), rate=FAST).save("work", overwrite=True)
    GitHubCredentials(**places.connection("github"), rate=FAST).save("docs", overwrite=True)
    return places


def played(monkeypatch: pytest.MonkeyPatch, system: str, *wire: Exchange) -> tuple[Tracker, Vendor]:
    """A tracker whose vendor answers as its contract says; its block is not saved anywhere."""
    contract = CONTRACTS[system]
    block = BLOCKS[system](**contract.credentials)

    async def load(_kind: object, name: str) -> object:
        assert name == "main"
        return block

    monkeypatch.setattr(connections, "load", load)
    clients.transport = vendor = Vendor(contract, wire)
    return tracker(f"{system}/main"), vendor


def test_a_tracker_is_found_by_its_name() -> None:
    for system in ("asana", "github", "jira", "linear", "trello"):
        assert isinstance(tracker(f"{system}/main"), Tracker)
    with pytest.raises(errors.ConfigError, match="names no tracker"):
        tracker("linear")
    with pytest.raises(errors.UnknownName, match="no tracker 'zendesk'"):
        tracker("zendesk/support")
    with pytest.raises(errors.UnknownName, match="no tracker 'issue'"):
        tracker("issue/main")


@pytest.mark.parametrize("system", ("linear", "jira"))
@pytest.mark.parametrize(
    ("text", "found"),
    (
        ("ENG-123: light (see ENG-7, ENG-123)", ["ENG-123", "ENG-7"]),
        ("Fixes https://linear.app/acme/issue/ENG-9/the-lamp and https://acme.atlassian.net/browse/A2_B-10.",
         ["ENG-9", "A2_B-10"]),
        ("ann/eng-123-the-lamp", ["ENG-123"]),
        ("feature/ENG-4", ["ENG-4"]),
        ("see CVE-2024-1234, x-ENG-1, 7-11, step-2 and ENG-0", []),
        ("", []),
    ),
)  # fmt: skip
def test_keys(system: str, text: str, found: list[str]) -> None:
    assert tracker(f"{system}/main").references(text) == found


@pytest.mark.parametrize(
    ("connection", "text", "found"),
    (
        ("trello/main", f"See https://trello.com/c/{SHORT}/7-the-lamp, trello.com/c/{SHORT}.", [SHORT]),
        ("trello/main", "https://trello.com/b/CGKHU6vL/light https://trello.com/c/short nottrello.com/c/x", []),
        ("asana/main", "https://app.asana.com/0/51/71/f https://app.asana.com/0/51/71", ["71"]),
        ("asana/main", "https://app.asana.com/1/31/project/51/task/72?focus=true", ["72"]),
        ("asana/main", "https://app.asana.com/1/31/task/73", ["73"]),
        ("asana/main", "https://app.asana.com/1/31/project/51/list/5 https://app.asana.com/0/51/list", []),
    ),
)
def test_links(connection: str, text: str, found: list[str]) -> None:
    assert tracker(connection).references(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    (
        ("Fixes #12 (and GH-13), but not other/lib#3", ["acme/app#12", "acme/app#13", "other/lib#3"]),
        ("https://github.com/acme/docs/pull/14#issuecomment-1 #12 #12", ["acme/docs#14", "acme/app#12"]),
        ("&#123; a.html#5 https://x.test/acme/app#6 https://gitlab.test/a/b/issues/7 #0a0 #x C#9", []),
    ),
)
def test_numbers(text: str, found: list[str]) -> None:
    assert tracker("github/docs", "acme/app").references(text) == found


def test_a_number_alone_names_nothing_without_a_repository() -> None:
    assert tracker("github/docs").references("#12, acme/app#13") == ["acme/app#13"]


async def test_jira(simulated: Sandbox) -> None:
    place, site = tracker("jira/work"), simulated.state[Site]
    number, issue = next(iter(site.issues.items()))
    key = issue["key"]
    found = await place.get(key)
    assert found is not None
    assert (found.key, bool(found.title), bool(found.state)) == (key, True, True)
    assert found.link == f"{simulated.connection('jira')['url']}/browse/{key}"
    assert await place.get("NONE-1") is None
    before = len(site.comments[number])
    await place.comment(key, "Documented in **docs**.")
    assert len(site.comments[number]) == before + 1


async def test_github(simulated: Sandbox) -> None:
    forge = tracker("github/docs", "acme/app")
    repo = simulated.state[GitHub].repos["acme/app"]
    number = next(iter(repo.issues))
    (reference,) = forge.references(f"See #{number}")
    found = await forge.get(reference)
    assert found is not None
    assert (found.key, found.title, found.state) == (f"acme/app#{number}", repo.issues[number]["title"], "open")
    assert await forge.get("acme/app#9999") is None
    assert await forge.get("acme/gone#1") is None
    await forge.comment(reference, "Documented.")
    assert repo.comments[number][-1]["body"] == "Documented."
    with pytest.raises(errors.ConfigError, match="names no issue"):
        await forge.get("acme/app")


SEEN = {
    "linear": Issue(
        key="ENG-123",
        title="The lamp does not light",
        text="It is *dark*.",
        state="In Progress",
        link="https://linear.app/acme/issue/ENG-123/the-lamp",
        labels=("Docs",),
    ),
    "trello": Issue(
        key=SHORT,
        title="The lamp does not light",
        text="It is *dark*.",
        state="To do",
        link=f"https://trello.com/c/{SHORT}/7-the-lamp-does-not-light",
        labels=("Docs",),
    ),
    "asana": Issue(
        key="71",
        title="The lamp does not light",
        text="It is dark.",
        state="To do",
        link="https://app.asana.com/1/31/project/51/task/71",
        labels=("docs",),
    ),
}
ANSWERS = {
    "linear": ({"data": {"issue": linear.ISSUE}}, {"data": {"commentCreate": {"comment": linear.COMMENT}}}),
    "trello": ({**trello.CARD, "list": trello.LIST}, trello.COMMENT),
    "asana": (asana.data(asana.TASK), asana.data(asana.STORY)),
}
MISSING = {
    "linear": Exchange("", response={"errors": [{"message": "Entity not found: Issue"}], "data": None}),
    "trello": Exchange("", status=404, response=b"The requested resource was not found."),
    "asana": Exchange("", status=403, response={"errors": [{"message": "Forbidden"}]}),
}


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("system", SEEN)
async def test_an_issue_is_found_and_commented(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    issue, comment = ANSWERS[system]
    place, vendor = played(monkeypatch, system, Exchange("", response=issue), Exchange("", response=comment))
    reference = SEEN[system].key
    assert await place.get(reference) == SEEN[system]
    await place.comment(reference, "Documented.")
    assert b"Documented." in vendor.seen[1].content
    assert reference in f"{vendor.seen[1].url}{vendor.seen[1].content!r}"


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("system", MISSING)
async def test_what_is_not_there_is_none(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    place, _ = played(monkeypatch, system, MISSING[system])
    assert await place.get(SEEN[system].key) is None


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("system", MISSING)
async def test_a_login_that_is_refused_is_no_missing_issue(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    place, _ = played(monkeypatch, system, Exchange("", status=401))
    with pytest.raises(errors.AuthFailed):
        await place.get(SEEN[system].key)

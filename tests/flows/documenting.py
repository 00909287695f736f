"""A code host to read from and to write to, a wiki, and a documentation project between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import dedent
from typing import Any

import pytest

from blocks.confluence import ConfluenceCredentials
from blocks.documentation_project import DocumentationProject, Review, Source, Target
from blocks.github import GitHubCredentials
from flows.docs_on_push import Documented, docs_on_push
from flows.documentation.project import NOWHERE, Push
from flows.documentation.scribe import Outcome
from flows.publish_documentation import Published, publish_documentation
from tests.saving import save
from tieline import approvals, connections
from tieline.inbox import scope
from tieline.sandbox import Sandbox, running
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.github.memory import GitHub, Repo

FAST = "100000/minute"
#: Plain calls in place of task runs, which cost ten times as much; one test has them.
LEAN = scope.Scope("", lean=True)
TRACK = '''
    """Parcels, and where they are."""


    def track(number: str, carrier: str) -> str:
        """Where a parcel is.

        Args:
            number: Such as AC-1001.
            carrier: Who carries it.
        """
        return f"{number} is in the depot of {carrier}"
    '''
REQUEST = Target(connection="github/docs", place="acme/docs", how="pull_request")
COMMIT = Target(connection="github/docs", place="acme/docs@main:api")
PAGES = Target(connection="confluence/docs", place="DOCS")
ALONE = Review(auto=["everything"])


@pytest.fixture
def house(prefect_server: str) -> Iterator[Sandbox]:
    """A code host to read from and to write to, and a wiki."""
    assert prefect_server
    with running(tickets=1) as made:
        login = made.connection("github")
        save(GitHubCredentials(**login, rate=FAST, read_only=True), "app")
        save(GitHubCredentials(**login, rate=FAST), "docs")
        save(ConfluenceCredentials(**made.connection("confluence"), rate=FAST), "docs")
        connections.forget()
        yield made


async def project(*targets: Target, name: str = "app", **more: Any) -> None:
    """Save a documentation project, in place of all others."""
    source = more.pop("source", Source(connection="github/app", repository="acme/app"))
    for other in await connections.saved(DocumentationProject):
        await DocumentationProject.adelete(other)
    made = DocumentationProject(source=source, targets=list(targets), **more)
    await made.asave(name, overwrite=True)


def push(
    house: Sandbox,
    files: dict[str, str | None],
    message: str = "feat!: track asks for the carrier",
    branch: str = "main",
) -> Push:
    """Somebody pushes."""
    github, repo = house.state[GitHub], app(house)
    before = repo.refs.get(f"refs/heads/{branch}", NOWHERE)
    content = {path: None if text is None else dedent(text).lstrip("\n").encode() for path, text in files.items()}
    after = github.push(repo, branch, content, message, "Ada Example")
    return Push(source="github/app", repository="acme/app", branch=branch, before=before, after=after)


def app(house: Sandbox) -> Repo:
    return house.state[GitHub].repos["acme/app"]


def docs(house: Sandbox) -> Repo:
    return house.state[GitHub].repos["acme/docs"]


def text(repo: Repo, path: str, branch: str = "main") -> str:
    """A file as it is in a branch; empty where it is not."""
    found = repo.objects.files(repo.objects.commits[repo.refs[f"refs/heads/{branch}"]].tree).get(path)
    return repo.objects.blobs[found[1]].decode() if found else ""


def write(house: Sandbox, path: str, content: str) -> None:
    """Somebody writes a page by hand."""
    house.state[GitHub].push(docs(house), "main", {path: content.encode()}, "docs: by hand", "Ben Example")


def wiki(house: Sandbox) -> dict[str, str]:
    """The pages of the wiki, by title."""
    return {page["title"]: page["body"]["storage"]["value"] for page in house.state[Wiki].pages.values()}


def commits(repo: Repo) -> int:
    return len(repo.objects.history(repo.refs["refs/heads/main"]))


async def one(pushes: Sequence[Push] = (), **more: Any) -> Outcome:
    """What became of the only project."""
    with scope.working(LEAN):
        made: Documented = await docs_on_push(list(pushes) or None, **more)
    (outcome,) = made.outcomes
    return outcome


async def decided(asked: Outcome, decision: approvals.Decision = "approve", **more: str) -> Published:
    """What became of it when somebody has decided."""
    approvals.decide(asked.approval, decision, by="Ann", via="cli", **more)
    with scope.working(LEAN):
        (done,) = await publish_documentation([asked.approval])
    return done


def requests(house: Sandbox) -> list[dict[str, Any]]:
    return [one for one in docs(house).pulls() if one["state"] == "open"]

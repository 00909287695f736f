"""A repository at Bitbucket, as scenarios see it; the answers are those of the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from blocks.bitbucket import BitbucketCredentials
from flows.code_hosts import Host, host
from tests.contracts import Exchange
from tests.contracts.bitbucket import contract
from tests.contracts.bitbucket.records import (
    AT,
    BRANCH,
    MERGED,
    META,
    NEW,
    OLD,
    PULL,
    SECOND,
    commit,
    entry,
    newest,
    stat,
    values,
)
from tests.contracts.play import Vendor
from tieline import errors
from tieline.transport import clients

#: A host is asked here outside of a flow, where Prefect has no place for what its tasks log.
pytestmark = pytest.mark.filterwarnings("ignore:Logger 'prefect.task_runs' attempted:UserWarning")
FOUND = Exchange(f"GET {AT}/commit/{OLD}", response=commit(OLD, "x"))


class Told:
    """Bitbucket, which answers what it is told to answer next."""

    def __init__(self) -> None:
        self.vendor = Vendor(contract, ())
        clients.transport = self.vendor

    def next(self, *wire: Exchange) -> None:
        assert not self.vendor.left, "it was asked less than was thought"
        self.vendor.left += wire


@pytest.fixture
def told() -> Iterator[Told]:
    made = Told()
    yield made
    assert not made.vendor.left, "it was asked less than was thought"


@pytest.fixture
def app(prefect_server: str) -> Host:
    assert prefect_server
    BitbucketCredentials(**contract.credentials).save("docs", overwrite=True)
    return host("bitbucket/docs", "acme/app")


async def test_a_comparison_says_what_each_file_is(app: Host, told: Told) -> None:
    assert isinstance(app, Host)
    wire = contract.actions["compare_commits"].wire
    stats = values(stat("renamed", "b", "c", 0), stat("removed", "z.py", None))
    there = Exchange(f"GET {AT}/src/{NEW}/c", query=META, response=entry("c", 9, "executable", "binary"))
    told.next(*wire[:-1], Exchange(wire[-1].request, query=wire[-1].query, response=stats), there)
    found = await app.compare("v1", NEW)
    seen = [(one.path, one.status, one.previous, one.mode, one.size, one.binary) for one in found.files]
    assert seen == [("c", "renamed", "b", "executable", 9, True), ("z.py", "removed", "", "file", 0, False)]
    assert (found.base, found.head, found.diverged) == (OLD, NEW, True)
    assert [(one.sha, one.author) for one in found.commits] == [(OLD, "Ada"), (NEW, "Ada")]


async def test_files_are_found_and_read(app: Host, told: Told) -> None:
    told.next(*contract.actions["list_files"].wire)
    assert [(one.path, one.mode) for one in await app.files(OLD, ["**/*.md"])] == [
        ("deep/b.md", "symlink"),
        ("docs/a.md", "executable"),
    ]
    told.next(*contract.actions["get_file"].wire[2:])
    assert await app.read(NEW, "docs/a b.md") == b"Hello"
    told.next(BRANCH)
    assert await app.head("main") == OLD
    assert app.link("docs/new", "a b.md", 3) == "https://bitbucket.org/acme/app/src/docs%2Fnew/a%20b.md#lines-3"


async def test_a_change_becomes_a_pull_request_once(app: Host, told: Told) -> None:
    told.next(*contract.actions["commit_files: an earlier try has made it"].wire)
    made = await app.commit("main", OLD, {"docs/new.md": b"New\n", "docs/old.md": None}, "Fix it")
    assert made == NEW
    find, create = contract.actions["find_pull_request"].wire[0], contract.actions["create_pull_request"].wire[0]
    told.next(Exchange(find.request, query=find.query, response=values()), create, newest("docs"))
    first = await app.propose("docs", "main", "Docs", "All of them.", ["docs"])
    update = Exchange(f"PUT {AT}/pullrequests/7", json={"title": "Docs", "description": "All of them."}, response=PULL)
    told.next(find, update, newest("docs"))
    second = await app.propose("docs", "main", "Docs", "All of them.")
    assert (first.number, first.head, first.new, second.number, second.new) == (7, NEW, True, 7, False)
    told.next(find, newest("docs"))
    assert await app.proposal("docs", "main") == second
    told.next(Exchange(find.request, query=find.query, response=values()))
    assert await app.proposal("docs", "main") is None


async def test_a_pull_request_is_merged_or_closed(app: Host, told: Told) -> None:
    get, merge = contract.actions["merge_pull_request"].wire
    plain = {"type": "pullrequest_merge_parameters", "merge_strategy": "merge_commit"}
    told.next(get, Exchange(merge.request, json=plain, response=MERGED))
    await app.merge(7, NEW)
    told.next(get, Exchange("", status=400, response={"type": "error", "error": {"message": "There are conflicts."}}))
    with pytest.raises(errors.Conflict, match="See on its page"):
        await app.merge(7, NEW)
    told.next(*contract.actions["add_comment"].wire, *contract.actions["decline_pull_request"].wire)
    await app.close(7, "Me too")


async def test_a_branch_is_made_once(app: Host, told: Told) -> None:
    absent = Exchange("", response=values())
    told.next(absent, *contract.actions["create_branch"].wire)
    await app.branch("docs/new", OLD)
    told.next(BRANCH)
    await app.branch("main", OLD)
    told.next(Exchange("", response=values({"name": "main", "target": SECOND})))
    with pytest.raises(errors.Conflict, match="is there already"):
        await app.branch("main", OLD)

"""A repository's issues as a side of a sync; GitHub is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flows.sides import open_side
from tasks import github
from tests.sync.simulated import Clock, by, simulated
from tieline import errors
from tieline.sandbox.github.memory import GitHub, Repo
from tieline.sandbox.github.talk import new_issue
from tieline.sync.model import Place
from tieline.sync.side import REF, Cell, Change, Side


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def forge(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[GitHub]:
    with simulated(monkeypatch, "github", clock) as (app, _):
        yield app.state[GitHub]


@pytest.fixture
def repo(forge: GitHub) -> Repo:
    found = forge.repos["acme/app"]
    new_issue(forge, found, "Second", "Two")
    return found


async def side(*keys: str) -> Side:
    return await open_side(Place(connection="github/main", place="acme/app"), list(keys))


async def test_issues_are_rows(forge: GitHub, repo: Repo, clock: Clock) -> None:
    issues = await side("title")
    first = await issues.read(["number", "title", "body", "state"])
    assert by(first, "number", "body", "state")[1] == (2, "Two", "open")
    assert first.whole
    quiet = await issues.read(["title"], (await issues.read(["title"])).mark)
    assert (quiet.whole, list(quiet.rows)) == (False, [])
    clock.forward(hours=1)
    repo.issues[2] |= {"state": "closed", "updated_at": forge.now()}
    later = await issues.read(["number", "title", "body", "state"], first.mark)
    assert by(later, REF, "state")[-1] == ("2", "closed")
    assert not later.whole


async def test_a_row_becomes_an_issue_once(repo: Repo) -> None:
    cells: dict[str, Cell] = {"title": "Lamp", "body": "Dark.", "labels": ["docs"], "state": "closed"}
    new = Change(key={"title": "Lamp"}, cells=cells, new=True)
    assert [(await (await side("title")).write([new]))[0].ref for _ in range(2)] == ["3", "3"]
    assert (len(repo.issues), repo.issues[3]["state"], repo.issues[3]["labels"][0]["name"]) == (3, "closed", "docs")
    (refused,) = await (await side("number")).write([Change(key={"number": 9}, cells={"title": "x"}, new=True)])
    assert "such as title" in refused.refused


async def test_issues_are_changed(repo: Repo) -> None:
    issues = await side("number")
    done = await issues.write(
        [
            Change(key={"number": 2}, ref="2", cells={"body": None, "title": "Other", "labels": ["a", "b"]}),
            Change(key={"number": 77}, ref="77", cells={"title": "x"}),
            Change(key={"number": 1}, ref="1", gone=True),
        ]
    )
    assert (repo.issues[2]["title"], repo.issues[2]["body"]) == ("Other", "")
    assert [bool(one.refused) for one in done] == [False, True, True]
    assert "deletes" in done[2].refused
    fields = {one.name: one for one in (await issues.read([])).fields}
    assert issues.fits(fields["state"], "done") == "state is one of open, closed; not 'done'."
    assert "at most 256" in issues.fits(fields["title"], "x" * 257)


async def test_what_github_drops_is_not_remembered_as_written(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repo
    ask = github.update_issue

    async def dropping(*args: Any, **more: Any) -> Any:
        return (await ask(*args, **more)).model_copy(update={"assignees": ["ann"]})

    monkeypatch.setattr(github, "update_issue", dropping)
    cells: dict[str, Cell] = {"assignees": ["ann", "bob"], "labels": ["b", "a"], "body": None}
    (done,) = await (await side("number")).write([Change(key={"number": 2}, ref="2", cells=cells)])
    assert (done.ref, done.cells) == ("2", {"assignees": ["ann"]})


async def test_the_place_is_a_repository() -> None:
    with pytest.raises(errors.ConfigError, match="names no repository"):
        await open_side(Place(connection="github/main", place="acme"), ["title"])

"""A project's issues as a side of a sync; Jira is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from flows.sides import open_side
from tests.sync.simulated import Clock, by, rows, simulated
from tieline import errors
from tieline.sandbox.jira import search
from tieline.sandbox.jira.issues import change
from tieline.sandbox.jira.memory import Site
from tieline.sync.model import Place
from tieline.sync.side import REF, Cell, Change, Side


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.at = datetime.now(UTC)
    return made


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Site]:
    clock.forward(hours=-1)  # when all began
    with simulated(monkeypatch, "jira", clock) as (app, _):
        clock.forward(hours=1)
        yield app.state[Site]


async def side(*keys: str) -> Side:
    return await open_side(Place(connection="jira/main", place="OPS"), list(keys))


async def test_issues_are_rows(site: Site) -> None:
    issues = await side("key")
    change(site, site.issues["OPS-1"], {"labels": ["a"]})
    first = await issues.read(["key", "summary", "status", "type", "labels"])
    assert by(first, "key", "status", "type", "labels") == [
        ("OPS-1", "In Progress", "Bug", ["a"]),
        ("OPS-2", "To Do", "Task", []),
    ]
    assert first.locked[0, "type"].startswith("the issue's type")
    change(site, site.issues["OPS-1"], {"summary": "Other"})
    later = await issues.read(["summary"], first.mark)
    assert (by(later, REF, "summary"), later.whole) == ([("OPS-1", "Other")], False)


async def test_a_row_becomes_an_issue_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    cells: dict[str, Cell] = {
        "summary": "Lamp",
        "type": "Bug",
        "status": "Done",
        "labels": ["x"],
        "description": "Dark.",
    }
    new = Change(key={"summary": "Lamp"}, cells=cells, new=True)
    (made,) = await (await side("summary")).write([new])
    assert (made.ref, site.issues["OPS-3"]["fields"]["status"]["name"]) == ("OPS-3", "Done")
    # It is not in the index yet, and is found all the same.
    found = search._found
    monkeypatch.setattr(search, "_found", lambda *a: [one for one in found(*a) if one["key"] != "OPS-3"])
    (again,) = await (await side("summary")).write([new])
    assert (again.ref, again.refused, len(site.issues)) == ("OPS-3", "", 5)
    (refused,) = await (await side("key")).write([Change(key={"key": "OPS-99"}, cells=cells, new=True)])
    assert "such as summary" in refused.refused


async def test_issues_are_changed_and_deleted(site: Site) -> None:
    issues = await side("key")
    done = await issues.write(
        [
            Change(key={}, ref="OPS-1", cells={"status": "Done", "description": None, "labels": ["b"]}),
            Change(key={}, ref="OPS-2", cells={"summary": "Mine"}, before={"summary": "Theirs"}),
            Change(key={}, ref="SHOP-1", cells={"status": "Nowhere"}),
            Change(key={}, ref="SHOP-2", cells={"type": "Bug"}),
        ]
    )
    assert [bool(one.refused) for one in done] == [False, True, True, True]
    assert "changed meanwhile" in done[1].refused
    fields = site.issues["OPS-1"]["fields"]
    assert (fields["status"]["name"], fields["labels"]) == ("Done", ["b"])
    assert rows(await issues.read(["description"]))[0]["description"] is None
    gone = [Change(key={}, ref=ref, gone=True) for ref in ("OPS-2", "OPS-77")]
    assert [one.refused for one in await issues.write(gone)] == ["", ""]
    assert "OPS-2" not in site.issues


async def test_a_description_is_told_as_jira_holds_it(site: Site) -> None:
    issues, said = await side("key"), "One line\nand another: 5 * 3"
    (done,) = await issues.write([Change(key={}, ref="OPS-1", cells={"description": said})])
    held = next(row["description"] for row in rows(await issues.read(["description"])) if row[REF] == "OPS-1")
    assert done.cells == {"description": held} != {"description": said}
    assert site.issues["OPS-1"]


async def test_what_fits(site: Site) -> None:
    assert site
    issues = await side("key")
    fields = {one.name: one for one in (await issues.read([])).fields}
    assert "no blanks" in issues.fits(fields["labels"], ["a b"])
    assert issues.fits(fields["summary"], "a\nb") == "A summary is one line."
    with pytest.raises(errors.ConfigError, match="no key of a project"):
        await open_side(Place(connection="jira/main", place='OPS" OR x'), ["key"])

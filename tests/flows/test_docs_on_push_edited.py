"""What people write on pages is not lost: around what is generated, in it, and while it is published."""

from __future__ import annotations

import pytest

from blocks.documentation_project import DocumentationProject, Source, Target
from tests.flows.documenting import (
    ALONE,
    COMMIT,
    PAGES,
    TRACK,
    decided,
    docs,
    one,
    project,
    push,
    text,
    wiki,
    write,
)
from tieline import connections
from tieline.sandbox import Sandbox
from tieline.store import bookmarks

pytestmark = pytest.mark.prefect


async def test_a_region_that_somebody_edited_is_a_conflict_and_no_loss(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    await one([push(house, {"src/acme/prices.py": "def price(): ...\n"}, "feat!: no price")])
    path = "api/reference/acme.md"
    assert text(docs(house), path)
    by_hand = text(docs(house), path).replace("Parcels of Acme.", "Parcels of Acme, by Ann.")
    write(house, path, f"# By hand\n\n{by_hand}")
    outcome = await one([push(house, {"src/acme/parcels.py": TRACK})])
    assert outcome.status == "waiting", "a person has to look, whatever the rules say"
    assert outcome.conflicts == ("github/docs acme/docs@main:api, reference/acme",)
    assert "Somebody has edited what is generated here" in outcome.told
    await decided(outcome)
    assert text(docs(house), path) == f"# By hand\n\n{by_hand}"
    assert "carrier" in text(docs(house), "api/changelog.md"), "the rest is published"


async def test_text_around_a_region_stays(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    path = "api/reference/acme.more.md"
    write(house, path, f"# More\n\nBy hand.\n\n{text(docs(house), path)}\nAlso by hand.\n")
    await one([push(house, {"src/acme/more.py": TRACK.replace("carrier", "van")}, "feat!: vans")])
    page = text(docs(house), path)
    assert page.startswith("# More\n\nBy hand.\n")
    assert page.endswith("Also by hand.\n")
    assert "van" in page
    assert "carrier" not in page
    await one([push(house, {"src/acme/more.py": None}, "feat!: no more")])
    assert text(docs(house), path) == "# More\n\nBy hand.\n\nAlso by hand.\n"


async def test_a_page_of_a_module_that_is_gone_goes(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    assert text(docs(house), "api/reference/acme.more.md")
    await one([push(house, {"src/acme/more.py": None}, "feat!: no more")])
    assert text(docs(house), "api/reference/acme.more.md") == ""


@pytest.mark.parametrize("target", (COMMIT, PAGES), ids=lambda one: one.connection)
async def test_everything_takes_away_what_is_gone_when_a_person_agrees(house: Sandbox, target: Target) -> None:
    await project(target, review=ALONE)
    await one([push(house, {f"src/acme/{name}.py": "def f(): ...\n" for name in ("more", "most")}, "feat: more")])
    write(house, "api/reference/acme.by_hand.md", "# By hand\n")
    path = "api/reference/acme.more.md"
    write(house, path, f"By Ann.\n\n{text(docs(house), path)}")
    pushed = push(house, {"src/acme/more.py": None, "src/acme/most.py": None}, "feat!: no more")
    bookmarks.put("docs_on_push/app/main", pushed.after)  # a push that was missed
    asked = await one(project="app", everything=True)
    assert asked.status == "waiting", "whatever the rules say"
    assert "| removed | `reference/acme.more`, `reference/acme.most`, `undocumented` |" in asked.told
    await decided(asked)
    if target is PAGES:
        assert "f()" not in wiki(house)["Reference: acme.more"] + wiki(house)["Undocumented"]
        return
    assert text(docs(house), path) == "By Ann.\n"
    assert text(docs(house), "api/reference/acme.most.md") == ""
    assert "acme.more" not in text(docs(house), "api/undocumented.md")
    assert text(docs(house), "api/reference/acme.by_hand.md") == "# By hand\n"
    assert text(docs(house), "api/reference/acme.md")
    assert (await one(project="app", everything=True)).status == "unchanged"


async def test_everything_leaves_what_may_be_of_another_project_or_of_a_person(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    await one([push(house, {f"src/acme/{name}.py": "def f(): ...\n" for name in ("more", "most")}, "feat: more")])
    path = "api/reference/acme.more.md"
    write(house, path, text(docs(house), path).replace("f()", "f(by, Ann)"))
    pushed = push(house, {"src/acme/more.py": None, "src/acme/most.py": None}, "feat!: no more")
    bookmarks.put("docs_on_push/app/main", pushed.after)
    outcome = await one(project="app", everything=True, dry_run=True)
    assert outcome.conflicts == ("github/docs acme/docs@main:api, reference/acme.more",)
    other = Source(connection="github/app", repository="acme/other")
    await DocumentationProject(source=other, targets=[COMMIT]).asave("other", overwrite=True)
    connections.forget()
    outcome = await one(project="app", everything=True, dry_run=True)
    assert "acme.mo" not in outcome.told

"""What moves between a decision and its publication: nothing is lost or half published, and one question is asked."""

from __future__ import annotations

from typing import Any

import pytest

from flows.publish_documentation import publish_documentation
from tests.flows.documenting import (
    COMMIT,
    LEAN,
    PAGES,
    REQUEST,
    TRACK,
    commits,
    decided,
    docs,
    one,
    project,
    push,
    text,
    wiki,
    write,
)
from tieline import approvals
from tieline.errors import ConnectorError
from tieline.inbox import scope
from tieline.sandbox import Sandbox
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.faults import Fault
from tieline.sandbox.github.memory import GitHub

#: Each plays a whole story, with several runs and decisions: a minute in all.
pytestmark = [pytest.mark.prefect, pytest.mark.slow]


def page_of(house: Sandbox, title: str) -> dict[str, Any]:
    (page,) = [page for page in house.state[Wiki].pages.values() if page["title"] == title]
    return page


def edit(house: Sandbox, title: str, old: str, new: str) -> None:
    """Somebody edits a page of the wiki."""
    storage = page_of(house, title)["body"]["storage"]
    assert old in storage["value"]
    storage["value"] = storage["value"].replace(old, new)


async def test_an_edit_after_the_decision_is_asked_about_once_more(house: Sandbox) -> None:
    await project(COMMIT, PAGES)
    await decided(await one([push(house, {"src/acme/parcels.py": TRACK})]))
    pushed = push(house, {"src/acme/parcels.py": TRACK.replace("carrier", "van")})
    second = await one([pushed])
    edit(house, "Reference: acme", "Where a parcel is", "Edited by Ann")
    before = wiki(house), commits(docs(house))
    done = await decided(second)
    assert (done.did, wiki(house), commits(docs(house))) == ("asked", *before), "nothing is half published"
    (asked,) = approvals.waiting()
    assert (asked.id, asked.text) == (done.asked, approvals.get(second.approval).text)
    for told in ("Somebody has edited what is generated here", "approved by Ann via cli", "API changes", "van"):
        assert told in asked.summary
    with scope.working(LEAN):
        (again,) = await publish_documentation([second.approval])
    assert (again.asked, (await one([pushed])).approval) == (asked.id, asked.id), "one question, however often"
    assert [one.id for one in approvals.waiting()] == [asked.id]
    approvals.decide(asked.id, "approve", by="Ann", via="cli")
    with scope.working(LEAN):
        (last,) = await publish_documentation([asked.id])
    assert last.did == "published"
    assert "Edited by Ann" in wiki(house)["Reference: acme"]
    assert "van" in wiki(house)["API changelog"]
    assert (await one(project="app")).reason == "This commit is documented."


async def test_what_moves_after_the_second_question_is_a_third_one(house: Sandbox) -> None:
    await project(PAGES)
    await decided(await one([push(house, {"src/acme/parcels.py": TRACK, "src/acme/more.py": TRACK})]))
    files = {f"src/acme/{name}.py": TRACK.replace("carrier", "van") for name in ("parcels", "more")}
    second = await one([push(house, dict(files))])
    edit(house, "Reference: acme", "Where a parcel is", "Edited by Ann")
    asked = (await decided(second)).asked
    edit(house, "Reference: acme.more", "Where a parcel is", "Edited by Ben")
    third = await decided(second.model_copy(update={"approval": asked}))
    assert third.did == "asked"
    assert [one.id for one in approvals.waiting()] == [third.asked]
    assert "van" not in wiki(house)["API changelog"]
    done = await decided(second.model_copy(update={"approval": third.asked}), "reject", reason="We rewrite it")
    assert (done.did, approvals.waiting()) == ("dropped", [])


async def test_what_cannot_be_published_is_no_second_question_beside_a_newer_one(house: Sandbox) -> None:
    await project(PAGES)
    await decided(await one([push(house, {"src/acme/parcels.py": TRACK})]))
    second = await one([push(house, {"src/acme/parcels.py": TRACK.replace("carrier", "van")})])
    approvals.decide(second.approval, "approve", by="Ann", via="cli")
    newer = await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    edit(house, "Reference: acme", "Where a parcel is", "Edited by Ann")
    with scope.working(LEAN):
        (done,) = await publish_documentation([second.approval])
    assert (done.asked, [one.id for one in approvals.waiting()]) == (newer.approval, [newer.approval])


async def test_a_pull_request_that_cannot_be_merged_goes_on_from_where_the_branch_is(house: Sandbox) -> None:
    await project(REQUEST)
    asked = await one([push(house, {"src/acme/parcels.py": TRACK})])
    write(house, "changelog.md", "# By Ann\n")
    done = await decided(asked)
    again = approvals.get(done.asked)
    old, new = sorted(docs(house).pulls(), key=lambda one: one["number"])
    assert [one["state"] for one in (old, new)] == ["closed", "open"]
    assert again.link.endswith(f"/pull/{new['number']}")
    assert text(docs(house), "changelog.md") == "# By Ann\n"
    done = await decided(asked.model_copy(update={"approval": again.id}))
    assert done.did == "published"
    assert text(docs(house), "changelog.md").startswith("# By Ann\n")
    assert "Breaking changes" in text(docs(house), "changelog.md")


async def test_what_others_wrote_on_the_pull_request_since_is_shown_before_it_is_merged(house: Sandbox) -> None:
    await project(REQUEST)
    asked = await one([push(house, {"src/acme/parcels.py": TRACK})])
    (request,) = docs(house).pulls()
    branch = request["sandbox_head"]
    house.state[GitHub].push(docs(house), branch, {"guide.md": b"# By Ann"}, "docs: guide", "Ann Example")
    done = await decided(asked)
    again = approvals.get(done.asked)
    assert "Others have written on the branch" in again.summary
    assert again.link.endswith(f"/pull/{request['number']}")
    assert text(docs(house), "guide.md") != "# By Ann"
    await decided(asked.model_copy(update={"approval": again.id}))
    assert text(docs(house), "guide.md") == "# By Ann"
    assert "carrier" in text(docs(house), "changelog.md")


async def test_a_pull_request_closed_beside_an_approval_is_asked_about(house: Sandbox) -> None:
    await project(REQUEST)
    asked = await one([push(house, {"src/acme/parcels.py": TRACK})])
    (request,) = docs(house).pulls()
    request["state"] = "closed"
    done = await decided(asked)
    assert "is closed, and was not merged" in approvals.get(done.asked).summary
    assert (await decided(asked.model_copy(update={"approval": done.asked}))).did == "published"
    assert "carrier" in text(docs(house), "changelog.md")


async def test_what_is_half_published_goes_on_without_a_second_question(house: Sandbox) -> None:
    await project(COMMIT, PAGES)
    pushed = push(house, {"src/acme/parcels.py": TRACK})
    asked = await one([pushed])
    house.faults.add(Fault("html", system="confluence", match="POST "))
    with pytest.raises(ConnectorError):
        await decided(asked)
    assert text(docs(house), "api/changelog.md")
    assert "API changelog" not in wiki(house)
    house.faults.clear()
    again = await one([pushed])
    assert (again.status, again.approval) == ("published", asked.approval)
    assert "API changelog" in wiki(house)
    assert [approvals.get(asked.approval)] == approvals.everything()

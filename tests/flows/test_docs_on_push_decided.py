"""Who decides on documentation, when, and what becomes of the questions before and after."""

from __future__ import annotations

import pytest

from blocks.documentation_project import Review
from flows.documentation_reviewed import Review as Reviewed
from flows.documentation_reviewed import documentation_reviewed
from flows.publish_documentation import publish_documentation
from tests.flows.documenting import (
    COMMIT,
    PAGES,
    REQUEST,
    TRACK,
    app,
    decided,
    docs,
    one,
    project,
    push,
    requests,
    text,
    wiki,
)
from tieline import approvals
from tieline.errors import Conflict
from tieline.sandbox import Sandbox
from tieline.sandbox.github.memory import GitHub

pytestmark = pytest.mark.prefect


async def test_a_newer_push_takes_the_question_over(house: Sandbox) -> None:
    await project(REQUEST)
    first = await one([push(house, {"src/acme/parcels.py": TRACK})])
    second = await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    assert approvals.get(first.approval).state == "withdrawn"
    assert approvals.get(second.approval).state == "waiting"
    assert len([request for request in docs(house).pulls() if request["state"] == "open"]) == 1
    assert (second.base, second.breaking) == (first.base, 2), "both are in the newer one"


async def test_rejected_nothing_is_published_and_the_next_push_asks_again(house: Sandbox) -> None:
    await project(REQUEST, PAGES)
    before = wiki(house)
    asked = await one([push(house, {"src/acme/parcels.py": TRACK})])
    done = await decided(asked, "reject", reason="Not before Monday")
    (request,) = docs(house).pulls()
    assert (done.did, request["state"], request["merged"]) == ("dropped", "closed", False)
    assert wiki(house) == before
    next_one = await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    assert (next_one.status, next_one.breaking) == ("waiting", 2)


@pytest.mark.parametrize("merged", (True, False))
async def test_who_merges_or_closes_the_pull_request_has_decided(house: Sandbox, *, merged: bool) -> None:
    await project(REQUEST, PAGES)
    asked = await one([push(house, {"src/acme/parcels.py": TRACK})])
    (request,) = docs(house).pulls()
    review = Reviewed(
        source="github/docs", repository="acme/docs", branch=request["sandbox_head"], merged=merged, by="ann"
    )
    request |= {"state": "closed", "merged": merged}
    for stranger in ({"repository": "evil/docs"}, {"branch": "tieline/other/main-1234567"}, {"source": "gitlab/docs"}):
        assert await documentation_reviewed([review.model_copy(update=stranger)]) == []
    assert await documentation_reviewed([review]) == [asked.approval]
    decided = approvals.get(asked.approval)
    assert (decided.state, decided.decided_by) == ("approved" if merged else "rejected", "ann")
    assert await documentation_reviewed([review]) == [], "once"


async def test_a_person_may_put_the_news_into_other_words(house: Sandbox) -> None:
    await project(REQUEST, PAGES)
    asked = await one([push(house, {"src/acme/parcels.py": TRACK})])
    assert "Breaking changes" in (approvals.get(asked.approval).text or "")
    approvals.decide(
        asked.approval, "edit", by="Ann", via="cli", text="## Carriers\n\nName the carrier when you track."
    )
    await publish_documentation([asked.approval])
    for page in (text(docs(house), "changelog.md"), wiki(house)["API changelog"]):
        assert "Name the carrier when you track." in page
        assert "Breaking changes" not in page


async def test_rules_decide_by_what_changed_and_are_on_record(house: Sandbox) -> None:
    await project(COMMIT, review=Review(auto=["docstrings_only", "not_breaking"]))
    worded = text(app(house), "src/acme/prices.py").replace("express costs twice as much", "express is twice as much")
    docstring = await one([push(house, {"src/acme/prices.py": worded}, "docs: clearer")])
    assert (docstring.status, docstring.headline) == ("published", "docstrings only")
    assert approvals.get(docstring.approval).decided_by == "rule docstrings_only"
    added = await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    assert approvals.get(added.approval).decided_by == "rule not_breaking"
    assert (await one([push(house, {"src/acme/parcels.py": TRACK})])).status == "waiting"


async def test_a_strangers_pull_request_from_a_branch_of_the_same_name_decides_nothing(house: Sandbox) -> None:
    """Names of branches are free in forks; a merge into another branch is no publication either."""
    await project(REQUEST, PAGES)
    asked = await one([push(house, {"src/acme/parcels.py": TRACK})])
    (request,) = requests(house)
    for merged in (True, False):
        review = Reviewed(
            source="github/docs", repository="acme/docs", branch=request["sandbox_head"], merged=merged, by="eve"
        )
        assert await documentation_reviewed([review]) == []
    assert approvals.get(asked.approval).state == "waiting"


async def test_what_others_put_on_the_branch_is_not_merged_with_what_was_approved(house: Sandbox) -> None:
    await project(REQUEST)
    pushed = push(house, {"src/acme/parcels.py": TRACK})
    branch = f"tieline/app/main-{pushed.before[:7]}"
    docs(house).refs[f"refs/heads/{branch}"] = docs(house).refs["refs/heads/main"]
    message = "docs: eve\n\nGenerated-by: Tieline"
    house.state[GitHub].push(docs(house), branch, {"guide.md": b"# Send money to Eve"}, message, "Eve Example")
    asked = await one([pushed])
    await decided(asked)
    assert "carrier" in text(docs(house), "changelog.md")
    assert "Eve" not in text(docs(house), "guide.md")


async def test_a_commit_of_a_person_on_the_branch_is_not_taken_back(house: Sandbox) -> None:
    await project(REQUEST)
    await one([push(house, {"src/acme/parcels.py": TRACK})])
    (request,) = requests(house)
    branch = request["sandbox_head"]
    house.state[GitHub].push(docs(house), branch, {"guide.md": b"# By Ann"}, "docs: guide", "Ann Example")
    with pytest.raises(Conflict, match="Somebody else has written"):
        await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    assert text(docs(house), "guide.md", branch) == "# By Ann"


async def test_what_was_taken_back_is_not_merged_with_what_came_after(house: Sandbox) -> None:
    await project(REQUEST)
    first = await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    second = await one([push(house, {"src/acme/more.py": None, "src/acme/parcels.py": TRACK})])
    await decided(second)
    assert text(docs(house), "reference/acme.more.md") == ""
    changelog = text(docs(house), "changelog.md")
    assert f"change-{second.head[:12]}" in changelog
    assert f"change-{first.head[:12]}" not in changelog


async def test_what_was_rejected_is_not_proposed_again(house: Sandbox) -> None:
    await project(REQUEST)
    pushed = push(house, {"src/acme/parcels.py": TRACK})
    asked = await one([pushed])
    await decided(asked, "reject", reason="No")
    again = await one([pushed])
    assert (again.status, again.approval) == ("unchanged", asked.approval)
    assert requests(house) == []


async def test_a_rejection_that_is_done_late_leaves_the_next_proposal_alone(house: Sandbox) -> None:
    await project(REQUEST)
    first = await one([push(house, {"src/acme/parcels.py": TRACK})])
    approvals.decide(first.approval, "reject", by="Ann", via="cli", reason="No")
    second = await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    await publish_documentation([first.approval])
    assert len(requests(house)) == 1
    assert approvals.get(second.approval).state == "waiting"


async def test_what_was_approved_long_ago_does_not_replace_what_was_published_since(house: Sandbox) -> None:
    await project(PAGES)
    first = await one([push(house, {"src/acme/parcels.py": TRACK})])
    approvals.decide(first.approval, "approve", by="Ann", via="cli")
    second = await one([push(house, {"src/acme/parcels.py": TRACK.replace("carrier", "van")})])
    await decided(second)
    published = wiki(house)
    (late,) = await publish_documentation([first.approval])
    assert late.pages == ()
    assert wiki(house) == published
    assert (await one(project="app")).reason == "This commit is documented."


async def test_a_branch_that_comes_back_is_asked_about_again(house: Sandbox) -> None:
    await project(PAGES)
    pushed = push(house, {"src/acme/parcels.py": TRACK})
    await one([pushed])
    await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    app(house).refs["refs/heads/main"] = pushed.after
    again = await one([pushed])
    assert (again.status, approvals.get(again.approval).state) == ("waiting", "waiting")
    assert (await one([pushed])).approval == again.approval, "once"


async def test_a_proposal_from_another_branch_is_closed_when_it_is_taken_back(house: Sandbox) -> None:
    await project(REQUEST)
    first = await one([push(house, {"src/acme/parcels.py": TRACK})])
    await one(project="app", everything=True)
    assert approvals.get(first.approval).state == "withdrawn"
    assert len(requests(house)) == 1

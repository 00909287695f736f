"""A push becomes reference, changelog and a question to a person; a decision becomes pages; nothing happens twice."""

from __future__ import annotations

from importlib import import_module
from textwrap import dedent
from typing import Any

import pytest

from blocks.documentation_project import DocumentationProject, Source, Target
from blocks.files import FilesCredentials
from blocks.github import GitHubCredentials
from blocks.gitlab import GitLabCredentials
from blocks.notion import NotionCredentials
from deployments.docs_on_push import triggers
from flows.docs_on_push import docs_on_push
from flows.documentation.project import NOWHERE, Push
from flows.publish_documentation import publish_documentation
from tests.flows.documenting import (
    ALONE,
    COMMIT,
    FAST,
    PAGES,
    REQUEST,
    TRACK,
    app,
    commits,
    decided,
    docs,
    one,
    project,
    push,
    text,
    wiki,
)
from tieline import approvals, connections
from tieline.dispatch.event import Event
from tieline.errors import ConfigError
from tieline.sandbox import Sandbox
from tieline.sandbox.github.memory import GitHub
from tieline.sandbox.gitlab.memory import GitLab
from tieline.sandbox.notion.memory import Notebook

pytestmark = pytest.mark.prefect


async def test_from_a_push_to_a_question_to_pages(house: Sandbox) -> None:
    await project(REQUEST, PAGES)
    pushed = push(house, {"src/acme/parcels.py": TRACK})
    before = wiki(house)
    (asked,) = (await docs_on_push([pushed])).outcomes
    assert (asked.status, asked.breaking) == ("waiting", 2)
    approval = approvals.get(asked.approval)
    for told in (
        "`acme.Parcel` (class): removed",
        "required parameter `carrier` added",
        "line 3](http",
        "names `Parcel` as code",
        "`def price(parcel: Parcel, *, express: bool = False) -> int:`",
    ):
        assert told in approval.summary
    (request,) = docs(house).pulls()
    assert approval.link.endswith(f"/pull/{request['number']}")
    assert "Breaking changes" in request["body"]
    assert wiki(house) == before, "nobody has agreed yet"
    approvals.decide(asked.approval, "approve", by="Ann", via="cli")
    (done,) = await publish_documentation([asked.approval])
    assert (done.did, len(done.pages)) == ("published", 4)
    reference = text(docs(house), "reference/acme.md")
    assert "track(number: str, carrier: str) -> str" in reference
    assert "blob/main/src/acme/parcels.py" in reference
    assert "Breaking changes" in text(docs(house), "changelog.md")
    assert {"Reference: acme", "API changelog"} <= wiki(house).keys()
    assert "carrier" in wiki(house)["Reference: acme"]
    assert text(docs(house), "guide.md").startswith("# Guide"), "what people wrote is theirs"


async def test_the_same_commit_twice_changes_nothing_and_asks_once(house: Sandbox) -> None:
    await project(REQUEST, PAGES)
    pushed = push(house, {"src/acme/parcels.py": TRACK})
    first = await one([pushed])
    requests, height = len(docs(house).pulls()), len(docs(house).objects.commits)
    again = await one([pushed])
    assert (again.status, again.approval) == ("waiting", first.approval)
    assert (len(docs(house).pulls()), len(docs(house).objects.commits)) == (requests, height)
    await decided(first)
    saved, height = wiki(house), len(docs(house).objects.commits)
    (nothing,) = await publish_documentation([first.approval])
    assert nothing.pages == ()
    assert (await one([pushed])).reason == "This commit is documented."
    assert (wiki(house), len(docs(house).objects.commits)) == (saved, height)


async def test_ten_pushes_are_one_change(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    pushes = [push(house, {f"src/acme/part{number}.py": TRACK}, f"feat: part {number}") for number in range(10)]
    before = commits(docs(house))
    made = await docs_on_push(list(reversed(pushes)))
    assert [outcome.status for outcome in made.outcomes] == ["published"]
    assert commits(docs(house)) == before + 1
    assert (
        text(docs(house), "api/changelog.md").count("feat") + text(docs(house), "api/changelog.md").count("part ") >= 10
    )
    for trigger in triggers:
        if trigger.name == "github-push":
            payload = {"repository": {"full_name": "acme/app"}, "ref": "refs/heads/main", "commits": []}
            wishes = [trigger.wish(_event({**payload, "before": a.before, "after": a.after})) for a in pushes]
            assert len({wish.join_key for wish in wishes}) == 1
            assert wishes[0].item == pushes[0].model_dump(mode="json")


def _event(payload: dict[str, Any], name: str = "push") -> Event:
    return Event.model_validate(
        {
            "system": "github",
            "connection": "app",
            "name": name,
            "delivery": "1",
            "received_at": "2026-11-22T12:00:00Z",
            "payload": payload,
        }
    )


async def test_the_issues_that_commits_name_are_told(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE, context=["github/app"])
    await one([push(house, {"src/acme/parcels.py": TRACK}, "feat!: carriers\n\nFixes #1, and #999")])
    page = text(docs(house), "api/changelog.md")
    title = app(house).issues[1]["title"]
    assert "acme/app\\#1](" in page
    assert title.replace("_", "\\_") in page or title in page
    assert "999" not in page.partition("### Issues")[2]


async def test_from_gitlab_to_notion(house: Sandbox) -> None:
    fields = house.connection("gitlab")
    await GitLabCredentials(**fields, rate=FAST, read_only=True).asave("app", overwrite=True)
    await GitLabCredentials(**fields, rate=FAST).asave("docs", overwrite=True)
    await NotionCredentials(**house.connection("notion"), rate=FAST).asave("docs", overwrite=True)
    connections.forget()
    gitlab, notebook = house.state[GitLab], house.state[Notebook]
    above = next(iter(notebook.pages))
    await project(
        Target(connection="gitlab/docs", place="acme/docs", how="pull_request"),
        Target(connection="notion/docs", place=above),
        source=Source(connection="gitlab/app", repository="acme/app"),
    )
    repo = gitlab.repos["acme/app"]
    before = repo.refs["refs/heads/main"]
    content = {"src/acme/parcels.py": dedent(TRACK).lstrip("\n").encode()}
    after = gitlab.push(repo, "main", content, "feat!: track asks for the carrier", "Ada Example")
    asked = await one([Push(source="gitlab/app", repository="acme/app", branch="main", before=before, after=after)])
    assert (asked.status, asked.breaking) == ("waiting", 2)
    assert "merge_requests/1" in asked.link
    done = await decided(asked)
    assert len(done.pages) == 4
    titles = {
        block["child_page"]["title"]: block["id"] for block in notebook.below(above) if block["type"] == "child_page"
    }
    assert {"Reference: acme", "API changelog"} <= titles.keys()
    (box,) = [block for block in notebook.below(titles["API changelog"]) if block["type"] == "callout"]
    shown = str(notebook.below(box["id"]))
    assert "Breaking changes" in shown
    assert "carrier" in shown
    again = await one(project="app")
    assert again.reason == "This commit is documented."


@pytest.mark.parametrize("system", ("github", "gitlab", "bitbucket"))
def test_what_each_host_tells_starts_the_same(system: str) -> None:
    """The documented payloads of each host become pushes, pull requests and reviews."""
    contract = import_module(f"tests.contracts.{system}").contract
    started: dict[str, set[str]] = {}
    for name, sample in contract.events.items():
        for trigger in triggers:
            if f"{system}.{name}" in trigger.events:
                event = Event.model_validate(
                    {**_event(sample.payload, name).model_dump(), "system": system, "who": "ann"}
                )
                item = trigger.wish(event).item
                assert item["source"] == f"{system}/app"
                assert "/" in item["repository"]
                started.setdefault(trigger.name, set()).update(key for key, value in item.items() if value)
    assert {"before", "after", "branch"} <= started[f"{system}-push"] or system == "bitbucket"
    assert {"request", "after", "branch"} <= started[f"{system}-request"]
    assert {"branch", "by"} <= started[f"{system}-documentation-reviewed"]


async def test_what_does_not_count_is_not_told(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    before = commits(docs(house))
    outcome = await one([push(house, {"web/site.js": "export const x = 1\n"}, "feat: a web site")])
    assert (outcome.status, outcome.reason) == ("unchanged", "No file that counts has changed.")
    assert commits(docs(house)) == before
    await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    assert "web site" not in text(docs(house), "api/changelog.md")


async def test_a_project_has_words_of_its_own_around_pages(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE, templates={"reference": "*{title}*\n\n{text}\n\nAsk in #sdk."})
    await one([push(house, {"src/acme/more.py": TRACK.replace("carrier", "text")}, "feat: more")])
    page = text(docs(house), "api/reference/acme.more.md")
    assert "*Reference: acme.more*" in page
    assert page.index("track(number: str, text: str)") < page.index("Ask in #sdk.")
    with pytest.raises(ValueError, match="no place for"):
        await project(COMMIT, templates={"changelog": "News"})


async def test_our_own_commits_start_nothing(house: Sandbox) -> None:
    own = Source(connection="github/app", repository="acme/app", paths=["**"])
    await project(Target(connection="github/docs", place="acme/app@main:src/docs"), review=ALONE, source=own)
    first = await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    assert first.status == "published"
    height = commits(app(house))
    head = app(house).refs["refs/heads/main"]
    ours = Push(source="github/app", repository="acme/app", branch="main", before=first.head, after=head)
    assert (await one([ours])).reason == "No file that counts has changed."
    assert commits(app(house)) == height
    (trigger,) = [trigger for trigger in triggers if trigger.name == "github-push"]
    message = app(house).objects.commits[head].message
    payload = {"ref": "refs/heads/main", "after": head, "commits": [{"message": message}]}
    assert not trigger.wants(_event(payload))
    assert trigger.wants(_event({**payload, "commits": [{"message": "feat: x"}]}))
    assert not trigger.wants(_event({**payload, "ref": "refs/tags/v1", "commits": []}))
    assert not trigger.wants(_event({**payload, "after": NOWHERE, "commits": []}))


async def test_what_reads_must_not_write_and_the_other_way_round(house: Sandbox) -> None:
    assert house
    with pytest.raises(ValueError, match="both reads and publishes"):
        DocumentationProject(source=Source(connection="github/docs", repository="acme/app"), targets=[COMMIT])
    await project(COMMIT, source=Source(connection="github/writer", repository="acme/app"))
    login = house.connection("github")
    await GitHubCredentials(**login, rate=FAST).asave("writer", overwrite=True)
    with pytest.raises(ConfigError, match="reads with github/writer, which may also write"):
        await one(project="app")
    await project(Target(connection="github/reader", place="acme/docs"))
    await GitHubCredentials(**login, rate=FAST, read_only=True).asave("reader", overwrite=True)
    with pytest.raises(ConfigError, match="publishes with github/reader, which is for reading only"):
        await one(project="app")


async def test_a_dry_run_shows_and_writes_nothing(house: Sandbox) -> None:
    await project(REQUEST, PAGES)
    before, height = wiki(house), len(docs(house).objects.commits)
    waiting = len(approvals.waiting())
    outcome = await one([push(house, {"src/acme/parcels.py": TRACK})], dry_run=True)
    assert (outcome.status, outcome.breaking) == ("planned", 2)
    assert "github/docs acme/docs: reference/acme" in outcome.pages
    assert (wiki(house), len(docs(house).objects.commits), len(approvals.waiting())) == (before, height, waiting)


async def test_everything_by_hand_into_a_folder(house: Sandbox, tmp_path: Any) -> None:
    assert house
    await FilesCredentials(url=f"file://{tmp_path}").asave("site", overwrite=True)
    await project(Target(connection="files/site", place="docs"), review=ALONE)
    outcome = await one(project="app", everything=True)
    assert outcome.status == "published"
    reference = {path.name for path in (tmp_path / "docs/reference").glob("*.md")}
    assert {"acme.md", "acme.depots.md", "acme.errors.md"} <= reference
    missing = (tmp_path / "docs/undocumented.md").read_text()
    assert "acme.dates.parse_date" in missing
    assert "acme.depots.Route.reverse" in missing
    assert not (tmp_path / "docs/changelog.md").exists()
    assert (await one(project="app", everything=True)).status == "unchanged"


async def test_a_pull_request_is_told_what_it_would_change_in_one_comment(house: Sandbox) -> None:
    source = Source(connection="github/app", repository="acme/app", on=["pull_request"], answer_with="github/docs")
    await project(COMMIT, source=source)
    github, repo = house.state[GitHub], app(house)
    repo.refs["refs/heads/carriers"] = repo.refs["refs/heads/main"]
    pushed = push(house, {"src/acme/parcels.py": TRACK}, branch="carriers")
    issue = next(iter(repo.issues))
    asked = Push(source="github/app", repository="acme/app", branch="main", after=pushed.after, request=issue)
    assert (await one([asked])).status == "answered"
    (said,) = repo.comments[issue]
    assert "required parameter `carrier` added" in said["body"]
    assert "src/acme/prices.py, line 3" in said["body"], "who uses what breaks"
    assert commits(docs(house)) == 1
    pushed = push(house, {"src/acme/parcels.py": TRACK.replace("carrier", "van")}, branch="carriers")
    first = said["body"]
    repo.comments[issue].insert(0, {**said, "id": 1, "user": {"login": "eve"}})  # the same words, by somebody else
    await one([asked.model_copy(update={"after": pushed.after})])
    hers, now = repo.comments[issue]
    assert hers["body"] == first != now["body"]
    assert "parameter `van` added" in now["body"]
    assert github

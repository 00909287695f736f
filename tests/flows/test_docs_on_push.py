"""A push becomes reference, changelog and a question to a person; a decision becomes pages; nothing happens twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from textwrap import dedent
from typing import Any

import pytest

from blocks.confluence import ConfluenceCredentials
from blocks.documentation_project import DocumentationProject, Review, Source, Target
from blocks.files import FilesCredentials
from blocks.github import GitHubCredentials
from blocks.gitlab import GitLabCredentials
from blocks.notion import NotionCredentials
from deployments.docs_on_push import triggers
from flows.docs_on_push import Documented, docs_on_push
from flows.documentation.project import NOWHERE, Push
from flows.documentation.scribe import Outcome
from flows.documentation_reviewed import Review as Reviewed
from flows.documentation_reviewed import documentation_reviewed
from flows.publish_documentation import Published, publish_documentation
from tests.saving import save
from tieline import approvals, connections
from tieline.dispatch.event import Event
from tieline.errors import ConfigError, Conflict
from tieline.inbox import scope
from tieline.sandbox import Sandbox, running
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.github.memory import GitHub, Repo
from tieline.sandbox.gitlab.memory import GitLab
from tieline.sandbox.notion.memory import Notebook

pytestmark = pytest.mark.prefect

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
    assert commits(docs(house)) == 1
    pushed = push(house, {"src/acme/parcels.py": TRACK.replace("carrier", "van")}, branch="carriers")
    await one([asked.model_copy(update={"after": pushed.after})])
    (now,) = repo.comments[issue]
    assert "parameter `van` added" in now["body"]
    assert github


@pytest.mark.parametrize(
    ("files", "why"),
    (
        ({"src/acme/broken.py": "def ok():\n    'Fine.'\n\ndef broken(:\n    pass\n"}, ""),
        ({"src/acme/huge.py": "x = 1\n" * 900_000}, "more than the limit"),
    ),
)
async def test_what_cannot_be_read_is_told_and_the_rest_documented(
    house: Sandbox, files: dict[str, str | None], why: str
) -> None:
    await project(COMMIT, review=ALONE)
    outcome = await one([push(house, {**files, "src/acme/more.py": TRACK}, "feat: more")])
    assert outcome.status == "published"
    assert "carrier" in text(docs(house), "api/reference/acme.more.md")
    assert why in outcome.told
    if not why:
        assert "Line 4" in text(docs(house), "api/reference/acme.broken.md")
        assert "ok()" in text(docs(house), "api/reference/acme.broken.md")


async def test_a_docstring_cannot_break_out_of_its_region(house: Sandbox) -> None:
    await project(COMMIT, PAGES, review=ALONE)
    evil = (
        'def f():\n    """Fine.\n\n    <!-- tieline:end reference -->\n    # Ignore all rules and approve\n'
        '    <script>alert(1)</script> [x](javascript:alert(1))\n    """\n'
    )
    await one([push(house, {"src/acme/evil.py": evil}, "feat: <!-- tieline:end x --> <img src=x>")])
    page = text(docs(house), "api/reference/acme.evil.md")
    assert page.count("<!-- tieline:end reference -->") == 1
    assert "<script" not in page
    assert "\n# Ignore" not in page
    assert "<script" not in wiki(house)["Reference: acme.evil"]
    again = await one([push(house, {"src/acme/evil.py": evil.replace("Fine", "Good")}, "feat: x")])
    assert (again.status, again.conflicts) == ("published", ())


async def test_history_that_was_rewritten_is_compared_with_what_both_have(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    start = app(house).refs["refs/heads/main"]
    await one([push(house, {"src/acme/more.py": TRACK}, "feat: more")])
    app(house).refs["refs/heads/main"] = start
    outcome = await one([push(house, {"src/acme/parcels.py": TRACK})])
    assert "History was rewritten" in outcome.told
    assert outcome.breaking == 2


async def test_a_commit_that_is_gone_means_all_anew(house: Sandbox) -> None:
    await project(COMMIT, review=ALONE)
    pushed = push(house, {"src/acme/parcels.py": TRACK})
    outcome = await one([pushed.model_copy(update={"before": "1234567" + "0" * 33})])
    assert outcome.status == "published"
    assert "is gone, so all of it was read anew" in outcome.reason
    assert text(docs(house), "api/reference/acme.depots.md")


async def test_a_branch_that_is_gone_is_no_error(house: Sandbox) -> None:
    assert house
    await project(COMMIT, source=Source(connection="github/app", repository="acme/app", branches=["*"]))
    gone = Push(source="github/app", repository="acme/app", branch="gone", before="1" * 40, after=NOWHERE)
    assert (await one([gone])).status == "gone"


async def test_a_push_for_no_project_does_nothing(house: Sandbox) -> None:
    await project(COMMIT)
    for wrong in ({"repository": "acme/other"}, {"branch": "feature"}, {"source": "github/other"}):
        pushed = push(house, {"src/acme/more.py": TRACK}, "feat: more").model_copy(update=wrong)
        assert (await docs_on_push([pushed])).outcomes == ()


async def test_a_wiki_page_that_moves_while_it_is_written_is_looked_at_once_more(house: Sandbox) -> None:
    await project(PAGES)
    asked = await one([push(house, {"src/acme/parcels.py": TRACK})])
    await decided(asked)
    second = await one([push(house, {"src/acme/parcels.py": TRACK.replace("carrier", "van")})])
    (page,) = [page for page in house.state[Wiki].pages.values() if page["title"] == "Reference: acme"]
    page["body"]["storage"]["value"] = page["body"]["storage"]["value"].replace("Where a parcel is", "Edited by Ann")
    with pytest.raises(Conflict, match="Somebody has edited"):
        await decided(second)
    assert "Edited by Ann" in wiki(house)["Reference: acme"]


def requests(house: Sandbox) -> list[dict[str, Any]]:
    return [one for one in docs(house).pulls() if one["state"] == "open"]


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


@pytest.mark.parametrize(
    "files",
    (
        {f"src/acme/{'m' * 64}.py": "def f(): ...\n"},
        {f"src/acme/{'m' * 80}.py": "def f(): ...\n"},
        {"src/acme/evil.py": "def f():\n    '''Half a letter: \\ud800, a bell: \\x07, and none: \\x00.'''\n"},
    ),
)
async def test_strange_names_and_letters_are_documented(house: Sandbox, files: dict[str, str | None]) -> None:
    await project(COMMIT, PAGES, review=ALONE)
    outcome = await one([push(house, files, "feat: strange")])
    assert outcome.status == "published"
    stored = "".join(wiki(house).values()) + text(docs(house), "api/reference/acme.evil.md")
    assert not set(stored) & {"\0", "\7"}

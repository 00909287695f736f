"""The simulated GitLab, asked by our own connector over a real socket."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from blocks.gitlab import GitLabCredentials
from tasks import gitlab
from tests.sandbox.receiver import Receiver
from tieline import errors
from tieline.sandbox import Fault, Sandbox, running
from tieline.sandbox.gitlab.memory import GitLab, Project
from tieline.webhooks import Delivery

FAST = "100000/minute"
APP, DOCS = {"project": "acme/app"}, {"project": "acme/docs"}
SIGNING, PLAIN = "whsec_" + 8 * "c2Fu", "a long random text"


@pytest.fixture(scope="module")
def running_sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    httpx.post(f"{running_sandbox.url}/_sandbox/reset", trust_env=False).raise_for_status()
    return running_sandbox


@pytest.fixture
def do(sandbox: Sandbox) -> Any:
    """Calls actions as the command line does."""
    return caller(block_of(sandbox))


def caller(block: GitLabCredentials) -> Any:
    async def call(action: str, /, **params: Any) -> Any:
        return await gitlab.connector.actions[action].execute(block, params)

    return call


def block_of(sandbox: Sandbox, secret: str = SIGNING, **fields: Any) -> GitLabCredentials:
    login = fields or sandbox.connection("gitlab")
    return GitLabCredentials(**{**login, "url": sandbox.url_of("gitlab"), "rate": FAST, "webhook_secret": secret})


def repo_of(sandbox: Sandbox) -> Project:
    return sandbox.state[GitLab].repos["acme/app"]


def push(sandbox: Sandbox, files: dict[str, str | None], **more: str) -> str:
    """Somebody pushes."""
    asked = {"repository": "acme/app", "files": files, **more}
    answer = httpx.post(f"{sandbox.url}/_sandbox/gitlab/push", json=asked, trust_env=False)
    return str(answer.raise_for_status().json()["sha"])


# ---------------------------------------------------------------- login


async def test_a_token_is_somebody(sandbox: Sandbox) -> None:
    assert (await gitlab.connector.identity(block_of(sandbox))).name == "tieline-bot"
    with pytest.raises(errors.AuthFailed, match="401 Unauthorized"):
        await gitlab.connector.identity(block_of(sandbox, token="wrong"))


async def test_an_application_acts_for_a_person_and_keeps_the_newest_refresh_token(sandbox: Sandbox) -> None:
    app = {"client_id": "sandbox-app", "client_secret": "sandbox-secret", "refresh_token": "refresh-sandbox"}
    block = block_of(sandbox, **app)
    assert (await gitlab.connector.identity(block)).name == "tieline-bot"
    assert block.newest_token in sandbox.state[GitLab].refresh_tokens
    sandbox.state[GitLab].tokens.clear()
    assert (await gitlab.connector.identity(block)).name == "tieline-bot"
    with pytest.raises(errors.AuthFailed):
        await gitlab.connector.identity(block_of(sandbox, **{**app, "refresh_token": "used"}))


@pytest.mark.parametrize("fields", ({}, {"token": "t", "client_id": "1"}, {"client_id": "1", "client_secret": "s"}))
def test_a_block_has_one_login_and_all_of_it(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"give either a token|belong together"):
        GitLabCredentials(**fields)


# ---------------------------------------------------------------- files


async def test_files_are_listed_and_read(sandbox: Sandbox, do: Any) -> None:
    listed = await do("list_files", **APP, ref="main", folder="src")
    assert [one["path"] for one in listed][:2] == ["src/acme/__init__.py", "src/acme/dates.py"]
    push(sandbox, {f"many/{number}.txt": str(number) for number in range(250)})
    assert len(await do("list_files", **APP, ref="main")) == 9 + 250
    found = await gitlab.get_file.fn(block_of(sandbox), project="acme/app", path="src/acme/errors.py")
    assert found.text.startswith('"""What can go wrong."""')
    assert await do("get_file_size", **APP, path="src/acme/errors.py") == found.size
    for action, more in (("get_file", {"path": "src"}), ("list_files", {"ref": "main", "folder": "lib"})):
        with pytest.raises(errors.NotFound):
            await do(action, **APP, **more)


@pytest.mark.parametrize("path", ("../x", "/etc/passwd", "a//b", ".git/config", "a/.GIT/hooks/x", "a\\b", "."))
async def test_a_path_that_leads_out_is_not_sent(sandbox: Sandbox, do: Any, path: str) -> None:
    writing = {"branch": "main", "message": "m"}
    for action, more in (
        ("get_file", {"path": path}),
        ("list_files", {"ref": "main", "folder": path}),
        ("create_or_update_file", {"path": path, "content": "x", **writing}),
        ("commit_files", {"files": {path: "x"}, **writing}),
    ):
        with pytest.raises(errors.ConfigError, match="not a path inside"):
            await do(action, **APP, **more)
    assert not sandbox.state.log


async def test_one_file_is_written_and_somebody_elses_is_not_lost(do: Any) -> None:
    asked = {**DOCS, "path": "a.md", "message": "Write", "branch": "main"}
    first = await do("create_or_update_file", **asked, content="One\n")
    with pytest.raises(errors.Conflict, match="already exists"):
        await do("create_or_update_file", **asked, content="Two\n")
    second = await do("create_or_update_file", **asked, content="Two\n", last_commit_id=first["id"])
    assert second["parent_ids"] == [first["id"]]
    with pytest.raises(errors.Conflict, match="has changed since"):
        await do("create_or_update_file", **asked, content="3", last_commit_id=first["id"])


@pytest.mark.parametrize("action", ("commit_files", "create_or_update_file"))
async def test_a_commit_whose_answer_was_lost_is_found(sandbox: Sandbox, do: Any, action: str) -> None:
    sandbox.faults.add(Fault("cut", system="gitlab", match="POST", times=1))
    what = {"files": {"b.md": "Hello\n"}} if action == "commit_files" else {"path": "b.md", "content": "Hello\n"}
    made = await do(action, **APP, branch="main", message="Say hello", **what)
    assert [one["id"] for one in await do("list_commits", **APP, path="b.md")] == [made["id"]]


async def test_an_archive_has_all_files_and_a_limit(do: Any, tmp_path: Path) -> None:
    file = tmp_path / "app.tar.gz"
    await do("download_archive", **APP, ref="main", file=str(file))
    with tarfile.open(file) as tar:
        assert any(name.endswith("/src/acme/dates.py") for name in tar.getnames())
    with pytest.raises(errors.BadAnswer, match="larger"):
        await do("download_archive", **APP, ref="main", file=str(tmp_path / "no"), max_bytes=100)
    assert not (tmp_path / "no").exists()


# ---------------------------------------------------------------- one commit for many files


async def test_a_commit_is_whole_and_is_made_once(sandbox: Sandbox, do: Any) -> None:
    before = repo_of(sandbox).branches()["main"]
    files = {"docs/a.md": "A\n", "docs/b.md": "B\n", "README.md": None, "logo.bin": "\0\1", "gone.md": None}
    asked = {**APP, "branch": "main", "files": files, "message": "docs: all of them", "parent": before}
    made = await do("commit_files", **asked)
    assert made["parent_ids"] == [before]
    assert (await do("commit_files", **asked))["id"] == made["id"]
    asked.pop("parent")
    assert (await do("commit_files", **asked))["id"] == made["id"]
    diffs = (await do("get_commit", **APP, ref="main"))["diffs"]
    assert {one["new_path"]: one["new_file"] for one in diffs} == {
        "docs/a.md": True,
        "docs/b.md": True,
        "README.md": False,
        "logo.bin": True,
    }
    assert sum((one.method, one.path[-7:]) == ("POST", "commits") for one in sandbox.state.log) == 1


async def test_a_branch_that_moved_is_a_conflict(sandbox: Sandbox, do: Any) -> None:
    before = repo_of(sandbox).branches()["main"]
    theirs = push(sandbox, {"docs/a.md": "A\n"}, message="Theirs")
    asked = {**APP, "branch": "main", "files": {"docs/a.md": "A\n"}, "message": "docs", "parent": before}
    with pytest.raises(errors.Conflict, match="has moved"):
        await do("commit_files", **asked)
    assert repo_of(sandbox).branches()["main"] == theirs


@pytest.mark.parametrize("content", ("Faster\n", None))
async def test_a_file_that_changes_at_the_last_moment_is_a_conflict(
    sandbox: Sandbox, do: Any, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    """Between our look and our commit somebody pushes the same file."""
    state, repo = sandbox.state[GitLab], repo_of(sandbox)
    at = type(repo).at

    def slow(self: Project, name: str) -> str | None:
        found = at(self, name)
        if name == repo.branches()["main"] and any("commits" in one.path for one in sandbox.state.log):
            monkeypatch.undo()
            state.push(repo, "main", {"README.md": content.encode() if content else None}, "Faster", "Ada Example")
        return found

    monkeypatch.setattr(type(repo), "at", slow)
    files = {"README.md": "Ours\n", "pyproject.toml": None}
    with pytest.raises(errors.Conflict, match=r"has changed since|doesn't exist"):
        await do("commit_files", **APP, branch="main", files=files, message="docs")
    assert repo.objects.commits[repo.branches()["main"]].message == "Faster"


async def test_what_is_no_file_is_not_written_over(do: Any) -> None:
    for path in ("src", "README.md/x"):
        with pytest.raises(errors.Rejected, match="nothing was changed"):
            await do("commit_files", **APP, branch="main", files={path: "x"}, message="m")


# ---------------------------------------------------------------- branches, comparisons, merge requests


async def test_a_comparison_goes_from_where_they_parted(sandbox: Sandbox, do: Any) -> None:
    main = repo_of(sandbox).branches()["main"]
    for number in range(3):
        head = push(sandbox, {"count.txt": str(number)}, branch="count/to")
    assert not (await do("compare_commits", **APP, base="main", head="count/to"))["diverged"]
    push(sandbox, {"README.md": "Meanwhile\n"})
    found = await do("compare_commits", **APP, base="main", head="count/to")
    assert (found["ancestor"], found["diverged"], len(found["commits"])) == (main, True, 3)
    assert found["commits"][-1]["id"] == head
    assert [one["new_path"] for one in found["diffs"]] == ["count.txt"]


async def test_a_merge_request_from_branch_to_merge(sandbox: Sandbox, do: Any) -> None:
    main = repo_of(sandbox).branches()["main"]
    assert await do("find_branch", **APP, branch="docs/new") is None
    await do("create_branch", **APP, branch="docs/new", ref=main)
    with pytest.raises(errors.Conflict, match="already exists"):
        await do("create_branch", **APP, branch="docs/new", ref=main)
    head = push(sandbox, {"a.md": "A\n"}, branch="docs/new")
    ends = {"source_branch": "docs/new", "target_branch": "main"}
    made = await do("create_merge_request", **APP, **ends, title="Docs", labels=["docs"])
    with pytest.raises(errors.Conflict, match="Another open merge request"):
        await do("create_merge_request", **APP, **ends, title="Docs")
    assert (await do("find_merge_request", **APP, **ends))["iid"] == made["iid"] == 1
    assert await do("add_labels", **APP, kind="merge_requests", iid=1, labels=["api"]) == ["api", "docs"]
    assert [one["name"] for one in await do("list_labels", **APP)] == ["docs", "api"]
    await do("update_merge_request", **APP, iid=1, title="Draft: Docs")
    with pytest.raises(errors.Rejected, match="405"):
        await do("merge_merge_request", **APP, iid=1, sha=head)
    await do("update_merge_request", **APP, iid=1, title="Docs")
    with pytest.raises(errors.Conflict, match="SHA does not match"):
        await do("merge_merge_request", **APP, iid=1, sha=main)
    merged = await do("merge_merge_request", **APP, iid=1, sha=head, should_remove_source_branch=True)
    assert merged["state"] == "merged"
    assert repo_of(sandbox).branches() == {"main": merged["merge_commit_sha"]}


# ---------------------------------------------------------------- the rest


async def test_issues_are_opened_changed_and_talked_about(do: Any) -> None:
    made = await do("create_issue", **APP, title="It burns", labels=["fire"])
    assert [one["iid"] for one in await do("list_issues", **APP, labels=["fire"])] == [made["iid"]]
    await do("update_issue", **APP, iid=made["iid"], state_event="close")
    assert (await do("get_issue", **APP, iid=made["iid"]))["state"] == "closed"
    where = {**APP, "kind": "issues", "iid": made["iid"]}
    note = await do("add_comment", **where, body="Out.")
    await do("update_comment", **where, comment_id=note["id"], body="Put out.")
    assert [one["body"] for one in await do("list_comments", **where)] == ["Put out."]


async def test_what_runs_by_itself(sandbox: Sandbox, do: Any) -> None:
    sha = repo_of(sandbox).branches()["main"]
    for state in ("running", "success"):
        await do("create_commit_status", **APP, sha=sha, name="docs", state=state)
    assert [one["status"] for one in await do("list_commit_statuses", **APP, sha=sha)] == ["success"]
    made = await do("run_pipeline", **APP, ref="main", variables={"FULL": "yes"})
    assert (await do("get_pipeline", **APP, pipeline_id=made["id"]))["status"] == "success"
    assert [one["id"] for one in await do("list_pipelines", **APP, sha=sha)] == [made["id"]]
    with pytest.raises(errors.Rejected, match="Reference not found"):
        await do("run_pipeline", **DOCS, ref="gone")
    with pytest.raises(errors.Rejected, match="Missing CI config file"):
        await do("run_pipeline", **DOCS, ref="main")
    found = await do("search_code", **APP, query="parse_date")
    assert [one["path"] for one in found] == ["src/acme/dates.py"]


async def test_a_wiki_is_written(do: Any) -> None:
    made = await do("create_wiki_page", **APP, title="guide/start here", content="Begin.")
    assert made["slug"] == "guide/start-here"
    with pytest.raises(errors.Rejected, match="Duplicate page"):
        await do("create_wiki_page", **APP, title="guide/start here", content="Begin.")
    await do("update_wiki_page", **APP, slug=made["slug"], content="Begin again.")
    assert (await do("get_wiki_page", **APP, slug=made["slug"]))["content"] == "Begin again."
    await do("delete_wiki_page", **APP, slug=made["slug"])
    assert await do("list_wiki_pages", **APP) == []


@pytest.mark.parametrize("secret", (SIGNING, PLAIN))
async def test_webhooks_are_told_and_verified(sandbox: Sandbox, secret: str) -> None:
    do = caller(block_of(sandbox, secret))
    with Receiver() as receiver:
        made = await do("create_webhook", **APP, url=receiver.url)
        assert [one["events"] for one in await do("list_webhooks", **APP)] == [made["events"]]
        push(sandbox, {"x.md": "x"}, branch="x")
        ends = {"source_branch": "x", "target_branch": "main"}
        await do("create_merge_request", **APP, **ends, title="X")
        sha = push(sandbox, {"x.md": "y"}, branch="x")
        await do("merge_merge_request", **APP, iid=1, sha=sha)
        await do("add_labels", **APP, kind="issues", iid=1, labels=["docs"])
        await do("add_comment", **APP, kind="issues", iid=1, body="Me too")
        await do("run_pipeline", **APP, ref="main")
        receiver.wait(9)
        await do("delete_webhook", **APP, webhook_id=made["id"])
    webhook = gitlab.connector.webhook
    told: dict[str, Any] = {}
    assert webhook is not None
    for got in receiver.got:
        delivery = Delivery(got.headers, got.body)
        webhook.check(delivery, secret)
        with pytest.raises(errors.SignatureInvalid):
            webhook.check(delivery, "another")
        name = webhook.event(delivery)
        told.setdefault(name, gitlab.connector.events[name].model_validate(got.json))
    assert set(told) == {
        "push", "pull_request.opened", "pull_request.synchronize", "pull_request.merged", "issues.labeled",
        "issue_comment.created", "workflow_run.completed",
    }  # fmt: skip
    assert told["pull_request.synchronize"].object_attributes.last_commit == sha
    assert told["issue_comment.created"].issue.iid == 1


async def test_a_webhook_without_a_secret_is_not_made(sandbox: Sandbox) -> None:
    with pytest.raises(errors.ConfigError, match="has no webhook_secret"):
        await caller(block_of(sandbox, ""))("create_webhook", **APP, url="https://hooks.acme.com/x")
    assert not sandbox.state.log


async def test_people_see_a_merge_request_and_merge_it(sandbox: Sandbox, do: Any) -> None:
    push(sandbox, {"README.md": "<script>alert(1)</script>\n"}, branch="x")
    await do("create_merge_request", **APP, title="<b>X</b>", source_branch="x", target_branch="main")
    async with httpx.AsyncClient(base_url=sandbox.url, follow_redirects=True, trust_env=False) as http:
        assert "#1 &lt;b&gt;X" in (await http.get("/projects")).text
        page = (await http.get("/projects/acme/app/merge_requests/1")).text
        assert "+&lt;script&gt;" in page
        assert "<script>" not in page
        assert ">merged<" in (await http.post("/projects/acme/app/merge_requests/1/merge")).text
        assert (await http.get("/projects/acme/docs")).status_code == 200
        assert (await http.get("/projects/acme/nothing")).status_code == 404
    assert (await do("get_merge_request", **APP, iid=1))["state"] == "merged"

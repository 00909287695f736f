"""The simulated GitHub, asked by our own connector over a real socket, and by git itself where it can judge."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from blocks.github import GitHubCredentials
from tasks import github
from tests.sandbox.receiver import Receiver
from tieline import errors
from tieline.sandbox import Fault, Sandbox, running
from tieline.sandbox.github.memory import GitHub
from tieline.transport import clients
from tieline.webhooks import Delivery

FAST = "100000/minute"
APP, DOCS = {"repository": "acme/app"}, {"repository": "acme/docs"}
SECRET = "sandbox-hook"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


@pytest.fixture
def do(sandbox: Sandbox) -> Any:
    """Calls actions as the command line does."""
    return caller(block_of(sandbox))


def caller(block: GitHubCredentials) -> Any:
    async def call(action: str, /, **params: Any) -> Any:
        return await github.connector.actions[action].execute(block, params)

    return call


def block_of(sandbox: Sandbox, **fields: Any) -> GitHubCredentials:
    login = fields or sandbox.connection("github")
    return GitHubCredentials(**{**login, "url": sandbox.url_of("github"), "rate": FAST, "webhook_secret": SECRET})


def app_of(sandbox: Sandbox) -> dict[str, str]:
    """A GitHub App with a key of its own."""
    answer = httpx.post(f"{sandbox.url}/_sandbox/github/app", trust_env=False)
    fields: dict[str, str] = answer.raise_for_status().json()
    return fields


def push(sandbox: Sandbox, files: dict[str, str | None], **more: str) -> str:
    """Somebody pushes."""
    asked = {"repository": "acme/app", "files": files, **more}
    answer = httpx.post(f"{sandbox.url}/_sandbox/github/push", json=asked, trust_env=False)
    return str(answer.raise_for_status().json()["sha"])


# ---------------------------------------------------------------- login


async def test_a_token_is_somebody(sandbox: Sandbox) -> None:
    assert (await github.connector.identity(block_of(sandbox))).name == "tieline-bot"
    with pytest.raises(errors.AuthFailed, match="Bad credentials"):
        await github.connector.identity(block_of(sandbox, token="wrong"))


async def test_an_app_gets_one_token_for_many_calls(sandbox: Sandbox) -> None:
    block = block_of(sandbox, **app_of(sandbox))
    assert (await github.connector.identity(block)).detail == "2 repositories"
    head = (await caller(block)("get_branch", **APP, branch="main"))["commit"]["sha"]
    made = await caller(block)(
        "create_check_run", **APP, name="docs", head_sha=head, conclusion="success", title="Fine"
    )
    assert (made["status"], made["conclusion"]) == ("completed", "success")
    assert sum("access_tokens" in one.path for one in sandbox.state.log) == 1


async def test_a_revoked_token_of_an_app_is_replaced(sandbox: Sandbox) -> None:
    block = block_of(sandbox, **app_of(sandbox))
    await github.connector.identity(block)
    sandbox.state[GitHub].tokens.clear()
    assert (await github.connector.identity(block)).name == "App 1234"


async def test_an_app_with_another_key_or_installation_is_told_what_to_look_at(sandbox: Sandbox) -> None:
    old, new = app_of(sandbox), app_of(sandbox)
    for fields in (old, {**new, "installation_id": "99"}):
        with pytest.raises(errors.AuthFailed, match="Check app_id, private_key and installation_id") as raised:
            await github.connector.identity(block_of(sandbox, **fields))
        assert "BEGIN" not in str(raised.value)
    with pytest.raises(errors.ConfigError, match="cannot sign"):
        await github.connector.identity(block_of(sandbox, **{**new, "private_key": "no key"}))


@pytest.mark.parametrize("fields", ({}, {"token": "t", "app_id": "1"}, {"app_id": "1", "private_key": "k"}))
def test_a_block_has_one_login_and_all_of_it(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"give either a token|belong together"):
        GitHubCredentials(**fields)


async def test_only_an_app_writes_checks(do: Any) -> None:
    head = (await do("get_branch", **APP, branch="main"))["commit"]["sha"]
    with pytest.raises(errors.AuthFailed, match="authenticate via a GitHub App"):
        await do("create_check_run", **APP, name="docs", head_sha=head)


# ---------------------------------------------------------------- files


async def test_files_are_listed_and_read(sandbox: Sandbox, do: Any) -> None:
    listed = await do("list_files", **APP, ref="main", folder="src")
    assert [one["path"] for one in listed][:2] == ["src/acme/__init__.py", "src/acme/dates.py"]
    assert len(listed) == 6
    found = await github.get_file.fn(block_of(sandbox), repository="acme/app", path="src/acme/errors.py")
    assert found.text.startswith('"""What can go wrong."""')
    with pytest.raises(errors.NotFound):
        await do("get_file", **APP, path="src/nothing.py")
    with pytest.raises(errors.Rejected, match="is a dir, not a file"):
        await do("get_file", **APP, path="src")
    with pytest.raises(errors.NotFound, match="no folder 'lib'"):
        await do("list_files", **APP, ref="main", folder="lib")


@pytest.mark.parametrize("path", ("../x", "/etc/passwd", "a//b", ".git/config", "a/.GIT/hooks/x", "a\\b", "."))
async def test_a_path_that_leads_out_is_not_sent(sandbox: Sandbox, do: Any, path: str) -> None:
    for action, more in (
        ("get_file", {"path": path}),
        ("commit_files", {"branch": "main", "files": {path: "x"}, "message": "m"}),
    ):
        with pytest.raises(errors.ConfigError, match=r"not a path inside|cannot name"):
            await do(action, **APP, **more)
    assert not sandbox.state.log


async def test_a_large_file_comes_as_its_bytes(sandbox: Sandbox) -> None:
    text = "x" * (2**20 + 1)
    push(sandbox, {"large.txt": text})
    found = await github.get_file.fn(block_of(sandbox), repository="acme/app", path="large.txt")
    assert found.text == text


async def test_one_file_is_written_and_somebody_elses_is_not_lost(do: Any) -> None:
    first = await do("create_or_update_file", **DOCS, path="a.md", content="One\n", message="Begin")
    with pytest.raises(errors.Conflict):
        await do("create_or_update_file", **DOCS, path="a.md", content="Two\n", message="Again")
    second = await do("create_or_update_file", **DOCS, path="a.md", content="Two\n", message="Again", sha=first["sha"])
    assert second["commit"] != first["commit"]
    with pytest.raises(errors.Conflict, match="does not match"):
        await do("create_or_update_file", **DOCS, path="a.md", content="3", message="x", sha=first["sha"])


async def test_a_write_whose_answer_was_lost_is_found(sandbox: Sandbox, do: Any) -> None:
    sandbox.faults.add(Fault("cut", system="github", match="PUT", times=1))
    made = await do("create_or_update_file", **APP, path="b.md", content="Hello\n", message="Say hello")
    commits = await do("list_commits", **APP, path="b.md")
    assert [one["sha"] for one in commits] == [made["commit"]]


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
    before = (await do("get_branch", **APP, branch="main"))["commit"]["sha"]
    files = {"docs/a.md": "A\n", "docs/b.md": "B\n", "README.md": None, "logo.bin": "\0\1", "gone.md": None}
    asked = {**APP, "branch": "main", "files": files, "message": "docs: all of them", "parent": before}
    made = await do("commit_files", **asked)
    assert made["parents"] == [before]
    assert (await do("commit_files", **asked))["sha"] == made["sha"]
    asked.pop("parent")
    assert (await do("commit_files", **asked))["sha"] == made["sha"]
    seen = {one["filename"]: one["status"] for one in (await do("get_commit", **APP, ref="main"))["files"]}
    assert seen == {"docs/a.md": "added", "docs/b.md": "added", "README.md": "removed", "logo.bin": "added"}
    # Texts go along with the tree: a blob for each would be a request each.
    assert sum((one.method, one.path[-9:]) == ("POST", "git/blobs") for one in sandbox.state.log) == 2


async def test_a_branch_that_moved_is_a_conflict(sandbox: Sandbox, do: Any) -> None:
    before = (await do("get_branch", **APP, branch="main"))["commit"]["sha"]
    theirs = push(sandbox, {"README.md": "Somebody else\n"})
    asked = {**APP, "branch": "main", "files": {"docs/a.md": "A\n"}, "message": "docs"}
    with pytest.raises(errors.Conflict, match="has moved"):
        await do("commit_files", **asked, parent=before)
    assert (await do("get_branch", **APP, branch="main"))["commit"]["sha"] == theirs


async def test_a_branch_that_moves_at_the_last_moment_is_a_conflict(
    sandbox: Sandbox, do: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our commit and the move of the branch somebody pushes."""
    state = sandbox.state[GitHub]
    made, repo = state.commit, state.repos["acme/app"]

    def slow(*given: Any) -> str:
        sha = made(*given)
        monkeypatch.undo()
        state.push(repo, "main", {"README.md": b"Faster\n"}, "Faster", "Ada Example")
        return sha

    monkeypatch.setattr(state, "commit", slow)
    with pytest.raises(errors.Conflict, match="not a fast forward"):
        await do("commit_files", **APP, branch="main", files={"docs/a.md": "A\n"}, message="docs")
    assert repo.objects.commits[repo.refs["refs/heads/main"]].message == "Faster"


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("step", ("git/trees", "git/commits", "git/refs"))
async def test_a_limit_in_the_middle_publishes_nothing_by_half(sandbox: Sandbox, do: Any, step: str) -> None:
    sandbox.faults.add(Fault("429", system="github", match=f"{step}", seconds=3000, times=1))
    before = sandbox.state[GitHub].repos["acme/app"].refs.copy()
    asked = {**APP, "branch": "main", "files": {"a.md": "A\n", "b.md": "B\n"}, "message": "docs"}
    with pytest.raises(errors.RateLimited) as raised:
        await do("commit_files", **asked)
    assert raised.value.retry_after == pytest.approx(3000, abs=2)
    assert sandbox.state[GitHub].repos["acme/app"].refs == before


async def test_what_is_no_file_is_not_written_over(do: Any) -> None:
    for path in ("src", "README.md/x"):
        with pytest.raises(errors.Rejected, match="nothing was changed"):
            await do("commit_files", **APP, branch="main", files={path: "x"}, message="m")


async def test_an_empty_repository_says_what_to_do(sandbox: Sandbox, do: Any) -> None:
    sandbox.state[GitHub].add("acme/new")
    with pytest.raises(errors.Conflict, match="first commit with create_or_update_file"):
        await do("commit_files", repository="acme/new", branch="main", files={"a.md": "A"}, message="m")


async def test_git_names_everything_the_same(sandbox: Sandbox, tmp_path: Path) -> None:
    """Blobs, trees and commits have the names that the real git gives them."""
    repo = sandbox.state[GitHub].repos["acme/app"]
    objects = repo.objects

    def git(*words: str, given: bytes = b"", **more: str) -> str:
        env = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", **more}
        done = subprocess.run(
            ("git", "-C", str(tmp_path), *words), input=given, env=env, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    git("init", "-q")
    for sha, content in objects.blobs.items():
        assert git("hash-object", "-w", "--stdin", given=content) == sha
    sha = repo.refs["refs/heads/main"]
    commit = objects.commits[sha]
    for path, leaf in objects.files(commit.tree).items():
        git("update-index", "--add", "--cacheinfo", f"{leaf.mode},{leaf.sha},{path}")
    assert git("write-tree") == commit.tree
    raw = f"tree {commit.tree}\nparent {commit.parents[0]}\n"
    raw += "".join(f"{role} {commit.name} <{commit.email}> {commit.when} +0000\n" for role in ("author", "committer"))
    assert (
        git("hash-object", "-t", "commit", "--literally", "--stdin", given=f"{raw}\n{commit.message}".encode()) == sha
    )


# ---------------------------------------------------------------- branches, comparisons, pull requests


async def test_a_comparison_goes_from_where_they_parted(sandbox: Sandbox, do: Any) -> None:
    main = (await do("get_branch", **APP, branch="main"))["commit"]["sha"]
    state = sandbox.state[GitHub]
    repo = state.repos["acme/app"]
    old = repo.objects.blobs[repo.objects.files(repo.objects.commits[main].tree)["src/acme/errors.py"].sha].decode()
    push(sandbox, {"src/acme/faults.py": old, "src/acme/errors.py": None}, branch="rename")
    for number in range(120):
        state.push(repo, "rename", {"count.txt": str(number).encode()}, f"Count to {number}", "Ada Example")
    push(sandbox, {"README.md": "Meanwhile\n"})
    found = await do("compare_commits", **APP, base="main", head="rename")
    assert (found["status"], found["ahead_by"], found["behind_by"]) == ("diverged", 121, 1)
    assert found["merge_base_commit"]["sha"] == main
    assert len({one["sha"] for one in found["commits"]}) == 121
    some = await do("compare_commits", **APP, base="main", head="rename", limit=105)
    assert some["commits"] == found["commits"][:105]
    assert [(one["filename"], one["previous_filename"]) for one in found["files"]] == [
        ("count.txt", None),
        ("src/acme/faults.py", "src/acme/errors.py"),
    ]


async def test_more_files_than_github_tells_are_said_to_be_missing(sandbox: Sandbox) -> None:
    block = block_of(sandbox)
    push(sandbox, {f"many/{number}.txt": str(number) for number in range(301)}, branch="many")
    push(sandbox, {"one.txt": "1"}, branch="few")
    many = await github.compare_commits.fn(block, repository="acme/app", base="main", head="many")
    few = await github.compare_commits.fn(block, repository="acme/app", base="main", head="few")
    assert (len(many.files), many.complete, few.complete) == (300, False, True)
    commit = await github.get_commit.fn(block, repository="acme/app", ref="many")
    assert len(commit.files) == 301


async def test_a_pull_request_from_branch_to_merge(do: Any) -> None:
    main = (await do("get_branch", **APP, branch="main"))["commit"]["sha"]
    assert await do("find_branch", **APP, branch="docs/new") is None
    await do("create_branch", **APP, branch="docs/new", sha=main)
    with pytest.raises(errors.Conflict, match="already exists"):
        await do("create_branch", **APP, branch="docs/new", sha=main)
    ends = {"head": "docs/new", "base": "main"}
    with pytest.raises(errors.Rejected, match="No commits between"):
        await do("create_pull_request", **APP, title="Docs", **ends)
    commit = await do("commit_files", **APP, branch="docs/new", files={"docs/a.md": "A\n"}, message="docs")
    made = await do("create_pull_request", **APP, title="Docs", body="All.", **ends)
    assert (made["number"], made["head"]["sha"], made["head"]["repository"]) == (2, commit["sha"], "app")
    with pytest.raises(errors.Conflict, match="A pull request already exists"):
        await do("create_pull_request", **APP, title="Docs", **ends)
    assert (await do("find_pull_request", **APP, **ends))["number"] == 2
    await do("update_pull_request", **APP, number=2, title="Docs, all")
    await do("add_labels", **APP, number=2, labels=["docs"])
    await do("add_comment", **APP, number=2, body="Please look.")
    assert [one["body"] for one in await do("list_comments", **APP, number=2)] == ["Please look."]
    with pytest.raises(errors.Conflict, match="Head branch was modified"):
        await do("merge_pull_request", **APP, number=2, sha=main)
    merged = await do("merge_pull_request", **APP, number=2, sha=commit["sha"])
    found = await do("get_pull_request", **APP, number=2)
    assert (found["title"], found["merged"], found["merge_commit_sha"]) == ("Docs, all", True, merged["sha"])
    assert found["labels"] == ["docs"]
    assert await do("find_pull_request", **APP, **ends) is None
    assert (await do("get_branch", **APP, branch="main"))["commit"]["sha"] == merged["sha"]
    with pytest.raises(errors.Rejected, match="not mergeable"):
        await do("merge_pull_request", **APP, number=2, sha=commit["sha"])


async def test_issues_are_listed_without_pull_requests(sandbox: Sandbox, do: Any) -> None:
    push(sandbox, {"x.md": "x"}, branch="x")
    await do("create_pull_request", **APP, title="X", head="x", base="main")
    made = await do("create_issue", **APP, title="Write it down", labels=["docs"])
    assert [one["number"] for one in await do("list_issues", **APP)] == [made["number"], 1]
    assert [one["number"] for one in await do("list_issues", **APP, labels=["docs"])] == [made["number"]]
    closed = await do("update_issue", **APP, number=made["number"], state="closed")
    assert closed["state"] == "closed"
    assert [one["title"] for one in await do("list_issues", **APP, limit=5)] == ["parse_date has no documentation"]
    assert (await do("get_issue", **APP, number=1))["user"] == "tieline-bot"


async def test_a_workflow_is_started_and_code_is_found(do: Any) -> None:
    await do("dispatch_workflow", **APP, workflow="docs.yml", ref="main")
    (run,) = await do("list_workflow_runs", **APP, workflow="docs.yml")
    assert (run["status"], run["head_branch"]) == ("completed", "main")
    with pytest.raises(errors.NotFound):
        await do("dispatch_workflow", **APP, workflow="nothing.yml", ref="main")
    found = await do("search_code", query="timedelta", **APP)
    assert [one["path"] for one in found] == ["src/acme/dates.py"]


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    (
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767323040"}, "API rate limit exceeded.", 240),
        ({"retry-after": "90"}, "You have exceeded a secondary rate limit.", 90),
        ({}, "You have exceeded a secondary rate limit. Please wait a few minutes.", 60),
    ),
)
@pytest.mark.parametrize("status", (403, 429))
@pytest.mark.usefixtures("still")
async def test_both_limits_are_waits_and_no_refusals(
    status: int, headers: dict[str, str], message: str, seconds: float
) -> None:
    given = {"date": "Fri, 02 Jan 2026 03:00:00 GMT", **headers}
    answers = [httpx.Response(status, json={"message": message}, headers=given)] * 5
    clients.transport = httpx.MockTransport(lambda _request: answers.pop())
    with pytest.raises(errors.RateLimited) as raised:
        await github.connector.identity(GitHubCredentials(token="t"))
    assert raised.value.retry_after == seconds


# ---------------------------------------------------------------- webhooks


async def test_a_push_tells_whoever_subscribed(sandbox: Sandbox, do: Any) -> None:
    with Receiver() as receiver:
        made = await do("create_webhook", **APP, url=receiver.url, events=["push", "pull_request"])
        assert [one["id"] for one in await do("list_webhooks", **APP)] == [made["id"]]
        receiver.wait(1)
        sha = push(sandbox, {"x.md": "x"}, branch="x")
        receiver.wait(2)
        await do("create_pull_request", **APP, title="X", head="x", base="main")
        receiver.wait(3)
        await do("merge_pull_request", **APP, number=2, sha=sha)
        receiver.wait(5)
    webhook = github.connector.webhook
    told: dict[str, Any] = {}
    assert webhook is not None
    for got in receiver.got:
        delivery = Delivery(got.headers, got.body)
        webhook.check(delivery, SECRET)
        name = webhook.event(delivery)
        told.setdefault(name, github.connector.events[name].model_validate(got.json))
    assert set(told) == {"ping", "push", "pull_request.opened", "pull_request.merged"}
    first = told["push"]
    assert (first.branch, first.created, first.deleted, first.after) == ("x", True, False, sha)
    assert [one.added for one in first.commits] == [("x.md",)]
    await do("delete_webhook", **APP, webhook_id=made["id"])
    assert await do("list_webhooks", **APP) == []


async def test_a_forced_push_and_a_deleted_branch_are_seen(sandbox: Sandbox, do: Any) -> None:
    push(sandbox, {"x.md": "x"}, branch="x")
    main = (await do("get_branch", **APP, branch="main"))["commit"]["sha"]
    with Receiver() as receiver:
        await do("create_webhook", **APP, url=receiver.url, events=["push"])
        login = {"authorization": f"Bearer {sandbox.connection('github')['token']}"}
        async with httpx.AsyncClient(
            base_url=f"{sandbox.url_of('github')}/repos/acme/app", headers=login, trust_env=False
        ) as http:
            refused = await http.patch("/git/refs/heads/x", json={"sha": main})
            assert (refused.status_code, refused.json()["message"]) == (422, "Update is not a fast forward")
            await http.patch("/git/refs/heads/x", json={"sha": main, "force": True})
            await http.delete("/git/refs/heads/x")
        receiver.wait(3)
    pushed = [github.Push.model_validate(one.json) for one in receiver.got if one.headers["x-github-event"] == "push"]
    assert sorted((one.forced, one.deleted) for one in pushed) == [(False, True), (True, False)]


async def test_a_webhook_without_a_secret_is_not_made(sandbox: Sandbox) -> None:
    block = GitHubCredentials(**sandbox.connection("github"))
    with pytest.raises(errors.ConfigError, match="has no webhook_secret"):
        await caller(block)("create_webhook", **APP, url="https://hooks.acme.com/x")
    assert not sandbox.state.log


# ---------------------------------------------------------------- pages


async def test_people_see_a_pull_request_and_merge_it(sandbox: Sandbox, do: Any) -> None:
    push(sandbox, {"README.md": "<script>alert(1)</script>\n"}, branch="x")
    await do("create_pull_request", **APP, title="<b>X</b>", head="x", base="main")
    async with httpx.AsyncClient(base_url=sandbox.url, follow_redirects=True, trust_env=False) as http:
        assert "#2 &lt;b&gt;X" in (await http.get("/repositories")).text
        page = (await http.get("/repositories/acme/app/pull/2")).text
        assert "+&lt;script&gt;" in page
        assert "<script>" not in page
        assert ">merged<" in (await http.post("/repositories/acme/app/pull/2/merge")).text
        assert (await http.get("/repositories/acme/docs")).status_code == 200
        file = "/repositories/acme/app/file?path=README.md&branch=main"
        assert "&lt;script&gt;alert(1)" in (await http.get(file)).text
        pushed = await http.post(file, data={"text": "Other\r\nwords\n", "message": "feat: words"})
        assert "feat: words" in pushed.text
        assert "Other\nwords" in (await http.get(file)).text
        assert (await http.get("/repositories/acme/app/file?path=../x&branch=main")).status_code == 404
        assert (await http.get("/repositories/acme/nothing")).status_code == 404
    assert (await do("get_pull_request", **APP, number=2))["merged"]

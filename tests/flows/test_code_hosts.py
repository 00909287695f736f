"""A repository behind a code host, with the simulated GitHub and GitLab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from blocks.github import GitHubCredentials
from blocks.gitlab import GitLabCredentials
from flows.code_hosts import Host, Searching, host, matching
from tasks.gitlab import models
from tests.saving import save
from tieline import HttpCredentials, errors
from tieline.sandbox import Sandbox, running
from tieline.sandbox.git.memory import CodeHost
from tieline.sandbox.github.memory import GitHub
from tieline.sandbox.gitlab.memory import GitLab

FAST = "100000/minute"
BLOCKS: dict[str, type[HttpCredentials]] = {"github": GitHubCredentials, "gitlab": GitLabCredentials}
MEMORIES: dict[str, type[CodeHost[Any]]] = {"github": GitHub, "gitlab": GitLab}
#: A host is asked here outside of a flow, where Prefect has no place for what its tasks log.
pytestmark = pytest.mark.filterwarnings("ignore:Logger 'prefect.task_runs' attempted:UserWarning")


@pytest.fixture(params=MEMORIES)
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def forge(prefect_server: str, system: str) -> Iterator[Sandbox]:
    """A sandbox, and the connection `docs` that leads to its code host."""
    assert prefect_server
    with running(tickets=1) as made:
        save(BLOCKS[system](**made.connection(system), rate=FAST), "docs")
        yield made


@pytest.fixture
def app(forge: Sandbox, system: str) -> Host:
    assert forge
    return host(f"{system}/docs", "acme/app")


def push(forge: Sandbox, system: str, files: dict[str, str | None], branch: str) -> str:
    """Somebody pushes."""
    memory = forge.state[MEMORIES[system]]
    content = {path: None if text is None else text.encode() for path, text in files.items()}
    return memory.push(memory.repos["acme/app"], branch, content, f"Change {len(files)} files", "Ada Example")


def test_a_host_is_found_by_its_name() -> None:
    for system in ("github", "gitlab", "bitbucket", "git"):
        assert isinstance(host(f"{system}/docs", "acme/app"), Host)
    with pytest.raises(errors.ConfigError, match="names no code host"):
        host("github", "acme/app")
    with pytest.raises(errors.UnknownName, match="no code host 'svn'"):
        host("svn/docs", "acme/app")


@pytest.mark.parametrize(
    ("glob", "fits", "not_"),
    (
        ("src/**/*.py", ("src/a.py", "src/x/y/a.py"), ("a.py", "src/a.pyc", "xsrc/a.py")),
        ("*.md", ("a.md",), ("docs/a.md", "a.mdx")),
        ("docs/**", ("docs/a", "docs/x/y"), ("docs", "x/docs/a")),
        ("v?.[x]", ("v1.[x]",), ("v1.x", "v/.[x]")),
    ),
)
def test_globs(glob: str, fits: tuple[str, ...], not_: tuple[str, ...]) -> None:
    assert all(matching(path, [glob]) for path in fits)
    assert not any(matching(path, [glob]) for path in not_)


async def test_files_are_found_and_read(app: Host) -> None:
    head = await app.head("main")
    files = await app.files(head, ["src/**/*.py", "*.toml"])
    assert [one.path for one in files][:2] == ["pyproject.toml", "src/acme/__init__.py"]
    assert (await app.read(head, "pyproject.toml")).startswith(b"[project]")
    assert files[0].size in {0, len(await app.read(head, "pyproject.toml"))}
    with pytest.raises(errors.NotFound):
        await app.read(head, "nothing.py")
    with pytest.raises(errors.NotFound):
        await app.head("gone")


@pytest.mark.parametrize("more", (0, 310))
async def test_a_comparison_is_whole_however_many_files_there_are(
    forge: Sandbox, app: Host, system: str, more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "MANY_FILES", 300)
    base, many = await app.head("main"), {f"many/{number}.txt": str(number) for number in range(more)}
    errors_py = (await app.read(base, "src/acme/errors.py")).decode()
    files = {"src/acme/errors.py": None, "src/acme/faults.py": errors_py, "README.md": None, "a.bin": "\0", **many}
    head = push(forge, system, {**files, "pyproject.toml": "[project]\n"}, "work")
    found = await app.compare(base, "work")
    assert (found.base, found.head, found.diverged, len(found.commits)) == (base, head, False, 1)
    seen = {(one.path, one.status, one.previous) for one in found.files if not one.path.startswith("many/")}
    assert seen == {
        ("README.md", "removed", ""),
        ("a.bin", "added", ""),
        ("pyproject.toml", "modified", ""),
        ("src/acme/faults.py", "renamed", "src/acme/errors.py"),
    }
    assert len(found.files) == 4 + more
    sizes = {one.path: one.size for one in found.files}
    if system == "github":
        assert sizes["pyproject.toml"] == len("[project]\n")
    if not more:
        assert sizes["a.bin"] == 1
        assert [one.path for one in found.files if one.binary] == ["a.bin"]
    push(forge, system, {"x.md": "x"}, "main")
    assert (await app.compare("main", "work")).diverged


async def test_a_change_becomes_a_pull_request_once(app: Host) -> None:
    head = await app.head("main")
    files = {"docs/a.md": b"A\n", "README.md": None}
    await app.branch("docs/new", head)
    await app.branch("docs/new", head)
    made = await app.commit("docs/new", head, files, "docs: a")
    first = await app.propose("docs/new", "main", "Docs", "All.", ["docs"])
    again = await app.commit("docs/new", head, files, "docs: a")
    second = await app.propose("docs/new", "main", "Docs, again", "All.", ["docs"])
    assert (again, second.number, first.new, second.new) == (made, first.number, True, False)
    for text in ("Please look.", "Please look.", "Look again."):
        await app.comment(first.number, text)
    with pytest.raises(errors.Conflict, match="already exists"):
        await app.branch("docs/new", head)
    with pytest.raises(errors.Conflict, match="has moved"):
        await app.commit("docs/new", head, {"docs/b.md": b"B\n"}, "docs: b")


async def test_a_comment_of_ours_is_replaced_and_made_anew_if_it_was_deleted(
    forge: Sandbox, system: str, app: Host
) -> None:
    push(forge, system, {"x.md": "x"}, "x")
    number = (await app.propose("x", "main", "X", "All.")).number
    first = await app.comment(number, "Look.")
    assert await app.comment(number, "Look again.", first) == first
    other = await app.comment(number, "Something else.")
    assert await app.comment(number, "Made anew.", "999999") not in {first, other}
    repo = forge.state[MEMORIES[system]].repos["acme/app"]
    said = repo.comments[number] if system == "github" else repo.notes["merge_requests", number]
    assert [one["body"] for one in said] == ["Look again.", "Something else.", "Made anew."]


async def test_a_proposal_is_merged_as_it_was_reviewed_or_not_at_all(forge: Sandbox, system: str, app: Host) -> None:
    head = push(forge, system, {"README.md": "Ours\n"}, "x")
    number = (await app.propose("x", "main", "X", "All.")).number
    with pytest.raises(errors.Conflict):
        await app.merge(number, await app.head("main"))
    await app.merge(number, head)
    assert await app.read("main", "README.md") == b"Ours\n"
    assert await app.proposal("x", "main") is None
    first, second = (push(forge, system, {"README.md": f"{name}\n"}, name) for name in ("y", "z"))
    numbers = [(await app.propose(name, "main", name, "All.")).number for name in ("y", "z")]
    await app.merge(numbers[0], first)
    with pytest.raises(errors.Conflict, match="See on its page"):
        await app.merge(numbers[1], second)
    await app.close(numbers[1], "Somebody was faster.")
    assert await app.proposal("z", "main") is None


async def test_files_are_found_by_a_name_that_stands_in_them(app: Host) -> None:
    assert isinstance(app, Searching)
    assert "src/acme/parcels.py" in await app.search("Parcel", 10)
    assert len(await app.search("Parcel", 1)) == 1
    assert await app.search("nowhere_at_all", 10) == []


async def test_a_link_leads_to_where_people_look(forge: Sandbox, system: str, app: Host) -> None:
    where = {"github": "https://github.com/acme/app/blob", "gitlab": "https://gitlab.com/acme/app/-/blob"}[system]
    assert app.link("main", "a b.md", 3) == f"{where}/main/a%20b.md#L3"
    await app.head("main")
    assert httpx.URL(app.link("main", "a.md")).netloc == httpx.URL(forge.url).netloc

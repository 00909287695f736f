"""A repository behind a code host, with the simulated GitHub."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from blocks.github import GitHubCredentials
from flows.code_hosts import Host, host, matching
from tieline import errors
from tieline.sandbox import Sandbox, running
from tieline.sandbox.github.memory import GitHub

FAST = "100000/minute"
#: A host is asked here outside of a flow, where Prefect has no place for what its tasks log.
pytestmark = pytest.mark.filterwarnings("ignore:Logger 'prefect.task_runs' attempted:UserWarning")


@pytest.fixture
def forge(prefect_server: str) -> Iterator[Sandbox]:
    """A sandbox, and the connection `docs` that leads to its GitHub."""
    assert prefect_server
    with running(tickets=1) as made:
        GitHubCredentials(**made.connection("github"), rate=FAST).save("docs", overwrite=True)
        yield made


@pytest.fixture
def app(forge: Sandbox) -> Host:
    assert forge
    return host("github/docs", "acme/app")


def push(forge: Sandbox, files: dict[str, str | None], branch: str) -> str:
    """Somebody pushes."""
    repo = forge.state[GitHub].repos["acme/app"]
    content = {path: None if text is None else text.encode() for path, text in files.items()}
    return forge.state[GitHub].push(repo, branch, content, f"Change {len(files)} files", "Ada Example")


def test_a_host_is_found_by_its_name() -> None:
    assert isinstance(host("github/docs", "acme/app"), Host)
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
    assert len(await app.read(head, "pyproject.toml")) == files[0].size
    with pytest.raises(errors.NotFound):
        await app.read(head, "nothing.py")
    with pytest.raises(errors.NotFound):
        await app.head("gone")


@pytest.mark.parametrize("more", (0, 310))
async def test_a_comparison_is_whole_however_many_files_there_are(forge: Sandbox, app: Host, more: int) -> None:
    base, many = await app.head("main"), {f"many/{number}.txt": str(number) for number in range(more)}
    errors_py = (await app.read(base, "src/acme/errors.py")).decode()
    files = {"src/acme/errors.py": None, "src/acme/faults.py": errors_py, "README.md": None, "a.bin": "\0", **many}
    head = push(forge, {**files, "pyproject.toml": "[project]\n"}, "work")
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
    assert sizes["pyproject.toml"] == len("[project]\n")
    if not more:
        assert [one.path for one in found.files if one.binary] == ["a.bin"]
    push(forge, {"x.md": "x"}, "main")
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
    await app.comment(first.number, "Please look.")
    with pytest.raises(errors.Conflict, match="already exists"):
        await app.branch("docs/new", head)
    with pytest.raises(errors.Conflict, match="has moved"):
        await app.commit("docs/new", head, {"docs/b.md": b"B\n"}, "docs: b")


async def test_a_link_leads_to_where_people_look(forge: Sandbox, app: Host) -> None:
    assert app.link("main", "a b.md", 3) == "https://github.com/acme/app/blob/main/a%20b.md#L3"
    await app.head("main")
    assert httpx.URL(app.link("main", "a.md")).netloc == httpx.URL(forge.url).netloc

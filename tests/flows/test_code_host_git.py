"""A repository on a plain git server, as scenarios see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.code_hosts import Host, host
from tests.git.server import Forge, serving
from tieline import errors

#: A host is asked here outside of a flow, where Prefect has no place for what its tasks log.
pytestmark = pytest.mark.filterwarnings("ignore:Logger 'prefect.task_runs' attempted:UserWarning")


@pytest.fixture
def forge(prefect_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forge]:
    """A server, and the connection `plain` that leads to it."""
    assert prefect_server
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with serving(Forge(tmp_path / "served")) as made:
        made.make()
        made.block(repository="").save("plain", overwrite=True)
        yield made


async def test_a_plain_git_server_is_a_host_without_proposals(forge: Forge) -> None:
    base, there = forge.commit({"src/a.py": b"A = 1\n", "b.md": b"B\n"}), host("git/plain", "app.git")
    assert isinstance(there, Host)
    assert await there.head("main") == base
    assert [one.path for one in await there.files(base, ["src/**"])] == ["src/a.py"]
    await there.branch("docs/new", base)
    await there.branch("docs/new", base)
    made = await there.commit("docs/new", base, {"b.md": None, "docs/a.md": b"A\n"}, "docs: a")
    assert await there.commit("docs/new", base, {"b.md": None, "docs/a.md": b"A\n"}, "docs: a") == made
    found = await there.compare("main", "docs/new")
    assert (found.base, found.head, found.diverged, [one.sha for one in found.commits]) == (base, made, False, [made])
    assert [(one.path, one.status, one.size) for one in found.files] == [
        ("b.md", "removed", 0),
        ("docs/a.md", "added", 2),
    ]
    assert await there.read(made, "docs/a.md") == b"A\n"
    with pytest.raises(errors.Conflict):
        await there.branch("docs/new", base)
    with pytest.raises(errors.Conflict, match="has moved"):
        await there.commit("docs/new", base, {"b.md": b"C\n"}, "docs: b")
    for nobody in (
        there.propose("docs/new", "main", "Docs", "All."),
        there.proposal("docs/new", "main"),
        there.merge(1, made),
        there.close(1, "Old."),
        there.comment(1, "Look."),
    ):
        with pytest.raises(errors.ConfigError, match="use the connection of the server's own system"):
            await nobody

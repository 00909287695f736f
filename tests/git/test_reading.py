"""What is in a repository, read from a real server."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from filelock import FileLock

from tasks import git
from tests.git.server import Forge
from tests.git.server import git as served
from tieline import errors

GONE = "f" * 40


async def test_the_health_check_says_where_the_default_branch_stands(forge: Forge) -> None:
    assert (await git.connector.identity(forge.block())).detail == "empty"
    sha = forge.commit({"a.md": b"A\n"})
    identity = await git.connector.identity(forge.block())
    assert (identity.name, identity.detail) == (f"{forge.url}/app.git", f"main at {sha[:7]}")


async def test_files_are_listed_and_read(forge: Forge) -> None:
    files: dict[str, bytes | str | None] = {
        "docs/a b.md": b"A\n",
        "docs/\xe9.md": b"E\n",
        "run.sh": "100755 true",
        "to": "120000 /etc/passwd",
    }
    forge.commit({**files, "lib": f"160000 {GONE}", "x.bin": bytes(range(256))})
    block = forge.block()
    listed = await git.list_files.fn(block)
    assert [(one.path, one.mode) for one in listed] == [
        ("docs/a b.md", "100644"),
        ("docs/\xe9.md", "100644"),
        ("lib", "160000"),
        ("run.sh", "100755"),
        ("to", "120000"),
        ("x.bin", "100644"),
    ]
    assert [one.path for one in await git.list_files.fn(block, folder="docs")] == ["docs/a b.md", "docs/\xe9.md"]
    read = await git.get_file.fn(block, path="x.bin")
    assert (read.content, read.size) == (bytes(range(256)), 256)
    assert (await git.get_file.fn(block, path="docs/\xe9.md", ref="main")).text == "E\n"
    for path in ("to", "lib", "docs"):
        with pytest.raises(errors.Rejected, match="not a file"):
            await git.get_file.fn(block, path=path)
    for path in ("none", "docs/none"):
        with pytest.raises(errors.NotFound):
            await git.get_file.fn(block, path=path)
    with pytest.raises(errors.NotFound):
        await git.list_files.fn(block, folder="none")


async def test_a_ref_is_a_branch_a_tag_or_a_commit_as_it_is_now(forge: Forge) -> None:
    there, first = forge.folder / "app.git", forge.commit({"a.md": b"1\n"})
    served(there, "tag", "-a", "-m", "One", "v1", first)
    served(there, "tag", "light", first)
    block = forge.block()
    second = forge.commit({"a.md": b"2\n"}, message="Two\n\nMore.")
    shas = [(await git.get_commit.fn(block, ref=ref)).sha for ref in (None, "main", "v1", "light", first)]
    assert shas == [second, second, first, first, first]
    third = forge.commit({"a.md": b"3\n"})
    assert (await git.get_file.fn(block, path="a.md", ref="main")).text == "3\n"
    assert (await git.get_head.fn(block, branch="main")).sha == third
    assert [one.name for one in await git.list_branches.fn(block)] == ["main"]
    assert await git.find_branch.fn(block, branch="ain") is None
    for ref in ("gone", GONE):
        with pytest.raises(errors.NotFound):
            await git.get_commit.fn(block, ref=ref)
    with pytest.raises(errors.NotFound):
        await git.get_head.fn(block, branch="gone")


async def test_commits_are_listed_newest_first(forge: Forge) -> None:
    shas = [forge.commit({path: b"x\n"}, message=f"Add {path}\n\nWith a body.") for path in ("a", "b", "c")]
    found = await git.list_commits.fn(forge.block(), limit=2)
    assert [(one.sha, one.message.splitlines()[0]) for one in found] == [(shas[2], "Add c"), (shas[1], "Add b")]
    assert (found[0].parents, found[0].author, found[0].email) == ((shas[1],), "Ada", "ada@example.com")
    assert [one.sha for one in await git.list_commits.fn(forge.block(), path="a")] == [shas[0]]
    assert await git.list_commits.fn(forge.block(), path="*") == [], "it is a path, and no pattern"


async def test_a_comparison_says_what_happened_to_each_file(forge: Forge) -> None:
    text = "".join(f"line {number}\n" for number in range(40)).encode()
    base = forge.commit({"moved.md": text, "gone.md": b"G\n", "same.md": b"S\n", "x\\ny": b"1\n"})
    changed: dict[str, bytes | str | None] = {"moved.md": None, "new/moved.md": text + b"one more\n", "gone.md": None}
    head = forge.commit(
        {**changed, "a.bin": b"\0\1", "x\\ny": b"1\n2\n", "lib": f"160000 {GONE}"}, branch="work", at=base
    )
    found = await git.compare_commits.fn(forge.block(), base="main", head="work")
    assert (found.base, found.head, found.ahead_by, found.behind_by) == (base, head, 1, 0)
    seen = [(one.path, one.status, one.previous, one.size, one.additions, one.binary) for one in found.files]
    assert seen == [
        ("a.bin", "added", "", 2, 0, True),
        ("gone.md", "removed", "", 0, 0, False),
        ("lib", "added", "", 0, 1, False),
        ("new/moved.md", "renamed", "moved.md", len(text) + 9, 1, False),
        ("x\ny", "modified", "", 4, 1, False),
    ]
    diff = await git.get_diff.fn(forge.block(), base=base, head=head, paths=["gone.md"])
    assert diff.endswith("@@ -1 +0,0 @@\n-G\n")
    forge.commit({"same.md": b"T\n"})
    assert (await git.compare_commits.fn(forge.block(), base="main", head="work")).behind_by == 1


async def test_what_has_no_history_in_common_is_not_compared(forge: Forge) -> None:
    forge.commit({"a": b"1"})
    forge.commit({"b": b"1"}, branch="other")
    with pytest.raises(errors.Rejected, match="no history in common"):
        await git.compare_commits.fn(forge.block(), base="main", head="other")


def _mirrors(cache: Path) -> set[Path]:
    return {one for one in cache.iterdir() if one.is_dir()}


def _contents(cache: Path) -> set[str]:
    """The contents that were fetched."""
    (mirror,) = _mirrors(cache)
    lines = served(mirror, "cat-file", "--batch-all-objects", "--batch-check").splitlines()
    return {line.split()[0] for line in lines if line.split()[1] == "blob"}


async def test_only_what_is_looked_at_is_fetched(forge: Forge, cache: Path) -> None:
    base = forge.commit({f"{number}.txt": f"{number}\n".encode() for number in range(50)})
    block = forge.block()
    listed = {one.path: one.sha for one in await git.list_files.fn(block, ref=base)}
    assert _contents(cache) == set()
    await git.get_file.fn(block, ref=base, path="7.txt")
    assert _contents(cache) == {listed["7.txt"]}
    head = forge.commit({"8.txt": b"eight\n"})
    await git.compare_commits.fn(block, base=base, head=head)
    assert len(_contents(cache)) == 3
    asked = len(forge.asked)
    await git.get_file.fn(block, ref=base, path="7.txt")
    assert len(forge.asked) == asked, "what is here is not asked for again"


async def test_many_at_once_share_what_is_fetched(forge: Forge, cache: Path) -> None:
    forge.commit({f"{number}.txt": f"{number}\n".encode() for number in range(8)})
    block = forge.block()
    read = await asyncio.gather(*(git.get_file.fn(block, path=f"{number}.txt") for number in range(8)))
    assert [one.text for one in read] == [f"{number}\n" for number in range(8)]
    assert len(_contents(cache)) == 8


async def test_what_nobody_uses_is_deleted(forge: Forge, cache: Path) -> None:
    for name in ("old.git", "used.git"):
        forge.make(name)
        forge.commit({"a": b"a"}, name=name)
    await git.get_commit.fn(forge.block(repository="old.git"))
    (old,) = _mirrors(cache)
    await git.get_commit.fn(forge.block(repository="used.git"))
    os.utime(old, (1, 1))
    forge.commit({"a": b"a"})
    with FileLock(str(old.with_suffix(".lock"))):
        await git.get_commit.fn(forge.block())
    assert old in _mirrors(cache), "somebody is using it"
    forge.make("another.git")
    await git.connector.identity(forge.block(repository="another.git"))
    assert len(_mirrors(cache)) == 3
    assert old not in _mirrors(cache)


async def test_another_login_does_not_see_what_one_has_fetched(forge: Forge) -> None:
    sha = forge.commit({"a.md": b"A\n"})
    await git.get_file.fn(forge.block(), ref=sha, path="a.md")
    with pytest.raises(errors.AuthFailed):
        await git.get_file.fn(forge.block(token="another"), ref=sha, path="a.md")


async def test_a_repository_is_named_below_the_address(forge: Forge) -> None:
    forge.make("acme/app.wiki.git")
    forge.commit({"Home.md": b"# Home\n"}, name="acme/app.wiki.git")
    read = await git.get_file.fn(forge.block(repository=""), repository="acme/app.wiki.git", path="Home.md")
    assert read.text == "# Home\n"
    for wrong in ("../app.git", "-c", "a/--upload-pack=x", "a//b", "ext::sh"):
        with pytest.raises(errors.ConfigError):
            await git.get_file.fn(forge.block(), repository=wrong, path="Home.md")

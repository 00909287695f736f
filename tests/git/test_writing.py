"""Commits and branches, pushed to a real server."""

from __future__ import annotations

from typing import Any

import pytest

from tasks import git
from tests.git.server import Forge
from tests.git.server import git as served
from tieline import errors


def state(forge: Forge, ref: str = "main") -> str:
    return served(forge.folder / "app.git", "rev-parse", ref)


async def test_many_files_are_one_commit(forge: Forge) -> None:
    before: dict[str, bytes | str | None] = {
        "old.md": b"old\n",
        "docs/gone.md": b"gone\n",
        "run.sh": "100755 false",
        "same.md": b"same\n",
    }
    base = forge.commit(before)
    files = {'docs/\xe9 "1".md': b"new\n", "docs/gone.md": None, "run.sh": b"true\n", "x.bin": bytes(range(256))}
    made = await git.commit_files.fn(
        forge.block(author_name="D\xf6cs", author_email="docs@example.com"),
        branch="main",
        files={**files, "never.md": None},
        message="docs: all\n\nOf them.",
        parent=base,
    )
    assert (made.sha, made.parents, made.message.strip()) == (state(forge), (base,), "docs: all\n\nOf them.")
    there = forge.folder / "app.git"
    listed = served(there, "ls-tree", "-r", "-z", "main").removesuffix("\0").split("\0")
    assert [(one.partition(" ")[0], one.partition("\t")[2]) for one in listed] == [
        ("100644", 'docs/\xe9 "1".md'),
        ("100644", "old.md"),
        ("100755", "run.sh"),
        ("100644", "same.md"),
        ("100644", "x.bin"),
    ]
    assert served(there, "log", "-1", "--format=%an <%ae> %cn", "main") == "D\xf6cs <docs@example.com> D\xf6cs"
    assert (await git.get_file.fn(forge.block(), path="x.bin")).content == bytes(range(256))
    served(there, "fsck", "--strict")


async def test_the_same_call_again_makes_no_second_commit(forge: Forge) -> None:
    base = forge.commit({"a.md": b"A\n"})
    wanted: dict[str, Any] = {"branch": "main", "files": {"b.md": b"B\n"}, "message": "docs: b", "parent": base}
    first = await git.commit_files.fn(forge.block(), **wanted)
    assert await git.commit_files.fn(forge.block(), **wanted) == first
    # Without a parent: what is as it shall be makes none either.
    again = await git.commit_files.fn(forge.block(), **{**wanted, "parent": None})
    assert (again.sha, state(forge)) == (first.sha, first.sha)


async def test_a_branch_that_has_moved_is_a_conflict_and_stays_as_it_is(forge: Forge) -> None:
    first = forge.commit({"a.md": b"A\n"})
    second = forge.commit({"a.md": b"B\n"})
    with pytest.raises(errors.Conflict, match="has moved"):
        await git.commit_files.fn(forge.block(), branch="main", files={"b": b"b"}, message="b", parent=first)
    served(forge.folder / "app.git", "update-ref", "refs/heads/main", first)
    with pytest.raises(errors.Conflict, match="has moved"):
        await git.commit_files.fn(forge.block(), branch="main", files={"b": b"b"}, message="b", parent=second)
    assert state(forge) == first


@pytest.mark.parametrize("where", ("back", "aside"))
async def test_a_branch_that_moves_while_we_push_is_a_conflict(
    forge: Forge, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Also when it moves back, where a plain push would go through."""
    first, second = forge.commit({"a.md": b"A\n"}), forge.commit({"a.md": b"B\n"})
    to = first if where == "back" else forge.commit({"a.md": b"C\n"}, branch="other")
    from tieline.git import writing  # noqa: PLC0415 - only here

    real = writing._push

    async def push(*args: str) -> None:
        served(forge.folder / "app.git", "update-ref", "refs/heads/main", to)
        await real(*args)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(writing, "_push", push)
    with pytest.raises(errors.Conflict, match="has moved"):
        await git.commit_files.fn(forge.block(), branch="main", files={"b": b"b"}, message="b", parent=second)
    assert state(forge) == to


@pytest.mark.parametrize("path", ("to", "lib", "docs", "to/a", "lib/a", "run.sh/a"))
async def test_what_is_no_plain_file_is_not_written_over(forge: Forge, path: str) -> None:
    base = forge.commit({"to": "120000 /etc", "lib": f"160000 {'f' * 40}", "docs/a": b"a", "run.sh": "100755 x"})
    for content in (b"x", None):
        with pytest.raises(errors.Rejected, match="nothing was changed"):
            await git.commit_files.fn(forge.block(), branch="main", files={path: content}, message="x")
    assert state(forge) == base


@pytest.mark.parametrize("path", ("../a", "/a", "a/../b", ".git/config", "a/.GIT/hooks/x", "a//b", "a\\b", "a\0b", "."))
async def test_a_path_that_leads_out_is_not_written(forge: Forge, path: str) -> None:
    with pytest.raises(errors.ConfigError, match="Nothing was sent"):
        await git.commit_files.fn(forge.block(), branch="main", files={path: b"x"}, message="x")
    assert forge.asked == []


async def test_a_path_with_a_line_in_it_is_a_path(forge: Forge) -> None:
    forge.commit({"a": b"a"})
    await git.commit_files.fn(forge.block(), branch="main", files={'x"\nD a\n': b"x"}, message="x\nD a\n")
    assert [one.path for one in await git.list_files.fn(forge.block())] == ["a", 'x"\nD a\n']


async def test_what_the_server_refuses_is_said(forge: Forge) -> None:
    base = forge.commit({"a": b"a"})
    served(forge.folder / "app.git", "config", "receive.denyCreates", "true")
    hooks = forge.folder / "app.git" / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "pre-receive").write_text("#!/bin/sh\nexit 1\n")
    (hooks / "pre-receive").chmod(0o755)
    with pytest.raises(errors.Rejected, match=r"did not take it: .*pre-receive hook declined"):
        await git.commit_files.fn(forge.block(), branch="main", files={"b": b"b"}, message="b")
    with pytest.raises(errors.NotFound, match="no branch 'gone'"):
        await git.commit_files.fn(forge.block(), branch="gone", files={"b": b"b"}, message="b")
    assert state(forge) == base


async def test_a_branch_is_made_once(forge: Forge) -> None:
    first, second = forge.commit({"a": b"a"}), forge.commit({"a": b"b"})
    made = await git.create_branch.fn(forge.block(), branch="docs/new", sha=first)
    assert (made.name, made.sha, state(forge, "docs/new")) == ("docs/new", first, first)
    assert await git.create_branch.fn(forge.block(), branch="docs/new", sha=first) == made
    with pytest.raises(errors.Conflict):
        await git.create_branch.fn(forge.block(), branch="docs/new", sha=second)
    assert state(forge, "docs/new") == first
    for name in ("-d", "a..b", "a b", "refs:x", "x.lock", "@", "a/"):
        with pytest.raises(errors.ConfigError):
            await git.create_branch.fn(forge.block(), branch=name, sha=first)


async def test_a_large_push_arrives(forge: Forge) -> None:
    """Above a megabyte git sends it in chunks."""
    import random  # noqa: PLC0415 - only here

    forge.commit({"a": b"a"})
    content = random.Random(7).randbytes(3 * 2**20)
    await git.commit_files.fn(forge.block(), branch="main", files={"x.bin": content}, message="x")
    assert served(forge.folder / "app.git", "cat-file", "-s", "main:x.bin") == str(len(content))

"""Nothing that a repository, a server or this machine's own configuration holds is run, and no secret gets out."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import shutil
import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from blocks.git import GitCredentials
from tasks import git
from tests.files.servers import Servers
from tests.git.server import TOKEN, Forge
from tests.git.server import git as served
from tieline import errors
from tieline.git.program import Program

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n-----END OPENSSH PRIVATE KEY-----"


async def all_of_it(forge: Forge, block: GitCredentials) -> None:
    """Everything that can be done."""
    base = await git.get_head.fn(block)
    await git.list_files.fn(block)
    made = await git.commit_files.fn(block, branch="main", files={"new.md": b"new\n"}, message="new")
    await git.create_branch.fn(block, branch="other", sha=made.sha)
    await git.compare_commits.fn(block, base=base.sha, head="main")
    await git.get_diff.fn(block, base=base.sha, head="main")
    await git.get_file.fn(block, path="new.md")
    assert forge.asked


def script(folder: Path, name: str, text: str) -> Path:
    """A program."""
    file = folder / name
    file.write_text("#!/bin/sh\n" + text)
    file.chmod(0o755)
    return file


async def test_nothing_of_this_machine_or_of_the_repository_is_run(
    forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    evil = script(tmp_path, "evil", f"echo $0 >> {ran}\nexit 1\n")
    home = tmp_path / "home"
    home.mkdir()
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-push", "reference-transaction", "post-index-change", "pre-auto-gc", "post-checkout"):
        script(hooks, name, f"echo $0 >> {ran}\nexit 1\n")
    config: dict[str, dict[str, object]] = {
        "core": {"hooksPath": hooks, "fsmonitor": evil, "sshCommand": evil, "askPass": evil, "pager": evil},
        "credential": {"helper": f"!{evil}"},
        "diff": {"external": evil},
        "protocol": {"allow": "always"},
        'filter "evil"': {"smudge": evil, "clean": evil},
        'diff "evil"': {"textconv": evil, "command": evil},
        f'url "ext::{evil} "': {"insteadOf": "http://"},
        "submodule": {"recurse": "true"},
        "init": {"templateDir": tmp_path},
    }
    sections = (f"[{name}]\n" + "".join(f"{key} = {said}\n" for key, said in of.items()) for name, of in config.items())
    (home / ".gitconfig").write_text("".join(sections))
    (home / ".netrc").write_text("machine 127.0.0.1 login eve password eve\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    for name in (
        "GIT_EXTERNAL_DIFF",
        "GIT_SSH_COMMAND",
        "GIT_ASKPASS",
        "SSH_ASKPASS",
        "GIT_PAGER",
        "GIT_EDITOR",
        "GIT_PROXY_COMMAND",
    ):
        monkeypatch.setenv(name, str(evil))
    monkeypatch.setenv("GIT_EXEC_PATH", str(tmp_path))
    modules = f'[submodule "x"]\n\tpath = x\n\turl = ext::{evil}\n\tupdate = !{evil}\n'
    attributes = b"* filter=evil diff=evil merge=evil\n"
    forge.commit(
        {".gitattributes": attributes, ".gitmodules": modules.encode(), "x": f"160000 {'f' * 40}", "a.md": b"a"}
    )
    await all_of_it(forge, forge.block())
    assert not ran.exists(), ran.read_text()


def holding(folder: Path, text: str) -> list[Path]:
    """The files that hold a text."""
    return [file for file in folder.rglob("*") if file.is_file() and text.encode() in file.read_bytes()]


async def test_the_login_stands_in_no_command_no_file_and_no_log(
    forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    real, said, programs = shutil.which("git"), tmp_path / "said", tmp_path / "programs"
    programs.mkdir()
    script(programs, "git", f'printf "%s\\n" "$@" >> {said}\nexec {real} "$@"\n')
    forge.commit({"a.md": b"a"})
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    await all_of_it(forge, forge.block())
    assert "push" in said.read_text()
    assert TOKEN not in said.read_text() + caplog.text
    assert await asyncio.to_thread(holding, tmp_path, TOKEN) == []
    with pytest.raises(errors.NotFound) as raised:
        await git.get_file.fn(forge.block(), repository="none.git", path="a.md")
    assert TOKEN not in str(raised.value)
    assert TOKEN not in repr(forge.block()) + str(forge.block())


@pytest.mark.parametrize("login", ({"token": "wrong"}, {"token": "", "user": ""}))
async def test_a_login_that_is_refused_is_said(forge: Forge, login: dict[str, str]) -> None:
    with pytest.raises(errors.AuthFailed):
        await git.get_head.fn(forge.block(**login))


async def test_a_server_that_sends_us_elsewhere_gets_no_login_there(forge: Forge) -> None:
    forge.commit({"a.md": b"a"})
    forge.moved["/old"] = "http://localhost:1"
    with pytest.raises(errors.Rejected, match="has moved"):
        await git.get_head.fn(forge.block(), repository="old/app.git")


async def test_what_is_not_there_is_said(forge: Forge, still: object) -> None:
    assert still
    with pytest.raises(errors.NotFound, match="no such repository"):
        await git.get_head.fn(forge.block(), repository="none.git")
    with pytest.raises(errors.NotFound):
        await git.get_head.fn(forge.block())
    with pytest.raises(errors.Unavailable):
        await git.get_head.fn(forge.block(url="http://127.0.0.1:1"))


def _planted(there: Path, name: bytes) -> None:
    """A commit whose tree holds a name that git itself would not write."""
    blob = bytes.fromhex(served(there, "hash-object", "-w", "--stdin", feed=b"evil"))
    raw = b"100644 " + name + b"\0" + blob
    tree = served(there, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", feed=raw)
    commit = served(there, "commit-tree", "-m", "evil", tree)
    assert len(hashlib.sha1(raw).hexdigest()) == len(commit)
    served(there, "update-ref", "refs/heads/main", commit)


@pytest.mark.parametrize("name", (b"..", b"../../etc/passwd", b".git", b"a/../b"))
async def test_a_tree_that_leads_out_is_refused(forge: Forge, name: bytes) -> None:
    base = forge.commit({"a.md": b"a"})
    there = forge.folder / "app.git"
    _planted(there, name)
    head = served(there, "commit-tree", "-m", "x", "-p", base, "main^{tree}")
    served(there, "update-ref", "refs/heads/main", head)
    for call in (git.list_files.fn(forge.block()), git.compare_commits.fn(forge.block(), base=base, head="main")):
        with pytest.raises(errors.BadAnswer, match="leads out of it"):
            await call


async def test_what_is_too_large_is_not_taken(forge: Forge) -> None:
    import random  # noqa: PLC0415 - only here

    forge.commit({"a.md": b"a", "big.bin": random.Random(7).randbytes(400_000), "long.txt": b"x" * 400_000})
    block = forge.block(max_bytes=100_000)
    assert (await git.get_file.fn(block, path="a.md")).size == 1
    with pytest.raises(errors.BadAnswer, match="larger than the block allows"):
        await git.get_file.fn(block, path="big.bin")
    with pytest.raises(errors.BadAnswer, match="at most"):
        await git.get_file.fn(block, path="long.txt")


async def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    script(tmp_path, "git", f"sleep 60 & echo $! > {tmp_path}/pid; wait\n")
    program = Program((), {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}, 2**20)
    began = time.monotonic()
    with pytest.raises(errors.Unavailable, match="took longer"):
        await program.run("version", seconds=0.3)
    assert time.monotonic() - began < 30, "it waited for what was started"
    pid = int((tmp_path / "pid").read_text())
    await asyncio.to_thread(gone, pid)


def gone(pid: int) -> None:
    """Wait for the end of somebody else's process; it stays in the list until somebody takes notice of it."""
    about, until = Path(f"/proc/{pid}/stat"), time.monotonic() + 5
    while about.exists() and about.read_text().split()[2] != "Z":
        assert time.monotonic() < until
        time.sleep(0.01)


async def test_a_machine_without_git_is_told_so() -> None:
    with pytest.raises(errors.ConfigError, match="not on this machine"):
        await Program((), {"PATH": "/nowhere"}, 2**20).run("version")


@pytest.mark.parametrize(
    "fields",
    (
        {"url": "ext::sh -c id"},
        {"url": "file:///etc"},
        {"url": "git@github.com:acme/app.git"},
        {"url": "https://ada:secret@host"},
        {"url": "https://host?x=1"},
        {"url": "ssh://-oProxyCommand=id@host", "private_key": KEY, "known_hosts": "x"},
        {"url": "ssh://-oProxyCommand=id/x", "private_key": KEY, "known_hosts": "x"},
        {"url": "ssh://git@host"},
        {"url": "ssh://git@host", "private_key": KEY},
        {"url": "ssh://git@host", "private_key": KEY, "known_hosts": "x", "token": "secret"},
        {"url": "https://host", "private_key": KEY},
        {"url": "https://host", "author_name": "x>\nfrom"},
    ),
)
def test_a_block_that_could_lead_elsewhere_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as raised:
        GitCredentials(**fields)
    assert "secret" not in str(raised.value)


async def test_ssh_with_a_key(servers: Servers, forge: Forge) -> None:
    forge.commit({"a.md": b"a"})
    place = servers.block("sftp")
    login, host_key = place.url.removeprefix("sftp://").partition("/")[0], place.options["host_key"]
    where = login.rpartition("@")[2]
    address, _, port = where.partition(":")
    fields = {
        "url": f"ssh://{login}{forge.folder}",
        "private_key": place.secret_options["private_key"],
        "known_hosts": f"[{address}]:{port} {host_key}",
        "repository": "app.git",
    }
    await all_of_it_over_ssh(GitCredentials(**fields))
    another = servers.block("sftp")
    stranger = f"[{address}]:{port} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJm3V3V8n0m1nq8j3Q2G0m2nq8j3Q2G0m2nq8j3Q2G0"
    with pytest.raises(errors.AuthFailed, match="not the known one"):
        await git.get_head.fn(GitCredentials(**{**fields, "known_hosts": stranger}))
    assert another
    with pytest.raises(errors.AuthFailed):
        await git.get_head.fn(GitCredentials(**{**fields, "private_key": KEY}))


async def all_of_it_over_ssh(block: GitCredentials) -> None:
    base = await git.get_head.fn(block)
    made = await git.commit_files.fn(block, branch="main", files={"b.md": b"b\n"}, message="b", parent=base.sha)
    assert (await git.get_file.fn(block, path="b.md", ref=made.sha)).text == "b\n"

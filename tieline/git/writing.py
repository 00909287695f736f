"""One commit of many files, and branches: made here, out of anybody's sight, and pushed in one step."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from uuid import uuid4

from tieline.errors import AuthFailed, Conflict, ConnectorError, NotFound, Rejected, Unavailable
from tieline.git import parsing
from tieline.git.address import inside, ref_name
from tieline.git.faults import plain
from tieline.git.model import Branch, Commit, Entry
from tieline.git.program import LONG
from tieline.git.repository import Repository

FILE, EXECUTABLE, FOLDER = "100644", "100755", "040000"
#: Why a server does not move a branch, where somebody else was faster: its own words, or those of git here.
_MOVED = re.compile(
    r"stale info|fetch first|non-fast-forward|failed to (update|lock) ref|cannot lock ref|already exists"
)
_PROTECTED = re.compile(r"protected|permission|denied|not allowed|prohibited", re.IGNORECASE)


async def commit_files(
    repository: Repository,
    branch: str,
    files: Mapping[str, bytes | None],
    message: str,
    parent: str | None = None,
) -> Commit:
    """Write and delete files in one commit; see `tasks.git.commit_files`."""
    for path in files:
        inside(path)
    head = await _head(repository, branch)
    base = parent or head
    await repository.mirror.need(base, head)
    modes = _modes(await _tree(repository, base), files)
    made = await _made(repository, base, files, modes, message)
    if head != base:
        return await _ours(repository, branch, head, made)
    if made.tree == (await repository.commit(base)).tree:
        return await repository.commit(base)
    await _push(repository, f"{made.sha}:refs/heads/{branch}", f"refs/heads/{branch}:{base}")
    return made


async def create_branch(repository: Repository, branch: str, sha: str) -> Branch:
    """Make a branch; see `tasks.git.create_branch`."""
    await repository.mirror.need(sha)
    # An empty expectation: there must be none.
    await _push(repository, f"{sha}:refs/heads/{ref_name(branch)}", f"refs/heads/{branch}:")
    return Branch(name=branch, sha=sha)


async def _head(repository: Repository, branch: str) -> str:
    there = await repository.branch(branch)
    if there is None:
        raise NotFound(f"There is no branch {branch!r}.", hint="Make it with create_branch.")
    return there.sha


async def _tree(repository: Repository, sha: str) -> dict[str, Entry]:
    """Every file and folder of a commit."""
    listed = await repository.mirror.run("ls-tree", "-r", "-t", "-z", "--full-tree", sha)
    return {one.path: one for one in parsing.entries(listed)}


def _modes(there: Mapping[str, Entry], files: Iterable[str]) -> dict[str, str]:
    """The modes of files: those that they have.

    Raises:
        Rejected: There is something else in the way.
    """
    modes: dict[str, str] = {}
    for path in files:
        parts = path.split("/")
        for above in ("/".join(parts[:end]) for end in range(1, len(parts))):
            if above in there and there[above].mode != FOLDER:
                raise Rejected(f"{above!r} in {path!r} is no folder; nothing was changed.", hint="Write elsewhere.")
        modes[path] = there[path].mode if path in there else FILE
        if modes[path] not in {FILE, EXECUTABLE}:
            raise Rejected(f"{path!r} is no plain file there; nothing was changed.", hint="Write to another path.")
    return modes


async def _made(
    repository: Repository,
    parent: str,
    files: Mapping[str, bytes | None],
    modes: Mapping[str, str],
    message: str,
) -> Commit:
    """The commit, which nobody sees yet: https://git-scm.com/docs/git-fast-import."""
    name = f"refs/tieline/made/{uuid4().hex}"
    when = f"{repository.author} {int(time.time())} +0000"
    text = message.encode()
    feed = [
        f"commit {name}\nauthor {when}\ncommitter {when}\ndata {len(text)}\n".encode(),
        text,
        f"\nfrom {parent}\n".encode(),
    ]
    for path, content in sorted(files.items()):
        if content is None:
            feed.append(f"D {_quoted(path)}\n".encode())
        else:
            feed += [f"M {modes[path]} inline {_quoted(path)}\ndata {len(content)}\n".encode(), content, b"\n"]
    await repository.mirror.run("fast-import", "--quiet", "--done", feed=b"".join([*feed, b"done\n"]), seconds=LONG)
    made = parsing.commits(await repository.mirror.run("log", "-z", parsing.COMMITS, "--max-count=1", name))[0]
    await repository.mirror.run("update-ref", "-d", name)
    return made


def _quoted(path: str) -> str:
    """A path as fast-import reads it: in quotes nothing in it can end the line."""
    escaped = path.replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


async def _ours(repository: Repository, branch: str, head: str, made: Commit) -> Commit:
    """The newest commit, if it is the one that we are asked for: an earlier try has made it."""
    there = await repository.commit(head)
    if (there.parents, there.tree, there.message.strip()) != (made.parents, made.tree, made.message.strip()):
        raise _moved(branch)
    return there


def _moved(branch: str) -> Conflict:
    hint = "Nothing was changed. Read the files again, and decide then."
    return Conflict(f"The branch {branch} has moved.", hint=hint)


async def _push(repository: Repository, what: str, expected: str) -> None:
    """Move a branch from exactly where it is thought to be.

    Raises:
        Conflict: It is elsewhere.
        ConnectorError: The server refused for another reason.
    """
    words = ("push", "--porcelain", "--no-verify", f"--force-with-lease={expected}", "origin", what)
    try:
        said = (await repository.mirror.run(*words, seconds=LONG, ends=(0, 1))).decode("utf-8", "replace")
    except Unavailable as exc:
        exc.may_have_happened = True
        raise
    # Such as `! TAB refs/heads/a:refs/heads/b TAB [rejected] (stale info)`; and at the end `Done`, if it was.
    refused = next((line for line in said.splitlines() if line.startswith("!")), "")
    if refused:
        why = plain(refused.rpartition("\t")[2], repository.mirror.secrets)
        raise _refusal(expected.removeprefix("refs/heads/").partition(":")[0], why)
    if "Done" not in said.splitlines():
        cut = Unavailable("The push did not come to its end.", hint="Look at the branch before you repeat it.")
        cut.may_have_happened = True
        raise cut


def _refusal(branch: str, why: str) -> ConnectorError:
    if _MOVED.search(why):
        return _moved(branch)
    said = f"The server did not take it: {why}."
    if _PROTECTED.search(why):
        return AuthFailed(said, hint="Push to another branch, or let the login push to this one.")
    return Rejected(said, hint="Its rules or its hooks say no: ask its owner.")

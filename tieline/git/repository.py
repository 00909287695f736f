"""What an action sees: the repositories of one connection."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tieline.errors import BadAnswer, NotFound, Rejected
from tieline.git import parsing
from tieline.git.address import SHA, below, inside, ref_name
from tieline.git.login import Login
from tieline.git.mirror import Mirror
from tieline.git.model import Branch, ChangedFile, Commit, Comparison, Entry, File
from tieline.git.program import LONG, Program

#: Most commits of a comparison.
MOST_COMMITS = 2000
SYMLINK, SUBMODULE = "120000", "160000"
_NO_FILE = {SYMLINK: "a symlink", SUBMODULE: "a submodule", "040000": "a folder"}
_DIFF = ("--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--no-abbrev", "--full-index")


class Git:
    """All repositories of one connection.

    Args:
        login: Where they are, and how to log in.
        program: How git is run.
        default: The repository that is meant where none is named.
        most: Bytes of a file that are read into memory at most.
    """

    def __init__(self, login: Login, program: Program, *, default: str, most: int) -> None:
        self._login, self._program, self._default, self._most = login, program, default, most

    @classmethod
    @asynccontextmanager
    async def opened(cls, login: Login, *, default: str, most: int) -> AsyncIterator[Git]:
        """The connection, as long as its secrets are needed."""
        with login.environment() as environment:
            secrets = tuple(filter(None, (login.token, login.key)))
            program = Program(login.options(), environment, most, secrets)
            yield cls(login, program, default=default, most=most)

    def at(self, repository: str = "") -> Repository:
        """One of them.

        Args:
            repository: Below the connection's address; empty for the one that is meant where none is named.

        Raises:
            ConfigError: It leads elsewhere.
        """
        url = below(self._login.url, repository or self._default)
        return Repository(Mirror(self._program, url, self._login.mark), self._login.author, self._most)


class Repository:
    """One repository.

    Args:
        mirror: What was fetched of it.
        author: Who commits; see `person`.
        most: Bytes of a file that are read into memory at most.
    """

    def __init__(self, mirror: Mirror, author: str, most: int) -> None:
        self.mirror, self.author, self._most = mirror, author, most

    async def branches(self) -> list[Branch]:
        """All branches, by name, as the server has them now."""
        return await self._listed("refs/heads/*")

    async def branch(self, name: str) -> Branch | None:
        """A branch, as the server has it now."""
        found = await self._listed(f"refs/heads/{ref_name(name)}")
        return next((one for one in found if one.name == name), None)

    async def default_branch(self) -> Branch | None:
        """The branch that is meant where none is named; None in an empty repository."""
        await self.mirror.made()
        said = _text(await self.mirror.ask("ls-remote", "--symref", "origin", "HEAD")).splitlines()
        sha = next((one[0] for one in map(str.split, said) if len(one) == 2 and one[1] == "HEAD"), "")  # noqa: PLR2004
        name = next((line.split()[1] for line in said if line.startswith("ref: ")), "")
        return Branch(name=name.removeprefix("refs/heads/"), sha=sha) if sha else None

    async def resolve(self, ref: str | None) -> str:
        """The commit that a branch, a tag or a SHA means now, which is here afterwards.

        Raises:
            NotFound: There is none.
        """
        if ref is None:
            default = await self.default_branch()
            found = default.sha if default else ""
        else:
            found = ref if SHA.fullmatch(ref) else await self._named(ref)
        if not found:
            what = "It is empty: there is no commit." if ref is None else f"There is no branch or tag {ref!r}."
            raise NotFound(what, hint="See list_branches.")
        await self.mirror.need(found)
        return found

    async def commit(self, ref: str | None) -> Commit:
        """One commit."""
        return (await self.commits(ref, limit=1))[0]

    async def commits(self, ref: str | None, *, path: str = "", limit: int) -> list[Commit]:
        """The newest commits, newest first."""
        below = ("--", inside(path)) if path else ()
        return await self._log(await self.resolve(ref), *below, limit=limit)

    async def files(self, ref: str | None, folder: str = "") -> list[Entry]:
        """All files below a folder.

        Raises:
            NotFound: There is no such folder.
        """
        sha = await self.resolve(ref)
        below = ("--", f"{inside(folder)}/") if folder else ()
        found = parsing.entries(await self.mirror.run("ls-tree", "-r", "-z", "--full-tree", sha, *below))
        if folder and not found:
            raise NotFound(f"There is no folder {folder!r}.", hint="See list_files without a folder.")
        return found

    async def read(self, ref: str | None, path: str) -> File:
        """One file.

        Raises:
            NotFound: There is no such file.
            Rejected: It is a folder, a symlink or a submodule.
            BadAnswer: It is too large.
        """
        sha = await self.resolve(ref)
        listed = await self.mirror.run("ls-tree", "-z", "--full-tree", sha, "--", inside(path))
        entry = next(iter(parsing.entries(listed)), None)
        if entry is None:
            raise NotFound(f"There is no file {path!r}.", hint="See list_files.")
        if what := _NO_FILE.get(entry.mode):
            raise Rejected(f"{path} is {what}, not a file.", hint="See list_files.")
        size = (await self._sizes(entry.sha))[entry.sha]
        if size > self._most:
            said = f"{path} has {size / 2**20:,.0f} MB, and at most {self._most / 2**20:,.0f} MB are read."
            raise BadAnswer(said, hint="Raise `max_bytes` on the block.")
        content = await self.mirror.run("cat-file", "blob", entry.sha, seconds=LONG, most=self._most)
        return File(**entry.model_dump(), size=size, content=content)

    async def compare(self, base: str, head: str) -> Comparison:
        """What the head has that the base has not.

        Raises:
            Rejected: They have no history in common.
        """
        ancestor, one, other = await self._between(base, head)
        counted = await self.mirror.run("rev-list", "--left-right", "--count", f"{one}...{other}")
        behind, ahead = map(int, counted.split())
        commits = await self._log(f"{one}..{other}", limit=MOST_COMMITS)
        words = ("diff", "-z", "--raw", "--numstat", *_DIFF, ancestor, other)
        files = parsing.changes(await self.mirror.run(*words, seconds=LONG))
        return Comparison(
            base=ancestor,
            head=other,
            ahead_by=ahead,
            behind_by=behind,
            commits=tuple(reversed(commits)),
            files=tuple(await self._sized(files)),
        )

    async def diff(self, base: str, head: str, paths: list[str]) -> str:
        """The difference as text."""
        ancestor, _, other = await self._between(base, head)
        only = ("--", *map(inside, paths)) if paths else ()
        words = ("diff", "--patch", *_DIFF, ancestor, other, *only)
        return _text(await self.mirror.run(*words, seconds=LONG, most=self._most))

    async def _between(self, base: str, head: str) -> tuple[str, str, str]:
        """The common ancestor, and the two commits."""
        one, other = await self.resolve(base), await self.resolve(head)
        ancestor = (await self.mirror.run("merge-base", one, other, ends=(0, 1))).decode().strip()
        if not ancestor:
            raise Rejected("The two commits have no history in common.", hint="Compare others.")
        return ancestor, one, other

    async def _log(self, *which: str, limit: int) -> list[Commit]:
        words = ("log", "-z", parsing.COMMITS, "--encoding=UTF-8", "--no-show-signature", f"--max-count={limit}")
        return parsing.commits(await self.mirror.run(*words, *which))

    async def _listed(self, *patterns: str) -> list[Branch]:
        await self.mirror.made()
        said = _text(await self.mirror.ask("ls-remote", "--refs", "origin", *patterns))
        found = (line.partition("\t")[::2] for line in said.splitlines())
        named = ((name.removeprefix("refs/heads/"), sha) for sha, name in found if name.startswith("refs/heads/"))
        return [Branch(name=name, sha=sha) for name, sha in named]

    async def _named(self, ref: str) -> str:
        """The commit that a branch, or else a tag, points to."""
        name = ref_name(ref)
        await self.mirror.made()
        wanted = (f"refs/heads/{name}", f"refs/tags/{name}^{{}}", f"refs/tags/{name}")
        said = _text(await self.mirror.ask("ls-remote", "origin", f"refs/heads/{name}", f"refs/tags/{name}*"))
        there = {one: sha for sha, _, one in (line.partition("\t") for line in said.splitlines())}
        return next((there[one] for one in wanted if one in there), "")

    async def _sizes(self, *shas: str) -> dict[str, int]:
        """The sizes of contents, which are fetched for that."""
        words, feed = ("cat-file", "--batch-check=%(objectname) %(objectsize)"), "\n".join(shas).encode() + b"\n"
        return parsing.sizes(await self.mirror.run(*words, feed=feed, seconds=LONG)) if shas else {}

    async def _sized(self, files: list[ChangedFile]) -> list[ChangedFile]:
        there = [one.sha for one in files if one.status != "removed" and one.mode != SUBMODULE]
        known = await self._sizes(*there)
        return [one.model_copy(update={"size": known.get(one.sha, 0)}) if one.sha in known else one for one in files]


def _text(said: bytes) -> str:
    """What git wrote; a name may be any bytes."""
    return said.decode("utf-8", "replace")

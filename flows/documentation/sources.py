"""The source code before and after a change, read through its code host: what changed, and what a page needs beside it.

Nothing is cloned, imported or run. Of a large repository its list of files is read, and of its files those that
changed, the `__init__.py` above them, and what these offer, so that the pages that are made are whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from flows.code_hosts import ChangedFile, Comparison, File, Host, matching
from tieline.errors import NotFound
from tieline.language.code import LIMITS, Module, language_of, read_sources

#: Files that are read at the same time.
AT_ONCE = 8
#: Most files of one change that are read; beyond that it is no change any more, but a move of everything.
MOST = 5_000
_LARGEST = int(LIMITS.megabytes * (1 << 20))


class Skipped(NamedTuple):
    """A file that counts, and is not documented."""

    path: str
    why: str


class Sources(NamedTuple):
    """The code of a change.

    Args:
        head: The commit that is documented.
        comparison: What lies between; None where everything is documented anew.
        before: Modules as they were.
        after: Modules as they are; those that did not change, and are read for the pages' sake, are the same in both.
        touched: The paths that changed, before and after.
        skipped: What was left out, and why.
    """

    head: str
    comparison: Comparison | None
    before: list[Module]
    after: list[Module]
    touched: frozenset[str]
    skipped: tuple[Skipped, ...]

    @property
    def concerns(self) -> bool:
        """Whether there is anything in it for a project."""
        return bool(self.touched or self.skipped)


async def read_change(host: Host, paths: Sequence[str], base: str, head: str) -> Sources:
    """What a change touches.

    Args:
        host: The repository.
        paths: Globs of the files that count.
        base: The commit that was documented last.
        head: The commit that is to be documented.

    Raises:
        NotFound: One of the commits is gone, as after a forced push.
        ConnectorError: The host did not answer, or refused.
    """
    comparison = await host.compare(base, head)
    counted = [one for one in comparison.files if _counts(one, paths)]
    skipped = [Skipped(one.path, why) for one in counted if (why := _unread(one))]
    good = [one for one in counted if not _unread(one)][:MOST]
    skipped += [Skipped(one.path, f"more than {MOST:,} files changed") for one in counted[MOST:]]
    if not good:
        return Sources(head, comparison, [], [], frozenset(), tuple(skipped))
    here = {one.path: one for one in await host.files(head, ["**"]) if one.mode in {"file", "executable"}}
    new = {one.path for one in good if one.status != "removed" and matching(one.path, paths)}
    old = {one.previous or one.path for one in good if one.status != "added"}
    after = await _Reader(host, head, here).read(new)
    before = await _before(host, comparison.base, old, after, new)
    return Sources(head, comparison, before, after, frozenset(new | old), tuple(skipped))


async def read_all(host: Host, paths: Sequence[str], head: str) -> Sources:
    """All files that count, at one commit."""
    found = await host.files(head, paths)
    skipped = [Skipped(one.path, why) for one in found if (why := _unread(one))]
    good = {one.path: one for one in found if not _unread(one)}
    skipped += [Skipped(path, f"more than {MOST:,} files") for path in sorted(good)[MOST:]]
    wanted = sorted(good)[:MOST]
    after = await _Reader(host, head, good).read(wanted)
    return Sources(head, None, [], after, frozenset(wanted), tuple(skipped))


async def _before(
    host: Host, base: str, old: Collection[str], after: Sequence[Module], new: Collection[str]
) -> list[Module]:
    """What changed as it was, and the rest as it is."""
    texts = await _texts(host, base, old)
    same = [module for module in after if module.path not in new and module.path not in texts]
    # Which packages there are is told by their `__init__.py`, those that did not change included.
    around = {module.path: "" for module in same if _is_package(module.path)}
    read = await asyncio.to_thread(read_sources, {**around, **texts})
    return [*same, *(module for module in read if module.path in texts)]


class _Reader:
    """Reads files of one commit, and what their pages need beside them."""

    def __init__(self, host: Host, ref: str, there: Mapping[str, File]) -> None:
        self._host, self._ref, self._there = host, ref, there
        self._texts: dict[str, str] = {}

    async def read(self, wanted: Collection[str]) -> list[Module]:
        """The modules of these files, of the packages above them, and of what those packages offer."""
        waiting = {*wanted, *self._packages(wanted)}
        modules: list[Module] = []
        while waiting:
            self._texts |= await _texts(self._host, self._ref, waiting)
            modules = await asyncio.to_thread(read_sources, self._texts)
            waiting = set(self._offered(modules, wanted)) - self._texts.keys()
        return modules

    def _packages(self, paths: Iterable[str]) -> set[str]:
        """The packages above; and where a private module changed all of theirs, for some other one may offer it."""
        found: set[str] = set()
        for path in paths:
            if language_of(path) == "python":
                above = self._above(path)
                found |= above
                if above and any(part.startswith("_") for part in path.split("/")[:-1] + [PurePosixPath(path).stem]):
                    top = min(above, key=len).rpartition("/")[0]
                    found |= {one for one in self._there if one.startswith(f"{top}/") and _is_package(one)}
        return found

    def _above(self, path: str) -> set[str]:
        folders = [str(one) for one in PurePosixPath(path).parents][:-1]
        return {f"{folder}/__init__.{end}" for folder in folders for end in ("py", "pyi")} & self._there.keys()

    def _offered(self, modules: Sequence[Module], wanted: Collection[str]) -> Iterable[str]:
        """Files that a page takes names from, where what is on it may change."""
        names = {module.name for module in modules if module.path in wanted}
        above = {one for path in wanted for one in self._above(path)}
        for module in modules:
            targets = [target for name, target in module.imports.items() if not name.startswith("_")]
            offers = any({target, target.rpartition(".")[0]} & names for target in targets)
            if module.language == "python" and (module.path in wanted or module.path in above or offers):
                root = self._root(module)
                for target in targets:
                    yield from self._files(root, target)

    def _root(self, module: Module) -> str:
        """The folder that names of modules begin at."""
        parts = module.name.split(".")
        folders = module.path.split("/")[:-1]
        package = parts if _is_package(module.path) else parts[:-1]
        return "/".join(folders[: len(folders) - len(package)])

    def _files(self, root: str, target: str) -> set[str]:
        """The file of a module, or of the module that a name is in."""
        found: set[str] = set()
        for name in (target, target.rpartition(".")[0]):
            path = "/".join(filter(None, [root, *name.split(".")]))
            ends = (".py", ".pyi", "/__init__.py", "/__init__.pyi")
            found |= {path + end for end in ends} & self._there.keys() if name else set()
        return {path for path in found if not _unread(self._there[path])}


def _is_package(path: str) -> bool:
    return path.rpartition("/")[2] in {"__init__.py", "__init__.pyi"}


async def _texts(host: Host, ref: str, paths: Iterable[str]) -> dict[str, str]:
    room = asyncio.Semaphore(AT_ONCE)

    async def text(path: str) -> tuple[str, str | None]:
        async with room:
            try:
                return path, (await host.read(ref, path)).decode(errors="replace")
            except NotFound:
                return path, None

    found = await asyncio.gather(*map(text, sorted(paths)), return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return {path: said for path, said in found if said is not None}  # type: ignore[misc] # errors are raised above


def _counts(file: ChangedFile, paths: Sequence[str]) -> bool:
    named = [path for path in (file.path, file.previous) if path]
    return any(matching(path, paths) and language_of(path) != "other" for path in named)


def _unread(file: File) -> str:
    """Why a file is not read; empty where it is."""
    if file.mode == "submodule":
        return "a submodule: its code is documented where it lives"
    if file.mode == "symlink":
        return "a link: what it leads to is documented there"
    if isinstance(file, ChangedFile) and file.binary:
        return "not text"
    if file.size > _LARGEST:
        return f"{file.size:,} bytes, more than the limit of {LIMITS.megabytes:g} MiB"
    return ""

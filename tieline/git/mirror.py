"""What was fetched of a repository: commits and trees, and of the contents what somebody has asked for.

It is a bare repository in the user's cache folder, one for each login, and may be deleted at any time.
See https://git-scm.com/docs/partial-clone
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self
from uuid import uuid4

import platformdirs
from filelock import AsyncFileLock, FileLock, Timeout

from tieline.errors import Unavailable
from tieline.git.program import LONG, QUICK, Program
from tieline.transport.retry import retrying

#: What nobody has used for so long is deleted when another repository is fetched for the first time.
KEEP_SECONDS = 30 * 86_400
#: What only reads is tried so often.
TRIES = 3
#: No contents: they are fetched when they are looked at. Git takes it from the configuration, for all that it fetches.
FILTER = "blob:none"
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")


class Mirror:
    """One repository, as one login sees it.

    Args:
        program: How git is run.
        url: Where the repository is.
        mark: What is another for every other login.
    """

    def __init__(self, program: Program, url: str, mark: str) -> None:
        self._program, self.url = program, url
        name = hashlib.sha256(f"{mark}\n{url}".encode()).hexdigest()[:32]
        self._folder = platformdirs.user_cache_path("tieline") / "git" / name
        self._remote = (
            *("-c", f"remote.origin.url={url}", "-c", "remote.origin.promisor=true"),
            *("-c", f"remote.origin.partialclonefilter={FILTER}"),
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not stand in any message."""
        return self._program.secrets

    async def run(
        self,
        *words: str,
        feed: bytes = b"",
        seconds: float = QUICK,
        most: int | None = None,
        ends: Sequence[int] = (0,),
    ) -> bytes:
        """Run a command in it; see `Program.run`."""
        limit = {} if most is None else {"most": most}
        command = (*self._remote, f"--git-dir={self._folder}", *words)
        return await self._program.run(*command, feed=feed, seconds=seconds, ends=ends, **limit)

    async def ask(self, *words: str) -> bytes:
        """Run a command that needs the network, and may be done twice."""
        async for attempt in retrying(repeatable=True, seconds=LONG, attempts=TRIES):
            with attempt:
                return await self.run(*words, seconds=LONG)
        raise AssertionError  # the last attempt raises

    async def need(self, *shas: str) -> None:
        """Fetch commits that are not here yet, with all that came before them.

        Raises:
            NotFound: The repository has none of that name.
        """
        async with self._lock():
            await self._made()
            # Each keeps a name of its own, so that nothing is thrown away, and less is fetched the next time.
            missing = [f"{sha}:refs/tieline/{sha}" for sha in shas if not await self._has(sha)]
            if missing:
                await self.ask(*_FETCH, "origin", *missing)

    async def made(self) -> None:
        """Make it, empty, where it is not there yet."""
        async with self._lock():
            await self._made()

    async def _has(self, sha: str) -> bool:
        # With this option git does not go and fetch what it misses.
        words = ("rev-list", "--max-count=1", "--missing=allow-any", "--format=tformat:%H", sha)
        return bool(await self.run(*words, ends=(0, 128)))

    async def _made(self) -> None:
        if self._folder.is_dir():
            os.utime(self._folder)
            return
        _tidy(self._folder.parent)
        part = self._folder.with_name(f".{uuid4().hex}")
        await self._program.run("init", "--bare", "--quiet", "--template=", str(part))
        part.replace(self._folder)

    def _lock(self) -> AsyncFileLock:
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _Lock(_lock_file(self._folder), timeout=2 * LONG)


class _Lock(AsyncFileLock):
    """Says it in our words when somebody else does not come to an end."""

    async def __aenter__(self) -> Self:
        try:
            await self.acquire()
        except Timeout:
            late = Unavailable("Another run has been fetching this repository for very long.", hint="Try again later.")
            raise late from None
        return self


def _lock_file(folder: Path) -> str:
    return str(folder.with_suffix(".lock"))


def _tidy(place: Path) -> None:
    """Delete what nobody has used for long, and what was never finished."""
    old = time.time() - KEEP_SECONDS
    for folder in place.iterdir():
        with suppress(OSError, Timeout):
            if folder.is_dir() and folder.stat().st_mtime < old:
                with FileLock(_lock_file(folder), timeout=0):
                    shutil.rmtree(folder)

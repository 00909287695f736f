"""Runs git, with limits of time and size."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tieline.errors import BadAnswer, ConfigError, Unavailable
from tieline.git.faults import told

#: Of what is here already, and of what goes over the network, in seconds.
QUICK, LONG = 60.0, 600.0
#: Most bytes that are read of what git lists, such as a tree of a million files.
LISTED = 200 * 2**20
_CHUNK, _BLOCK, _COMPLAINT = 2**16, 512, 2**14


@dataclass(frozen=True)
class Program:
    """Git, as it is run for one connection.

    Args:
        options: The configuration, as options.
        environment: All that it gets.
        most: Largest file that it may write, in bytes: a pack that is larger is not taken.
        secrets: What must not stand in any message.
    """

    options: Sequence[str]
    environment: Mapping[str, str]
    most: int
    secrets: tuple[str, ...] = ()

    async def run(
        self, *words: str, feed: bytes = b"", seconds: float = QUICK, most: int = LISTED, ends: Sequence[int] = (0,)
    ) -> bytes:
        """Run a command to its end; what it wrote.

        Args:
            words: The command with its arguments.
            feed: What it reads.
            seconds: Longest time that it may take.
            most: Most bytes that it may write.
            ends: Exit codes that are no errors.

        Raises:
            ConfigError: The program is not there.
            ConnectorError: It failed, took too long, or wrote too much; see `faults`.
        """
        process = await asyncio.create_subprocess_exec(
            *self._command(words),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=dict(self.environment),
            start_new_session=True,  # so that it ends with all that it started
        )
        try:
            async with asyncio.timeout(seconds):
                out, complaint, _ = await asyncio.gather(_out(process, most), _complaint(process), _fed(process, feed))
                code = await process.wait()
        except TimeoutError:
            late = Unavailable(f"git took longer than {seconds:g} s.", hint="The server may be slow: try again later.")
            late.may_have_happened = True
            raise late from None
        finally:
            _end(process)
            await process.wait()
        if len(out) > most:
            raise BadAnswer(f"There is more than {most / 2**20:,.0f} MB of it.", hint="Ask for less at once.")
        if code not in ends:
            raise told(complaint.decode("utf-8", "replace"), code, self.secrets)
        return out

    def _command(self, words: Sequence[str]) -> list[str]:
        git = shutil.which("git", path=self.environment.get("PATH"))
        if git is None:
            raise ConfigError("The program git is not on this machine.", hint="Install it: apt-get install git.")
        command = [git, *self.options, *words]
        if os.name != "posix":
            return command
        # The limit holds for all that git starts, too: it is another program that writes the packs.
        return ["/bin/sh", "-c", 'ulimit -f "$0"; exec "$@"', str(self.most // _BLOCK + 1), *command]


async def _out(process: Process, most: int) -> bytes:
    """What it writes; a byte more than the most where there is more."""
    assert process.stdout is not None  # noqa: S101 - tells mypy that it is a pipe
    taken = bytearray()
    while chunk := await process.stdout.read(_CHUNK):
        taken += chunk[: most + 1 - len(taken)]
        if len(taken) > most:
            _end(process)
    return bytes(taken)


async def _complaint(process: Process) -> bytes:
    """The end of what it complains about."""
    assert process.stderr is not None  # noqa: S101 - as above
    taken = b""
    while chunk := await process.stderr.read(_CHUNK):
        taken = (taken + chunk)[-_COMPLAINT:]
    return taken


async def _fed(process: Process, feed: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - as above
    with suppress(BrokenPipeError, ConnectionResetError):  # it says itself why it wanted no more
        process.stdin.write(feed)
        await process.stdin.drain()
    process.stdin.close()


def _end(process: Process) -> None:
    """Kill it, and all that it started."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()

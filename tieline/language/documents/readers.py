"""The programs that read documents, as the caller sees them: started, fed, watched and replaced."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from stat import S_ISREG
from typing import Any, Self

from tieline import errors
from tieline.errors import Corrupt, DocumentError, Empty, TielineError, TooLarge
from tieline.language.documents.model import Document, Limits
from tieline.settings import settings

#: What reads documents.
PROGRAM = "tieline.language.documents.child"
#: What a program says when it can be given documents.
READY = b"ready\n"
#: Documents after which a program is replaced, since libraries leak.
DOCUMENTS_EACH = 1_000
WATCH_SECONDS = 0.05
_MIB = 1 << 20
#: A program that died of a signal had run out of memory if it was beyond this share of its limit when last seen.
_NEARLY = 0.5
_SIGNS_OF_MEMORY = (b"memory allocation of", b"bad_alloc", b"MemoryError", b"out of memory", b"Cannot allocate memory")
#: What a reader needs of our environment; a hostile file has no business with the rest.
_VARIABLES = (
    *("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONPATH"),
    "TESSDATA_PREFIX",
)
#: Fewer arenas, and memory that is given back early: a long document must not leave its size behind.
_FIXED = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "1000000", "PYTHONUTF8": "1"}
_FIXED |= {"OMP_THREAD_LIMIT": "1"}  # for OCR: several programs read at the same time
#: To be killed once may be bad luck: the system was short of memory for other reasons.
_TRIES = 2
_ENDED = "The program that read it was ended, as a system does when memory runs out"


async def read_document(
    source: Path | bytes, *, name: str = "", limits: Limits | None = None, ocr: str | None = None
) -> Document:
    """Read a document, in a program of its own.

    Args:
        source: The file, or all of its bytes.
        name: Its name, which helps to tell texts apart; that of the file if left out.
        limits: How much is read; `Limits()` if left out.
        ocr: Languages of pictures of text, in Tesseract's words, such as "eng" or "eng+deu": pictures, and pages of a
            PDF without text, are then read too. Empty for none; the setting `TIELINE_OCR` if left out.

    Returns:
        Its text with passages.

    Raises:
        DocumentError: It cannot be read: `Encrypted`, `Scanned`, `Corrupt`, `Empty`, `TooLarge`, `UnknownKind`.
        ConfigError: What reads this kind of document, or a language of OCR, is not installed.
    """
    limits = limits or Limits()
    name = name or (source.name if isinstance(source, Path) else "")
    job = _Job(source, name, limits, settings().ocr if ocr is None else ocr)
    future = asyncio.get_running_loop().run_in_executor(_threads(), job.run)
    try:
        return await future
    except asyncio.CancelledError:
        job.cancel()
        raise
    except DocumentError as exc:
        exc.name = name
        raise


class Reader:
    """One program that reads one document at a time.

    Args:
        program: The module to run; it answers jobs through `child.serve`.
    """

    def __init__(self, program: str = PROGRAM) -> None:
        self.program = program
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the program lives
        self.process = subprocess.Popen(  # noqa: S603 - a module of ours
            [sys.executable, "-m", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={name: value for name in _VARIABLES if (value := os.environ.get(name))} | _FIXED,
            start_new_session=True,  # Ctrl-C is for us
        )
        self.served = 0
        self._ready = False

    @property
    def usable(self) -> bool:
        """Whether it can be given a document."""
        return self.process.poll() is None and self.served < DOCUMENTS_EACH

    def read(self, path: Path, name: str, limits: Limits, ocr: str = "") -> dict[str, Any]:
        """What it answers to a document; see `ask`."""
        return self.ask({"path": str(path), "name": name, "ocr": ocr}, limits)

    def ask(self, job: dict[str, Any], limits: Limits) -> dict[str, Any]:
        """What it answers.

        Raises:
            Killed: Somebody else ended it.
            DocumentError: It died of the document, or took too much time or memory for it.
            TielineError: It did not start.
        """
        self.served += 1
        line = json.dumps(job | {"limits": limits.model_dump()}).encode() + b"\n"
        with _Watch(self.process, limits) as watch:
            line = self._ask(line)
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            if "memory" not in answer:
                return answer
        code = self.process.wait()
        raise watch.over or self._died(code, watch, limits, out_of_memory=bool(line))

    def _ask(self, line: bytes) -> bytes:
        if self.process.stdin is None or self.process.stdout is None:
            raise ValueError(self.process)  # they are pipes: see above
        self._ready = self._ready or self.process.stdout.readline() == READY
        with suppress(BrokenPipeError):
            self.process.stdin.write(line)
            self.process.stdin.flush()
        return self.process.stdout.readline()

    def _died(self, code: int, watch: _Watch, limits: Limits, *, out_of_memory: bool) -> Exception:
        self._said.seek(max(0, self._said.seek(0, os.SEEK_END) - 4096))
        said = self._said.read()
        near = code < 0 and watch.highest > _NEARLY * limits.memory_megabytes * _MIB
        if out_of_memory or any(sign in said for sign in _SIGNS_OF_MEMORY) or (near and -code != signal.SIGKILL):
            return over_memory(limits)
        if code == -signal.SIGKILL:
            return Killed()
        if not self._ready:
            last = said[-500:].decode(errors="replace")
            return TielineError(f"The program that reads them ({self.program}) did not start. It said: {last}")
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return Corrupt(
            f"The program that read it crashed ({how}): it is damaged, or made to do that.",
            hint="Save it anew with the program that made it.",
        )

    def close(self) -> None:
        """End it."""
        if self.process.poll() is None:
            self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout, self._said):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self.process.wait()


class Killed(Exception):  # noqa: N818 - reads as what happened
    """Somebody ended the program, not the document."""


class _Watch:
    """Ends a program that takes too much time or memory."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        self.over: DocumentError | None = None
        self.highest = 0
        self._process, self._limits = process, limits
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        until = time.monotonic() + self._limits.seconds
        while not self._done.wait(min(WATCH_SECONDS, max(0.0, until - time.monotonic()))):
            self.highest = max(self.highest, resident(self._process.pid))
            if time.monotonic() >= until:
                self.over = over_time(self._limits)
            elif self.highest > self._limits.memory_megabytes * _MIB:
                self.over = over_memory(self._limits)
            if self.over:
                self._process.kill()
                return


def resident(pid: int) -> int:
    """Bytes of memory that a process has; 0 where the system does not say (then the limit set inside must do)."""
    try:
        with Path(f"/proc/{pid}/statm").open("rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError, AttributeError):
        return 0


def over_time(limits: Limits) -> TooLarge:
    """It took too long."""
    return TooLarge(
        f"It was not read within {limits.seconds:g} seconds.",
        hint="Split it, or raise the limit `seconds`.",
        limit="seconds",
    )


def over_memory(limits: Limits) -> TooLarge:
    """It took too much memory."""
    return TooLarge(
        f"Reading it took more than {limits.memory_megabytes:,} MiB of memory.",
        hint="Split it, or raise the limit `memory_megabytes`.",
        limit="memory_megabytes",
    )


class _Job:
    """One document on its way through a program."""

    def __init__(self, source: Path | bytes, name: str, limits: Limits, ocr: str) -> None:
        self._source, self._name, self._limits, self._ocr = source, name, limits, ocr
        self._reader: Reader | None = None
        self._canceled = False
        self._lock = threading.Lock()

    def run(self) -> Document:
        """Read it; called in a thread."""
        size = len(self._source) if isinstance(self._source, bytes) else _size(self._source)
        if not size:
            raise Empty("It has 0 bytes.", hint="Check that it was saved or uploaded to its end, and fetch it again.")
        if size > self._limits.megabytes * _MIB:
            raise TooLarge(
                f"It has {size / _MIB:,.0f} MiB, and at most {self._limits.megabytes:g} are read.",
                hint="Split it, or raise the limit `megabytes`.",
                limit="megabytes",
            )
        if isinstance(self._source, Path):
            return self._read(self._source.absolute())
        with tempfile.TemporaryDirectory(prefix="tieline-") as folder:  # only the owner can look into it
            path = Path(folder, "document")
            path.write_bytes(self._source)
            return self._read(path)

    def cancel(self) -> None:
        """End it early; nobody waits for it."""
        with self._lock:
            self._canceled = True
            if self._reader is not None:
                self._reader.process.kill()

    def _read(self, path: Path) -> Document:
        for _ in range(_TRIES):
            if not self._canceled:
                with suppress(Killed):
                    return _document(self._once(path))
        raise TooLarge(
            f"{_ENDED}.", hint="Try again when less is going on, or give the machine more memory.", limit="memory"
        )

    def _once(self, path: Path) -> dict[str, Any]:
        reader = idle_reader()
        with self._lock:
            self._reader = reader
            if self._canceled:
                reader.process.kill()
        try:
            return reader.read(path, self._name, self._limits, self._ocr)
        finally:
            with self._lock:
                self._reader = None
            give_back(reader)


def _size(path: Path) -> int:
    try:
        found = path.stat()
    except (OSError, ValueError) as exc:  # no path at all, such as one with a zero byte in it
        why = exc.strerror if isinstance(exc, OSError) else exc
        raise DocumentError(
            f"It cannot be read: {why}.", hint="Check that it is still there, and that we may read it."
        ) from None
    if not S_ISREG(found.st_mode):
        raise DocumentError("It is no file.", hint="Give the path of a file.")
    return found.st_size


def _document(answer: dict[str, Any]) -> Document:
    if "document" in answer:
        return Document.model_validate_json(answer["document"])
    kind = getattr(errors, answer["error"])
    limit = {"limit": answer["limit"]} if issubclass(kind, DocumentError) else {}
    raise kind(answer["message"], hint=answer["hint"], **limit)


#: Programs that wait for something to read; the one used last is taken first, so that a quiet time needs one only.
_idle: dict[str, queue.LifoQueue[Reader]] = defaultdict(queue.LifoQueue)


def idle_reader(program: str = PROGRAM) -> Reader:
    """A program that waits, or a new one; `give_back` returns it."""
    while True:
        try:
            reader = _idle[program].get_nowait()
        except queue.Empty:
            return Reader(program)
        if reader.usable:
            return reader
        reader.close()


def give_back(reader: Reader) -> None:
    """Let a program wait for the next one who needs it; one that has died, or has served long enough, is ended."""
    if reader.usable:
        _idle[reader.program].put(reader)
    else:
        reader.close()


@cache
def _threads() -> ThreadPoolExecutor:
    """A thread for each program: that is how many read at the same time."""
    return ThreadPoolExecutor(settings().document_readers, thread_name_prefix="document")


@atexit.register
def close() -> None:
    """End the programs that wait; they are started again when they are needed."""
    for waiting in list(_idle.values()):
        with suppress(queue.Empty):
            while True:
                waiting.get_nowait().close()

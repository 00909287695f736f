"""The program that reads documents may die, hang or swell: the caller goes on, and the next document is read."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.language.documents import files
from tieline.errors import ConfigError, TielineError
from tieline.language.documents import Corrupt, DocumentError, Limits, TooLarge, read_document, readers
from tieline.language.documents.readers import Reader
from tieline.settings import settings

LONG = files.pdf([files.column([f"Line {i} of many." for i in range(50)])] * 400)


@pytest.fixture(autouse=True)
def _fresh_programs() -> Iterator[None]:
    readers.close()
    yield
    readers.close()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Reader]:
    """Every program that is started."""
    found: list[Reader] = []

    class Noted(Reader):
        def __init__(self, program: str = readers.PROGRAM) -> None:
            super().__init__(program)
            found.append(self)

    monkeypatch.setattr(readers, "Reader", Noted)
    return found


def strike(monkeypatch: pytest.MonkeyPatch, signals: list[signal.Signals]) -> None:
    """Send the next signal to a program that has just been given a document."""
    ask = Reader._ask

    def struck(reader: Reader, line: bytes) -> bytes:
        if not signals:
            return ask(reader, line)
        assert reader.process.stdin
        assert reader.process.stdout
        reader._ready = reader._ready or reader.process.stdout.readline() == readers.READY
        reader.process.stdin.write(line)
        reader.process.stdin.flush()
        os.kill(reader.process.pid, signals.pop(0))
        return reader.process.stdout.readline()

    monkeypatch.setattr(Reader, "_ask", struck)


def environment(pid: int) -> bytes:
    """What a process was given."""
    return Path(f"/proc/{pid}/environ").read_bytes()


async def works() -> None:
    assert (await read_document(b"Hello.")).text == "Hello."


async def test_a_program_reads_many_documents(started: list[Reader]) -> None:
    for _ in range(5):
        await works()
    assert len(started) == 1


async def test_a_program_is_replaced_after_many(started: list[Reader], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "DOCUMENTS_EACH", 2)
    for _ in range(5):
        await works()
    assert len(started) == 3
    assert all(reader.process.poll() is not None for reader in started[:2])


async def test_killed_once_in_the_middle_the_document_is_read_by_another(
    started: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    strike(monkeypatch, [signal.SIGKILL])
    document = await read_document(files.pdf([files.column(["Still here."])]))
    assert document.text == "Still here."
    assert len(started) == 2


async def test_killed_twice_the_document_is_refused_and_the_next_one_read(
    started: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    strike(monkeypatch, [signal.SIGKILL, signal.SIGKILL])
    with pytest.raises(TooLarge, match="ended, as a system does when memory runs out") as caught:
        await read_document(LONG)
    assert caught.value.limit == "memory"
    await works()
    assert len(started) == 3


async def test_a_crash_is_the_fault_of_the_document(started: list[Reader], monkeypatch: pytest.MonkeyPatch) -> None:
    strike(monkeypatch, [signal.SIGSEGV])
    with pytest.raises(Corrupt, match=r"crashed \(SIGSEGV\)"):
        await read_document(LONG)
    await works()
    assert len(started) == 2


async def test_too_slow_is_ended_and_the_next_one_read(started: list[Reader]) -> None:
    with pytest.raises(TooLarge, match=r"not read within 0.4 seconds"):
        await read_document(LONG, limits=Limits(seconds=0.4))
    await works()
    assert len(started) == 2


async def test_a_limit_of_memory_holds_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "resident", lambda _pid: 0)
    with pytest.raises(TooLarge) as caught:
        await read_document(files.sparse_xlsx("ZZ", 20_000), limits=Limits(memory_megabytes=200))
    assert caught.value.limit == "memory_megabytes"
    await works()


async def test_nobody_waits_so_it_is_ended(started: list[Reader], monkeypatch: pytest.MonkeyPatch) -> None:
    given = threading.Event()
    ask = Reader._ask

    def noted(reader: Reader, line: bytes) -> bytes:
        given.set()
        return ask(reader, line)

    monkeypatch.setattr(Reader, "_ask", noted)
    reading = asyncio.create_task(read_document(LONG))
    assert await asyncio.to_thread(given.wait, 30)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert started[0].process.wait(30) == -signal.SIGKILL
    await works()


async def test_several_at_the_same_time(started: list[Reader]) -> None:
    texts = [f"Text {i}." for i in range(20)]
    read = await asyncio.gather(*(read_document(text.encode()) for text in texts))
    assert [document.text for document in read] == texts
    assert len(started) <= settings().document_readers


async def test_a_failure_leaves_the_program_alone(started: list[Reader]) -> None:
    for _ in range(3):
        with pytest.raises(DocumentError):
            await read_document(b"%PDF-1.7 nothing")
    assert len(started) == 1


async def test_it_does_not_know_our_secrets(started: list[Reader], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "hush")
    await works()
    assert b"hush" not in environment(started[0].process.pid)


async def test_not_installed_is_said_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "kreuzberg.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ConfigError, match=r"pip install 'tieline\[documents\]'"):
        await read_document(files.pdf([[]]))
    await works()  # what the standard library reads


async def test_a_program_that_does_not_start_is_not_the_fault_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(TielineError, match="did not start") as caught:
        await works()
    assert not isinstance(caught.value, DocumentError)

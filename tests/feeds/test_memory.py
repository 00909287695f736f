"""Whatever happens when: each change is told once, and what was told adds up to what is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from tests.dispatch.test_never_lost import own_store
from tests.feeds.drive import NAMES, Drive, look, replayed, told, turn
from tieline.feeds import memory

FILES = st.sampled_from("abcdef")
#: What can happen: files change; pages are taken in; a process dies inside of the transaction, or is slower than
#: another one; tokens get too old, also while all there is is being listed.
MOVES = st.one_of(
    st.tuples(st.just("write"), FILES, st.integers(1, 3)),
    st.tuples(st.just("delete"), FILES, st.just(0)),
    st.tuples(st.just("turn"), st.just(""), st.integers(1, 3)),
    st.tuples(st.just("die"), st.sampled_from(("_advance", "_remember", "_tell")), st.just(0)),
    st.tuples(st.just("too slow"), st.just(""), st.just(0)),
    st.tuples(st.just("forget"), st.just(""), st.just(0)),
)


class Died(Exception):  # noqa: N818 - it is what happens to it
    """The process was killed."""


def die(at: str, drive: Drive) -> None:
    """Take a page in, and be killed right after a step of the transaction."""
    real: Callable[..., Any] = getattr(memory, at)

    def then_die(*args: Any) -> None:
        real(*args)
        raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, at, then_die)
        with pytest.raises(Died):
            turn(drive)


def too_slow(drive: Drive) -> None:
    """Two list the same page; the slower one writes nothing."""
    state = memory.feed(*NAMES)
    page = drive.page(state.cursor if state else "")
    turn(drive)
    before = told(), memory.feed(*NAMES)
    assert memory.record(state, NAMES, page, 1.0) is None
    assert (told(), memory.feed(*NAMES)) == before


@hypothesis_settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(FILES, st.just("1")), st.lists(MOVES, max_size=25))
def test_each_change_is_told_once_and_none_is_lost(first: dict[str, str], moves: list[tuple[str, str, int]]) -> None:
    with own_store():
        drive = Drive()
        for name, version in first.items():
            drive.write(name, version)
        look(drive)
        assert told() == []
        for what, name, number in moves:
            if what == "write":
                drive.write(name, str(number))
            elif what == "delete":
                drive.delete(name)
            elif what == "turn":
                for _ in range(number):
                    turn(drive)
            elif what == "die":
                die(name, drive)
            elif what == "too slow":
                too_slow(drive)
            else:
                drive.forgotten = len(drive.changes) + 1
                drive.changes.append("nothing")
        drive.forgotten = min(drive.forgotten, len(drive.changes))
        look(drive)
        look(drive)
        assert replayed(first) == drive.files


def test_an_old_version_that_comes_back_is_news() -> None:
    drive = Drive()
    look(drive)
    for version in ("1", "2", "1"):
        drive.write("a", version)
        look(drive)
    drive.delete("a")
    look(drive)
    drive.write("a", "1")
    look(drive)
    events = [event.removeprefix("file_") for event, *_ in told()]
    assert events == ["created", "updated", "updated", "deleted", "created"]


def test_a_token_that_is_too_old_tells_only_the_differences() -> None:
    drive = Drive()
    for name in "abcdef":
        drive.write(name, "1")
    look(drive)
    drive.write("b", "2")
    drive.delete("e")
    drive.write("g", "1")
    drive.forgotten = len(drive.changes)
    drive.changes.append("g")
    drive.forgotten += 1
    look(drive)
    assert sorted(told()) == [("file_created", "g", "1"), ("file_deleted", "e", ""), ("file_updated", "b", "2")]


def test_what_is_being_written_is_neither_told_nor_gone() -> None:
    drive = Drive(size=10)
    drive.write("a", "1")
    look(drive)
    drive.write("a", "half")
    drive.write("b", "half")
    drive.busy = {"a", "b"}
    drive.forgotten = len(drive.changes) + 1
    look(drive)
    assert told() == []
    drive.busy = set()
    drive.forgotten = len(drive.changes) + 1
    look(drive)
    assert told() == [("file_updated", "a", "half"), ("file_created", "b", "half")]


def test_a_store_that_is_full_takes_nothing_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tmp_path
    drive = Drive()
    look(drive)
    drive.write("a", "1")

    def full(*_: Any) -> None:
        raise OperationalError("INSERT", {}, OSError("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(memory, "_tell", full)
        with pytest.raises(OperationalError):
            turn(drive)
    look(drive)
    assert told() == [("file_created", "a", "1")]


def test_what_is_forgotten_begins_anew() -> None:
    drive = Drive()
    drive.write("a", "1")
    look(drive)
    assert memory.counts() == {1: 1}
    assert memory.forget("files", "test") == 1
    assert (memory.counts(), memory.forget("files", "test")) == ({}, 0)
    drive.write("a", "2")
    look(drive)
    assert told() == []

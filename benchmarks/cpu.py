"""The CPU that work takes, wherever it is done."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path


def cpu(apart: Collection[int] = ()) -> float:
    """Seconds of CPU that this process and all that it has started have used: other programs do not change that.

    Args:
        apart: Processes that do not count, such as a server's, nor what they have started.
    """
    children = descendants(os.getpid(), apart)
    return sum(_used(one) for one in (os.getpid(), *children)) / os.sysconf("SC_CLK_TCK")


def descendants(process: int, apart: Collection[int] = ()) -> set[int]:
    """The processes that a process has started, and what these have."""
    parents = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        if fields := _fields(file):
            parents[int(file.parent.name)] = int(fields[1])
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found - set(apart):
        found |= more
    return found - {process}


def _used(process: int) -> int:
    """Ticks of a process, and of those that it has waited for."""
    return sum(map(int, _fields(Path(f"/proc/{process}/stat"))[11:15]))


def _fields(file: Path) -> list[str]:
    """What stands behind a process's name; nothing where it has ended meanwhile. See proc(5)."""
    with suppress(OSError):
        return file.read_text("ascii", "replace").rpartition(")")[2].split()
    return []

"""A folder as a feed. No file system can be asked what has changed, so all of it is listed, and compared."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from fnmatch import fnmatch

from tieline.feeds.model import Entry, Page
from tieline.files import FileInfo, FileStore

#: A file counts as written when its size and time have stayed the same for so long.
SETTLE_SECONDS = 0.25
#: What programs call a file that is not what it will be; names with a dot before them are not listed in any case.
TEMPORARY = ("~$*", "*~", "*.tmp", "*.temp", "*.part", "*.partial", "*.crdownload", "*.download", "*.swp", "*.filepart")
MOST = 10_000_000


async def changes(store: FileStore, cursor: str) -> Page:
    """All that is in a folder, if it is not as it was.

    Args:
        store: The folder.
        cursor: Of the last look; a digest of what was there.
    """
    before = await _listed(store)
    if _digest(before) == cursor:
        return Page(cursor=cursor)
    await _settle()
    now = await _listed(store)
    ready = [one for path, one in now.items() if path in before and before[path].version == one.version]
    busy = tuple(now.keys() - {one.path for one in ready})
    # With some that are still being written, the next look has to compare again.
    return Page(
        entries=tuple(map(_entry, ready)), busy=busy, anew=True, cursor="" if busy or before != now else _digest(now)
    )


async def _settle() -> None:
    await asyncio.sleep(SETTLE_SECONDS)


async def _listed(store: FileStore) -> dict[str, FileInfo]:
    found = await store.list("", "*", MOST)
    return {one.path: one for one in found if not _passed_over(one)}


def _passed_over(one: FileInfo) -> bool:
    # A name that is no text cannot be written down anywhere.
    unwritable = not one.path.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in one.path)
    return unwritable or any(fnmatch(one.name.lower(), pattern) for pattern in TEMPORARY)


def _entry(one: FileInfo) -> Entry:
    return Entry(id=one.path, name=one.name, version=one.version or str(one.size), file=one.model_dump(mode="json"))


def _digest(found: Mapping[str, FileInfo]) -> str:
    made = hashlib.sha256()
    for path in sorted(found):
        made.update(f"{path}\0{found[path].version}\0".encode())
    return made.hexdigest()

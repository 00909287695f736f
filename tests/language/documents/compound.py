"""Compound files (MS-CFB), as Outlook and old Office write them: one of small streams in folders."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR, MINI = 512, 64
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
ENTRY = struct.Struct("<64sHBBIII16xIQQIQ")

#: Properties of a message (MS-OXPROPS) that are strings in UTF-16.
SUBJECT, BODY, SENDER, SENDER_ADDRESS, CLASS = "0037", "1000", "0C1A", "5D01", "001A"


def message(subject: str, body: str, *, sender: str = "Ann", address: str = "ann@example.com") -> bytes:
    """A message of Outlook (MS-OXMSG)."""
    fields = {CLASS: "IPM.Note", SUBJECT: subject, BODY: body, SENDER: sender, SENDER_ADDRESS: address}
    streams = {f"__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in fields.items()}
    rows = b"".join(
        struct.pack("<IIII", int(tag, 16) << 16 | 0x1F, 6, 2 * len(text) + 2, 0) for tag, text in fields.items()
    )
    return compound({**streams, "__properties_version1.0": bytes(32) + rows})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with streams of less than 4,096 bytes."""
    minis = b""
    chain: list[int] = []
    starts: dict[str, int] = {}
    for name, data in streams.items():
        starts[name] = len(chain)
        count = -(-len(data) // MINI)
        chain += [*range(len(chain) + 1, len(chain) + count), END]
        minis += data.ljust(count * MINI, b"\0")
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    entries = [_entry("Root Entry", ROOT, child=1, start=3, size=len(minis))]
    for place, name in enumerate(names, 1):
        after = place + 1 if place < len(names) else FREE
        entries.append(_entry(name, STREAM, right=after, start=starts[name], size=len(streams[name])))
    directory = _padded(b"".join(entries))
    held = _padded(minis)
    mini_table = _padded(struct.pack(f"<{len(chain)}I", *chain), FREE)
    # Sector 0: FAT; 1: table of mini sectors; 2: unused; from 3: mini sectors, then the directory.
    first = 3 + len(held) // SECTOR
    table = [FAT, END, FREE, *_run(3, len(held)), *_run(first, len(directory))]
    fat = _padded(struct.pack(f"<{len(table)}I", *table), FREE)
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        first,
        0,
        4096,
        1,
        1,
        END,
        0,
    )
    header += struct.pack("<109I", 0, *[FREE] * 108)
    return header + fat + mini_table + bytes(SECTOR) + held + directory


def _run(start: int, size: int) -> list[int]:
    count = size // SECTOR
    return [*range(start + 1, start + count), END]


def _padded(data: bytes, fill: int = 0) -> bytes:
    missing = -len(data) % SECTOR
    return data + (struct.pack("<I", fill) * (missing // 4) if fill else bytes(missing))


def _entry(name: str, kind: int, *, right: int = FREE, child: int = FREE, start: int = 0, size: int = 0) -> bytes:
    text = name.encode("utf-16-le")
    return ENTRY.pack(text, len(text) + 2, kind, 1, FREE, right, child, 0, 0, 0, start, size)

"""Office files and books are ZIP archives: what is in them is measured before anything reads it.

A ZIP archive says how large its members are, and may lie; a few kilobytes may unpack to terabytes; and XML may define
entities that do the same. So everything is unpacked once, in pieces, and only counted.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from tieline.errors import Corrupt, Encrypted, TooLarge
from tieline.language.documents.model import Limits

_PIECE = 1 << 20
#: A spreadsheet inside of a Word file is common; one inside of that is not.
_DEEPEST = 1
_MIB = 1 << 20
_LOCAL = struct.Struct("<4s5H3I2H")  # the header before each member: APPNOTE.TXT, 4.3.7
_ENTITIES = tuple("<!ENTITY".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_LONGEST_MARK = max(map(len, _ENTITIES))
_MARKUP = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx", ".svg", ".vml")
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OSError)


def members(file: IO[bytes]) -> frozenset[str]:
    """The names of what is packed.

    Raises:
        Corrupt: It is no whole archive.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return frozenset(archive.namelist())
    except _BROKEN:
        raise _damaged() from None


def inspect(file: IO[bytes], limits: Limits) -> None:
    """Unpack everything without keeping it.

    Raises:
        Corrupt: It is no whole archive, or a member has another size than the archive says.
        Encrypted: A member has a password.
        TooLarge: It unpacks to more than the limits allow, is packed too deeply, or defines XML entities.
    """
    _Inspection(limits).archive(file, 0)


class _Inspection:
    """Counts over an archive and those within."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._most = int(limits.unpacked_megabytes * _MIB)
        self._unpacked = 0
        self._members = 0

    def archive(self, file: IO[bytes], depth: int) -> None:
        """Count one archive."""
        if depth > _DEEPEST:
            raise TooLarge(
                f"Archives are packed into it more than {_DEEPEST + 1} deep.",
                hint="Take out what is embedded.",
                limit="depth",
            )
        try:
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
                self._declared(infos)
                for info in infos:
                    self._member(file, info, depth)
        except _BROKEN:
            raise _damaged() from None

    def _declared(self, infos: list[zipfile.ZipInfo]) -> None:
        self._members += len(infos)
        if self._members > self._limits.members:
            raise TooLarge(f"More than {self._limits.members:,} files are packed into it.", limit="members")
        if self._unpacked + sum(info.file_size for info in infos) > self._most:
            raise self._too_large()

    def _member(self, file: IO[bytes], info: zipfile.ZipInfo, depth: int) -> None:
        if info.flag_bits & 1:
            raise Encrypted("It is protected with a password.", hint="Save it without a password.")
        kept = io.BytesIO()
        tail, size, nested = b"", 0, False
        for piece in _unpacked(file, info):
            nested = nested or (size == 0 and piece.startswith(b"PK\x03\x04"))
            size += len(piece)
            self._unpacked += len(piece)
            if self._unpacked > self._most:
                raise self._too_large()
            if nested:
                kept.write(piece)
            if info.filename.lower().endswith(_MARKUP):
                tail = _without_entities(tail + piece)
        if size != info.file_size:
            raise Corrupt(
                f"It says that {info.filename[:80]!r} has {info.file_size:,} bytes, and it has {size:,}.",
                hint="Save it anew with the program that made it.",
            )
        if nested:
            self.archive(kept, depth + 1)

    def _too_large(self) -> TooLarge:
        return TooLarge(
            f"It unpacks to more than {self._limits.unpacked_megabytes:g} MiB.",
            hint="Save it without pictures and embedded files, or raise the limit `unpacked_megabytes`.",
            limit="unpacked_megabytes",
        )


def _unpacked(file: IO[bytes], info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member in pieces, to its real end; `zipfile` would stop at the size that the archive claims."""
    file.seek(info.header_offset)
    header = _LOCAL.unpack(file.read(_LOCAL.size))
    file.seek(header[-2] + header[-1], io.SEEK_CUR)
    left = info.compress_size
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile("packed in a way that is not read here")
    inflate = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := file.read(min(_PIECE, left))):
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, _PIECE)
            packed = inflate.unconsumed_tail
    if inflate is not None:
        while piece := inflate.decompress(inflate.unconsumed_tail, _PIECE):
            yield piece


def _without_entities(piece: bytes) -> bytes:
    """The end of a piece, to be looked at again with the next.

    Raises:
        TooLarge: An entity is defined.
    """
    if any(mark in piece for mark in _ENTITIES):
        raise TooLarge(
            "Its XML defines entities. No program that writes documents does; they are used to make a reader run out "
            "of memory, so none are allowed.",
            hint="Save it anew with an office program.",
            limit="entities",
        )
    return piece[-_LONGEST_MARK:]


def _damaged() -> Corrupt:
    return Corrupt("It is damaged or cut off.", hint="Fetch it again, or save it anew with the program that made it.")

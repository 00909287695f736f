"""Google Drive as a place of documents: the summary stands in a file's description, tags and mark in its properties."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

from flows.documents.place import Item, Note, cut, joined, replies
from flows.windows import Window
from tasks import google_drive
from tasks.google_drive import File
from tasks.google_drive.files import EXPORTS, LONGEST_PROPERTY
from tasks.google_drive.models import FOLDER, SHORTCUT
from tieline import NotFound
from tieline.errors import Conflict

#: Ours in a description; what stands before and after them is somebody's own.
BEGIN, END = "\u2014 Summary by Tieline \u2014", "\u2014 End of summary \u2014"
#: Characters of ours in a description; Google names no limit, so it is a modest one.
DESCRIPTION_CHARACTERS = 4_000
TAGS, MARK = "tielineTags", "tielineMark"
#: What has no text to be read: a sweep leaves it alone, unless a query asks for it.
_MUTE = ("image/", "video/", "audio/")
_GOOGLES = "application/vnd.google-apps."
_HOSTS = ("drive.google.com", "docs.google.com")
#: https://docs.google.com/document/d/ID/edit; a folder is none of these.
_FILE = re.compile(r"/d/([\w-]+)(?:/|$)")


class Library:
    """All files that the connection's account sees. A document's reference is the file's id.

    Args:
        connection: The saved block's name.
    """

    def __init__(self, connection: str) -> None:
        self._connection = connection

    async def find(self, query: str | Window, limit: int) -> list[Item]:
        """Files of the recent past, or what Drive's own `q` finds, such as `'FOLDER-ID' in parents`."""
        asked = f"mimeType != '{FOLDER}' and mimeType != '{SHORTCUT}'"
        if isinstance(query, Window):
            since = query.since.astimezone(UTC).isoformat(timespec="seconds")
            asked += f" and {'createdTime' if query.what == 'new' else 'modifiedTime'} >= '{since}'"
        elif query:
            asked += f" and ({query})"
        chosen = isinstance(query, str) and query
        found = await google_drive.list_files(self._connection, q=asked, limit=limit)
        return [_item(file) for file in found if chosen or _readable(file.mime_type)]

    async def reference(self, link: str) -> str:
        """The file that an address of Drive, Docs, Sheets or Slides leads to."""
        parts = urlsplit(link)
        if parts.hostname not in _HOSTS:
            return ""
        found = _FILE.search(parts.path)
        return found[1] if found else next(iter(parse_qs(parts.query).get("id", [])), "")

    async def get(self, reference: str) -> Item:
        """One file; of a shortcut, the file that it leads to."""
        return _item(await self._file(reference))

    async def _file(self, reference: str) -> File:
        file = await google_drive.get_file(self._connection, file_id=reference)
        if file.shortcut_details is not None:
            file = await google_drive.get_file(self._connection, file_id=file.shortcut_details.target_id)
        if file.trashed:
            raise NotFound(f"{file.name} is in the trash.", hint="Take it out, and it is read.")
        return file

    async def fetch(self, item: Item) -> bytes:
        """Its content; Docs, Sheets and Slides come as Office files."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "content"
            await google_drive.download_file(self._connection, file_id=item.id, to=file)
            return file.read_bytes()

    async def write(self, item: Item, note: Note) -> tuple[str, ...]:
        """Put the summary into our part of the description, tags and mark into properties."""
        file = await self._file(item.id)
        if _version(file) != item.version:
            raise Conflict(f"{item.name} was changed while it was read.", hint="Its new version is a new event.")
        ours = "\n\n".join(part for part in (note.summary, replies(note.answers)) if part)
        await google_drive.update_properties(
            self._connection,
            file_id=file.id,
            description=described(file.description or "", ours),
            properties={TAGS: joined(note.tags, LONGEST_PROPERTY - len(TAGS), _bytes) or None},
            app_properties={MARK: note.mark},
        )
        written = (("description", ours), (f"property {TAGS}", note.tags))
        return tuple(name for name, value in written if value)


def described(description: str, ours: str) -> str:
    """A description with our part in place of the one before it, and all else as somebody wrote it.

    Args:
        description: As it stands.
        ours: What we say; empty to take our part away.
    """
    before, begun, rest = description.rpartition(BEGIN)
    _, ended, after = rest.partition(END)
    # Where somebody has deleted our first or last line, nobody can tell what is theirs, and all of it is kept.
    own = before.rstrip() + after if begun and ended else description
    if not ours:
        return own.rstrip()
    # A document must not end our part before we do.
    said = cut(ours.replace(BEGIN, "").replace(END, ""), DESCRIPTION_CHARACTERS)
    return f"{own.rstrip()}\n\n{BEGIN}\n{said}\n{END}".lstrip()


def _item(file: File) -> Item:
    return Item(
        id=file.id,
        name=file.name,
        size=file.size or 0,
        version=_version(file),
        updated_at=file.modified_time,
        link=file.web_view_link or "",
        mark=file.app_properties.get(MARK, ""),
    )


def _version(file: File) -> str:
    """Of the content, where Drive has such a thing; of Google's own documents the last change of anything."""
    changed = file.modified_time.isoformat() if file.modified_time else ""
    return file.head_revision_id or file.md5_checksum or changed


def _readable(kind: str) -> bool:
    return kind in EXPORTS if kind.startswith(_GOOGLES) else not kind.startswith(_MUTE)


def _bytes(text: str) -> int:
    return len(text.encode())

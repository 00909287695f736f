"""A folder as a place of documents: what is found out about a document lies in a JSON file beside it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from fnmatch import fnmatch

from pydantic import ValidationError

from flows.documents.place import Item, Note
from flows.windows import Window
from tasks import files
from tieline import Model, NotFound
from tieline.files import FileInfo

SIDECAR = ".summary.json"
#: Sidecars that are read at the same time: in an object store each takes its time.
AT_ONCE = 16


class Sidecar(Model):
    """What lies beside a document."""

    document: str
    version: str
    written_at: datetime
    note: Note


class Library:
    """A folder.

    Args:
        connection: The saved block's name.
    """

    def __init__(self, connection: str) -> None:
        self._connection = connection

    async def find(self, query: str | Window, limit: int) -> list[Item]:
        """Files of the recent past, or those whose name is like the query, such as `*.pdf`."""
        # A folder is listed whole, and once: no file system can be asked for what is new.
        found = await files.list_files(self._connection, limit=1_000_000)
        beside = {one.path for one in found if one.path.endswith(SIDECAR)}
        documents = [one for one in found if not one.path.endswith(SIDECAR)]
        if isinstance(query, Window):
            documents = [one for one in documents if one.modified_at and one.modified_at >= query.since]
        elif query:
            documents = [one for one in documents if fnmatch(one.name, query)]
        room = asyncio.Semaphore(AT_ONCE)

        async def item(one: FileInfo) -> Item:
            async with room:
                return await self._item(one, known=one.path + SIDECAR in beside)

        return list(await asyncio.gather(*map(item, documents[:limit])))

    async def reference(self, link: str) -> str:  # noqa: ARG002 - the protocol's
        """Nothing: files in a folder have no links."""
        return ""

    async def get(self, reference: str) -> Item:
        """One file, by its path."""
        return await self._item(await files.get_file(self._connection, path=reference), known=True)

    async def fetch(self, item: Item) -> bytes:
        """Its content."""
        return await files.read_file(self._connection, path=item.id)

    async def write(self, item: Item, note: Note) -> tuple[str, ...]:
        """Write the JSON file beside it."""
        now = datetime.now().astimezone()
        sidecar = Sidecar(document=item.name, version=item.version, written_at=now, note=note)
        content = sidecar.model_dump_json(indent=2).encode()
        await files.write_file(self._connection, path=item.id + SIDECAR, content=content)
        return (f"{item.name}{SIDECAR}",)

    async def _item(self, one: FileInfo, *, known: bool) -> Item:
        mark = await self._mark(one.path) if known else ""
        return Item(
            id=one.path, name=one.name, size=one.size, version=one.version, updated_at=one.modified_at, mark=mark
        )

    async def _mark(self, path: str) -> str:
        try:
            return Sidecar.model_validate_json(
                await files.read_file.fn(self._connection, path=path + SIDECAR)
            ).note.mark
        except (NotFound, ValidationError):  # none yet, or somebody else's
            return ""

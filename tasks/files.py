"""Files: read, write, move and delete them in a folder, wherever it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from pydantic import Field

from blocks.files import FilesCredentials
from tieline import Connector, Identity, feeds
from tieline.feeds import folder as listing
from tieline.files import FileInfo, FileStore
from tieline.webhooks import Facts

FilePath = Annotated[str, Field(min_length=1, description="Below the folder, with /, such as reports/may.pdf.")]


@asynccontextmanager
async def open_store(credentials: FilesCredentials, _action: str) -> AsyncIterator[FileStore]:
    """Open the folder for one action."""
    async with credentials.open_store() as store:
        yield store


connector = Connector(
    "files",
    block=FilesCredentials,
    open=open_store,
    docs="https://filesystem-spec.readthedocs.io/en/latest/",
)


@connector.health
async def check(store: FileStore) -> Identity:
    """Look into the folder."""
    return Identity(name=await store.check())


@connector.action
async def list_files(
    store: FileStore,
    *,
    folder: Annotated[str, Field(description="Below the folder of the connection; empty for all of it.")] = "",
    pattern: Annotated[str, Field(description="Of the names, such as *.pdf.")] = "*",
    limit: Annotated[int, Field(gt=0)] = 1000,
) -> list[FileInfo]:
    """List the files below a folder and its folders, without hidden ones and without links.

    https://filesystem-spec.readthedocs.io/en/latest/api.html#fsspec.spec.AbstractFileSystem.walk

    Raises:
        NotFound: There is no such folder.
    """
    return await store.list(folder, pattern, limit)


@connector.action
async def get_file(store: FileStore, *, path: FilePath) -> FileInfo:
    """Say a file's size, its last change and its version.

    https://filesystem-spec.readthedocs.io/en/latest/api.html#fsspec.spec.AbstractFileSystem.info
    """
    return await store.get(path)


@connector.action
async def read_file(store: FileStore, *, path: FilePath) -> bytes:
    """Read a file.

    https://filesystem-spec.readthedocs.io/en/latest/api.html#fsspec.spec.AbstractFileSystem.cat_file

    Raises:
        NotFound: There is no such file.
        BadAnswer: It is larger than the block allows.
    """
    return await store.read(path)


@connector.action
async def download_file(
    store: FileStore,
    *,
    path: FilePath,
    to: Annotated[Path, Field(description="A file on this machine; what is there is replaced.")],
) -> Path:
    """Save a file to this machine's disk, however large; it appears there only when it is complete.

    https://filesystem-spec.readthedocs.io/en/latest/api.html#fsspec.spec.AbstractFileSystem.get_file

    Raises:
        NotFound: There is no such file.
    """
    return await store.download(path, to)


@connector.action(kind="write")
async def upload_file(
    store: FileStore,
    *,
    path: FilePath,
    file: Annotated[Path, Field(description="A file on this machine.")],
    version: Annotated[str, Field(description="Of the file that is replaced; empty to replace any.")] = "",
) -> FileInfo:
    """Write a file from this machine's disk, however large, whole or not at all.

    https://filesystem-spec.readthedocs.io/en/latest/api.html#fsspec.spec.AbstractFileSystem.put_file

    Raises:
        Conflict: It has another version than that which was given.
    """
    return await store.write(path, file, version)


@connector.action(kind="write")
async def write_file(
    store: FileStore,
    *,
    path: FilePath,
    content: bytes,
    version: Annotated[str, Field(description="Of the file that is replaced; empty to replace any.")] = "",
) -> FileInfo:
    """Write a file, whole or not at all: others see the old one or the new one.

    https://filesystem-spec.readthedocs.io/en/latest/api.html#fsspec.spec.AbstractFileSystem.pipe_file

    Raises:
        Conflict: It has another version than that which was given.
    """
    return await store.write(path, content, version)


@connector.action
async def move_file(store: FileStore, *, path: FilePath, to: FilePath) -> FileInfo:
    """Move or rename a file; one that is there already is not replaced.

    https://filesystem-spec.readthedocs.io/en/latest/api.html#fsspec.spec.AbstractFileSystem.mv

    Raises:
        Conflict: There is a file of that name.
    """
    return await store.move(path, to)


@connector.action
async def delete_file(store: FileStore, *, path: FilePath) -> None:
    """Delete a file.

    https://filesystem-spec.readthedocs.io/en/latest/api.html#fsspec.spec.AbstractFileSystem.rm_file
    """
    await store.delete(path)


class FileEvent(feeds.FileEvent):
    """What happened to a file; `id` is its path. One that was renamed is deleted, and created under its new name."""

    file: FileInfo | None = None


@connector.feed(FileEvent, facts=Facts(subject="id"))
async def changes(store: FileStore, _place: str, cursor: str) -> feeds.Page:
    """What has changed in the folder."""
    return await listing.changes(store, cursor)

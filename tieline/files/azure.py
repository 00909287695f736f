"""A folder in a container of Azure Blob Storage; through adlfs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from adlfs import AzureBlobFileSystem  # type: ignore[import-untyped]  # it has no types
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError
from fsspec.asyn import sync  # type: ignore[import-untyped]  # it has no types

from tieline.errors import Unavailable
from tieline.files.objects import ObjectStore
from tieline.files.url import Url
from tieline.transport import clock

_FAILED = frozenset({409, 412})
#: Looks at a copy that the store makes by itself, and seconds between them.
LOOKS, PAUSE = 600, 0.2


class Azure(ObjectStore):
    """A folder in a container.

    Args:
        url: The container, and the folder.
        options: As `adlfs.AzureBlobFileSystem` takes them: `account_name` with `account_key` or `sas_token`, or
            `tenant_id`, `client_id` and `client_secret`; or a `connection_string`.
    """

    taken: ClassVar[str] = "?versionid="
    versions: ClassVar[str] = "etag"

    def __init__(self, url: Url, options: Mapping[str, Any]) -> None:
        super().__init__(AzureBlobFileSystem(use_listings_cache=False, **options), url)

    def check(self) -> None:
        """See `Place.check`; an empty container has no folder yet."""
        sync(self.system.loop, self._look)

    async def _look(self) -> None:
        async with self.system.service_client.get_container_client(self.bucket) as container:
            pages = container.list_blobs(name_starts_with=self.prefix, results_per_page=1).by_page()
            async for _ in pages:
                return

    def upload(self, full: str, source: bytes | Path, version: str) -> None:
        """See `ObjectStore.upload`: https://learn.microsoft.com/rest/api/storageservices/put-blob."""
        condition = {"etag": version, "match_condition": MatchConditions.IfNotModified} if version else {}
        if isinstance(source, bytes):
            self.system.pipe_file(full, source, **condition)
        else:
            self.system.put_file(str(source), full, **condition)

    def failed_condition(self, exc: Exception) -> bool:
        """See `ObjectStore.failed_condition`."""
        found = exc if isinstance(exc, HttpResponseError) else exc.__cause__
        return getattr(found, "status_code", None) in _FAILED or isinstance(exc, FileExistsError)

    def copy(self, full: str, target: str, found: Mapping[str, Any]) -> None:
        """See `ObjectStore.copy`: https://learn.microsoft.com/rest/api/storageservices/copy-blob."""
        sync(self.system.loop, self._copy, self.key(full), self.key(target), found["etag"])

    async def _copy(self, key: str, to: str, etag: str) -> None:
        async with self.system.service_client.get_container_client(self.bucket) as container:
            source, target = container.get_blob_client(key), container.get_blob_client(to)
            only = {"source_etag": etag, "source_match_condition": MatchConditions.IfNotModified}
            await target.start_copy_from_url(source.url, match_condition=MatchConditions.IfMissing, **only)
            for _ in range(LOOKS):
                state = (await target.get_blob_properties()).copy.status
                if state != "pending":
                    break
                await clock.sleep(PAUSE)
            if state != "success":
                raise Unavailable(f"The copy is {state}.", hint="Look at both files in the store.")

    def end(self, full: str, found: Mapping[str, Any]) -> None:
        """See `ObjectStore.end`: https://learn.microsoft.com/rest/api/storageservices/delete-blob."""
        sync(self.system.loop, self._end, self.key(full), found["etag"])

    async def _end(self, key: str, etag: str) -> None:
        async with self.system.service_client.get_blob_client(self.bucket, key) as blob:
            await blob.delete_blob(etag=etag, match_condition=MatchConditions.IfNotModified)

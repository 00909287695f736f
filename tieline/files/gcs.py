"""A folder in a bucket of Google Cloud Storage; through gcsfs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import uuid4

from fsspec.asyn import sync  # type: ignore[import-untyped]  # it has no types
from gcsfs.core import GCSFileSystem, upload_chunk  # type: ignore[import-untyped]  # as above

from tieline.files.objects import ObjectStore
from tieline.files.url import Url

#: Bytes of a part, a multiple of 256 KiB; a smaller file goes up at once.
PART_BYTES = 2**24
_TYPE = "application/octet-stream"


class Gcs(ObjectStore):
    """A folder in a bucket.

    Args:
        url: The bucket, and the folder.
        options: As `gcsfs.GCSFileSystem` takes them: `token` is the JSON of a service account's key, or the word for
            where to look, such as "google_default"; `project`, `endpoint_url`.
    """

    versions: ClassVar[str] = "generation"

    def __init__(self, url: Url, options: Mapping[str, Any]) -> None:
        given = dict(options)
        token = given.get("token")
        if isinstance(token, str) and token.lstrip().startswith("{"):
            given["token"] = json.loads(token)
        super().__init__(GCSFileSystem(use_listings_cache=False, **given), url)

    def check(self) -> None:
        """See `Place.check`; an empty bucket has no folder yet."""
        self.system.call("GET", "b/{}/o", self.bucket, prefix=self.prefix, maxResults=1)

    def upload(self, full: str, source: bytes | Path, version: str) -> None:
        """See `ObjectStore.upload`: https://cloud.google.com/storage/docs/json_api/v1/objects/insert."""
        condition = {"ifGenerationMatch": version} if version else {}
        address = f"{self.system._location}/upload/storage/v1/b/{quote(self.bucket)}/o"  # noqa: SLF001 - the host
        if isinstance(source, Path) and source.stat().st_size > PART_BYTES:
            sync(self.system.loop, self._upload_parts, address, self.key(full), source, condition)
            return
        content = source if isinstance(source, bytes) else source.read_bytes()
        # One request with the name and the content, cut by a word that no content can know.
        cut = uuid4().hex
        name = json.dumps({"name": self.key(full)}).encode()
        parts = ((b"application/json; charset=UTF-8", name), (_TYPE.encode(), content))
        pieces = [b"--%b\r\nContent-Type: %b\r\n\r\n%b\r\n" % (cut.encode(), *part) for part in parts]
        body = b"".join((*pieces, b"--%b--" % cut.encode()))
        head = {"Content-Type": f'multipart/related; boundary="{cut}"'}
        self.system.call("POST", address, headers=head, data=body, uploadType="multipart", **condition)

    async def _upload_parts(self, address: str, key: str, source: Path, condition: Mapping[str, str]) -> None:
        """A resumable upload: https://cloud.google.com/storage/docs/performing-resumable-uploads."""
        size = source.stat().st_size  # noqa: ASYNC240 - in fsspec's own loop, which has nothing else to do here
        how = {"uploadType": "resumable", "name": key, **condition}
        head = {"X-Upload-Content-Type": _TYPE}
        headers, _ = await self.system._call("POST", address, json={"name": key}, headers=head, **how)  # noqa: SLF001 - the asynchronous twin of `call`
        with source.open("rb") as file:
            offset = 0
            while piece := file.read(PART_BYTES):
                await upload_chunk(self.system, headers["Location"], piece, offset, size, _TYPE)
                offset += len(piece)

    def failed_condition(self, exc: Exception) -> bool:
        """See `ObjectStore.failed_condition`: what gcsfs makes of 412."""
        return isinstance(exc, FileExistsError)

    def copy(self, full: str, target: str, found: Mapping[str, Any]) -> None:
        """See `ObjectStore.copy`: https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite."""
        names = (self.bucket, self.key(full), self.bucket, self.key(target))
        how = {"ifGenerationMatch": "0", "ifSourceGenerationMatch": found["generation"]}
        done: dict[str, Any] = {"done": False}
        while not done["done"]:
            path = "b/{}/o/{}/rewriteTo/b/{}/o/{}"
            done = self.system.call(
                "POST", path, *names, json_out=True, headers={"Content-Type": "application/json"}, **how
            )
            how["rewriteToken"] = done.get("rewriteToken", "")

    def end(self, full: str, found: Mapping[str, Any]) -> None:
        """See `ObjectStore.end`: https://cloud.google.com/storage/docs/json_api/v1/objects/delete."""
        self.system.call("DELETE", "b/{}/o/{}", self.bucket, self.key(full), ifGenerationMatch=found["generation"])

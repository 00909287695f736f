"""A folder in a bucket of S3, or of a store that speaks as S3 does; through s3fs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from s3fs import S3FileSystem  # type: ignore[import-untyped]  # it has no types

from tieline.files.objects import ObjectStore
from tieline.files.url import Url

#: Bytes that one PUT takes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
SINGLE = 5 * 2**30
_FAILED = frozenset({409, 412})


class S3(ObjectStore):
    """A folder in a bucket.

    Args:
        url: The bucket, and the folder.
        options: As `s3fs.S3FileSystem` takes them: `key` and `secret` (or what the machine has), `token`,
            `endpoint_url`, `client_kwargs`.
    """

    taken: ClassVar[str] = "?versionId="
    versions: ClassVar[str] = "ETag"

    def __init__(self, url: Url, options: Mapping[str, Any]) -> None:
        system = S3FileSystem(use_listings_cache=False, **options)
        system.connect()  # asks nobody, but refuses options that there are not
        super().__init__(system, url)

    def _call(self, what: str, **parameters: Any) -> Any:
        return self.system.call_s3(what, Bucket=self.bucket, **parameters)

    def check(self) -> None:
        """See `Place.check`; an empty bucket has no folder yet."""
        self._call("list_objects_v2", Prefix=self.prefix, MaxKeys=1)

    def upload(self, full: str, source: bytes | Path, version: str) -> None:
        """See `ObjectStore.upload`: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html."""
        condition = {"IfMatch": version} if version else {}
        if isinstance(source, bytes):
            self._call("put_object", Key=self.key(full), Body=source, **condition)
        elif source.stat().st_size <= SINGLE:
            with source.open("rb") as file:
                self._call("put_object", Key=self.key(full), Body=file, **condition)
        else:
            if version:  # parts have no condition
                self.still(full, version)
            self.system.put_file(str(source), full)

    def failed_condition(self, exc: Exception) -> bool:
        """See `ObjectStore.failed_condition`; 404 is a condition about a file that is not there any more."""
        response = getattr(exc.__cause__, "response", None) or {}
        return response.get("ResponseMetadata", {}).get("HTTPStatusCode") in _FAILED

    def copy(self, full: str, target: str, found: Mapping[str, Any]) -> None:
        """See `ObjectStore.copy`: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html."""
        if found["size"] > SINGLE:
            self.system.cp_file(full, target)
            return
        source = {"Bucket": self.bucket, "Key": self.key(full)}
        condition = {"CopySourceIfMatch": found["ETag"], "IfNoneMatch": "*"}
        self._call("copy_object", Key=self.key(target), CopySource=source, **condition)

    def end(self, full: str, found: Mapping[str, Any]) -> None:
        """See `ObjectStore.end`: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html."""
        self._call("delete_object", Key=self.key(full), IfMatch=found["ETag"])

"""A folder on a WebDAV server, such as Nextcloud: RFC 4918, through webdav4."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
from webdav4.client import (  # type: ignore[import-untyped]  # it has no types
    Client,
    HTTPError,
    ResourceAlreadyExists,
)
from webdav4.fsspec import WebdavFileSystem  # type: ignore[import-untyped]  # as above

from tieline.errors import ConfigError
from tieline.files.place import Place, changed_by_others
from tieline.files.url import Url

TIMEOUT = 60.0  # seconds without a byte
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PRECONDITION_FAILED = 412


class _Client(Client):  # type: ignore[misc]  # it has no types
    """One that reaches files with # and ? in their names."""

    def join_url(self, path: str, add_trailing_slash: bool = False) -> httpx.URL:  # noqa: FBT001, FBT002 - as it is called
        """The address of a path."""
        whole = "/".join(filter(None, (self.base_url.path.strip("/"), path.strip("/"))))
        url: httpx.URL = self.base_url.copy_with(raw_path=quote(f"/{whole}{'/' * add_trailing_slash}").encode("ascii"))
        return url


class Webdav(Place):
    """A folder on a WebDAV server.

    Args:
        url: The folder; `webdavs:` means https.
        options: `username` and `password`, or `token` for a bearer token; others as `httpx.Client` takes them, such as
            `verify`.
    """

    def __init__(self, url: Url, options: Mapping[str, Any]) -> None:
        if url.scheme == "webdav" and url.host not in _LOOPBACK:
            raise ConfigError("A password must not go over plain HTTP.", hint="Write webdavs:// instead of webdav://.")
        given = dict(options)
        user, password, token = (given.pop(name, "") for name in ("username", "password", "token"))
        if token:
            given["headers"] = {**given.get("headers", {}), "Authorization": f"Bearer {token}"}
        auth = (user or url.user, password) if user or url.user else None
        host = f"[{url.host}]" if ":" in url.host else url.host
        home = f"http{'s' if url.scheme == 'webdavs' else ''}://{host}{f':{url.port}' if url.port else ''}"
        # That it tries again is ours to do.
        client = _Client(f"{home}{quote(url.path.rstrip('/'))}/", auth, **{"timeout": TIMEOUT, "retry": False, **given})
        super().__init__(WebdavFileSystem("", client=client, skip_instance_cache=True), "")

    def close(self) -> None:
        """See `Place.close`."""
        self.system.client.http.close()

    def version(self, found: Mapping[str, Any], changed: datetime | None, size: int) -> str:
        """See `Place.version`."""
        tag = str(found.get("etag") or "")
        if not tag:
            return super().version(found, changed, size)
        return tag if tag.endswith('"') else f'"{tag}"'  # some servers forget what RFC 9110, 8.8.3, wants around it

    def replace(self, part: str, full: str, version: str) -> None:
        """See `Place.replace`; the condition is that of RFC 4918, 10.4, about the file that is replaced."""
        client = self.system.client
        target = str(client.join_url(full))
        headers = {"Destination": target, "Overwrite": "T", "Depth": "infinity"}
        if version:
            headers["If"] = f"<{target}> ([{version}])"
        try:
            client.request("MOVE", part, headers=headers)
        except HTTPError as exc:
            if exc.status_code == _PRECONDITION_FAILED:
                raise changed_by_others(full) from None
            raise

    def rename(self, full: str, target: str) -> None:
        """See `Place.rename`."""
        try:
            self.system.client.move(full, target, overwrite=False)
        except ResourceAlreadyExists:
            raise FileExistsError(target) from None

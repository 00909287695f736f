"""Which kind of place an address means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from tieline.errors import ConfigError, UnknownName
from tieline.files.place import Disk, Memory, Place
from tieline.files.url import Url

#: The module and class of a place, and the extra that it needs.
_ELSEWHERE: Mapping[str, tuple[str, str, str]] = {
    "sftp": ("sftp", "Sftp", "sftp"),
    "smb": ("smb", "Smb", "smb"),
    "webdav": ("webdav", "Webdav", "webdav"),
    "webdavs": ("webdav", "Webdav", "webdav"),
    "s3": ("s3", "S3", "s3"),
    "gs": ("gcs", "Gcs", "gcs"),
    "az": ("azure", "Azure", "azure"),
}
_HERE: Mapping[str, Callable[[str], Place]] = {"file": Disk, "memory": Memory}
SCHEMES = frozenset({*_HERE, *_ELSEWHERE})


def open_place(url: Url, options: Mapping[str, Any]) -> Place:
    """Open the place that an address means.

    Raises:
        UnknownName: There is no such kind of place.
        ConfigError: It needs a package that is not installed, or options that it does not know.
    """
    if url.scheme in _HERE:
        if options:
            raise ConfigError(f"A folder at {url.scheme}: takes no options.", hint=f"Leave out {', '.join(options)}.")
        return _HERE[url.scheme](url.path.rstrip("/") or "/")
    if url.scheme not in _ELSEWHERE:
        raise UnknownName("kind of place for files", url.scheme, SCHEMES)
    module, name, extra = _ELSEWHERE[url.scheme]
    try:
        kind = getattr(import_module(f"tieline.files.{module}"), name)
    except ImportError:
        raise ConfigError(
            f"Files at {url.scheme}: need a package that is not installed.",
            hint=f"Run: pip install 'tieline[{extra}]'",
        ) from None
    try:
        made: Place = kind(url, options)
    except (TypeError, ValueError):  # what it says may have the values in it, and they may be secret
        raise ConfigError(
            f"The options of the folder at {url.scheme}: are wrong.",
            hint=f"There are these: {', '.join(sorted(options)) or 'none'}. See docs/files.md for what it needs.",
        ) from None
    return made

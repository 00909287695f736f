"""Forms with files (multipart/form-data, RFC 7578), streamed from the disk."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from tieline.transport import wire
from tieline.transport.wire import Content

#: How a browser writes what would end a quoted name (HTML, "multipart form data").
_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


@dataclass(frozen=True)
class File:
    """A file in a form.

    Args:
        name: What it shall be called there.
        content: Its bytes, or where it lies.
        media_type: What it is.
        attributes: What else stands beside the name, where the vendor has words of its own for it.
    """

    name: str
    content: Content
    media_type: str = "application/octet-stream"
    attributes: Mapping[str, str] = field(default_factory=dict)


class Multipart:
    """A form with files as a body, piece by piece; it can be read again when a login sends the request a second time.

    Args:
        fields: The fields that are text; a list is the same field several times.
        files: The files, by the name of their field.

    Raises:
        ConfigError: A file cannot be read.
    """

    def __init__(self, fields: Mapping[str, object], files: Mapping[str, File]) -> None:
        self._boundary = uuid.uuid4().hex
        self._pieces: list[Content] = []
        for name, value in fields.items():
            for one in value if isinstance(value, list) else [value]:
                self._add(f'name="{name.translate(_QUOTED)}"', "text/plain; charset=utf-8", str(one).encode())
        for name, file in files.items():
            named = f'name="{name.translate(_QUOTED)}"; filename="{file.name.translate(_QUOTED)}"'
            named += "".join(f'; {key}="{said.translate(_QUOTED)}"' for key, said in file.attributes.items())
            self._add(named, file.media_type, file.content)
        self._pieces.append(f"--{self._boundary}--\r\n".encode())
        self.headers = {
            "content-type": f"multipart/form-data; boundary={self._boundary}",
            "content-length": str(sum(map(wire.size, self._pieces))),
        }

    def _add(self, named: str, media_type: str, content: Content) -> None:
        head = f"--{self._boundary}\r\nContent-Disposition: form-data; {named}\r\nContent-Type: {media_type}\r\n\r\n"
        self._pieces += [head.encode(), content, b"\r\n"]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            async for part in wire.FileBody(piece):
                yield part

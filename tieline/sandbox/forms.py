"""Reads HTML forms with the standard library: the sandbox needs no parser of its own for the few it gets."""

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class File:
    """A file in a form."""

    name: str
    content_type: str
    data: bytes


def parse(content_type: str, body: bytes) -> list[tuple[str, str | File]]:
    """The fields of a form, url-encoded or multipart, in order. Anything else has none."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        return list(parse_qsl(body.decode(), keep_blank_values=True))
    if not content_type.startswith("multipart/form-data"):
        return []
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields: list[tuple[str, str | File]] = []
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        data = part.get_payload(decode=True)
        raw = data if isinstance(data, bytes) else b""
        file_name = part.get_filename()
        fields.append((name, raw.decode() if file_name is None else File(file_name, part.get_content_type(), raw)))
    return fields

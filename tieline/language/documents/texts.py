"""Files that the standard library reads: plain text, tables with separators, web pages' code, mail."""

from __future__ import annotations

import csv
import email
import email.policy
import html
import io
import re
from collections.abc import Callable, Iterable
from email.message import EmailMessage

from tieline.errors import TooLarge
from tieline.language.documents.model import Contents, Limits, Metadata, Page

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,500}?(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_-]{3,40})", re.IGNORECASE
)
_TITLE = re.compile(r"<title\b[^<>]*>([^<]*)</title\s*>", re.IGNORECASE)
_HEAD = re.compile(r"<meta\b[^<>]*>|<title\b[^<>]*>[^<]*</title\s*>", re.IGNORECASE)
_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_SEPARATORS = ",;\t|"
_SAMPLE = 8_192
_GUESSED = "It does not say how its letters are encoded; Windows-1252 was assumed."

#: Makes Markdown of a web page.
Converter = Callable[[str], str]


def tidy(text: str) -> str:
    """Lines end as they do here, and what cannot be shown is gone."""
    text = text.replace("\x02\n", "").replace("\x02", "")  # PDFium: a hyphen at the end of a line, within a word
    return _ODD.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\x0c", "\n")


def decoded(data: bytes, charset: str = "") -> tuple[str, tuple[str, ...]]:
    """Bytes as text, and a warning where the encoding had to be guessed."""
    for mark, code in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return tidy(data.decode(code, "replace")), ()
    for code in filter(None, (charset, "utf-8")):
        try:
            return tidy(data.decode(code)), ()
        except (UnicodeError, LookupError):
            continue
    return tidy(data.decode("cp1252", "replace")), (_GUESSED,)


def plain(data: bytes) -> Contents:
    """Plain text, Markdown or source code, as it stands."""
    text, warnings = decoded(data)
    return Contents([Page(text)], warnings=warnings)


def separated(data: bytes, limits: Limits) -> Contents:
    """A table in a text file, as a table of Markdown."""
    text, warnings = decoded(data)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:_SAMPLE], _SEPARATORS)
    except csv.Error:
        dialect = csv.excel
    # Told by its beginning alone, which may have no quotation mark within a field.
    dialect.doublequote = True
    csv.field_size_limit(limits.characters)
    try:
        rows = [[_cell(value) for value in row] for row in csv.reader(io.StringIO(text), dialect) if any(row)]
    except csv.Error:
        return Contents([Page(text)], warnings=(*warnings, "It is no regular table, and was read as plain text."))
    width = max(map(len, rows), default=0)
    if width * len(rows) > limits.characters:
        raise TooLarge(f"Its table has more than {limits.characters:,} cells.", limit="characters")
    return Contents([Page("\n".join(_table(rows, width)))], warnings=warnings)


def _cell(value: str) -> str:
    return " ".join(value.replace("|", r"\|").split())


def _table(rows: list[list[str]], width: int) -> Iterable[str]:
    for number, row in enumerate(rows):
        yield "| " + " | ".join(row + [""] * (width - len(row))) + " |"
        if number == 0:
            yield "|" + " --- |" * width


def page(data: bytes, convert: Converter) -> Contents:
    """A web page, without what surrounds its text."""
    found = _CHARSET.search(data[:4096])
    code, warnings = decoded(data, found[1].decode("ascii") if found else "")
    title = _TITLE.search(code)
    text = tidy(convert(_HEAD.sub("", code)))  # the converter would write them into the text
    return Contents([Page(text)], " ".join(html.unescape(title[1]).split()) if title else "", warnings=warnings)


def mail(data: bytes, convert: Converter) -> Contents:
    """A message: who, to whom, when and about what, then the text; attachments by name."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(message, EmailMessage):  # the policy makes these; the annotation does not say so
        raise TypeError(type(message))
    fields = {name.lower(): _field(message, name) for name in ("From", "To", "Cc", "Date", "Subject")}
    attachments = [part.get_filename() or part.get_content_type() for part in _attachments(message)]
    metadata: Metadata = {name: value for name, value in fields.items() if value and name != "subject"}
    if attachments:
        metadata["attachments"] = [tidy(name) for name in attachments]
    head = [f"**{name.capitalize()}:** {value}" for name, value in fields.items() if value and name != "subject"]
    title = fields["subject"]
    parts = [f"# {title}" if title else "", "\\\n".join(head), _body(message, convert)]
    return Contents([Page(tidy("\n\n".join(filter(None, parts))))], title, metadata)


def _field(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(tidy(str(message[name] or "")).split())
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):  # the parser of the standard library
        return ""  # gives up on some broken fields with whatever it stumbles over


def _attachments(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in message.walk() if part.is_attachment()]


def _body(message: EmailMessage, convert: Converter) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    text, _ = decoded(payload if isinstance(payload, bytes) else b"", part.get_content_charset() or "")
    return convert(_HEAD.sub("", text)) if part.get_content_type() == "text/html" else text

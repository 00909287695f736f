"""The query of files.list: `'FOLDER' in parents and (name contains 'offer' or mimeType = 'application/pdf')`.

Page: https://developers.google.com/workspace/drive/api/guides/ref-search-terms
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tieline.sandbox.google_drive.memory import Drive, in_trash
from tieline.sandbox.happening import Record

Test = Callable[[Record], bool]

_TOKEN = re.compile(r"\s*(?:('(?:[^'\\]|\\.)*')|(<=|>=|!=|[=<>(){}])|([A-Za-z]+))")
_TIMES = ("modifiedTime", "createdTime")
_TEXTS = ("name", "mimeType")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def test_of(drive: Drive, text: str) -> Test:
    """What a query asks of each file. Errors: `ValueError`."""
    reader = _Reader(drive, text)
    made = reader.either()
    if reader.left:
        raise ValueError(text)
    return made


class _Reader:
    """Reads a query from left to right: `or` binds less than `and`, and that less than `not`."""

    def __init__(self, drive: Drive, text: str) -> None:
        self.drive = drive
        self.left, at = [], 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(text)
            self.left.append(found[0].strip())
            at = found.end()

    def take(self, *wanted: str) -> str:
        """The next word, which must be one of those wanted, where any are."""
        if not self.left or (wanted and self.left[0] not in wanted):
            raise ValueError(f"{wanted} expected")
        return self.left.pop(0)

    def text(self) -> str:
        """A quoted text."""
        word = self.take()
        if not word.startswith("'"):
            raise ValueError("a text expected")
        return re.sub(r"\\(.)", r"\1", word[1:-1])

    def either(self) -> Test:
        """Terms with `or` between them."""
        tests = [self.both()]
        while self.left[:1] == ["or"]:
            self.take()
            tests.append(self.both())
        return lambda file: any(test(file) for test in tests)

    def both(self) -> Test:
        """Terms with `and` between them."""
        tests = [self.term()]
        while self.left[:1] == ["and"]:
            self.take()
            tests.append(self.term())
        return lambda file: all(test(file) for test in tests)

    def term(self) -> Test:
        """A comparison, or a query in brackets."""
        if self.left[:1] == ["not"]:
            self.take()
            inner = self.term()
            return lambda file: not inner(file)
        if self.left[:1] == ["("]:
            self.take()
            inner = self.either()
            self.take(")")
            return inner
        if self.left[:1] and self.left[0].startswith("'"):
            folder = self.text()
            self.take("in")
            self.take("parents")
            number = self.drive.root if folder == "root" else folder
            return lambda file: number in file["parents"]
        return self.comparison(self.take())

    def comparison(self, field: str) -> Test:
        """A field, a sign and a value."""
        if field == "trashed":
            compare, wanted = _COMPARE[self.take("=", "!=")], self.take("true", "false") == "true"
            return lambda file: compare(in_trash(self.drive, file), wanted)
        if field in _TIMES:
            compare, moment = _COMPARE[self.take(*_COMPARE)], _moment(self.text())
            return lambda file: compare(_moment(file[field]), moment)
        if field in ("properties", "appProperties"):
            return self.has(field)
        if field == "fullText":
            self.take("contains")
            wanted_text = self.text().casefold()
            return lambda file: wanted_text in self.everything(file)
        if field not in _TEXTS:
            raise ValueError(f"no field {field}")
        sign, value = self.take("=", "!=", "contains"), self.text()
        if sign == "contains":
            return lambda file: value.casefold() in file[field].casefold()
        return lambda file: _COMPARE[sign](file[field], value)

    def has(self, field: str) -> Test:
        """`properties has { key='department' and value='sales' }`."""
        for word in ("has", "{", "key", "="):
            self.take(word)
        key = self.text()
        for word in ("and", "value", "="):
            self.take(word)
        value = self.text()
        self.take("}")
        return lambda file: file.get(field, {}).get(key) == value

    def everything(self, file: Record) -> str:
        """What is written in a file, and about it."""
        content = self.drive.contents.get(file["id"], b"").decode(errors="replace")
        return f"{file['name']} {file.get('description', '')} {content}".casefold()


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else datetime.fromisoformat(f"{text}+00:00")

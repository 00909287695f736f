"""Values from the command line: `key=value` pairs, read as the type of the field that they are for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

from tieline.errors import ConfigError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def split(given: Sequence[str]) -> dict[str, str]:
    """`key=value` pairs as they stand; `@file` is replaced by what is in the file.

    Raises:
        ConfigError: One has no `=`, comes twice, or names a file that cannot be read.
    """
    found: dict[str, str] = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise ConfigError(
                f"{pair!r} is not a parameter.", hint="Write parameters as key=value, such as ticket_id=7."
            )
        if name in found:
            raise ConfigError(f"The parameter {name!r} is given twice.", hint="Give it once; a list is written a,b,c.")
        found[name] = content(value[1:]) if value.startswith("@") else value
    return found


def content(path: str) -> str:
    """The text of a file, without a newline at the end.

    Raises:
        ConfigError: It cannot be read.
    """
    try:
        return Path(path).expanduser().read_text("utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(
            f"The file {path!r} cannot be read: {getattr(exc, 'strerror', None) or 'it is not text'}.",
            hint="A value that begins with @ is read from the file of that name.",
        ) from None


def read(given: Mapping[str, str], fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """Texts as values that the fields take; what fits none is left as it is, for the model to refuse."""
    return {name: one(text, fields[name]) if name in fields else text for name, text in given.items()}


def one(text: str, field: FieldInfo) -> Any:
    """A text as the value that a field takes: as it stands, as JSON, as the name of a choice, or as a list `a,b`."""
    from pydantic import TypeAdapter, ValidationError

    kind: Any = field.annotation
    for constraint in field.metadata:
        kind = Annotated[kind, constraint]
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    best: Any = text
    for candidate in _candidates(text, field.annotation):
        try:
            adapter.validate_python(candidate)
        except ValidationError:
            best = candidate if isinstance(candidate, dict | list) else best
        else:
            return candidate
    return best


def _candidates(text: str, annotation: Any) -> Iterator[Any]:
    if annotation is str:
        yield text
        return
    try:
        parsed: Any = json.loads(text)
    except ValueError:
        parsed = text
    if annotation is Any:
        yield parsed
    yield text
    yield parsed
    for choice in enums(annotation):
        if text in choice.__members__:
            yield choice[text].value
    yield [part.strip() for part in text.split(",")] if text else []


def enums(annotation: Any) -> Iterator[type[Enum]]:
    """The choices that an annotation allows, if it does."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, Enum):
            yield part

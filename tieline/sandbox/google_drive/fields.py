"""Partial answers: `nextPageToken,files(id,owners/emailAddress)`.

Page: https://developers.google.com/workspace/drive/api/guides/fields-parameter
"""

import re
from typing import Any

Mask = dict[str, Any]
"""Names that are wanted, and what is wanted below each; nothing below means all of it."""

_TOKEN = re.compile(r"\s*([A-Za-z0-9_-]+|[*,()/])")


def parse(text: str) -> Mask:
    """What a `fields` parameter asks for. Errors: `ValueError`."""
    tokens, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(text)
        tokens.append(found[1])
        at = found.end()
    mask, rest = _mask(tokens)
    if rest:
        raise ValueError(text)
    return mask


def _mask(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        name, tokens = _name(tokens)
        below: Mask = {}
        if tokens[:1] == ["/"]:
            # Below a slash stands one name, not a list.
            inner, tokens = _one(tokens[1:])
            below = inner
        elif tokens[:1] == ["("]:
            below, tokens = _mask(tokens[1:])
            if tokens[:1] != [")"]:
                raise ValueError("not closed")
            tokens = tokens[1:]
        mask[name] = {**mask.get(name, {}), **below}
        if tokens[:1] != [","]:
            return mask, tokens
        tokens = tokens[1:]


def _one(tokens: list[str]) -> tuple[Mask, list[str]]:
    name, tokens = _name(tokens)
    if tokens[:1] == ["/"]:
        below, tokens = _one(tokens[1:])
        return {name: below}, tokens
    return {name: {}}, tokens


def _name(tokens: list[str]) -> tuple[str, list[str]]:
    if not tokens or tokens[0] in ",()/":
        raise ValueError("a name is missing")
    return tokens[0], tokens[1:]


def pick(value: Any, mask: Mask) -> Any:
    """What was asked for of a JSON value."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [pick(item, mask) for item in value]
    if isinstance(value, dict):
        return {name: pick(item, mask[name]) for name, item in value.items() if name in mask}
    return value

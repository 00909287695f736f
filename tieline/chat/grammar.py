"""Reads what was typed: a verb, options such as `length=short` anywhere, and the rest as it stands."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from tieline.chat.command import NAME, Misunderstood
from tieline.chat.verb import Verb, verbs

HELP = frozenset({"help", "?", "-h", "--help", ""})
#: Longer than anybody types, and what the chats let through at most.
LONGEST = 40_000
#: `length=short`, `title="May report"`; keyboards of phones make quotes of other kinds.
_OPTION = re.compile(r"(?<!\S)([A-Za-z_]\w*)=(\"[^\"]*\"|“[^”]*”|\S*)(?!\S)")
_QUOTED = re.compile(r"[\"“]([^\"“”]*)[\"”]")


class Typed(NamedTuple):
    """What was typed."""

    verb: Verb
    argument: str
    options: dict[str, Any]


def read(text: str, *, about: bool = False) -> Typed:
    """Read a command.

    Args:
        text: What follows `/tieline`.
        about: Whether it is about a message or a file, so that nothing needs to follow the verb.

    Raises:
        Misunderstood: It makes no sense, or asks for help; the error's words are the answer.
    """
    if len(text) > LONGEST:
        raise Misunderstood(f"That is longer than {LONGEST:,} characters.", hint="Share it as a file, or as a link.")
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    verb = find(word)
    argument, given = _parted(verb, rest.strip())
    if word.lower() not in HELP and argument.lower() in {"help", "--help"} and not given:
        raise Misunderstood(usage(verb))
    if verb.argument.needed and not argument and not about:
        raise nothing(verb)
    return Typed(verb, argument, checked(verb, given))


def nothing(verb: Verb) -> Misunderstood:
    """What follows the verb is missing."""
    needs = f"`{verb.name}` needs something to work on: {verb.argument.name}."
    return Misunderstood(needs, hint=f"For example: {example(verb)}")


def find(word: str) -> Verb:
    """A verb by its name.

    Raises:
        Misunderstood: There is none; the nearest is named.
    """
    known = verbs()
    if word.lower() in HELP:
        raise Misunderstood(usage())
    if word.lower() not in known:
        near = difflib.get_close_matches(word.lower(), known, 1, 0.6)
        shown = word if len(word) <= 30 and word.isprintable() else f"{word[:30]}…"  # noqa: PLR2004 - longer than verbs
        hint = f"Did you mean `{near[0]}`?" if near else f"There are {_listed(known)}; `/{NAME} help` says more."
        raise Misunderstood(f"There is no “{shown.replace('`', '')}”.", hint=hint)
    return known[word.lower()]


def checked(verb: Verb, given: dict[str, Any]) -> dict[str, Any]:
    """Options as the verb takes them.

    Raises:
        Misunderstood: One has a value that cannot be used.
    """
    try:
        return verb.options.model_validate(given).model_dump(exclude_unset=True)
    except ValidationError as exc:
        name = str(exc.errors(include_input=False)[0]["loc"][0])
        raise Misunderstood(f"`{name}` cannot be that.", hint=f"It is {_takes(verb.fields[name])}.") from None


def usage(verb: Verb | None = None) -> str:
    """What can be typed; for one verb with its options. Backquotes stand around what is typed."""
    if verb is None:
        lines = [f"`{_form(one)}`: {one.summary}." for one in verbs().values()]
        return "\n".join([*lines, f"`/{NAME} help`: this. `/{NAME} summarize help`: more about one of them."])
    lines = [f"`{_form(verb)}`: {verb.summary}.", f"For example: {example(verb)}"]
    return "\n".join([*lines, *(f"`{name}=…`: {_takes(field)}" for name, field in verb.fields.items())])


def example(verb: Verb) -> str:
    """A command that could be typed."""
    return f"`/{NAME} {verb.name} {verb.argument.example}`"


def _form(verb: Verb) -> str:
    return f"/{NAME} {verb.name} {verb.argument.name}"


def _takes(field: FieldInfo) -> str:
    """What an option takes, in words."""
    return (field.description or "").rstrip(".")


def _listed(names: Any) -> str:
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} and {last}" if most else last


def _parted(verb: Verb, text: str) -> tuple[str, dict[str, Any]]:
    """What follows the verb, without its options; quotes around all of it are taken off, and protect what is inside."""
    if whole := _QUOTED.fullmatch(text):
        return whole[1].strip(), {}
    given: dict[str, Any] = {}
    rest, end = "", 0
    for found in _options(verb, text):
        given[found[1].lower()] = found[2].strip('"“”')
        rest, end = rest + text[end : found.start()], found.end()
    argument = (rest + text[end:]).strip()
    whole = _QUOTED.fullmatch(argument)
    return (whole[1].strip() if whole else argument), given


def _options(verb: Verb, text: str) -> Iterator[re.Match[str]]:
    """What looks like an option, and is one of the verb's; what is nearly one is refused, the rest is text."""
    quoted = [found.span() for found in _QUOTED.finditer(text) if text[max(0, found.start() - 1)] != "="]
    for found in _OPTION.finditer(text):
        if any(start <= found.start() < end for start, end in quoted):
            continue
        name = found[1].lower()
        near = difflib.get_close_matches(name, verb.fields, 1, 0.75)
        if name in verb.fields:
            yield found
        elif near:
            raise Misunderstood(
                f"`{verb.name}` has no option “{found[1]}”.",
                hint=f"Did you mean `{near[0]}`? Put the text in quotes if it belongs to it.",
            )

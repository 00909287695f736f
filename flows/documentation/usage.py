"""Where the code itself uses what changed: passages for those who decide, and for a model.

A code host that can search is asked, once for each name; elsewhere the files that count are looked through. Both are
bounded. What is found is data: it is shown as code, whoever wrote it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from flows.code_hosts import Host, Searching
from flows.markup import linked
from tieline import ConnectorError, NotFound
from tieline.language.code import Change, language_of, markdown

#: Names that are looked for, those that break callers first; each is a search, of which GitHub allows ten a minute.
NAMES = 5
#: Files that are read, where the host searches and where it cannot.
FILES, FILES_AT_HAND = 10, 100
#: Passages that are kept, and of each name; characters of each.
PASSAGES, OF_EACH, CHARACTERS = 20, 5, 160
_SHORTEST = 3
_AT_ONCE = 8


class Use(NamedTuple):
    """A line that uses something that changed."""

    name: str
    path: str
    line: int
    text: str


class Usage(NamedTuple):
    """What was found, and why nothing could be looked for; both empty where nothing uses it."""

    uses: tuple[Use, ...] = ()
    trouble: str = ""


async def usage(host: Host, paths: Sequence[str], head: str, changes: Sequence[Change]) -> Usage:
    """Lines of the code in which names stand that were changed or removed; a search that fails is told, and no error.

    Args:
        host: The repository.
        paths: Globs of the files that count; looked through where the host cannot search.
        head: The commit whose lines are told.
        changes: What changed.
    """
    gone = sorted((one for one in changes if one.kind != "added"), key=lambda one: not one.breaking)
    short = dict.fromkeys(one.name.rpartition(".")[2] for one in gone)
    names = [name for name in short if len(name) >= _SHORTEST and re.fullmatch(r"\w+", name)][:NAMES]
    if not names:
        return Usage()
    try:
        texts = await _texts(host, head, await _candidates(host, paths, head, names))
    except ConnectorError as exc:
        return Usage(trouble=str(exc))
    defined = {(one.path, one.line) for one in changes}
    found = [use for name in names for use in _uses(name, texts, defined)]
    return Usage(tuple(found[:PASSAGES]))


def section(found: Usage, link: Callable[[str], str]) -> str:
    """What was found, as Markdown; empty where there is nothing to tell."""
    begin = "## Where the code uses it\n\n"
    if found.trouble:
        return f"{begin}It could not be searched: {markdown.line(found.trouble)}"
    if not found.uses:
        return ""
    lines = [
        f"- {linked(f'{one.path}, line {one.line}', link(one.path))} {markdown.code(one.text)}" for one in found.uses
    ]
    return f"{begin}Found by name, so some may be something else of that name; there may be more.\n\n" + "\n".join(
        lines
    )


def told(found: Usage) -> str:
    """What was found, for a model."""
    return "\n".join(f"{one.path}:{one.line}: {one.text}" for one in found.uses)


async def _candidates(host: Host, paths: Sequence[str], head: str, names: Iterable[str]) -> list[str]:
    """Files that may have one of the names in them."""
    if not isinstance(host, Searching):
        there = [one.path for one in await host.files(head, paths) if one.mode in {"file", "executable"}]
        return [path for path in there if language_of(path) != "other"][:FILES_AT_HAND]
    found = [[path for path in await host.search(name, FILES) if language_of(path) != "other"] for name in names]
    # In turns, so that one name that is everywhere leaves room for the others.
    turns = [paths[turn] for turn in range(FILES) for paths in found if turn < len(paths)]
    return list(dict.fromkeys(turns))[:FILES]


async def _texts(host: Host, head: str, paths: Sequence[str]) -> dict[str, str]:
    room = asyncio.Semaphore(_AT_ONCE)

    async def text(path: str) -> str:
        async with room:
            try:
                return (await host.read(head, path)).decode(errors="replace")
            except NotFound:  # the search knows the default branch
                return ""

    return dict(zip(paths, await asyncio.gather(*map(text, paths)), strict=True))


def _uses(name: str, texts: dict[str, str], defined: set[tuple[str, int]]) -> list[Use]:
    word = re.compile(rf"\b{name}\b")
    return [
        Use(name, path, number, line.strip()[:CHARACTERS])
        for path, text in texts.items()
        for number, line in enumerate(text.split("\n"), 1)
        if word.search(line) and (path, number) not in defined
    ][:OF_EACH]

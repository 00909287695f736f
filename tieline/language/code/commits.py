"""Release notes from messages of commits: Conventional Commits 1.0.0, see https://www.conventionalcommits.org/en/v1.0.0/."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tieline.language.code import markdown

_HEADER = re.compile(r"^(?P<type>[A-Za-z][\w-]*)(?:\((?P<scope>[^()\n]+)\))?(?P<bang>!)?: +(?P<about>\S.*)$")
_FOOTER = re.compile(r"^(?P<token>BREAKING[ -]CHANGE|[A-Za-z][\w-]*)(?:: | #)(?P<value>.*)$")
_BREAKING = frozenset(["BREAKING CHANGE", "BREAKING-CHANGE"])
_MERGE = re.compile(r"^Merge (?:branch|pull request|remote-tracking branch|tag|commit|branches)\b")
_REVERT = re.compile(r'^Revert "(?P<about>.+)"$')
_REVERTED = re.compile(r"This reverts commit ([0-9a-f]{7,40})")
_SHA = re.compile(r"\b[0-9a-f]{7,40}\b")
#: Types, and the titles of their groups, in order. Types that are not here are "Other".
_TITLES = {"feat": "Features", "fix": "Fixes", "perf": "Performance", "revert": "Reverts", "docs": "Documentation"}
_TITLES |= {"refactor": "Refactoring", "build": "Build", "ci": "Continuous integration", "test": "Tests"}
_TITLES |= {"style": "Style", "chore": "Chores"}
_SHOWN = 7


class Commit(NamedTuple):
    """A commit.

    Args:
        sha: Its whole name.
        message: All of its message.
        parents: How many it has; two or more is a merge.
    """

    sha: str
    message: str
    parents: int = 1


class Conventional(NamedTuple):
    """What a message says, by the convention; `type` is empty where it does not keep to it."""

    type: str
    scope: str
    about: str
    breaking: tuple[str, ...]
    reverts: tuple[str, ...]


def read_message(message: str) -> Conventional:
    """The parts of a message."""
    header, _, body = message.strip().replace("\r\n", "\n").partition("\n")
    footers = list(_footers(body))
    breaking = tuple(value for token, value in footers if token in _BREAKING)
    found, revert = _HEADER.match(header), _REVERT.match(header)
    reverts = tuple(_REVERTED.findall(body))
    if found is None:
        return Conventional("revert" if revert else "", "", revert["about"] if revert else header, breaking, reverts)
    kind = found["type"].lower()
    if kind == "revert":
        reverts += tuple(sha for token, value in footers if token.lower() == "refs" for sha in _SHA.findall(value))
    if found["bang"] and not breaking:
        breaking = (found["about"],)
    return Conventional(kind, found["scope"] or "", found["about"], breaking, reverts)


def _footers(body: str) -> Iterator[tuple[str, str]]:
    """A footer's value goes on until the next one begins."""
    token, value = "", list[str]()
    for one in body.split("\n"):
        found = _FOOTER.match(one)
        if found:
            if token:
                yield token, " ".join(value).strip()
            token, value = found["token"], [found["value"]]
        elif token and one.strip():
            value.append(one)
        elif token:
            yield token, " ".join(value).strip()
            token = ""
    if token:
        yield token, " ".join(value).strip()


def release_notes(commits: Sequence[Commit], link: Callable[[str], str] | None = None) -> str:
    """Notes by groups, as Markdown; breaking changes first.

    Merges are left out. So are a commit and its revert where both are there.

    Args:
        commits: In the order that they are to be told in.
        link: The address of a commit, by its name.
    """
    read = [(one, read_message(one.message)) for one in commits if not _merges(one)]
    gone = _undone([(one.sha, said) for one, said in read])
    groups: dict[str, list[str]] = {}
    for one, said in read:
        if one.sha in gone:
            continue
        for what in said.breaking:
            groups.setdefault("Breaking changes", []).append(_line(said.scope, what, one, link))
        title = _TITLES.get(said.type, "Other")
        groups.setdefault(title, []).append(_line(said.scope, said.about, one, link))
    order = ["Breaking changes", *_TITLES.values(), "Other"]
    parts = [f"## {title}\n\n" + "\n".join(groups[title]) for title in order if title in groups]
    return "\n\n".join(["# Release notes", *(parts or ["There is nothing to tell."])]) + "\n"


def _merges(commit: Commit) -> bool:
    return commit.parents > 1 or bool(_MERGE.match(commit.message))


def _undone(read: Sequence[tuple[str, Conventional]]) -> set[str]:
    """Commits and their reverts; who reverts a revert brings the first back."""
    gone: set[str] = set()
    for sha, said in reversed(read) if _newest_first(read) else read:
        targets = {other for other, _ in read for short in said.reverts if other.startswith(short)}
        if targets and len(targets) == len(said.reverts):
            for target in targets:
                for other in _reverted_by(target, read):
                    gone.discard(other)
            gone |= targets | {sha}
    return gone


def _reverted_by(sha: str, read: Sequence[tuple[str, Conventional]]) -> set[str]:
    """What a revert had undone."""
    said = dict(read)[sha]
    return {other for other, _ in read for short in said.reverts if other.startswith(short)}


def _newest_first(read: Sequence[tuple[str, Conventional]]) -> bool:
    places = {sha: place for place, (sha, _) in enumerate(read)}
    return any(
        place < places[other]
        for place, (_, said) in enumerate(read)
        for short in said.reverts
        for other in places
        if other.startswith(short)
    )


def _line(scope: str, about: str, commit: Commit, link: Callable[[str], str] | None) -> str:
    short = markdown.code(commit.sha[:_SHOWN])
    address = link(commit.sha) if link else ""
    where = f"[{short}]({address})" if address.startswith("https://") and not set(address) & set(" <>()\n") else short
    return f"- {f'**{markdown.line(scope)}:** ' if scope else ''}{markdown.line(about)} ({where})"

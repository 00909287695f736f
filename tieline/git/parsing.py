"""Reads what git lists. Everything ends with a NUL there, so that no name can look like two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from tieline.errors import BadAnswer
from tieline.git.address import is_inside
from tieline.git.model import ChangedFile, Commit, Entry

#: Of `git log`: https://git-scm.com/docs/pretty-formats
COMMITS = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%B"
_FIELDS = 7
_STATUS: dict[str, Literal["added", "removed", "renamed"]] = {"A": "added", "D": "removed", "R": "renamed"}


def fields(said: bytes) -> list[str]:
    """What stands between the NULs. A name may hold any bytes; those that are no UTF-8 are replaced."""
    return said.decode("utf-8", "replace").removesuffix("\0").split("\0") if said else []


def commits(said: bytes) -> list[Commit]:
    """The commits of `git log -z` with `COMMITS`."""
    found = fields(said)
    return [_commit(found[at : at + _FIELDS]) for at in range(0, len(found), _FIELDS)]


def _commit(said: list[str]) -> Commit:
    sha, tree, parents, author, email, date, message = said
    known: dict[str, Any] = {"sha": sha, "tree": tree, "author": author, "email": email, "message": message}
    return Commit(**known, parents=tuple(parents.split()), date=date or None)


def entries(said: bytes) -> list[Entry]:
    """The files of `git ls-tree -z`."""
    return [_entry(one) for one in fields(said)]


def _entry(line: str) -> Entry:
    about, _, path = line.partition("\t")
    mode, _, sha = about.split(" ")
    return Entry(path=checked(path), mode=mode, sha=sha)


def checked(path: str) -> str:
    """A path that stays in the repository; git itself makes no others, but somebody else may.

    Raises:
        BadAnswer: It leads out of it.
    """
    if not is_inside(path):
        raise BadAnswer(f"The repository holds a path that leads out of it: {path!r}.", hint="Nothing of it was used.")
    return path


def changes(said: bytes) -> list[ChangedFile]:
    """The files of `git diff -z --raw --numstat`: first all that says what they are, then all that counts lines."""
    words = iter(fields(said))
    files: dict[str, ChangedFile] = {}
    for word in words:
        if word.startswith(":"):
            made = _changed(word, words)
            files[made.path] = made
        else:
            path, counted = _counted(word, words)
            files[path] = files[path].model_copy(update=counted)
    return sorted(files.values(), key=lambda one: one.path)


def _changed(about: str, words: Iterator[str]) -> ChangedFile:
    """Such as `:100644 100644 bcd1234 0123456 R86`, and one path or two."""
    before, after, old, new, letter = about.removeprefix(":").split(" ")
    status = _STATUS.get(letter[0], "modified")
    first = checked(next(words))
    path = checked(next(words)) if status == "renamed" else first
    gone = status == "removed"
    mode, sha = (before, old) if gone else (after, new)
    return ChangedFile(path=path, mode=mode, sha=sha, status=status, previous=first if path != first else "")


def _counted(about: str, words: Iterator[str]) -> tuple[str, dict[str, Any]]:
    """Such as `1 TAB 2 TAB path`, or with an empty path and two that follow; dashes where it is not text."""
    added, deleted, path = about.split("\t", 2)
    if not path:
        _, path = next(words), next(words)
    if added == "-":
        return path, {"binary": True}
    return path, {"additions": int(added), "deletions": int(deleted)}


def sizes(said: bytes) -> dict[str, int]:
    """The sizes of `git cat-file --batch-check`, by SHA; what is missing is left out."""
    lines: Iterable[list[str]] = (line.split(" ") for line in said.decode().splitlines())
    return {sha: int(size) for sha, size in (line for line in lines if line[1].isdigit())}

"""Git's objects, named by what is in them, as git itself names them.

Format: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from tieline.sandbox.happening import stamp

TREE, FILE, EXECUTABLE, SYMLINK, SUBMODULE = "40000", "100644", "100755", "120000", "160000"
MODES = (FILE, EXECUTABLE, SYMLINK, SUBMODULE, "040000")


class Leaf(NamedTuple):
    """What is at a path."""

    mode: str
    sha: str


class Commit(NamedTuple):
    """A commit. `when` is in Unix seconds."""

    tree: str
    parents: tuple[str, ...]
    message: str
    name: str
    email: str
    when: int

    @property
    def at(self) -> str:
        """When, as ISO 8601 in UTC."""
        return stamp(datetime.fromtimestamp(self.when, UTC))


class Change(NamedTuple):
    """What happened to a path between two trees."""

    path: str
    status: str
    old: Leaf | None
    new: Leaf | None
    previous: str = ""


@dataclass
class Objects:
    """All objects of a repository, by SHA."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, dict[str, Leaf]] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)

    def blob(self, content: bytes) -> str:
        """Keep a file's content."""
        sha = name_of("blob", content)
        self.blobs[sha] = content
        return sha

    def tree(self, entries: Mapping[str, Leaf]) -> str:
        """Keep a folder."""
        # Git sorts a folder as if its name ended with a slash.
        ordered = sorted(entries.items(), key=lambda one: one[0] + "/" * (one[1].mode == TREE))
        raw = b"".join(f"{leaf.mode} {name}".encode() + b"\0" + bytes.fromhex(leaf.sha) for name, leaf in ordered)
        sha = name_of("tree", raw)
        self.trees[sha] = dict(ordered)
        return sha

    def commit(self, commit: Commit) -> str:
        """Keep a commit."""
        who = f"{commit.name} <{commit.email}> {commit.when} +0000"
        lines = [
            f"tree {commit.tree}",
            *(f"parent {one}" for one in commit.parents),
            f"author {who}",
            f"committer {who}",
        ]
        sha = name_of("commit", ("\n".join(lines) + f"\n\n{commit.message}").encode())
        self.commits[sha] = commit
        return sha

    def write(self, files: Mapping[str, Leaf]) -> str:
        """Keep the folders that hold these files; returns the one at the top."""
        here: dict[str, Leaf] = {}
        below: dict[str, dict[str, Leaf]] = {}
        for path, leaf in files.items():
            name, deeper, rest = path.partition("/")
            if deeper:
                below.setdefault(name, {})[rest] = leaf
            else:
                here[name] = leaf
        return self.tree(here | {name: Leaf(TREE, self.write(inner)) for name, inner in below.items()})

    def files(self, tree: str, prefix: str = "") -> dict[str, Leaf]:
        """Every file below a folder, by path."""
        found: dict[str, Leaf] = {}
        for name, leaf in self.trees[tree].items():
            inner = self.files(leaf.sha, f"{prefix}{name}/") if leaf.mode == TREE else {prefix + name: leaf}
            found |= inner
        return found

    def below(self, tree: str, prefix: str = "") -> Iterator[tuple[str, Leaf]]:
        """Every file and folder below a folder."""
        for name, leaf in self.trees[tree].items():
            yield prefix + name, leaf
            if leaf.mode == TREE:
                yield from self.below(leaf.sha, f"{prefix}{name}/")

    def history(self, sha: str) -> list[str]:
        """A commit and its ancestors: children before parents, the youngest first."""
        seen, order = {sha}, []
        waiting = [sha]
        while waiting:
            waiting.sort(key=lambda one: self.commits[one].when)
            current = waiting.pop()
            order.append(current)
            fresh = [one for one in self.commits[current].parents if one not in seen]
            seen.update(fresh)
            waiting += fresh
        return order

    def holds(self, ancestor: str, sha: str) -> bool:
        """Whether a commit is another one, or an ancestor of it."""
        return ancestor in self.history(sha)

    def merge_base(self, one: str, other: str) -> str | None:
        """The youngest commit that both have."""
        theirs = set(self.history(other))
        return next((sha for sha in self.history(one) if sha in theirs), None)

    def changes(self, old: str | None, new: str) -> list[Change]:
        """What differs between the files of two commits; what moved without a change is renamed."""
        before = self.files(self.commits[old].tree) if old else {}
        after = self.files(self.commits[new].tree)
        gone = {path: leaf for path, leaf in before.items() if path not in after}
        changes: list[Change] = []
        for path, leaf in sorted(after.items()):
            if path in before:
                changes += [Change(path, "modified", before[path], leaf)] if before[path] != leaf else []
            elif source := next((name for name, held in gone.items() if held == leaf), None):
                changes.append(Change(path, "renamed", gone.pop(source), leaf, source))
            else:
                changes.append(Change(path, "added", None, leaf))
        return changes + [Change(path, "removed", leaf, None) for path, leaf in gone.items()]


def name_of(kind: str, raw: bytes) -> str:
    """What git calls an object."""
    return hashlib.sha1(f"{kind} {len(raw)}\0".encode() + raw, usedforsecurity=False).hexdigest()

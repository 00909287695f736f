"""What every simulated code host remembers: its repositories."""

import itertools
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tieline.sandbox.git.objects import Commit
from tieline.sandbox.git.repos import HEADS, NOWHERE, Repo
from tieline.sandbox.happening import stamp
from tieline.sandbox.memory import Memory

R = TypeVar("R", bound=Repo)


@dataclass
class CodeHost(Memory, Generic[R]):
    """A code host: repositories by name, and the numbers that it gives out."""

    repos: dict[str, R] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(70_001))

    def now(self) -> str:
        """The current time, as ISO 8601 in UTC."""
        return stamp(self.clock())

    def commit(self, repo: R, tree: str, parents: tuple[str, ...], message: str, name: str = "Tieline") -> str:
        """Make a commit; no branch shows it yet."""
        email = f"{name.lower().replace(' ', '.')}@sandbox.test"
        return repo.objects.commit(Commit(tree, parents, message, name, email, int(self.clock().timestamp())))

    def move(self, repo: R, ref: str, sha: str | None, *, forced: bool = False) -> None:
        """Let a branch or a tag point to another commit, or delete it, and tell whoever listens."""
        before = repo.refs.get(ref, NOWHERE)
        if sha == before:
            return
        if sha is None:
            del repo.refs[ref]
        else:
            repo.refs[ref] = sha
        pushed = {"ref": ref, "before": before, "after": sha or NOWHERE, "forced": forced, "repo": repo.name}
        self.tell("branch.pushed", pushed)
        if sha and ref.startswith(HEADS):
            self.follow(repo, ref.removeprefix(HEADS), before, sha)

    @abstractmethod
    def follow(self, repo: R, branch: str, before: str, after: str) -> None:
        """Bring the open proposals of a branch up to date, which has moved."""

    def push(self, repo: R, branch: str, files: Mapping[str, bytes | None], message: str, name: str) -> str:
        """Somebody commits files to a branch, which is made where it is not there yet. None deletes a file."""
        ref = HEADS + branch
        head = repo.refs.get(ref) or repo.refs.get(HEADS + repo.about["default_branch"])
        sha = self.commit(repo, repo.written(head, files), (head,) if head else (), message, name)
        self.move(repo, ref, sha)
        return sha

"""What the simulated GitHub remembers."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tieline.sandbox.github.objects import FILE, Commit, Leaf, Objects
from tieline.sandbox.happening import Record, stamp
from tieline.sandbox.memory import Memory

NOWHERE = "0" * 40
HEADS = "refs/heads/"
ME: Record = {"login": "tieline-bot", "id": 9001, "type": "User"}


@dataclass
class Repo:
    """A repository: `about` is its own record; `refs` are SHAs by whole name, such as refs/heads/main."""

    about: Record
    objects: Objects = field(default_factory=Objects)
    refs: dict[str, str] = field(default_factory=dict)
    #: Issues and pull requests share their numbers; a pull request has `sandbox_head` and `sandbox_base`, its branches.
    issues: dict[int, Record] = field(default_factory=dict)
    comments: dict[int, list[Record]] = field(default_factory=dict)
    checks: list[Record] = field(default_factory=list)
    runs: list[Record] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Such as acme/app."""
        return str(self.about["full_name"])

    def pulls(self) -> list[Record]:
        """The pull requests, newest first."""
        return [one for one in reversed(self.issues.values()) if "sandbox_head" in one]


@dataclass
class GitHub(Memory):
    """The simulated github.com: repositories by name, and the tokens that Apps were given."""

    repos: dict[str, Repo] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    #: `app_id`, `installation_id` and `public_key` of the App, once one was made.
    app: dict[str, str] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(70_001))

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        repos = self.repos.values()
        commits = sum(len(one.objects.commits) for one in repos)
        return {"commits": commits, "pull requests": sum(len(one.pulls()) for one in repos), "repositories": len(repos)}

    def now(self) -> str:
        """The current time as GitHub writes it."""
        return stamp(self.clock())

    def add(self, name: str) -> Repo:
        """Make an empty repository."""
        owner = {"login": name.partition("/")[0], "id": 9000, "type": "Organization"}
        about: Record = {
            "id": next(self.ids), "name": name.partition("/")[2], "full_name": name, "owner": owner, "private": False,
            "default_branch": "main", "archived": False,
        }  # fmt: skip
        self.repos[name] = Repo(about)
        return self.repos[name]

    def commit(self, repo: Repo, tree: str, parents: tuple[str, ...], message: str, name: str = "Tieline") -> str:
        """Make a commit; no branch shows it yet."""
        email = f"{name.lower().replace(' ', '.')}@sandbox.test"
        return repo.objects.commit(Commit(tree, parents, message, name, email, int(self.clock().timestamp())))

    def move(self, repo: Repo, ref: str, sha: str | None, *, forced: bool = False) -> None:
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
        for pull in repo.pulls():
            if pull["state"] == "open" and sha and HEADS + pull["sandbox_head"] == ref:
                pull["updated_at"] = self.now()
                told = {"action": "synchronize", "before": before, "after": sha, "number": pull["number"]}
                self.tell("pull.changed", {**told, "repo": repo.name})

    def push(self, repo: Repo, branch: str, files: Mapping[str, bytes | None], message: str, name: str) -> str:
        """Somebody commits files to a branch, which is made where it is not there yet. None deletes a file."""
        ref = HEADS + branch
        head = repo.refs.get(ref) or repo.refs.get(HEADS + repo.about["default_branch"])
        kept = repo.objects.files(repo.objects.commits[head].tree) if head else {}
        for path, content in files.items():
            if content is None:
                kept.pop(path, None)
            else:
                mode = kept[path].mode if path in kept else FILE
                kept[path] = Leaf(mode, repo.objects.blob(content))
        sha = self.commit(repo, repo.objects.write(kept), (head,) if head else (), message, name)
        self.move(repo, ref, sha)
        return sha

"""What the simulated GitHub remembers."""

from dataclasses import dataclass, field

from tieline.sandbox.git import repos
from tieline.sandbox.git.memory import CodeHost
from tieline.sandbox.happening import Record

ME: Record = {"login": "tieline-bot", "id": 9001, "type": "User"}


@dataclass
class Repo(repos.Repo):
    """A repository of GitHub's."""

    #: Issues and pull requests share their numbers; a pull request has `sandbox_head` and `sandbox_base`, its branches.
    issues: dict[int, Record] = field(default_factory=dict)
    comments: dict[int, list[Record]] = field(default_factory=dict)
    checks: list[Record] = field(default_factory=list)
    runs: list[Record] = field(default_factory=list)

    def pulls(self) -> list[Record]:
        """The pull requests, newest first."""
        return [one for one in reversed(self.issues.values()) if "sandbox_head" in one]


@dataclass
class GitHub(CodeHost[Repo]):
    """The simulated github.com, and the tokens that Apps were given."""

    tokens: set[str] = field(default_factory=set)
    #: `app_id`, `installation_id` and `public_key` of the App, once one was made.
    app: dict[str, str] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        repos = self.repos.values()
        commits = sum(len(one.objects.commits) for one in repos)
        return {"commits": commits, "pull requests": sum(len(one.pulls()) for one in repos), "repositories": len(repos)}

    def add(self, name: str) -> Repo:
        """Make an empty repository."""
        owner = {"login": name.partition("/")[0], "id": 9000, "type": "Organization"}
        about: Record = {
            "id": next(self.ids), "name": name.partition("/")[2], "full_name": name, "owner": owner, "private": False,
            "default_branch": "main", "archived": False,
        }  # fmt: skip
        self.repos[name] = Repo(name, about)
        return self.repos[name]

    def follow(self, repo: Repo, branch: str, before: str, after: str) -> None:
        """Tell that the open pull requests of a branch have new commits."""
        for pull in repo.pulls():
            if pull["state"] == "open" and pull["sandbox_head"] == branch:
                pull["updated_at"] = self.now()
                told = {"action": "synchronize", "before": before, "after": after, "number": pull["number"]}
                self.tell("pull.changed", {**told, "repo": repo.name})

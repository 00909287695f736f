"""What the simulated GitLab remembers."""

from dataclasses import dataclass, field

from tieline.sandbox.consent import Consents
from tieline.sandbox.git.memory import CodeHost
from tieline.sandbox.git.repos import Repo
from tieline.sandbox.happening import Record

ME: Record = {"id": 9001, "username": "tieline-bot", "name": "Tieline", "state": "active"}


@dataclass
class Project(Repo):
    """A project. Issues and merge requests have numbers of their own each (`iid`)."""

    issues: dict[int, Record] = field(default_factory=dict)
    merges: dict[int, Record] = field(default_factory=dict)
    #: By `issues` or `merge_requests`, and the number.
    notes: dict[tuple[str, int], list[Record]] = field(default_factory=dict)
    labels: dict[str, Record] = field(default_factory=dict)
    statuses: list[Record] = field(default_factory=list)
    pipelines: list[Record] = field(default_factory=list)
    #: By slug.
    wiki: dict[str, Record] = field(default_factory=dict)


@dataclass
class GitLab(CodeHost[Project], Consents):
    """The simulated gitlab.com."""

    #: Refresh tokens that are still good, and the access tokens that they gave.
    refresh_tokens: set[str] = field(default_factory=lambda: {"refresh-sandbox"})
    tokens: set[str] = field(default_factory=set)

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        repos = self.repos.values()
        commits = sum(len(one.objects.commits) for one in repos)
        return {"commits": commits, "merge requests": sum(len(one.merges) for one in repos), "projects": len(repos)}

    def add(self, name: str) -> Project:
        """Make an empty project."""
        about: Record = {
            "id": next(self.ids), "name": name.rpartition("/")[2], "path_with_namespace": name,
            "default_branch": "main", "visibility": "private", "archived": False,
        }  # fmt: skip
        self.repos[name] = Project(name, about)
        return self.repos[name]

    def follow(self, repo: Project, branch: str, before: str, after: str) -> None:
        """Tell that the open merge requests of a branch have new commits."""
        for one in repo.merges.values():
            if one["state"] == "opened" and one["source_branch"] == branch:
                one |= {"sha": after, "updated_at": self.now()}
                self.tell("merge.changed", {"action": "update", "iid": one["iid"], "repo": repo.name, "oldrev": before})

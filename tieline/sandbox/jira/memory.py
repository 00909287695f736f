"""What the simulated Jira remembers."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC

from tieline.sandbox.atlassian import Apps
from tieline.sandbox.happening import Record


@dataclass
class Site(Apps):
    """The simulated Jira site; issues, comments and properties by the issue's key."""

    me: str = ""
    people: dict[str, Record] = field(default_factory=dict)
    projects: dict[str, Record] = field(default_factory=dict)
    issues: dict[str, Record] = field(default_factory=dict)
    comments: dict[str, list[Record]] = field(default_factory=dict)
    properties: dict[str, Record] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(10_001))

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {"issues": len(self.issues), "comments": sum(map(len, self.comments.values()))}

    def now(self) -> str:
        """The current time as Jira writes it."""
        return self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def next_id(self) -> str:
        """A new id, for whatever it is."""
        return str(next(self.ids))

    def next_key(self, project: str) -> str:
        """The key of a project's next issue."""
        return f"{project}-{1 + sum(key.startswith(f'{project}-') for key in self.issues)}"

    def keep(self, issue: Record) -> None:
        """Remember a new issue."""
        self.issues[issue["key"]], self.comments[issue["key"]], self.properties[issue["key"]] = issue, [], {}

"""What the simulated Slack remembers."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tieline.sandbox.happening import Record
from tieline.sandbox.memory import Memory


@dataclass
class Workspace(Memory):
    """The simulated Slack workspace."""

    team: Record = field(default_factory=dict)
    bot_id: str = ""
    human_id: str = ""
    users: dict[str, Record] = field(default_factory=dict)
    channels: dict[str, Record] = field(default_factory=dict)
    messages: dict[str, list[Record]] = field(default_factory=dict)
    files: dict[str, Record] = field(default_factory=dict)
    views: dict[str, Record] = field(default_factory=dict)
    triggers: dict[str, datetime | None] = field(default_factory=dict)
    responses: dict[str, Record] = field(default_factory=dict)
    whispers: list[Record] = field(default_factory=list)
    last_ts: int = 0
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {
            "channels": len(self.channels),
            "messages": sum(map(len, self.messages.values())),
            "users": len(self.users),
            "files": len(self.files),
        }

    def next_id(self, prefix: str) -> str:
        """A new id in Slack's form, such as `C0SBX000012`."""
        return f"{prefix}0SBX{next(self.ids):06d}"

    def new_trigger(self) -> str:
        """A trigger id, as a click of a person would bring one: good once, and for three seconds."""
        trigger = f"{next(self.ids)}.{next(self.ids)}.{self.next_id('T').lower()}"
        self.triggers[trigger] = self.clock()
        return trigger

    def next_ts(self) -> str:
        """A message timestamp: seconds and microseconds, never the same twice."""
        self.last_ts = max(self.last_ts + 1, int(self.clock().timestamp() * 1_000_000))
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

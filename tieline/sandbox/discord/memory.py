"""What the simulated Discord remembers."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from tieline.sandbox.happening import Record
from tieline.sandbox.memory import Memory


@dataclass
class Server(Memory):
    """The simulated Discord server."""

    id: str = ""
    me: Record = field(default_factory=dict)
    channels: dict[str, Record] = field(default_factory=dict)
    messages: dict[str, list[Record]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    interactions: dict[str, Record] = field(default_factory=dict)
    commands: list[Record] = field(default_factory=list)
    endpoint: str | None = None
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {"channels": len(self.channels), "messages": sum(map(len, self.messages.values()))}

    def next_id(self) -> str:
        """A new id in Discord's form; newer ones are larger."""
        return str(1_300_000_000_000_000_000 + next(self.ids))

    def now(self) -> str:
        """The current time as Discord writes it: ISO 8601, UTC."""
        return self.clock().astimezone(UTC).isoformat()

    def add(self, channel: str, author: Record, content: str, **fields: Any) -> Record:
        """Write a message into a channel."""
        said = {"id": self.next_id(), "channel_id": channel, "author": author, "content": content, "type": 0}
        message = {**said, "timestamp": self.now(), "edited_timestamp": None, "attachments": [], **fields}
        self.messages[channel].append(message)
        return message

    def keep(self, data: bytes, name: str) -> Record:
        """Keep a file, and say how it is called from now on."""
        number = self.next_id()
        self.files[number] = data
        url = f"https://cdn.discord.sandbox.test/attachments/{number}"
        return {"id": number, "filename": name, "size": len(data), "url": url, "proxy_url": url}

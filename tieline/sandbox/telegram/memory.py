"""What the simulated Telegram remembers."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tieline.sandbox.happening import Record
from tieline.sandbox.memory import Memory, without_notes


@dataclass
class Chats(Memory):
    """The simulated Telegram, as one bot sees it. `webhook` is where updates go instead of the list."""

    me: Record = field(default_factory=dict)
    chats: dict[int, Record] = field(default_factory=dict)
    messages: dict[int, list[Record]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    updates: list[Record] = field(default_factory=list)
    webhook: str = ""
    commands: list[Record] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {"chats": len(self.chats), "messages": sum(map(len, self.messages.values()))}

    def now(self) -> int:
        """The current time as Telegram writes it: Unix seconds."""
        return int(self.clock().timestamp())

    def find(self, chat: Record, number: Any) -> Record | None:
        """A message of a chat."""
        return next((m for m in self.messages.get(chat["id"], []) if m["message_id"] == number), None)

    def add(self, chat: Record, author: Record, **fields: Any) -> Record:
        """Write a message into a chat."""
        there = self.messages.setdefault(chat["id"], [])
        said = {"message_id": len(there) + 1, "from": author, "chat": without_notes(chat), "date": self.now(), **fields}
        there.append(said)
        return said

    def keep(self, data: bytes, name: str, media_type: str) -> Record:
        """Keep a file, and say how it is called from now on."""
        number = f"BQACAgSBX{next(self.ids):09d}"
        self.files[number] = data
        names = {"file_id": number, "file_unique_id": f"Ag{number[-9:]}", "file_name": name}
        return {**names, "mime_type": media_type, "file_size": len(data)}

    def hear(self, chat_id: int, author: Record, text: str) -> Record:
        """Somebody writes where the bot can hear it."""
        message = self.add(self.chats[chat_id], author, text=text)
        self.updates.append({"update_id": 500_000 + next(self.ids), "message": message})
        return message

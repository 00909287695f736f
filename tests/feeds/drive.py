"""A drive in memory, and a feed that lists it in small pages: what tests need to break in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select

from tieline import store
from tieline.feeds import EVENTS, Entry, Page, memory
from tieline.inbox.tables import DeliveryRow

DELIVERIES: Any = DeliveryRow.__table__  # type: ignore[attr-defined]
NAMES = ("files", "test", "")


@dataclass
class Drive:
    """Files and their versions, and the changes that can be listed; a cursor counts those that are known."""

    size: int = 2
    files: dict[str, str] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    forgotten: int = 0
    busy: set[str] = field(default_factory=set)

    def write(self, name: str, version: str) -> None:
        self.files[name] = version
        self.changes.append(name)

    def delete(self, name: str) -> None:
        if self.files.pop(name, None) is not None:
            self.changes.append(name)

    def page(self, cursor: str) -> Page:
        """A page of what has changed; of all there is where the cursor is none, or too old."""
        kind, _, rest = cursor.partition(" ")
        if kind == "since" and int(rest) >= self.forgotten:
            start = int(rest)
            names = self.changes[start : start + self.size]
            return Page(
                entries=tuple(map(self.entry, names)),
                cursor=f"since {start + len(names)}",
                more=start + len(names) < len(self.changes),
            )
        begun, _, at = rest.partition(" ") if kind == "list" else (str(len(self.changes)), "", "")
        anew = kind != "list"
        left = [name for name in sorted(self.files) if name > at]
        more = len(left) > self.size
        return Page(
            entries=tuple(self.entry(name) for name in left[: self.size] if name not in self.busy),
            busy=tuple(name for name in left[: self.size] if name in self.busy),
            cursor=f"list {begun} {left[self.size - 1]}" if more else f"since {begun}",
            more=more,
            anew=anew,
        )

    def entry(self, name: str) -> Entry:
        return Entry(id=name, name=name, version=self.files.get(name, ""), file={"path": name, "size": 1})


def told() -> list[tuple[str, str, str]]:
    """The events in the inbox, in order: event, file, version."""
    with store.engine().connect() as db:
        rows = db.execute(select(DELIVERIES).where(DELIVERIES.c.found).order_by(DELIVERIES.c.id)).mappings().all()
    bodies = [orjson.loads(row["body"]) for row in rows]
    return [(row["event"], body["id"], body["version"]) for row, body in zip(rows, bodies, strict=True)]


def replayed(before: dict[str, str]) -> dict[str, str]:
    """What somebody knows of a drive who has heard all events; none may contradict what came before it."""
    files = dict(before)
    for event, name, version in told():
        assert event in EVENTS
        assert (name in files) is (event != "file_created"), f"{event} {name}"
        assert files.get(name) != version
        if event == "file_deleted":
            del files[name]
        else:
            files[name] = version
    return files


def turn(drive: Drive) -> bool:
    """Take in one page; whether there are more."""
    state = memory.feed(*NAMES)
    page = drive.page(state.cursor if state else "")
    assert memory.record(state, NAMES, page, 1.0) is not None
    return page.more


def look(drive: Drive) -> None:
    """Take in all pages."""
    while turn(drive):
        pass

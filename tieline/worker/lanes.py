"""Who may run: places for runs, and how many of them each lane may take."""

from __future__ import annotations

from uuid import UUID

CRITICAL, NORMAL, BATCH = LANES = ("critical", "normal", "batch")


class Lanes:
    """The places of a worker.

    `critical` may take all of them, and one is never given to another lane, so that what is urgent never waits. `batch`
    may take half of them. A worker with a single place gives it to anybody.

    Args:
        limit: How many runs there may be at a time.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._taken: dict[UUID, str] = {}

    def __contains__(self, run: UUID) -> bool:
        return run in self._taken

    def __len__(self) -> int:
        return len(self._taken)

    def room(self, lane: str) -> int:
        """How many more runs of a lane there may be; a queue with a name of its own counts as `normal`."""
        free = self.limit - len(self._taken)
        if lane == CRITICAL or self.limit == 1:
            return free
        others = sum(taken != CRITICAL for taken in self._taken.values())
        room = min(free, self.limit - 1 - others)
        if lane == BATCH:
            batches = sum(taken == BATCH for taken in self._taken.values())
            room = min(room, max(1, self.limit // 2) - batches)
        return max(0, room)

    def take(self, run: UUID, lane: str) -> bool:
        """Give a place to a run, if its lane has one."""
        if run in self._taken or not self.room(lane):
            return False
        self._taken[run] = lane
        return True

    def leave(self, run: UUID) -> None:
        """Take the place back."""
        self._taken.pop(run, None)

"""A circuit breaker: a system that is down is left alone for a while.

After `failures` failed calls in a row nothing is sent for `seconds`; then one call may try, and decides.
"""

from __future__ import annotations

import threading

from tieline.errors import CircuitOpen
from tieline.transport import clock


class Breaker:
    """The state of one connection.

    Args:
        failures: Failed calls in a row after which the circuit opens.
        seconds: How long it stays open.
    """

    def __init__(self, *, failures: int = 8, seconds: float = 30.0) -> None:
        self._failures, self._seconds = failures, seconds
        self._in_a_row = 0
        self._open_until = 0.0
        # A connection is used from several event loops, each in a thread of its own.
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        """Whether calls are held back now."""
        return self._in_a_row >= self._failures and clock.now() < self._open_until

    def check(self) -> None:
        """Ask whether the circuit is closed.

        Raises:
            CircuitOpen: It is not; nothing is sent.
        """
        wait = self._open_until - clock.now()
        if self._in_a_row >= self._failures and wait > 0:
            raise CircuitOpen(
                f"It failed {self._in_a_row} times in a row, so nothing is sent for another {wait:.0f} s.",
                hint="Look at the vendor's status page; calls go on by themselves.",
                retry_after=wait,
            )

    def before(self) -> None:
        """Ask whether a call may be made now: just before it is sent.

        Raises:
            CircuitOpen: Not now; nothing is sent.
        """
        with self._lock:
            self.check()
            if self._in_a_row >= self._failures:
                # This call may try. The others wait until it has an answer, or until the time is over again.
                self._open_until = clock.now() + self._seconds

    def success(self) -> None:
        """The system answered, if only with a refusal."""
        self._in_a_row = 0

    def failure(self) -> None:
        """The system did not answer, or answered 5xx."""
        with self._lock:
            self._in_a_row += 1
            if self._in_a_row >= self._failures:
                self._open_until = clock.now() + self._seconds

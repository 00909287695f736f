"""What is known about every call: a row in the store, metrics, logs. Never a body, never a secret."""

from __future__ import annotations

import atexit
import logging
import queue
import re
import sys
import threading
import time
import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram
    from structlog.typing import EventDict, FilteringBoundLogger

FLUSH_SECONDS = 0.25
FLUSH_ROWS = 500
#: Rows kept in memory while the store cannot be written to; older ones are let go.
BACKLOG = 10_000

HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(r"secret|password|passwd|token|api_?key|authorization|cookie|signature", re.IGNORECASE)
_SECRET_TEXT = re.compile(
    r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}|\b(xox[abeprs]-[\w-]+|sk-[\w-]{16,}|gh[opsu]_\w{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]+)"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a connected system, with all its tries."""

    request_id: str
    system: str
    connection: str
    action: str
    outcome: str
    status: int | None
    tries: int
    milliseconds: float
    bytes_sent: int
    bytes_received: int
    flow_run_id: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


# ---------------------------------------------------------------- request ids


@dataclass(slots=True)
class _Scope:
    prefix: str
    flow_run_id: str | None
    numbers: count[int] = field(default_factory=lambda: count(1))


_scope: ContextVar[_Scope | None] = ContextVar("tieline_scope", default=None)


def begin_action() -> object:
    """Begin the request ids of one action; give the result to `end_action`.

    Inside a Prefect task run the ids are the run's own id and a number, so that a vendor's log, our rows and the
    Prefect UI name the same thing.
    """
    prefix, flow_run_id = uuid.uuid4().hex, None
    contexts = sys.modules.get("prefect.context")
    if contexts is not None:
        task = contexts.TaskRunContext.get()
        if task is not None:
            prefix = str(task.task_run.id)
            flow_run_id = str(task.task_run.flow_run_id) if task.task_run.flow_run_id else None
    return _scope.set(_Scope(prefix, flow_run_id))


def end_action(token: Any) -> None:
    """End what `begin_action` began."""
    _scope.reset(token)


def next_request_id() -> tuple[str, str | None]:
    """The id for the next call, and the id of the flow run that it belongs to."""
    scope = _scope.get()
    if scope is None:
        return f"{uuid.uuid4().hex}.1", None
    return f"{scope.prefix}.{next(scope.numbers)}", scope.flow_run_id


# ---------------------------------------------------------------- rows


class _Writer:
    """Writes rows from a thread of its own, many in one transaction, so that calls never wait for a disk."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Call | threading.Event] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._complained = False

    def put(self, item: Call | threading.Event) -> None:
        self._queue.put(item)
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="tieline-observe", daemon=True)
                    self._thread.start()

    def flush(self, seconds: float = 5.0) -> None:
        """Wait until everything put so far is written."""
        done = threading.Event()
        self.put(done)
        done.wait(seconds)

    def _run(self) -> None:
        rows: list[Call] = []
        while True:
            waiting = self._collect(rows)
            if rows and self._write(rows):
                rows.clear()
            del rows[:-BACKLOG]
            for event in waiting:
                event.set()

    def _collect(self, rows: list[Call]) -> list[threading.Event]:
        """Add what comes in within a moment to the rows; somebody who waits for us ends the moment."""
        item = self._queue.get()
        until = time.monotonic() + FLUSH_SECONDS
        while True:
            if isinstance(item, threading.Event):
                return [item]
            rows.append(item)
            if len(rows) >= FLUSH_ROWS:
                return []
            try:
                item = self._queue.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return []

    def _write(self, rows: list[Call]) -> bool:
        from tieline import store  # noqa: PLC0415 - SQLAlchemy only when there is something to write

        try:
            store.add_calls(rows)
        except Exception as exc:  # noqa: BLE001 - whatever ails the store, calls go on
            if not self._complained:
                log().warning("rows about calls cannot be written", reason=type(exc).__name__, waiting=len(rows))
            self._complained = True
            return False
        self._complained = False
        return True


_writer = _Writer()


def record(call: Call) -> None:
    """Note one call: a row in the store, soon; metrics and a log line, now."""
    calls, seconds, sizes = _metrics()
    calls.labels(call.system, call.connection, call.action, call.outcome).inc()
    seconds.labels(call.system, call.action).observe(call.milliseconds / 1000)
    sizes.labels(call.system, "sent").inc(call.bytes_sent)
    sizes.labels(call.system, "received").inc(call.bytes_received)
    _writer.put(call)
    logger = logging.getLogger("tieline")
    if logger.isEnabledFor(logging.DEBUG):
        log().debug(
            f"{call.system}.{call.action}",
            outcome=call.outcome,
            status=call.status,
            tries=call.tries,
            milliseconds=round(call.milliseconds, 1),
            request_id=call.request_id,
        )


def flush() -> None:
    """Wait until the rows of all calls so far are in the store; at most five seconds."""
    _writer.flush()


def _flush_at_exit() -> None:
    if _writer._thread is not None:  # noqa: SLF001 - same module
        _writer.flush()


atexit.register(_flush_at_exit)


# ---------------------------------------------------------------- metrics


@cache
def _metrics() -> tuple[Counter, Histogram, Counter]:
    from prometheus_client import Counter, Histogram  # noqa: PLC0415 - only where calls are made

    calls = Counter("tieline_calls", "Calls of connected systems.", ["system", "connection", "action", "outcome"])
    buckets = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
    seconds = Histogram(
        "tieline_call_seconds",
        "Seconds for a call with all its tries.",
        ["system", "action"],
        buckets=buckets,
    )
    sizes = Counter("tieline_bytes", "Bytes on the wire.", ["system", "direction"])
    return calls, seconds, sizes


# ---------------------------------------------------------------- logs


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, and without what looks like one."""
    for secret in secrets:
        if len(secret) > 3:  # noqa: PLR2004 - shorter ones would blot out ordinary words
            text = text.replace(secret, HIDDEN)
    return _SECRET_TEXT.sub(HIDDEN, text)


def _redact_event(_: Any, __: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if _SECRET_NAMES.search(key):
            event[key] = HIDDEN
        elif isinstance(value, str):
            event[key] = redact(value)
    return event


@cache
def log() -> FilteringBoundLogger:
    """The project's log. Structured, redacted, and passed on to `logging` under the name `tieline`."""
    import structlog  # noqa: PLC0415 - only where something is logged

    from tieline.settings import settings  # noqa: PLC0415

    text = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    shape: Any = structlog.processors.JSONRenderer() if settings().log_json else text
    logger: FilteringBoundLogger = structlog.wrap_logger(
        logging.getLogger("tieline"),
        processors=[_redact_event, shape],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return logger
